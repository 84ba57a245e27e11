"""Whether a change of pages does what it is for: the pages are read again and checked again.

In memory: nothing is written.  Only what can depend on the changed pages is looked at: they and
their twins, and other pages that tell the same operations.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.lint import lint_operations, lint_page
from conformance.checks.match import Unmatched, matcher
from conformance.checks.parity.runner import compare_sides
from conformance.checks.registry import make_gap_findings
from conformance.checks.runner import check
from conformance.compare.matching import Side, SidePage, build_side_page
from conformance.drift.packets.packet import Docs, PageSource
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, members
from conformance.model.span import Span
from conformance.parse import parse_page
from conformance.patterns import regex
from conformance.reading import PageReading, build_index, combine
from conformance.reading.pages import summarize
from conformance.reading.preparation import prepare_page
from conformance.reading.tracing import complete_page

_Subject: TypeAlias = tuple[str, str]
"""Operation and dotted name; an empty name is the operation as a whole."""
_DEBRIS: Final = frozenset(("capture-artefact",))
"""Rules whose findings stand in rows that are none of the documentation."""
_WITHOUT_WORDS: Final[dict[str, Any]] = {
    "span": Span("", 1, 1), "type_text": "", "description": "", "example": (), "items": None,
    "fields": (), "shown_null": False, "shown_unit": None, "stated_kind": None,
}  # fmt: skip
"""Parts of a value that are no fact, or are those of its members."""
_NAMED: Final = regex("`([^`]{1,200})`")


class _TrialState(Struct, frozen=True):
    """What is found on some pages, and what they document."""

    findings: Mapping[str, Finding]
    facts: Mapping[_Subject, object]
    """What a program relies on, of every operation, input and member; no wording, no lines."""
    examples: Counter[_Subject]
    """How many that can be read stand below each request and response."""
    rows: int
    """Of all tables."""


class Recheck(Struct):
    """All pages and all evidence, to be checked against each other again and again."""

    docs: Docs
    interactions: Sequence[Interaction]
    _before: dict[frozenset[str], _TrialState] = field(default_factory=dict)

    def trial(self, pages: Mapping[str, bytes], meant: frozenset[str]) -> frozenset[str]:
        """The fingerprints that are gone with ``pages``.  None unless ``meant`` were found before
        and are among them, no other is new, the rest of the contract is as before, and no table row
        or example is lost."""
        group = self._group(pages)
        names = frozenset(source.page for source in group)
        if names not in self._before:
            self._before[names] = self._state(group, {})
        before, after = self._before[names], self._state(group, pages)
        if not meant <= before.findings.keys() or meant & after.findings.keys():
            return frozenset()
        gone = before.findings.keys() - after.findings.keys()
        new = after.findings.keys() - before.findings.keys()
        moved = {_name_matter(before.findings[f]) for f in gone - meant}
        if any(_name_matter(after.findings[f]) not in moved for f in new):
            return frozenset()
        mended = [before.findings[fingerprint] for fingerprint in meant | gone]
        if _loses(before, after, mended) or _changes_more(before, after, mended):
            return frozenset()
        return meant | (gone if not new else frozenset())

    def sightings(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The same findings in all languages and places, where each was reported only once."""
        first_findings = {finding.fingerprint: finding for finding in findings}
        known = {(f.fingerprint, f.documented, f.observed) for f in first_findings.values()}
        for found in self._find_findings(list(self._read_folder(self.docs.sources, {}))):
            first = first_findings.get(found.fingerprint)
            if first and (found.fingerprint, found.documented, found.observed) not in known:
                yield replace(found, severity=first.severity)

    def _group(self, pages: Iterable[str]) -> tuple[PageSource, ...]:
        own = {s.page: s for page in pages for s in self.docs.twins(self.docs.by_page[page])}
        keys = {o.key for source in own.values() for o in source.reading.operations}
        for source in self.docs.sources:
            if any(operation.key in keys for operation in source.reading.operations):
                own.setdefault(source.page, source)
        return tuple(source for source in self.docs.sources if source.page in own)

    def _state(self, group: Sequence[PageSource], pages: Mapping[str, bytes]) -> _TrialState:
        read = list(self._read_folder(group, pages))
        operations = combine(reading for *_, reading in read).operations
        counts: Counter[_Subject] = Counter()
        for operation in operations:
            for response in operation.responses:
                counts[operation.key, response.status] += sum(e.parsed for e in response.examples)
            if operation.body:
                counts[operation.key, ""] += sum(e.parsed for e in operation.body.examples)
        return _TrialState(
            findings={finding.fingerprint: finding for finding in self._find_findings(read)},
            facts=dict(_list_facts(operations)),
            examples=counts,
            rows=sum(reading.coverage.rows for *_, reading in read),
        )

    def _read_folder(
        self, group: Sequence[PageSource], pages: Mapping[str, bytes]
    ) -> Iterator[tuple[PageSource, Document, PageReading]]:
        names = [source.page for source in group if source.page in pages]
        changed = {name: prepare_page(parse_page(pages[name], name)) for name in names}
        library = build_index(changed.get(s.page, s.reading) for s in self.docs.sources)
        for source in group:
            page = changed.get(source.page)
            if page is None:
                yield source, source.document, source.reading
            else:
                yield source, page.source, summarize(complete_page(page, library))

    def _find_findings(
        self, read: Sequence[tuple[PageSource, Document, PageReading]]
    ) -> Iterator[Finding]:
        for _, document, reading in read:
            yield from lint_page(document, reading).findings
        readings = [reading for _, _, reading in read]
        contract = combine(readings)
        yield from make_gap_findings(contract.gaps)
        yield from lint_operations(contract.operations)
        sides = tuple(_make_sides(read))
        if len(sides) > 1:
            yield from compare_sides(sides, self.interactions).findings
        operations = contract.operations
        known = matcher(operations)
        own = [i for i in self.interactions if not isinstance(known.match(i), Unmatched)]
        yield from check(operations, own).findings


