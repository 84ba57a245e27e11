"""What rows say of runs and findings: the runs of one exchange, and what is made of them."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from conformance.drift.history import rows
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
)
from conformance.drift.history.rows import Documents, RunRow
from conformance.drift.history.states import Occurrence, Run, RunTimeline, trace
from conformance.model.finding import Finding

_NOT_KEPT = -1
"""Instead of a document's number: nothing comes after that run, so none is looked up."""


class Recollection(Struct, frozen=True):
    """Runs of one exchange, oldest first, and what they saw; looked at from the last of them."""

    runs: Sequence[RunRow]
    documents: Documents
    timeline: RunTimeline

    def with_run(self, record: RunRecord, findings: Mapping[str, Finding]) -> Recollection:
        """The same and one run more, with its ``findings`` by fingerprint."""
        before = self.timeline
        seen = {fingerprint: [*each] for fingerprint, each in before.seen.items()}
        for fingerprint in findings:
            seen.setdefault(fingerprint, []).append(Occurrence(len(before.runs), _NOT_KEPT))
        runs = [*before.runs, Run(record.started, record.complete, record.scope)]
        timeline = replace(before, runs=runs, seen=seen, accepted=record.accepted)
        return replace(self, timeline=timeline)

    def history(self, since: dt.datetime | None) -> History:
        """The last run beside the one before it, or as things stood at ``since``."""
        timeline = self.timeline
        baseline = timeline.baseline(since)
        gone = list(timeline.list_gone(baseline))
        last = self._read_last(fingerprint for fingerprint, _ in gone)
        return History(
            run=timeline.runs[timeline.last].started,
            since=since,
            previous=timeline.runs[timeline.last - 1].started if timeline.last else None,
            runs=len(timeline.runs),
            memories={
                fingerprint: timeline.memory(fingerprint, timeline.life(fingerprint), baseline)
                for fingerprint in timeline.list_present()
            },
            gone=tuple(
                Remembered(finding, timeline.memory(fingerprint, life, baseline))
                for finding, (fingerprint, life) in zip(last, gone, strict=True)
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
            for each in timeline.seen
            if fingerprint in (None, each) and (since is None or timeline.is_news(each, baseline))
        ]
        for each, last in zip(found, self._read_last(found), strict=True):
            memory = timeline.memory(each, timeline.life(each), baseline)
            sightings = tuple(self._list_sightings(timeline.seen[each])) if fingerprint else ()
            yield FindingTimeline(self.runs[-1].exchange, last, memory, sightings)

    def summaries(self) -> Iterator[RunSummary]:
        """Each run in one line."""
        counts = self._count_findings()
        self.documents.fetch(run.account for run in self.runs)
        for place, run in enumerate(self.runs):
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
                evidence=self.documents.read(RunDetails, run.account).evidence,
            )

    def _read_last(self, fingerprints: Iterator[str] | Sequence[str]) -> list[Finding]:
        """Findings as they were last seen."""
        numbers = [self.timeline.seen[fingerprint][-1].payload for fingerprint in fingerprints]
        self.documents.fetch(numbers)
        return [self.documents.read(Finding, number) for number in numbers]

    def _list_sightings(self, seen: Sequence[Occurrence]) -> Iterator[RunSighting]:
        self.documents.fetch(each.payload for each in seen)
        by_run = {each.run: each for each in seen}
        last = seen[0]
        for place, row in enumerate(self.runs[last.run :], last.run):
            found, finding = by_run.get(place), None
            kind: SightingKind = "seen"
            if found is None:
                kind = "gone" if self.timeline.sees(last, place) else "not checked"
            else:
                last, finding = found, self.documents.read(Finding, found.payload)
            known = found is not None and found.known
            yield RunSighting(
                run=row.number, started=row.started, kind=kind, finding=finding, known=known
            )

    def _count_findings(self) -> Counter[tuple[str, int | None]]:
        """How many findings each run saw, found gone, and so on: by what it is, and by run."""
        counts: Counter[tuple[str, int | None]] = Counter()
        for fingerprint, seen in self.timeline.seen.items():
            counts.update(("findings", each.run) for each in seen)
            counts.update(("known", each.run) for each in seen if each.known)
            first, *others = self.timeline.life(fingerprint).stretches
            counts["new", first.first] += 1
            counts.update(("returned", each.first) for each in others)
            counts.update(("fixed", each.gone) for each in (first, *others))
        return counts


def recollect(connection: Connection, documents: Documents, runs: Sequence[RunRow]) -> Recollection:
    """What ``runs``, all of one exchange, saw."""
    seen = rows.load_occurrences(connection, runs)
    documents.fetch(  # sightings that the next run did not repeat: where lives are decided
        one.payload
        for each in seen.values()
        for one, until in zip(each, (*(o.run for o in each[1:]), len(runs)), strict=True)
        if until - one.run > 1
    )
    accepted = documents.read(RunDetails, runs[-1].account).known if runs else ()
    timeline = RunTimeline(
        runs=rows.build_runs(documents, runs),
        seen=seen,
        trace=lambda number: trace(documents.read(Finding, number)),
        accepted=frozenset(entry.fingerprint for entry in accepted),
    )
    return Recollection(runs, documents, timeline)
