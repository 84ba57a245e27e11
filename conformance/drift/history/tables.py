"""What a history's tables are called, and what is in them.

Facts alone are kept: which run saw which finding, and how.  Where a finding stands is worked
out from them (:mod:`conformance.drift.history.states`), so nothing kept can contradict itself.
Whatever repeats from night to night is kept once, in ``payload``, by its hash.
"""

from __future__ import annotations

import datetime as dt
from typing import Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    DateTime,
    Dialect,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    TypeDecorator,
    UniqueConstraint,
)

VERSION_TABLE: Final = "conformance_version"
REVISIONS: Final = ("0001",)
"""Every state the tables have ever had, oldest first; each has a module in ``migrations/``."""
APPLICATION_ID: Final = 0x636F6E66
"""Marks an SQLite file as one of ours (``conf``)."""


class UtcTime(TypeDecorator[dt.datetime]):
    """A point in time, in UTC whatever the database makes of time zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: dt.datetime | None, dialect: Dialect) -> dt.datetime | None:
        return value.astimezone(dt.UTC) if value else None

    def process_result_value(
        self, value: dt.datetime | None, dialect: Dialect
    ) -> dt.datetime | None:
        if value is None or value.tzinfo:
            return value and value.astimezone(dt.UTC)
        return value.replace(tzinfo=dt.UTC)


class SafeText(TypeDecorator[str]):
    """Text from anywhere: what no database takes (NUL, lone surrogates) is written out."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return value.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()


_Key = BigInteger().with_variant(Integer, "sqlite")
metadata: Final = MetaData()
payload: Final = Table(
    "conformance_payload",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("digest", LargeBinary(32), nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
)
"""JSON documents, each once."""
run: Final = Table(
    "conformance_run",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("exchange", SafeText, nullable=False),
    Column("started", UtcTime, nullable=False),
    Column("finished", UtcTime, nullable=False),
    Column("complete", Boolean, nullable=False),
    Column("version", String(64), nullable=False),
    Column("scope_id", ForeignKey(payload.c.id), nullable=False),
    Column("account_id", ForeignKey(payload.c.id), nullable=False),
    Index("conformance_run_in_order", "exchange", "started", "id"),
)
"""One row for each run of each exchange."""
finding: Final = Table(
    "conformance_finding",
    metadata,
    Column("id", _Key, primary_key=True),
    Column("exchange", SafeText, nullable=False),
    Column("fingerprint", String(12), nullable=False),
    Column("rule", SafeText, nullable=False),
    Column("operation", SafeText, nullable=False),
    Column("subject", SafeText, nullable=False),
    UniqueConstraint("exchange", "fingerprint", name="conformance_finding_once"),
)
"""One row for whatever was ever found."""
sighting: Final = Table(
    "conformance_sighting",
    metadata,
    Column("finding_id", ForeignKey(finding.c.id), primary_key=True),
    Column("run_id", ForeignKey(run.c.id), primary_key=True),
    Column("severity", SmallInteger, nullable=False),
    Column("known", Boolean, nullable=False),
    Column("payload_id", ForeignKey(payload.c.id), nullable=False),
    sqlite_with_rowid=False,
)
"""One row for each finding of each run."""