def _list_facts(operations: Iterable[Operation]) -> Iterator[tuple[_Subject, object]]:
    for operation in operations:
        key = operation.key
        groups = tuple((group.kind, group.names) for group in operation.groups)
        auth = tuple(auth.scheme for auth in operation.auth)
        yield (key, ""), (operation.servers, groups, auth)
        for parameter in operation.parameters:
            if parameter.documented:
                name = parameter.name.removesuffix("[]")
                yield (key, f"at {parameter.location}.{name}"), parameter.location
        for response in operation.responses:
            if response.stated:
                yield (key, f"responses.{response.status}"), response.media_type
        for name, (value, required) in members(operation, shown=False):
            bare = replace(value, **_WITHOUT_WORDS)
            yield (key, name), (bare, required)


def _loses(before: _TrialState, after: _TrialState, mended: Iterable[Finding]) -> bool:
    is_debris = all(finding.rule in _DEBRIS for finding in mended)
    fewer = any(after.examples[subject] < count for subject, count in before.examples.items())
    return fewer or (after.rows < before.rows and not is_debris)


def _changes_more(before: _TrialState, after: _TrialState, mended: Sequence[Finding]) -> bool:
    """Whether more is documented differently than the mended findings are about."""
    both = before.facts.keys() | after.facts.keys()
    changed = [s for s in both if before.facts.get(s) != after.facts.get(s)]
    of_operation: dict[str, list[Finding]] = {}
    for finding in mended:
        of_operation.setdefault(finding.operation, []).append(finding)
    pages = of_operation.get("", [])
    for subject in changed:
        concerned = (*of_operation.get(subject[0], ()), *pages)
        if not any(_is_about(f, subject, subject not in before.facts) for f in concerned):
            return True
    return False


def _is_about(finding: Finding, subject: _Subject, is_new: bool) -> bool:
    """Whether mending ``finding`` may change what is documented of ``subject``; one about a whole
    table or page may only add."""
    operation, name = subject
    if finding.operation not in (operation, ""):
        return False
    if "." not in finding.subject:
        return is_new
    own = finding.subject
    within = f"{name}.".startswith(f"{own}.") or own.startswith((f"{name}.", f"{name}["))
    (parent, _, last), (other, _, other_last) = own.rpartition("."), name.rpartition(".")
    texts = (finding.message, finding.expected, finding.actual)
    named = {hit for text in texts for hit in _NAMED.findall(text)}
    renamed = parent == other and other_last in named
    moved = last == other_last and not (parent + other).count("responses.")
    return within or renamed or moved


def _name_matter(finding: Finding) -> tuple[str, str, str]:
    return finding.rule, finding.operation, finding.subject.rpartition(".")[2]


def _make_sides(read: Sequence[tuple[PageSource, Document, PageReading]]) -> Iterator[Side]:
    sides: dict[str, list[SidePage]] = {}
    for source, document, reading in read:
        if source.place:
            page = build_side_page(source.place, document, reading)
            sides.setdefault(source.language, []).append(page)
    for label, pages in sides.items():
        yield Side(label=label, pages=tuple(pages))
