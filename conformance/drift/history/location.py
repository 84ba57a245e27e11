"""Where a history is, and the errors about one that cannot be used."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from msgspec import Struct
from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError

from conformance.errors import InputError, UsageError
from conformance.patterns import regex

_SCHEME: Final = regex(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SECRET: Final = regex("pass", re.IGNORECASE)
"""In the name of a setting that is a password (libpq: password, sslpassword, passfile)."""
_HINT: Final = "give a file, or postgresql://user@host/database"
_SAME = "the history is as it was"
_DAMAGED = (
    "the history is damaged",
    "restore the file from a copy, save what is left of it with sqlite3's .recover, or move it "
    "away to begin anew; nothing was written",
)
_CLOSED = ("it cannot be opened", "check that the folder exists and that it may be read")
_READ_ONLY = (
    "it cannot be written to",
    f"check the permissions of the file and of its folder; {_SAME}",
)
_FULL = ("there is no room left on the disk", f"make room and run again; {_SAME}")
_BUSY = ("others are writing to it all the time", f"run again when they are done; {_SAME}")
_IO = ("the disk does not do its work", f"check that it has room, and the disk itself; {_SAME}")
_REFUSED = ("the database lets nobody in with that", "check user, password and rights")
_OTHER = ("the database refuses", f"{_SAME}")
_SQLITE: Final[Mapping[str, tuple[str, str]]] = {
    "SQLITE_FULL": _FULL,
    "SQLITE_READONLY": _READ_ONLY,
    "SQLITE_PERM": _READ_ONLY,
    "SQLITE_AUTH": _READ_ONLY,
    "SQLITE_CORRUPT": _DAMAGED,
    "SQLITE_NOTADB": (
        "is no history: the file is no SQLite database",
        "name another file, or move this one away; nothing was written",
    ),
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_CANTOPEN": _CLOSED,
    "SQLITE_IOERR": _IO,
}
"""Result code without its extension (sqlite.org/rescode.html) -> what, and what to do."""
_POSTGRESQL: Final[Mapping[str, tuple[str, str]]] = {
    "53100": _FULL,
    "53": ("the database has no room for more", f"see to the server and run again; {_SAME}"),
    "28": _REFUSED,
    "42501": _REFUSED,
    "3D": ("there is no such database", "create it first: createdb NAME"),
    "25006": ("the database is read-only", f"name the one that is written to; {_SAME}"),
    "55P03": _BUSY,
    "57": ("the server is shutting down or gave up", f"run again later; {_SAME}"),
    "58": _IO,
    "XX": ("the history is damaged", f"see to the server; {_SAME}"),
    "": (
        "the database cannot be reached, or the connection was lost",
        f"check host, port, user and password, and that the server runs; {_SAME}",
    ),
}
"""SQLSTATE or the class it begins with (PostgreSQL, Appendix A) -> what, and what to do."""


class HistoryLocation(Struct, frozen=True):
    """A database that can hold a history: exactly one of the two is given."""

    file: Path | None
    """An SQLite file."""
    url: URL | None = None
    """A PostgreSQL database."""

    def __str__(self) -> str:
        """As messages name it: never with a password, wherever in the URL it stands."""
        if self.url is None:
            return str(self.file)
        hidden = {name: "***" for name in self.url.query if _SECRET.search(name)}
        return self.url.update_query_dict(hidden).render_as_string(hide_password=True)

    def __repr__(self) -> str:
        return f"Place({self})"

    def secrets(self) -> frozenset[str]:
        """What must never be printed of it."""
        if self.url is None:
            return frozenset()
        parameters = [
            value
            for name, values in self.url.normalized_query.items()
            for value in values
            if _SECRET.search(name)
        ]
        return frozenset(filter(None, (str(self.url.password or ""), *parameters)))


def parse_location(given: str) -> HistoryLocation:
    """The place that a path or an SQLAlchemy URL means.  Raises UsageError: neither, or a database
    of a kind that no history is kept in."""
    if not given.strip() or "\0" in given:
        raise UsageError("no history is named", hint=_HINT)
    scheme = _SCHEME.match(given)
    if not scheme:
        return HistoryLocation(Path(given).expanduser())
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):  # a port that is no number; its text may be a password
        raise UsageError(f"{scheme[0]}…: no database URL", hint=_HINT) from None
    dialect = url.drivername.partition("+")[0]
    if dialect == "sqlite":
        if not url.database or url.database == ":memory:" or url.host or url.query:
            what = f"{url.render_as_string()}: names no file"
            raise UsageError(what, hint="write sqlite:///file")
        return HistoryLocation(Path(url.database).expanduser())
    if dialect in ("postgresql", "postgres"):
        return HistoryLocation(None, url.set(drivername="postgresql+psycopg"))
    raise UsageError(f"{dialect}: no history is kept in such a database", hint=_HINT)


def damage_error(where: HistoryLocation, why: object) -> InputError:
    """The error about a history that does not hold what a history holds."""
    what, hint = _DAMAGED
    return InputError(f"{where}: {what}: {' '.join(str(why).split())}", hint=hint)


@contextmanager
def explain_errors(where: HistoryLocation) -> Iterator[None]:
    """Whatever the database of ``where`` complains of inside becomes an :class:`InputError`."""
    try:
        yield
    except DBAPIError as error:
        raise _to_error(where, error.orig or error) from error
    except sqlite3.Error as error:
        raise _to_error(where, error) from error
    except (StatementError, ValueError) as error:  # a cell that is no text, no time, no JSON
        raise damage_error(where, error) from error
    except OSError as error:
        what, hint = _CLOSED
        raise InputError(f"{where}: {what}: {error.strerror or error}", hint=hint) from error


def _to_error(where: HistoryLocation, error: BaseException) -> InputError:
    """With the first line of the database's own words, less passwords should it repeat one."""
    name, state = getattr(error, "sqlite_errorname", None), getattr(error, "sqlstate", None) or ""
    if name is not None:
        what, hint = _SQLITE.get("_".join(str(name).split("_")[:2]), _DAMAGED)
    elif isinstance(error, sqlite3.Error):
        what, hint = _DAMAGED
    else:
        known = (_POSTGRESQL[s] for s in (state, state[:2]) if s in _POSTGRESQL)
        what, hint = next(known, _OTHER)
    message = str(error).strip().partition("\n")[0]
    for secret in sorted(where.secrets(), key=len, reverse=True):
        message = message.replace(secret, "***")
    return InputError(f"{where}: {what}: {message}", hint=hint)
