"""Which findings have one cause: a few relations, each a key that findings share.

Findings are brought together in three steps, each a table of relations with the words that a
report gives as the reason.  Within an operation or a page whatever shares a key is one cause, and
so is what is tied through others.  Of those causes, the ones whose leading findings are the same
disagreement in several operations are one; and at last those that concern the same objects in the
same way.  Only leading findings tie operations, so that one common member does not chain
everything together.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import Final, Literal, TypeAlias

from conformance.checks.registry import RULES
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.pages.sources import language_among

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
_ARTEFACT: Final = "capture-artefact"
_BY_ROW: Final = frozenset(("near-miss-name", "type-missing", "type-unknown"))
"""Rules whose findings are mended row by row, however many rows of one object have them."""
_ALIKE: Final = frozenset(
    rule
    for rule, facet in FACETS.items()
    if facet in ("names", "type", "unit", "format", "place", "marks")
    and rule not in _BY_ROW
    and not rule.startswith("parity-")
)
"""Rules that find one slip in many members at once."""
_WORDS: Final = frozenset(("media-type-unknown", "status-code-unregistered"))
"""Rules about one word of a page, wherever the word stands."""
_ABSENT: Final = frozenset(("missing-field", "example-missing-field"))
_EXTRA: Final = frozenset(("undocumented-field", "example-undocumented-field"))
_CONTAINER: Final = re.compile(
    r"(?:`[^`]*`, )?(?:an? )?(?:object|array)\b|.*\((?:object|array)\)\Z", re.DOTALL
)
"""A side of a difference that is an object or array, by how rules put it."""
_STEP: Final = re.compile(r"`/[^/`]*")
"""The first step of the path that a message gives for a record."""
_FEWEST: Final = 2
"""Members beside an object that is in dispute, from which on its nesting explains them."""

_ORDER: Final = {rule.id: place for place, rule in enumerate(RULES)}

Key: TypeAlias = tuple[Hashable, ...]


@dataclass(frozen=True, slots=True)
class Cause:
    """Findings that one flaw of the pages, or of the API, explains."""

    findings: tuple[Finding, ...]
    """The one that stands for all comes first; several may share a fingerprint."""
    reasons: tuple[str, ...] = ()
    """Why they are taken together, in words; empty for one alone."""

    @property
    def head(self) -> Finding:
        """The finding that stands for all."""
        return self.findings[0]

    @property
    def fingerprints(self) -> tuple[str, ...]:
        """Of all findings, each once, the head's first."""
        return tuple(dict.fromkeys(finding.fingerprint for finding in self.findings))

    @property
    def id(self) -> str:
        """Stable as long as its findings are: the smallest of their fingerprints."""
        return min(self.fingerprints)

    @property
    def severity(self) -> Severity:
        """Of the gravest finding."""
        return max(finding.severity for finding in self.findings)

    @property
    def operations(self) -> tuple[str, ...]:
        """Those concerned, each once; empty for what is about pages as a whole."""
        return tuple(dict.fromkeys(f.operation for f in self.findings if f.operation))


@dataclass(frozen=True)
class _Context:
    """What keys are made from besides the finding itself."""

    crowded: frozenset[tuple[str, int]] = frozenset()
    """Lines that document several members of one operation: such a line is no place of its own."""
    enclosing: tuple[Span, ...] = ()
    """Lines that a finding makes nonsense of."""
    contested: frozenset[tuple[str, str]] = frozenset()
    """Operation and response of which it is disputed whose body is shown."""
    nested: frozenset[tuple[str, str, bool]] = frozenset()
    """Operation, object, and whether a member is extra: objects that are nested otherwise than
    documented, by a container that is extra or absent there."""
    parents: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """By operation the subjects that are no object or array where one is documented, or are one
    where none is."""

    def explains(self, finding: Finding) -> bool:
        """Whether others follow from it: it leads them, however grave they are."""
        if finding.rule in ENCLOSING:
            return True
        if finding.rule in _EXTRA | _ABSENT:
            nested = (finding.operation, _owner(finding), finding.rule in _EXTRA) in self.nested
            return nested and _is_container(finding)
        return finding.subject in self.parents.get(finding.operation, ()) and _disputes_kind(
            finding
        )


