"""Pages on their way into a snapshot, byte for byte: from files, addresses and links.

Also whether what an address answers is still the page that was stored from it.  A server that has
no such page any more seldom says so: it answers 200 and shows a login, a consent page, an
application that a script fills, the start page.  Such an answer must not take the place of a page,
so each is compared with the stored one first.
"""

from __future__ import annotations

import datetime as dt
import html
import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from itertools import chain
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


def follow_links(
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
        found = dict.fromkeys(find_links(draft.content, draft.url, within=url))
        left += (link for link in found if link not in seen)
        seen.update(found)
    if left:
        announce(f"not followed: {len(left)} more links; --follow says how many are")


def find_links(content: bytes, url: str, *, within: str) -> Iterator[str]:
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


_DAMAGED: Final = 0.01
"""Share of characters that could not be read, from which on a text counts as damaged."""
_LEFT: Final = 10
"""A page of which less than one part in so many is left is another page."""
_PASSWORD: Final = regex(r"<input\b[^<>]{0,400}?\btype\s{0,9}=\s{0,9}[\"']?password", re.I)
_CLOSED: Final = regex(r"</html\s{0,99}>\s{0,999}\Z", re.I)
_TAIL: Final = 2000
"""Characters at the end in which an HTML document is closed; comments of servers may follow."""
_FORMS: Final = {"html": "HTML", "markdown": "Markdown or text", "flat": "text on one line"}


class Traits(Struct, frozen=True, kw_only=True):
    """What a page is like."""

    form: str
    """``html``, ``markdown`` or ``flat``: how it is read."""
    language: str
    """Primary tag, found from its words; empty when undecided."""
    operations: int
    substance: int
    """Headings, table rows and code samples on it."""
    unreadable: float = 0.0
    """Share of its characters that are none in any charset."""
    closed: bool = False
    """Whether it ends as an HTML document ends."""
    asks_for_password: bool = False


class Refusal(Struct, frozen=True):
    """Why an answer does not take the place of a page, and what to do about it."""

    reason: str
    hint: str = ""


def refusal(language: str, old: Traits, new: Traits) -> Refusal | None:
    """Why answer ``new`` is no more the page stored as ``old`` in ``language`` (a primary tag);
    None when it may be."""
    reasons = chain(_list_reasons(old, new), _list_reasons_in_text(language, old, new))
    return next(map(Refusal, reasons), None)


def _list_reasons(old: Traits, new: Traits) -> Iterator[str]:
    reshaped = old.form != new.form
    if new.unreadable > _DAMAGED >= old.unreadable:
        yield f"{new.unreadable:.0%} of the answer is no text in any charset"
    if new.asks_for_password and not old.asks_for_password and not new.operations:
        yield "not the page any more: the answer asks for a password"
    if old.operations > 0 and not new.operations:
        yield (
            "not the page any more: no operation on what was answered"
            f"{f', as {_FORMS[new.form]}' if reshaped else ''}, {old.operations} "
            "on the stored page (a login, a consent page, a page that a script fills?)"
        )
    if reshaped:
        yield (
            f"answered as {_FORMS[new.form]}, and the stored page is {_FORMS[old.form]}: "
            "it was captured in another way"
        )


def _list_reasons_in_text(language: str, old: Traits, new: Traits) -> Iterator[str]:
    if old.closed and not new.closed:
        yield "the answer breaks off: it is HTML that is not closed"
    if new.substance * _LEFT < old.substance:
        yield (
            f"not the page any more: {new.substance} headings, rows and samples on what was "
            f"answered, {old.substance} on the stored page"
        )
    if old.language == language and new.language not in ("", language):
        yield f"answered in another language: {new.language}, not {language}"


def misread(content: bytes, charset: str, lines: Sequence[str]) -> tuple[Refusal | None, str]:
    """Whether a server's charset gives another text than the ``lines`` read from the bytes alone.

    A stored page has nothing but its bytes, so one that is right only with the declared charset is
    refused; where the bytes prove the server wrong, a note is enough.
    """
    declared = _decode(content, charset) if charset else None
    if not charset or (
        declared is not None and declared.splitlines() == "\n".join(lines).splitlines()
    ):
        return None, ""
    if declared is None or _decode(content, "utf-8") is not None:
        return None, f"the server calls it {charset}, which its bytes are not; they were believed"
    reason = f"its letters are right only as {charset}, which the server says and its bytes do not"
    return Refusal(reason, "save the page as UTF-8 from a browser and give the file"), ""


def _decode(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except (LookupError, ValueError):
        return None


def asks_for_password(text: str) -> bool:
    """Whether a page of HTML has a field for a password."""
    return bool(_PASSWORD.search(text))


def is_closed(text: str) -> bool:
    """Whether a page of HTML was received to its end, as far as one can tell."""
    return bool(_CLOSED.search(text[-_TAIL:]))
