"""What rows say of runs and findings: timelines, and what is made of one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

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


def timeline_of(
    connection: Connection, documents: Documents, runs: Sequence[RunRow]
) -> RunTimeline:
    """What ``runs``, all of one exchange, saw; looked at from the last of them."""
    seen = rows.load_occurrences(connection, runs)
    documents.fetch(_find_last_before_gaps(seen, len(runs)))
    accepted = documents.read(RunDetails, runs[-1].account).known if runs else ()
    return RunTimeline(
        runs=rows.build_runs(documents, runs),
        seen=seen,
        trace=lambda number: trace(documents.read(Finding, number)),
        accepted=frozenset(entry.fingerprint for entry in accepted),
    )


def with_run(
    before: RunTimeline, record: RunRecord, findings: Mapping[str, Finding]
) -> RunTimeline:
    """``before`` and then one run more, with its ``findings`` by fingerprint."""
    last = len(before.runs)
    seen = {fingerprint: [*each] for fingerprint, each in before.seen.items()}
    for fingerprint in findings:
        seen.setdefault(fingerprint, []).append(Occurrence(last, _NOT_KEPT))
    return RunTimeline(
        runs=[*before.runs, Run(record.started, record.complete, record.scope)],
        seen=seen,
        trace=before.trace,
        accepted=record.accepted,
    )


_NOT_KEPT = -1
"""Instead of a document's number: nothing comes after that run, so none is looked up."""


def history_of(timeline: RunTimeline, documents: Documents, since: dt.datetime | None) -> History:
    """The last run of ``timeline`` beside the one before it, or as things stood at ``since``."""
    baseline = timeline.baseline(since)
    gone = list(timeline.list_gone(baseline))
    documents.fetch(timeline.seen[fingerprint][-1].payload for fingerprint, _ in gone)
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
            Remembered(
                documents.read(Finding, timeline.seen[fingerprint][-1].payload),
                timeline.memory(fingerprint, life, baseline),
            )
            for fingerprint, life in gone
        ),
    )


def record_of(timeline: RunTimeline, documents: Documents, run: RunRow) -> RunRecord:
    """The last run of ``timeline``, as it was remembered."""
    numbers = [timeline.seen[fingerprint][-1].payload for fingerprint in timeline.list_present()]
    documents.fetch(numbers)
    return RunRecord(
        exchange=run.exchange,
        started=run.started,
        finished=run.finished,
        findings=tuple(documents.read(Finding, number) for number in numbers),
        complete=run.complete,
        scope=documents.read(RunScope, run.scope),
        version=run.version,
        account=documents.read(RunDetails, run.account),
    )


def trails_of(
    timeline: RunTimeline,
    documents: Documents,
    runs: Sequence[RunRow],
    fingerprint: str | None,
    since: dt.datetime | None,
) -> Iterator[FindingTimeline]:
    """Everything that was ever found, as of the last of ``runs``.  With ``fingerprint`` that one
    alone, and what every run saw of it; with ``since`` without what was known to be gone by
    then."""
    baseline = timeline.baseline(since)
    found = [
        each
        for each in timeline.seen
        if fingerprint in (None, each) and (since is None or timeline.is_news(each, baseline))
    ]
    documents.fetch(timeline.seen[each][-1].payload for each in found)
    for each in found:
        last = documents.read(Finding, timeline.seen[each][-1].payload)
        memory = timeline.memory(each, timeline.life(each), baseline)
        seen = _run_sightings(timeline.seen[each], timeline, documents, runs) if fingerprint else ()
        yield FindingTimeline(runs[-1].exchange, last, memory, tuple(seen))


def _run_sightings(
    seen: Sequence[Occurrence], timeline: RunTimeline, documents: Documents, runs: Sequence[RunRow]
) -> Iterator[RunSighting]:
    documents.fetch(each.payload for each in seen)
    by_run = {each.run: each for each in seen}
    last = seen[0]
    for place in range(seen[0].run, len(runs)):
        found = by_run.get(place)
        row = runs[place]
        if found is None:
            kind: SightingKind = "gone" if timeline.sees(last, place) else "not checked"
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
    timeline: RunTimeline, documents: Documents, runs: Sequence[RunRow]
) -> Iterator[RunSummary]:
    """Each of ``runs`` in one line."""
    counts = _count_findings(timeline)
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
            evidence=documents.read(RunDetails, run.account).evidence,
        )


def _count_findings(timeline: RunTimeline) -> Counter[tuple[str, int | None]]:
    """How many findings each run saw, found gone, and so on: by what it is, and by run."""
    counts: Counter[tuple[str, int | None]] = Counter()
    for fingerprint, seen in timeline.seen.items():
        counts.update(("findings", each.run) for each in seen)
        counts.update(("known", each.run) for each in seen if each.known)
        first, *others = timeline.life(fingerprint).stretches
        counts["new", first.first] += 1
        counts.update(("returned", each.first) for each in others)
        counts.update(("fixed", each.gone) for each in (first, *others))
    return counts


def _find_last_before_gaps(seen: Mapping[str, Sequence[Occurrence]], runs: int) -> Iterator[int]:
    """Documents of sightings that the next run did not repeat: where lives are decided."""
    for each in seen.values():
        following = [*(one.run for one in each[1:]), runs]
        for one, until in zip(each, following, strict=True):
            if until - one.run > 1:
                yield one.payload
