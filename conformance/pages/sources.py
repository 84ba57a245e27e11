"""Pages given on the command line: any file or folder, no manifest needed.

How a page is named
    A page found in a folder that was given is named by its path relative to that
    folder, with forward slashes (``en/orders.md``); a file that was given itself, by its
    file name.  Where this would give two pages one name, each of them is named by the
    path as it was given, a slash, and its relative path.

What is a page
    In a folder: Markdown, MDX, HTML and text, by suffix, and JSON and YAML that begin as an
    OpenAPI or Swagger document does.  A file that was given itself: any text.  Hidden files
    and folders, manifests, and the README of a snapshot folder (one that is, or directly
    holds, an exchange's folder) are not documentation and are passed over.  Everything else
    that is not read is listed, with the reason.
"""

from __future__ import annotations

import codecs
import os
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path, PurePath, PurePosixPath
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import InputError
from conformance.pages.exchange import KNOWN_DRIFT, MANIFEST, SNAPSHOT, Exchange, has_manifest
from conformance.pages.files import MAX_PAGE, FolderEntry, page_name, walk_folder
from conformance.patterns import regex

SUFFIXES: Final = frozenset((".md", ".markdown", ".mdx", ".rst", ".html", ".htm", ".xhtml", ".txt"))
SPECIFICATION_SUFFIXES: Final = frozenset((".json", ".yaml", ".yml"))
"""Of files that are documentation only if they are an OpenAPI or Swagger document."""

_SPECIFICATION: Final = regex(
    rb"""(?:^|[{,]\s*)["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?[123](?:\.\d|["'\s,]|$)""",
    re.M,
)
_EXTRACTED: Final = b"x-documented-at"
"""What is in every document that was extracted from pages, and in no other."""
_LANGUAGE: Final = regex(
    "(ar|de|en|es|fr|hi|id|it|ja|ko|nl|pl|pt|ru|th|tr|uk|vi|zh)([-_][a-z]{2,4})?", re.IGNORECASE
)
"""Folder names taken for a language; ``ws`` or ``js`` are none."""
_NO_PAGE: Final = "neither Markdown nor HTML nor text by its name"
_SNIFFED: Final = 8192
"""Bytes looked at to tell text from binary."""
_UTF16: Final = (b"\xff\xfe", b"\xfe\xff")


class SourcePage(Struct, frozen=True):
    """A page to read, and what its place says about it."""

    page: str
    """Its name in every span; the module says how it is made."""
    path: Path
    exchange: str = ""
    """Name of the nearest folder with a manifest; empty when there is none."""
    language: str = ""
    """From the manifest or from a folder's name; empty when neither says."""


class Skipped(Struct, frozen=True):
    """What is no documentation by its form, or leads out: worth a word on stderr."""

    path: Path
    reason: str


class UnreadableSource(Struct, frozen=True):
    """What should have been read and cannot be: worth a finding."""

    path: Path
    page: str
    """The name the page would have had; a folder's, when a folder cannot be listed."""
    reason: str


class Sources(Struct, frozen=True):
    """Everything found under the given paths."""

    pages: tuple[SourcePage, ...] = ()
    """In the order of the given paths, and by name within each."""
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[UnreadableSource, ...] = ()


def find_sources(paths: Iterable[Path]) -> Sources:
    """All pages under ``paths``, each file once under its first name.  Raises InputError: a path
    does not exist."""
    pages: dict[Path, tuple[Path, SourcePage]] = {}
    skipped: list[Skipped] = []
    problems: list[UnreadableSource] = []
    for given in paths:
        before, repeated = frozenset(pages), 0
        # folder by folder, so that a/z comes before a.b/c
        for found in sorted(_look(given), key=lambda found: found.path.parts):
            match found:
                case SourcePage():
                    place = found.path.resolve()
                    repeated += place in before
                    pages.setdefault(place, (given, found))
                case Skipped():
                    skipped.append(found)
                case UnreadableSource():
                    problems.append(found)
        if repeated:
            some = f"{repeated} of its pages are given twice, read once"
            skipped.append(Skipped(given, some if given.is_dir() else "given twice, read once"))
    return Sources(_distinguish(tuple(pages.values())), tuple(skipped), tuple(problems))


def exchange_pages(exchange: Exchange) -> tuple[SourcePage, ...]:
    """The pages of a loaded exchange, in manifest order."""
    return tuple(
        SourcePage(page.path, exchange.root / page.path, exchange.name, page.language)
        for page in exchange.pages
    )


def _look(given: Path) -> Iterator[SourcePage | Skipped | UnreadableSource]:
    if given.is_dir():
        for entry in walk_folder(given):
            yield from _look_at(entry, given)
    elif os.path.lexists(given):
        yield _open(FolderEntry(given, page_name(PurePath(given.name))), given.parent)
    else:
        raise InputError(f"{given}: no such file or folder", hint="correct the path")


def _look_at(entry: FolderEntry, given: Path) -> Iterator[SourcePage | Skipped | UnreadableSource]:
    if entry.error:
        yield UnreadableSource(entry.path, entry.name, entry.error)
    elif entry.skipped:
        yield Skipped(entry.path, entry.skipped)
    elif entry.path.name in (MANIFEST, KNOWN_DRIFT) or (
        entry.path.stem.upper() == "README" and _is_snapshot(entry.path.parent.absolute())
    ):
        return
    elif entry.path.suffix.lower() in SUFFIXES or _is_specification(entry.path):
        yield _open(entry, given)
    else:
        named = entry.path.suffix.lower() in SPECIFICATION_SUFFIXES
        why = "no OpenAPI or Swagger document, or one extracted from pages" if named else _NO_PAGE
        yield Skipped(entry.path, why)


