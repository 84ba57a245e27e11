"""The values that options take, beside plain words."""

from __future__ import annotations

import datetime as dt
import re
import sys
from difflib import get_close_matches
from pathlib import Path, PurePosixPath
from typing import Any, Final
from urllib.parse import urlsplit

import click

from conformance.errors import UsageError
from conformance.pipeline.choice import STDIN

_AGO: Final = re.compile(r"([0-9]{1,5}) ?([hdw])", re.IGNORECASE)
_UNITS: Final = {
    "h": dt.timedelta(hours=1),
    "d": dt.timedelta(days=1),
    "w": dt.timedelta(weeks=1),
}


class NamedPath(click.Path):
    """A file or folder.  Empty it is a variable that is not set, not the folder one is in."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if not str(value):
            self.fail("the path is empty (the folder you are in is .)", param, ctx)
        return Path(value)


PATH: Final = NamedPath()


class Input(NamedPath):
    """A file or folder that is read; ``-`` is what comes on standard input."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Path:
        if str(value) != "-" or ctx is None:
            return super().convert(value, param, ctx)
        if STDIN in ctx.meta:
            ctx.close()  # nobody will enter it
            self.fail("standard input can be read once", param, ctx)
        ctx.meta[STDIN] = True
        from tempfile import TemporaryDirectory

        path = Path(ctx.with_resource(TemporaryDirectory())) / STDIN
        path.write_bytes(sys.stdin.buffer.read())
        return path


class Choice(click.Choice[str]):
    """One of a few words; a slip is answered with the nearest."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        if value not in self.choices:
            close = get_close_matches(str(value), self.choices, 1)
            hint = f"did you mean {close[0]}? " if close else ""
            known = ", ".join(self.choices)
            self.fail(f"invalid choice: {value!r} ({hint}choose from {known})", param)
        return str(value)


class Whole(click.ParamType[int]):
    """A whole number; bounds catch slips of the hand."""

    name = "number"

    def __init__(self, lowest: int, highest: int) -> None:
        self.lowest = lowest
        self.highest = highest

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> int:
        text = str(value)
        number = int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
        if number is None or not self.lowest <= number <= self.highest:
            self.fail(f"{text!r} is no number from {self.lowest} to {self.highest}", param)
        return number


class FolderInside(click.ParamType[str]):
    """A folder within a repository."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = PurePosixPath(str(value).replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts:
            self.fail(f"{value!r} leads out of the repository", param)
        return str(value)


class BasePath(click.ParamType[str]):
    """The path of a base URL, or a path, without the slash at its end."""

    name = "path"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        path = urlsplit(value).path if "://" in value else str(value)
        return "/" + path.strip("/")


class Moment(click.ParamType[dt.datetime]):
    """A moment as people give it: a day, or how long ago."""

    name = "moment"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> dt.datetime:
        return (
            value if isinstance(value, dt.datetime) else moment_of(value, dt.datetime.now(dt.UTC))
        )


def moment_of(text: str, now: dt.datetime) -> dt.datetime:
    """The moment that ``text`` means: an ISO 8601 date or date and time, or ``7d``, ``3w``.

    A day is its first moment; without a time zone it is that of this machine.

    Raises:
        UsageError: it means none, or one that is yet to come.
    """
    ago = _AGO.fullmatch(text.strip())
    try:
        if ago:
            given = now - int(ago[1]) * _UNITS[ago[2].lower()]
        else:
            given = dt.datetime.fromisoformat(text.strip()).astimezone()
    except (ValueError, OverflowError):
        raise UsageError(
            f"{text!r} is no day", hint="write 2026-11-03, or how long ago: 12h, 7d, 3w"
        ) from None
    if given > now:
        raise UsageError(f"{text!r} is yet to come", hint="give a day that has been")
    return given
