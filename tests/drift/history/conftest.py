"""A history of its own for every test: an SQLite file; a PostgreSQL schema, given a server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
import sqlalchemy as sa

SERVER = os.environ.get("CONFORMANCE_TEST_POSTGRESQL", "")
"""URL of a PostgreSQL database in which tests may make and drop schemas."""

needs_postgresql = pytest.mark.skipif(
    not SERVER, reason="CONFORMANCE_TEST_POSTGRESQL names no database to test with"
)


@contextmanager
def schema() -> Iterator[str]:
    """A schema of the server's database, and the URL with which it is all there is."""
    server = sa.make_url(SERVER).set(drivername="postgresql+psycopg")
    name = f"test_{secrets.token_hex(8)}"
    engine = sa.create_engine(server, poolclass=sa.NullPool, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(sa.schema.CreateSchema(name))
        try:
            own = server.update_query_dict({"options": f"-csearch_path={name}"})
            yield own.render_as_string(hide_password=False)
        finally:
            connection.execute(sa.schema.DropSchema(name, cascade=True))


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=needs_postgresql)])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Where a history can be begun; on each database in turn."""
    if request.param == "sqlite":
        yield str(tmp_path / "history.sqlite")
        return
    with schema() as found:
        yield found


@pytest.fixture
def postgresql() -> Iterator[str]:
    """Where a history can be begun, on PostgreSQL; skipped where there is none."""
    if not SERVER:
        pytest.skip("CONFORMANCE_TEST_POSTGRESQL names no database to test with")
    with schema() as found:
        yield found
