"""A contract as a clean page of documentation, which reads back as the same contract.

One form for everything: a heading, the endpoint, a table for each place of input and for each
answer, members with their parents before dots, values in code.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import urlsplit

from msgspec.structs import replace

from conformance.model.contract import Contract, compare_contracts
from conformance.model.operation import (
    AuthScheme,
    Example,
    Field,
    Group,
    Json,
    Operation,
    Parameter,
    Response,
    Scalar,
    Stated,
    Unit,
    Value,
)
from conformance.parse import parse_page
from conformance.patterns import regex
from conformance.reading import read_document
from conformance.report.plain import make_printable

_AUTH: Final[dict[AuthScheme, str]] = {
    "api-key": "Requests carry an API key.",
    "jwt": "Requests carry a JWT.",
    "hmac": "Requests carry an HMAC signature.",
    "bearer": "Requests carry a Bearer token.",
    "none": "Authentication: not required.",
    "unspecified": "Authentication: required",
}
_GROUPS: Final = {
    "exactly-one": "Either {} is required, but not both.",
    "at-most-one": "Either {} can be sent, but not both.",
    "at-least-one": "At least one of {} must be sent.",
}
_UNITS: Final[dict[Unit, str]] = {
    "s": "seconds", "ms": "milliseconds", "us": "microseconds", "ns": "nanoseconds",
}  # fmt: skip
_BOUNDS: Final = (
    ("minimum", "Minimum value {}."),
    ("maximum", "Maximum value {}."),
    ("exclusive_minimum", "Must be greater than {}."),
    ("exclusive_maximum", "Must be less than {}."),
    ("min_length", "Minimum length {} characters."),
    ("max_length", "Maximum length {} characters."),
    ("min_items", "At least {} items."),
    ("max_items", "At most {} items."),
)
_HEADINGS: Final = {
    "path": "Path Parameters",
    "query": "Query Parameters",
    "header": "Request Headers",
    "cookie": "Request Parameters",
    "body": "Request Body",
}
_MARKS: Final = {
    Stated.YES: "Required",
    Stated.NO: "Optional",
    Stated.CONDITIONAL: "Conditional",
    Stated.NOT_STATED: "",
}
_COLUMNS: Final = (
    "Name", "In", "Type", "Required", "Nullable", "Description", "Example",
)  # fmt: skip
_MARKUP: Final = regex(r"[\\`*<|]")
_FACT: Final = regex(r"""[0-9"'`\[\]{}:=<>|%]|null""", re.IGNORECASE)
"""What a sentence that states a fact has in it: the fact is written anew beside it."""
_SENTENCE: Final = regex(r"(?<=[.!?。])\s+(?=[^\W\d_])")

Row = dict[str, str]


def render_contract_page(contract: Contract) -> str:
    """A Markdown page of all operations; descriptions are kept where they leave the contract
    unchanged."""
    pages = [_check_faithful(operation) for operation in contract.operations]
    return "\n".join(pages) if pages else "No operations.\n"


def _check_faithful(operation: Operation) -> str:
    bare, full = _render_page(operation, described=False), _render_page(operation, described=True)
    return full if full != bare and not compare_contracts(_read(bare), _read(full)) else bare


def _read(page: str) -> Contract:
    operations = read_document(parse_page(page.encode(), "page.md")).operations
    return Contract(operations=tuple(replace(o, invariants=()) for o in operations))


def _render_page(operation: Operation, *, described: bool) -> str:
    blocks = (
        f"# {_escape_text(operation.summary or operation.key)}",
        *_render_endpoint(operation),
        *_render_inputs(operation, described=described),
        *(
            block
            for response in operation.responses
            for block in _render_response(response, described=described)
        ),
    )
    return "\n\n".join(blocks) + "\n"


def _render_endpoint(operation: Operation) -> Iterator[str]:
    only = operation.servers[0] if len(operation.servers) == 1 else ""
    server = "" if urlsplit(only).path else only  # its path would be one with the operation's
    yield f"```http\n{operation.method} {server}{operation.path}\n```"
    if not server:
        yield from (f"Base URL: {server}" for server in operation.servers)
    for auth in operation.auth:
        named = f"{_AUTH[auth.scheme].rstrip('.')} in the header `{auth.header}`."
        yield named if auth.header else _AUTH[auth.scheme]
    for limit in operation.rate_limits:
        scope = f" by {_escape_text(limit.scope)}" if limit.scope else ""
        time = "1 second" if limit.seconds == 1 else f"{limit.seconds:g} seconds"
        yield f"Rate limit{scope}: {limit.count} requests per {time}."
    if operation.body is not None:
        yield f"Content-Type: {operation.body.media_type}"


def _render_inputs(operation: Operation, *, described: bool) -> Iterator[str]:
    rows: dict[str, list[Row]] = {place: [] for place in _HEADINGS}
    for parameter in operation.parameters:
        row = _render_row(parameter, parameter.name, operation.groups, described=described)
        rows[parameter.location].append(row | {"In": parameter.location})
    body = operation.body
    for field in body.value.fields if body else ():
        for row in _render_rows(field, (), operation.groups, described=described):
            rows["body"].append(row | {"In": "body"})
    if rows["cookie"]:  # no table of cookies alone is usual: one of all inputs names the place
        yield from _render_table(
            "Request Parameters", [row for each in rows.values() for row in each]
        )
    else:
        for place, each in rows.items():
            yield from _render_table(_HEADINGS[place], [row | {"In": ""} for row in each])
    yield from _render_samples(body.examples if body else ())


