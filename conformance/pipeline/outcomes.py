"""The whole outcome of every command that gives findings: what is reported, what came of it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from conformance.checks.runner import CheckResult
from conformance.drift.known import KnownDrift, Partition, split
from conformance.errors import UsageError
from conformance.evidence.loading import find_units
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Severity
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange, find_root
from conformance.pages.sources import sides_of_exchange, sides_of_paths
from conformance.pipeline import STDIN, EvidenceChoice, PageChoice, RuleChoice, project
from conformance.pipeline.evidence import (
    EvidenceChecker,
    EvidenceResult,
    check_on_cluster,
    check_units,
    read_all_evidence,
)
from conformance.pipeline.pages import Pages, Progress, read_paths
from conformance.pipeline.weights import (
    RulePreferences,
    apply_severities,
    load_known_drift,
    read_preferences,
)
from conformance.report.report import Report, build_report

if TYPE_CHECKING:
    from conformance.checks.change.runner import ChangeResult
    from conformance.checks.parity.runner import ParityResult
    from conformance.pipeline import comparison

Files = Sequence[tuple[str, Path]]


class Outcome(Struct, frozen=True):
    """What a command found, and whether it could do its job."""

    reports: tuple[Report, ...]
    counted: tuple[Finding, ...]
    """Findings that the exit status is judged by."""
    notes: tuple[str, ...] = ()
    """Lines for the person, before the report."""
    failures: tuple[str, ...] = ()
    """Why the job could not be done, or not whole."""
    pages: tuple[tuple[str, Path], ...] = ()
    """Pages by name, with the files they were read from: some formats show their tables."""


def lint_pages(
    choice: PageChoice,
    rules: RuleChoice,
    progress: Progress | None = None,
    jobs: int = 1,
    changed_since: str = "",
) -> Outcome:
    """Hold each page against itself; report on those changed since a git revision, if given."""
    from conformance.pipeline import comparison

    chosen = read_preferences(rules, ["lint"])
    paths, exchanges = project.choose_pages(choice)
    linted = comparison.lint_paths(paths, progress, jobs)
    pages, contract = linted.pages, linted.pages.contract
    operations = len(contract.operations)
    looked = Report(
        title=_name_paths(paths),
        coverage=contract.coverage if operations else Coverage(),
        operations=operations,
        files=project.files_of(pages.files),
    )
    findings, notes = linted.findings, [f"skipped {line}" for line in pages.skipped]
    if changed_since:
        changed = project.find_changed_pages(pages.files, changed_since)
        findings = tuple(f for f in findings if not f.documented or f.documented.page in changed)
        notes.append(f"{len(changed)} of {len(pages.files)} pages changed since {changed_since}")
    parts = _judge_findings(findings, exchanges, pages.files, chosen)
    report = build_report(parts, looked)
    failures = tuple(_lint_failures(pages, operations))
    return Outcome((report,), report.findings, tuple(notes), failures, pages.files)


def _lint_failures(pages: Pages, operations: int) -> Iterator[str]:
    if not pages.readings:
        found = "could be read" if pages.gaps else "was found: Markdown, MDX, HTML, text or OpenAPI"
        yield f"nothing was checked: no page {found}"
    elif pages.gaps:
        yield f"{len(pages.gaps)} of the pages could not be read"
    elif not operations:
        where = "the page" if len(pages.readings) == 1 else "any page"
        yield f"nothing was checked: no operation was found on {where}"


def check_evidence(
    choice: PageChoice,
    rules: RuleChoice,
    witnesses: EvidenceChoice,
    *,
    operation: str | None = None,
    base_paths: Sequence[str] = (),
    progress: Progress | None = None,
    checking: Progress | None = None,
    jobs: int = 1,
    cluster: str = "",
) -> Outcome:
    """Hold interactions against pages; only those of an API count where there are any."""
    chosen = read_preferences(rules, ["check"])
    docs, exchanges = project.choose_pages(choice, "--docs")
    paths = witnesses.evidence or _find_stored(choice, exchanges)
    pages = read_paths(docs, progress)
    # several folders are distinguished in reports by their common parent
    common = None if len(paths) < 2 else Path.cwd()
    operations = _choose_operations(pages.contract.operations, operation)
    checker = EvidenceChecker.of(operations, base_paths, pages.files)
    origin = Origin(witnesses.origin)
    units = (unit for path in paths for unit in find_units(path, common, origin))
    if cluster:
        evidence = check_on_cluster(checker, units, cluster)
    else:
        evidence = check_units(checker, units, jobs, checking)
    result = checker.result(evidence.parts)
    parts = _judge_findings(result.findings, exchanges, pages.files, chosen)
    report = build_report(parts, _describe_check(docs, pages, result, len(checker.operations)))
    of_api = any(Origin(origin).is_of_api for origin, _ in report.evidence)
    counted = report.findings if of_api else parts.new
    failures = tuple(_check_failures(result, evidence, pages))
    notes = (*pages.unread, *_list_problems(evidence), *_list_unmatched(result))
    return Outcome((report,), counted, notes, failures, pages.files)


def _describe_check(
    docs: Sequence[Path], pages: Pages, result: CheckResult, operations: int
) -> Report:
    """What a report says of interactions held against pages, besides findings."""
    checked = bool(result.checked_interactions)
    return Report(
        title=_name_paths(docs),
        coverage=pages.contract.coverage if checked else Coverage(),
        operations=operations if checked else 0,
        evidence=result.origins,
        unchecked=result.unchecked,
        files=project.files_of(pages.files),
    )


def _find_stored(choice: PageChoice, exchanges: Sequence[Exchange]) -> tuple[Path, ...]:
    if choice.paths:
        raise UsageError("no evidence given", hint="name files or folders of interactions")
    root = find_root(choice.docs_root)
    found = tuple(path for e in exchanges for path in project.find_stored(e, root))
    if not found:
        raise UsageError("no evidence given", hint=f"{root / project.CASSETTES} holds none either")
    return found


def _choose_operations(operations: Sequence[Operation], key: str | None) -> tuple[Operation, ...]:
    if key is None:
        return tuple(operations)
    wanted = " ".join(key.split())
    chosen = tuple(o for o in operations if o.key == wanted)
    if not chosen:
        known = "; ".join(o.key for o in operations) or "none"
        raise UsageError(f"no operation {wanted!r} is documented", hint=f"documented: {known}")
    return chosen


def _check_failures(result: CheckResult, evidence: EvidenceResult, pages: Pages) -> Iterator[str]:
    grave = any(finding.severity > Severity.INFO for finding in result.findings)
    if not result.checked_interactions:
        why = "no interaction belongs to a documented operation"
        if evidence.failed and not result.unmatched:
            why = "no evidence could be read"
        yield f"nothing was checked: {why}"
    elif not result.judged_interactions and not grave:
        yield "nothing was checked: no page says anything of the answers"
    elif evidence.failed:
        yield _count_unread(evidence.failed)
    elif pages.gaps:
        yield f"{len(pages.gaps)} of the pages could not be read"


def _list_problems(evidence: EvidenceResult) -> Iterator[str]:
    yield from evidence.failures
    if evidence.failed > len(evidence.failures):
        yield f"... and {evidence.failed - len(evidence.failures):,} more"
    if evidence.asides > 1:
        yield f"{evidence.asides:,} entries are no HTTP answers; the first: {evidence.aside}"
    elif evidence.aside:
        yield evidence.aside


def _list_unmatched(result: CheckResult) -> Iterator[str]:
    for prefix in result.prefixes:
        yield f"{prefix.host}: no page states a base path; every request has {prefix.path}: used"
    for first, number in result.lost:
        of = f" of {first.host}" if first.host else ""
        count = f"{number:,} interactions{of}: {first.kind}; the first: " if number > 1 else ""
        yield f"{first.where}: not checked: {count}{first.reason}"


class _Twins(Struct, frozen=True):
    """Sides to compare, and what is known of them."""

    title: str
    read: comparison.Sides
    evidence: Sequence[Path]
    exchanges: tuple[Exchange, ...] = ()


def compare_twins(
    choice: PageChoice,
    rules: RuleChoice,
    witnesses: EvidenceChoice,
    progress: Progress | None = None,
) -> Outcome:
    """Hold pages against those in other languages: paths, or those of every exchange."""
    from conformance.pipeline import comparison

    chosen = read_preferences(rules, ["parity"])
    all_twins = list(_load_twins(choice, witnesses, progress))
    results: list[ParityResult] = []
    notes: list[str] = []
    failures: list[str] = []
    parts = []
    for twins in all_twins:
        interactions, problems, lost = _read_witnesses(twins.evidence, witnesses.origin)
        notes += problems
        failures += lost
        result = comparison.compare_all(twins.read.sides, interactions)
        results.append(result)
        parts.append(_judge_findings(result.findings, twins.exchanges, twins.read.files, chosen))
    pages = tuple(page for twins in all_twins for page in twins.read.files)
    looked = Report(
        title=", ".join(twins.title for twins in all_twins),
        coverage=sum((twins.read.coverage for twins in all_twins), Coverage()),
        operations=sum(result.operations for result in results),
        files=project.files_of(pages),
    )
    unread = [gap for twins in all_twins for gap in twins.read.gaps]
    new = tuple(finding for part in parts for finding in part.new)
    known = tuple(match for part in parts for match in part.known)
    report = build_report(Partition(new=new, known=known), looked)
    failures += [f"{len(unread)} of the pages could not be read"] if unread else []
    if not any(result.compared for result in results):
        failures = ["nothing was compared: no operation is documented on two sides"]
    notes += (f"{gap.span.page}: not read: {gap.detail}" for gap in unread)
    return Outcome((report,), report.findings, tuple(notes), tuple(failures), pages)


def _load_twins(
    choice: PageChoice, witnesses: EvidenceChoice, progress: Progress | None
) -> Iterator[_Twins]:
    from conformance.pipeline import comparison

    if choice.paths:
        if choice.exchanges:
            raise UsageError("give either PATH or --exchange, not both")
        if len(choice.paths) < 2:
            raise UsageError("one side has no twin", hint="name two or more folders or files")
        if len({path.resolve() for path in choice.paths}) < len(choice.paths):
            raise UsageError("a side is named twice", hint="name each folder or file once")
        read = comparison.read_sides(sides_of_paths(choice.paths), progress)
        yield _Twins(", ".join(side.label for side in read.sides), read, witnesses.evidence)
        return
    root = find_root(choice.docs_root)
    exchanges = project.load_exchanges(root, choice.exchanges)
    several = [e for e in exchanges if len(project.languages(e)) > 1]
    if not several:
        names = ", ".join(e.name for e in exchanges) or "none"
        raise UsageError(f"no exchange has pages in two languages: {names}")
    for exchange in several:
        evidence = witnesses.evidence or project.find_stored(exchange, root)
        read = comparison.read_sides(sides_of_exchange(exchange), progress)
        yield _Twins(exchange.title, read, evidence, (exchange,))


def compare_revisions(
    old: str,
    new: str,
    choice: PageChoice,
    rules: RuleChoice,
    witnesses: EvidenceChoice,
    progress: Progress | None = None,
) -> Outcome:
    """Compare two states of the pages, folders or revisions, with each other."""
    from conformance.pages.revisions import open_states
    from conformance.pipeline import comparison

    chosen = read_preferences(rules, ["change"])
    with open_states(old, new, exchanges=choice.exchanges, start=choice.docs_root) as opened:
        states = before, after = [comparison.read_sides([state], progress) for state in opened]
    files = (*before.files, *after.files)
    exchanges = comparison.exchanges_of(files)
    stored = (path for e in exchanges for path in project.find_stored(e, e.root.parents[1]))
    paths = witnesses.evidence or tuple(stored)
    interactions, problems, lost = _read_witnesses(paths, witnesses.origin)
    result = comparison.compare_all_states(before.state, after.state, interactions)
    looked = Report(
        title=f"{before.state.label} → {after.state.label}",
        coverage=after.coverage,
        operations=result.operations,
        files=project.files_of(after.files),
    )
    report = build_report(_judge_findings(result.findings, exchanges, files, chosen), looked)
    unread = [f"{g.span.page}: not read: {g.detail}" for state in states for g in state.gaps]
    skipped = [f"not read: {skipped}" for state in states for skipped in state.skipped]
    notes = (*unread, *skipped, *problems)
    failures = (*_list_change_failures(result, states), *lost)
    return Outcome((report,), report.findings, notes, failures)


def _list_change_failures(
    result: ChangeResult, states: Sequence[comparison.Sides]
) -> Iterator[str]:
    yield from result.problems
    empty = [state.state.label for state in states if not state.state.operations]
    unread = sum(len(state.gaps) for state in states)
    if empty:
        yield f"nothing was compared: {empty[0]} documents no operation"
    elif unread:
        yield f"{unread} of the pages could not be read"


def _name_paths(paths: Iterable[Path]) -> str:
    names = (STDIN if path.name == STDIN else str(path) for path in paths)
    return ", ".join(dict.fromkeys(names))


def _read_witnesses(
    paths: Sequence[Path], unstated: str
) -> tuple[tuple[Interaction, ...], tuple[str, ...], list[str]]:
    """Interactions, what was wrong with others, and a line if any of them could not be read."""
    evidence = read_all_evidence(paths, Path.cwd() if len(paths) > 1 else None, Origin(unstated))
    lost = [_count_unread(len(evidence.failures))] if evidence.failures else []
    return evidence.interactions, tuple(map(str, evidence.problems)), lost


def _count_unread(number: int) -> str:
    return f"{number:,} of the files or entries given could not be read"


def _judge_findings(
    findings: Iterable[Finding],
    exchanges: Sequence[Exchange],
    files: Files,
    chosen: RulePreferences,
) -> Partition:
    """The wanted findings with the project's severities, beside what is accepted.  This is a look
    at a part: what has expired counts, and no entry is stale."""
    wanted = apply_severities(chosen.keep(findings), exchanges, files)
    entries = tuple(entry for e in exchanges for entry in load_known_drift(e).entries)
    parts = split(wanted, KnownDrift(path=Path(), entries=entries), dt.date.today())
    expired = (match.finding for match in parts.expired)
    return Partition(new=(*parts.new, *expired), known=parts.known)
