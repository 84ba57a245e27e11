"""The tables, examples and prose of one scope -> one operation."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Document, Heading, Paragraph, Table
from conformance.model.operation import (
    Auth,
    Field,
    Group,
    Invariant,
    Location,
    Operation,
    Parameter,
    Response,
    Stated,
    Value,
)
from conformance.patterns import regex
from conformance.reading.bodies import (
    BODY_METHODS,
    build_body,
    list_body,
    members_of_body,
    read_body,
    read_shown_inputs,
    with_members_of_body,
)
from conformance.reading.classification import ClassifiedTable
from conformance.reading.common_parts import frame_answers, list_common_inputs
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints import EndpointCandidate, without_endpoint
from conformance.reading.examples import LocatedExample, collect_shown_values, sides_by_names
from conformance.reading.facets.presence import read_location
from conformance.reading.invariants import find_groups, find_invariants
from conformance.reading.nesting import TreeBuilder
from conformance.reading.references import CommonTable
from conformance.reading.responses import build_responses
from conformance.reading.returns import find_frame, find_sent, find_supported, status_in
from conformance.reading.roles import Role
from conformance.reading.rows.flat import FlatSection
from conformance.reading.rows.row import FieldRow
from conformance.reading.scopes import Scope
from conformance.reading.servers import (
    find_auth,
    find_public,
    find_rate_limits,
    specify_auth,
    without_path,
)
from conformance.reading.statements import (
    find_called_base,
    find_stated_locations,
    is_same_path,
    list_shown_inputs,
)
from conformance.reading.topics import status_of, titles_query, topics_of

_LONGEST_SUMMARY = 200
_PLACEHOLDER = regex(r"\{([^{}]+)\}")
_NESTED = regex(r"\]|\w\.\w")
"""In a name: it is that of a member."""
_NO_WORD = regex(r"[\W_]+")


class Reader(Struct, frozen=True):
    """What building an operation needs to know of its page."""

    document: Document
    pieces: tuple[LocatedBlock, ...]
    build: TreeBuilder
    servers: tuple[str, ...]
    """Named apart from any operation."""
    auth: tuple[Auth, ...] = ()
    """What the words before the first of several operations say of all of them."""
    auth_beside: tuple[Auth, ...] = ()
    """What a page beside this one says of how requests are signed."""
    common: tuple[CommonTable, ...] = ()
    """What this page and those beside it document for all operations."""


def build_operation(
    reader: Reader,
    scope: Scope,
    placed: tuple[ClassifiedTable, ...],
    sections: tuple[FlatSection, ...],
    samples: tuple[LocatedExample, ...],
) -> Operation:
    """Everything the scope says about its operation."""
    mention = scope.mention
    pieces = reader.pieces[scope.start : scope.end]
    requests = _collect_requests(reader, mention, placed, sections, pieces)
    parameters, rows = _split_inputs(reader, mention, requests, pieces, samples)
    own = tuple(s for s in samples if not s.path or is_same_path(mention.path, s.path))
    has_body = mention.method in BODY_METHODS or bool(rows) or _shows_body(mention, own)
    examples = () if sections else _sort_samples(own, rows, parameters, mention, has_body=has_body)
    if not has_body and not _name_asked(parameters):
        parameters += tuple(read_shown_inputs(examples, mention.method))
    body = read_body(rows, examples if has_body else (), reader.build, {p.name for p in parameters})
    groups = _find_groups(pieces, requests, parameters, members_of_body(body))
    members = _bound_members(members_of_body(body), groups)
    body = list_body(with_members_of_body(body, members), pieces) if body else None
    answers = build_responses(placed, sections, examples, pieces, mention, reader.build)
    frame = find_frame(pieces, reader.build.elsewhere)
    responses = frame_answers(answers, reader.common, reader.build, frame)
    return Operation(
        method=mention.method,
        path=mention.path,
        page=mention.span.page,
        span=mention.span,
        servers=_find_servers(reader, mention, pieces),
        summary=_find_summary(reader.document, scope, pieces),
        parameters=_bound(parameters, groups),
        body=build_body(body, pieces, sections, examples),
        responses=responses,
        groups=groups,
        invariants=tuple(_find_invariants(responses, parameters, members)),
        auth=specify_auth(find_auth(pieces) or reader.auth, reader.auth or reader.auth_beside),
        public=find_public(reader.pieces[mention.index], reader.document.title),
        rate_limits=find_rate_limits(pieces),
        confidence=mention.confidence,
    )


def _sort_samples(
    samples: tuple[LocatedExample, ...],
    rows: Sequence[FieldRow],
    parameters: Sequence[Parameter],
    mention: EndpointCandidate,
    *,
    has_body: bool,
) -> tuple[LocatedExample, ...]:
    """The samples by the side whose names they have; a body need not repeat what the address
    shows."""
    sent = {row.name.name for row in rows}
    asked = sent | _name_asked(parameters)
    if has_body:
        asked -= {p.name for p in parameters if p.span == mention.span}
    return sides_by_names(samples, asked, has_body=has_body, body=sent)


def _name_asked(parameters: Sequence[Parameter]) -> set[str]:
    """The names of those that a sample of the request may show."""
    return {p.name for p in parameters if p.location not in ("header", "path")}


def _shows_body(mention: EndpointCandidate, samples: Iterable[LocatedExample]) -> bool:
    """Whether the request of a method that may have a body is shown with one."""
    sent = (s for s in samples if s.side == "request" and not s.is_form)
    first = next((s for s in sent if not s.path or is_same_path(mention.path, s.path)), None)
    shown = first is not None and first.is_sure and isinstance(first.example.value, dict)
    return shown and mention.method == "DELETE"


def _find_sent_names(
    mention: EndpointCandidate, samples: Iterable[LocatedExample]
) -> frozenset[str]:
    """What the body has that a command sends to the operation."""
    called = mention.method in BODY_METHODS
    sent = (s for s in samples if called and s.path and is_same_path(mention.path, s.path))
    bodies = (collect_shown_values(s.example) for s in sent if not s.is_form)
    return frozenset(next(bodies, ()))


def _read_sent_place(role: Role, rows: Sequence[FieldRow], sent: frozenset[str], path: str) -> Role:
    """The role of a table; of one of the query the body's, where a command sends most of it so."""
    names = [raw.name.name for raw in rows if f"{{{raw.name.name}}}" not in path]
    moved = role.where == "query" and 2 * len(sent.intersection(names)) > len(names)
    return replace(role, where="body") if moved else role


