"""Which findings have one cause: a few relations, each a key that findings share.

Findings are brought together in three steps, each a table of relations with the words that a
report gives as the reason.  Within an operation or a page whatever shares a key is one cause, and
so is what is tied through others.  Of those causes, the ones whose leading findings are the same
disagreement in several operations are one; and at last those that concern the same objects in the
same way.  Only leading findings tie operations, so that one common member does not chain
everything together.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.drift.relations import (
    ACROSS,
    ALIKE,
    ENCLOSING,
    FACETS,
    WITHIN,
    Context,
    Key,
    Relation,
    base_rule,
    build_context,
    is_envelope,
    manner_of,
    object_of,
)
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span

_ORDER: Final = {rule.id: place for place, rule in enumerate(RULES)}
_SLIP: Final = "several members that differ in the same way"
"""The reason for causes that concern the same objects in the same way."""


class Cause(Struct, frozen=True, dict=True):
    """Findings that one flaw of the pages, or of the API, explains."""

    findings: tuple[Finding, ...]
    """The one that stands for all comes first; several may share a fingerprint."""
    reasons: tuple[str, ...] = ()
    """Why they are taken together, in words; empty for one alone."""

    @property
    def head(self) -> Finding:
        return self.findings[0]

    @cached_property
    def fingerprints(self) -> tuple[str, ...]:
        """Of all findings, each once, the head's first."""
        return tuple(dict.fromkeys(finding.fingerprint for finding in self.findings))

    @cached_property
    def id(self) -> str:
        """Stable as long as its findings are: the smallest of their fingerprints."""
        return min(self.fingerprints)

    @property
    def severity(self) -> Severity:
        return max(finding.severity for finding in self.findings)

    @property
    def operations(self) -> tuple[str, ...]:
        """Those concerned, each once; empty for what is about pages as a whole."""
        return tuple(dict.fromkeys(f.operation for f in self.findings if f.operation))


def group_findings_by_cause(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Every finding in exactly one cause, those of one fingerprint in the same.  What explains the
    others leads a cause, else the gravest; the cause with the gravest comes first.  The order
    depends on nothing but the findings themselves.  Time is linear in them, but for sorting."""
    context = build_context(findings)
    groups = _unite_causes([Cause((finding,)) for finding in findings], WITHIN, context)
    groups = _unite_causes(groups, ACROSS, context)
    groups = _unite_same_objects(groups, context)
    return tuple(
        sorted(
            groups,
            key=lambda c: (-c.severity, c.head.rule not in ENCLOSING, _rank_finding(c.head)[1:]),
        )
    )


def _unite_causes(
    causes: Sequence[Cause], relations: Iterable[tuple[str, Relation, str]], context: Context
) -> list[Cause]:
    """Causes whose leading findings share a key of one of ``relations`` as one."""
    keyed: dict[Key, list[int]] = defaultdict(list)
    words: dict[str, str] = {}
    for name, relation, reason in relations:
        words[name] = reason
        for number, cause in enumerate(causes):
            for key in dict.fromkeys(relation(cause.head, context)):
                keyed[(name, *key)].append(number)
    forest = _Forest(len(causes))
    for members in keyed.values():
        for member in members[1:]:
            first, second = sorted((forest.root(members[0]), forest.root(member)))
            forest.parents[second] = first
    reasons: dict[int, dict[str, None]] = defaultdict(dict)
    for key, members in keyed.items():
        tied = {causes[number].head.fingerprint for number in members}
        if len(members) > 1 and (key[0] == "fact" or len(tied) > 1):
            reasons[forest.root(members[0])].setdefault(str(key[0]))
    return [
        _merge_causes(
            [causes[n] for n in members], [words[w] for w in words if w in reasons[root]], context
        )
        for root, members in forest.groups().items()
    ]


def _unite_same_objects(causes: Sequence[Cause], context: Context) -> list[Cause]:
    """Causes that concern the same objects of the same operations in the same way as one."""
    groups: dict[Key, list[Cause]] = defaultdict(list)
    for number, cause in enumerate(causes):
        head = cause.head
        if head.rule in ALIKE and not is_envelope(head) and not context.explains(head):
            facet = FACETS[head.rule]
            scopes = frozenset((f.operation, object_of(f)) for f in cause.findings)
            how = manner_of(head) if facet in ("unit", "type") else (base_rule(head),)
            groups["slip", facet, how, scopes].append(cause)
        else:
            groups["alone", number].append(cause)
    return [_merge_causes(group, [_SLIP], context) for group in groups.values()]


def _merge_causes(causes: Sequence[Cause], reasons: Iterable[str], context: Context) -> Cause:
    """All of them as one, led by the head that leads them."""
    if len(causes) == 1:
        return causes[0]
    head = min((c.head for c in causes), key=lambda f: (not context.explains(f), _rank_finding(f)))
    findings = sorted((f for cause in causes for f in cause.findings), key=_rank_finding)
    own = (reason for cause in causes for reason in cause.reasons)
    return Cause(
        findings=(head, *(f for f in findings if f is not head)),
        reasons=tuple(dict.fromkeys((*own, *reasons))),
    )


class _Forest:
    """Union-find with path halving."""

    def __init__(self, size: int) -> None:
        self.parents = list(range(size))

    def root(self, number: int) -> int:
        parents = self.parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def groups(self) -> dict[int, list[int]]:
        """Members by their root, both in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self.parents)):
            found[self.root(number)].append(number)
        return found


def _rank_finding(finding: Finding) -> tuple[object, ...]:
    """The gravest first; then the order of the rules."""
    span = finding.documented or Span("", 0, 0)
    return (
        -finding.severity,
        _ORDER.get(finding.rule, len(_ORDER)),
        *(span.page, span.line, finding.operation, finding.subject, repr(finding)),
    )
