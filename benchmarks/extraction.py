"""Whole extraction: bytes to operations, beside markdown-it-py's parse of the same text.

Pages of HTML are measured beside Beautiful Soup with lxml.  Readings kept by their text are dropped
before each round, for nobody reads the same pages twice; phrases stay compiled.  Cycles are looked
for as rarely as the command line does, for both sides.
"""

from __future__ import annotations

import functools
import gc
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from bs4 import BeautifulSoup
from markdown_it import MarkdownIt

from benchmarks.measure import Ratio, compare, main
from conformance.cli.main import GARBAGE
from conformance.errors import InputError
from conformance.pages.exchange import find_root
from conformance.pages.sources import find_sources
from conformance.parse import parse_page
from conformance.reading import read_documents

_GOAL = 2.0
_HTML = (".html", ".htm")
_ROUNDS = 5


def measure(folders: Sequence[Path] = ()) -> Iterator[Ratio]:
    """All pages of docs_snapshot, and of each folder given."""
    gc.set_threshold(*GARBAGE)
    yield _one("docs_snapshot", find_root(None) / "docs_snapshot")
    for folder in folders:
        yield _one(f"{folder.parent.name}/{folder.name}", folder)


def _one(name: str, folder: Path) -> Ratio:
    pages = [(source.path.read_bytes(), source.page) for source in find_sources([folder]).pages]
    if not pages:
        raise InputError(f"{folder}: no page was found")

    def read() -> None:
        read_documents([parse_page(data, page) for data, page in pages])

    def ours() -> None:
        for cache in caches:
            cache.cache_clear()
        read()

    read()  # which imports what reads
    caches = tuple(_caches_by_text())

    reference, theirs = _reference(pages)
    title = f"extract {len(pages)} pages of {name}"
    return compare(title, ours, reference, theirs, goal=_GOAL, rounds=_ROUNDS)


def _caches_by_text() -> Iterator[functools._lru_cache_wrapper[object]]:
    """The caches that have a bound; those without are of the vocabulary."""
    for name, module in list(sys.modules.items()):
        for value in vars(module).values() if name.startswith("conformance.") else ():
            is_cache = isinstance(value, functools._lru_cache_wrapper)
            if is_cache and value.cache_parameters()["maxsize"] is not None:
                yield value


def _reference(pages: Sequence[tuple[bytes, str]]) -> tuple[str, Callable[[], None]]:
    """What most of the pages are written for, and how it parses all of them."""
    if sum(page.endswith(_HTML) for _, page in pages) * 2 > len(pages):

        def soup() -> None:
            for data, _ in pages:
                BeautifulSoup(data, "lxml")

        return "Beautiful Soup, lxml", soup
    reader = MarkdownIt("commonmark").enable("table")
    texts = [data.decode("utf-8", "replace") for data, _ in pages]

    def markdown() -> None:
        for text in texts:
            reader.parse(text)

    return "markdown-it-py", markdown


if __name__ == "__main__":
    main(measure, takes_folders=True)
