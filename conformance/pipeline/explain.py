"""One page read with what the others of its folder know, and why it was read so."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.errors import ConformanceError, InputError, UsageError
from conformance.pages.exchange import read_bytes
from conformance.pages.sources import find_sources
from conformance.parse import parse_page
from conformance.pipeline.passes import Progress
from conformance.reading import build_index
from conformance.reading.explanation import Explanation, explain
from conformance.reading.preparation import PreparedPage, prepare_page
from conformance.reading.tracing import trace_page


def explain_page(
    page: Path, docs: Sequence[Path], line: int | None = None, progress: Progress | None = None
) -> Explanation:
    """Why ``page``, or that line of it, was read so; ``docs`` are the pages it may point to.

    Raises:
        InputError: the page cannot be read.
        UsageError: it has no such line.
    """
    document = parse_page(read_bytes(page), page.name)
    if line is not None and line > len(document.lines):
        raise UsageError(
            f"{page}: there is no line {line}", hint=f"the page has {len(document.lines)}"
        )
    prepared: list[PreparedPage] = []
    sources = find_sources(docs or [page.parent]).pages
    name = next((s.page for s in sources if s.path.resolve() == page.resolve()), None)
    if name is None:
        raise InputError(f"{page}: not among the pages of --docs", hint="name its folder")
    for number, source in enumerate(sources, 1):
        if progress:
            progress(number, len(sources), source.page)
        try:
            prepared.append(prepare_page(parse_page(read_bytes(source.path), source.page)))
        except ConformanceError:
            continue  # that page is not the one in question
    document = parse_page(read_bytes(page), name)
    explanation = explain(trace_page(document, build_index(prepared)))
    return explanation if line is None else explanation.near(line)
