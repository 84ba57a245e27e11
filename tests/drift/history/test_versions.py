"""The tables, from nothing to what this program knows."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory

from conformance.drift.history import database
from conformance.drift.history.store import HistoryStore, open_history
from conformance.errors import InputError
from tests.drift.history.nights import run


@pytest.fixture
def store(url: str) -> HistoryStore:
    found = open_history(url)
    found.remember(run(0, "a"))
    return found


def _set_version(store: HistoryStore, version: str) -> None:
    with store._database.writing() as connection:
        table = sa.table(database.VERSION_TABLE, sa.column("version_num"))
        connection.execute(sa.update(table).values(version_num=version))


def test_migrations_make_the_tables_that_are_used(store: HistoryStore) -> None:
    with store._database.reading() as connection:
        options = {"version_table": database.VERSION_TABLE, "compare_type": True}
        context = MigrationContext.configure(connection, opts=options)
        assert compare_metadata(context, database.metadata) == []


def test_every_version_has_a_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(database.__file__).parent / "migrations"))
    config.set_main_option("path_separator", "os")
    scripts = ScriptDirectory.from_config(config)
    known = [script.revision for script in scripts.walk_revisions()]
    assert tuple(reversed(known)) == database.REVISIONS


def test_a_newer_history_is_left_alone(store: HistoryStore) -> None:
    _set_version(store, "9999")
    for ask in (lambda: store.remember(run(1)), store.runs, lambda: store.recall("venue")):
        with pytest.raises(InputError, match=r"made by a newer conformance.*9999.*upgrade"):
            ask()
    with pytest.raises(InputError, match="newer"):
        _set_version(store, "0001")


@pytest.mark.parametrize("ask", ["runs", "remember"])
def test_an_older_history_is_brought_up_to_date(
    url: str, ask: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As if the version that made it knew only the first database."""
    migrated: list[sa.Connection] = []
    store = open_history(url)
    store.remember(run(0, "a"))
    monkeypatch.setattr(database, "REVISIONS", ("0001", "0002"))
    monkeypatch.setattr(database, "migrate", migrated.append)
    if ask == "runs":
        assert len(store.runs()) == 1
    else:
        store.remember(run(1))
    assert len(migrated) == 1


def test_a_migration_that_fails_leaves_the_history_as_it_was(
    url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(connection: sa.Connection) -> None:
        connection.execute(sa.text("DROP TABLE conformance_sighting"))
        raise KeyboardInterrupt

    store = open_history(url)
    store.remember(run(0, "a"))
    with monkeypatch.context() as patch:
        patch.setattr(database, "REVISIONS", ("0001", "0002"))
        patch.setattr(database, "migrate", fail)
        with pytest.raises(KeyboardInterrupt):
            store.runs()
    assert len(store.findings()) == 1


def test_a_history_that_is_not_begun_to_the_end_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: sa.Connection) -> None:
        raise KeyboardInterrupt

    store = open_history(str(tmp_path / "history.sqlite"))
    monkeypatch.setattr(database, "migrate", fail)
    with pytest.raises(KeyboardInterrupt):
        store.remember(run(0))
    assert list(tmp_path.iterdir()) == []
