"""What every format is given."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.drift.history.record import History
from conformance.drift.known import KnownEntry, Match, Partition
from conformance.model.contract import Coverage
from conformance.model.finding import Finding
from conformance.model.interaction import Unchecked
from conformance.model.span import Span
from conformance.report.excerpts import PageExcerpt, Place


class PageOrigin(Struct, frozen=True, kw_only=True):
    """Where a page comes from, as its exchange's manifest says."""

    url: str = ""
    """Where it was published; empty when unknown."""
    language: str = ""
    """BCP 47 tag; empty when unknown."""
    retrieved: dt.date | None = None


class Report(Struct, frozen=True, kw_only=True):
    """The outcome of one run, complete: a format leaves out what it has no place for."""

    findings: tuple[Finding, ...] = ()
    """Those that count, in any order; formats sort them."""
    coverage: Coverage = field(default_factory=Coverage)
    set_apart: tuple[Finding, ...] = ()
    """What only interactions show that no API answered; they count for nothing."""
    operations: int = 0
    evidence: tuple[tuple[str, int], ...] = ()
    """How many interactions were checked, by origin."""
    unchecked: Unchecked = field(default_factory=Unchecked)
    """What of the evidence could not be held against anything."""
    known: tuple[Match, ...] = ()
    """Findings accepted for now, each with the entry that says why."""
    stale: tuple[KnownEntry, ...] = ()
    """Accepted findings that were not found again."""
    title: str = ""
    """What was checked, for a heading: an exchange, a folder."""
    files: tuple[tuple[str, str], ...] = ()
    """Pages by name, with their paths from the root of the repository they lie in."""

    history: History | None = None
    """What earlier runs know; None where nothing is remembered."""
    exchange: str = ""
    """Name of the exchange, where the report is about one."""
    expired: tuple[Match, ...] = ()
    """Those of ``findings`` that were accepted until a day that has passed."""
    excerpts: Mapping[Place, PageExcerpt] = field(default_factory=dict)
    """What stands at a place of a page, where it still stands there."""
    sources: Mapping[str, PageOrigin] = field(default_factory=dict)
    commit: str = ""
    """Of the repository that the pages lie in; empty where there is none."""
    today: dt.date | None = None
    """The day of the report; None where it does not matter how long something is accepted."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing was checked at all, so that the absence of findings means nothing."""
        return not (self.coverage.pages or self.operations or sum(n for _, n in self.evidence))


def build_report(parts: Partition, looked_at: Report) -> Report:
    """``looked_at`` with what was found.  What only interactions show that no API answered is set
    apart, unless a page or the API shows the same."""
    counted = (*parts.new, *(match.finding for match in parts.expired))
    findings = tuple(finding for finding in counted if finding.made_of is None)
    shown = {finding.fingerprint for finding in findings}
    apart = (finding for finding in counted if finding.made_of is not None)
    return replace(
        looked_at,
        findings=findings,
        set_apart=tuple(finding for finding in apart if finding.fingerprint not in shown),
        known=parts.known,
        expired=tuple(match for match in parts.expired if match.finding.made_of is None),
        stale=parts.stale,
    )


class Style(Struct, frozen=True, kw_only=True):
    """How a format for people may look."""

    colour: bool = False
    """Whether ANSI colour sequences may be used."""
    width: int = 100
    """Columns of the terminal; quoted lines are cut to it."""
    wrap: bool = False
    """Whether longer lines are broken: for a person, not for ``grep``."""


def sort_findings(findings: tuple[Finding, ...]) -> tuple[Finding, ...]:
    """Findings by place in the docs (those without one last), rule, subject and evidence; the order
    depends on the findings alone, so equal runs give equal reports."""
    return tuple(sorted(findings, key=_make_place))


def _make_place(finding: Finding) -> tuple[object, ...]:
    documented = finding.documented or Span("", 0, 0)
    observed = finding.observed
    file, number = _make_place_key(observed.where) if observed else ("", 0)
    return (
        finding.documented is None,
        *(documented.page, documented.line, documented.end_line),
        *(finding.rule, finding.operation, finding.subject),
        *(file, number, observed.pointer if observed else ""),
        *(-finding.severity, finding.message),
        repr(finding),  # two that agree so far may still differ: settle it somehow, always alike
    )


def _make_place_key(where: str) -> tuple[str, int]:
    """``file#10`` as a pair, so that it follows ``file#9``; likewise ``page:10``."""
    file, _, number = where.replace("#", ":").rpartition(":")
    return (file, int(number)) if number.isdecimal() and len(number) < 10 else (where, 0)
