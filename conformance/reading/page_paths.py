"""Pages by the folder they stand in, and by the ends of their paths."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping

from conformance.patterns import regex

_PAGE = regex(r"\.(?:mdx?|html?|markdown|txt)$|/?(?:_?index|readme)(?:\.\w+)?$", re.IGNORECASE)
_MAX_SUFFIX = 3
"""Segments of a path by which a page is found."""


def make_page_path(page: str) -> str:
    """A page's path without its ending; ``--`` joins segments in flattened folders."""
    return _PAGE.sub("", page.replace("--", "/")).strip("/").lower()


def index_by_folder(pages: Iterable[str]) -> Mapping[str, str]:
    """The one page of each folder that states something; empty where several do."""
    found: dict[str, str] = {}
    for page in pages:
        folder = posixpath.dirname(page)
        found[folder] = "" if folder in found else page
    return found


def find_nearest(stating: Mapping[str, str], page: str) -> str:
    """What stands in the folder of ``page``, or in the nearest around it."""
    folder = posixpath.dirname(page)
    while folder and folder not in stating:
        folder = posixpath.dirname(folder)
    return stating.get(folder, "")


def list_suffixes(page: str, *, whole: bool = False) -> Iterator[str]:
    """A page's path and the ends of it, the longest first."""
    segments = [s for s in make_page_path(page).split("/") if s not in ("", ".", "..")]
    if whole and len(segments) > _MAX_SUFFIX:
        yield "/".join(segments)
    for count in range(min(_MAX_SUFFIX, len(segments)), 0, -1):
        yield "/".join(segments[-count:])
