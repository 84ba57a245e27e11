"""The history: runs in, states and runs out; what rows say of the runs of one exchange."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from conformance.drift.history.database import Database
from conformance.drift.history.location import parse_location
from conformance.drift.history.record import (
    FindingTimeline,
    History,
    Remembered,
    RunDetails,
    RunRecord,
    RunScope,
    RunSighting,
    RunSummary,
    SightingKind,
    StoredRun,
)
from conformance.drift.history.rows import (
    Documents,
    Keep,
    Pruned,
    Pruning,
    RunRow,
    add_run,
    build_indexes,
    list_exchanges,
    plan_retention,
    remove_documents,
    remove_runs,
    runs_of,
)
from conformance.drift.history.sightings import (
    count_sightings,
    load_sightings,
    load_streaks,
)
from conformance.drift.history.states import Run, RunTimeline, Streak, trace
from conformance.errors import UsageError
from conformance.model.finding import Finding

_NOT_KEPT = -1
"""Instead of a document's number: nothing comes after that run, so none is looked up."""


class Recollection(Struct, frozen=True):
    """Runs of one exchange, oldest first, and what they saw; looked at from the last of them."""

    connection: Connection
    runs: Sequence[RunRow]
    documents: Documents
    timeline: RunTimeline

    def with_run(self, record: RunRecord, findings: Mapping[str, Finding]) -> Recollection:
        """The same and one run more, with its ``findings`` by fingerprint."""
        before = self.timeline
        place = len(before.runs)
        streaks = dict(before.streaks)
        for fingerprint in findings:
            earlier, first = [*streaks.get(fingerprint, ())], place
            if earlier and earlier[-1].last == place - 1:
                first = earlier.pop().first
            streaks[fingerprint] = [*earlier, Streak(first, place, _NOT_KEPT)]
        runs = [*before.runs, Run(record.started, record.complete, record.scope)]
        timeline = replace(before, runs=runs, streaks=streaks, accepted=record.accepted)
        return replace(self, timeline=timeline)

    def history(self, since: dt.datetime | None) -> History:
        """The last run beside the one before it, or as things stood at ``since``."""
        timeline = self.timeline
        baseline = timeline.baseline(since)
        gone = list(timeline.list_gone(baseline))
        return History(
            run=timeline.runs[timeline.last].started,
            since=since,
            previous=timeline.runs[timeline.last - 1].started if timeline.last else None,
            runs=len(timeline.runs),
            memories={
                fingerprint: timeline.memory(fingerprint, baseline)
                for fingerprint in timeline.list_present()
            },
            gone=tuple(
                Remembered(finding, timeline.memory(fingerprint, baseline))
                for finding, fingerprint in zip(self._read_last(gone), gone, strict=True)
            ),
        )

    def record(self) -> RunRecord:
        """The last run, as it was remembered."""
        run = self.runs[-1]
        return RunRecord(
            exchange=run.exchange,
            started=run.started,
            finished=run.finished,
            findings=tuple(self._read_last(self.timeline.list_present())),
            complete=run.complete,
            scope=self.documents.read(RunScope, run.scope),
            version=run.version,
            account=self.documents.read(RunDetails, run.account),
        )

    def trails(
        self, fingerprint: str | None, since: dt.datetime | None
    ) -> Iterator[FindingTimeline]:
        """Everything that was ever found.  With ``fingerprint`` that one alone, and what every run
        saw of it; with ``since`` without what was known to be gone by then."""
        timeline = self.timeline
        baseline = timeline.baseline(since)
        found = [
            each
            for each in timeline.streaks
            if fingerprint in (None, each) and (since is None or timeline.is_news(each, baseline))
        ]
        for each, last in zip(found, self._read_last(found), strict=True):
            memory = timeline.memory(each, baseline)
            sightings = tuple(self._list_sightings(each)) if fingerprint else ()
            yield FindingTimeline(self.runs[-1].exchange, last, memory, sightings)

    def summaries(self) -> Iterator[RunSummary]:
        """Each run in one line."""
        counts = self._count_changes()
        sightings = count_sightings(self.connection, self.runs[0].exchange)
        self.documents.fetch(run.account for run in self.runs)
        for place, run in enumerate(self.runs):
            yield RunSummary(
                number=run.number,
                exchange=run.exchange,
                started=run.started,
                finished=run.finished,
                complete=run.complete,
                version=run.version,
                findings=sightings.get(run.number, (0, 0))[0],
                known=sightings.get(run.number, (0, 0))[1],
                new=counts["new", place],
                returned=counts["returned", place],
                fixed=counts["fixed", place],
                evidence=self.documents.read(RunDetails, run.account).evidence,
            )

    def _read_last(self, fingerprints: Iterator[str] | Sequence[str]) -> list[Finding]:
        """Findings as they were last seen."""
        numbers = [self.timeline.streaks[fingerprint][-1].payload for fingerprint in fingerprints]
        self.documents.fetch(numbers)
        return [self.documents.read(Finding, number) for number in numbers]

    def _list_sightings(self, fingerprint: str) -> Iterator[RunSighting]:
        sightings = load_sightings(self.connection, self.runs, fingerprint)
        self.documents.fetch(payload for payload, _ in sightings.values())
        last = self.timeline.streaks[fingerprint][0]
        for place, row in enumerate(self.runs[last.first :], last.first):
            payload, known = sightings.get(place, (None, False))
            kind: SightingKind = "seen"
            finding = None
            if payload is None:
                kind = "gone" if self.timeline.could_see(last, place) else "not checked"
            else:
                last = Streak(place, place, payload)
                finding = self.documents.read(Finding, payload)
            yield RunSighting(
                run=row.number, started=row.started, kind=kind, finding=finding, known=known
            )

    def _count_changes(self) -> Counter[tuple[str, int | None]]:
        """How many findings each run saw first, saw again and found gone: by what it is, and by
        run."""
        counts: Counter[tuple[str, int | None]] = Counter()
        for fingerprint in self.timeline.streaks:
            first, *others = self.timeline.derive_lifetime(fingerprint).stretches
            counts["new", first.first] += 1
            counts.update(("returned", each.first) for each in others)
            counts.update(("fixed", each.gone) for each in (first, *others))
        return counts


