"""Pages that an index page or a sitemap leads to, within its host and below its folder."""

from __future__ import annotations

import html
import re
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath
from typing import Final
from urllib.parse import urldefrag, urljoin, urlsplit

from conformance.errors import ConformanceError
from conformance.pages.drafts import Draft, fetched_draft
from conformance.pages.fetch import Fetcher
from conformance.pages.sources import SUFFIXES
from conformance.pages.transfer import host_of

MOST_FOLLOWED: Final = 1000
"""Pages of one setting up; one a second."""
_MOST_LINKS: Final = 20_000
_LINK: Final = re.compile(
    r"""<a\s[^<>]{0,500}?href=["']?([^"'\s<>]{1,2000})|<loc>\s*([^\s<]{1,2000})|"""
    r"""\]\(<?([^\s()<>]{1,2000})""",
    re.IGNORECASE,
)
_SITEMAP: Final = re.compile(rb"<(?:urlset|sitemapindex)[\s>]")


def follow(
    url: str, fetcher: Fetcher, most: int, announce: Callable[[str], None]
) -> Iterator[Draft]:
    """The page at ``url`` and those it leads to, at most ``most`` of them, the nearest first.

    A sitemap leads to pages and is none.  What is linked and cannot be had is announced.

    Raises:
        ConformanceError: ``url`` itself cannot be had.
    """
    left, seen = deque([url]), {url}
    while left and len(seen) - len(left) <= most:
        place = left.popleft()
        announce(f"fetching {place}")
        try:
            draft = fetched_draft(place, fetcher)
        except ConformanceError as error:
            if place == url:
                raise
            announce(f"not fetched: {error}")
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
