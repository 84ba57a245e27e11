"""The history: runs in, states and runs out."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from conformance.drift.history import rows
from conformance.drift.history.database import Database
from conformance.drift.history.location import parse_location
from conformance.drift.history.record import (
    Account,
    History,
    Remembered,
    RunRecord,
    RunScope,
    RunSighting,
    RunSummary,
    SightingKind,
    StoredRun,
    Trail,
)
from conformance.drift.history.rows import Documents, RunRow
from conformance.drift.history.states import Chronicle, Occurrence, Run, Trace, is_news, trace
from conformance.errors import UsageError
from conformance.model.finding import Finding


def chronicle_of(connection: Connection, documents: Documents, runs: Sequence[RunRow]) -> Chronicle:
    """What ``runs``, all of one exchange, saw; looked at from the last of them."""
    seen = rows.seen_in(connection, runs)
    documents.fetch(_last_before_gaps(seen, len(runs)))
    accepted = documents.read(Account, runs[-1].account).known if runs else ()

    def traced(number: int) -> Trace:
        return trace(documents.read(Finding, number))

    return Chronicle(
        runs=rows.looked_at(documents, runs),
        seen=seen,
        trace=traced,
        accepted=frozenset(entry.fingerprint for entry in accepted),
    )


def with_run(before: Chronicle, record: RunRecord, findings: Mapping[str, Finding]) -> Chronicle:
    """``before`` and then one run more, with its ``findings`` by fingerprint."""
    last = len(before.runs)
    seen = {fingerprint: [*each] for fingerprint, each in before.seen.items()}
    for fingerprint in findings:
        seen.setdefault(fingerprint, []).append(Occurrence(last, _NOT_KEPT))
    return Chronicle(
        runs=[*before.runs, Run(record.started, record.complete, record.scope)],
        seen=seen,
        trace=before.trace,
        accepted=record.accepted,
    )


_NOT_KEPT = -1
"""Instead of a document's number: nothing comes after that run, so none is looked up."""


def history_of(chronicle: Chronicle, documents: Documents, since: dt.datetime | None) -> History:
    """The last run of ``chronicle`` beside the one before it, or as things stood at ``since``."""
    baseline = chronicle.baseline(since)
    gone = list(chronicle.gone(baseline))
    documents.fetch(chronicle.seen[fingerprint][-1].payload for fingerprint, _ in gone)
    return History(
        run=chronicle.runs[chronicle.last].started,
        since=since,
        previous=chronicle.runs[chronicle.last - 1].started if chronicle.last else None,
        runs=len(chronicle.runs),
        memories={
            fingerprint: chronicle.memory(fingerprint, chronicle.life(fingerprint), baseline)
            for fingerprint in chronicle.present()
        },
        gone=tuple(
            Remembered(
                documents.read(Finding, chronicle.seen[fingerprint][-1].payload),
                chronicle.memory(fingerprint, life, baseline),
            )
            for fingerprint, life in gone
        ),
    )


def record_of(chronicle: Chronicle, documents: Documents, run: RunRow) -> RunRecord:
    """The last run of ``chronicle``, as it was remembered."""
    numbers = [chronicle.seen[fingerprint][-1].payload for fingerprint in chronicle.present()]
    documents.fetch(numbers)
    return RunRecord(
        exchange=run.exchange,
        started=run.started,
        finished=run.finished,
        findings=tuple(documents.read(Finding, number) for number in numbers),
        complete=run.complete,
        scope=documents.read(RunScope, run.scope),
        version=run.version,
        account=documents.read(Account, run.account),
    )


def trails_of(
    chronicle: Chronicle,
    documents: Documents,
    runs: Sequence[RunRow],
    fingerprint: str | None,
    since: dt.datetime | None,
) -> Iterator[Trail]:
    """Everything that was ever found, as of the last of ``runs``.

    With ``fingerprint`` that one alone, and what every run saw of it; with ``since`` without
    what was known to be gone by then.
    """
    baseline = chronicle.baseline(since)
    found = {each: chronicle.life(each) for each in chronicle.seen if fingerprint in (None, each)}
    documents.fetch(chronicle.seen[each][-1].payload for each in found)
    for each, life in found.items():
        if since and not is_news(life, baseline):
            continue
        last = documents.read(Finding, chronicle.seen[each][-1].payload)
        memory = chronicle.memory(each, life, baseline)
        seen = (
            _run_sightings(chronicle.seen[each], chronicle, documents, runs) if fingerprint else ()
        )
        yield Trail(runs[-1].exchange, last, memory, tuple(seen))


