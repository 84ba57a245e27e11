"""What a page says against what is registered, and successes documented as errors."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from http import HTTPStatus
from typing import Final

from conformance.checks.lint.facts import NearMediaType, RejectedSuccess, UnregisteredStatus
from conformance.checks.lint.texts import sole_operation
from conformance.model.document import Document
from conformance.model.operation import Json, Operation, Response
from conformance.model.span import Span
from conformance.reading import PageReading


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


MEDIA_TYPES: Final = _words(
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
"""https://www.iana.org/assignments/media-types; a few that are in wide use and not there are
listed as well, so that nothing is called a misspelling of its neighbour."""

_HEADERS: Final = _words(
    "accept accept-charset accept-encoding accept-language authorization cache-control "
    "content-encoding content-length content-md5 content-type cookie date etag expect forwarded "
    "host if-match if-modified-since if-none-match idempotency-key origin proxy-authorization "
    "referer retry-after signature-input user-agent x-api-key x-requested-with"
)
"""https://www.iana.org/assignments/http-fields, requests, and two that are common."""
_AMBIGUOUS: Final = frozenset(("date", "host", "origin", "expect", "cookie", "etag", "accept"))
"""Words that name a plain parameter as often."""
_STATUSES: Final = frozenset(str(status.value) for status in HTTPStatus)
_CUSTOM_HEADER: Final = re.compile(r"X-[A-Z][A-Za-z]*(?:-[A-Z][A-Za-z]*)*")


def is_header_name(name: str) -> bool:
    """Whether ``name`` is surely that of an HTTP header field."""
    low = name.lower()
    return (low in _HEADERS and low not in _AMBIGUOUS) or bool(_CUSTOM_HEADER.fullmatch(name))


def is_status(status: str) -> bool:
    """Whether ``status`` is in https://www.iana.org/assignments/http-status-codes, or a class."""
    return not status.isdigit() or status in _STATUSES


def nearest_media_type(written: str) -> str:
    """The registered media type one letter away from ``written``; empty when there is none.

    A registered type, and one of a vendor or with a suffix of its own, is near to nothing.
    """
    low = written.lower()
    if low in MEDIA_TYPES:
        return ""
    return next((known for known in sorted(MEDIA_TYPES) if one_edit(low, known)), "")


def one_edit(first: str, second: str) -> bool:
    """Whether one letter added, dropped, changed or swapped makes one text of the other."""
    if first == second or abs(len(first) - len(second)) > 1:
        return False
    pairs = enumerate(zip(first, second, strict=False))
    at = next((i for i, (a, b) in pairs if a != b), min(len(first), len(second)))
    left, right = first[at:], second[at:]
    swapped = left[1::-1] + left[2:]
    return left[1:] == right[1:] or left[1:] == right or left == right[1:] or swapped == right


_MEDIA_TYPE: Final = re.compile(
    r"(?<![\w.+/-])[a-z]{3,20}/[a-z0-9][a-z0-9.+-]{0,60}[a-z0-9](?![\w/])", re.IGNORECASE
)
_REJECTION: Final = re.compile(
    r"(?:\b|_)(?:reject(?:ed|ion)?|errors?|fail(?:ed|ure)?|invalid|denied|refused|unauthori[sz]ed"
    r"|forbidden|not[ _]found)(?:\b|_)",
    re.IGNORECASE,
)
_SAME: Final = 2
"""Members two bodies must share to be the same kind of body."""


def near_media_types(document: Document, reading: PageReading) -> Iterator[NearMediaType]:
    """Misspelt media types of bodies, then those in the text."""
    seen: set[str] = set()
    for operation in reading.operations:
        for subject, written, span in _bodies(operation):
            if nearest := nearest_media_type(written):
                seen.add(written.lower())
                yield _near(operation.key, subject, written, nearest, span)
    operation_key = sole_operation(reading)
    for number, line in enumerate(document.lines, 1):
        for hit in _MEDIA_TYPE.finditer(line):
            nearest = nearest_media_type(hit.group())
            if nearest and hit.group().lower() not in seen:
                seen.add(hit.group().lower())
                span = Span(document.page, number, number, line.strip()[:160])
                yield _near(operation_key, hit.group(), hit.group(), nearest, span)


def _bodies(operation: Operation) -> Iterator[tuple[str, str, Span]]:
    if operation.body:
        yield "requestBody", operation.body.media_type, operation.body.value.span
    for response in operation.responses:
        yield f"responses.{response.status}", response.media_type, response.span


def _near(operation: str, subject: str, written: str, nearest: str, span: Span) -> NearMediaType:
    return NearMediaType(
        operation=operation, subject=subject, span=span, written=written, registered=nearest
    )


def unregistered_statuses(document: Document, reading: PageReading) -> Iterator[UnregisteredStatus]:
    """Statuses that a client's HTTP library knows nothing of."""
    for operation in reading.operations:
        for response in operation.responses:
            if response.stated and not is_status(response.status):
                yield UnregisteredStatus(
                    operation=operation.key,
                    subject=f"responses.{response.status}",
                    span=response.span,
                    status=response.status,
                )


def rejected_successes(document: Document, reading: PageReading) -> Iterator[RejectedSuccess]:
    """Successes that have the members of an error and show nothing but rejections."""
    for operation in reading.operations:
        errors = [r for r in operation.responses if r.status[0] in "45"]
        for response in operation.responses:
            sign = _sign(response) if response.status[0] == "2" else ""
            twin = next((e for e in errors if _same_members(response, e)), None)
            if sign and twin:
                yield RejectedSuccess(
                    operation=operation.key,
                    subject=f"responses.{response.status}",
                    span=response.span,
                    other=twin.span,
                    status=response.status,
                    error=twin.status,
                    sign=sign,
                )


def _same_members(first: Response, second: Response) -> bool:
    one, other = (
        {(f.name, f.value.kind) for f in r.value.fields} if r.value else set()
        for r in (first, second)
    )
    return len(one) >= _SAME and one == other


def _sign(response: Response) -> str:
    """A word of rejection in each of the examples; the first one's."""
    signs = [_rejection(e.value) for e in response.examples if e.parsed]
    return signs[0] if signs and all(signs) else ""


def _rejection(value: Json) -> str:
    """The first string, from the top, that says that something was rejected."""
    waiting = deque([value])
    while waiting:
        node = waiting.popleft()
        if isinstance(node, dict):
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node[:20])
        elif isinstance(node, str) and (hit := _REJECTION.search(node)):
            return node if len(node) <= 40 else hit.group().strip("_")
    return ""
