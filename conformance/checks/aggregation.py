"""Verdicts aggregated into findings: what is observed again and again is one finding, with a count.

What was aggregated is a value: two of them can be put together in any order, and what comes of the
whole does not depend on how it was divided.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Final, TypeAlias, cast

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.evidence_counts import (
    EvidenceCount,
    EvidencePlace,
    keep_earliest,
    place_of,
    weigh_origin,
)
from conformance.checks.facts import Extra, Fact, ManyExtra, Missing, WrongType, describe_absent
from conformance.checks.plan import CONFIDENCES, find_least
from conformance.checks.rule import Rule, Verdict
from conformance.checks.walk import MANY
from conformance.compare.wording import LONGEST_PLACE, cut, format_count, format_value
from conformance.live.redact import excerpt, hide_secrets, request_excerpt
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Interaction, Origin
from conformance.model.operation import Operation, Stated
from conformance.model.span import Span
from conformance.schema.kinds import ITEMS, fits

_OTHERS: Final = 5
"""Other values and other pages named in a finding."""
Key: TypeAlias = tuple[str, str, str]
"""Rule, operation, subject: what the fingerprint is made of."""
Order: TypeAlias = tuple[EvidencePlace, int]
"""Where something was observed, and as which of what was observed there."""


class _ObservedFact(Struct, frozen=True):
    fact: Fact
    order: Order
    observed: Observed

    @property
    def weight(self) -> tuple[int, int]:
        """How sure it is, and what the evidence is worth."""
        return CONFIDENCES.index(self.fact.confidence), weigh_origin(self.observed.origin)


def _without_secrets(fact: Fact) -> Fact:
    """The fact as it may be printed and sent."""
    hidden = hide_secrets(fact.observed, fact.pointer)
    return fact if hidden == fact.observed else replace(fact, observed=hidden)


class _FindingPart(Struct):
    """What a finding is made of, as far as one place documents the operation."""

    rule: Rule
    scope: str
    first: Order
    values: int = 0
    counts: EvidenceCount = field(default_factory=EvidenceCount)
    actual: dict[str, Order] = field(default_factory=dict)
    """What was observed, in words, the earliest of it."""
    best: dict[type[Fact], _ObservedFact] = field(default_factory=dict)
    """Of each kind of fact the surest, of these the weightiest, of these the earliest."""

    def add(self, fact: Fact, order: Order, interaction: Interaction) -> None:
        self.values += 1
        self.first = min(self.first, order)
        self.counts.add(interaction)
        shown = fact if interaction.origin is Origin.DOCUMENTED else _without_secrets(fact)
        if len(self.actual) < _OTHERS or order < max(self.actual.values()):
            keep_earliest(self.actual, self.rule.judge(shown).actual, order, _OTHERS)
        known = self.best.get(type(fact))
        mine = (CONFIDENCES.index(fact.confidence), weigh_origin(interaction.origin.value))
        if known is None or (mine, known.order) >= (known.weight, order):
            value = format_value(shown.observed) if fact.present else ""
            observed = observe(interaction, fact.pointer, value, self.scope)
            self.best[type(fact)] = _ObservedFact(shown, order, observed)

    def merge(self, other: _FindingPart) -> None:
        self.first = min(self.first, other.first)
        self.values += other.values
        self.counts.merge(other.counts)
        for actual, order in other.actual.items():
            keep_earliest(self.actual, actual, order, _OTHERS)
        for kind, sight in other.best.items():
            known = self.best.get(kind)
            if known is None or (sight.weight, known.order) > (known.weight, sight.order):
                self.best[kind] = sight


REQUEST: Final = "request"
"""The scope of facts about requests, whatever answered them."""
_Parts: TypeAlias = dict[tuple[str, Span], _FindingPart]
"""By page and place where the operation is documented: it may be so more than once."""


class _FindingDraft(Struct):
    key: Key
    part: _FindingPart
    fact: Fact
    verdict: Verdict
    observed: Observed
    elsewhere: tuple[Span, ...]
    doubts: dict[str, None] = field(default_factory=dict)


class FindingAggregator(Struct):
    """Takes facts as they come, in memory bounded by what is documented, and gives findings."""

    judges: dict[type[Fact], Rule]
    noun: str = "interaction"
    """What facts are observed in, for the count in a finding's message."""
    by_place: bool = True
    """Whether what is earlier in the evidence comes first; else what was added first."""
    _parts: dict[Key, _Parts] = field(default_factory=dict)
    _examined: defaultdict[tuple[str, str], EvidenceCount] = field(
        default_factory=lambda: defaultdict(EvidenceCount)
    )
    _extras: dict[tuple[str, str], _Parts] = field(default_factory=dict)
    """All undocumented members by operation and object."""
    _names: dict[tuple[str, str], dict[str, Order]] = field(default_factory=dict)
    """Their names, the first :data:`MANY` of each."""
    _crowds: set[tuple[str, str]] = field(default_factory=set)
    """Objects that have more."""
    _added: int = 0

    def count_examined(self, operation: str, subject: str, interaction: Interaction) -> None:
        """Count one more response checked against ``subject`` of ``operation``."""
        self._examined[operation, subject].add(interaction)

    def count_all_examined(self, operation: str, subject: str, counts: EvidenceCount) -> None:
        """Count those of ``counts`` as well."""
        self._examined[operation, subject].merge(counts)

    def add(self, fact: Fact, operation: Operation, scope: str, interaction: Interaction) -> None:
        """Judge ``fact``; ``scope`` is its response, as counted by ``examined``."""
        rule = self.judges.get(type(fact))
        if rule is None:
            return
        self._added += 1
        place = place_of(interaction.where) if self.by_place else ("", 0)
        order = (place, self._added)
        if isinstance(fact, ManyExtra):
            self._crowds.add((operation.key, fact.subject))
        if isinstance(fact, Extra):
            owner = (operation.key, fact.owner)
            if keep_earliest(self._names.setdefault(owner, {}), fact.name, order, MANY):
                self._crowds.add(owner)
            extras = self._extras.setdefault(owner, {})
            _add_part(extras, operation, rule, scope, order).add(fact, order, interaction)
            if owner in self._crowds:
                return
        parts = self._parts.setdefault((rule.id, operation.key, fact.subject), {})
        _add_part(parts, operation, rule, scope, order).add(fact, order, interaction)

    def add_counted(
        self,
        fact: Fact,
        operation: Operation,
        scope: str,
        observed: Observed,
        counts: EvidenceCount,
    ) -> None:
        """Add what was counted already; ``observed`` is the one that says most."""
        rule, order = self.judges[type(fact)], (place_of(observed.where), 0)
        counted = _FindingPart(rule, scope, order, counts.count, counts)
        counted.actual[rule.judge(fact).actual] = order
        counted.best[type(fact)] = _ObservedFact(fact, order, observed)
        self.count_all_examined(operation.key, scope, counts)
        parts = self._parts.setdefault((rule.id, operation.key, fact.subject), {})
        _add_part(parts, operation, rule, scope, order).merge(counted)

    def merge(self, other: FindingAggregator) -> None:
        """Add all that ``other`` aggregated of other interactions."""
        for key, parts in other._parts.items():
            _merge_parts(self._parts.setdefault(key, {}), parts)
        for owner, parts in other._extras.items():
            _merge_parts(self._extras.setdefault(owner, {}), parts)
        for scope, counts in other._examined.items():
            self._examined[scope].merge(counts)
        self._crowds |= other._crowds
        for owner, names in other._names.items():
            known = self._names.setdefault(owner, {})
            for name, order in names.items():
                if keep_earliest(known, name, order, MANY):
                    self._crowds.add(owner)

    def findings(self) -> Iterator[Finding]:
        """All findings, in the order in which they were first observed."""
        drafts = [_choose_draft(key, parts) for key, parts in self._list_parts().items()]
        drafts.sort(key=lambda draft: draft.part.first)
        for pair in _pair_misplaced(drafts):
            for draft, what in zip(pair, ("was observed", "is documented"), strict=True):
                unsure = find_least(draft.fact.confidence, "medium")
                draft.fact = replace(draft.fact, confidence=unsure)
                draft.doubts[f"a member of this name {what} elsewhere in the same answer"] = None
        for draft in drafts:
            examined = self._examined.get((draft.key[1], draft.part.scope), EvidenceCount())
            yield _make_finding(draft, examined, self.noun)

    def _list_parts(self) -> dict[Key, _Parts]:
        """The parts of every finding; undocumented members beyond number are one."""
        found: dict[Key, _Parts] = {}
        for key, parts in self._parts.items():
            fact = next(iter(next(iter(parts.values())).best.values())).fact
            if not (isinstance(fact, Extra) and (key[1], fact.owner) in self._crowds):
                found[key] = parts
        for operation, owner in sorted(self._crowds & self._extras.keys()):
            crowd = self._fold_crowd((operation, owner))
            key = (next(iter(crowd.values())).rule.id, operation, owner)
            _merge_parts(crowd, found.get(key, {}))
            found[key] = crowd
        return found

    def _fold_crowd(self, owner: tuple[str, str]) -> _Parts:
        rule, crowd = self.judges[ManyExtra], _Parts()
        names = sorted(self._names[owner], key=self._names[owner].__getitem__)
        for place, part in self._extras[owner].items():
            sight = part.best[Extra]
            extra = cast("Extra", sight.fact)
            fact = ManyExtra(
                **describe_absent(extra.owner, extra.span, extra.confidence),
                pointer=extra.pointer.rpartition("/")[0],
                names=tuple(names[:_OTHERS]),
                count=len(names) + 1,
                closed=extra.closed,
            )
            observed = replace(sight.observed, pointer=cut(fact.pointer, LONGEST_PLACE), value="")
            actual = {rule.judge(fact).actual: part.first}
            best = {ManyExtra: _ObservedFact(fact, sight.order, observed)}
            crowd[place] = replace(
                part, rule=rule, counts=EvidenceCount().merge(part.counts), actual=actual, best=best
            )
        return crowd


