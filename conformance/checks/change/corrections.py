"""Evidence on a change: what speaks against the old page, and what against the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from conformance.checks.change.rules import DocsCorrection, describe_evidence
from conformance.checks.evidence_counts import weight
from conformance.checks.match import Unmatched, matcher
from conformance.checks.own_examples import without_examples
from conformance.checks.runner import check
from conformance.compare.difference import Difference, MemberDifference, with_consequences
from conformance.model.finding import Finding, Observed, Tally
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Operation
from conformance.schema.pointers import member

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


@dataclass(slots=True)
class EvidenceOfStates:
    """Evidence by the operation of either state that it is of; sorted when first needed."""

    old: tuple[Operation, ...]
    new: tuple[Operation, ...]
    evidence: tuple[Interaction, ...]
    _sorted: dict[int, list[Interaction]] | None = field(default=None)

    def findings(self, old: Operation, new: Operation) -> StateFindings:
        """What all that is known of one operation says against it in each state, tables alone."""
        before, after = self._of(old), self._of(new)
        known = list({i.where: i for i in (*before, *after, *_printed(old, new))}.values())
        return StateFindings(
            old=check((without_examples(old),), known).findings,
            new=check((without_examples(new),), known).findings,
            sent=tuple(after) if not before else (),
        )

    def _of(self, operation: Operation) -> list[Interaction]:
        """The interactions of one operation, as documented in one state."""
        if self._sorted is None:
            self._sorted = {}
            for known in (matcher(self.old), matcher(self.new)):
                for interaction in self.evidence:
                    matched = known.match(interaction)
                    for own in () if isinstance(matched, Unmatched) else matched:
                        self._sorted.setdefault(id(own), []).append(interaction)
        return self._sorted.get(id(operation), [])


@dataclass(frozen=True, slots=True)
class StateFindings:
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
        return _of_endpoint(change, message, findings.sent)
    subjects = _subjects(change)
    before = _against(rule, subjects, findings.old)
    after = _against(rule, subjects, findings.new)
    still = {tally.origin for f in after for tally in f.evidence}
    gained = [t for f in before for t in f.evidence if t.origin not in still]
    if gained and all(weight(gained[0].origin) > weight(origin) for origin in still):
        gained.sort(key=lambda t: -weight(t.origin))
        found = next(f for f in before if gained[0] in f.evidence)
        consequences = (
            f"the old page said otherwise at {change.old.span}: {change.old.text or 'nothing'}",
            f"against the old page: {found.message}",
            *change.consequences,
            *map(_disagrees, after),
        )
        return DocsCorrection(
            change=replace(change, consequences=consequences),
            message=message,
            observed=found.observed,
            tallies=tuple(gained),
        )
    known = {(f.fingerprint, t.origin) for f in before for t in f.evidence}
    fresh = [f for f in after if any((f.fingerprint, t.origin) not in known for t in f.evidence)]
    return with_consequences(change, *map(_disagrees, fresh))


def _of_endpoint(
    change: Difference, message: str, sent: Sequence[Interaction]
) -> Difference | DocsCorrection:
    """Method and path that no evidence used, changed to what was used."""
    if not sent:
        return change
    weightiest = max(sent, key=lambda i: weight(i.origin.value))
    same = [i for i in sent if i.origin is weightiest.origin]
    dates = sorted(i.date for i in same if i.date)
    tally = Tally(
        origin=weightiest.origin.value,
        seen=len(same),
        examined=len(same),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )
    before = f"the old page said {change.old.text} at {change.old.span}"
    return DocsCorrection(
        change=replace(change, consequences=(before,)),
        message=message,
        observed=Observed(origin=tally.origin, where=weightiest.where, value=change.new.text),
        tallies=(tally,),
    )


def _disagrees(finding: Finding) -> str:
    tally = finding.evidence[0] if finding.evidence else None
    where = f" ({finding.observed.where})" if finding.observed else ""
    seen = f", in {describe_evidence(tally)}" if tally else ""
    return f"evidence disagrees with the new page: {finding.message}{seen}{where}"


def _against(rule: str, subjects: Sequence[str], findings: Iterable[Finding]) -> list[Finding]:
    """Findings about the change, or about what is inside of what it is about."""
    speaks = _SPEAKS.get(rule, frozenset())
    return [
        f
        for f in findings
        if f.rule in speaks
        and any(
            _about(f.subject, s) or (f.rule == "undocumented-envelope" and _about(s, f.subject))
            for s in subjects
        )
    ]


def _about(subject: str, whole: str) -> bool:
    return subject == whole or subject.startswith((f"{whole}.", f"{whole}["))


def _subjects(change: Difference) -> tuple[str, ...]:
    """All that the change is about: what was renamed or moved has two names."""
    if isinstance(change, MemberDifference) and change.area == "name":
        return change.subject, member(change.subject.rpartition(".")[0], change.other_name)
    return (change.subject, change.new.text) if change.area == "place" else (change.subject,)


def _printed(old: Operation, new: Operation) -> Iterator[Interaction]:
    """Examples that both pages print: what a page prints anew it may have made up to fit."""
    known = {e.text for r in old.responses for e in r.examples if e.parsed}
    for response in new.responses:
        for example in response.examples:
            if example.parsed and example.text in known:
                status = int(response.status) if response.status.isdecimal() else 0
                yield Interaction(
                    reply=Reply(status=status, body=example.text.encode()),
                    origin=Origin.DOCUMENTED,
                    where=str(example.span),
                )
