"""What is handed to the people who keep a page: one packet for one cause."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TypeAlias

from conformance.drift.known import KnownEntry
from conformance.extract import PageReading
from conformance.extract.subjects import subjects
from conformance.model.contract import Telling
from conformance.model.document import Document
from conformance.model.finding import Finding
from conformance.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class PageSource:
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
        """Its name, as in every :class:`Span` of it."""
        return self.document.page


@dataclass(frozen=True)
class Docs:
    """All pages that findings may point to."""

    sources: tuple[PageSource, ...]

    @cached_property
    def by_page(self) -> Mapping[str, PageSource]:
        """Every page by its name."""
        return {source.page: source for source in self.sources}

    def twins(self, source: PageSource) -> tuple[PageSource, ...]:
        """The page in every language, the given one first."""
        return (
            source,
            *(
                other
                for other in self.sources
                if other is not source and source.place and other.place == source.place
            ),
        )

    def told(self, operation: str, subject: str) -> Iterator[Span]:
        """Every line that tells ``subject``, on all pages."""
        for source in self.sources:
            for told in source.reading.operations:
                if told.key == operation:
                    yield from (span for span, name in subjects(told) if name == subject)

    def tellings(self, operation: str = "") -> Iterator[Telling]:
        """Every row that tells an input or a member, of one operation or of all."""
        for source in self.sources:
            for telling in source.reading.tellings:
                if not operation or telling.operation == operation:
                    yield telling


@dataclass(frozen=True, slots=True, order=True)
class Edit:
    """Lines of a page to be replaced; an ``end_line`` before ``line`` puts lines in before it."""

    page: str
    line: int
    end_line: int
    lines: tuple[str, ...]
    """Decoded, without their ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """A correction that follows from the page itself or from evidence of enough weight."""

    says: str
    """What it does and why, in one sentence."""
    edits: tuple[Edit, ...]
    note: str = ""
    """What is left to do by eye; empty for nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One possible answer, and what it would make of the page."""

    says: str
    edits: tuple[Edit, ...] = ()
    """Empty where the answer has to be put into words by somebody who knows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """What only the keepers of the page can tell."""

    asks: str
    answers: tuple[Answer, ...] = ()


Advice: TypeAlias = Proposal | Question


@dataclass(frozen=True, slots=True)
class PagePatch:
    """The change of one page, as unified diff in git's form, ready for ``git apply``."""

    page: str
    path: str
    diff: bytes
    charset: str
    """How the page's lines in ``diff`` are encoded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Correction:
    """Proposals that were applied to a copy of the pages, and did what they are for."""

    says: tuple[str, ...]
    patches: tuple[PagePatch, ...]
    fingerprints: tuple[str, ...] = ()
    """Findings that are gone with it."""
    notes: tuple[str, ...] = ()
    """What is left to do by eye."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An answer, with the change it would make where one was found to do what it is for."""

    says: str
    patches: tuple[PagePatch, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A question as a packet puts it."""

    asks: str
    options: tuple[Option, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reproduction:
    """How to see it for oneself."""

    command: str
    """Lines for a shell; secrets are variables of the environment."""
    note: str
    """Why it is harmless, or a warning that it is not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """Findings of one cause, and what is proposed."""

    findings: tuple[Finding, ...]
    """All sightings of it, the gravest first; several may share a fingerprint."""
    bonds: tuple[str, ...] = ()
    """Why findings were put together, in words; empty for one alone."""
    known: tuple[KnownEntry, ...] = ()
    """Entries that accept some of them for now."""
    correction: Correction | None = None
    questions: tuple[Asked, ...] = ()
    reproduction: Reproduction | None = None
    sources: tuple[PageSource, ...] = ()
    """The pages concerned."""
    notes: tuple[str, ...] = ()
    """What whoever acts on it has to know besides."""

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


def unique(texts: Iterable[str]) -> tuple[str, ...]:
    """Each once, in order."""
    return tuple(dict.fromkeys(texts))
