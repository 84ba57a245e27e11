"""How to see a finding for oneself: a line for a shell that does no harm, or says that it does."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Final
from urllib.parse import urlsplit

from conformance.drift.packets.packet import Reproduction
from conformance.live.curl import curl_line
from conformance.live.harmless import harmless
from conformance.live.redact import Redactor
from conformance.live.secrets import SecretNames
from conformance.live.state_words import operation_changes_state
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Json, Operation, Stated
from conformance.pages.exchange import Exchange
from conformance.pages.probes import Probe
from conformance.strategies.requests import Input, Inputs, inputs_of, request_of

_SILENT: Final = frozenset(
    {"capture-artefact", "header-language", "link-target-missing", "example-not-json"}
    | {"header-unknown", "row-unread", "page-unreadable", "parity-prose", "endpoint-missing"}
    | {"page-without-operation", "example-is-placeholder", "table-garbled", "parity-example"}
)
"""Rules that find what no answer of the API can settle."""
_CLOCKS: Final[Mapping[str, tuple[str, int]]] = {
    "now-ms": ("$(date +%s000)", 8_888_888_888_888_001),
    "now-s": ("$(date +%s)", 8_888_888_888_888_002),
}
"""Word of a probe -> what a shell says for it, and a number that stands for it until then."""
_VARIABLE: Final = re.compile(r"QqQ(\w{1,80}?)QqQ")
_SERVER: Final = re.compile(r"https?://[^\s/?#@]{1,253}(?:/[^\s?#]{0,200})?")
_KEY_HEADER: Final = re.compile(r"api-?key|access-?key|-key\Z|\Akey\Z", re.IGNORECASE)
_WORD: Final = re.compile(r"\W")


def reproduction(
    finding: Finding,
    operation: Operation | None,
    exchange: Exchange,
    interactions: Mapping[str, Interaction],
) -> Reproduction | None:
    """A request of the finding's operation; None where none could settle anything.

    The harmless probe of the exchange first; else, where the method changes nothing, what was
    sent, or what the page asks for.  Anything else is written as a comment, with a warning.
    """
    if operation is None or finding.rule in _SILENT:
        return None
    probe = next((p for p in exchange.probes if p.operation == operation.key), None)
    if probe is not None:
        return _from_probe(probe, operation, exchange)
    interaction = interactions.get(finding.observed.where) if finding.observed else None
    if not operation_changes_state(operation):
        request = interaction.request if interaction else None
        names = SecretNames(exchange.redact.names)
        bare = _bare(request, names) if request and request.method == operation.method else None
        command = _line(exchange, bare or request_of(operation, _named(operation)), operation)
        return Reproduction(command=command, note="It asks and changes nothing.")
    command = _line(exchange, request_of(operation, _named(operation)), operation)
    return Reproduction(
        command="\n".join(f"# {line}" for line in command.split("\n")),
        note=f"Warning: `{operation.key}` may change the account that sends it. It is commented "
        "out; send it only with inputs that can do no harm, or to a test server.",
    )


def _from_probe(probe: Probe, operation: Operation, exchange: Exchange) -> Reproduction:
    words = dict(probe.inputs)
    known = {i.key: i for i in inputs_of(operation)}
    keys = {key[1].removesuffix("[]"): key for key in known}
    inputs: dict[tuple[str, str], Json] = {}
    for name, word in words.items():
        key = keys.get(name.removesuffix("[]"), ("query", name))
        listed = key in known and known[key].value.kind == "array"
        clock = _CLOCKS.get(word)
        inputs[key] = clock[1] if clock else harmless(word, [0] if listed else 0)
    request = request_of(operation, inputs)  # type: ignore[arg-type]
    lines = [*_check(probe, inputs, exchange), _line(exchange, request, operation)]
    return Reproduction(command="\n".join(lines), note=f"Harmless: {probe.reason}")


def _check(
    probe: Probe, inputs: Mapping[tuple[str, str], Json], exchange: Exchange
) -> Iterator[str]:
    """What is looked up first, when the probe says so."""
    if probe.check is None:
        return
    method, _, path = probe.check.operation.partition(" ")
    for (_, name), value in inputs.items():
        path = path.replace("{" + name + "}", str(value))
    yield f"# first: go on only when {probe.check.empty} of the answer is an empty list"
    request = Request(method=method, url=f"https://api.example{path}")
    yield curl_line(exchange, request, server=_server(exchange, ()))


def _line(exchange: Exchange, request: Request, operation: Operation) -> str:
    none = any(auth.scheme == "none" for auth in operation.auth)
    known = exchange if none else _with_key(exchange, operation)
    own = known.auth_details.key_header.lower()
    others = tuple((name, value) for name, value in request.headers if name.lower() != own)
    server = _server(exchange, operation.servers)
    request = replace(request, headers=others)
    line = curl_line(known, request, signed=not none, server=server)
    for shell, number in _CLOCKS.values():
        line = line.replace(str(number), f"'\"{shell}\"'" if request.body else shell)
    address, *rest = re.split(r"(?= -H | --data-binary )", line, maxsplit=1)
    shown = _VARIABLE.sub(lambda hit: "${" + hit[1] + "}", address)
    return shown + _VARIABLE.sub(lambda hit: "'\"${" + hit[1] + "}\"'", "".join(rest))


def _server(exchange: Exchange, servers: Sequence[str]) -> str:
    """The first that the manifest or the page names; empty where none does."""
    named = (*exchange.servers, *servers)
    return next((server for server in named if _SERVER.fullmatch(server)), "")


def _with_key(exchange: Exchange, operation: Operation) -> Exchange:
    """``exchange`` with the header that the page has for the key, where the manifest has none."""
    if exchange.auth_details.key_header or exchange.auth not in (None, "api-key", "hmac"):
        return exchange
    headers = (p.name for p in operation.parameters if p.location == "header")
    header = next((name for name in headers if _KEY_HEADER.search(name)), "")
    if not header:
        return exchange
    details = replace(exchange.auth_details, key_header=header)
    return replace(exchange, auth=exchange.auth or "api-key", auth_details=details)


def _named(operation: Operation) -> Inputs:
    """What has to be sent: a documented value, or a variable of the input's name."""
    return {
        one.key: _value(one)
        for one in inputs_of(operation)
        if one.required is Stated.YES or one.key[0] == "path"
    }


def _value(one: Input) -> Json:
    for known_values in (one.value.example, one.value.enum, one.value.constant, one.value.default):
        if known_values:
            return known_values[0]
    return f"QqQ{_WORD.sub('_', one.key[1] or 'body')}QqQ"


def _bare(request: Request, names: SecretNames) -> Request:
    """The request without headers and secrets: neither is anybody's business."""
    address = urlsplit(Redactor(names).url(request.url))
    query = f"?{address.query}" if address.query else ""
    return replace(request, url=f"https://api.example{address.path}{query}", headers=())
