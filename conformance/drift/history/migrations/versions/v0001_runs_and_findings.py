"""Runs, findings, sightings of findings, and what they have in common."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
_KEY = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)


def upgrade() -> None:
    op.create_table(
        "conformance_payload",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("digest", sa.LargeBinary(32), nullable=False, unique=True),
        sa.Column("content", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "conformance_run",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("finished", _TIME, nullable=False),
        sa.Column("complete", sa.Boolean, nullable=False),
        sa.Column("version", sa.String(64), nullable=False),
        sa.Column("scope_id", *_to("payload"), nullable=False),
        sa.Column("account_id", *_to("payload"), nullable=False),
    )
    op.create_index("conformance_run_in_order", "conformance_run", ["exchange", "started", "id"])
    op.create_table(
        "conformance_finding",
        sa.Column("id", _KEY, primary_key=True),
        sa.Column("exchange", sa.Text, nullable=False),
        sa.Column("fingerprint", sa.String(12), nullable=False),
        sa.Column("rule", sa.Text, nullable=False),
        sa.Column("operation", sa.Text, nullable=False),
        sa.Column("subject", sa.Text, nullable=False),
        sa.UniqueConstraint("exchange", "fingerprint", name="conformance_finding_once"),
    )
    op.create_table(
        "conformance_sighting",
        sa.Column("finding_id", *_to("finding"), primary_key=True),
        sa.Column("run_id", *_to("run"), primary_key=True),
        sa.Column("severity", sa.SmallInteger, nullable=False),
        sa.Column("known", sa.Boolean, nullable=False),
        sa.Column("payload_id", *_to("payload"), nullable=False),
        sqlite_with_rowid=False,
    )


def _to(table: str) -> tuple[sa.types.TypeEngine[int], sa.ForeignKey]:
    return _KEY, sa.ForeignKey(f"conformance_{table}.id")
