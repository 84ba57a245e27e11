"""Runs and sightings, to rows and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Connection,
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
    insert,
    select,
)

from conformance.drift.history.documents import Documents, batches, keep
from conformance.drift.history.record import RunRecord, Scope
from conformance.drift.history.telling import Run, Seen
from conformance.model.finding import Finding


@dataclass(frozen=True, slots=True)
class RunRow:
    """A run as its row has it."""

    number: int
    exchange: str
    started: dt.datetime
    finished: dt.datetime
    complete: bool
    version: str
    scope: int
    """Number of the document."""
    account: int
    """Number of the document."""


def add_run(connection: Connection, record: RunRecord, findings: Mapping[str, Finding]) -> None:
    """Keep ``record`` with its ``findings``, by fingerprint."""
    scope, account = keep(connection, [record.scope, record.account])
    row = {
        "exchange": record.exchange,
        "started": record.started,
        "finished": record.finished,
        "complete": record.complete,
        "version": record.version,
        "scope_id": scope,
        "account_id": account,
    }
    key = connection.execute(insert(run), row).inserted_primary_key
    assert key is not None  # noqa: S101 - it is one row
    _add_findings(connection, record.exchange, findings)
    _add_sightings(connection, key[0], record, findings)


def exchanges(connection: Connection) -> tuple[str, ...]:
    """Those of which at least one run is kept, in order."""
    return tuple(connection.scalars(select(run.c.exchange).distinct().order_by(run.c.exchange)))


def runs_of(connection: Connection, exchange: str) -> list[RunRow]:
    """Its runs, oldest first."""
    query = select(run).where(run.c.exchange == exchange).order_by(run.c.started, run.c.id)
    return [RunRow(*row) for row in connection.execute(query)]


def looked_at(documents: Documents, rows: Sequence[RunRow]) -> list[Run]:
    """The runs of ``rows`` as findings are judged by them."""
    documents.fetch(row.scope for row in rows)
    return [Run(r.started, r.complete, documents.read(Scope, r.scope)) for r in rows]


def seen_in(connection: Connection, rows: Sequence[RunRow]) -> dict[str, list[Seen]]:
    """What the runs of ``rows``, all of one exchange, saw: by fingerprint, each oldest first."""
    places = {row.number: place for place, row in enumerate(rows)}
    seen: dict[str, list[Seen]] = {}
    for fingerprint, run_id, payload_id, known in _sightings(connection, rows):
        if run_id in places:
            one = Seen(places[run_id], payload_id, known)
            seen.setdefault(fingerprint, []).append(one)
    for each in seen.values():
        each.sort(key=lambda one: one.run)
    return seen


def _sightings(connection: Connection, rows: Sequence[RunRow]) -> Iterable[Any]:
    """Fingerprint, run, document, and whether it was accepted: of all runs of the exchange."""
    if not rows:
        return ()
    s = sighting.c
    query = (
        select(finding.c.fingerprint, s.run_id, s.payload_id, s.known)
        .join_from(sighting, finding)
        .where(finding.c.exchange == rows[0].exchange)
        .order_by(finding.c.id)
    )
    return connection.execute(query)


def _add_findings(connection: Connection, exchange: str, findings: Mapping[str, Finding]) -> None:
    known = _keys(connection, exchange, findings)
    rows = [
        {
            "exchange": exchange,
            "fingerprint": fingerprint,
            "rule": each.rule,
            "operation": each.operation,
            "subject": each.subject,
        }
        for fingerprint, each in findings.items()
        if fingerprint not in known
    ]
    for part in batches(rows):
        connection.execute(insert(finding), part)


def _add_sightings(
    connection: Connection, number: int, record: RunRecord, findings: Mapping[str, Finding]
) -> None:
    keys = _keys(connection, record.exchange, findings)
    rows = [
        {
            "finding_id": keys[fingerprint],
            "run_id": number,
            "severity": int(each.severity),
            "known": fingerprint in record.accepted,
            "payload_id": document,
        }
        for (fingerprint, each), document in zip(
            findings.items(), keep(connection, findings.values()), strict=True
        )
    ]
    for part in batches(rows):
        connection.execute(insert(sighting), part)


def _keys(
    connection: Connection, exchange: str, fingerprints: Mapping[str, object]
) -> dict[str, int]:
    """Fingerprint to the number of its row, where it has one."""
    keys: dict[str, int] = {}
    for part in batches(sorted(fingerprints)):
        query = select(finding.c.fingerprint, finding.c.id).where(
            finding.c.exchange == exchange, finding.c.fingerprint.in_(part)
        )
        keys |= {row.fingerprint: row.id for row in connection.execute(query)}
    return keys


VERSION_TABLE: Final = "conformance_version"
REVISIONS: Final = ("0001",)
"""Every state the tables have ever had, oldest first; each has a module in ``migrations/``."""
APPLICATION_ID: Final = 0x636F6E66
"""Marks an SQLite file as one of ours (``conf``)."""


class Moment(TypeDecorator[dt.datetime]):
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


class Words(TypeDecorator[str]):
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
    Column("exchange", Words, nullable=False),
    Column("started", Moment, nullable=False),
    Column("finished", Moment, nullable=False),
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
    Column("exchange", Words, nullable=False),
    Column("fingerprint", String(12), nullable=False),
    Column("rule", Words, nullable=False),
    Column("operation", Words, nullable=False),
    Column("subject", Words, nullable=False),
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
