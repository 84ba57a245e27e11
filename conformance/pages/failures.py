"""What goes wrong on the way to a server and back, in words, and how long a busy one asks for."""

from __future__ import annotations

import datetime as dt
import email.utils
from typing import Final

import requests
import urllib3

from conformance.pages.addresses import shown

_FAILURES: Final[tuple[tuple[type[Exception], str, str], ...]] = (
    (requests.exceptions.SSLError, "no trusted connection (TLS)", "check host and certificate"),
    (urllib3.exceptions.NameResolutionError, "the host is not known (DNS)", "check the name"),
    (requests.exceptions.ConnectTimeout, "no connection in time", "try again later"),
    (requests.exceptions.Timeout, "no answer in time", "try again later"),
    (requests.exceptions.ContentDecodingError, "the content is damaged", "try again"),
    (requests.exceptions.ChunkedEncodingError, "the answer broke off", "try again"),
    (requests.exceptions.ConnectionError, "no answer", "check address and network"),
)
"""What went wrong, the first that fits -> the words for it, what to do."""


def seconds_asked(said: str) -> float | None:
    """What Retry-After asks for: seconds, or until a date (RFC 9110, section 10.2.3)."""
    if said.strip().isdecimal():
        return float(said)
    try:
        until = email.utils.parsedate_to_datetime(said)
        if until.tzinfo is None:
            until = until.replace(tzinfo=dt.UTC)
        return max(0.0, (until - dt.datetime.now(dt.UTC)).total_seconds())
    except (ValueError, TypeError, OverflowError):
        return None


def words_for(error: Exception) -> tuple[str, str]:
    """What went wrong, and what to do about it; empty where nothing is known to help."""
    causes = _causes(error)
    for kind, words, hint in _FAILURES:
        if any(isinstance(cause, kind) for cause in causes):
            return words, hint
    return f"cannot be fetched: {shown(str(error))}", ""


def _causes(error: Exception) -> list[object]:
    """An error and what it wraps: requests hides the reason in its arguments."""
    found: list[object] = [error]
    for cause in found:
        if len(found) < 20 and isinstance(cause, BaseException):
            found += [cause.__cause__, getattr(cause, "reason", None), *cause.args]
    return found
