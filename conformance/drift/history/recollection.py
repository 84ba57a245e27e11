"""What rows say of runs and findings: chronicles, and what is made of one."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Connection

from conformance.drift.history import rows
from conformance.drift.history.record import (
    Account,
    History,
    Remembered,
    RunRecord,
    RunScope,
    RunSighting,
    RunSummary,
    SightingKind,
    Trail,
)
from conformance.drift.history.rows import Documents, RunRow
from conformance.drift.history.states import Chronicle, Occurrence, Run, trace
from conformance.model.finding import Finding


def chronicle_of(connection: Connection, documents: Documents, runs: Sequence[RunRow]) -> Chronicle:
    """What ``runs``, all of one exchange, saw; looked at from the last of them."""
    seen = rows.seen_in(connection, runs)
    documents.fetch(_last_before_gaps(seen, len(runs)))
    accepted = documents.read(Account, runs[-1].account).known if runs else ()
    return Chronicle(
        runs=rows.looked_at(documents, runs),
        seen=seen,
        trace=lambda number: trace(documents.read(Finding, number)),
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
    """Everything that was ever found, as of the last of ``runs``.  With ``fingerprint`` that one
    alone, and what every run saw of it; with ``since`` without what was known to be gone by
    then."""
    baseline = chronicle.baseline(since)
    found = [
        each
        for each in chronicle.seen
        if fingerprint in (None, each) and (since is None or chronicle.is_news(each, baseline))
    ]
    documents.fetch(chronicle.seen[each][-1].payload for each in found)
    for each in found:
        last = documents.read(Finding, chronicle.seen[each][-1].payload)
        memory = chronicle.memory(each, chronicle.life(each), baseline)
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
