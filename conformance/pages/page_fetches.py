"""The pages of an exchange fetched again one by one, and its next state built of the answers."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shutil
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import StrEnum
from pathlib import Path, PurePosixPath
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import ConformanceError, InputError
from conformance.model.finding import Finding
from conformance.pages.drafts import UNKNOWN_LANGUAGE, Refusal
from conformance.pages.exchange import MANIFEST, Exchange, Page, load_exchange, read_page
from conformance.pages.fetch import Fetched, Fetcher, NotModified
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import renew_text
from conformance.pages.staging import StagedFolder, Staging, storing
from conformance.pages.transfer import web_address


class SnapshotResult(Struct, frozen=True, kw_only=True):
    """One exchange after its pages were fetched."""

    exchange: str
    fetches: tuple[PageFetch, ...] = ()
    """One for each page of the manifest, in its order."""
    changes: tuple[Finding, ...] = ()
    """What the changed pages mean for a client."""
    problems: tuple[str, ...] = ()
    """What of the two states could not be compared, in sentences."""
    schemas: tuple[str, ...] = ()
    """Generated files that were written or removed along with the pages."""
    stored: bool = False
    """Whether anything was written: not with ``dry_run``, and not when nothing was new."""
    failure: str = ""
    """Why nothing could be stored; empty when it was, or there was nothing to store."""

    @property
    def counts(self) -> Mapping[FetchOutcome, int]:
        """How many pages came out how."""
        return Counter(page_fetch.outcome for page_fetch in self.fetches)

    @property
    def is_whole(self) -> bool:
        """Whether every requested page could be had, and what was new was stored."""
        return not self.failure and not self.counts.get(FetchOutcome.KEPT)


class Edition(Struct, frozen=True):
    """The folders of one exchange while its next state is built."""

    exchange: Exchange
    """As it is stored."""
    stage: Staging
    dry_run: bool

    def build(self, fetches: Sequence[PageFetch]) -> Exchange:
        """The exchange with what ``fetches`` brought, aside, checked against its manifest.  Raises
        InputError."""
        folder = self.stage.pages.building
        self.stage.require_unchanged()
        with storing(self.stage.pages.final):
            self._copy(self.stage.pages)
        for page_fetch in fetches:
            if page_fetch.outcome is FetchOutcome.CHANGED:
                write_atomic(_resolve_inside(folder, page_fetch.page.path), page_fetch.content)
        text = (folder / MANIFEST).read_bytes().decode()
        renewals = {page_fetch.page.path: page_fetch.renewal for page_fetch in fetches}
        write_atomic(folder / MANIFEST, renew_text(text, renewals).encode())
        built = load_exchange(folder)
        for page in built.pages:
            read_page(built, page)
        return built

    def copy_schemas(self) -> Path:
        """The folder of the schemas, aside, as it is now; empty where there is none."""
        with storing(self.stage.schemas.final):
            if self.stage.schemas.final.is_dir():
                self._copy(self.stage.schemas)
            else:
                self.stage.schemas.building.mkdir(parents=True)
        return self.stage.schemas.building

    def publish_manifest(self) -> None:
        """Publish the manifest alone: no page has changed.  Raises InputError: it is as it was."""
        self.stage.require_unchanged()
        content = (self.stage.pages.building / MANIFEST).read_bytes()
        write_atomic(self.stage.pages.final / MANIFEST, content)

    def _copy(self, place: StagedFolder) -> None:
        """Files are linked where they are only moved about, copied where nothing may be touched."""
        copy = shutil.copy2 if self.dry_run else _link_file
        shutil.copytree(place.final, place.building, symlinks=True, copy_function=copy)


def _link_file(source: str, target: str) -> str:
    """The same file under another name, or a copy where file systems know no such thing."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        return str(shutil.copy2(source, target))
    return target


def _resolve_inside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{name}: is a link to elsewhere", hint="put the page itself there")
    return path


Progress = Callable[[int, int, str], None]
"""Called with (done, all, name) before each page, and once more after the last."""

MOST_BYTES: Final = 256_000_000
"""Changed pages of one exchange that are kept in memory, in all."""
_PLAIN: Final = frozenset((".md", ".markdown", ".mdx", ".rst", ".txt"))
_PLAIN_FIRST: Final = "text/markdown, text/plain;q=0.9, text/html;q=0.5, */*;q=0.1"
"""Some sites give the same page as Markdown to who prefers it (RFC 9110, section 12.5.1)."""


class FetchOutcome(StrEnum):
    """What came of asking for a page."""

    UNCHANGED = "unchanged"
    CHANGED = "changed"
    KEPT = "kept"
    """It could not be had, or what was answered is not the page: the stored one stays."""
    NOT_ASKED = "not-asked"


class PageFetch(Struct, frozen=True, kw_only=True):
    """One page of an exchange, and what came of asking for it."""

    page: Page
    outcome: FetchOutcome
    reason: str = ""
    """How it is known to be unchanged; why it was kept or not requested."""
    hint: str = ""
    """What to do about a page that was kept."""
    notes: tuple[str, ...] = ()
    """What a person should look at all the same."""
    url: str = ""
    """The address that answered, after redirects; empty when none did."""
    content: bytes = b""
    """The new bytes of a page that changed."""
    operations: int | None = None
    """Operations that the new bytes document; None when there are none."""
    etag: str = ""
    last_modified: str = ""
    retrieved: dt.date | None = None

    @property
    def sha256(self) -> str:
        """Of the bytes the page is going to have."""
        changed = self.outcome is FetchOutcome.CHANGED
        return hashlib.sha256(self.content).hexdigest() if changed else self.page.sha256

    @property
    def renewal(self) -> dict[str, object]:
        """Keys of the manifest that get another value; an empty one takes the key out.  "Not
        modified" renews nothing; the same bytes once more renew validators and a missing date."""
        if self.retrieved is None:
            return {}
        page = self.page
        is_new = self.outcome is FetchOutcome.CHANGED or page.retrieved is None
        renewed: dict[str, object] = {
            "retrieved": self.retrieved if is_new else page.retrieved,
            **{key: getattr(self, key) for key in ("etag", "last_modified", "sha256")},
        }
        return {key: value for key, value in renewed.items() if value != getattr(page, key)}