Relation: TypeAlias = Callable[[Finding, _Context], Iterable[Key]]


def same_fingerprint(finding: Finding, context: _Context) -> Iterator[Key]:
    """One fact: in several languages, several times, on several pages."""
    yield (finding.fingerprint,)
    page = finding.documented.page if finding.documented else ""
    if page and finding.subject.startswith(f"{page} "):
        named = finding.subject.removeprefix(f"{page} ")
        yield (finding.rule, finding.operation, _without_language(page), named)


def same_member(finding: Finding, context: _Context) -> Iterator[Key]:
    """One member or input, disputed in one respect by several rules."""
    facet = FACETS.get(finding.rule)
    if facet and _is_of_member(finding):
        yield (facet, finding.operation, finding.subject)


def same_line(finding: Finding, context: _Context) -> Iterator[Key]:
    """One line of a page that documents a member, disputed in one respect by several rules."""
    facet, span = FACETS.get(finding.rule), finding.documented
    if facet and span and span.line == span.end_line:
        crowded = (span.page, span.line) in context.crowded
        yield (facet, span.page, span.line, finding.subject if crowded else _name(finding))


def same_table(finding: Finding, context: _Context) -> Iterator[Key]:
    """What is found on lines that were garbled as a whole."""
    span = finding.documented
    if span is None or finding.rule == _ARTEFACT:
        return
    for number, lines in enumerate(context.enclosing):
        if lines.page == span.page and lines.line <= span.line <= lines.end_line:
            yield (number,)


def same_capture(finding: Finding, context: _Context) -> Iterator[Key]:
    """What one capture of one page left over."""
    if finding.rule == _ARTEFACT and finding.documented:
        yield (finding.documented.page,)


def same_contest(finding: Finding, context: _Context) -> Iterator[Key]:
    """What rests on an answer that may not be the one it is shown as."""
    scope = _scope(finding)
    rests = finding.rule in ("success-documented-as-error", "constant-without-value")
    if rests and (finding.operation, scope) in context.contested:
        yield (finding.operation, scope)


def same_nesting(finding: Finding, context: _Context) -> Iterator[Key]:
    """Members of an object that stand one level higher or lower than documented."""
    if finding.rule not in _ABSENT | _EXTRA:
        return
    owner, is_extra = (finding.operation, _owner(finding)), finding.rule in _EXTRA
    if (*owner, not is_extra) in context.nested:
        yield (*owner, not is_extra)
    if (*owner, is_extra) in context.nested and _is_container(finding):
        yield (*owner, is_extra)


def same_parent(finding: Finding, context: _Context) -> Iterator[Key]:
    """What is found below a member that is no object or array where one is documented."""
    for subject in context.parents.get(finding.operation, ()):
        if finding.subject == subject or finding.subject.startswith((f"{subject}.", f"{subject}[")):
            yield (finding.operation, subject)


def same_words(finding: Finding, context: _Context) -> Iterator[Key]:
    """What twins say differently, in the same words, of several operations."""
    if finding.rule == "parity-prose":
        yield (_name(finding), finding.message, finding.expected, finding.actual)


def same_envelope(finding: Finding, context: _Context) -> Iterator[Key]:
    """Members around the record that are documented nowhere: usually once for all operations."""
    if is_envelope(finding):
        step = _STEP.search(finding.message)
        if step or finding.related:
            yield (finding.rule, step[0] if step else finding.related[0])


def same_disagreement(finding: Finding, context: _Context) -> Iterator[Key]:
    """A member of several operations that is documented and observed, or changed, alike."""
    if finding.rule in _WORDS:
        yield (finding.rule, finding.actual)
    elif finding.rule == "type-unknown":
        yield (finding.rule, finding.message)
    elif finding.rule == "near-miss-name":
        yield (finding.rule, finding.expected, finding.actual)
    elif finding.rule not in _BY_ROW and _is_of_member(finding) and not is_envelope(finding):
        yield (_base(finding), _name(finding), *_manner(finding))