def _find_servers(
    reader: Reader, mention: EndpointCandidate, pieces: tuple[LocatedBlock, ...]
) -> tuple[str, ...]:
    """That of the operation, else those of the page, else the one that a command calls."""
    if mention.server:
        return (mention.server,)
    stated = without_path(reader.servers, mention.path)
    return stated or find_called_base(mention.method, mention.path, pieces)


def _collect_requests(
    reader: Reader,
    mention: EndpointCandidate,
    placed: tuple[ClassifiedTable, ...],
    sections: tuple[FlatSection, ...],
    pieces: tuple[LocatedBlock, ...],
) -> list[tuple[Role, tuple[FieldRow, ...]]]:
    """The rows of inputs, those that prose points to; where there are none, those of the object
    that prose says is sent."""
    found = [(p.role, p.table.fields) for p in placed if p.role.kind == "request"]
    found += [(s.role, s.table.fields) for s in sections if s.role.kind == "request"]
    if mention.method in BODY_METHODS and not found:
        sent = find_sent(pieces, reader.build.elsewhere)
        found += [(Role(kind="request", where="body"), sent.table.fields)] if sent else []
    for table in find_supported(pieces, reader.build.elsewhere):
        rows = tuple(replace(row, confidence="medium") for row in table.fields)
        found.append((Role(kind="request", where="query"), rows))
    known = [row.name.name for _, rows in found for row in rows]
    known += [*_PLACEHOLDER.findall(mention.path), *(name for name, _ in mention.query)]
    return [*found, *list_common_inputs(reader.common, known)]


