"""Rules for methods, paths and locations a page documents twice, and for what is registered."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain
from typing import Final

from conformance.checks.rule import ERROR, TWICE, WARNING, PagePlace, PageVerdict, page_rule
from conformance.compare.wording import format_list, format_name, format_value
from conformance.model.contract import Claim, Statement
from conformance.model.document import Document
from conformance.model.operation import Json, Operation, Response
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading import PageReading
from conformance.reading.rows.row import REQUEST_HEADERS
from conformance.vocabulary.similar_names import is_one_edit_apart, pair

_HEADERS: Final = REQUEST_HEADERS - {"accept", "cookie", "host", "origin"}
"""Without words that name a plain parameter as often."""
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


_REGISTERED: Final = (
    "application/json application/xml application/x-www-form-urlencoded application/octet-stream "
    "application/problem+json application/problem+xml application/pdf application/zip "
    "application/gzip application/javascript application/jwt application/cbor application/yaml "
    "application/protobuf application/json-patch+json application/merge-patch+json "
    "application/ld+json application/graphql-response+json application/schema+json "
    "application/vnd.api+json application/geo+json application/hal+json application/x-ndjson "
    "application/sql multipart/form-data multipart/mixed multipart/related multipart/byteranges "
    "text/plain text/html text/csv text/xml text/javascript text/css text/event-stream "
    "text/markdown text/calendar image/png image/jpeg image/gif image/svg+xml image/webp "
    "audio/mpeg video/mp4 font/woff2"
)
MEDIA_TYPES: Final = frozenset(_REGISTERED.split())
"""https://www.iana.org/assignments/media-types; a few that are in wide use and not there are
listed as well, so that nothing is called a misspelling of its neighbour."""
_MEDIA_TYPE: Final = regex(
    r"(?<![\w.+/-])[a-z]{3,20}/[a-z0-9][a-z0-9.+-]{0,60}[a-z0-9](?![\w/])", re.IGNORECASE
)
_STATUSES: Final = frozenset(str(status.value) for status in HTTPStatus)
"""https://www.iana.org/assignments/http-status-codes."""
_SAME: Final = 2
"""Members two bodies must share to be the same kind of body."""
_REJECTION: Final = regex(
    r"(?:\b|_)(?:reject(?:ed|ion)?|errors?|fail(?:ed|ure)?|invalid|denied|refused|unauthori[sz]ed"
    r"|forbidden|not[ _]found)(?:\b|_)",
    re.IGNORECASE,
)


def find_sole_operation(reading: PageReading) -> str:
    """The page's one operation; empty when it has none or several."""
    return reading.operations[0].key if len(reading.operations) == 1 else ""


