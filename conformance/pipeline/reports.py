"""A report on an exchange: what its pages and its stored evidence say now, and what is shown of it.

Nothing is sent and nothing generated here: that is the suite's part.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from conformance.checks.evidence_counts import once_each
from conformance.checks.registry import RULES
from conformance.drift.known import KnownDrift, Partition, split
from conformance.errors import ConformanceError
from conformance.evidence.loading import Evidence
from conformance.model.contract import Contract, Coverage
from conformance.model.finding import Finding
from conformance.model.interaction import Unchecked
from conformance.model.span import Span
from conformance.pages.exchange import Exchange, read_bytes, read_page
from conformance.parse import parse_page
from conformance.pipeline.comparison import compare_all, lint_exchange, read_languages
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import CASSETTES, languages
from conformance.pipeline.repository import commit_of
from conformance.pipeline.weights import known_drift, weighed
from conformance.report.excerpts import Excerpts, PageExcerpt, Place
from conformance.report.report import PageOrigin, Report
from conformance.report.sections import Item, sections

_ASKING = frozenset(rule.id for rule in RULES if rule.families == ("request",))
"""Rules whose findings only a request can show."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """One exchange, checked without asking it anything."""

    exchange: Exchange
    report: Report
    contracts: Mapping[str, Contract]
    """By language, the one that evidence was checked against first."""
    evidence: Evidence
    known: KnownDrift


def check_now(exchange: Exchange, root: Path, today: dt.date) -> Checked:
    """Hold the pages against themselves, their twins and the evidence stored under ``root``.

    Raises:
        InputError: a page, the manifest or the known drift is not as it should be.
        UsageError: the manifest weighs a rule there is none of.
    """
    known = known_drift(exchange)
    contracts = {tag: read_exchange(exchange, tag).contract for tag in languages(exchange)}
    linted = lint_exchange(exchange)
    folder = root / CASSETTES / exchange.name
    none = Evidence(interactions=(), problems=())
    evidence = read_all_evidence([folder], root) if folder.is_dir() else none
    operations = next(iter(contracts.values())).operations
    files = [(page.path, exchange.root / page.path) for page in exchange.pages]
    result = check_all(operations, evidence.interactions, files=files)
    twins = compare_all(read_languages(exchange).sides, evidence.interactions)
    found = weighed((*result.findings, *linted.findings, *twins.findings), [exchange], files)
    looked = Looked(
        title=exchange.title,
        coverage=linted.pages.contract.coverage,
        operations=len(operations),
        evidence=result.origins,
        unchecked=result.unchecked,
    )
    report = report_on(
        exchange, partition_findings(found, known, today, with_requests=False), today, looked
    )
    return Checked(
        exchange=exchange, report=report, contracts=contracts, evidence=evidence, known=known
    )


def once_of(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One finding of each fingerprint: the first that a page or the API shows, else the first."""
    return once_each(sorted(findings, key=lambda finding: finding.made_of is not None))


def partition_findings(
    findings: Iterable[Finding], known: KnownDrift, today: dt.date, *, with_requests: bool
) -> Partition:
    """One finding of each fingerprint, sorted by what is known of it.

    Without requests (``with_requests``), entries about what only a request can find are not stale.
    """
    parts = split(once_of(findings), known, today)
    if with_requests:
        return parts
    return replace(parts, stale=tuple(e for e in parts.stale if e.rule not in _ASKING))


def accepted_now(findings: Iterable[Finding], known: KnownDrift, today: dt.date) -> Partition:
    """What a look at a part tells: what has expired counts, and no entry is stale by it."""
    parts = split(findings, known, today)
    expired = (match.finding for match in parts.expired)
    return Partition(new=(*parts.new, *expired), known=parts.known)


