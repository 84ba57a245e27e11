"""What is handed to the people who keep a page: one packet for one cause."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Final, TypeAlias

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.drift.causes import Cause
from conformance.drift.known import KnownEntry
from conformance.model.contract import Claim
from conformance.model.document import Document, Table, walk
from conformance.model.finding import Finding
from conformance.model.operation import Operation, subjects
from conformance.model.span import Span
from conformance.reading import PageReading
from conformance.reading.rows.columns import Columns, table_columns

_ASKS: Final = {rule.id: rule.asks for rule in RULES}


class PageSource(Struct, frozen=True, kw_only=True):
    """One page as it is stored, and what was read of it."""

    path: str
    """From the root of the repository, with forward slashes: what a patch names."""
    data: bytes
    document: Document
    reading: PageReading
    place: str = ""
    """The same for twins; empty for a page that has none."""
    language: str = ""
    url: str = ""
    """Where it was published; empty when that is not known."""
    retrieved: dt.date | None = None

    @property
    def page(self) -> str:
        return self.document.page


class Docs(Struct, frozen=True, dict=True):
    """All pages that findings may point to."""

    sources: tuple[PageSource, ...]

    @cached_property
    def by_page(self) -> Mapping[str, PageSource]:
        return {source.page: source for source in self.sources}

    @cached_property
    def tables(self) -> Mapping[tuple[str, int], tuple[Table, Columns]]:
        """By page and line the table that has a data row there, and what its columns are about."""
        found: dict[tuple[str, int], tuple[Table, Columns]] = {}
        for source in self.sources:
            for block in walk(source.document.blocks):
                if isinstance(block, Table):
                    known = block, table_columns(block)
                    lines = (row.span for row in block.rows if row.span.line == row.span.end_line)
                    found |= {(source.page, span.line): known for span in lines}
        return found

    @property
    def operations(self) -> Iterator[Operation]:
        """Every operation, in the order of the pages."""
        return (o for source in self.sources for o in source.reading.operations)

    def page_of(self, finding: Finding) -> PageSource | None:
        return self.by_page.get(finding.documented.page) if finding.documented else None

    def twins(self, source: PageSource) -> tuple[PageSource, ...]:
        """The page in every language, the given one first."""
        others = (s for s in self.sources if s is not source and s.place == source.place != "")
        return (source, *others)

    def lines_of(self, operation: str, subject: str) -> tuple[Span, ...]:
        """Every line that documents ``subject``, on all pages."""
        return self._lines.get((operation, subject), ())

    def claims_of(self, operation: str) -> tuple[Claim, ...]:
        """Every row that documents an input or a member of one operation."""
        return self._claims.get(("operation", operation), ())

    def claims_on(self, page: str) -> tuple[Claim, ...]:
        """Every row of one page that documents an input or a member."""
        return self._claims.get(("page", page), ())

    @cached_property
    def _lines(self) -> Mapping[tuple[str, str], tuple[Span, ...]]:
        found: dict[tuple[str, str], tuple[Span, ...]] = {}
        for operation in self.operations:
            for span, name in subjects(operation):
                key = operation.key, name
                found[key] = (*found.get(key, ()), span)
        return found

    @cached_property
    def _claims(self) -> Mapping[tuple[str, str], tuple[Claim, ...]]:
        found: dict[tuple[str, str], list[Claim]] = defaultdict(list)
        for source in self.sources:
            for claim in source.reading.claims:
                found["operation", claim.operation].append(claim)
                found["page", source.page].append(claim)
        return {key: tuple(claims) for key, claims in found.items()}


class Edit(Struct, frozen=True, order=True):
    """Lines of a page to be replaced; an ``end_line`` before ``line`` puts lines in before it."""

    page: str
    line: int
    end_line: int
    lines: tuple[str, ...]
    """Decoded, without their ends."""


class Proposal(Struct, frozen=True, kw_only=True):
    """A correction that follows from the page itself or from evidence of enough weight."""

    text: str
    edits: tuple[Edit, ...]
    note: str = ""
    """What is left to do by eye; empty for nothing."""


class Answer(Struct, frozen=True, kw_only=True):
    """One possible answer, and what it would make of the page."""

    text: str
    edits: tuple[Edit, ...] = ()
    """Empty where the answer has to be put into words by somebody who knows."""
    reasons: tuple[str, ...] = ()
    """What supports it."""
    patches: tuple[PagePatch, ...] = ()
    """The edits as they were tried; empty where they did not do what they are for."""


class Question(Struct, frozen=True, kw_only=True):
    """What only the keepers of the page can say."""

    text: str
    answers: tuple[Answer, ...] = ()


Advice: TypeAlias = Proposal | Question


def ask(text: str, *answers: tuple[str, Iterable[Edit]]) -> Question:
    """A question with its answers: the words of each, and what it would make of the page."""
    known = (Answer(text=own, edits=tuple(edits)) for own, edits in answers)
    return Question(text=text, answers=tuple(known))


def question(finding: Finding) -> Question:
    """What has to be known to mend what the finding is about."""
    text, *answers = _ASKS.get(finding.rule) or ("What is the page to say here?",)
    return ask(text.replace("{actual}", finding.actual), *((answer, ()) for answer in answers))


class PagePatch(Struct, frozen=True):
    """The change of one page, as unified diff in git's form, ready for ``git apply``."""

    page: str
    path: str
    diff: bytes
    charset: str
    """How the page's lines in ``diff`` are encoded."""


class Correction(Struct, frozen=True, kw_only=True):
    """Proposals that were applied to a copy of the pages, and did what they are for."""

    texts: tuple[str, ...]
    """What was corrected, a sentence for each proposal."""
    patches: tuple[PagePatch, ...]
    fingerprints: tuple[str, ...] = ()
    """Findings that are gone with it."""
    notes: tuple[str, ...] = ()


class Reproduction(Struct, frozen=True, kw_only=True):
    """How to see it for oneself."""

    command: str
    """Lines for a shell; secrets are variables of the environment."""
    note: str
    """Why it is harmless, or a warning that it is not."""


class Packet(Cause, frozen=True, kw_only=True):
    """A cause, and what is proposed."""

    known: tuple[KnownEntry, ...] = ()
    """Entries that accept some of them for now."""
    correction: Correction | None = None
    questions: tuple[Question, ...] = ()
    reproduction: Reproduction | None = None
    sources: tuple[PageSource, ...] = ()


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(texts))