def _render_response(response: Response, *, described: bool) -> Iterator[str]:
    fields = _list_members(response.value) if response.value else ()
    rows = [row for field in fields for row in _render_rows(field, (), described=described)]
    if response.value is None and response.stated:
        yield f"## {response.status}"
    else:
        yield f"## Response {response.status}" if response.stated else "## Response"
    if rows and response.value and response.value.kind == "array":
        yield "Array of objects"
    yield from _render_table("", rows)
    yield from _render_samples(response.examples)


def _render_samples(examples: Iterable[Example]) -> Iterator[str]:
    for example in examples:
        yield f"~~~json\n{example.text}\n~~~"


def _render_table(title: str, rows: Sequence[Row]) -> Iterator[str]:
    if not rows:
        return
    if title:
        yield f"## {title}"
    columns = [c for c in _COLUMNS if c in ("Name", "Type") or any(row.get(c) for row in rows)]
    lines = [columns, ["---"] * len(columns), *([row.get(c, "") for c in columns] for row in rows)]
    yield "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _list_members(value: Value) -> tuple[Field, ...]:
    while value.kind == "array" and value.items is not None:
        value = value.items
    return value.fields


def _render_rows(
    field: Field, parents: tuple[str, ...], groups: Sequence[Group] = (), *, described: bool
) -> Iterator[Row]:
    own = (*parents, field.name)
    yield _render_row(field, ".".join(own), groups, described=described)
    for member in _list_members(field.value):
        yield from _render_rows(member, own, described=described)


def _render_row(
    member: Field | Parameter, name: str, groups: Sequence[Group], *, described: bool
) -> Row:
    value = member.value
    bound = [group for group in groups if member.name in group.names]
    conditional = member.required is Stated.CONDITIONAL and member.condition
    mark = "" if bound or conditional else _MARKS[member.required]
    sentences = [
        *(_select_plain(value.description) if described else ()),
        *_render_sentences(value),
        *([f"{member.condition.rstrip('.')}."] if member.condition and not bound else []),
        *(_group(group) for group in bound if group.names[-1] == member.name),
    ]
    return {
        "Name": _escape_text(name),
        "Type": _escape_text(_render_type(value)),
        "Required": mark,
        "Nullable": "No" if value.nullable is Stated.NO else "",
        "Example": _escape_text(_show_member(value.example[0])) if value.example else "",
        "Description": " ".join(
            (*map(_escape_text, dict.fromkeys(sentences)), *_list_facts(value))
        ),
    }


def _select_plain(description: str) -> Iterator[str]:
    """The sentences of a description that state no fact which stands elsewhere."""
    for sentence in _SENTENCE.split(description):
        if sentence.strip() and not _FACT.search(sentence):
            yield f"{sentence.strip().rstrip('.')}."


def _render_sentences(value: Value) -> Iterator[str]:
    if value.constant:
        yield f"It is always {_quote_member(value.constant[0])}."
    if value.unit == "percent":
        yield "Unit: %."
    elif value.unit is not None:
        yield f"{'Timestamp' if value.epoch else 'Duration'}, unit: {_UNITS[value.unit]}."
    for name, words in _BOUNDS:
        if (bound := getattr(value.limits, name)) is not None:
            yield words.format(bound)
    if value.default:
        yield f"Default: {_quote_member(value.default[0])}."
    if value.nullable is Stated.YES:
        yield "Can be null."
    if value.format == "decimal":
        yield "A numeric string."


def _group(group: Group) -> str:
    *first, last = (name.removesuffix("[]") for name in group.names)
    return _GROUPS[group.kind].format(f"{', '.join(first)} or {last}")


def _list_facts(value: Value) -> Iterator[str]:
    inner = value.items if value.kind == "array" and value.items is not None else value
    tokens = [_show_member(member) for member in inner.enum]
    if len(tokens) == 1:
        yield _escape_text(f"Possible values: [{tokens[0]}]")
    elif tokens:
        yield "One of " + ", ".join(f"`{token.replace('|', chr(92) + '|')}`" for token in tokens)


def _render_type(value: Value) -> str:
    if value.kind == "array":
        inner = _render_type(value.items) if value.items else ""
        return f"Array[{inner}]" if inner else "Array"
    word = (value.kind or "").capitalize()
    return f"{word}({value.format})" if word and value.format not in (None, "decimal") else word


def _show_member(member: Json) -> str:
    return member if isinstance(member, str) else json.dumps(member)


def _quote_member(member: Scalar) -> str:
    return f'"{member}"' if isinstance(member, str) else json.dumps(member)


def _escape_text(text: str) -> str:
    return _MARKUP.sub(lambda hit: "\\" + hit.group(), make_printable(" ".join(text.split())))
