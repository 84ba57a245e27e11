"""What ties findings together: each relation is a key that findings of one cause share."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.model.finding import Finding
from conformance.model.span import Span
from conformance.pages.sources import language_among
from conformance.patterns import regex

FACETS: Final = {rule.id: rule.facet for rule in RULES if rule.facet}
ENCLOSING: Final = frozenset(("table-garbled", "row-unread"))
"""Rules whose finding makes nonsense of everything on its lines."""
_ARTEFACT: Final = "capture-artefact"
_BY_ROW: Final = frozenset(("near-miss-name", "type-missing", "type-unknown"))
"""Rules whose findings are mended row by row, however many rows of one object have them."""
ALIKE: Final = frozenset(
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
_CONTAINER: Final = regex(
    r"(?:`[^`]*`, )?(?:an? )?(?:object|array)\b|.*\((?:object|array)\)\Z", re.DOTALL
)
"""A side of a difference that is an object or array, by how rules put it."""
_STEP: Final = regex(r"`/[^/`]*")
"""The first step of the path that a message gives for a record."""
_FEWEST: Final = 2
"""Members beside an object that is in dispute, from which on its nesting explains them."""
Key: TypeAlias = tuple[Hashable, ...]


class Context(Struct, frozen=True):
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
    parents: Mapping[str, tuple[str, ...]] = {}
    """By operation the subjects that are no object or array where one is documented, or are one
    where none is."""

    def explains(self, finding: Finding) -> bool:
        """Whether others follow from it: it leads them, however grave they are."""
        if finding.rule in ENCLOSING:
            return True
        if finding.rule in _EXTRA | _ABSENT:
            nested = (
                finding.operation,
                _find_owner(finding),
                finding.rule in _EXTRA,
            ) in self.nested
            return nested and _is_container(finding)
        parents = self.parents.get(finding.operation, ())
        return finding.subject in parents and _disputes_kind(finding)


_STATUS: Final = regex(r"responses\.\w+")

Relation: TypeAlias = Callable[[Finding, Context], Iterable[Key]]


def same_fingerprint(finding: Finding, context: Context) -> Iterator[Key]:
    """One fact: in several languages, several times, on several pages."""
    yield (finding.fingerprint,)
    page = finding.documented.page if finding.documented else ""
    if page and finding.subject.startswith(f"{page} "):
        # The page's place in every language: its path without the folder that names one.
        path = PurePosixPath(page)
        folders, language = path.parent.parts, language_among(path.parent.parts)
        place = *(f for f in folders if f.replace("_", "-") != language), path.stem
        yield (finding.rule, finding.operation, place, finding.subject.removeprefix(f"{page} "))


def same_member(finding: Finding, context: Context) -> Iterator[Key]:
    """One member or input, disputed in one respect by several rules."""
    facet = FACETS.get(finding.rule)
    if facet and _is_of_member(finding):
        yield (facet, finding.operation, finding.subject)


def same_line(finding: Finding, context: Context) -> Iterator[Key]:
    """One line of a page that documents a member, disputed in one respect by several rules."""
    facet, span = FACETS.get(finding.rule), finding.documented
    if facet and span and span.line == span.end_line:
        crowded = (span.page, span.line) in context.crowded
        yield (facet, span.page, span.line, finding.subject if crowded else _name(finding))


def same_table(finding: Finding, context: Context) -> Iterator[Key]:
    """What is found on lines that were garbled as a whole."""
    span = finding.documented
    if span is None or finding.rule == _ARTEFACT:
        return
    for number, lines in enumerate(context.enclosing):
        if lines.page == span.page and lines.line <= span.line <= lines.end_line:
            yield (number,)


def same_contest(finding: Finding, context: Context) -> Iterator[Key]:
    """What rests on an answer that may not be the one it is shown as."""
    key = finding.operation, _name_scope(finding)
    rests = finding.rule in ("success-documented-as-error", "constant-without-value")
    if rests and key in context.contested:
        yield key


def same_nesting(finding: Finding, context: Context) -> Iterator[Key]:
    """Members of an object that stand one level higher or lower than documented."""
    if finding.rule not in _ABSENT | _EXTRA:
        return
    owner, is_extra = (finding.operation, _find_owner(finding)), finding.rule in _EXTRA
    if (*owner, not is_extra) in context.nested:
        yield (*owner, not is_extra)
    if (*owner, is_extra) in context.nested and _is_container(finding):
        yield (*owner, is_extra)


def same_parent(finding: Finding, context: Context) -> Iterator[Key]:
    """What is found below a member that is no object or array where one is documented."""
    for subject in context.parents.get(finding.operation, ()):
        if finding.subject == subject or finding.subject.startswith((f"{subject}.", f"{subject}[")):
            yield (finding.operation, subject)


def same_envelope(finding: Finding, context: Context) -> Iterator[Key]:
    """Members around the record that are documented nowhere: usually once for all operations."""
    if is_envelope(finding):
        step = _STEP.search(finding.message)
        if step or finding.related:
            yield (finding.rule, step[0] if step else finding.related[0])


def same_disagreement(finding: Finding, context: Context) -> Iterator[Key]:
    """A member of several operations that is documented and observed, or changed, alike."""
    if finding.rule in _WORDS:
        yield (finding.rule, finding.actual)
    elif finding.rule == "type-unknown":
        yield (finding.rule, finding.message)
    elif finding.rule == "near-miss-name":
        yield (finding.rule, finding.expected, finding.actual)
    elif finding.rule not in _BY_ROW and _is_of_member(finding) and not is_envelope(finding):
        yield (base_rule(finding), _name(finding), *manner_of(finding))


def same_answers(finding: Finding, context: Context) -> Iterator[Key]:
    """Statuses of one operation that the same page documents and another leaves out."""
    if finding.rule == "parity-operation" and _STATUS.fullmatch(finding.subject):
        yield (finding.operation, finding.message)


def same_shared_answer(finding: Finding, context: Context) -> Iterator[Key]:
    """A line that gives a status to several operations, which another page leaves out of all."""
    if finding.documented and any(same_answers(finding, context)):
        yield (finding.message, finding.documented.page, finding.documented.line)


WITHIN: Final[tuple[tuple[str, Relation, str], ...]] = (
    ("fact", same_fingerprint, "the same fact on several pages or in several places"),
    ("member", same_member, "the same member, by several rules"),
    ("line", same_line, "the same line of the page"),
    ("table", same_table, "what follows from a table that makes no sense"),
    (
        "capture",
        lambda f, _: [(f.documented.page,)] if f.rule == _ARTEFACT and f.documented else (),
        "left over from one capture of the page",
    ),
    ("nesting", same_nesting, "members nested otherwise than documented"),
    ("parent", same_parent, "what follows from a parent of another type"),
    (
        "words",
        lambda f, _: (
            [(_name(f), f.message, f.expected, f.actual)] if f.rule == "parity-prose" else ()
        ),
        "the same words of several operations",
    ),
    ("contest", same_contest, "what rests on the same contested example"),
    ("answers", same_answers, "statuses that one page has and another leaves out"),
)
"""Name, keys, and the reason as a report gives it; in the order in which reasons are given."""
ACROSS: Final[tuple[tuple[str, Relation, str], ...]] = (
    ("envelope", same_envelope, "the same members around the record of several operations"),
    (
        "absence",
        lambda f, _: (
            [(f.rule,)] if f.rule == "undocumented-operation" and f.documented is None else ()
        ),
        "operations that no page documents",
    ),
    ("shared", same_shared_answer, "the same line about several operations"),
    ("disagreement", same_disagreement, "the same difference in several operations"),
)
"""Of the leading findings of causes."""


def is_envelope(finding: Finding) -> bool:
    """Whether it is about members around a record, and not about one member."""
    around = finding.rule == "undocumented-envelope"
    around |= finding.rule == "example-undocumented-field" and bool(finding.related)
    return around and not finding.subject.partition(".")[2].partition(".")[2]


def build_context(findings: Sequence[Finding]) -> Context:
    spans = [f.documented for f in findings if f.rule in ENCLOSING and f.documented]
    contested = frozenset(
        (f.operation, f.subject) for f in findings if f.rule == "success-documented-as-error"
    )
    parents: dict[str, tuple[str, ...]] = defaultdict(tuple)
    for f in findings:
        if _disputes_kind(f):
            parents[f.operation] = (*parents[f.operation], f.subject)
    crowded, nested = frozenset(_find_crowded(findings)), frozenset(_find_nested(findings))
    return Context(crowded, tuple(spans), contested, nested, parents)


def _find_crowded(findings: Iterable[Finding]) -> Iterator[tuple[str, int]]:
    subjects: dict[tuple[str, int, str], str] = {}
    for finding in findings:
        if (span := finding.documented) is not None:
            first = subjects.setdefault((span.page, span.line, finding.operation), finding.subject)
            if first != finding.subject:
                yield span.page, span.line


def _find_nested(findings: Iterable[Finding]) -> Iterator[tuple[str, str, bool]]:
    """Objects with a container that is extra and members that are absent, or the reverse."""
    objects: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in findings:
        if finding.rule in _ABSENT | _EXTRA:
            objects[finding.operation, _find_owner(finding)].append(finding)
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
    return base_rule(finding) == "type-mismatch" and _is_container(finding)


def manner_of(finding: Finding) -> tuple[str, ...]:
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


def base_rule(finding: Finding) -> str:
    """The rule, whether an answer or an example breaks it."""
    return finding.rule.removeprefix("example-")


def _name(finding: Finding) -> str:
    return finding.subject.rpartition(".")[2]


def _find_owner(finding: Finding) -> str:
    return finding.subject.rpartition(".")[0]


def _name_scope(finding: Finding) -> str:
    """The response, the body of the request, or the parameters."""
    return ".".join(finding.subject.split(".")[:2])


def object_of(finding: Finding) -> str:
    """Whose members differ alike: one object's names; types and units of a whole body."""
    scope = _find_owner(finding) if FACETS.get(finding.rule) == "names" else _name_scope(finding)
    return "parameters" if scope.startswith("parameters") else scope
