"""What is registered with IANA, as far as documentation of APIs speaks of it."""

from __future__ import annotations

import re
from http import HTTPStatus
from typing import Final


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
