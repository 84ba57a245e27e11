"""Pages copied byte for byte into the folder of a new exchange, each under its language."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path

from conformance.model.document import Document
from conformance.pages.drafts import UNKNOWN_LANGUAGE, Draft, FreePaths
from conformance.pages.exchange import Page, is_web_address
from conformance.pages.files import write_atomic
from conformance.pages.sources import UnreadableSource
from conformance.parse import parse_page
from conformance.pipeline.pages import read_paths
from conformance.vocabulary import languages


@dataclass(slots=True)
class PageCopies:
    """Pages as they are copied into a folder."""

    folder: Path
    language: str
    """For pages that are in no language of their own."""
    pages: list[Page] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    _places: FreePaths = field(default_factory=FreePaths)
    _rest: list[tuple[Draft, Document]] = field(default_factory=list)
    """Pages with too few words to tell their language."""

    def add(self, draft: Draft | UnreadableSource) -> None:
        """Copy one page byte for byte, or note why there is none."""
        if isinstance(draft, UnreadableSource):
            self.not_read.append(f"{draft.path}: {draft.reason}")
            return
        document = parse_page(draft.content, draft.name)
        language = _language(document, draft.language, self.language)
        if language:
            self._copy(draft, document, language)
        else:
            self._rest.append((draft, document))

    def add_rest(self) -> None:
        """Copy the pages of no clear language beside the others, where those are in one."""
        known = {page.language for page in self.pages}
        language = known.pop() if len(known) == 1 else UNKNOWN_LANGUAGE
        for draft, document in self._rest:
            self._copy(draft, document, language)

    def drop_empty(self) -> None:
        """Take out again what documents nothing: an index, prose between the pages of an API."""
        documenting = {
            reading.page
            for reading in read_paths([self.folder]).readings
            if reading.operations or reading.coverage.rows
        }
        for page in [page for page in self.pages if page.path not in documenting]:
            (self.folder / page.path).unlink()
            self.pages.remove(page)
            self.not_read.append(f"{page.url or page.path}: documents nothing; not kept")

    def _copy(self, draft: Draft, document: Document, language: str) -> None:
        path = self._places.take(draft.name, language)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, draft.content)
        self.pages.append(_page(draft, document, path, language))
        if draft.charset and not _is_read_as(draft, document):
            self.not_read.append(
                f"{path}: the server calls it {draft.charset}; its bytes were read as something "
                "else: look whether its letters are right"
            )


def _language(document: Document, place: str, given: str) -> str:
    """What its folder is called, as a page may be half translated; else what its words are in.

    A folder's name that is no language of the vocabulary may be a word of its own (``it``,
    ``id``): clear words of the page come before that.  Empty where nothing says it.
    """
    primary, dash, rest = place.partition("-")
    tag = primary.lower() + dash + rest
    doubted = document.language not in ("", primary.lower()) and primary.lower() not in languages()
    return document.language if doubted else tag or document.language or given


def _page(draft: Draft, document: Document, path: str, language: str) -> Page:
    canonical = dict(document.metadata).get("canonical", "")
    return Page(
        path=path,
        language=language,
        sha256=hashlib.sha256(draft.content).hexdigest(),
        url=draft.url or (canonical if is_web_address(canonical) else ""),
        retrieved=draft.retrieved,
        etag=draft.etag,
        last_modified=draft.last_modified,
    )


def _is_read_as(draft: Draft, document: Document) -> bool:
    """Whether the charset a server named gives the text that was read."""
    try:
        text = draft.content.decode(draft.charset)
    except (LookupError, ValueError):
        return False
    return text.lstrip("\ufeff").splitlines() == "\n".join(document.lines).splitlines()