def _run_sightings(
    seen: Sequence[Occurrence], chronicle: Chronicle, documents: Documents, runs: Sequence[RunRow]
) -> Iterator[RunSighting]:
    documents.fetch(each.payload for each in seen)
    by_run = {each.run: each for each in seen}
    last = seen[0]
    for place in range(seen[0].run, len(runs)):
        found = by_run.get(place)
        row = runs[place]
        if found is None:
            kind: SightingKind = "gone" if chronicle.sees(last, place) else "not checked"
            yield RunSighting(run=row.number, started=row.started, kind=kind)
            continue
        last = found
        yield RunSighting(
            run=row.number,
            started=row.started,
            kind="seen",
            finding=documents.read(Finding, found.payload),
            known=found.known,
        )


def summaries_of(
    chronicle: Chronicle, documents: Documents, runs: Sequence[RunRow]
) -> Iterator[RunSummary]:
    """Each of ``runs`` in one line."""
    counts = _counts(chronicle)
    documents.fetch(run.account for run in runs)
    for place, run in enumerate(runs):
        yield RunSummary(
            number=run.number,
            exchange=run.exchange,
            started=run.started,
            finished=run.finished,
            complete=run.complete,
            version=run.version,
            findings=counts["findings", place],
            known=counts["known", place],
            new=counts["new", place],
            returned=counts["returned", place],
            fixed=counts["fixed", place],
            evidence=documents.read(Account, run.account).evidence,
        )


def _counts(chronicle: Chronicle) -> Counter[tuple[str, int | None]]:
    """How many findings each run saw, found gone, and so on: by what it is, and by run."""
    counts: Counter[tuple[str, int | None]] = Counter()
    for fingerprint, seen in chronicle.seen.items():
        counts.update(("findings", each.run) for each in seen)
        counts.update(("known", each.run) for each in seen if each.known)
        first, *others = chronicle.life(fingerprint).stretches
        counts["new", first.first] += 1
        counts.update(("returned", each.first) for each in others)
        counts.update(("fixed", each.gone) for each in (first, *others))
    return counts


def _last_before_gaps(seen: Mapping[str, Sequence[Occurrence]], runs: int) -> Iterator[int]:
    """Documents of sightings that the next run did not repeat: where lives are decided."""
    for each in seen.values():
        following = [*(one.run for one in each[1:]), runs]
        for one, until in zip(each, following, strict=True):
            if until - one.run > 1:
                yield one.payload


def open_history(url: str) -> HistoryStore:
    """The history at ``url``: the path of an SQLite file, or an SQLAlchemy URL.

    Nothing is opened yet, and nothing is made before something is remembered.

    Raises:
        UsageError: neither path nor URL, or of a database that no history is kept in.
    """
    return HistoryStore(Database(parse_location(url)))


