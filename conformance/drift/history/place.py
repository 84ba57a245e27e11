"""Where a history is: a file, or a database by its URL."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError

from conformance.errors import UsageError

_SCHEME: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_SECRET: Final = re.compile("pass", re.IGNORECASE)
"""In the name of a setting that is a password (libpq: password, sslpassword, passfile)."""
_HINT: Final = "give a file, or postgresql://user@host/database"


@dataclass(frozen=True, slots=True)
class Place:
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
        """What may not be told of it."""
        if self.url is None:
            return frozenset()
        told = [
            value
            for name, values in self.url.normalized_query.items()
            for value in values
            if _SECRET.search(name)
        ]
        return frozenset(filter(None, (str(self.url.password or ""), *told)))


def place(given: str) -> Place:
    """The place that a path or an SQLAlchemy URL means.

    Raises:
        UsageError: neither, or a database of a kind that no history is kept in.
    """
    if not given.strip() or "\0" in given:
        raise UsageError("no history is named", hint=_HINT)
    scheme = _SCHEME.match(given)
    if not scheme:
        return Place(Path(given).expanduser())
    try:
        url = make_url(given)
    except (ArgumentError, ValueError):  # a port that is no number; its text may be a password
        raise UsageError(f"{scheme[0]}…: no database URL", hint=_HINT) from None
    dialect = url.drivername.partition("+")[0]
    if dialect == "sqlite":
        return Place(_file(url))
    if dialect in ("postgresql", "postgres"):
        return Place(None, url.set(drivername="postgresql+psycopg"))
    raise UsageError(f"{dialect}: no history is kept in such a database", hint=_HINT)


def _file(url: URL) -> Path:
    if not url.database or url.database == ":memory:" or url.host or url.query:
        raise UsageError(f"{url.render_as_string()}: names no file", hint="write sqlite:///file")
    return Path(url.database).expanduser()
