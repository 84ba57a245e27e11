"""An exchange set up from its pages, whole or not at all."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import shlex
import shutil
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import replace

from conformance import vocabulary
from conformance.drift.known import HEADER, accept, load_known, render_known
from conformance.errors import InputError, UsageError
from conformance.model.document import Document
from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.pages.drafts import (
    UNKNOWN_LANGUAGE,
    Draft,
    FreePaths,
    NotFetched,
    fetch_draft,
    follow_links,
    misread,
    read_stored_drafts,
)
from conformance.pages.exchange import (
    KNOWN_DRIFT,
    MANIFEST,
    SNAPSHOT,
    Exchange,
    Page,
    find_root,
    has_manifest,
    is_language,
    is_web_address,
    load_exchange,
    read_bytes,
    read_listed_paths,
)
from conformance.pages.fetch import Fetcher
from conformance.pages.files import walk_folder, write_atomic
from conformance.pages.manifest_text import ExchangeFacts, manifest_text, merge_text
from conformance.pages.sources import UnreadableSource, sides_of_exchange
from conformance.pages.staging import StagedFolder, Staging, staging
from conformance.parse import parse_page
from conformance.parse.source import decode
from conformance.patterns import regex
from conformance.pipeline.comparison import compare_all, lint_exchange, read_sides
from conformance.pipeline.pages import read_exchange, read_paths
from conformance.pipeline.project import CASSETTES, SCHEMAS, languages, schema_files
from conformance.pipeline.settings import shorten_path
from conformance.pipeline.snapshots import lock_project
from conformance.pipeline.weights import apply_own_severities
from conformance.report.setup import Setup
from conformance.schema.files import write_files


class PageCopies(Struct):
    """Pages as they are copied into a folder."""

    folder: Path
    language: str
    """For pages that are in no language of their own."""
    pages: list[Page] = field(default_factory=list)
    not_read: list[str] = field(default_factory=list)
    _places: FreePaths = field(default_factory=FreePaths)
    _rest: list[tuple[Draft, Document]] = field(default_factory=list)
    """Pages with too few words to tell their language."""

    def add(self, draft: Draft | NotFetched | UnreadableSource) -> None:
        """Copy one page byte for byte, or note why there is none."""
        if not isinstance(draft, Draft):
            where = f"{draft.path}: " if isinstance(draft, UnreadableSource) else ""
            self.not_read.append(f"{where}{draft.reason}")
            return
        document = parse_page(draft.content, draft.name)
        primary, dash, rest = draft.language.partition("-")
        tag = primary.lower() + dash + rest
        is_known = primary.lower() in vocabulary.languages()
        doubted = not is_known and document.language not in ("", primary.lower())
        language = document.language if doubted else tag or document.language or self.language
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
        readings = read_paths([self.folder]).readings
        documenting = {r.page for r in readings if r.operations or r.coverage.rows}
        for page in [page for page in self.pages if page.path not in documenting]:
            (self.folder / page.path).unlink()
            self.pages.remove(page)
            self.not_read.append(f"{page.url or page.path}: documents nothing; not kept")

    def _copy(self, draft: Draft, document: Document, language: str) -> None:
        path = self._places.take(draft.name, language)
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(target, draft.content)
        canonical = dict(document.metadata).get("canonical", "")
        page = Page(
            path=path,
            language=language,
            sha256=hashlib.sha256(draft.content).hexdigest(),
            url=draft.url or (canonical if is_web_address(canonical) else ""),
            retrieved=draft.retrieved,
            etag=draft.etag,
            last_modified=draft.last_modified,
        )
        self.pages.append(page)
        if misread(draft.content, draft.charset, document.lines) != (None, ""):
            what = f"the server calls it {draft.charset}; its bytes were read as something else"
            self.not_read.append(f"{path}: {what}: look whether its letters are right")


DAYS: Final = 90
"""How long findings accepted unseen are accepted."""
_NAME: Final = regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")
_REASON: Final = "accepted at init; not yet judged"
_SCHEMES: Final = ("http:", "https:")
_NOTHING_HINT: Final = (
    "a page has to state a method and a path (GET /orders); if a script builds the page in the "
    "browser, save it from there, rendered, and give the file; conformance extract --format text "
    "PATH shows what is understood"
)


class SetupRequest(Struct, frozen=True, kw_only=True):
    """What exchange is set up, from what, and how."""

    name: str
    sources: tuple[str, ...]
    """Files, folders and addresses."""
    docs_root: Path | None = None
    title: str = ""
    language: str = ""
    """Of pages whose language is not clear from their words or folder."""
    accept: bool = False
    """Accept what is found in the pages themselves, for :data:`DAYS`."""
    force: bool = False
    """Renew the pages of an exchange of that name."""
    allow_http: bool = False
    follow: int = 0
    """Pages that are followed from each address, at most."""


def set_up_exchange(request: SetupRequest, announce: Callable[[str], None]) -> Setup:
    """Copy and describe pages, generate schemas, and say what was read; ``announce`` gets what is
    fetched or removed.  Raises UsageError: the name is taken or invalid, or a source is refused;
    InputError: no page could be read, or none has an operation."""
    root = _find_root(request.docs_root)
    if request.language and not is_language(request.language):
        raise UsageError(f"{request.language!r} is no language tag", hint="write en or zh-TW")
    # a folder around the snapshot would bring along the pages of every other exchange
    own = (root / SNAPSHOT).resolve()
    for source in request.sources:
        if not source:
            raise UsageError("an empty path", hint="name a file, a folder or an address")
        if not _is_url(source) and own.is_dir() and own.is_relative_to(Path(source).resolve()):
            hint = "name the folder of this exchange's pages alone"
            raise UsageError(f"{source}: holds {own}, the pages of every exchange", hint=hint)
    pages, schemas = root / SNAPSHOT / request.name, root / SCHEMAS / request.name
    with lock_project(root) as left_behind:
        for line in left_behind:
            announce(line)
        _refuse_taken(request, (pages, schemas))
        with staging(pages, schemas) as stage:
            copies = PageCopies(stage.pages.building, request.language)
            for draft in _collect_drafts(request, announce):
                copies.add(draft)
            copies.add_rest()
            if request.follow and copies.pages:
                copies.drop_empty()
            setup = _build(request, stage, copies)
            _keep_own_files(stage.pages)
            gone = _find_gone_pages(stage.pages)
            stage.publish()
        for path in gone:
            announce(f"{shorten_path(path)}: no longer among the pages; removed")
    cassettes = root / CASSETTES / request.name
    return replace(
        setup,
        has_evidence=cassettes.is_dir(),
        evidence_folder=shorten_path(cassettes),
        command=_write_command(request.name, root),
    )


def _refuse_taken(request: SetupRequest, folders: Sequence[Path]) -> None:
    if not _NAME.match(request.name):
        hint = "letters, digits, '-' and '_', at most 64, beginning with a letter or digit"
        raise UsageError(f"{request.name!r} is no name for an exchange", hint=hint)
    for folder in folders:
        empty = folder.is_dir() and not any(folder.iterdir())
        if not request.force and os.path.lexists(folder) and not empty:
            what = "an exchange" if has_manifest(folder) else "something else"
            hint = (
                "choose another name, or renew its pages with --force: what people wrote in "
                f"{MANIFEST} and {KNOWN_DRIFT} is kept"
            )
            raise UsageError(f"{folder}: there is {what} of that name already", hint=hint)


def _find_root(given: Path | None) -> Path:
    """The project's root; else the current folder becomes one."""
    if given is None:
        try:
            return find_root()
        except UsageError:
            return Path.cwd()
    if not given.is_dir():
        raise UsageError(f"{given}: no such folder", hint="make it first or correct the path")
    return given.resolve().parent if given.resolve().name == SNAPSHOT else given


