"""What may be sent where: nothing to an exchange unless a person allowed it, and nothing harmful.

Permission is given by a person and by the documentation, and by nothing else; the table in
docs/live.md says by whom for what.  Words that speak of a change only take it away.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Final
from urllib.parse import urlsplit

import requests
from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import InputError, UsageError
from conformance.evidence.urls import path_matches, query_pairs
from conformance.live import targets
from conformance.live.request_plans import disproof, fits
from conformance.model.interaction import Request
from conformance.model.operation import Operation, Stated
from conformance.pages.access import Probe
from conformance.pages.exchange import Exchange
from conformance.pages.transfer import is_loopback, resolve_redirect
from conformance.patterns import regex
from conformance.strategies.requests import inputs_of

PREFIX: Final = "--conformance-"
"""Of the long names; a short one is expanded before, if it does not mean something else."""
_FLAGS: Final = ("live", "allow-state-change")
_LISTS: Final = ("exchange", "live-host", "live-variable", "docs-root")
NAMES: Final = (*_FLAGS, *_LISTS)
"""What consents to ask an exchange, or says which one; the names of the options without dashes."""


def read_typed_policy(arguments: Sequence[str]) -> Policy:
    """What ``arguments``, as they were typed after ``pytest``, with long names, consent to."""
    typed = _read_typed(arguments)
    return Policy(
        live="live" in typed,
        allow_state_change="allow-state-change" in typed,
        named=typed.get("exchange", ()),
        hosts=typed.get("live-host", ()),
        variables=typed.get("live-variable", ()),
    )


def find_untyped_consents(
    arguments: Sequence[str], options: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """The ``options`` that were set, by name, and not by what was typed after ``pytest``."""
    typed = _read_typed(arguments)
    for name, values in options.items():
        for value in values:
            if value not in typed.get(name, ()):
                yield f"--{name}" if name in _FLAGS else f"--{name} {value}"


def _read_typed(arguments: Sequence[str]) -> dict[str, tuple[str, ...]]:
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for name in _FLAGS:
        parser.add_argument(PREFIX + name, action="append_const", const=name, dest=name)
    for name in _LISTS:
        parser.add_argument(PREFIX + name, action="append", dest=name)
    try:
        found = vars(parser.parse_known_args(list(arguments))[0])
    except argparse.ArgumentError:
        return {}
    return {name: tuple(values) for name, values in found.items() if values}


_SIGNATURE: Final = regex(r"[0-9a-f]{64}\Z")
_TRADE: Final = "/trade/"
_STAMP: Final = regex(r"[0-9]{10,20}\Z")


class Refused(UsageError):  # noqa: N818
    """Something was not sent, or not followed, because it might do harm; the message says why."""


class Policy(Struct, frozen=True, kw_only=True):
    """What a person has allowed on the command line, and there alone."""

    live: bool = False
    allow_state_change: bool = False
    named: tuple[str, ...] = ()
    """Exchanges named on the command line."""
    hosts: tuple[str, ...] = ()
    """``--host``, of pytest ``--live-host``: confirmed besides those of the manifest, where one
    exchange is named."""
    variables: tuple[str, ...] = ()
    """``--variable``, of pytest ``--live-variable``: read although not named like the exchange."""


class Admission(Struct, frozen=True, kw_only=True):
    """Leave to send one request, as it stands, and nothing else."""

    request: Request
    """As it goes over the wire, before it is signed."""
    signed: bool
    probe: Probe | None = None
    """The probe by which it is sent; None for one that changes nothing, or to a sandbox."""


class Guard(Struct, frozen=True):
    """Stands between whatever makes requests and the one server they may go to."""

    exchange: Exchange
    base_url: str
    policy: Policy
    operations: tuple[Operation, ...] = ()
    sandbox: bool = False
    """Whether this program has started the server, which is then free to ask."""

    def __post_init__(self) -> None:
        """Raises Refused: not https, an address of more than scheme, host, port and path, an
        exchange without ``--live``, or a host that no person has confirmed."""
        split = targets.split_address(self.base_url)
        if split is None:
            raise Refused("the address is no web address", hint="write https://host")
        if "@" in split.netloc:
            raise Refused("the server's address holds a password", hint="leave it out")
        if "?" in self.base_url or "#" in self.base_url:
            raise Refused("the server's address goes on after its path", hint="leave that out")
        if self.sandbox and self.is_local:
            return
        if split.scheme != "https" and not self.is_local:
            hint = "write https://; plain http is for this machine only"
            raise Refused(f"{targets.origin_of(split)} is not reached by https", hint=hint)
        if not self.policy.live:
            hint = "add --live if the exchange itself is meant, or use --sandbox"
            raise Refused(f"{targets.origin_of(split)} is not a sandbox of this run", hint=hint)
        typed = self.policy.hosts if len(set(self.policy.named)) < 2 else ()
        if not any(targets.is_host_of(host, split) for host in (*self.exchange.live.hosts, *typed)):
            host = split.netloc.lower()
            hint = f"if it is the exchange: --host {host} (pytest: --live-host), or [live] hosts"
            raise Refused(f"no person has confirmed {targets.origin_of(split)}", hint=hint)

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine by its very name."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    @property
    def _base(self) -> str:
        return urlsplit(self.base_url).path.rstrip("/")

    @property
    def is_free(self) -> bool:
        """Whether anything may be sent: to a sandbox that this program has started."""
        return self.sandbox and self.is_local

    def is_public(self, operation: Operation) -> bool:
        """Whether its page puts it under public or market data, and no word, the first of its title
        included, speaks of a change."""
        title = next(iter(operation.summary.split()), "")
        return (
            operation.public is Stated.YES
            and next(targets.state_words(title), None) is None
            and all(auth.scheme == "none" for auth in operation.auth)
            and next(targets.operation_words(operation), None) is None
        )

    def is_listed(self, operation: Operation) -> bool:
        """Whether the manifest lists it as one to ask, and no word speaks against it."""
        listed = operation.key in self.exchange.live.reads
        return listed and next(targets.operation_words(operation), None) is None

    def is_read(self, operation: Operation) -> bool:
        """Whether it may be requested without consent to change anything."""
        return self.is_public(operation) or self.is_listed(operation)

    def admit(self, request: Request, *, signed: bool) -> Admission:
        """Leave to send ``request`` as it goes over the wire, not signed yet.  Raises Refused."""
        self._refuse_elsewhere(request)
        names = [name for name, _ in (*request.headers, *query_pairs(request.url))]
        if any(map(targets.stands_for_another_method, names)):
            raise Refused("a header or parameter that stands for another method is not sent")
        if self.is_free:
            return Admission(request=request, signed=signed)
        self._refuse_ambiguous(request)
        why = self._explain_no_read(request, signed=signed)
        if not why:
            return Admission(request=request, signed=signed)
        what = f"{request.method} {urlsplit(request.url).path} {why}"
        self._refuse_without_consent(what, unlisted="listed" in why)
        return Admission(request=request, signed=signed, probe=self._probe(request))

    def admit_check(self, request: Request, probe: Probe) -> Admission:
        """Leave to send the check that the manifest puts before ``probe``, with all consents.
        Raises Refused."""
        self._refuse_elsewhere(request)
        if not self.is_free:
            self._refuse_ambiguous(request)
            self._refuse_without_consent(f"the check of {probe.operation}", unlisted=False)
        if request.method not in targets.SAFE_METHODS or request.body or request.headers:
            raise Refused(f"the check of {probe.operation} is more than a question")
        word = "" if self.is_free else next(self._list_check_words(request, probe), "")
        if word:
            raise Refused(f"the check of {probe.operation} speaks of a change ({word!r})")
        return Admission(request=request, signed=True)

    def confirm(self, prepared: requests.PreparedRequest, admission: Admission) -> None:
        """Compare what is about to be sent with what was admitted.  Raises Refused: they differ in
        more than what signing adds."""
        admitted = admission.request
        sent = prepared.method, targets.read_sent_body(prepared)
        same = sent == (admitted.method, admitted.body)
        if not same or not self._is_signed_from(prepared.url or "", admission):
            raise Refused(f"what would be sent is not what was admitted: {admitted.method}")
        if any(targets.stands_for_another_method(name) for name in prepared.headers):
            raise Refused("a header that stands for another method is not sent")
        key = self.exchange.auth_details.key_header if admission.signed else ""
        if not self.is_free and targets.leads_elsewhere(key):
            raise Refused("a header that stands for another host or path is not sent")

    def _is_signed_from(self, url: str, admission: Admission) -> bool:
        """Whether signing gives ``url``: a time and a signature behind the admitted one."""
        plain = admission.request.url
        if url == plain:
            return True
        mark = "&" if urlsplit(plain).query else "?"
        if not admission.signed or self.exchange.auth != "hmac" or not url.startswith(plain + mark):
            return False
        details = self.exchange.auth_details
        known = {details.timestamp_parameter: _STAMP, details.signature_parameter: _SIGNATURE}
        pairs = [pair.partition("=") for pair in url[len(plain) + 1 :].split("&")]
        return all(
            name in known
            and known[name].match(value)
            and next(targets.name_words(name), None) is None
            for name, _, value in pairs
        )

    def _refuse_elsewhere(self, request: Request) -> None:
        there, here = targets.split_address(request.url), targets.split_address(self.base_url)
        if there is None or here is None:
            raise Refused("the address is no web address", hint="write https://host")
        if "@" in there.netloc or targets.origin_of(there) != targets.origin_of(here):
            mismatch = f"{targets.origin_of(there)} is not the server, {targets.origin_of(here)}"
            raise Refused(f"{mismatch}: nothing is sent to it")

    def _refuse_ambiguous(self, request: Request) -> None:
        what = targets.ambiguity(request.url)
        if what:
            raise Refused(f"{request.method} {urlsplit(request.url).path} {what}")
        if any(targets.leads_elsewhere(name) for name, _ in request.headers):
            raise Refused("a header that stands for another host or path is not sent")

    def _explain_no_read(self, request: Request, *, signed: bool) -> str:
        """Why ``request`` is none that changes nothing; empty where it is one."""
        if request.method not in targets.SAFE_METHODS:
            return "changes state"
        word = next(self._list_words(request), "")
        if word:
            return f"speaks of a change ({word!r})"
        if request.body:
            return "has a body"
        documented = self._find_documented(request)
        if not documented:
            return "is not documented"
        if not all(map(self.is_read, documented)):
            return "is not put under public or market data by its page, nor listed"
        if signed and not all(map(self.is_listed, documented)):
            return "would be signed, and is not listed"
        names = {i.key[1].removesuffix("[]") for o in documented for i in inputs_of(o)}
        if any(name.removesuffix("[]") not in names for name, _ in query_pairs(request.url)):
            return "has a parameter that is not documented"
        return ""

    def _list_check_words(self, request: Request, probe: Probe) -> Iterator[str]:
        """What speaks of a change in a check and its pages; not ``/trade/`` where the probe's path
        has it, too."""
        shared = _TRADE if _TRADE in probe.operation else "/"
        yield from targets.request_words(request.url.replace(shared, "/"))
        for operation in self._find_documented(request):
            yield from targets.operation_words(
                replace(operation, path=operation.path.replace(shared, "/"))
            )

    def _list_words(self, request: Request) -> Iterator[str]:
        yield from targets.request_words(request.url)
        for name, value in request.headers:
            yield from targets.name_words(name)
            yield from targets.state_words(value)

    def _find_documented(self, request: Request) -> list[Operation]:
        path = urlsplit(request.url).path
        found: dict[int, list[Operation]] = {}
        for operation in self.operations:
            values = path_matches(self._base + operation.path, path)
            if operation.method == request.method and values is not None:
                found.setdefault(len(values), []).append(operation)
        return found[min(found)] if found else []

    def _refuse_without_consent(self, what: str, *, unlisted: bool) -> None:
        listing = "list it, if it changes nothing: reads under [live] in the manifest"
        if not self.policy.allow_state_change:
            hint = listing if unlisted else "add --allow-state-change"
            raise Refused(f"{what}, at {self.exchange.name}", hint=hint)
        if self.exchange.name not in self.policy.named:
            hint = f"name it: --exchange {self.exchange.name}"
            raise Refused(f"{what}, and the exchange was not named", hint=hint)

    def _probe(self, request: Request) -> Probe:
        probe = fits(self.exchange.probes, request, self._base)
        path = urlsplit(request.url).path
        if probe is None:
            hint = "[[probe]] in the exchange's manifest says which requests are, and why"
            raise Refused(f"{request.method} {path} is not known to be harmless", hint=hint)
        why = disproof(probe, request, self._find_documented(request), self._base)
        if why:
            hint = "docs/live.md, [[probe]], says what proves that a request is harmless"
            raise Refused(f"the probe of {probe.operation} {why}", hint=hint)
        return probe


def refuse_redirect(url: str, status: int, location: str) -> None:
    """Redirects are never followed.  Raises Refused: it leads to another host, away from https, or
    nowhere."""
    if status in (301, 302, 303, 307, 308):
        try:
            resolve_redirect(url, location)
        except InputError as error:
            reason = str(error).removeprefix(f"{url}: ")
            split = targets.split_address(url)
            host = targets.origin_of(split) if split else ""
            raise Refused(f"{host} {reason}", hint="nothing was sent there") from None