def _find_invariants(
    responses: tuple[Response, ...], parameters: tuple[Parameter, ...], members: tuple[Field, ...]
) -> Iterator[Invariant]:
    """Relations within each successful answer, and between it and the lists asked for."""
    for response in responses:
        if response.value and response.status.startswith("2"):
            yield from find_invariants(response.value, (*parameters, *members))


def _split_inputs(
    reader: Reader,
    mention: EndpointCandidate,
    requests: list[tuple[Role, tuple[FieldRow, ...]]],
    pieces: tuple[LocatedBlock, ...],
    samples: tuple[LocatedExample, ...],
) -> tuple[tuple[Parameter, ...], list[FieldRow]]:
    """Parameters, and the rows of the body; a name given twice keeps its first place."""
    parameters: dict[tuple[str, str], Parameter] = {}
    body: list[FieldRow] = []
    shown_place = "body" if _shows_body(mention, samples) else ""
    stated = find_stated_locations(pieces) if requests else ()
    wording = next((place for place, _ in stated), shown_place)
    requests = [(role, tuple(r for r in rows if r.side != "response")) for role, rows in requests]
    sent = _find_sent_names(mention, samples)
    requests = [(_read_sent_place(role, rows, sent, mention.path), rows) for role, rows in requests]
    names = frozenset(raw.name.name for _, rows in requests for raw in rows)
    placeholders = _find_placeholders(mention.path, names)
    for role, rows in requests:
        by_place: dict[str, list[FieldRow]] = {}
        where = ""
        for raw in rows:
            if not raw.name.depth or not where:
                where = _find_place(raw, role, mention, wording, placeholders)
            by_place.setdefault(where, []).append(raw)
        body.extend(by_place.pop("body", []))
        for place, raws in by_place.items():
            for field in reader.build.parameters(raws):
                parameter = _make_parameter(field, place)  # type: ignore[arg-type]
                parameters.setdefault((parameter.name, place), parameter)
    known = {p.name for p in parameters.values()} | {row.name.name for row in body}
    bare = not body and all(parameter.location == "header" for parameter in parameters.values())
    shown = [p for p in list_shown_inputs(mention, pieces if bare else ()) if p.name not in known]
    return (*_build_path_inputs(mention, parameters.values()), *parameters.values(), *shown), body


def _build_path_inputs(
    mention: EndpointCandidate, documented: Iterable[Parameter]
) -> Iterator[Parameter]:
    """Placeholders of the path that no row describes: a path is text, and has to be whole."""
    rows = [p.name for p in documented if p.location == "path"]
    known = set(map(_strip_name, rows))
    placeholders = _PLACEHOLDER.findall(mention.path)
    missing = [name for name in placeholders if _strip_name(name) not in known]
    if len(rows) >= len(placeholders):
        return
    for name in dict.fromkeys(missing):
        yield Parameter(
            name=name,
            location="path",
            value=Value(span=mention.span, kind="string"),
            required=Stated.YES,
            confidence="medium",
            documented=False,
        )


class _Placeholders(Struct, frozen=True):
    """Those of a path, beside the names that rows have."""

    names: frozenset[str]
    free: frozenset[str]
    """Those without a row of their own, as :func:`_strip_name` has them: of no other row is one."""
    all_have_rows: bool
    """Whether there are any and each has a row, so that no other row is one."""

    def include(self, name: str) -> bool:
        """Whether one has that name, whatever joins its words."""
        return bool(self.names) and (name in self.names or _strip_name(name) in self.free)


def _find_placeholders(path: str, names: frozenset[str]) -> _Placeholders:
    found = frozenset(_PLACEHOLDER.findall(path))
    whole = bool(found) and frozenset(map(_strip_name, found)) <= frozenset(map(_strip_name, names))
    return _Placeholders(found, frozenset(map(_strip_name, found - names)), whole)


def _strip_name(name: str) -> str:
    return _NO_WORD.sub("", name).lower()