def _collect_drafts(
    request: SetupRequest, announce: Callable[[str], None]
) -> Iterator[Draft | NotFetched | UnreadableSource]:
    urls = [source for source in request.sources if _is_url(source)]
    yield from read_stored_drafts([Path(s) for s in request.sources if not _is_url(s)])
    fetcher = Fetcher(request.allow_http)
    for url in dict.fromkeys(urls):
        if request.follow:
            yield from follow_links(url, fetcher, request.follow, announce)
        else:
            announce(f"fetching {url}")
            yield fetch_draft(url, fetcher)


def _is_url(source: str) -> bool:
    return "://" in source or source.lower().startswith(_SCHEMES)


def _build(request: SetupRequest, stage: Staging, copies: PageCopies) -> Setup:
    if not copies.pages:
        why = "; ".join(copies.not_read[:3]) or "nothing was found there"
        raise InputError(f"no page could be read: {why}", hint="give pages of documentation")
    exchange = _describe_exchange(request, stage, copies, ExchangeFacts())
    read = {language: read_exchange(exchange, language) for language in languages(exchange)}
    contracts = [pages.contract for pages in read.values()]
    if not any(contract.operations for contract in contracts):
        names = ", ".join(page.path for page in copies.pages[:3])
        more = f" and {len(copies.pages) - 3} more" if len(copies.pages) > 3 else ""
        what = f"no operation was found on {names}{more}; nothing was set up"
        raise InputError(what, hint=_NOTHING_HINT)
    operations = [o for contract in contracts for o in contract.operations]
    root = exchange.root
    facts = ExchangeFacts(
        servers=tuple((s, _find_line(s, o.span, root)) for o in operations for s in o.servers),
        auth=tuple(auth for o in operations for auth in o.auth),
        rate_limits=tuple(limit for o in operations for limit in o.rate_limits),
    )
    exchange = _describe_exchange(request, stage, copies, facts)
    if stage.schemas.final.is_dir():
        shutil.copytree(stage.schemas.final, stage.schemas.building, symlinks=True)
    write_files(stage.schemas.building, schema_files(exchange), prune=True)
    found = _find_findings(exchange)
    findings = tuple(finding for finding in found if finding.severity > Severity.INFO)
    return Setup(
        folder=shorten_path(stage.pages.final),
        readings=tuple(reading for pages in read.values() for reading in pages.readings),
        gaps=tuple(gap for contract in contracts for gap in contract.gaps),
        findings=findings,
        infos=tuple(finding for finding in found if finding.severity is Severity.INFO),
        accepted=_keep_known(request, stage, findings),
        days=DAYS,
        not_read=tuple(copies.not_read),
    )


