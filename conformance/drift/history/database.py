"""Transactions on the database of a history, on SQLite and PostgreSQL alike.

Writers come one after the other: on SQLite by ``BEGIN IMMEDIATE``, on PostgreSQL by an
advisory lock.  Readers see one state from their first word to their last, and wait for nobody.
"""

from __future__ import annotations

import os
import re
import secrets
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import quote

from sqlalchemy import (
    URL,
    Connection,
    Engine,
    NullPool,
    column,
    create_engine,
    event,
    inspect,
    make_url,
    select,
    table,
    text,
)
from sqlalchemy.exc import ArgumentError, DBAPIError, StatementError

from conformance.drift.history.rows import APPLICATION_ID, REVISIONS, VERSION_TABLE
from conformance.errors import InputError, UsageError

_PATIENCE: Final = 30
"""Seconds to wait for another writer, or for a server."""
_LOCK: Final = 0x636F6E66
"""The advisory lock of writers: any number, as long as it is always the same."""


class Database:
    """The database of a history; a connection lives as long as a transaction."""

    def __init__(self, place: Place) -> None:
        self.place = place

    def exists(self) -> bool:
        """Whether there is something to read; a server always counts."""
        return self.place.file is None or self.place.file.exists()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A transaction that sees one state.

        Raises:
            InputError: there is no history, or it cannot be read.
        """
        if not self.exists():
            raise InputError(
                f"{self.place}: no such history",
                hint="one is begun by a run that remembers: pytest conformance/ --history FILE",
            )
        if not self._is_current():
            with self.writing():
                pass  # which brings it up to date
        with explained(self.place), self._transaction() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[Connection]:
        """A transaction that nobody else writes beside; all of it is kept, or nothing.

        A history that does not exist is begun.

        Raises:
            InputError: the history cannot be written; it is as it was.
        """
        with explained(self.place):
            if not self.exists():
                self._create()
            with self._transaction(writes=True) as connection:
                if not is_current(connection, self.place):
                    migrate(connection)
                _require_whole(connection, self.place)
                yield connection

    def _is_current(self) -> bool:
        with explained(self.place), self._transaction() as connection:
            return is_current(connection, self.place)

    @contextmanager
    def _transaction(self, *, writes: bool = False) -> Iterator[Connection]:
        file = self.place.file
        if file is None:
            engine = _server(self.place, writes=writes)
        else:
            _require_file(file)
            engine = _sqlite(file, _mode(file, writes=writes), writes=writes)
        with engine.begin() as connection:
            yield connection

    def _create(self) -> None:
        """A new file, whole at once: made beside its place, then linked into it."""
        target = self.place.file
        assert target is not None  # noqa: S101 - a server always exists
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
        try:
            _begin_file(draft)
            with _sqlite(draft, "mode=rw", writes=True).begin() as connection:
                migrate(connection)
            _link(draft, target)
        finally:
            for suffix in ("", "-wal", "-shm"):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _server(place: Place, *, writes: bool) -> Engine:
    assert place.url is not None  # noqa: S101 - it is no file
    try:
        engine = create_engine(
            place.url,
            poolclass=NullPool,
            connect_args={"connect_timeout": _PATIENCE},
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        )
    except ImportError as error:
        raise UsageError(
            f"{place}: PostgreSQL needs a driver that is not installed ({error})",
            hint="pip install 'docs-conformance[postgresql]'",
        ) from None
    if writes:
        event.listen(engine, "begin", _take_turn)
    return engine


def _take_turn(connection: Connection) -> None:
    connection.execute(text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
    connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _sqlite(file: Path, mode: str, *, writes: bool) -> Engine:
    """Connections that begin transactions when they are told to, not when they see fit."""

    def connect() -> sqlite3.Connection:
        uri = f"file:{quote(os.fsencode(file.absolute()))}?{mode}"
        connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
        connection.execute("PRAGMA foreign_keys = ON")
        return connection

    def begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    engine = create_engine("sqlite://", creator=connect, poolclass=NullPool)
    event.listen(engine, "begin", begin)
    return engine


def _mode(file: Path, *, writes: bool) -> str:
    """How the file is opened; never so that it is made.

    A file with a write-ahead log is read with the help of files beside it.  Where none can
    be made and none are there, nobody writes either, and it is read as it lies.
    """
    if writes or os.access(file.parent, os.W_OK):
        return "mode=rw"
    log = file.with_name(f"{file.name}-wal")
    return "mode=ro" if log.exists() else "mode=ro&immutable=1"


def _begin_file(file: Path) -> None:
    """An SQLite file with nothing in it but what kind of file it is."""
    uri = f"file:{quote(os.fsencode(file.absolute()))}?mode=rwc"
    connection = sqlite3.connect(uri, uri=True, isolation_level=None)
    try:
        connection.execute("PRAGMA journal_mode = WAL")
        connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    finally:
        connection.close()


def _link(draft: Path, target: Path) -> None:
    """Give ``draft`` its name, unless somebody else was faster."""
    try:
        target.hardlink_to(draft)
    except FileExistsError:
        return
    except OSError:  # a file system without links: claim the name, then take it
        try:
            target.touch(exist_ok=False)
        except FileExistsError:
            return
        draft.replace(target)


def _require_file(file: Path) -> None:
    if file.is_dir():
        raise InputError(f"{file}: is a folder", hint="name a file in it")
    if file.is_file() and file.stat().st_size == 0:
        raise InputError(
            f"{file}: is empty, and a history never is",
            hint="restore it from a copy, or remove it to begin anew",
        )


def _require_whole(connection: Connection, place: Place) -> None:
    """What is damaged is not written to: that would make it worse."""
    if place.file is None:
        return
    found = connection.scalar(text("PRAGMA quick_check(1)"))
    if found != "ok":
        raise damaged(place, found)


_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_UPGRADE: Final = "upgrade: pip install --upgrade docs-conformance; nothing was written"


def is_current(connection: Connection, place: Place) -> bool:
    """Whether the tables are as this program has them; False when they are older, or none.

    Raises:
        InputError: they are newer, or the database is not a history's.
    """
    if connection.dialect.name == "sqlite":
        _require_ours(connection, place)
    if not inspect(connection).has_table(VERSION_TABLE):
        return False
    version = connection.scalar(select(column("version_num")).select_from(table(VERSION_TABLE)))
    if version is not None and version not in REVISIONS:
        raise InputError(
            f"{place}: made by a newer conformance (version {version} of its tables, "
            f"this one knows {REVISIONS[-1]})",
            hint=_UPGRADE,
        )
    return bool(version == REVISIONS[-1])


def migrate(connection: Connection) -> None:
    """Bring the tables up to date, in the transaction that ``connection`` is in."""
    from alembic import command  # takes as long to import as a run of this takes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _require_ours(connection: Connection, place: Place) -> None:
    """An SQLite file of another program is left alone."""
    if connection.scalar(text("PRAGMA application_id")) != APPLICATION_ID:
        raise InputError(
            f"{place}: is no history: an SQLite database of something else",
            hint="name another file; nothing was written",
        )


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


def damaged(where: Place, why: object) -> InputError:
    """The error about a history that does not hold what a history holds."""
    what, hint = _DAMAGED
    return InputError(f"{where}: {what}: {' '.join(str(why).split())}", hint=hint)


@contextmanager
def explained(where: Place) -> Iterator[None]:
    """Whatever the database of ``where`` complains of inside becomes an :class:`InputError`."""
    try:
        yield
    except DBAPIError as error:
        raise _told(where, error.orig or error) from error
    except sqlite3.Error as error:
        raise _told(where, error) from error
    except (StatementError, ValueError) as error:  # a cell that is no text, no time, no JSON
        raise damaged(where, error) from error
    except OSError as error:
        what, hint = _CLOSED
        raise InputError(f"{where}: {what}: {error.strerror or error}", hint=hint) from error


def _told(where: Place, error: BaseException) -> InputError:
    what, hint = _words(error)
    return InputError(f"{where}: {what}: {_said(error, where)}", hint=hint)


def _words(error: BaseException) -> tuple[str, str]:
    name = getattr(error, "sqlite_errorname", None)
    if name is not None:
        return _SQLITE.get("_".join(str(name).split("_")[:2]), _DAMAGED)
    if isinstance(error, sqlite3.Error):
        return _DAMAGED
    state = getattr(error, "sqlstate", None) or ""
    return next((_POSTGRESQL[s] for s in (state, state[:2]) if s in _POSTGRESQL), _OTHER)


def _said(error: BaseException, where: Place) -> str:
    """The first line of the database's own words, without passwords should it repeat one."""
    said = str(error).strip().partition("\n")[0]
    for secret in sorted(where.secrets(), key=len, reverse=True):
        said = said.replace(secret, "***")
    return said
