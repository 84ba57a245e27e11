"""Numbers of a report as bars and columns."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlencode

from conformance.drift.history.record import Memory
from conformance.model.finding import Finding, Severity
from conformance.report.plain import printable
from conformance.report.report import Report
from conformance.report.words import counts, day, moment

_ORDER: Final = tuple(sorted(Severity, reverse=True))
_BARS: Final = 12
"""Operations or rules that a chart shows."""
_COLUMNS: Final = 60
"""Days, or spans of several, that a timeline shows."""
_SPAN: Final = 400
"""Units of length of a bar."""


@dataclass(frozen=True, slots=True)
class BarPart:
    """A piece of a bar or a column."""

    label: str
    """Of its severity."""
    start: int
    length: int


@dataclass(frozen=True, slots=True)
class Bar:
    """The findings of one rule or operation."""

    name: str
    total: int
    parts: tuple[BarPart, ...]
    link: str
    """Shows these findings alone."""


@dataclass(frozen=True, slots=True)
class Chart:
    """Findings counted by one of their facts."""

    key: str
    """``rule`` or ``operation``."""
    bars: tuple[Bar, ...]
    more: int
    """How many are not shown."""


def link_to(chosen: Mapping[str, str]) -> str:
    """A link within the page that chooses these values of the filter."""
    shown = {key: printable(value) for key, value in chosen.items()}
    return f"#{urlencode(shown, errors='backslashreplace')}"


def build_chart(findings: Sequence[Finding], key: str) -> Chart:
    """Those with the most errors first, then warnings, then notes."""
    numbers: dict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in findings:
        numbers[getattr(finding, key)][finding.severity] += 1
    ranked = sorted(numbers.items(), key=lambda one: ([-one[1][s] for s in _ORDER], one[0]))
    most = max((tally.total() for _, tally in ranked[:_BARS]), default=1)
    bars = tuple(
        Bar(name, tally.total(), tuple(_parts(tally, most, _SPAN)), link_to({key: name}))
        for name, tally in ranked[:_BARS]
    )
    return Chart(key, bars, max(len(ranked) - _BARS, 0))


def _parts(tally: Mapping[Severity, int], most: int, room: int) -> Iterator[BarPart]:
    """One after the other, ``most`` findings as long as there is room."""
    start = done = 0
    for severity in _ORDER:
        done += tally.get(severity, 0)
        end = round(room * done / most)
        if end > start:
            yield BarPart(severity.label, start, end - start)
        start = end


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that every line of time of a report shows: from what was first seen to the run."""

    first: dt.datetime
    last: dt.datetime

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Axis | None:
        """None where nothing is remembered."""
        runs = [report.history.run for report in reports if report.history]
        seen = [memory.first_seen for report in reports for memory in _memories(report).values()]
        return cls(min(seen), max((*runs, *seen))) if runs and seen else None

    @property
    def ends(self) -> tuple[str, str]:
        """Its dates; with the time of day where it is all on one."""
        one, other = day(self.first), day(self.last)
        return (one, other) if one != other else (moment(self.first), moment(self.last))

    def parts(self, memory: Memory) -> Iterator[BarPart]:
        """The times at which a finding was there."""
        for period in memory.periods:
            start = self._place(period.first)
            length = max(self._place(period.last) - start, 4)
            yield BarPart("", min(start, _SPAN - length), length)

    def _place(self, time: dt.datetime) -> int:
        whole = (self.last - self.first).total_seconds()
        share = (time - self.first).total_seconds() / whole if whole > 0 else 0
        return round(_SPAN * min(max(share, 0.0), 1.0))


@dataclass(frozen=True, slots=True)
class Column:
    """The findings of a day, or of several."""

    title: str
    x: int
    parts: tuple[BarPart, ...]


@dataclass(frozen=True, slots=True)
class Timeline:
    """How many findings there were, day by day."""

    columns: tuple[Column, ...]
    ends: tuple[str, str]
    most: int
    summary: str
    """The same in words."""


def build_timeline(reports: Sequence[Report]) -> Timeline | None:
    """None where less than two days are remembered."""
    axis = Axis.of(reports)
    days = (axis.last.date() - axis.first.date()).days + 1 if axis else 0
    if axis is None or days < 2:
        return None
    each = -(-days // _COLUMNS)
    tallies: list[Counter[Severity]] = [Counter() for _ in range(-(-days // each))]
    for report in reports:
        severities = _severities(report)
        for fingerprint, memory in _memories(report).items():
            if fingerprint in severities:
                for number in _days(memory, axis.first.date(), each):
                    tallies[number][severities[fingerprint]] += 1
    most = max(tally.total() for tally in tallies)
    columns = []
    for number, tally in enumerate(tallies):
        date = axis.first.date() + dt.timedelta(days=number * each)
        wording = counts([(s.label, tally[s]) for s in _ORDER]) or "none"
        columns.append(Column(f"{day(date)}: {wording}", number * 10, tuple(_stacked(tally, most))))
    ends = axis.ends
    summary = (
        f"Findings from {ends[0]} to {ends[1]}: {tallies[0].total()} at first, "
        f"{tallies[-1].total()} at last, at most {most}."
    )
    return Timeline(tuple(columns), ends, most, summary)


def _stacked(tally: Mapping[Severity, int], most: int) -> Iterator[BarPart]:
    """From the ground up."""
    for part in _parts(tally, max(most, 1), 100):
        yield BarPart(part.label, 100 - part.start - part.length, part.length)


def _memories(report: Report) -> dict[str, Memory]:
    """Of what was there and what is gone, by fingerprint."""
    if report.history is None:
        return {}
    gone = {one.finding.fingerprint: one.memory for one in report.history.gone}
    return {**report.history.memories, **gone}


def _severities(report: Report) -> dict[str, Severity]:
    """Of what counts or counted once."""
    gone = (one.finding for one in report.history.gone) if report.history else ()
    return {finding.fingerprint: finding.severity for finding in (*gone, *report.findings)}


def _days(memory: Memory, first: dt.date, each: int) -> set[int]:
    """Numbers of the columns in which a finding was there."""
    return {
        number
        for period in memory.periods
        for number in range(
            max((period.first.date() - first).days, 0) // each,
            (period.last.date() - first).days // each + 1,
        )
    }
