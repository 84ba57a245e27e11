"""What may be sent where: nothing to an exchange unless it was asked for, and nothing harmful.

========================  ====================================================================
to this machine           anything
to an exchange, GET HEAD  with ``--live``, unless the path speaks of a deed (``/order/cancel``)
to an exchange, others    with ``--live``, ``--allow-state-change`` and the exchange named, and
                          only a declared probe: every input as the probe says, no other input
========================  ====================================================================
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import requests

from conformance.errors import InputError, UsageError
from conformance.model.interaction import Request
from conformance.observe.live.harmless import fits
from conformance.observe.urls import query_pairs
from conformance.snapshot.addresses import is_loopback, redirected
from conformance.snapshot.exchange import Exchange
from conformance.snapshot.probes import Probe

SAFE_METHODS: Final = frozenset(("GET", "HEAD"))
"""Methods that change nothing (RFC 9110, section 9.2.1)."""
_DEEDS: Final = frozenset(
    (
        "add", "amend", "apply", "borrow", "buy", "cancel", "close", "confirm", "convert", "create",
        "delete", "disable", "edit", "enable", "insert", "kill", "modify", "place", "redeem",
        "remove", "repay", "replace", "reset", "revoke", "sell", "send", "set", "stake", "start",
        "stop", "submit", "subscribe", "transfer", "unsubscribe", "update", "withdraw",
    )
)  # fmt: skip
"""Words in a path that speak of a deed, whatever the method; ``orders`` and ``closed`` do not."""
_WORD: Final = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])")
_OVERRIDES: Final = frozenset(
    ("x-http-method-override", "x-http-method", "x-method-override", "_method")
)
"""Headers and parameters that stand for another method."""
_PORTS: Final[Mapping[str, int]] = {"http": 80, "https": 443}


def changes_state(method: str, path: str) -> bool:
    """Whether a request may change something: by its method, or by what its path speaks of."""
    spoken = {word.lower() for word in _WORD.findall(path)}
    return method not in SAFE_METHODS or not spoken.isdisjoint(_DEEDS)


class Refused(UsageError):  # noqa: N818
    """Something was not sent, or not followed, because it might do harm; the message says why."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """What whoever runs this has asked for, in so many words."""

    live: bool = False
    """``--live``."""
    allow_state_change: bool = False
    """``--allow-state-change``."""
    named: tuple[str, ...] = ()
    """Exchanges named on the command line."""


@dataclass(frozen=True, slots=True)
class Guard:
    """Stands between whatever makes requests and the one server they may go to."""

    exchange: Exchange
    base_url: str
    policy: Policy

    def __post_init__(self) -> None:
        """Refuse the server itself.

        Raises:
            Refused: not encrypted, more than scheme, host, port and path in the address, or an
                exchange without ``--live``.
        """
        split = _split(self.base_url)
        if "@" in split.netloc:
            raise Refused("the server's address holds a password", hint="leave it out")
        if "?" in self.base_url or "#" in self.base_url:
            raise Refused("the server's address goes on after its path", hint="leave that out")
        if self.is_local:
            return
        if split.scheme != "https":
            hint = "write https://; plain http is for this machine only"
            raise Refused(f"{_host(split)} is not reached by https", hint=hint)
        if not self.policy.live:
            hint = "add --live if the exchange itself is meant, or use --sandbox"
            raise Refused(f"{_host(split)} is not this machine", hint=hint)

    @property
    def is_local(self) -> bool:
        """Whether the server is this machine by its very name."""
        return is_loopback(urlsplit(self.base_url).hostname or "")

    def admit(self, request: Request) -> Probe | None:
        """The probe by which ``request`` may be sent; None where it needs none.

        Raises:
            Refused: it may not be sent.
        """
        self._refuse_elsewhere(request)
        if any(n.lower() in _OVERRIDES for n, _ in (*request.headers, *query_pairs(request.url))):
            raise Refused("a header or parameter that stands for another method is not sent")
        if self.is_local or not changes_state(request.method, urlsplit(request.url).path):
            return None
        self._refuse_unasked(request)
        return self._probe(request)

    def _refuse_elsewhere(self, request: Request) -> None:
        there, here = _split(request.url), _split(self.base_url)
        if "@" in there.netloc or _host(there) != _host(here):
            raise Refused(f"{_host(there)} is not the server, {_host(here)}: nothing is sent to it")

    def _refuse_unasked(self, request: Request) -> None:
        what = f"{request.method} {urlsplit(request.url).path} changes state"
        if not self.policy.allow_state_change:
            raise Refused(f"{what} at {self.exchange.name}", hint="add --allow-state-change")
        if self.exchange.name not in self.policy.named:
            hint = f"name it: --exchange {self.exchange.name}"
            raise Refused(f"{what}, and the exchange was not named", hint=hint)

    def _probe(self, request: Request) -> Probe:
        probe = fits(self.exchange.probes, request, urlsplit(self.base_url).path.rstrip("/"))
        if probe is None:
            path = urlsplit(request.url).path
            hint = "[[probe]] in the exchange's manifest says which requests are, and why"
            raise Refused(f"{request.method} {path} is not known to be harmless", hint=hint)
        return probe


def refuse_redirect(url: str, status: int, location: str) -> None:
    """Redirects are never followed; one that leads away is told.

    Raises:
        Refused: it leads to another host, away from https, or nowhere.
    """
    if status in (301, 302, 303, 307, 308):
        try:
            redirected(url, location)
        except InputError as error:
            said = str(error).removeprefix(f"{url}: ")
            raise Refused(f"{_host(_split(url))} {said}", hint="nothing was sent there") from None


def _split(url: str) -> SplitResult:
    """The parts of an address; one that would be read otherwise when it is sent is none."""
    try:
        split = urlsplit(url)
        sent = urlsplit(requests.Request("GET", url).prepare().url or "")
        usable = split.scheme in _PORTS and bool(split.hostname) and split.port != 0
        usable = usable and sent.hostname == split.hostname
    except (ValueError, requests.RequestException):
        usable = False
    if not usable:
        raise Refused("the address is no web address", hint="write https://host")
    return split


def _host(split: SplitResult) -> str:
    """Scheme, host and port, comparable."""
    port = split.port or _PORTS[split.scheme]
    name = (split.hostname or "").lower().rstrip(".")
    return f"{split.scheme}://{f'[{name}]' if ':' in name else name}:{port}"
