"""How Alembic runs the migrations: on the connection it is given, in its transaction."""

from __future__ import annotations

from alembic import context

from conformance.drift.history.database import VERSION_TABLE, metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    version_table=VERSION_TABLE,
    transactional_ddl=True,
)
context.run_migrations()
