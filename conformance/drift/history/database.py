"""Transactions on the database of a history, on SQLite and PostgreSQL alike.

Writers come one after the other: on SQLite by ``BEGIN IMMEDIATE``, on PostgreSQL by an
advisory lock.  Readers see one state from their first word to their last, and wait for nobody.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa

from conformance.drift.history.location import HistoryLocation, damage_error, explain_errors
from conformance.errors import InputError, UsageError

_PATIENCE: Final = 30
"""Seconds to wait for another writer, or for a server."""
_LOCK: Final = 0x636F6E66
"""The advisory lock of writers: any number, as long as it is always the same."""
_MIGRATIONS: Final = Path(__file__).parent / "migrations"
_UPGRADE: Final = "upgrade: pip install --upgrade docs-conformance; nothing was written"
VERSION_TABLE: Final = "conformance_version"
REVISIONS: Final = ("0001",)
"""Every state the tables have ever had, oldest first; each has a module in ``migrations/``."""
APPLICATION_ID: Final = 0x636F6E66
"""Marks an SQLite file as one of ours (``conf``)."""


class Database:
    """The database of a history; a connection lives as long as a transaction."""

    def __init__(self, location: HistoryLocation) -> None:
        self.location = location

    def exists(self) -> bool:
        """Whether there is something to read; a server always counts."""
        return self.location.file is None or self.location.file.exists()

    @contextmanager
    def reading(self) -> Iterator[sa.Connection]:
        """A transaction that sees one state.  Raises InputError: there is no history, or it cannot
        be read."""
        if not self.exists():
            raise InputError(
                f"{self.location}: no such history",
                hint="one is begun by a run that remembers: pytest conformance/ --history FILE",
            )
        with explain_errors(self.location), self._begin_transaction() as connection:
            current = is_current(connection, self.location)
        if not current:
            with self.writing():
                pass  # which brings it up to date
        with explain_errors(self.location), self._begin_transaction() as connection:
            yield connection

    @contextmanager
    def writing(self) -> Iterator[sa.Connection]:
        """A transaction that nobody else writes beside; all of it is kept, or nothing.  A history
        that does not exist is begun.  Raises InputError: the history cannot be written; it is as it
        was."""
        with explain_errors(self.location):
            if not self.exists():
                self._create()
            with self._begin_transaction(writes=True) as connection:
                if not is_current(connection, self.location):
                    migrate(connection)
                # What is damaged is not written to: that would make it worse.
                sqlite = self.location.file is not None
                found = connection.scalar(sa.text("PRAGMA quick_check(1)")) if sqlite else "ok"
                if found != "ok":
                    raise damage_error(self.location, found)
                yield connection

    def size(self) -> int | None:
        """Octets that the file and its log take; None where a server keeps it."""
        file = self.location.file
        if file is None:
            return None
        parts = (file, file.with_name(f"{file.name}-wal"))
        return sum(part.stat().st_size for part in parts if part.exists())

    def compact(self) -> None:
        """Give back the room of what was removed; a server does so by itself.  Raises InputError:
        somebody uses the file, or there is no room to write it anew."""
        file = self.location.file
        if file is None:
            return
        with explain_errors(self.location), closing(_connect(file, "mode=rw")) as connection:
            connection.execute("VACUUM")
            connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")

    @contextmanager
    def _begin_transaction(self, *, writes: bool = False) -> Iterator[sa.Connection]:
        file = self.location.file
        if file is None:
            engine = _connect_server(self.location, writes=writes)
        else:
            if file.is_dir():
                raise InputError(f"{file}: is a folder", hint="name a file in it")
            if file.is_file() and file.stat().st_size == 0:
                raise InputError(
                    f"{file}: is empty, and a history never is",
                    hint="restore it from a copy, or remove it to begin anew",
                )
            mode = "mode=rw"
            if not (writes or os.access(file.parent, os.W_OK)):
                # A write-ahead log is read with the help of files beside it.  Where none can be
                # made and none are there, nobody writes either, and it is read as it lies.
                log = file.with_name(f"{file.name}-wal")
                mode = "mode=ro" if log.exists() else "mode=ro&immutable=1"
            engine = _connect_sqlite(file, mode, writes=writes)
        with engine.begin() as connection:
            yield connection

    def _create(self) -> None:
        """A new file, whole at once: made beside its place, then linked into it."""
        target = self.location.file
        assert target is not None  # noqa: S101 - a server always exists
        draft = target.with_name(f".{target.name[:100]}.{secrets.token_hex(4)}")
        try:
            with closing(_connect(draft, "mode=rwc")) as file:
                file.execute("PRAGMA journal_mode = WAL")
                file.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            with _connect_sqlite(draft, "mode=rw", writes=True).begin() as connection:
                migrate(connection)
            _link_draft(draft, target)
        finally:
            for suffix in ("", "-wal", "-shm"):
                draft.with_name(draft.name + suffix).unlink(missing_ok=True)


def _connect_server(location: HistoryLocation, *, writes: bool) -> sa.Engine:
    assert location.url is not None  # noqa: S101 - it is no file
    try:
        engine = sa.create_engine(
            location.url,
            poolclass=sa.NullPool,
            connect_args={"connect_timeout": _PATIENCE},
            isolation_level="READ COMMITTED" if writes else "REPEATABLE READ",
        )
    except ImportError as error:
        raise UsageError(
            f"{location}: PostgreSQL needs a driver that is not installed ({error})",
            hint="pip install 'docs-conformance[postgresql]'",
        ) from None
    if writes:
        sa.event.listen(engine, "begin", _take_turn)
    return engine


def _take_turn(connection: sa.Connection) -> None:
    connection.execute(sa.text(f"SET LOCAL lock_timeout = '{_PATIENCE}s'"))
    connection.execute(sa.text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _connect_sqlite(file: Path, mode: str, *, writes: bool) -> sa.Engine:
    """Connections that begin transactions explicitly, never by themselves."""
    begin = "BEGIN IMMEDIATE" if writes else "BEGIN"
    connect = partial(_connect, file, mode)
    engine = sa.create_engine("sqlite://", creator=connect, poolclass=sa.NullPool)
    sa.event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _connect(file: Path, mode: str) -> sqlite3.Connection:
    uri = f"file:{quote(os.fsencode(file.absolute()))}?{mode}"
    connection = sqlite3.connect(uri, uri=True, timeout=_PATIENCE, isolation_level=None)
    connection.execute("PRAGMA foreign_keys = ON")
    return connection


def _link_draft(draft: Path, target: Path) -> None:
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


def is_current(connection: sa.Connection, location: HistoryLocation) -> bool:
    """Whether the tables are as this program has them; False when they are older, or none.  Raises
    InputError: they are newer, or the database is not a history's."""
    sqlite = connection.dialect.name == "sqlite"
    if sqlite and connection.scalar(sa.text("PRAGMA application_id")) != APPLICATION_ID:
        raise InputError(
            f"{location}: is no history: an SQLite database of something else",
            hint="name another file; nothing was written",
        )
    if not sa.inspect(connection).has_table(VERSION_TABLE):
        return False
    version = connection.scalar(
        sa.select(sa.column("version_num")).select_from(sa.table(VERSION_TABLE))
    )
    if version is not None and version not in REVISIONS:
        raise InputError(
            f"{location}: made by a newer conformance (version {version} of its tables, "
            f"this one knows {REVISIONS[-1]})",
            hint=_UPGRADE,
        )
    return bool(version == REVISIONS[-1])