def _add_part(
    parts: _Parts, operation: Operation, rule: Rule, scope: str, order: Order
) -> _FindingPart:
    place = (operation.page, operation.span)
    part = parts.get(place)
    if part is None:
        part = parts[place] = _FindingPart(rule, scope, order)
    return part


def _merge_parts(mine: _Parts, others: _Parts) -> None:
    for place, part in others.items():
        known = mine.get(place)
        if known is None:
            mine[place] = known = _FindingPart(part.rule, part.scope, part.first)
        known.merge(part)


def _choose_draft(key: Key, parts: _Parts) -> _FindingDraft:
    """The part observed first, and what speaks for it: the gravest verdict, then the surest.  Where
    else the operation is documented comes with it."""
    first, *others = sorted(parts.items(), key=lambda item: item[1].first)
    part = first[1]
    verdicts = [(part.rule.judge(sight.fact), sight) for sight in part.best.values()]
    verdicts.sort(key=lambda pair: pair[1].order)
    verdict, sight = max(verdicts, key=lambda pair: (pair[0].severity, pair[1].weight))
    elsewhere = tuple(min(o.best.values(), key=lambda s: s.order).fact.span for _, o in others)
    return _FindingDraft(key, part, sight.fact, verdict, sight.observed, elsewhere)


def _pair_misplaced(
    drafts: Sequence[_FindingDraft],
) -> Iterator[tuple[_FindingDraft, _FindingDraft]]:
    """Absent members beside undocumented ones of their name and type, further in or out.  The place
    in the documentation is wrong, or was misread: both are one cause."""
    extras: dict[tuple[str, str, str], list[_FindingDraft]] = defaultdict(list)
    for draft in drafts:
        if isinstance(draft.fact, Extra):
            extras[draft.key[1], draft.part.scope, draft.fact.name].append(draft)
    for draft in drafts:
        if isinstance(fact := draft.fact, Missing):
            kind = fact.field.value.kind
            for other in extras[draft.key[1], draft.part.scope, fact.field.name][:_OTHERS]:
                places = (fact.subject, other.fact.subject)
                first, second = (s.rpartition(".")[0].removesuffix(ITEMS) for s in places)
                inside = first.startswith(second) or second.startswith(first)
                if inside and fits(kind, other.fact.observed):
                    yield draft, other


