"""What a report says, in the order in which it wants attention; every format follows it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.drift.causes import group_findings_by_cause
from conformance.drift.history.record import Memory, State
from conformance.drift.known import KnownEntry
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report.report import PageExcerpt, PageOrigin, Report, sort_findings


class ItemState(Enum):
    """Where something stands, what changed since the last run first."""

    NEW = "new"
    RETURNED = "returned"
    FIXED = "fixed"
    OPEN = "open"
    KNOWN = "known"
    UNCHECKED = "not checked"
    APART = "set apart"


TITLES: Final[Mapping[ItemState, str]] = {
    ItemState.NEW: "New",
    ItemState.RETURNED: "Returned",
    ItemState.FIXED: "Fixed",
    ItemState.OPEN: "Open",
    ItemState.KNOWN: "Known drift, accepted for now",
    ItemState.UNCHECKED: "Not checked in this run",
    ItemState.APART: "Set apart: seen only in what no API has answered",
}
UNREMEMBERED: Final = "Findings"
"""What the open ones are called where no run before is remembered."""
COUNTED: Final = (ItemState.NEW, ItemState.RETURNED, ItemState.OPEN)
"""What is there and not accepted."""


_NEWS: Final = {State.NEW: ItemState.NEW, State.RETURNED: ItemState.RETURNED}


class Item(Struct, frozen=True):
    """One finding, with what the report knows of it besides."""

    kind: ItemState
    finding: Finding
    report: Report
    """The one it is in."""
    prefix: str = ""
    """Before the names of its pages, where the reports of several exchanges are read as one."""
    memory: Memory | None = None
    entry: KnownEntry | None = None
    """That accepts it, or did until it expired."""
    others: tuple[Finding, ...] = ()
    """Findings of the same cause that stand alike, where causes are shown as one."""
    reasons: tuple[str, ...] = ()
    """Why they have one cause."""

    @property
    def findings(self) -> tuple[Finding, ...]:
        """All of the cause, the one that stands for it first."""
        return (self.finding, *self.others)

    @property
    def cause(self) -> str:
        """What JSON and packets name the cause by: the smallest of its fingerprints."""
        return min(finding.fingerprint for finding in self.findings)

    @property
    def severity(self) -> Severity:
        """Of the gravest finding of the cause."""
        return max(finding.severity for finding in self.findings)

    @property
    def place(self) -> str:
        """``page:line``; for a finding without one, the next best place."""
        return self.place_of(self.finding)

    def place_of(self, finding: Finding) -> str:
        """The place of any finding of the same report."""
        if finding.documented:
            return f"{self.prefix}{finding.documented}"
        observed = finding.observed.where if finding.observed else ""
        return observed or finding.operation or "(no place)"

    @property
    def excerpt(self) -> PageExcerpt | None:
        """What stands at the documented place."""
        return self.excerpt_at(self.finding.documented)

    @property
    def source(self) -> PageOrigin:
        span = self.finding.documented
        return self.report.sources.get(span.page if span else "", PageOrigin())

    @property
    def other(self) -> Span | None:
        """The line of a page it was observed at, where it was not in an interaction."""
        observed = self.finding.observed
        page, _, line = observed.where.rpartition(":") if observed else ("", "", "")
        is_place = bool(page) and line.isascii() and line.isdecimal() and 0 < len(line) < 10
        value = observed.value if observed and not observed.pointer else ""
        return Span(page, int(line), int(line), value) if is_place else None

    def excerpt_at(self, span: Span | None) -> PageExcerpt | None:
        """What stands at ``span``; the line of an earlier run may say something else by now."""
        if span is None or self.kind in (ItemState.FIXED, ItemState.UNCHECKED):
            return None
        return self.report.excerpts.get((span.page, span.line, span.quote))


class ReportSection(Struct, frozen=True):
    """Items that stand alike; never empty."""

    kind: ItemState
    title: str
    items: tuple[Item, ...]

    @property
    def count(self) -> int:
        return sum(len(item.findings) for item in self.items)


def build_sections(
    reports: Sequence[Report], *, by_cause: bool = False
) -> tuple[ReportSection, ...]:
    """All that the reports have, by where it stands.  ``by_cause``: findings of one cause that
    stand alike and are accepted for the same reason are one item."""
    items: dict[ItemState, list[Item]] = {kind: [] for kind in ItemState}
    for report in reports:
        prefix = f"{report.exchange}/" if report.exchange and len(reports) > 1 else ""
        found = list(_collect_items(report, prefix))
        for item in _fold(found) if by_cause else found:
            items[item.kind].append(item)
    remembered = any(report.history for report in reports)
    titles = TITLES if remembered else {**TITLES, ItemState.OPEN: UNREMEMBERED}
    return tuple(
        ReportSection(kind, titles[kind], tuple(found)) for kind, found in items.items() if found
    )


def _fold(items: Sequence[Item]) -> Iterator[Item]:
    alike: dict[object, dict[int, Item]] = {}
    for item in items:
        accepted = (item.entry.reason, item.entry.expires) if item.entry else None
        alike.setdefault((item.kind, accepted), {})[id(item.finding)] = item
    leading: dict[int, Item] = {}
    for group in alike.values():
        for cause in group_findings_by_cause([item.finding for item in group.values()]):
            item = group[id(cause.head)]
            leading[id(item)] = replace(item, others=cause.findings[1:], reasons=cause.reasons)
    yield from (leading[id(item)] for item in items if id(item) in leading)


def select_counted(found: Iterable[ReportSection]) -> list[Item]:
    """Those that are there and not accepted, in order."""
    return [item for section in found if section.kind in COUNTED for item in section.items]


def _collect_items(report: Report, prefix: str) -> Iterator[Item]:
    memories = report.history.memories if report.history else {}
    expired = {id(match.finding): match.entry for match in report.expired}
    for finding in sort_findings(report.findings):
        memory = memories.get(finding.fingerprint)
        entry = expired.get(id(finding))
        # what was accepted and no longer is, is open
        kind = _NEWS.get(memory.state, ItemState.OPEN) if memory else ItemState.OPEN
        yield Item(kind, finding, report, prefix, memory, entry)
    entries = {id(match.finding): match.entry for match in report.known}
    for finding in sort_findings((*(match.finding for match in report.known), *report.set_apart)):
        memory = memories.get(finding.fingerprint)
        kind = ItemState.APART if finding.made_of or id(finding) not in entries else ItemState.KNOWN
        yield Item(kind, finding, report, prefix, memory, entries.get(id(finding)))
    gone = {id(one.finding): one.memory for one in report.history.gone} if report.history else {}
    findings = (one.finding for one in report.history.gone) if report.history else ()
    for finding in sort_findings(tuple(findings)):
        memory = gone[id(finding)]
        kind = ItemState.FIXED if memory.state is State.FIXED else ItemState.UNCHECKED
        yield Item(kind, finding, report, prefix, memory)
