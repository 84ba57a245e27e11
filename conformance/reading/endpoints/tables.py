"""Method and path in the cells of a table: of one operation, or of an index of many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.model.document import Table, Text
from conformance.model.span import Span
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import EndpointCandidate, make_candidates
from conformance.reading.endpoints.labelled import METHOD_ALONE, PATH_ALONE
from conformance.reading.endpoints.paths import TARGET
from conformance.reading.endpoints.text import SPOKEN
from conformance.reading.vocabulary import ENDPOINT_LABELS, either_of, normal

_METHOD_COLUMN = re.compile(either_of(ENDPOINT_LABELS["method"]))
_VERB = re.compile(r"^\W{0,3}(?P<method>[A-Z]{3,12})\W{0,3}$")
"""In a column of methods: one of HTTP's registry that is rare, or of the API's own."""
_NOTED_PATH = re.compile(rf"^\W{{0,2}}?{TARGET}\W{{0,2}}\s\(?[^/]*$")
_SHARED = 4
"""Paths that one section may document together; a table of more is an index."""


def in_table(block: Table, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """Rows that hold a method and a path, or two rows that do."""
    found = list(_rows(block, piece.place.index))
    paths = {candidate.path for candidate in found}
    if len(paths) < 2:
        yield from found
    else:
        yield from (replace(candidate, standing="index") for candidate in found)


def _rows(block: Table, index: int) -> Iterator[EndpointCandidate]:
    grid = [row.cells for row in block.rows]
    spans = [row.span for row in block.rows]
    if block.header:
        grid, spans = [block.header, *grid], [block.span, *spans]
    verbs = _method_column(block.header)
    pending = ""
    for cells, span in zip(grid, spans, strict=True):
        method, at = _method(cells, verbs)
        whole = next((m for c in cells if (m := SPOKEN.match(c.plain.strip()))), None)
        if whole and whole["path"]:
            yield from _found(whole["method"], whole["server"], whole["path"], span, index, cells)
            pending = ""
            continue
        path = _path([c for n, c in enumerate(cells) if n != at])
        if path and (method or pending):
            yield from _found(method or pending, path["server"], path["path"], span, index, cells)
        pending = method if method and not path else ""


def _method_column(header: Sequence[Text]) -> int | None:
    named = (n for n, cell in enumerate(header) if _METHOD_COLUMN.fullmatch(normal(cell.plain)))
    return next(named, None)


def _method(cells: Sequence[Text], verbs: int | None) -> tuple[str, int | None]:
    for number, cell in enumerate(cells):
        if hit := METHOD_ALONE.match(cell.plain.strip()):
            return hit["method"], number
    if verbs is not None and verbs < len(cells) and (hit := _VERB.match(cells[verbs].plain)):
        return hit["method"], verbs
    return "", None


def _path(cells: Sequence[Text]) -> re.Match[str] | None:
    exact = (hit for cell in cells if (hit := PATH_ALONE.match(cell.plain.strip())))
    noted = (hit for cell in cells if (hit := _NOTED_PATH.match(cell.plain.strip())))
    return next(exact, None) or next(noted, None)


def _found(
    method: str, server: str | None, path: str, span: Span, index: int, cells: Sequence[Text]
) -> Iterator[EndpointCandidate]:
    target = next((m.target for c in cells for m in c.marks if m.kind == "link"), "")
    title = next((c.plain.strip() for c in cells if _is_title(c.plain.strip())), "")
    for candidate in make_candidates(method, server, path, span, index, title=title):
        yield replace(candidate, target=target)


def _is_title(plain: str) -> bool:
    return bool(plain) and not (
        METHOD_ALONE.match(plain) or PATH_ALONE.match(plain) or SPOKEN.match(plain)
    )
