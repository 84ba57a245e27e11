"""How a report says what it says: counts, and what evidence is worth."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import Final, TypeAlias

from conformance.compare.wording import ORIGINS, OriginWords, plural
from conformance.drift.history.record import History, Memory, State
from conformance.drift.known import KnownEntry
from conformance.model.finding import Finding, Observed, Severity, Tally
from conformance.model.interaction import Origin, Unchecked
from conformance.report.report import Report
from conformance.report.sections import Item

Counts: TypeAlias = tuple[tuple[str, int], ...]
"""Origin and number."""
_MONTHS: Final = (
    "", "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
"""In English, whatever the language of the machine."""


def describe_observation(observed: Observed) -> str:
    """What kind of evidence this is, in words; never left to the reader to guess."""
    if observed.origin == "documented" and not observed.pointer and "#" not in observed.where:
        return "said elsewhere in the docs"
    words = _find_words(observed.origin)
    return f"seen in {words.one}{f', {words.caveat}' if words.caveat else ''}"


def describe_evidence(finding: Finding) -> str:
    """How often it was observed in evidence of each kind, the weightiest first; empty where pages
    alone show it."""
    if finding.evidence:
        return "seen " + "; ".join(map(_describe_tally, finding.evidence))
    return describe_observation(finding.observed) if finding.observed else ""


def format_day(date: dt.date) -> str:
    """``3 November 2026``; of a moment, its day in UTC."""
    if isinstance(date, dt.datetime) and date.tzinfo:
        date = date.astimezone(dt.UTC)
    return f"{date.day} {_MONTHS[date.month]} {date.year}"


def format_moment(time: dt.datetime) -> str:
    """``3 November 2026, 02:30 UTC``."""
    if time.tzinfo:
        time = time.astimezone(dt.UTC)
    return f"{format_day(time)}, {time:%H:%M} UTC"


def describe_memory(memory: Memory) -> str:
    """What is remembered of a finding, in one sentence without its full stop."""
    if memory.state is State.NEW and memory.times_seen == 1:
        return f"first seen in this run, {format_moment(memory.last_seen)}"
    often = f"in {memory.times_seen} of {plural(memory.runs, 'run')}"
    first, last = format_day(memory.first_seen), format_day(memory.last_seen)
    when = f"seen on {first}" if first == last else f"first seen {first}, last seen {last}"
    seen = f"{when}, {often}"
    gaps = [
        f"gone between {format_day(one.last)} and {format_day(after.first)}"
        for one, after in zip(memory.periods, memory.periods[1:], strict=False)
    ]
    more = [f"and {plural(len(gaps) - 3, 'more time')}"] if len(gaps) > 3 else []
    return "; ".join((seen, *gaps[-3:], *more))


def describe_acceptance(entry: KnownEntry, today: dt.date | None) -> str:
    """Until when a finding is accepted."""
    if today is None:
        return f"until {entry.expires}"
    left = entry.days_left(today)
    if left < 0:
        return f"accepted until {entry.expires}, which is past"
    return f"until {entry.expires}, {plural(left, 'day')} left" if left else "until today"


def describe_comparison(history: History) -> str:
    """Which run it is, and with what it is compared."""
    run = f"Run of {format_moment(history.run)}"
    if history.runs <= 1:
        return f"{run}, the first that is remembered."
    base = "the run before it"
    if history.since:
        base = f"what was known on {format_moment(history.since)}"
    elif history.previous:
        base = f"that of {format_moment(history.previous)}"
    return f"{run}, compared with {base}; {plural(history.runs, 'run')} remembered."


def _find_words(origin: str) -> OriginWords:
    other = f"of origin {origin!r}"
    unknown = OriginWords(f"an interaction {other}", f"interactions {other}", other)
    return ORIGINS.get(origin, unknown)


def _describe_tally(tally: Tally) -> str:
    words = _find_words(tally.origin)
    if tally.examined <= 1:
        text = f"in the one {words.bare}{_describe_dates(tally)}"
    else:
        text = f"in {tally.seen} of {tally.examined} {words.several}{_describe_dates(tally)}"
    return f"{text}, {words.caveat}" if words.caveat else text


def _describe_dates(tally: Tally) -> str:
    first, last = _read_date(tally.first), _read_date(tally.last)
    if first is None or last is None:
        return ""
    if first == last:
        return f" of {format_day(first)}" if tally.examined <= 1 else f" on {format_day(first)}"
    return f" since {format_day(first)}, last on {format_day(last)}"


def _read_date(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text[:10])
    except ValueError:
        return None


def summarize_findings(findings: Iterable[Finding], causes: int = 0) -> str:
    """``2 findings (1 error, 1 warning)``, or ``no findings``; of fewer ``causes``, so many."""
    counts = Counter(finding.severity for finding in findings)
    if not counts:
        return "no findings"
    parts = [_describe_severities(each, counts[each]) for each in sorted(counts, reverse=True)]
    of = f" of {plural(causes, 'cause')}" if 0 < causes < counts.total() else ""
    return f"{plural(counts.total(), 'finding')} ({', '.join(parts)}){of}"


def summarize_outcome(report: Report, causes: int = 0) -> str:
    """The verdict; where nothing was checked, nothing is said of findings there are none of."""
    if report.findings:
        return summarize_findings(report.findings, causes)
    if report.is_empty:
        return "nothing was checked"
    return "no findings in what was checked" if report.unchecked else "no findings"


def describe_coverage(report: Report) -> str:
    """What the verdict rests on, in one sentence."""
    if report.is_empty:
        return "Nothing was checked."
    coverage = report.coverage
    parts = [
        plural(coverage.pages, "page"),
        plural(report.operations, "operation"),
        f"{plural(coverage.rows, 'table row')} ({coverage.rows_unread} unread)",
    ]
    unchecked = _describe_unchecked(report.unchecked)
    return f"Checked {', '.join(parts)}{_describe_basis(report)}.{unchecked}"


def describe_cause(item: Item) -> str:
    """Of how many findings and operations a cause is, and why they are one."""
    operations = len({finding.operation for finding in item.findings if finding.operation})
    where = f" of {plural(operations, 'operation')}" if operations > 1 else ""
    return f"{plural(len(item.findings), 'finding')}{where}: {'; '.join(item.reasons)}"


def name_finding(found: Finding | KnownEntry) -> str:
    """``type-mismatch GET /v1/orders responses.200.price``: rule, operation and subject."""
    return " ".join(filter(None, (found.rule, found.operation, found.subject)))


def count_others(item: Item) -> str:
    """`` (and 3 more of the same cause)``; empty for a finding alone."""
    return f" (and {len(item.others)} more of the same cause)" if item.others else ""


def join_counts(numbers: Sequence[tuple[str, int]]) -> str:
    """``2 new, 1 fixed``, without what there is none of."""
    return ", ".join(f"{number} {word}" for word, number in numbers if number)


def divide_by_origin(counts: Counts) -> tuple[Counts, Counts]:
    """What the API answered, and what shows nothing about it."""
    of_api = {origin.value for origin in Origin if origin.is_of_api}
    return (
        tuple(one for one in counts if one[0] in of_api),
        tuple(one for one in counts if one[0] not in of_api and one[1]),
    )


def list_counts(counts: Counts) -> str:
    """``3 live, 2 recorded``."""
    return ", ".join(f"{number} {origin}" for origin, number in counts)


def _describe_basis(report: Report) -> str:
    if not report.evidence:
        return ""
    of_api, apart = divide_by_origin(report.evidence)
    number = plural(sum(count for _, count in of_api), "interaction")
    more = f"; set apart{_describe_counts(apart)}" if apart else ""
    return f"; {number}{_describe_counts(of_api)}{more}"


def _describe_counts(counts: Counts) -> str:
    parts = [f"{count} {_find_words(origin).counted}" for origin, count in counts if count]
    return f": {', '.join(parts)}" if parts else ""


def _describe_unchecked(left: Unchecked) -> str:
    operations = plural(left.operations_without_contract, "operation")
    forms = (
        (left.unmatched, "interaction", "{} of no documented operation"),
        (left.without_contract, "interaction", f"{{}} of {operations} without a response contract"),
        (left.undocumented_status, "answer", "the body of {} of undocumented status"),
        (left.free_form_objects, "object", "the members of {} of which no page lists any"),
    )
    text = "; ".join(form.format(plural(number, noun)) for number, noun, form in forms if number)
    return f" Not checked: {text}." if text else ""


def _describe_severities(severity: Severity, count: int) -> str:
    """``info`` has no plural."""
    return f"{count} info" if severity is Severity.INFO else plural(count, severity.label)
