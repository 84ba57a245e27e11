"""Whether a change of pages does what it is for: the pages are read again and held again.

In memory: nothing is written.  Only what can depend on the changed pages is looked at: they and
their twins, and other pages that tell the same operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from conformance.checks.lint.page import lint_page
from conformance.checks.match import Unmatched, match
from conformance.checks.parity.runner import compare_sides
from conformance.checks.reading import gap_findings
from conformance.checks.runner import check
from conformance.compare.matching import Side, SidePage, side_page
from conformance.drift.packets import Docs, PageSource
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.parse import parse_page
from conformance.reading import PageReading, build_index, combine
from conformance.reading.pages import summarize
from conformance.reading.preparation import prepare_page
from conformance.reading.subjects import subjects
from conformance.reading.tracing import complete_page


@dataclass(frozen=True, slots=True)
class _State:
    """What is found on some pages, and how much they document."""

    findings: Mapping[str, Finding]
    told: int
    """Inputs and members."""


@dataclass(slots=True)
class Recheck:
    """All pages and all evidence, to be held against each other again and again."""

    docs: Docs
    interactions: Sequence[Interaction]
    _before: dict[frozenset[str], _State] = field(default_factory=dict)

    def trial(self, pages: Mapping[str, bytes], meant: frozenset[str]) -> frozenset[str]:
        """The fingerprints that are gone with ``pages``; none unless ``meant`` are among them, no
        other one is new, and the pages still document as much as before.

        None, too, when what is meant is not even found on the pages as they are.
        """
        group = self._group(pages)
        names = frozenset(source.page for source in group)
        if names not in self._before:
            self._before[names] = self._state(group, {})
        before, after = self._before[names], self._state(group, pages)
        if not meant <= before.findings.keys() or after.told < before.told:
            return frozenset()
        if meant & after.findings.keys():
            return frozenset()
        gone = before.findings.keys() - after.findings.keys()
        new = after.findings.keys() - before.findings.keys()
        moved = {_matter(before.findings[f]) for f in gone - meant}
        if any(_matter(after.findings[f]) not in moved for f in new):
            return frozenset()
        return meant | (gone if not new else frozenset())

    def sightings(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The same findings in all languages and places, where each was told only once."""
        told = {finding.fingerprint: finding for finding in findings}
        known = {(f.fingerprint, f.documented, f.observed) for f in told.values()}
        for found in self._findings(list(self._read(self.docs.sources, {}))):
            first = told.get(found.fingerprint)
            if first and (found.fingerprint, found.documented, found.observed) not in known:
                yield replace(found, severity=first.severity)

    def _group(self, pages: Iterable[str]) -> tuple[PageSource, ...]:
        own = {s.page: s for page in pages for s in self.docs.twins(self.docs.by_page[page])}
        keys = {o.key for source in own.values() for o in source.reading.operations}
        for source in self.docs.sources:
            if any(operation.key in keys for operation in source.reading.operations):
                own.setdefault(source.page, source)
        return tuple(source for source in self.docs.sources if source.page in own)

    def _state(self, group: Sequence[PageSource], pages: Mapping[str, bytes]) -> _State:
        read = list(self._read(group, pages))
        operations = [o for *_, reading in read for o in reading.operations]
        told = sum(1 for o in operations for _ in subjects(o, shown=False))
        told -= sum(not p.documented for o in operations for p in o.parameters)
        return _State({finding.fingerprint: finding for finding in self._findings(read)}, told)

    def _read(
        self, group: Sequence[PageSource], pages: Mapping[str, bytes]
    ) -> Iterator[tuple[PageSource, Document, PageReading]]:
        """The pages of the group with what they say now, once more where others tell more."""
        changed = {
            source.page: prepare_page(parse_page(pages[source.page], source.page))
            for source in group
            if source.page in pages
        }
        library = build_index(changed.get(s.page, s.reading) for s in self.docs.sources)
        for source in group:
            page = changed.get(source.page)
            if page is None:
                yield source, source.document, source.reading
            else:
                yield source, page.source, summarize(complete_page(page, library))

    def _findings(
        self, read: Sequence[tuple[PageSource, Document, PageReading]]
    ) -> Iterator[Finding]:
        for _, document, reading in read:
            yield from lint_page(document, reading).findings
        readings = [reading for _, _, reading in read]
        contract = combine(readings)
        yield from gap_findings(contract.gaps)
        sides = tuple(_sides(read))
        if len(sides) > 1:
            yield from compare_sides(sides, self.interactions).findings
        operations = contract.operations
        own = [i for i in self.interactions if not isinstance(match(operations, i), Unmatched)]
        yield from check(operations, own).findings


def _matter(finding: Finding) -> tuple[str, str, str]:
    """What it is about, wherever the member stands: findings move with an input that moves."""
    return finding.rule, finding.operation, finding.subject.rpartition(".")[2]


def _sides(read: Sequence[tuple[PageSource, Document, PageReading]]) -> Iterator[Side]:
    sides: dict[str, list[SidePage]] = {}
    for source, document, reading in read:
        if source.place:
            page = side_page(source.place, document, reading)
            sides.setdefault(source.language, []).append(page)
    for label, pages in sides.items():
        yield Side(label=label, pages=tuple(pages))
