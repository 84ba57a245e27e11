"""Findings -> the outcome of a test, and the drift of an exchange in the lines of a terminal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Final

import pytest
from msgspec import Struct, field
from msgspec.structs import replace

from conformance.compare.wording import cut, plural
from conformance.drift.history.record import History, RunScope
from conformance.drift.known import KnownEntry, Match
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Origin
from conformance.pipeline.history import record_of, scope_of
from conformance.report import render_findings
from conformance.report.plain import make_printable, width, wrap_text
from conformance.report.report import Report, Style
from conformance.report.sections import COUNTED, Item, ItemState, build_sections
from conformance.report.words import (
    count_others,
    divide_by_origin,
    format_day,
    format_moment,
    list_counts,
    name_finding,
)
from conformance.suite.session import KINDS, ExchangeRun

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore


_LONGEST: Final = 60
"""Characters of a reason that stands at the end of a test's line."""


class Judge(Struct, frozen=True):
    """Gives the verdict of one test, and leaves what it rests on in the test's report."""

    record: Callable[[str, object], None]
    """Adds a property to the test's case in a JUnit report; names may come again."""
    style: Style = field(default_factory=Style)

    def __call__(self, run: ExchangeRun, findings: tuple[Finding, ...]) -> None:
        """Fail on new or expired findings, expect known ones with their reason, else pass.  An
        ``info`` is shown at the end of the run and fails nothing."""
        self.note(findings)
        parts = run.split(tuple(f for f in findings if f.severity > Severity.INFO))
        counted = (*parts.new, *(match.finding for match in parts.expired))
        if counted:
            pytest.fail(render_findings(counted, self.style), pytrace=False)
        if parts.known:
            pytest.xfail(f"known drift: {shorten_known(parts.known)}")

    def note(self, findings: Iterable[Finding | KnownEntry]) -> None:
        """Rule, fingerprint, subject and place of each, always all four and in this order."""
        for finding in findings:
            self.record("rule", make_printable(finding.rule))
            self.record("fingerprint", finding.fingerprint)
            self.record("subject", make_printable(finding.subject))
            place = ""  # where it was observed when no page says anything of it
            if isinstance(finding, Finding):
                observed = finding.observed.where if finding.observed else ""
                place = str(finding.documented) if finding.documented else observed
            self.record("place", make_printable(place))


def shorten_known(known: Sequence[Match]) -> str:
    """The first of what is accepted, on one short line; the summary of the run has the reasons."""
    first, count = known[0], len(known) - 1
    about = make_printable(cut(f"{first.finding.rule} {first.finding.subject}".rstrip(), _LONGEST))
    return about + (f" and {count} more" if count else "")


def remember(store: HistoryStore, run: ExchangeRun, *, ended: bool, sandbox: bool) -> None:
    """Keep ``run``, which is over, in the history, and let it know those before it.  A run against
    a sandbox is compared and not kept: what a sandbox answers says nothing about the exchange.
    ``ended`` says whether it came to its end by itself.  Raises InputError: the history cannot be
    read or written."""
    started = run.started
    complete = ended and not run.evidence.failures and bool(run.contract.operations)
    record = record_of(
        run.exchange, run.report, scope_of_run(run), run.known, started=started, complete=complete
    )
    if not sandbox:
        run.history = store.remember(record)
    elif store.exists():
        run.history = store.compare(record)


def scope_of_run(run: ExchangeRun) -> RunScope:
    """What the run looked at; live answers count where no valid request was left to make."""
    requested, pages = run.requested, [page.path for page in run.exchange.pages]
    keys = {key for key, _ in requested}
    exhausted = [key for key in keys if all((key, kind) in requested for kind in KINDS)]
    scope = scope_of(run.contracts, run.interactions, pages, exhausted)
    examined = (
        (operation, origin)
        for operation, origin in scope.examined
        if origin != Origin.LIVE.value or (operation, "valid") in requested
    )
    return replace(scope, examined=frozenset(examined))


_WORDS: Final = {
    ItemState.NEW: "NEW",
    ItemState.RETURNED: "RETURNED",
    ItemState.FIXED: "fixed",
    ItemState.OPEN: "open",
    ItemState.KNOWN: "known",
}
"""Where a finding stands -> the word its line begins with."""
_INDENT: Final = " " * 9
"""The second line of a finding begins below its text, not below its location."""