_WITHIN: Final[tuple[tuple[str, Relation, str], ...]] = (
    ("fact", same_fingerprint, "the same fact on several pages or in several places"),
    ("member", same_member, "the same member, by several rules"),
    ("line", same_line, "the same line of the page"),
    ("table", same_table, "what follows from a table that makes no sense"),
    ("capture", same_capture, "left over from one capture of the page"),
    ("nesting", same_nesting, "members nested otherwise than documented"),
    ("parent", same_parent, "what follows from a parent of another type"),
    ("words", same_words, "the same words of several operations"),
    ("contest", same_contest, "what rests on the same contested example"),
)
"""Name, keys, and the reason as a report gives it; in the order in which reasons are given."""
_ACROSS: Final[tuple[tuple[str, Relation, str], ...]] = (
    ("envelope", same_envelope, "the same members around the record of several operations"),
    ("disagreement", same_disagreement, "the same difference in several operations"),
)
"""Of the leading findings of causes."""
_SLIP: Final = "several members that differ in the same way"
"""The reason for causes that concern the same objects in the same way."""


def group_findings_by_cause(findings: Sequence[Finding]) -> tuple[Cause, ...]:
    """Every finding in exactly one cause, those of one fingerprint in the same.

    What explains the others leads a cause, else the gravest; the cause with the gravest comes
    first.  The order depends on nothing but the findings themselves.  Time is linear in them, but
    for sorting.
    """
    context = _context(findings)
    groups = _united([Cause((finding,)) for finding in findings], _WITHIN, context)
    groups = _united(groups, _ACROSS, context)
    groups = _same_objects(groups, context)
    return tuple(sorted(groups, key=_gravity))


def is_envelope(finding: Finding) -> bool:
    """Whether it is about members around a record, and not about one member."""
    around = finding.rule == "undocumented-envelope"
    around |= finding.rule == "example-undocumented-field" and bool(finding.related)
    return around and not finding.subject.partition(".")[2].partition(".")[2]