class HistoryStore:
    """What earlier runs found.  Every method is one transaction.

    Each raises :class:`~conformance.errors.InputError` when the database cannot be used (no
    such history, no rights, no room, damaged, made by a newer version); it is then as it was.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def __str__(self) -> str:
        """Where it is, without any password."""
        return str(self._database.location)

    def exists(self) -> bool:
        """Whether there is anything to read; a server always counts."""
        return self._database.exists()

    def remember(self, record: RunRecord) -> History:
        """Keep a run, and say how it stands beside those before it.

        Any number of processes may do so at the same time.  A history that does not exist
        is begun.
        """
        findings = _once_each(record)
        with self._database.writing() as connection:
            history = self._compare(connection, record, findings, None)
            rows.add_run(connection, record, findings)
        return history

    def compare(self, record: RunRecord, since: dt.datetime | None = None) -> History:
        """How a run stands beside those before it; it is not kept."""
        with self._database.reading() as connection:
            return self._compare(connection, record, _once_each(record), since)

    def recall(
        self, exchange: str, run: int | None = None, since: dt.datetime | None = None
    ) -> StoredRun:
        """A run of ``exchange`` in the light of those before it.

        Args:
            exchange: its name.
            run: the run's number; None for the latest.
            since: compare with how things stood then; None for the run before.

        Raises:
            UsageError: no such run is remembered; the message says which are.
        """
        with self._database.reading() as connection:
            runs = _upto(run, rows.runs_of(connection, exchange))
            if not runs:
                raise self._unknown(connection, exchange, run)
            documents, chronicle = self._load(connection, runs)
            record = record_of(chronicle, documents, runs[-1])
            return StoredRun(runs[-1].number, record, history_of(chronicle, documents, since))

    def exchanges(self) -> tuple[str, ...]:
        """Those of which runs are remembered, in order of their names."""
        with self._database.reading() as connection:
            return rows.exchanges(connection)

    def runs(self, exchange: str | None = None) -> tuple[RunSummary, ...]:
        """Every run, or those of one exchange, the latest first.

        Raises:
            UsageError: nothing is remembered of ``exchange``.
        """
        with self._database.reading() as connection:
            found = [
                summary
                for runs, documents, chronicle in self._each(connection, exchange)
                for summary in summaries_of(chronicle, documents, runs)
            ]
        return tuple(sorted(found, key=lambda run: (run.started, run.number), reverse=True))

    def findings(
        self,
        exchange: str | None = None,
        fingerprint: str | None = None,
        since: dt.datetime | None = None,
    ) -> tuple[Trail, ...]:
        """Everything that was ever found, and where it stands by the latest run.

        Args:
            exchange: only what was found there.
            fingerprint: only that one; with what every run saw of it.
            since: beside how things stood then, without what was known to be gone by then;
                None for beside the run before, with everything.

        Raises:
            UsageError: nothing is remembered of ``exchange`` or of ``fingerprint``.
        """
        with self._database.reading() as connection:
            found = tuple(
                trail
                for runs, documents, chronicle in self._each(connection, exchange)
                for trail in trails_of(chronicle, documents, runs, fingerprint, since)
            )
        if fingerprint and not found and not since:
            hint = "conformance history lists every finding with its fingerprint"
            raise UsageError(f"{self}: nothing is remembered of {fingerprint!r}", hint=hint)
        return found

    def _compare(
        self,
        connection: Connection,
        record: RunRecord,
        findings: Mapping[str, Finding],
        since: dt.datetime | None,
    ) -> History:
        known = rows.runs_of(connection, record.exchange)
        before = [run for run in known if run.started <= record.started]
        documents, chronicle = self._load(connection, before)
        return history_of(with_run(chronicle, record, findings), documents, since)

    def _load(self, connection: Connection, runs: Sequence[RunRow]) -> tuple[Documents, Chronicle]:
        documents = Documents(connection, self._database.location)
        return documents, chronicle_of(connection, documents, runs)

    def _each(
        self, connection: Connection, exchange: str | None
    ) -> Iterator[tuple[list[RunRow], Documents, Chronicle]]:
        """The runs of each exchange, or of one, and what they saw."""
        for name in [exchange] if exchange is not None else rows.exchanges(connection):
            runs = rows.runs_of(connection, name)
            if not runs:
                raise self._unknown(connection, name, None)
            yield runs, *self._load(connection, runs)

    def _unknown(self, connection: Connection, exchange: str, run: int | None) -> UsageError:
        known = rows.exchanges(connection)
        if run is not None and exchange in known:
            hint = "conformance history --runs lists those there are"
            return UsageError(f"{self}: no run {run} of {exchange!r} is remembered", hint=hint)
        hint = f"remembered: {', '.join(known) or 'nothing yet'}"
        return UsageError(f"{self}: no run of {exchange!r} is remembered", hint=hint)


def _once_each(record: RunRecord) -> dict[str, Finding]:
    """The first finding of each fingerprint."""
    found: dict[str, Finding] = {}
    for finding in record.findings:
        found.setdefault(finding.fingerprint, finding)
    return found


def _upto(run: int | None, runs: list[RunRow]) -> list[RunRow]:
    """The runs up to number ``run``, or all; none when it is not among them."""
    if run is None:
        return runs
    places = [number for number, row in enumerate(runs) if row.number == run]
    return runs[: places[0] + 1] if places else []