def _find_place(
    raw: FieldRow, role: Role, mention: EndpointCandidate, wording: str, placeholders: _Placeholders
) -> str:
    """The place of an input: its own column, the address, its table, prose, its method.

    "URL parameters" may be of the path or of the query; what may be left out, and a member of
    something else, is not of the path, and nothing is where a path has no placeholder.
    """
    if stated := read_location(raw, mention.path):
        return stated
    if placeholders.include(raw.name.name):
        return "path"
    if any(raw.name.name == name for name, _ in mention.query):
        return "query"
    elsewhere = placeholders.all_have_rows or raw.required is Stated.NO
    elsewhere = elsewhere or bool(_NESTED.search(raw.name.name))
    elsewhere = elsewhere or ("{" not in mention.path and mention.method not in BODY_METHODS)
    if role.where and not (role.where == "path" and elsewhere):
        return role.where
    if wording:
        return wording
    return "body" if mention.method in BODY_METHODS else "query"


def _make_parameter(field: Field, place: Location) -> Parameter:
    return Parameter(
        name=field.name,
        location=place,
        value=field.value,
        required=Stated.YES if place == "path" else field.required,
        condition=field.condition,
        confidence=field.confidence,
    )


def _find_groups(
    pieces: tuple[LocatedBlock, ...],
    requests: list[tuple[Role, tuple[FieldRow, ...]]],
    parameters: tuple[Parameter, ...],
    members: tuple[Field, ...],
) -> tuple[Group, ...]:
    names = [*(p.name for p in parameters), *(f.name for f in members)]
    texts = [(raw.description.plain, raw.span) for _, rows in requests for raw in rows]
    texts += [(p.block.text.plain, p.block.span) for p in pieces if isinstance(p.block, Paragraph)]
    return find_groups(texts, names)


def _bound(parameters: tuple[Parameter, ...], groups: tuple[Group, ...]) -> tuple[Parameter, ...]:
    """A required mark on one of an either-or pair holds under that condition only."""
    bound = {name: group for group in groups for name in group.names}
    return tuple(
        replace(p, required=Stated.CONDITIONAL, condition=p.condition or bound[p.name].span.quote)
        if p.name in bound
        else p
        for p in parameters
    )


def _bound_members(members: tuple[Field, ...], groups: tuple[Group, ...]) -> tuple[Field, ...]:
    bound = {name for group in groups for name in group.names}
    return tuple(replace(f, required=Stated.CONDITIONAL) if f.name in bound else f for f in members)


def _find_summary(document: Document, scope: Scope, pieces: tuple[LocatedBlock, ...]) -> str:
    """What stands beside the endpoint, else the nearest heading that says more than one."""
    if scope.mention.title and (scope.mention.standing == "index" or not scope.mention.target):
        return scope.mention.title[:_LONGEST_SUMMARY]
    if named := _find_title_below(scope, pieces):
        return named
    stated = next((p.place.index for p in pieces if isinstance(p.block, Table)), scope.end)
    heads = [p for p in pieces if isinstance(p.block, Heading)]
    above = [p for p in heads if p.place.index <= scope.mention.index]
    below = [p for p in heads if scope.mention.index < p.place.index < stated]
    for piece in (*reversed(above), *below):
        wording = _clean_words(piece.block.text.plain) if isinstance(piece.block, Heading) else ""
        about = topics_of(wording) and not titles_query(wording)
        if wording and not (about or status_of(wording) or status_in(wording)):
            return wording
    return _clean_words(document.title)


def _find_title_below(scope: Scope, pieces: tuple[LocatedBlock, ...]) -> str:
    """The line in bold right below a heading that is no more than the endpoint."""
    for first, second in pairwise(pieces):
        if first.place.index == scope.mention.index:
            bare = isinstance(first.block, Heading) and not _clean_words(first.block.text.plain)
            line = second.block.text if isinstance(second.block, Paragraph) else None
            bold = line and [m for m in line.marks if m.kind == "strong"]
            if not bare or not line or not bold or len(line.plain) > _LONGEST_SUMMARY:
                return ""
            whole = bold[0].start == 0 and bold[0].end == len(line.plain)
            is_label = line.plain.endswith((":", "：")) or bool(topics_of(line.plain))
            return line.plain if whole and not is_label and not status_of(line.plain) else ""
    return ""


def _clean_words(heading: str) -> str:
    return without_endpoint(heading[: 4 * _LONGEST_SUMMARY])[:_LONGEST_SUMMARY]
