"""Packets for the people who keep the pages: grouped, tried on copies of the pages, written down.

Each finding comes with a way to see it for oneself: a line for a shell that does no harm, or says
that it does.  The pages themselves are read and never written.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from conformance.drift.known import KnownEntry
from conformance.drift.packets.making import add_corrections
from conformance.drift.packets.making import group_packets as grouped
from conformance.drift.packets.packet import Docs, Packet, PageSource, Reproduction
from conformance.errors import ConformanceError
from conformance.live.recording import curl_line
from conformance.live.redact import Redactor
from conformance.live.request_plans import harmless
from conformance.live.secrets import SecretNames
from conformance.live.targets import operation_changes_state
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Json, Operation, Stated
from conformance.pages.access import Probe
from conformance.pages.exchange import Exchange, read_bytes
from conformance.pages.sources import sides_of_exchange
from conformance.parse import parse_page
from conformance.patterns import regex
from conformance.pipeline.evidence import read_all_evidence
from conformance.pipeline.project import find_stored
from conformance.pipeline.recheck import Recheck
from conformance.reading import read_documents
from conformance.strategies.requests import Inputs, RequestInput, inputs_of, request_of

_SILENT: Final = frozenset(
    {"capture-artefact", "header-language", "link-target-missing", "example-not-json"}
    | {"header-unknown", "row-unread", "page-unreadable", "parity-prose", "endpoint-missing"}
    | {"page-without-operation", "example-is-placeholder", "table-garbled", "parity-example"}
    | {"specification-invalid"}
)
"""Rules that find what no answer of the API can settle."""
_CLOCKS: Final[Mapping[str, tuple[str, int]]] = {
    "now-ms": ("$(date +%s000)", 8_888_888_888_888_001),
    "now-s": ("$(date +%s)", 8_888_888_888_888_002),
}
"""Word of a probe -> what a shell says for it, and a number that stands for it until then."""
_VARIABLE: Final = regex(r"QqQ(\w{1,80}?)QqQ")
_SERVER: Final = regex(r"https?://[^\s/?#@]{1,253}(?:/[^\s?#]{0,200})?")
_KEY_HEADER: Final = regex(r"api-?key|access-?key|-key\Z|\Akey\Z", re.IGNORECASE)
_WORD: Final = regex(r"\W")


def build_reproduction(
    finding: Finding,
    operation: Operation | None,
    exchange: Exchange,
    interactions: Mapping[str, Interaction],
) -> Reproduction | None:
    """A request of the finding's operation, if one could settle anything: the exchange's harmless
    probe; else, where the method changes nothing, what was sent or the page asks for.  Anything
    else is a comment with a warning."""
    if operation is None or finding.rule in _SILENT:
        return None
    probe = next((p for p in exchange.probes if p.operation == operation.key), None)
    if probe is not None:
        return _from_probe(probe, operation, exchange)
    interaction = interactions.get(finding.observed.where) if finding.observed else None
    if not operation_changes_state(operation):
        request = interaction.request if interaction else None
        asked = request_of(operation, _name_inputs(operation))
        if request and request.method == operation.method:
            names = SecretNames(exchange.redact.names)
            address = urlsplit(Redactor(names).url(request.url))
            query = f"?{address.query}" if address.query else ""
            asked = replace(request, url=f"https://api.example{address.path}{query}", headers=())
        command = _write_command(exchange, asked, operation)
        return Reproduction(command=command, note="It asks and changes nothing.")
    command = _write_command(exchange, request_of(operation, _name_inputs(operation)), operation)
    return Reproduction(
        command="\n".join(f"# {line.removeprefix('# ')}" for line in command.split("\n")),
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
    lines = [*_check(probe, inputs, exchange), _write_command(exchange, request, operation)]
    return Reproduction(command="\n".join(lines), note=f"Harmless: {probe.reason}")


def _check(
    probe: Probe, inputs: Mapping[tuple[str, str], Json], exchange: Exchange
) -> Iterator[str]:
    if probe.check is None:
        return
    method, _, path = probe.check.operation.partition(" ")
    for (_, name), value in inputs.items():
        path = path.replace("{" + name + "}", str(value))
    yield f"# first: go on only when {probe.check.empty} of the answer is an empty list"
    request = Request(method=method, url=f"https://api.example{path}")
    yield curl_line(exchange, request, server=_choose_server(exchange, ()))


def _write_command(exchange: Exchange, request: Request, operation: Operation) -> str:
    none = any(auth.scheme == "none" for auth in operation.auth)
    known = exchange if none else _with_key(exchange, operation)
    own = known.auth_details.key_header.lower()
    others = tuple((name, value) for name, value in request.headers if name.lower() != own)
    server = _choose_server(exchange, operation.servers)
    request = replace(request, headers=others)
    line = curl_line(known, request, signed=not none, server=server)
    for shell, number in _CLOCKS.values():
        line = line.replace(str(number), f"'\"{shell}\"'" if request.body else shell)
    address, *rest = re.split(r"(?= -H | --data-binary )", line, maxsplit=1)
    shown = _VARIABLE.sub(lambda hit: "${" + hit[1] + "}", address)
    return shown + _VARIABLE.sub(lambda hit: "'\"${" + hit[1] + "}\"'", "".join(rest))


def _choose_server(exchange: Exchange, servers: Sequence[str]) -> str:
    named = (*exchange.servers, *servers)
    return next((server for server in named if _SERVER.fullmatch(server)), "")


def _with_key(exchange: Exchange, operation: Operation) -> Exchange:
    if exchange.auth_details.key_header or exchange.auth not in (None, "api-key", "hmac"):
        return exchange
    headers = (p.name for p in operation.parameters if p.location == "header")
    named = next((auth.header for auth in operation.auth if auth.header), "")
    header = next((name for name in headers if _KEY_HEADER.search(name)), named)
    if not header:
        return exchange
    details = replace(exchange.auth_details, key_header=header)
    return replace(exchange, auth=exchange.auth or "api-key", auth_details=details)


def _name_inputs(operation: Operation) -> Inputs:
    return {
        one.key: _choose_value(one)
        for one in inputs_of(operation)
        if one.required is Stated.YES or one.key[0] == "path"
    }


def _choose_value(one: RequestInput) -> Json:
    for known_values in (one.value.example, one.value.enum, one.value.constant, one.value.default):
        if known_values:
            return known_values[0]
    return f"QqQ{_WORD.sub('_', one.key[1] or 'body')}QqQ"


def packets_of_exchange(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry] = (),
    *,
    root: Path | None = None,
    prefix: str = "",
) -> tuple[Packet, ...]:
    """One packet for each cause of ``findings``, also of those that ``known`` accepts.

    Patches name pages from ``root``, the repository's, or with ``prefix`` as they lie in their
    keepers' repository: ``docs/{language}``, or ``docs`` for the only language.  Patches are tried
    on the exchange's cassettes.  Findings on unreadable pages are packets, too; those that no API
    answered are not.
    """
    top = (root or exchange.root.resolve().parent.parent).resolve()
    docs = make_docs(list(_list_pages(exchange, prefix, top)))
    stored = read_all_evidence(find_stored(exchange, top), top).interactions
    return make_packets(exchange, findings, known, docs, stored)


def make_docs(pages: Sequence[tuple[Document, dict[str, Any]]]) -> Docs:
    """Documents, each with all else that packets need of its page, as they are read together."""
    readings = zip(pages, read_documents(document for document, _ in pages), strict=True)
    return Docs(tuple(PageSource(document=d, reading=r, **facts) for (d, facts), r in readings))


def make_packets(
    exchange: Exchange,
    findings: Sequence[Finding],
    known: Iterable[KnownEntry],
    docs: Docs,
    interactions: Sequence[Interaction],
) -> tuple[Packet, ...]:
    """As :func:`packets_of_exchange`, of pages and evidence that have been read."""
    interactions = [one for one in interactions if one.origin.is_of_api]
    recheck = Recheck(docs, interactions)
    operations = {o.key: o for source in docs.sources for o in source.reading.operations}
    by_where = {interaction.where: interaction for interaction in interactions}
    made_packets = []
    findings = [finding for finding in findings if finding.made_of is None]
    everywhere = _drop_repeated([*findings, *recheck.sightings(findings)])
    for packet in grouped(everywhere, docs, known):
        shown = _reproduce(packet, operations, exchange, by_where)
        made_packets.append(add_corrections(shown, docs, recheck.trial))
    return tuple(made_packets)


def _drop_repeated(findings: Iterable[Finding]) -> list[Finding]:
    kept: dict[tuple[object, ...], Finding] = {}
    for finding in findings:
        where = finding.observed.where if finding.observed else ""
        line = finding.documented and (finding.documented.page, finding.documented.line)
        kept.setdefault((finding.fingerprint, line, where), finding)
    return list(kept.values())


def _reproduce(
    packet: Packet,
    operations: dict[str, Operation],
    exchange: Exchange,
    interactions: dict[str, Interaction],
) -> Packet:
    shown = (
        build_reproduction(finding, operations.get(finding.operation), exchange, interactions)
        for finding in packet.findings
    )
    return replace(packet, reproduction=next((one for one in shown if one), None))


def _list_pages(
    exchange: Exchange, prefix: str, top: Path
) -> Iterator[tuple[Document, dict[str, Any]]]:
    """Every page, parsed, and what else a packet needs of it; nothing can be proposed for one that
    is unreadable."""
    listed = {page.path: page for page in exchange.pages}
    is_single = len({page.language for page in exchange.pages}) == 1
    for twin in (twin for side in sides_of_exchange(exchange) for twin in side.pages):
        page, file = listed[twin.source.page], twin.source.path
        try:
            data = read_bytes(file)
        except ConformanceError:
            continue
        whole = file.resolve()
        path = whole.relative_to(top).as_posix() if whole.is_relative_to(top) else file.as_posix()
        if prefix:
            path, folder = page.path, prefix.replace("{language}", page.language)
            if is_single or folder != prefix:
                path = path.removeprefix(f"{page.language}/")
            path = f"{folder.rstrip('/')}/{path}".removeprefix("./")
        facts: dict[str, Any] = {
            "place": str(PurePosixPath(twin.place).with_suffix("")),
            "url": page.url,
        }
        facts |= {"language": page.language, "retrieved": page.retrieved}
        yield parse_page(data, page.path), {**facts, "path": path, "data": data}
