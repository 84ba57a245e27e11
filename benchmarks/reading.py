"""Reading a page: bytes to blocks, beside markdown-it-py's parse of the same text."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt

from benchmarks.measure import Ratio, compare, main
from conformance.pages.exchange import find_root
from conformance.parse import parse_page

_SUFFIXES = (".md", ".mdx", ".txt")


def measure() -> Iterator[Ratio]:
    """All pages of docs_snapshot, tables and cells included."""
    folder = find_root(None) / "docs_snapshot"
    pages = {p: p.read_bytes() for p in sorted(folder.glob("*/*/*")) if p.suffix in _SUFFIXES}
    assert pages, f"no pages under {folder}"
    reader = MarkdownIt("commonmark").enable("table")

    def ours() -> None:
        for path, data in pages.items():
            parse_page(data, path.name)

    def theirs() -> None:
        for data in pages.values():
            reader.parse(data.decode())

    name = f"parse {len(pages)} pages"
    yield compare(name, ours, "markdown-it-py", theirs, goal=0.8, rounds=25, repeat=4)
    for path, data in pages.items():
        yield _one(path, data, reader)


def _one(path: Path, data: bytes, reader: MarkdownIt) -> Ratio:
    return compare(
        f"parse {path.parts[-3]}/{path.parts[-2]}",
        lambda: parse_page(data, path.name),
        "markdown-it-py",
        lambda: reader.parse(data.decode()),
        rounds=25,
        repeat=10,
    )


if __name__ == "__main__":
    main(measure)