def _united(
    causes: Sequence[Cause], relations: Iterable[tuple[str, Relation, str]], context: _Context
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
            forest.unite(members[0], member)
    reasons: dict[int, dict[str, None]] = defaultdict(dict)
    for key, members in keyed.items():
        tied = {causes[number].head.fingerprint for number in members}
        if len(members) > 1 and (key[0] == "fact" or len(tied) > 1):
            reasons[forest.root(members[0])].setdefault(str(key[0]))
    return [
        _merged(
            [causes[n] for n in members], [words[w] for w in words if w in reasons[root]], context
        )
        for root, members in forest.groups().items()
    ]


def _same_objects(causes: Sequence[Cause], context: _Context) -> list[Cause]:
    """Causes that concern the same objects of the same operations in the same way as one."""
    groups: dict[Key, list[Cause]] = defaultdict(list)
    for number, cause in enumerate(causes):
        head = cause.head
        if head.rule in _ALIKE and not is_envelope(head) and not context.explains(head):
            facet = FACETS[head.rule]
            scopes = frozenset((f.operation, _object(f)) for f in cause.findings)
            how = _manner(head) if facet in ("unit", "type") else (_base(head),)
            groups["slip", facet, how, scopes].append(cause)
        else:
            groups["alone", number].append(cause)
    return [_merged(group, [_SLIP], context) for group in groups.values()]


def _merged(causes: Sequence[Cause], reasons: Iterable[str], context: _Context) -> Cause:
    """All of them as one, led by the head that leads them."""
    if len(causes) == 1:
        return causes[0]
    head = min((c.head for c in causes), key=lambda f: (not context.explains(f), _rank(f)))
    findings = sorted((f for cause in causes for f in cause.findings), key=_rank)
    own = (reason for cause in causes for reason in cause.reasons)
    return Cause(
        findings=(head, *(f for f in findings if f is not head)),
        reasons=tuple(dict.fromkeys((*own, *reasons))),
    )


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

    def groups(self) -> dict[int, list[int]]:
        """Members by their root, both in order."""
        found: dict[int, list[int]] = defaultdict(list)
        for number in range(len(self._parents)):
            found[self.root(number)].append(number)
        return found


def _rank(finding: Finding) -> tuple[object, ...]:
    """The gravest first; then the order of the rules."""
    span = finding.documented or Span("", 0, 0)
    return (
        -finding.severity,
        _ORDER.get(finding.rule, len(_ORDER)),
        *(span.page, span.line, finding.operation, finding.subject, repr(finding)),
    )


def _gravity(cause: Cause) -> tuple[object, ...]:
    return -cause.severity, cause.head.rule not in ENCLOSING, _rank(cause.head)[1:]


def _context(findings: Sequence[Finding]) -> _Context:
    spans = [f.documented for f in findings if f.rule in ENCLOSING and f.documented]
    contested = frozenset(
        (f.operation, f.subject) for f in findings if f.rule == "success-documented-as-error"
    )
    parents: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for f in findings:
        if _disputes_kind(f):
            parents[f.operation] = (*parents[f.operation], f.subject)
    crowded, nested = frozenset(_crowded(findings)), frozenset(_nested(findings))
    return _Context(crowded, tuple(spans), contested, nested, parents)


def _crowded(findings: Iterable[Finding]) -> Iterator[tuple[str, int]]:
    subjects: dict[tuple[str, int, str], str] = {}
    for finding in findings:
        if (span := finding.documented) is not None:
            first = subjects.setdefault((span.page, span.line, finding.operation), finding.subject)
            if first != finding.subject:
                yield span.page, span.line


def _nested(findings: Iterable[Finding]) -> Iterator[tuple[str, str, bool]]:
    """Objects with a container that is extra and members that are absent, or the reverse."""
    objects: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule in _ABSENT | _EXTRA:
            objects[finding.operation, _owner(finding)].append(finding)
    for owner, members in objects.items():
        for extra, one, other in ((True, _EXTRA, _ABSENT), (False, _ABSENT, _EXTRA)):
            containers = any(f.rule in one and _is_container(f) for f in members)
            if containers and len({f.subject for f in members if f.rule in other}) >= _FEWEST:
                yield (*owner, extra)


def _is_container(finding: Finding) -> bool:
    """Whether an object or array is on one of its sides."""
    return any(_CONTAINER.match(side) for side in (finding.expected, finding.actual))


def _disputes_kind(finding: Finding) -> bool:
    """Whether it is about an object or array that something else stands in place of."""
    return _base(finding) == "type-mismatch" and _is_container(finding)


def _manner(finding: Finding) -> tuple[str, ...]:
    """How documented and observed differ, without the value that happened to be observed."""
    facet = FACETS.get(finding.rule)
    if facet == "unit":
        return finding.expected, finding.actual.rpartition(", ")[2]
    if facet == "type":
        return finding.expected, finding.actual.partition(" ")[0]
    if finding.rule in _EXTRA:
        return (finding.actual.rpartition(", ")[2].replace("an integer", "a number"),)
    if facet in ("limits", "format"):
        return (finding.expected,)
    return finding.expected, finding.actual


def _is_of_member(finding: Finding) -> bool:
    return bool(finding.operation) and "." in finding.subject


def _base(finding: Finding) -> str:
    """The rule, whether an answer or an example breaks it."""
    return finding.rule.removeprefix("example-")


def _name(finding: Finding) -> str:
    return finding.subject.rpartition(".")[2]


def _owner(finding: Finding) -> str:
    return finding.subject.rpartition(".")[0]


def _scope(finding: Finding) -> str:
    """The response, the body of the request, or the parameters."""
    return ".".join(finding.subject.split(".")[:2])


def _object(finding: Finding) -> str:
    """Whose members differ alike: one object's names; types and units of a whole body."""
    scope = _owner(finding) if FACETS.get(finding.rule) == "names" else _scope(finding)
    return "parameters" if scope.startswith("parameters") else scope


def _without_language(page: str) -> str:
    """The page's place in every language: its path without the folder that names one."""
    path = PurePosixPath(page)
    language = language_among(path.parent.parts)
    folders = [f for f in path.parent.parts if f.replace("_", "-") != language]
    return "/".join((*folders, path.stem))