def recollect(connection: Connection, documents: Documents, runs: Sequence[RunRow]) -> Recollection:
    """What ``runs``, all of one exchange, saw."""
    streaks = load_streaks(connection, runs)
    documents.fetch(  # where lives are decided
        streak.payload
        for each in streaks.values()
        for streak in each
        if streak.last < len(runs) - 1
    )
    accepted = documents.read(RunDetails, runs[-1].account).known if runs else ()
    documents.fetch(run.scope for run in runs)
    timeline = RunTimeline(
        runs=[Run(r.started, r.complete, documents.read(RunScope, r.scope)) for r in runs],
        streaks=streaks,
        trace=lambda number: trace(documents.read(Finding, number)),
        accepted=frozenset(entry.fingerprint for entry in accepted),
    )
    return Recollection(connection, runs, documents, timeline)


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
            add_run(connection, record, _drop_repeated(record))
        return history

    def compare(self, record: RunRecord, since: dt.datetime | None = None) -> History:
        """How a run stands beside those before it; it is not kept."""
        with self._database.reading() as connection:
            return self._compare(connection, record, since)

    def recall(self, exchange: str, since: dt.datetime | None = None) -> StoredRun:
        """The latest run of ``exchange`` beside the one before it, or how things stood at
        ``since``.  Raises UsageError: none is remembered; the message says which are."""
        with self._database.reading() as connection:
            runs = runs_of(connection, exchange)
            if not runs:
                raise self._make_unknown_error(connection, exchange)
            known = self._recollect(connection, runs)
            return StoredRun(runs[-1].number, known.record(), known.history(since))

    def exchanges(self) -> tuple[str, ...]:
        """Those of which runs are remembered, in order of their names."""
        with self._database.reading() as connection:
            return list_exchanges(connection)

    def runs(self, *exchanges: str) -> tuple[RunSummary, ...]:
        """Every run, or those of some exchanges, the latest first.  Raises UsageError: nothing is
        remembered of one of them."""
        with self._database.reading() as connection:
            found = [
                summary
                for known in self._iterate_exchanges(connection, exchanges)
                for summary in known.summaries()
            ]
        return tuple(sorted(found, key=lambda run: (run.started, run.number), reverse=True))

    def findings(
        self, *exchanges: str, fingerprint: str | None = None, since: dt.datetime | None = None
    ) -> tuple[FindingTimeline, ...]:
        """Everything that was ever found, and where it stands by the latest run.  ``exchanges``:
        only what was found there.  ``fingerprint``: only that one; with what every run saw of it.
        ``since``: beside how things stood then, without what was known to be gone by then; None for
        beside the run before, with everything.  Raises UsageError: nothing is remembered of one of
        ``exchanges``, or of ``fingerprint``."""
        with self._database.reading() as connection:
            found = tuple(
                trail
                for known in self._iterate_exchanges(connection, exchanges)
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
            for known in self._iterate_exchanges(connection, exchanges):
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
        known = runs_of(connection, record.exchange)
        before = [run for run in known if run.started <= record.started]
        recollection = self._recollect(connection, before)
        return recollection.with_run(record, _drop_repeated(record)).history(since)

    def _recollect(self, connection: Connection, runs: Sequence[RunRow]) -> Recollection:
        return recollect(connection, Documents(connection, self._database.location), runs)

    def _iterate_exchanges(
        self, connection: Connection, exchanges: Sequence[str]
    ) -> Iterator[Recollection]:
        """What the runs of these exchanges, or of each, saw."""
        for name in exchanges or list_exchanges(connection):
            runs = runs_of(connection, name)
            if not runs:
                raise self._make_unknown_error(connection, name)
            yield self._recollect(connection, runs)

    def _make_unknown_error(self, connection: Connection, exchange: str) -> UsageError:
        hint = f"remembered: {', '.join(list_exchanges(connection)) or 'nothing yet'}"
        return UsageError(f"{self}: no run of {exchange!r} is remembered", hint=hint)


def _drop_repeated(record: RunRecord) -> dict[str, Finding]:
    """The first finding of each fingerprint."""
    found: dict[str, Finding] = {}
    for finding in record.findings:
        found.setdefault(finding.fingerprint, finding)
    return found