def _is_specification(path: Path) -> bool:
    if path.suffix.lower() not in SPECIFICATION_SUFFIXES or not path.is_file():
        return False
    try:
        with path.open("rb") as file:
            head = file.read(_SNIFFED)
    except OSError:
        return False
    return bool(_SPECIFICATION.search(head)) and _EXTRACTED not in head


def _open(entry: FolderEntry, given: Path) -> SourcePage | UnreadableSource:
    path = entry.path
    try:
        if not path.is_file():  # a named pipe would block for ever
            reason = "no regular file" if path.exists() else "a link that leads nowhere"
            return UnreadableSource(path, entry.name, reason)
        with path.open("rb") as file:
            head, size = file.read(_SNIFFED), os.fstat(file.fileno()).st_size
    except OSError as error:
        return UnreadableSource(path, entry.name, error.strerror or str(error))
    if size > MAX_PAGE:
        return UnreadableSource(path, entry.name, f"larger than {MAX_PAGE:,} octets")
    if is_binary(head):
        return UnreadableSource(path, entry.name, "binary, not text")
    exchange = next((near.name for near in path.absolute().parents if has_manifest(near)), "")
    folders = (given.absolute().name, *PurePosixPath(entry.name).parent.parts)
    return SourcePage(entry.name, path, exchange, language_among(folders))


def is_binary(head: bytes) -> bool:
    """Whether a file that begins so is no text: NULs, and not the few of a damaged page."""
    if b"\0" not in head or head.startswith(_UTF16):
        return False
    decoder = codecs.getincrementaldecoder("utf-8")()
    try:
        decoder.decode(head)
    except UnicodeDecodeError:
        return True
    return head.count(0) * 10 > len(head)


def _is_snapshot(folder: Path) -> bool:
    if folder.name == SNAPSHOT or has_manifest(folder):
        return True
    return any(has_manifest(child) for child in folder.iterdir())


def language_among(folders: Sequence[str]) -> str:
    """The last of ``folders`` that is a language tag (``zh-TW``); empty when none is."""
    tags = (folder for folder in reversed(folders) if _LANGUAGE.fullmatch(folder))
    return next(tags, "").replace("_", "-")


def _distinguish(found: tuple[tuple[Path, SourcePage], ...]) -> tuple[SourcePage, ...]:
    names = Counter(page.page for _, page in found)
    return tuple(
        page
        if names[page.page] == 1
        else replace(page, page=page_name(given / page.page if given.is_dir() else given))
        for given, page in found
    )


class TwinPage(Struct, frozen=True):
    """A page and its place within its side."""

    place: str
    source: SourcePage


class SideSources(Struct, frozen=True, kw_only=True):
    """The pages of one side; ``label/place`` names each of them in every span."""

    label: str
    pages: tuple[TwinPage, ...]
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[UnreadableSource, ...] = ()
    unread: tuple[str, ...] = ()
    """Places of the pages among the problems."""

    def file_of(self, page: TwinPage) -> Path:
        return page.source.path


def sides_of_paths(paths: Sequence[Path]) -> tuple[SideSources, ...]:
    """One side for each path, labelled by as much of it as sets it apart.  Raises InputError: a
    path does not exist."""
    found = [find_sources([path]) for path in paths]
    # files alone are one page, whatever they are called
    place = "" if any(path.is_dir() for path in paths) else paths[0].name
    sides = []
    for label, sources in zip(labels_of(paths), found, strict=True):
        pages = tuple(TwinPage(place or p.page, rename_page(label, p)) for p in sources.pages)
        sides.append(
            SideSources(
                label=label, pages=pages, skipped=sources.skipped, problems=sources.problems
            )
        )
    return tuple(sides)


def sides_of_exchange(exchange: Exchange) -> tuple[SideSources, ...]:
    """One side for each language; a page's place is its path without the language's folder."""
    sides: dict[str, list[TwinPage]] = {}
    for page in exchange_pages(exchange):
        twin = TwinPage(_without(page.page, page.language), page)
        sides.setdefault(page.language, []).append(twin)
    return tuple(SideSources(label=label, pages=tuple(pages)) for label, pages in sides.items())


def labels_of(paths: Sequence[Path]) -> list[str]:
    """As much of the path of each folder as tells them apart; else the names of the files."""
    folders = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    for count in range(1, max(len(folder.parts) for folder in folders) + 1):
        labels = [PurePosixPath(*folder.parts[-count:]).as_posix() for folder in folders]
        if len(set(labels)) == len(labels):
            return labels
    stems = [path.stem for path in paths]
    if len(set(stems)) == len(stems):
        return stems
    return [f"{number}:{path.name}" for number, path in enumerate(paths, 1)]


def rename_page(label: str, page: SourcePage) -> SourcePage:
    """The page, called by its side; one whose side is called after it keeps its name."""
    own = PurePosixPath(page.page).stem == label
    return page if own else replace(page, page=f"{label}/{page.page}")


def _without(path: str, language: str) -> str:
    first, _, rest = path.partition("/")
    return rest if rest and first.casefold() == language.casefold() else path