def _make_finding(draft: _FindingDraft, examined: EvidenceCount, noun: str) -> Finding:
    """Empty stands for absent where a member may be absent; what is unsure is no error."""
    fact, (rule, operation, _), severity = draft.fact, draft.key, draft.verdict.severity
    empty = fact.present and fact.observed in (None, "")
    if empty and fact.required in (Stated.NO, Stated.CONDITIONAL):
        severity = Severity.INFO
    elif fact.confidence == "low" or (
        empty and fact.required is Stated.NOT_STATED and isinstance(fact, WrongType)
    ):
        severity = min(severity, Severity.WARNING)
    part, message = draft.part, draft.verdict.message
    if part.values > 1 or examined.count > 1:
        several = part.values != part.counts.count
        values = f", {format_count(part.values, 'value')}" if several else ""
        message += f" (in {part.counts.count:,} of {format_count(examined.count, noun)}{values})"
    return replace(draft.verdict, severity=severity, message=message).finding(
        rule,
        operation,
        cut(fact.subject, LONGEST_PLACE),
        fact.span,
        confidence=fact.confidence,
        observed=draft.observed,
        evidence=draft.part.counts.of(examined),
        related=(*draft.verdict.related, *_name_others(draft)),
    )


def observe(
    interaction: Interaction, pointer: str = "", value: str = "", scope: str = ""
) -> Observed:
    """What stands at ``pointer`` in the answer, or the request where that is the ``scope``."""
    body = interaction.reply.body
    of_answer = excerpt(body, pointer) if body and scope != REQUEST else None
    return Observed(
        origin=interaction.origin.value,
        where=interaction.where,
        pointer=cut(pointer, LONGEST_PLACE),
        value=value,
        excerpt=request_excerpt(interaction) if scope == REQUEST else of_answer,
    )


def _name_others(draft: _FindingDraft) -> Iterator[str]:
    actual = sorted(draft.part.actual, key=draft.part.actual.__getitem__)
    more = [each for each in actual if each != draft.verdict.actual]
    if more:
        yield f"also observed: {'; '.join(more)}"
    yield from draft.doubts
    for span in draft.elsewhere:
        yield f"the same is documented at {span}"
