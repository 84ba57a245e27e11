"""Runs and sightings, to rows and back."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, insert, select

from conformance.drift.history.documents import Documents, batches, keep
from conformance.drift.history.record import RunRecord, RunScope
from conformance.drift.history.states import Occurrence, Run
from conformance.drift.history.tables import finding, run, sighting
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
    return [Run(r.started, r.complete, documents.read(RunScope, r.scope)) for r in rows]


def seen_in(connection: Connection, rows: Sequence[RunRow]) -> dict[str, list[Occurrence]]:
    """What the runs of ``rows``, all of one exchange, saw: by fingerprint, each oldest first."""
    places = {row.number: place for place, row in enumerate(rows)}
    seen: dict[str, list[Occurrence]] = {}
    for fingerprint, run_id, payload_id, known in _sightings(connection, rows):
        if run_id in places:
            one = Occurrence(places[run_id], payload_id, known)
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
