"""A history of 1,000 nights: what it weighs, and how long it takes to add to it and to ask it.

Each of four exchanges has about thirty findings a night.  Some are there every night and say
the same; some are seen in live answers, and tell new counts and days every night; some come,
go and return.
"""

from __future__ import annotations

import datetime as dt
import json
import random
import sqlite3
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

from msgspec.structs import replace

from benchmarks.measure import Ratio, compare, main
from conformance.drift.history import rows
from conformance.drift.history.record import RunDetails, RunRecord, RunScope
from conformance.drift.history.rows import encode
from conformance.drift.history.store import HistoryStore, open_history
from conformance.drift.known import KnownEntry
from conformance.model.contract import Coverage
from conformance.model.finding import Excerpt, Finding, Observed, Severity, Tally
from conformance.model.span import Span
from conformance.pipeline.history import report_of
from conformance.report import render

NIGHTS: Final = 1000
EXCHANGES: Final = ("first", "second", "third", "fourth")
ALWAYS, LIVE, PASSING = 18, 8, 8
"""Findings of a night: there and the same, there and counted anew, there in half of the nights."""
LONGEST: Final = 2.0
"""Seconds a report may take."""

_BEGAN: Final = dt.datetime(2024, 1, 1, 2, 30, tzinfo=dt.UTC)
_OPERATIONS: Final = tuple(f"GET /v1/things/{number}" for number in range(6))
_SCOPE: Final = RunScope(
    rules=frozenset(("missing-field", "type-conflict")),
    pages=frozenset(f"en/page-{number}.md" for number in range(6)),
    operations=frozenset(_OPERATIONS),
    examined=frozenset((operation, "live") for operation in _OPERATIONS),
)


def measure() -> Iterator[Ratio]:
    """Remembering a night, recalling the last one, and the whole report."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "history.sqlite"
        store = open_history(str(file))
        weight = _fill(store)
        _tell(file, weight)
        yield from _ratios(store, file)


def _ratios(store: HistoryStore, file: Path) -> Iterator[Ratio]:
    tomorrow = iter(range(NIGHTS, 2 * NIGHTS))
    since = _night(NIGHTS - 7)
    yield compare(
        "remember a night",
        lambda: store.remember(_run("first", next(tomorrow))),
        "reading its exchange's sightings",
        lambda: _read(file),
        rounds=5,
    )
    yield compare(
        "recall the last night",
        lambda: store.recall("first"),
        "reading its exchange's sightings",
        lambda: _read(file),
        rounds=5,
    )
    for name, job in _jobs(store, since).items():
        yield Ratio(
            name=name,
            seconds=_best(job),
            reference="the longest it may take",
            reference_seconds=LONGEST,
            goal=1.0,
        )


def _jobs(store: HistoryStore, since: dt.datetime) -> dict[str, Callable[[], object]]:
    def report() -> None:
        reports = [report_of(store.recall(name, since=since)) for name in EXCHANGES]
        for form in ("text", "html"):
            render(reports, form)

    return {
        "report --since 7d of four exchanges": report,
        "history of four exchanges": store.findings,
        "history --runs of four exchanges": store.runs,
    }


def _best(job: Callable[[], object]) -> float:
    taken = []
    for _ in range(3):
        started = time.perf_counter()
        job()
        taken.append(time.perf_counter() - started)
    return min(taken)


def _read(file: Path) -> int:
    """What any program has to do to know of every sighting of an exchange."""
    connection = sqlite3.connect(file)
    query = (
        "SELECT fingerprint, run_id, payload_id FROM conformance_sighting JOIN conformance_finding "
        "ON id = finding_id WHERE exchange = 'first'"
    )
    count = len(connection.execute(query).fetchall())
    connection.close()
    return count


def _tell(file: Path, weight: int) -> None:
    size = file.stat().st_size
    connection = sqlite3.connect(file)
    (sightings,) = connection.execute("SELECT count(*) FROM conformance_sighting").fetchone()
    connection.close()
    sys.stderr.write(
        f"{NIGHTS:,} nights of {len(EXCHANGES)} exchanges, {sightings:,} sightings: "
        f"{size / 1e6:.1f} MB, {size / sightings:.0f} octets each; "
        f"{size / weight:.3f} of the same as JSON ({weight / 1e6:.0f} MB)\n"
    )


def _fill(store: HistoryStore) -> int:
    """Everything at once; octets it would take as JSON."""
    weight = 0
    with store._database.writing() as connection:
        for number in range(NIGHTS):
            for exchange in EXCHANGES:
                record = _run(exchange, number)
                weight += sum(len(encode(finding)) for finding in record.findings)
                rows.add_run(connection, record, {f.fingerprint: f for f in record.findings})
    return weight


def _run(exchange: str, number: int) -> RunRecord:
    findings = tuple(_findings(exchange, number))
    return RunRecord(
        exchange=exchange,
        started=_night(number),
        finished=_night(number) + dt.timedelta(minutes=2),
        findings=findings,
        scope=_SCOPE,
        version="1.0",
        account=RunDetails(
            title=exchange,
            coverage=Coverage(pages=6, rows=120),
            operations=6,
            evidence=(("live", 180),),
            known=tuple(_known(finding) for finding in findings[: ALWAYS // 2]),
        ),
    )


def _night(number: int) -> dt.datetime:
    return _BEGAN + dt.timedelta(days=number)


def _findings(exchange: str, number: int) -> Iterator[Finding]:
    for place in range(ALWAYS):
        yield _finding(exchange, "type-conflict", place)
    for place in range(LIVE):
        yield _counted(_finding(exchange, "missing-field", place), number)
    for place in range(LIVE, LIVE + PASSING):
        month = (number + 11 * place) // 30
        dice = random.Random(f"{exchange} {place} {month}")  # noqa: S311
        if dice.random() < 0.5:  # a month there, a month not; after a while another one
            yield _counted(_finding(exchange, "missing-field", place + 100 * (month // 8)), number)


def _finding(exchange: str, rule: str, place: int) -> Finding:
    name, page = f"member{place}", f"en/page-{place % 6}.md"
    return Finding(
        rule=rule,
        severity=Severity.WARNING,
        operation=_OPERATIONS[place % 6],
        subject=f"responses.200.things[].{name}",
        message=f"{name} is documented as String, and as Number in the table above it",
        expected='"String"',
        actual='"Number"',
        documented=Span(page, 40 + place, 40 + place, f"| `{name}` | String | Of {exchange}. |"),
    )


def _counted(finding: Finding, number: int) -> Finding:
    """As live answers of that night show it."""
    day = _night(number).date().isoformat()
    name = finding.subject.rpartition(".")[2]
    body = json.dumps(
        {"things": [{"id": number, "at": day, "price": "0.5", name: number}]}, indent=2
    )
    return replace(
        finding,
        message=f"{name} is not there (in {number % 30} of 30 interactions)",
        observed=Observed(
            origin="live",
            where=f"live:GET#{number}",
            pointer=f"/things/0/{name}",
            value=str(number),
            excerpt=Excerpt(body, 5, 5),
        ),
        evidence=(Tally(origin="live", seen=number % 30, examined=30, first=day, last=day),),
    )


def _known(finding: Finding) -> KnownEntry:
    return KnownEntry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        operation=finding.operation,
        subject=finding.subject,
        reason="They were told and will correct the page.",
        expires=dt.date(2030, 1, 1),
    )


if __name__ == "__main__":
    main(measure)
