"""Pages on their way into a snapshot: from files, folders and addresses, byte for byte."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from conformance.errors import InputError
from conformance.pages.exchange import read_bytes
from conformance.pages.fetch import Fetcher
from conformance.pages.placing import name_from_url
from conformance.pages.sources import Problem, find_sources, language_among


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
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


def stored_drafts(paths: Iterable[Path]) -> Iterator[Draft | Problem]:
    """The pages under ``paths``, one at a time, and what should be one and cannot be read.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    sources = find_sources(paths)
    yield from sources.problems
    for skipped in sources.skipped:
        yield Problem(skipped.path, str(skipped.path), skipped.reason)
    for page in sources.pages:
        try:
            content = read_bytes(page.path)
        except InputError as error:
            yield Problem(page.path, page.page, str(error))
        else:
            language, source = page.language, str(page.path)
            yield Draft(content=content, source=source, name=page.page, language=language)


def fetched_draft(url: str, fetcher: Fetcher) -> Draft:
    """The page at ``url``.

    Raises:
        ConformanceError: it cannot be had.
    """
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