@dataclass(frozen=True, slots=True, kw_only=True)
class Looked:
    """What a run looked at."""

    title: str
    coverage: Coverage = field(default_factory=Coverage)
    operations: int = 0
    evidence: tuple[tuple[str, int], ...] = ()
    """How many interactions there were, by origin."""
    unchecked: Unchecked = field(default_factory=Unchecked)
    files: tuple[tuple[str, str], ...] = ()
    """Pages by name, with their paths from the root of the repository."""


def build_report(parts: Partition, looked: Looked) -> Report:
    """The one way from findings to a report.

    What only interactions show that no API answered is set apart, unless a page or the API shows
    the same.
    """
    counted = (*parts.new, *(match.finding for match in parts.expired))
    findings = tuple(finding for finding in counted if finding.made_of is None)
    shown = {finding.fingerprint for finding in findings}
    apart = (finding for finding in counted if finding.made_of is not None)
    return Report(
        findings=findings,
        set_apart=tuple(finding for finding in apart if finding.fingerprint not in shown),
        coverage=looked.coverage,
        operations=looked.operations,
        evidence=looked.evidence,
        unchecked=looked.unchecked,
        known=parts.known,
        expired=tuple(match for match in parts.expired if match.finding.made_of is None),
        stale=parts.stale,
        title=looked.title,
        files=looked.files,
    )


def report_on(exchange: Exchange, parts: Partition, today: dt.date, looked: Looked) -> Report:
    """The report on a run over ``exchange``, without what is shown of its pages."""
    return replace(build_report(parts, looked), exchange=exchange.name, today=today)


def illustrated(
    report: Report, exchange: Exchange, read: Mapping[str, str] | None = None
) -> Report:
    """``report`` with what stands on the pages at every place it names, and where they are from.

    Args:
        report: on ``exchange``.
        exchange: whose pages are shown.
        read: sha256 of the pages as the run read them, by name; None when it read those that
            are there now.  A page that has changed since is not shown.
    """
    pages = {p.path: p for p in exchange.pages if read is None or read.get(p.path) == p.sha256}
    sources = {
        page.path: PageOrigin(url=page.url, language=page.language, retrieved=page.retrieved)
        for page in exchange.pages
    }
    return replace(
        report,
        exchange=exchange.name,
        commit=commit_of(exchange.root) if read is None else "",
        sources=sources,
        excerpts=dict(_excerpts(report, lambda page: read_page(exchange, pages[page]))),
    )


def shown_beside(report: Report, files: Iterable[tuple[str, Path]]) -> Report:
    """``report`` with what stands at every place it names on pages that were given by path."""
    paths = dict(files)
    excerpts = dict(_excerpts(report, lambda page: read_bytes(paths[page])))
    first = next(iter(paths.values()), None)
    return replace(report, excerpts=excerpts, commit=commit_of(first) if first else "")


def _excerpts(report: Report, read: Callable[[str], bytes]) -> Iterator[tuple[Place, PageExcerpt]]:
    """Page by page, each parsed once; ``read`` raises KeyError for one that is not to be shown."""
    spans: dict[str, dict[tuple[int, str], Span]] = {}
    for section in sections((report,)):
        for span in (span for item in section.items for span in _places(item)):
            spans.setdefault(span.page, {})[span.line, span.quote] = span
    for name, mine in spans.items():
        try:
            excerpts = Excerpts(parse_page(read(name), name))
        except (ConformanceError, KeyError):
            continue  # the quote in the finding has to do
        for span in mine.values():
            found = excerpts.around(span)
            if found:
                yield (name, span.line, span.quote), found


def _places(item: Item) -> Iterator[Span]:
    if item.finding.documented:
        yield item.finding.documented
    if item.other:
        yield item.other


def index_of(folder: Path) -> str:
    """A page over all drift reports that lie in ``folder``, those of other runs included."""
    from conformance.report.drift_index import render_index

    wires = {}
    for file in sorted(folder.glob("*.drift.json")):
        try:
            wire = json.loads(file.read_bytes())
            render_index({"": wire})
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            continue  # another program's, or half of one
        wires[file.name.removesuffix(".drift.json")] = wire
    return render_index(wires)
