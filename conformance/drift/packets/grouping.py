"""Which findings have one cause: a few relations, each a key that findings share.

Findings with a common key, of whatever relation, are in one packet, and so are those that are
tied through others.  Every relation is a row of :data:`RELATIONS` with the words a packet gives
as the reason.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from conformance.checks.registry import RULES
from conformance.drift.packets.packet import Docs
from conformance.model.finding import Finding
from conformance.model.interaction import Origin
from conformance.model.span import Span

Facet: TypeAlias = Literal[
    "names", "type", "unit", "values", "marks", "limits", "format", "place", "examples", "words"
]

FACETS: Final[Mapping[str, Facet]] = {
    rule: facet  # type: ignore[misc]
    for facet, rules in {
        "names": "near-miss-name undocumented-field missing-field example-undocumented-field "
        "example-missing-field parity-field",
        "type": "type-missing type-unknown type-conflict type-mismatch example-type-mismatch "
        "parity-type",
        "unit": "unit-mismatch example-unit-mismatch",
        "values": "unknown-enum-value example-unknown-enum-value parity-enum "
        "constant-without-value",
        "marks": "required-conflict exclusive-yet-required parity-required undocumented-null",
        "limits": "limit-exceeded example-limit-exceeded parity-limit",
        "format": "format-mismatch",
        "place": "location-conflict",
        "examples": "example-not-json example-is-placeholder example-invariant-broken "
        "invariant-broken parity-example",
        "words": "parity-prose parity-default",
    }.items()
    for rule in rules.split()
}
"""What side of a statement a rule disputes: two findings about one line have one cause only when
they dispute the same."""

ENCLOSING: Final = frozenset(("table-garbled", "row-unread"))
"""Rules whose finding makes nonsense of everything said on its lines."""
_DEBRIS: Final = "capture-artefact"
_ALIKE: Final = frozenset(
    rule
    for rule, facet in FACETS.items()
    if facet in ("names", "type", "unit", "format", "place")
    and rule not in ("near-miss-name", "type-missing", "type-unknown")
    and not rule.startswith("parity-")
)
"""Rules that find one slip in many members at once."""

_ORDER: Final = {rule.id: place for place, rule in enumerate(RULES)}

Key: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True)
class Context:
    """What keys are made from besides the finding itself."""

    docs: Docs
    findings: Sequence[Finding]
    crowded: Mapping[tuple[str, int], int] = field(default_factory=dict)
    """Subjects told on a line, where there are several: such a line is no place of its own."""
    enclosing: tuple[Span, ...] = ()
    """Lines that a finding makes nonsense of."""
    contested: frozenset[tuple[str, str]] = frozenset()
    """Operation and response of which it is disputed whose body is shown."""


Relation: TypeAlias = Callable[[Finding, Context], Iterable[Key]]


def same_fingerprint(finding: Finding, context: Context) -> Iterator[Key]:
    """One fact: in several languages, several times, on several pages."""
    yield (finding.fingerprint,)
    source = context.docs.by_page.get(finding.documented.page) if finding.documented else None
    if source and source.place and finding.subject.startswith(f"{source.page} "):
        named = finding.subject.removeprefix(f"{source.page} ")
        yield (finding.rule, finding.operation, source.place, named)


def same_member(finding: Finding, context: Context) -> Iterator[Key]:
    """One member or input, disputed in one respect by several rules."""
    facet = FACETS.get(finding.rule)
    if facet and finding.operation and "." in finding.subject:
        yield (facet, finding.operation, finding.subject)


def same_line(finding: Finding, context: Context) -> Iterator[Key]:
    """One line of a page that tells one thing, disputed in one respect by several rules."""
    facet, span = FACETS.get(finding.rule), finding.documented
    if facet and span and span.line == span.end_line:
        if context.crowded.get((span.page, span.line), 0) > 1:
            yield (facet, span.page, span.line, finding.subject)
        else:
            yield (facet, span.page, span.line)


def same_slip(finding: Finding, context: Context) -> Iterator[Key]:
    """Several members of one body that are wrong in the same way."""
    if finding.rule in _ALIKE:
        scope = ".".join(finding.subject.split(".")[:2])
        if FACETS[finding.rule] == "names":
            scope = finding.subject.rpartition(".")[0]
        if scope.startswith("parameters"):
            scope = "parameters"
        yield (FACETS[finding.rule], finding.operation, scope, *_manner(finding))


def same_nonsense(finding: Finding, context: Context) -> Iterator[Key]:
    """What is found on lines that were garbled as a whole."""
    span = finding.documented
    if span is None or finding.rule == _DEBRIS:
        return
    for number, lines in enumerate(context.enclosing):
        if lines.page == span.page and lines.line <= span.line <= lines.end_line:
            yield (number,)


def same_capture(finding: Finding, context: Context) -> Iterator[Key]:
    """Debris of one capture of one page."""
    if finding.rule == _DEBRIS and finding.documented:
        yield (finding.documented.page,)


def same_contest(finding: Finding, context: Context) -> Iterator[Key]:
    """What rests on an answer that may not be the one it is shown as."""
    scope = ".".join(finding.subject.split(".")[:2])
    rests = finding.rule in ("success-documented-as-error", "constant-without-value")
    if rests and (finding.operation, scope) in context.contested:
        yield (finding.operation, scope)


def same_envelope(finding: Finding, context: Context) -> Iterator[Key]:
    """Members around the record that are told nowhere: usually once for all operations."""
    if is_envelope(finding) and finding.related:
        yield (finding.rule, finding.related[0])


def same_words(finding: Finding, context: Context) -> Iterator[Key]:
    """What twins say differently, in the same words, of several operations."""
    if finding.rule == "parity-prose":
        name = finding.subject.rpartition(".")[2]
        yield (name, finding.message, finding.expected, finding.actual)


RELATIONS: Final[tuple[tuple[str, Relation, str], ...]] = (
    ("fact", same_fingerprint, "the same fact on several pages or in several places"),
    ("member", same_member, "the same member, by several rules"),
    ("line", same_line, "the same line of the page"),
    ("slip", same_slip, "several members that differ in the same way"),
    ("nonsense", same_nonsense, "what follows from a table that makes no sense"),
    ("capture", same_capture, "left over from one capture of the page"),
    ("envelope", same_envelope, "the same members around the record of several operations"),
    ("words", same_words, "the same words of several operations"),
    ("contest", same_contest, "what rests on the same contested example"),
)
"""Name, keys, and the reason as a packet gives it; in the order in which reasons are given."""


def group(
    findings: Sequence[Finding], docs: Docs
) -> tuple[tuple[tuple[Finding, ...], tuple[str, ...]], ...]:
    """Findings of one cause together, each group with the reasons that hold it together.

    The gravest finding leads a group, the group with the gravest comes first.  The order depends
    on nothing but the findings themselves.
    """
    context = _context(findings, docs)
    forest = _Forest(len(findings))
    keyed: dict[Key, list[int]] = defaultdict(list)
    for number, finding in enumerate(findings):
        for name, relation, _ in RELATIONS:
            for key in relation(finding, context):
                keyed[(name, *key)].append(number)
    for members in keyed.values():
        for member in members[1:]:
            forest.unite(members[0], member)
    groups: dict[int, list[int]] = defaultdict(list)
    for number in range(len(findings)):
        groups[forest.root(number)].append(number)
    made = [
        (_led(findings, members), _reasons(findings, members, keyed)) for members in groups.values()
    ]
    return tuple(sorted(made, key=lambda one: (-max(f.severity for f in one[0]), _rank(one[0][0]))))


def is_envelope(finding: Finding) -> bool:
    """Whether it is about members around a record, and not about one member."""
    told = finding.rule in ("undocumented-envelope", "example-undocumented-field")
    return told and not finding.subject.partition(".")[2].partition(".")[2]


class _Forest:
    """Union-find with path halving."""

    def __init__(self, size: int) -> None:
        self._parents = list(range(size))

    def root(self, number: int) -> int:
        parents = self._parents
        while parents[number] != number:
            parents[number] = parents[parents[number]]
            number = parents[number]
        return number

    def unite(self, one: int, other: int) -> None:
        first, second = sorted((self.root(one), self.root(other)))
        self._parents[second] = first


def _led(findings: Sequence[Finding], members: Sequence[int]) -> tuple[Finding, ...]:
    return tuple(sorted((findings[n] for n in members), key=_rank))


def _rank(finding: Finding) -> tuple[object, ...]:
    """What makes nonsense of others leads them, else the gravest; then the order of the rules.

    A cassette that repeats an example of a page comes after the example itself.
    """
    span = finding.documented or Span("", 0, 0)
    printed = {tally.origin for tally in finding.evidence} == {Origin.DOCUMENTED.value}
    copied = printed and finding.observed is not None and "#" in finding.observed.where
    return (
        finding.rule not in ENCLOSING,
        -finding.severity,
        copied,
        _ORDER.get(finding.rule, len(_ORDER)),
        *(span.page, span.line, finding.operation, finding.subject, repr(finding)),
    )


def _reasons(
    findings: Sequence[Finding], members: Sequence[int], keyed: Mapping[Key, list[int]]
) -> tuple[str, ...]:
    """Of the relations that tie findings of different fingerprints, or of one to its twins."""
    own = set(members)
    if len(own) < 2:
        return ()
    holding = {
        key[0]
        for key, tied in keyed.items()
        if len(tied) > 1
        and own.issuperset(tied)
        and (key[0] == "fact" or len({findings[n].fingerprint for n in tied}) > 1)
    }
    return tuple(words for name, _, words in RELATIONS if name in holding)


def _context(findings: Sequence[Finding], docs: Docs) -> Context:
    crowded: Counter[tuple[str, int]] = Counter()
    for source in docs.sources:
        crowded.update((source.page, t.span.line) for t in docs.tellings_on(source.page))
    spans = [f.documented for f in findings if f.rule in ENCLOSING and f.documented]
    contested = frozenset(
        (f.operation, f.subject) for f in findings if f.rule == "success-documented-as-error"
    )
    return Context(docs, findings, crowded, tuple(spans), contested)


def _manner(finding: Finding) -> tuple[str, ...]:
    """How documented and seen differ, without the value that happened to be seen."""
    facet = FACETS[finding.rule]
    if facet == "unit":
        return finding.expected, finding.actual.rpartition(", ")[2]
    if facet == "type":
        return finding.expected, finding.actual.partition(" ")[0]
    return (finding.rule.removeprefix("example-"),)