def migrate(connection: sa.Connection) -> None:
    """Bring the tables up to date, in the transaction that ``connection`` is in."""
    from alembic import command  # takes as long to import as a run of this takes
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


class UtcTime(sa.TypeDecorator[dt.datetime]):
    """A point in time, in UTC whatever the database makes of time zones."""

    impl = sa.DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(
        self, value: dt.datetime | None, dialect: sa.Dialect
    ) -> dt.datetime | None:
        if value is None or value.tzinfo:
            return value and value.astimezone(dt.UTC)
        return value.replace(tzinfo=dt.UTC)


class SafeText(sa.TypeDecorator[str]):
    """Text from anywhere: what no database takes (NUL, lone surrogates) is written out."""

    impl = sa.Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: sa.Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


_Key = sa.BigInteger().with_variant(sa.Integer, "sqlite")
metadata: Final = sa.MetaData()
payload: Final = sa.Table(
    "conformance_payload",
    metadata,
    sa.Column("id", _Key, primary_key=True),
    sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
    sa.Column("content", sa.LargeBinary, nullable=False),
)
"""JSON documents, each once."""
run: Final = sa.Table(
    "conformance_run",
    metadata,
    sa.Column("id", _Key, primary_key=True),
    sa.Column("exchange", SafeText, nullable=False),
    sa.Column("started", UtcTime, nullable=False),
    sa.Column("finished", UtcTime, nullable=False),
    sa.Column("complete", sa.Boolean, nullable=False),
    sa.Column("version", sa.String(64), nullable=False),
    sa.Column("scope_id", sa.ForeignKey(payload.c.id), nullable=False),
    sa.Column("account_id", sa.ForeignKey(payload.c.id), nullable=False),
    sa.Index("conformance_run_in_order", "exchange", "started", "id"),
)
"""One row for each run of each exchange."""
finding: Final = sa.Table(
    "conformance_finding",
    metadata,
    sa.Column("id", _Key, primary_key=True),
    sa.Column("exchange", SafeText, nullable=False),
    sa.Column("fingerprint", sa.String(12), nullable=False),
    sa.Column("rule", SafeText, nullable=False),
    sa.Column("operation", SafeText, nullable=False),
    sa.Column("subject", SafeText, nullable=False),
    sa.UniqueConstraint("exchange", "fingerprint", name="conformance_finding_once"),
)
"""One row for whatever was ever found."""
sighting: Final = sa.Table(
    "conformance_sighting",
    metadata,
    sa.Column("finding_id", sa.ForeignKey(finding.c.id), primary_key=True),
    sa.Column("run_id", sa.ForeignKey(run.c.id), primary_key=True),
    sa.Column("severity", sa.SmallInteger, nullable=False),
    sa.Column("known", sa.Boolean, nullable=False),
    sa.Column("payload_id", sa.ForeignKey(payload.c.id), nullable=False),
    sqlite_with_rowid=False,
)
"""One row for each finding of each run."""