class Judgement(Struct, frozen=True, kw_only=True):
    """What a reader of pages makes of an answer."""

    refusal: Refusal | None
    """Why it is not the page any more; None when it may be."""
    notes: tuple[str, ...] = ()
    operations: int = 0


Judge = Callable[[Page, bytes, Fetched], Judgement]
"""Holds an answer against the page's stored bytes."""


class Round(Struct, frozen=True):
    """How the pages are fetched."""

    fetcher: Fetcher
    judge: Judge
    replaced: frozenset[str] = frozenset()
    """Pages whose answer is stored whatever the judge says, and requested without conditions."""


def fetch_pages(exchange: Exchange, how: Round, progress: Progress) -> tuple[PageFetch, ...]:
    """Ask for every page that has an address; what cannot be had is kept.  Raises InputError: a
    stored page is missing or changed."""
    return tuple(_refuse_duplicates(list(_fetch_each(exchange, how, progress)), how.replaced))


def _fetch_each(exchange: Exchange, how: Round, progress: Progress) -> Iterator[PageFetch]:
    size, count = 0, len(exchange.pages)
    for done, page in enumerate(exchange.pages):
        progress(done, count, page.path)
        page_fetch = _fetch_page(page, read_page(exchange, page), how)
        size += len(page_fetch.content)
        if size > MOST_BYTES:
            page_fetch = _keep(
                page, "this run holds as many changed pages as it can", "run it again"
            )
        yield page_fetch
    progress(count, count, "")


def _fetch_page(page: Page, old: bytes, how: Round) -> PageFetch:
    is_replaced = page.path in how.replaced
    if not page.url or not (page.fetch or is_replaced):
        reason = "captured by hand: fetch = false" if page.url else "no address"
        return PageFetch(page=page, outcome=FetchOutcome.NOT_ASKED, reason=reason)
    try:
        answer = _ask(page, how.fetcher, unconditionally=is_replaced)
        moved = answer.url != web_address(page.url, allow_http=how.fetcher.allow_http)
    except ConformanceError as error:
        return _keep(page, str(error.args[0]), error.hint)
    note = f"answered by {answer.url}: if the page has moved, correct its url in the manifest"
    notes = (note,) if moved else ()
    if isinstance(answer, NotModified):
        outcome, reason = FetchOutcome.UNCHANGED, "not modified, says the server"
        return PageFetch(page=page, outcome=outcome, reason=reason, url=answer.url, notes=notes)
    page_fetch = PageFetch(
        page=page,
        outcome=FetchOutcome.CHANGED,
        notes=notes,
        url=answer.url,
        etag=answer.etag,
        last_modified=answer.last_modified,
        retrieved=answer.retrieved,
    )
    if answer.content == old:
        return replace(page_fetch, outcome=FetchOutcome.UNCHANGED, reason="the same bytes")
    judgement = how.judge(page, old, answer)
    if judgement.refusal and not is_replaced:
        return _refuse(page_fetch, judgement.refusal)
    notes = (*notes, *([judgement.refusal.reason] if judgement.refusal else []), *judgement.notes)
    return replace(page_fetch, content=answer.content, operations=judgement.operations, notes=notes)


def _ask(page: Page, fetcher: Fetcher, *, unconditionally: bool) -> Fetched | NotModified:
    preferences = {}
    if page.language != UNKNOWN_LANGUAGE:
        preferences["Accept-Language"] = page.language
    if PurePosixPath(page.path).suffix.lower() in _PLAIN:
        preferences["Accept"] = _PLAIN_FIRST
    return fetcher.fetch_if_changed(
        page.url,
        etag="" if unconditionally else page.etag,
        last_modified="" if unconditionally else page.last_modified,
        preferences=preferences,
    )


def _keep(page: Page, reason: str, hint: str) -> PageFetch:
    return PageFetch(page=page, outcome=FetchOutcome.KEPT, reason=reason, hint=hint)


def _refuse(page_fetch: PageFetch, refusal: Refusal) -> PageFetch:
    """The stored page stays; no header of the answer is kept."""
    page = page_fetch.page
    fragment = "what follows # is not sent to servers; " if "#" in page.url else ""
    hint = refusal.hint or (
        f"{fragment}look at the address in a browser; take the answer with --replace {page.path}, "
        "or, if the stored page was captured by hand, write fetch = false beside its url"
    )
    return replace(_keep(page, refusal.reason, hint), url=page_fetch.url, notes=page_fetch.notes)


def _refuse_duplicates(
    fetches: Sequence[PageFetch], replaced: frozenset[str]
) -> Iterator[PageFetch]:
    """Pages that were different do not become one: that is a start page, a login, a notice."""
    for page_fetch in fetches:
        alike = (v for v in fetches if v.sha256 == page_fetch.sha256)
        others = (v for v in alike if v.page.sha256 != page_fetch.page.sha256)
        other = next(others, None) if page_fetch.outcome is FetchOutcome.CHANGED else None
        if other is None or page_fetch.page.path in replaced:
            yield page_fetch
        else:
            reason = f"not the page any more: the same was answered as {other.page.path} has"
            yield _refuse(page_fetch, Refusal(reason))
