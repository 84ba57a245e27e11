"""Rules for methods, paths and locations that a page documents in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.checks.rule import ERROR, TWICE, WARNING, PagePlace, PageVerdict, page_rule
from conformance.compare.wording import format_list, format_name
from conformance.model.contract import Claim, Statement
from conformance.model.document import Document
from conformance.patterns import regex
from conformance.reading import PageReading
from conformance.vocabulary.similar_names import pair

_HEADER_NAMES: Final = (
    "accept-charset accept-encoding accept-language authorization cache-control "
    "content-encoding content-length content-md5 content-type forwarded if-match "
    "if-modified-since if-none-match idempotency-key proxy-authorization referer retry-after "
    "signature-input user-agent x-api-key x-requested-with"
)
_HEADERS: Final = frozenset(_HEADER_NAMES.split())
"""https://www.iana.org/assignments/http-fields, requests, and two that are common; without words
that name a plain parameter as often (date, host, origin)."""
_CUSTOM_HEADER: Final = regex(r"X-[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*")


@page_rule(
    ERROR,
    "Heading and sample call one path with two methods",
    title="{operation}: the page gives another method elsewhere",
    why="A request with the wrong method is refused, or does something else.",
    asks=("Which method is right?", *TWICE),
)
def method_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A heading and a sample, or a heading and the line below it, call one path with two methods.

    Paths that the page documents with both methods are left alone.

    Bad:
        ## POST /orders

        curl -X GET https://api.example.com/orders
    Good:
        ## POST /orders

        curl -X POST https://api.example.com/orders
    """
    for statement in reading.statements:
        method, _, path = statement.operation.partition(" ")
        if statement.kind != "method" or statement.word == method:
            continue
        bare = path.rstrip("/")
        documented = {o.method: o for o in reading.operations if o.path.rstrip("/") == bare}
        if method in documented and statement.word not in documented:
            place = PagePlace(
                documented[method].key, "method", documented[method].span, statement.span
            )
            message = f"documented as {method} and called with {statement.word} by a sample"
            yield PageVerdict(place, message, method, statement.word)


@page_rule(
    WARNING,
    "Heading and sample name two paths that are nearly the same",
    title="{operation}: documented with one path, called with another",
    why="Whoever copies the wrong one gets an error.",
    asks=("Which path is right?", *TWICE),
)
def path_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """The sample of an operation calls a path that is nearly the documented one.

    One segment differs, by a letter, by its case or by the order of its words; which of the two
    works, the page does not say.

    Bad:
        ## GET /query-fills

        curl -X GET https://api.example.com/fills-query
    Good:
        ## GET /query-fills

        curl -X GET https://api.example.com/query-fills
    """
    documented = {o.key.rstrip("/"): o for o in reading.operations}
    paths = {o.path.rstrip("/") for o in reading.operations}
    for statement in reading.statements:
        operation, called = documented.get(statement.operation), statement.word.rstrip("/")
        if statement.kind != "path" or operation is None or called in paths:
            continue
        if _is_slip(operation.path, called):
            place = PagePlace(operation.key, "path", operation.span, statement.span)
            message = f"documented as {operation.path} and called as {called} by a sample"
            yield PageVerdict(place, message, operation.path, called)


def _is_slip(path: str, called: str) -> bool:
    """Whether the paths differ in one segment, whose names are alike.  ``/order`` and ``/orders``
    are two resources, as often as not."""
    wanted, given = path.strip("/").split("/"), called.strip("/").split("/")
    given = given[-len(wanted) :]
    if len(wanted) != len(given):
        return False
    both = zip(wanted, given, strict=True)
    differ = [(a, b) for a, b in both if a != b and not a.startswith("{")]
    if len(differ) != 1:
        return False
    ours, theirs = differ[0]
    plural = ours.removesuffix("s") == theirs.removesuffix("s")
    return not plural and bool(pair((ours,), (theirs,)))


@page_rule(
    WARNING,
    "An input is tabled where it does not go",
    title="{names}: documented in the {actual}, stated to go in the {expected}",
    why="A value that is sent in the wrong place is ignored: the request fails, or does "
    "something wider than was meant.",
    facet="place",
)
def location_conflict(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """An input is tabled in one place, and goes in another by the rest of the page or by HTTP.

    Prose that says "query" above a table of the body; a header among the query parameters; a
    placeholder of the path that the table puts into the query, or an input "in the path" that
    the path has no place for.

    Bad:
        ## Query parameters

        | Name          | Type   |
        | ------------- | ------ |
        | Authorization | string |
    Good:
        ## Headers

        | Name          | Type   |
        | ------------- | ------ |
        | Authorization | string |
    """
    rows: dict[str, list[Claim]] = {}
    for claim in reading.claims:
        if claim.location:
            rows.setdefault(claim.operation, []).append(claim)
    stated = {s.operation: s for s in reversed(reading.statements) if s.kind == "location"}
    for operation in reading.operations:
        own = rows.get(operation.key, [])
        if operation.key in stated:
            yield from _compare_with_prose(stated[operation.key], own)
        for row in own:
            yield from _compare_with_http(row, operation.path)


def _compare_with_prose(statement: Statement, rows: list[Claim]) -> Iterator[PageVerdict]:
    """Prose that speaks of the inputs as a whole, and a table that puts all of them elsewhere."""
    tabled = {"query": "body", "body": "query"}[statement.word]
    elsewhere = [row for row in rows if row.location == tabled]
    if elsewhere and not any(row.location == statement.word for row in rows):
        names = format_list([format_name(row.subject.partition(".")[2]) for row in elsewhere], 4)
        place = PagePlace(
            statement.operation,
            "requestBody" if tabled == "body" else "parameters",
            elsewhere[0].span,
            statement.span,
        )
        message = f"{names}: the table says {tabled}, the text says {statement.word}"
        yield PageVerdict(place, message, statement.word, tabled, severity=WARNING)


def _compare_with_http(row: Claim, path: str) -> Iterator[PageVerdict]:
    name, tabled = row.subject.partition(".")[2], row.location
    placeholder = "{" + name + "}" in path
    if row.subject.startswith("responses.") or "." in name:
        return
    is_header = name.lower() in _HEADERS or _CUSTOM_HEADER.fullmatch(name)
    if tabled in ("query", "body") and is_header:
        stated, why = "header", f"is an HTTP header and is tabled as going in the {tabled}"
    elif tabled in ("query", "header", "cookie", "body") and placeholder:
        stated, why = "path", f"is part of the path and is tabled as going in the {tabled}"
    elif tabled == "path" and not placeholder:
        stated = "a place in the path"
        why = "is tabled as part of the path, and the path has no place for it"
    else:
        return
    place = PagePlace(row.operation, row.subject, row.span)
    yield PageVerdict(place, f"{format_name(name)} {why}", stated, tabled, severity=WARNING)
