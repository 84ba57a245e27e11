"""Two states of the pages compared: the one way in.

Evidence on a change says what speaks against the old page, and what against the new one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.change.grouping import (
    Loss,
    absorb,
    group_causes,
    losses,
    make_loss_finding,
    merge_findings,
)
from conformance.checks.change.operations import compare_operation
from conformance.checks.change.rules import DocsCorrection, describe_evidence
from conformance.checks.evidence_counts import weigh_origin
from conformance.checks.match import Unmatched, matcher
from conformance.checks.registry import rule as rule_of_id
from conformance.checks.reply import without_examples
from conformance.checks.rule import Rule, make_difference_finding
from conformance.checks.runner import check
from conformance.compare.difference import (
    Area,
    Difference,
    MemberDifference,
    SideStatement,
    with_consequences,
)
from conformance.compare.matching import (
    Match,
    PlacedOperation,
    Side,
    SidePage,
    collect_documented_shapes,
    describe_lost,
    match_states,
)
from conformance.compare.operations import OperationSide
from conformance.model.finding import Finding, Observed, Tally
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.schema.kinds import member

_SPEAKS: Final[Mapping[str, frozenset[str]]] = {
    "field-added": frozenset(
        {"undocumented-field", "missing-field", "near-miss-name", "undocumented-envelope"}
        | {"undocumented-status"}
    ),
    "field-removed": frozenset(
        {"missing-field", "near-miss-name", "undocumented-field", "undocumented-envelope"}
    ),
    "type-changed": frozenset(
        {"type-mismatch", "format-mismatch", "unit-mismatch", "undocumented-null"}
    ),
    "required-changed": frozenset({"missing-field", "undocumented-null"}),
    "enum-changed": frozenset({"unknown-enum-value"}),
    "limit-changed": frozenset({"limit-exceeded"}),
}
"""Rule of a change -> rules by which evidence speaks of it."""
_RULES_OF_AREAS: Final[Mapping[Area, str]] = {
    **dict.fromkeys(("name", "location", "place"), "field-removed"),
    **dict.fromkeys(
        ("type", "format", "unit", "media type", "authentication scheme"), "type-changed"
    ),
    **dict.fromkeys(("mark", "null", "group", "authentication"), "required-changed"),
    **dict.fromkeys(("values", "constant", "servers"), "enum-changed"),
    **dict.fromkeys(("default", "lower limit", "upper limit", "rate limit"), "limit-changed"),
    "endpoint": "operation-removed",
}


class EvidenceOfStates(Struct):
    """Evidence by the operation of either state that it is of; sorted when first needed."""

    old: tuple[Operation, ...]
    new: tuple[Operation, ...]
    evidence: tuple[Interaction, ...]
    _sorted: dict[int, list[Interaction]] | None = field(default=None)

    def findings(self, old: Operation, new: Operation) -> StateFindings:
        """What all that is known of one operation says against it in each state, tables alone."""
        before, after = self._select_interactions(old), self._select_interactions(new)
        known = list({i.where: i for i in (*before, *after, *_find_reprinted(old, new))}.values())
        return StateFindings(
            old=check((without_examples(old),), known).findings,
            new=check((without_examples(new),), known).findings,
            sent=tuple(after) if not before else (),
        )

    def _select_interactions(self, operation: Operation) -> list[Interaction]:
        """The interactions of one operation, as documented in one state."""
        if self._sorted is None:
            self._sorted = {}
            for known in (matcher(self.old), matcher(self.new)):
                for interaction in self.evidence:
                    matched = known.match(interaction)
                    for own in () if isinstance(matched, Unmatched) else matched:
                        self._sorted.setdefault(id(own), []).append(interaction)
        return self._sorted.get(id(operation), [])


class StateFindings(Struct, frozen=True):
    """What evidence says against one operation in each state."""

    old: tuple[Finding, ...] = ()
    new: tuple[Finding, ...] = ()
    sent: tuple[Interaction, ...] = ()
    """What was sent to the new method and path, when they are others."""


def apply_evidence(
    change: Difference, rule: str, message: str, findings: StateFindings
) -> Difference | DocsCorrection:
    """The change with the evidence against the new page, or the correction it is."""
    if change.area == "endpoint":
        return _correct_endpoint(change, message, findings.sent)
    subjects = _find_subjects(change)
    before = _select_findings(rule, subjects, findings.old)
    after = _select_findings(rule, subjects, findings.new)
    still = {tally.origin for f in after for tally in f.evidence}
    gained = [t for f in before for t in f.evidence if t.origin not in still]
    if gained and all(weigh_origin(gained[0].origin) > weigh_origin(origin) for origin in still):
        gained.sort(key=lambda t: -weigh_origin(t.origin))
        found = next(f for f in before if gained[0] in f.evidence)
        consequences = (
            f"the old page said otherwise at {change.old.span}: {change.old.text or 'nothing'}",
            f"against the old page: {found.message}",
            *change.consequences,
            *map(_describe_disagreement, after),
        )
        return DocsCorrection(
            change=replace(change, consequences=consequences),
            message=message,
            observed=found.observed,
            tallies=tuple(gained),
        )
    known = {(f.fingerprint, t.origin) for f in before for t in f.evidence}
    fresh = [f for f in after if any((f.fingerprint, t.origin) not in known for t in f.evidence)]
    return with_consequences(change, *map(_describe_disagreement, fresh))


def _correct_endpoint(
    change: Difference, message: str, sent: Sequence[Interaction]
) -> Difference | DocsCorrection:
    """Method and path that no evidence used, changed to what was used."""
    if not sent:
        return change
    weightiest = max(sent, key=lambda i: weigh_origin(i.origin.value))
    same = [i for i in sent if i.origin is weightiest.origin]
    dates = sorted(i.date for i in same if i.date)
    first = dates[0] if dates else ""
    last = dates[-1] if dates else ""
    tally = Tally(
        origin=weightiest.origin.value, seen=len(same), examined=len(same), first=first, last=last
    )
    before = f"the old page said {change.old.text} at {change.old.span}"
    return DocsCorrection(
        change=replace(change, consequences=(before,)),
        message=message,
        observed=Observed(origin=tally.origin, where=weightiest.where, value=change.new.text),
        tallies=(tally,),
    )


def _describe_disagreement(finding: Finding) -> str:
    tally = finding.evidence[0] if finding.evidence else None
    where = f" ({finding.observed.where})" if finding.observed else ""
    counted = f", in {describe_evidence(tally)}" if tally else ""
    return f"evidence disagrees with the new page: {finding.message}{counted}{where}"


def _select_findings(
    rule: str, subjects: Sequence[str], findings: Iterable[Finding]
) -> list[Finding]:
    """Findings about the change, or about what is inside of what it is about."""

    def about(subject: str, whole: str) -> bool:
        return subject == whole or subject.startswith((f"{whole}.", f"{whole}["))

    return [
        f
        for f in findings
        if f.rule in _SPEAKS.get(rule, ())
        and any(
            about(f.subject, s) or (f.rule == "undocumented-envelope" and about(s, f.subject))
            for s in subjects
        )
    ]


def _find_subjects(change: Difference) -> tuple[str, ...]:
    """All that the change is about: what was renamed or moved has two names."""
    if isinstance(change, MemberDifference) and change.area == "name":
        return change.subject, member(change.subject.rpartition(".")[0], change.other_name)
    return (change.subject, change.new.text) if change.area == "place" else (change.subject,)


def _find_reprinted(old: Operation, new: Operation) -> Iterator[Interaction]:
    """Examples that both pages print: what a page prints anew it may have made up to fit."""
    known = {e.text for r in old.responses for e in r.examples if e.parsed}
    for response in new.responses:
        for example in response.examples:
            if example.parsed and example.text in known:
                status = int(response.status) if response.status.isdecimal() else 0
                reply = Reply(status=status, body=example.text.encode())
                yield Interaction(reply=reply, origin=Origin.DOCUMENTED, where=str(example.span))


class ChangeResult(Struct, frozen=True, kw_only=True):
    """What came of a run."""

    findings: tuple[Finding, ...]
    """One for each rule, operation and subject of an exchange."""
    operations: int
    """Operations in either state, each counted once for each page."""
    compared: int
    """Operations that both states have."""
    problems: tuple[str, ...] = ()
    """What could not be compared, and why, in sentences."""


def compare_states(old: Side, new: Side, evidence: Sequence[Interaction] = ()) -> ChangeResult:
    """Compare every operation of the new pages with what the old ones say of it.  With
    ``evidence``, a page that was corrected is not taken for an API that changed.  A state without
    any operation (pages that could not be read, the wrong folder) is compared with nothing. Never
    raises for what stands on a page."""
    matches = match_states(old, new)
    known = EvidenceOfStates(old.operations, new.operations, tuple(evidence))
    run = _StatesRun(
        old, new, known, {id(side): collect_documented_shapes(side) for side in (old, new)}
    )
    found = [one for matched in matches for one in run.findings(matched)]
    found += run.losses()
    return ChangeResult(
        findings=tuple(merge_findings(found)) if old.operations and new.operations else (),
        operations=len(matches),
        compared=sum(None not in matched for matched in matches),
        problems=tuple(dict.fromkeys(run.problems)),
    )


class _PageLosses(Struct):
    """What could no longer be read of one page, and of what operation it was first missed."""

    operation: str
    old: SidePage
    losses: list[Loss]


class _StatesRun(Struct):
    old: Side
    new: Side
    evidence: EvidenceOfStates
    shapes: dict[int, frozenset[tuple[str, str]]]
    """What each state documents, by the identity of the state."""
    problems: list[str] = field(default_factory=list)
    _lost: dict[tuple[str, str], _PageLosses] = field(default_factory=dict)
    """By the places of the page in both states."""

    def findings(self, matched: Match) -> Iterator[tuple[str, Finding]]:
        """What came of one operation, with its exchange."""
        old, new = matched
        if old and new:
            found = self._compare(old, new)
        elif new:
            found = self._judge_lone(new, self.old, added=True)
        else:
            found = self._judge_lone(old, self.new, added=False) if old else iter(())
        exchange = next(placed for placed in (new, old) if placed).page.exchange
        return ((exchange, finding) for finding in found)

    def losses(self) -> Iterator[tuple[str, Finding]]:
        """What could no longer be read, once for each page."""
        for lost in self._lost.values():
            for loss in lost.losses:
                yield lost.old.exchange, make_loss_finding(loss, lost.operation, lost.old)

    def _compare(self, old: PlacedOperation, new: PlacedOperation) -> Iterator[Finding]:
        sides = [
            OperationSide(side.label, placed.operation, placed.page.text)
            for side, placed in ((self.old, old), (self.new, new))
        ]
        places = old.page.place, new.page.place
        lost = self._lost.get(places)
        if lost is None:
            lost = _PageLosses(new.operation.key, old.page, losses(old.page, new.page))
            self._lost[places] = lost
        # Without those that only come of what could not be read.
        changes, lost.losses = absorb(group_causes(compare_operation(sides)), lost.losses)
        against = StateFindings()
        if changes:
            against = self.evidence.findings(old.operation, new.operation)
        for change in changes:
            rule = rule_of(change)
            message = rule.judge(change).message.rpartition("; ")[0]
            weighed = apply_evidence(change, rule.id, message, against)
            yield _state_finding(weighed, new.operation.key)

    def _judge_lone(
        self, placed: PlacedOperation, other: Side, *, added: bool
    ) -> Iterator[Finding]:
        """An operation that is new or gone; nothing where the other state could not be read."""
        if (placed.page.exchange, placed.shape) in self.shapes[id(other)]:
            return  # on another page, or in another language
        key, span = placed.operation.key, placed.operation.span
        lost = describe_lost(other, placed.page)
        if lost:
            self.problems.append(f"{key} ({span}) was not compared: {lost} in {other.label}")
            return
        page = other.page_at(placed.page.stem)
        home = page.home if page else Span(f"{other.label}/{placed.page.place}", 1, 1)
        statements = (SideStatement(text="", span=home), SideStatement(text=key, span=span))
        change = Difference(
            area="operation",
            action="added" if added else "removed",
            subject="operation",
            span=span,
            statements=statements if added else statements[::-1],
        )
        yield _state_finding(change, key)


def rule_of(found: Difference | DocsCorrection) -> Rule:
    """The rule that judges a change, or a correction."""
    if isinstance(found, DocsCorrection):
        return rule_of_id("docs-corrected")
    noun = {"operation": "operation", "member": "field", "status": "field"}.get(found.area)
    return rule_of_id(f"{noun}-{found.action}" if noun else _RULES_OF_AREAS[found.area])


def _state_finding(found: Difference | DocsCorrection, operation: str) -> Finding:
    """The finding, at the new page's line; at the old one's for what is gone."""
    rule = rule_of(found)
    change = found.change if isinstance(found, DocsCorrection) else found
    other = change.old if change.span == change.new.span else change.new
    finding = make_difference_finding(rule.id, rule.judge(found), operation, change, other)
    if isinstance(found, DocsCorrection):
        return replace(finding, observed=found.observed, evidence=found.tallies)
    return finding
