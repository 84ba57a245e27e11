"""The history: runs in, states and runs out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from conformance.drift.history import rows
from conformance.drift.history.database import Database
from conformance.drift.history.location import parse_location
from conformance.drift.history.recollection import Recollection, recollect
from conformance.drift.history.record import (
    FindingTimeline,
    History,
    RunDetails,
    RunRecord,
    RunSummary,
    StoredRun,
)
from conformance.drift.history.retention import (
    Keep,
    Pruned,
    Pruning,
    build_indexes,
    plan_retention,
    remove_documents,
    remove_runs,
)
from conformance.drift.history.rows import Documents, RunRow
from conformance.errors import UsageError
from conformance.model.finding import Finding


def open_history(url: str) -> HistoryStore:
    """The history at ``url``: the path of an SQLite file, or an SQLAlchemy URL.  Nothing is opened
    yet, and nothing is made before something is remembered.  Raises UsageError: neither path nor
    URL, or of a database that no history is kept in."""
    return HistoryStore(Database(parse_location(url)))


class HistoryStore:
    """What earlier runs found.  Every method is one transaction.  Each raises
    :class:`~conformance.errors.InputError` when the database cannot be used (no such history, no
    rights, no room, damaged, made by a newer version); it is then as it was."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def __str__(self) -> str:
        """Where it is, without any password."""
        return str(self._database.location)

    def exists(self) -> bool:
        """Whether there is anything to read; a server always counts."""
        return self._database.exists()

    def remember(self, record: RunRecord) -> History:
        """Keep a run, and say how it stands beside those before it.  Any number of processes may do
        so at the same time.  A history that does not exist is begun."""
        with self._database.writing() as connection:
            history = self._compare(connection, record)
            rows.add_run(connection, record, _drop_repeated(record))
        return history

    def compare(self, record: RunRecord, since: dt.datetime | None = None) -> History:
        """How a run stands beside those before it; it is not kept."""
        with self._database.reading() as connection:
            return self._compare(connection, record, since)

    def recall(self, exchange: str, since: dt.datetime | None = None) -> StoredRun:
        """The latest run of ``exchange`` beside the one before it, or how things stood at
        ``since``.  Raises UsageError: none is remembered; the message says which are."""
        with self._database.reading() as connection:
            runs = rows.runs_of(connection, exchange)
            if not runs:
                raise self._make_unknown_error(connection, exchange)
            known = self._recollect(connection, runs)
            return StoredRun(runs[-1].number, known.record(), known.history(since))

    def exchanges(self) -> tuple[str, ...]:
        """Those of which runs are remembered, in order of their names."""
        with self._database.reading() as connection:
            return rows.list_exchanges(connection)

    def runs(self, exchange: str | None = None) -> tuple[RunSummary, ...]:
        """Every run, or those of one exchange, the latest first.  Raises UsageError: nothing is
        remembered of ``exchange``."""
        with self._database.reading() as connection:
            found = [
                summary
                for known in self._iterate_exchanges(connection, exchange)
                for summary in known.summaries()
            ]
        return tuple(sorted(found, key=lambda run: (run.started, run.number), reverse=True))

    def findings(
        self,
        exchange: str | None = None,
        fingerprint: str | None = None,
        since: dt.datetime | None = None,
    ) -> tuple[FindingTimeline, ...]:
        """Everything that was ever found, and where it stands by the latest run.  ``exchange``:
        only what was found there.  ``fingerprint``: only that one; with what every run saw of it.
        ``since``: beside how things stood then, without what was known to be gone by then; None for
        beside the run before, with everything.  Raises UsageError: nothing is remembered of
        ``exchange`` or of ``fingerprint``."""
        with self._database.reading() as connection:
            found = tuple(
                trail
                for known in self._iterate_exchanges(connection, exchange)
                for trail in known.trails(fingerprint, since)
            )
        if fingerprint and not found and not since:
            hint = "conformance history lists every finding with its fingerprint"
            raise UsageError(f"{self}: nothing is remembered of {fingerprint!r}", hint=hint)
        return found

    def prune(
        self, kept: Keep, now: dt.datetime, exchanges: Sequence[str] = (), *, dry: bool = False
    ) -> Pruning:
        """Remove the runs that are older than what is ``kept``, but for what findings rest on.
        ``kept``: how much of each exchange stays; the latest run always does.  ``now``: what ages
        are counted from.  ``exchanges``: only those; without any, all.  ``dry``: say what would
        become of them, and leave all as it is.  Raises InputError: there is no history, or it
        cannot be written; UsageError: nothing is remembered of one of ``exchanges``."""
        if not self.exists():
            with self._database.reading():
                pass  # which says so
        size = self._database.size()
        with self._database.writing() as connection, connection.begin_nested() as change:
            indexes = build_indexes()
            for index in indexes:
                index.create(connection)
            pruned: list[Pruned] = []
            names: Sequence[str | None] = exchanges or [None]
            for name in names:
                for known in self._iterate_exchanges(connection, name):
                    title = known.documents.read(RunDetails, known.runs[-1].account).title
                    retention = plan_retention(known.timeline, kept, now)
                    pruned.append(remove_runs(connection, known.runs, retention, title))
            octets = remove_documents(connection)
            for index in indexes:
                index.drop(connection)
            pruning = Pruning(tuple(pruned), octets)
            if dry:
                change.rollback()
        if dry or size is None:
            return pruning
        self._database.compact()
        return replace(pruning, size=(size, self._database.size() or 0))

    def _compare(
        self, connection: Connection, record: RunRecord, since: dt.datetime | None = None
    ) -> History:
        known = rows.runs_of(connection, record.exchange)
        before = [run for run in known if run.started <= record.started]
        recollection = self._recollect(connection, before)
        return recollection.with_run(record, _drop_repeated(record)).history(since)

    def _recollect(self, connection: Connection, runs: Sequence[RunRow]) -> Recollection:
        return recollect(connection, Documents(connection, self._database.location), runs)

    def _iterate_exchanges(
        self, connection: Connection, exchange: str | None
    ) -> Iterator[Recollection]:
        """What the runs of each exchange, or of one, saw."""
        for name in [exchange] if exchange is not None else rows.list_exchanges(connection):
            runs = rows.runs_of(connection, name)
            if not runs:
                raise self._make_unknown_error(connection, name)
            yield self._recollect(connection, runs)

    def _make_unknown_error(self, connection: Connection, exchange: str) -> UsageError:
        hint = f"remembered: {', '.join(rows.list_exchanges(connection)) or 'nothing yet'}"
        return UsageError(f"{self}: no run of {exchange!r} is remembered", hint=hint)


def _drop_repeated(record: RunRecord) -> dict[str, Finding]:
    """The first finding of each fingerprint."""
    found: dict[str, Finding] = {}
    for finding in record.findings:
        found.setdefault(finding.fingerprint, finding)
    return found
