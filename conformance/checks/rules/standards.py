"""Rules for what a page states against what is registered, and successes shown as errors."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from itertools import chain
from typing import Final

from conformance.checks.rule import ERROR, WARNING, PagePlace, PageVerdict, page_rule
from conformance.compare.wording import format_value
from conformance.model.document import Document
from conformance.model.operation import Json, Operation, Response
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading import PageReading
from conformance.vocabulary.similar_names import is_one_edit_apart

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
