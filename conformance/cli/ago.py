"""Moments as people give them: a day, or how long ago."""

from __future__ import annotations

import datetime as dt
import re
from typing import Final

from conformance.errors import UsageError

_AGO: Final = re.compile(r"([0-9]{1,5}) ?([hdw])", re.IGNORECASE)
_UNITS: Final = {
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """The moment that ``text`` means: an ISO 8601 date or date and time, or ``7d``, ``3w``.

    A day is its first moment; without a time zone it is that of this machine.

    Raises:
        UsageError: it means none, or one that is yet to come.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        given = now - int(ago[1]) * _UNITS[ago[2].lower()] if ago else _read(text.strip())
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no day", hint="write 2026-11-03, or how long ago: 12h, 7d, 3w"
        ) from None
    if given > now:
        raise UsageError(f"{text!r} is yet to come", hint="give a day that has been")
    return given


def _read(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text).astimezone()
