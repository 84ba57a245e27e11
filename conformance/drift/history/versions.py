"""Which version the tables of a history have, and how they get to the present one."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import Connection, column, inspect, select, table, text

from conformance.drift.history.place import Place
from conformance.drift.history.tables import APPLICATION_ID, REVISIONS, VERSION_TABLE
from conformance.errors import InputError

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
