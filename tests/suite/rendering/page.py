"""A contract as the blocks of one page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace
from typing import Final

from msgspec import structs

from conformance.model.operation import (
    AuthScheme,
    Field,
    Group,
    Invariant,
    Operation,
    RateLimit,
    Response,
    Stated,
)
from conformance.strategies.requests import InputLocation
from tests.suite.rendering import words
from tests.suite.rendering.blocks import Block, Code, Heading, Paragraph, Sample, Words
from tests.suite.rendering.cells import Row, grid, members, rows_of, section_title
from tests.suite.rendering.style import Style

_AUTH: Final[dict[AuthScheme, str]] = {
    "api-key": "Requests carry an API key.",
    "jwt": "Requests carry a JWT.",
    "hmac": "Requests carry an HMAC signature.",
    "bearer": "Requests carry a Bearer token.",
    "none": "Authentication: not required.",
    "unspecified": "Authentication: required",
}
_GROUPS: Final[dict[str, str]] = {
    "exactly-one": "Either {} is required, but not both.",
    "at-most-one": "Either {} can be sent, but not both.",
    "at-least-one": "At least one of {} must be sent.",
}
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_PLACES: Final[tuple[InputLocation, ...]] = ("path", "query", "header", "cookie", "body")


def page_of(operation: Operation, style: Style) -> tuple[Block, ...]:
    """Title, endpoint, who may call it and how often, inputs, answers."""
    return (
        Heading(1, (operation.summary or "Operation",)),
        *_endpoint(operation, style),
        *_access(operation),
        *_inputs(operation, style),
        *_responses(operation, style),
    )


def _endpoint(operation: Operation, style: Style) -> Iterator[Block]:
    path = "/".join(_segment(segment, style) for segment in operation.path.split("/"))
    one_server = operation.servers[0] if len(operation.servers) == 1 else ""
    said = f"{operation.method} {one_server}{path}"
    if style.endpoint == "heading":
        yield Heading(2, (said,))
    elif style.endpoint == "sample":
        yield Sample(said, "http")
    else:
        yield Paragraph((Code(said),))
    if not one_server:
        for server in operation.servers:
            yield Paragraph((f"Base URL: {server}",))


def _segment(segment: str, style: Style) -> str:
    """A name that is only a part of its segment has to be in braces to be told from the rest."""
    whole = _PLACEHOLDER.fullmatch(segment)
    return style.placeholder.format(whole[1]) if whole else segment


def _access(operation: Operation) -> Iterator[Block]:
    for auth in operation.auth:
        yield Paragraph((_AUTH[auth.scheme],))
    for limit in operation.rate_limits:
        yield Paragraph((_rate(limit),))


def _rate(limit: RateLimit) -> str:
    scope = f" by {limit.scope}" if limit.scope else ""
    return f"Rate limit{scope}: {limit.count} requests per {limit.seconds:g} seconds."


def _inputs(operation: Operation, style: Style) -> Iterator[Block]:
    fields = operation.body.value.fields if operation.body else ()
    if operation.body is not None:
        yield Paragraph((f"Content-Type: {operation.body.media_type}",))
    by_place = {place: list(_rows(operation, place, style)) for place in _PLACES}
    if style.one_table or by_place["cookie"]:
        every = [row for rows in by_place.values() for row in rows]
        yield from _table("request", _with_remarks(every, operation), style, place=True)
    else:
        for place, rows in by_place.items():
            role: words.Role = "request" if place == "cookie" else place
            yield from _table(role, _with_remarks(rows, operation), style)
    for example in operation.body.examples if operation.body else ():
        yield Sample(example.text, "json")
    yield from _sections(fields, style)


def _rows(operation: Operation, place: InputLocation, style: Style) -> Iterator[Row]:
    if place == "body":
        for row in rows_of(operation.body.value.fields if operation.body else (), style):
            yield replace(row, place=place)
        return
    for p in operation.parameters:
        if p.location == place:
            field = Field(name=p.name, value=p.value, required=p.required, condition=p.condition)
            yield Row(field=field, name=p.name, place=place)


def _with_remarks(rows: list[Row], operation: Operation) -> list[Row]:
    """The words of every group, in the row of the last input it binds; they serve as marks."""
    told = []
    for row in rows:
        name = row.field.name
        groups = [group for group in operation.groups if name in group.names]
        field = row.field
        if groups:
            field = structs.replace(field, required=Stated.NOT_STATED, condition="")
        remarks = tuple(_group(group) for group in groups if group.names[-1] == name)
        told.append(replace(row, field=field, remarks=remarks))
    return told


def _group(group: Group) -> Words:
    *first, last = (name.removesuffix("[]") for name in group.names)
    return (_GROUPS[group.kind].format(f"{', '.join(first)} or {last}"),)


def _table(
    role: words.Role, rows: list[Row], style: Style, *, place: bool = False
) -> Iterator[Block]:
    if not rows:
        return
    told = rows if place else [replace(row, place=None) for row in rows]
    yield Heading(3, (style.pick(words.HEADINGS[role][style.language]),))
    yield grid(told, style)


def _responses(operation: Operation, style: Style) -> Iterator[Block]:
    for response in operation.responses:
        yield Heading(3, (_title(response, style),))
        fields = members(response.value) if response.value is not None else ()
        if fields:
            yield grid(rows_of(fields, style), style, operation.invariants)
        for example in response.examples:
            yield Sample(example.text, "json")
        yield from _sections(fields, style, operation.invariants)


def _title(response: Response, style: Style) -> str:
    if response.value is None and response.stated:
        return response.status
    title = style.pick(words.HEADINGS["response"][style.language])
    return f"{title} {response.status}" if response.stated else title


def _sections(
    fields: Iterable[Field],
    style: Style,
    invariants: tuple[Invariant, ...] = (),
    path: tuple[str, ...] = (),
) -> Iterator[Block]:
    """One section for each object, where the page tells objects apart."""
    if style.nesting != "sections":
        return
    for field in fields:
        own = (*path, field.name)
        inner = members(field.value)
        if inner:
            title = section_title(own)
            yield Heading(4, (title,), title.lower())
            yield grid(rows_of(inner, style, own), style, invariants)
            yield from _sections(inner, style, invariants, own)