def style_of(config: pytest.Config) -> Style:
    """As wide as the terminal; where there is none, lines stay whole for ``grep``."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty:
        return Style()
    return Style(width=config.get_terminal_writer().fullwidth, wrap=True)


def fit_line(line: str, style: Style) -> Iterator[str]:
    """``line``, of the drift summary, broken between words where it is wider than the terminal."""
    if not style.wrap or width(line) <= style.width:
        yield line
        return
    for number, part in enumerate(wrap_text(line, max(style.width - len(_INDENT), 1))):
        yield (_INDENT if number else "") + part


def summarize_run(report: Report, today: dt.date) -> Iterator[str]:
    """What was checked, how it stands beside earlier runs, and each finding on a line."""
    of_api, apart = divide_by_origin(report.evidence)
    origins = list_counts(of_api) or "none, so no answer of the API was checked"
    also = f"; set apart: {list_counts(apart)}" if apart else ""
    yield (
        f"{plural(report.coverage.pages, 'page')}, {plural(report.operations, 'operation')}, "
        f"{plural(report.coverage.rows, 'table row')} ({report.coverage.rows_unread} unread), "
        f"interactions: {origins}{also}"
    )
    parts = build_sections((report,), by_cause=True)
    found = [item for section in parts for item in section.items]
    if report.history:
        yield _compare(report.history, Counter({part.kind: part.count for part in parts}))
    if report.operations and any(item.kind is not ItemState.APART for item in found):
        yield _describe_verdict(found, remembered=bool(report.history))
    for item in found:
        if item.kind not in (ItemState.UNCHECKED, ItemState.APART):
            yield make_printable(_render_line(item, remembered=bool(report.history), today=today))
    for entry in report.stale:
        yield make_printable(f"STALE    {name_finding(entry)}: no longer found")
    yield from _set_apart(found)
    unchecked = sum(part.count for part in parts if part.kind is ItemState.UNCHECKED)
    if unchecked:
        yield f"not part of this run: what {plural(unchecked, 'earlier finding')} was seen in"
    if not report.operations:
        yield "nothing was checked: no operation was found, so nothing is said to be fixed"
    elif not report.stale and all(item.kind is ItemState.APART for item in found):
        yield "no drift"


def _compare(history: History, counts: Counter[ItemState]) -> str:
    """``since ...: 1 new, 0 returned, 2 fixed``: the nights in which nothing changed, too."""
    if history.previous is None:
        return "the first run that is remembered: there is nothing to compare it with"
    kinds = (ItemState.NEW, ItemState.RETURNED, ItemState.FIXED)
    states = ", ".join(f"{counts[kind]} {kind.value}" for kind in kinds)
    since, runs = format_moment(history.previous), plural(history.runs, "run")
    return f"since {since}: {states}; {runs} remembered"


def _describe_verdict(found: Sequence[Item], *, remembered: bool) -> str:
    """``nothing new; 7 known (6 errors); 1 info``: every finding counted, not every line."""
    counted: dict[str, list[Finding]] = {}
    for item in found:
        word = _describe_standing(item, remembered=remembered)
        for finding in item.findings if word else ():
            info = finding.severity is Severity.INFO and item.kind is not ItemState.KNOWN
            counted.setdefault("info" if info else word, []).append(finding)
    parts = [] if {"new", "returned"} & counted.keys() else ["nothing new"]
    for word in ("new", "returned", "expired", "open", "known", "info"):
        if findings := counted.get(word):
            errors = sum(finding.severity is Severity.ERROR for finding in findings)
            more = f" ({plural(errors, 'error')})" if errors else ""
            parts.append(f"{len(findings)} {word}{more}")
    return "; ".join(parts)


def _describe_standing(item: Item, *, remembered: bool) -> str:
    """The word for where an item stands; empty for what is gone, or was not part of the run."""
    if item.kind not in (*COUNTED, ItemState.KNOWN):
        return ""
    if item.entry and item.kind is not ItemState.KNOWN:
        return "expired"
    return item.kind.value if remembered or item.kind is ItemState.KNOWN else "new"


def _set_apart(found: Sequence[Item]) -> Iterator[str]:
    apart = [item for item in found if item.kind is ItemState.APART]
    if apart:
        yield "set apart, as no API has answered it:"
    for item in apart:
        origin = item.finding.made_of.value if item.finding.made_of else ""
        reason = item.entry.reason if item.entry else item.finding.message
        yield make_printable(
            f"{origin:<11} {name_finding(item.finding)}: {reason}{count_others(item)}"
        )


def _render_line(item: Item, *, remembered: bool, today: dt.date) -> str:
    about, more, memory = name_finding(item.finding), count_others(item), item.memory
    if item.kind is ItemState.KNOWN and item.entry:
        left = plural(item.entry.days_left(today), "day")
        return f"known    {about}: {item.entry.reason}{more} ({left} left)"
    if item.entry:
        return f"EXPIRED  {about}: accepted until {item.entry.expires}: {item.entry.reason}{more}"
    if item.kind is ItemState.FIXED and memory:
        last = format_day(memory.last_seen)
        return f"fixed    {about}: last seen {last}: {item.finding.message}{more}"
    word, since = _WORDS[item.kind] if remembered else "NEW", ""
    if item.severity is Severity.INFO:
        word = "info" if item.kind is ItemState.OPEN else f"{word} info"
    if memory and memory.times_seen > 1:  # longer than this run
        often = f"{memory.times_seen} of {plural(memory.runs, 'run')}"
        since = f" (since {format_day(memory.first_seen)}, {often})"
    return f"{word:<8} {about}: {item.finding.message}{more}{since}"
