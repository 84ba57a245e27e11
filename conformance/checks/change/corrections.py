"""Evidence on a change: what speaks against the old page, and what against the new one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

from conformance.checks.change.facts import Change, Corrected, FieldRemoved, OperationRemoved
from conformance.checks.match import Matcher, Unmatched, matcher
from conformance.checks.own_examples import without_examples
from conformance.checks.runner import check
from conformance.checks.wording import many
from conformance.model.finding import Finding, Observed, Tally
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.operation import Operation
from conformance.schema.pointers import member

_WEIGHT: Final = {origin.value: place for place, origin in enumerate(Origin)}
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
_WORTH: Final[Mapping[str, tuple[str, str]]] = {
    "live": ("live answer", ""),
    "recorded": ("recorded answer", ""),
    "documented": ("example", " printed in the docs"),
    "constructed": ("constructed interaction", ", written by hand"),
    "sandbox": ("answer", " of the sandbox, not of an exchange"),
}
"""Origin -> what a message calls evidence of it."""


@dataclass(slots=True)
class Bench:
    """Evidence by the operation of either state that it is of; sorted when first asked for."""

    old: tuple[Operation, ...]
    new: tuple[Operation, ...]
    evidence: tuple[Interaction, ...]
    _sorted: dict[int, list[Interaction]] | None = field(default=None)

    def of(self, operation: Operation) -> list[Interaction]:
        """The interactions of one operation, as told in one state."""
        if self._sorted is None:
            self._sorted = {}
            for known in (matcher(self.old), matcher(self.new)):
                for interaction in self.evidence:
                    self._sort(known, interaction, self._sorted)
        return self._sorted.get(id(operation), [])

    def _sort(
        self,
        known: Matcher,
        interaction: Interaction,
        into: dict[int, list[Interaction]],
    ) -> None:
        matched = known.match(interaction)
        if not isinstance(matched, Unmatched):
            for operation in matched:
                into.setdefault(id(operation), []).append(interaction)


@dataclass(frozen=True, slots=True)
class Verdicts:
    """What evidence says against one operation in each state."""

    old: tuple[Finding, ...]
    new: tuple[Finding, ...]
    asked: tuple[Interaction, ...] = ()
    """What was sent to the new method and path, when they are others."""


def hold(bench: Bench, old: Operation, new: Operation) -> Verdicts:
    """Everything known of one operation against both of its tellings, their tables alone."""
    before, after = bench.of(old), bench.of(new)
    known = list({i.where: i for i in (*before, *after, *_printed(old, new))}.values())
    return Verdicts(
        old=check((without_examples(old),), known).findings,
        new=check((without_examples(new),), known).findings,
        asked=tuple(after) if not before else (),
    )


def heard(fact: Change, rule: str, message: str, verdicts: Verdicts) -> Change:
    """The fact, or the correction it is; evidence against the new page is told beside it."""
    if isinstance(fact, OperationRemoved):
        return _asked(fact, rule, message, verdicts) or fact
    subjects = _subjects(fact)
    before = _against(rule, subjects, verdicts.old)
    after = _against(rule, subjects, verdicts.new)
    still = {tally.origin for f in after for tally in f.evidence}
    gained = [t for f in before for t in f.evidence if t.origin not in still]
    if gained and all(_WEIGHT[t.origin] < _WEIGHT[s] for t in gained[:1] for s in still):
        gained.sort(key=lambda t: _WEIGHT[t.origin])
        found = next(f for f in before if gained[0] in f.evidence)
        return _corrected(fact, rule, message, found, gained, after)
    known = {(f.fingerprint, t.origin) for f in before for t in f.evidence}
    told = tuple(
        _disagrees(f)
        for f in after
        if any((f.fingerprint, t.origin) not in known for t in f.evidence)
    )
    return replace(fact, consequences=(*fact.consequences, *told)) if told else fact


def worth(tally: Tally) -> str:
    """``2 of 2 recorded answers``; a single constructed one is called that."""
    one, more = _WORTH[tally.origin]
    if tally.seen == tally.examined == 1:
        return f"the one {one}{more}"
    since = f" since {tally.first}" if tally.first else ""
    return f"{tally.seen:,} of {many(tally.examined, one)}{more}{since}"


def _corrected(
    fact: Change,
    rule: str,
    message: str,
    found: Finding,
    tallies: Sequence[Tally],
    after: Sequence[Finding],
) -> Corrected:
    said = f"the old page said otherwise at {fact.old.span}: {fact.old.text or 'nothing'}"
    return Corrected(
        subject=fact.subject,
        pointer="",
        span=fact.span,
        side=fact.side,
        old=fact.old,
        new=fact.new,
        confidence=fact.confidence,
        rule=rule,
        message=message,
        disagreed=f"{_have(tallies[0])}",
        observed=found.observed,
        tallies=tuple(tallies),
        consequences=(
            said,
            f"against the old page: {found.message}",
            *fact.consequences,
            *map(_disagrees, after),
        ),
    )


def _have(tally: Tally) -> str:
    return f"{worth(tally)} {'has' if tally.seen == tally.examined == 1 else 'have'} it"


def _asked(fact: OperationRemoved, rule: str, message: str, verdicts: Verdicts) -> Corrected | None:
    """Method and path that nobody was ever seen to use, changed to what was used."""
    if fact.about != "endpoint" or not verdicts.asked:
        return None
    weightiest = min(verdicts.asked, key=lambda i: _WEIGHT[i.origin.value])
    same = [i for i in verdicts.asked if i.origin is weightiest.origin]
    dates = sorted(i.date for i in same if i.date)
    tally = Tally(
        origin=weightiest.origin.value,
        seen=len(same),
        examined=len(same),
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )
    return Corrected(
        subject=fact.subject,
        pointer="",
        span=fact.span,
        side=fact.side,
        old=fact.old,
        new=fact.new,
        rule=rule,
        message=message,
        disagreed=_have(tally),
        observed=Observed(origin=tally.origin, where=weightiest.where, value=fact.new.text),
        tallies=(tally,),
        consequences=(f"the old page said {fact.old.text} at {fact.old.span}",),
    )


def _disagrees(finding: Finding) -> str:
    tally = finding.evidence[0] if finding.evidence else None
    where = f" ({finding.observed.where})" if finding.observed else ""
    seen = f", in {worth(tally)}" if tally else ""
    return f"evidence disagrees with the new page: {finding.message}{seen}{where}"


def _against(rule: str, subjects: Sequence[str], findings: Iterable[Finding]) -> list[Finding]:
    """Findings about the change, or about what is inside of what it is about."""
    speaks = _SPEAKS.get(rule, frozenset())
    return [
        f
        for f in findings
        if f.rule in speaks
        and any(
            _about(f.subject, s) or (_is_envelope(f) and _about(s, f.subject)) for s in subjects
        )
    ]


def _is_envelope(finding: Finding) -> bool:
    return finding.rule == "undocumented-envelope"


def _about(subject: str, whole: str) -> bool:
    return subject == whole or subject.startswith((f"{whole}.", f"{whole}["))


def _subjects(fact: Change) -> tuple[str, ...]:
    """All that the fact is about: what was renamed or moved has two names."""
    if isinstance(fact, FieldRemoved) and fact.about == "name":
        return fact.subject, member(fact.subject.rpartition(".")[0], fact.now)
    if isinstance(fact, FieldRemoved) and fact.about == "place" and "." in fact.new.text:
        return fact.subject, fact.new.text
    return (fact.subject,)


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