@page_rule(
    WARNING,
    "A media type is one letter away from a registered one",
    title="`{actual}` is no media type",
    why="A client that asks for it, or compares it with what it gets, fails: servers "
    "answer 406 or 415, parsers are not chosen.",
    advice="write the media type that the API uses",
)
def media_type_unknown(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A media type is registered nowhere and one letter away from one that is.

    Media types of vendors and with suffixes of their own are left alone.

    Bad:
        Content-Type: appliction/json
    Good:
        Content-Type: application/json
    """
    bodies = [(o.key, *body) for o in reading.operations for body in _find_bodies(o)]
    texts = (
        (
            find_sole_operation(reading),
            hit[0],
            hit[0],
            Span(document.page, number, number, line.strip()[:160]),
        )
        for number, line in enumerate(document.lines, 1)
        for hit in _MEDIA_TYPE.finditer(line)
    )
    found: set[str] = set()
    for place, (operation, subject, written, span) in enumerate(chain(bodies, texts)):
        nearest = find_nearest_media_type(written)
        if nearest and (place < len(bodies) or written.lower() not in found):
            found.add(written.lower())
            message = f"{written} is no registered media type; {nearest} is"
            yield PageVerdict(PagePlace(operation, subject, span), message, nearest, written)


def _find_bodies(operation: Operation) -> Iterator[tuple[str, str, Span]]:
    if operation.body:
        yield "requestBody", operation.body.media_type, operation.body.value.span
    for response in operation.responses:
        yield f"responses.{response.status}", response.media_type, response.span


def find_nearest_media_type(written: str) -> str:
    """The registered media type one letter away from ``written``; empty when there is none.  A
    registered type, and one of a vendor or with a suffix of its own, is near to nothing."""
    low = written.lower()
    if low in MEDIA_TYPES:
        return ""
    return next((known for known in sorted(MEDIA_TYPES) if is_one_edit_apart(low, known)), "")


@page_rule(
    WARNING,
    "A documented status code is not registered",
    title="Status {actual} is in no registry",
    why="Libraries and proxies take an unknown code for the x00 of its class (RFC 9110, "
    "section 15): they blame the request, or retry, where the page means something "
    "else.",
    asks=(
        "Does the API really answer with status {actual}?",
        "Yes: the page is to say that it is the exchange's own, and how a client tells "
        "it from the codes that are registered.",
        "No: it is to name the registered code.",
    ),
)
def status_code_unregistered(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A documented status code is not in IANA's registry.

    Clients must treat it as the x00 of its class (RFC 9110, section 15), proxies and libraries
    may do otherwise.

    Bad:
        ### Response 490
    Good:
        ### Response 503
    """
    for operation in reading.operations:
        for response in operation.responses:
            status = response.status
            if response.stated and status.isdigit() and status not in _STATUSES:
                yield PageVerdict(
                    PagePlace(operation.key, f"responses.{status}", response.span),
                    f"{status} is no registered status code; clients take it for {status[0]}00",
                    "a registered status code",
                    status,
                )


@page_rule(
    ERROR,
    "A success is documented with the body of an error",
    title="{operation}: the success is documented with the body of an error",
    why="Nobody can write a client for the success: what it looks like is documented nowhere.",
    advice="document what comes back when the request succeeds",
    asks=(
        "What does the API answer when the request succeeds?",
        "Other members: the page is to list them and show an example.",
        "The same members: the example is to show a success, not a rejection.",
        "Nothing (an empty body): the page is to say so.",
    ),
)
def success_documented_as_error(document: Document, reading: PageReading) -> Iterator[PageVerdict]:
    """A success has exactly the members of an error response, and its examples are rejections.

    Bad:
        ### 200

        {"type": "REJECT", "reason": "NOT_FOUND"}

        ### 400

        {"type": "REJECT", "reason": "NOT_FOUND"}
    Good:
        ### 200

        {"id": 7, "state": "cancelled"}

        ### 400

        {"type": "REJECT", "reason": "NOT_FOUND"}
    """
    for operation in reading.operations:
        errors = [r for r in operation.responses if r.status[0] in "45"]
        for response in operation.responses:
            signs = [_find_rejection(e.value) for e in response.examples if e.parsed]
            shows_rejections = response.status[0] == "2" and signs and all(signs)
            error = next((e for e in errors if _has_same_members(response, e)), None)
            if shows_rejections and error:
                yield PageVerdict(
                    PagePlace(
                        operation.key, f"responses.{response.status}", response.span, error.span
                    ),
                    f"{response.status} is documented with the members of {error.status}, "
                    f"and its example is a rejection ({format_value(signs[0])})",
                    "what a success looks like",
                    f"the body of {error.status}",
                )


def _has_same_members(first: Response, second: Response) -> bool:
    one, other = (
        {(f.name, f.value.kind) for f in r.value.fields} if r.value else set()
        for r in (first, second)
    )
    return len(one) >= _SAME and one == other


def _find_rejection(value: Json) -> str:
    """The first string, from the top, that says that something was rejected."""
    waiting = deque([value])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node[:20])
        elif isinstance(node, str) and _REJECTION.search(node):
            return node
    return ""
