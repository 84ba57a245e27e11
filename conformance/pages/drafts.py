"""Pages on their way into a snapshot, byte for byte: from files, addresses and links."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path, PurePosixPath
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

from msgspec import Struct, field

from conformance.errors import ConformanceError, InputError, UsageError
from conformance.pages.exchange import read_bytes
from conformance.pages.fetch import Fetcher
from conformance.pages.sources import SUFFIXES, UnreadableSource, find_sources, language_among
from conformance.pages.transfer import host_of
from conformance.patterns import regex

UNKNOWN_LANGUAGE: Final = "und"
"""BCP 47's word for a language nobody determined."""

_LONGEST: Final = 180
"""Bytes of one name; file systems take 255, and a number or a suffix may be added."""
_UNSAFE: Final = regex(r'[\\:*?"<>|\s]+')
_SUFFIX_OF: Final = {"text/html": ".html", "application/xhtml+xml": ".html", "text/markdown": ".md"}


class FreePaths(Struct):
    """The paths that are in use; names that differ in case alone are one name to some systems."""

    _files: set[str] = field(default_factory=set)
    _folders: set[str] = field(default_factory=set)

    def take(self, name: str, language: str) -> str:
        """A free path for the page its source calls ``name``, from now on taken.  A folder that
        repeats the language is left out; what a file system or a manifest could trip over becomes a
        hyphen."""
        parts = [part for part in map(_clean, name.split("/")) if part] or ["page"]
        tag = language.casefold()
        for n in reversed(range(len(parts) - 1)):
            if parts[n].replace("_", "-").casefold() == tag:
                del parts[n]
                break
        wanted = PurePosixPath(language, *parts)
        if any(str(folder).casefold() in self._files for folder in wanted.parents):
            wanted = PurePosixPath(language, _clean("-".join(parts)))
        path, number = wanted, 1
        while str(path).casefold() in self._files | self._folders:
            number += 1
            path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        self._files.add(str(path).casefold())
        self._folders.update(str(folder).casefold() for folder in path.parents)
        return str(path)


def name_from_url(url: str, media_type: str, content: bytes) -> str:
    """A file name for the page at ``url``, its suffix by what the page is."""
    split = urlsplit(url)
    segments = [part for part in unquote(split.path).split("/") if part] or [split.hostname or ""]
    stem = PurePosixPath(segments[-1])
    if stem.stem == "index" and len(segments) > 1:
        stem = PurePosixPath(segments[-2] + stem.suffix)
    suffix = stem.suffix.lower()
    base = stem.stem if suffix in SUFFIXES else stem.name
    query = f"-{split.query}" if split.query else ""
    if suffix not in SUFFIXES:
        marked = ".html" if content.lstrip()[:1] == b"<" else ".txt"
        suffix = _SUFFIX_OF.get(media_type, marked)
    return f"{base}{query}{suffix}"


def _clean(part: str) -> str:
    """A name that is safe anywhere: printable, not hidden, not a way up, not too long."""
    printable = "".join(c if c.isprintable() else "-" for c in part)
    name = PurePosixPath(_UNSAFE.sub("-", printable).strip(".-"))
    encoded = name.stem.encode()[: _LONGEST - len(name.suffix.encode())] if name.name else b""
    return encoded.decode(errors="ignore") + name.suffix[:_LONGEST]


class Draft(Struct, frozen=True, kw_only=True):
    """One page that has no place yet."""

    content: bytes
    source: str
    """Where it comes from, as the user named it."""
    name: str
    """What it might be called: a relative path with forward slashes."""
    language: str = ""
    """From a folder's name or the address; empty when neither says."""
    charset: str = ""
    """As a server named it; empty when none did."""
    url: str = ""
    retrieved: dt.date | None = None
    etag: str = ""
    last_modified: str = ""


class NotFetched(Struct, frozen=True):
    """An address that was given and gave no page."""

    reason: str


def read_stored_drafts(paths: Iterable[Path]) -> Iterator[Draft | UnreadableSource]:
    """The pages under ``paths``, one at a time, and what should be one and cannot be read.  Raises
    InputError: a path does not exist."""
    sources = find_sources(paths)
    yield from sources.problems
    for skipped in sources.skipped:
        yield UnreadableSource(skipped.path, str(skipped.path), skipped.reason)
    for page in sources.pages:
        try:
            content = read_bytes(page.path)
        except InputError as error:
            yield UnreadableSource(page.path, page.page, str(error))
        else:
            language, source = page.language, str(page.path)
            yield Draft(content=content, source=source, name=page.page, language=language)


def fetch_draft(url: str, fetcher: Fetcher) -> Draft:
    """The page at ``url``.  Raises ConformanceError: it cannot be had."""
    page = fetcher.fetch(url)
    folders = [part for part in unquote(urlsplit(page.url).path).split("/") if part]
    return Draft(
        content=page.content,
        source=url,
        name=name_from_url(page.url, page.media_type, page.content),
        language=language_among(folders),
        charset=page.charset,
        url=page.url,
        retrieved=page.retrieved,
        etag=page.etag,
        last_modified=page.last_modified,
    )


_MOST_LINKS: Final = 20_000
_LINK: Final = regex(
    r"""<a\s[^<>]{0,500}?href=["']?([^"'\s<>]{1,2000})|<loc>\s*([^\s<]{1,2000})|"""
    r"""\]\(<?([^\s()<>]{1,2000})""",
    re.IGNORECASE,
)
_SITEMAP: Final = regex(rb"<(?:urlset|sitemapindex)[\s>]")


def follow(
    url: str, fetcher: Fetcher, most: int, announce: Callable[[str], None]
) -> Iterator[Draft | NotFetched]:
    """The page at ``url`` and at most ``most`` it leads to, the nearest first.  A sitemap is no
    page.  What cannot be had is announced.  Raises UsageError: ``url`` may not be fetched."""
    left, seen = deque([url]), {url}
    while left and len(seen) - len(left) <= most:
        place = left.popleft()
        announce(f"fetching {place}")
        try:
            draft = fetch_draft(place, fetcher)
        except ConformanceError as error:
            if place == url and isinstance(error, UsageError):
                raise
            announce(f"not fetched: {error}")
            if place == url:
                yield NotFetched(str(error))
            continue
        if not _SITEMAP.search(draft.content[:2000]):
            yield draft
        found = dict.fromkeys(links(draft.content, draft.url, within=url))
        left += (link for link in found if link not in seen)
        seen.update(found)
    if left:
        announce(f"not followed: {len(left)} more links; --follow says how many are")


def links(content: bytes, url: str, *, within: str) -> Iterator[str]:
    """Addresses that a page names, on the host of ``within`` and below its folder."""
    folder = urlsplit(within).path.rpartition("/")[0] + "/"
    text = content.decode("utf-8", "replace")
    for number, found in enumerate(_LINK.finditer(text)):
        if number >= _MOST_LINKS:
            return
        written = html.unescape(found[1] or found[2] or found[3])
        try:
            link = urldefrag(urljoin(url, written)).url
            path = urlsplit(link).path
        except ValueError:
            continue
        suffix = PurePosixPath(path).suffix.lower()
        is_page = suffix in SUFFIXES or suffix in ("", ".xml") or suffix[1:].isdigit()
        if host_of(link) == host_of(within) and path.startswith(folder) and is_page:
            yield link