def _describe_exchange(
    request: SetupRequest, stage: Staging, copies: PageCopies, facts: ExchangeFacts
) -> Exchange:
    folder, old = stage.pages.building, stage.pages.final / MANIFEST
    text = manifest_text(request.title or request.name, copies.pages, facts)
    if has_manifest(old.parent):
        read_listed_paths(old.parent)
        text = merge_text(old.read_bytes().decode(), text, title=request.title)
    write_atomic(folder / MANIFEST, text.encode())
    return load_exchange(folder)


def _keep_own_files(pages: StagedFolder) -> None:
    if not pages.final.is_dir():
        return
    for path in sorted(pages.final.iterdir()):
        target = pages.building / path.name
        is_own = path.name.startswith(".") or path.stem.upper() == "README"
        if is_own and path.is_dir() and not path.is_symlink():
            shutil.copytree(path, target, symlinks=True)
        elif is_own:
            shutil.copy2(path, target, follow_symlinks=False)


def _find_gone_pages(pages: StagedFolder) -> list[Path]:
    found = walk_folder(pages.final) if pages.final.is_dir() else ()
    gone = [entry.path for entry in found if not os.path.lexists(pages.building / entry.name)]
    return sorted(gone)


def _find_line(server: str, span: Span, folder: Path) -> Span:
    """Where its page says ``server``; an operation only knows that it does."""
    lines = decode(read_bytes(folder / span.page)).splitlines()
    number = next((number for number, line in enumerate(lines, 1) if server in line), 0)
    return Span(span.page, number, number) if number else span


def _find_findings(exchange: Exchange) -> tuple[Finding, ...]:
    sides = read_sides(sides_of_exchange(exchange)).sides
    found_now = (*lint_exchange(exchange).findings, *compare_all(sides).findings)
    found: dict[str, Finding] = {}
    for finding in apply_own_severities(exchange, found_now):
        found.setdefault(finding.fingerprint, finding)
    return tuple(found.values())


def _keep_known(request: SetupRequest, stage: Staging, findings: Sequence[Finding]) -> int:
    old = stage.pages.final / KNOWN_DRIFT
    known = load_known(old).entries
    text = read_bytes(old).decode() if old.exists() else HEADER
    if request.accept:
        expires = dt.date.today() + dt.timedelta(days=DAYS)
        added = accept(findings, known, _REASON, expires)
        text, known = render_known(added, text), (*known, *added)
    write_atomic(stage.pages.building / KNOWN_DRIFT, text.encode())
    fingerprints = {entry.fingerprint for entry in known}
    return sum(finding.fingerprint in fingerprints for finding in findings)


def _write_command(name: str, root: Path) -> str:
    """What runs the suite from here; without ``--docs-root`` it looks in the parent folders."""
    try:
        elsewhere = find_root().resolve() != root.resolve()
    except UsageError:
        elsewhere = True
    where = f" --docs-root {shlex.quote(str(root))}" if elsewhere else ""
    return f"pytest conformance/ --exchange {name}{where}"
