"""Whether a change of pages does what it is for: the pages are read again and held again.

In memory: nothing is written.  Only what can depend on the changed pages is looked at: they and
their twins, and other pages that tell the same operations.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.checks.lint.page import lint_page
from conformance.checks.match import Unmatched, match
from conformance.checks.parity.prose import read_words
from conformance.checks.parity.runner import compare_sides
from conformance.checks.parity.sides import Side, Telling
from conformance.checks.reading import gap_findings
from conformance.checks.runner import check
from conformance.drift.packets import Docs, PageSource
from conformance.extract import Library, PageReading, build_library, combine, read_document
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.parse import parse_page


@dataclass(slots=True)
class Recheck:
    """All pages and all evidence, to be held against each other again and again."""

    docs: Docs
    interactions: Sequence[Interaction]
    following: frozenset[str] = frozenset()
    """Findings in recordings that repeat an example of a page: they go when those follow it."""
    _before: dict[frozenset[str], dict[str, Finding]] = field(default_factory=dict)

    def trial(self, pages: Mapping[str, bytes], meant: frozenset[str]) -> frozenset[str]:
        """The fingerprints that are gone with ``pages``; none unless ``meant`` are among them and
        no other one is new.

        None, too, when what is meant is not even found on the pages as they are.
        """
        group = self._group(pages)
        names = frozenset(source.page for source in group)
        if names not in self._before:
            self._before[names] = self._found(group, {})
        before, after = self._before[names], self._found(group, pages)
        if not meant <= before.keys() or (meant - self.following) & after.keys():
            return frozenset()
        gone = before.keys() - after.keys()
        moved = {_matter(before[f]) for f in gone - meant}
        new = after.keys() - before.keys()
        if any(_matter(after[f]) not in moved for f in new):
            return frozenset()
        return meant | (gone if not new else frozenset())

    def _group(self, pages: Iterable[str]) -> tuple[PageSource, ...]:
        own = {s.page: s for page in pages for s in self.docs.twins(self.docs.by_page[page])}
        keys = {o.key for source in own.values() for o in source.reading.operations}
        for source in self.docs.sources:
            if any(operation.key in keys for operation in source.reading.operations):
                own.setdefault(source.page, source)
        return tuple(source for source in self.docs.sources if source.page in own)

    def _found(self, group: Sequence[PageSource], pages: Mapping[str, bytes]) -> dict[str, Finding]:
        read = list(self._read(group, pages))
        return {finding.fingerprint: finding for finding in self._findings(read)}

    def _read(
        self, group: Sequence[PageSource], pages: Mapping[str, bytes]
    ) -> Iterator[tuple[PageSource, Document, PageReading]]:
        """The pages of the group with what they say now, once more where others tell more."""
        first = {
            source.page: read_document(parse_page(pages[source.page], source.page))
            for source in group
            if source.page in pages
        }
        library = build_library(first.get(s.page, s.reading) for s in self.docs.sources)
        for source in group:
            data = pages.get(source.page)
            if data is None:
                yield source, source.document, source.reading
                continue
            document = parse_page(data, source.page)
            yield source, document, _better(document, first[source.page], library)

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


def _better(document: Document, reading: PageReading, library: Library) -> PageReading:
    return read_document(document, library) if reading.gains_from(library) else reading


def _sides(read: Sequence[tuple[PageSource, Document, PageReading]]) -> Iterator[Side]:
    sides: dict[str, list[Telling]] = {}
    for source, document, reading in read:
        if source.place:
            told = Telling(place=source.place, reading=reading, words=read_words(document))
            sides.setdefault(source.language, []).append(told)
    for label, tellings in sides.items():
        yield Side(label=label, tellings=tuple(tellings))
