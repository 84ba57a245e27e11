"""Method and path in the cells of a table: of one operation, or of an index of many."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import Table, Text
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.endpoints.candidate import EndpointCandidate, make_candidates
from conformance.reading.endpoints.labelled import (
    METHOD_ALONE,
    METHOD_WORDS,
    PATH_ALONE,
    PATH_WORDS,
)
from conformance.reading.endpoints.paths import RELATIVE, TARGET, make_rooted
from conformance.reading.endpoints.text import ALONE, SPOKEN, goes_on
from conformance.vocabulary import Phrases, normalize_text

_UNROOTED = regex(rf"^\W{{0,2}}?{RELATIVE}\W{{0,2}}$")
_ROUTE = regex(_UNROOTED.pattern, re.IGNORECASE)
"""In a column of paths, one without the slash it begins with."""
_VERB = regex(r"^\W{0,3}(?P<method>[A-Z]{3,12})\W{0,3}$")
"""In a column of methods: one of HTTP's registry that is rare, or of the API's own."""
_OTHER_LETTERS = regex(r"[^\x00-\x7f]+$")
_NOTED_PATH = regex(rf"^\W{{0,2}}?{TARGET}\W{{0,2}}\s(?:\(?[^/]*|[(\[][^()\[\]]*[)\]])$")
_TITLE = 120
"""Characters of a cell that names an operation."""


def in_table(block: Table, piece: LocatedBlock) -> Iterator[EndpointCandidate]:
    """Rows that hold a method and a path, or two rows that do."""
    found = list(_read_rows(block, piece.place.index))
    paths = {candidate.path for candidate in found}
    if len(paths) < 2:
        yield from found
    else:
        yield from (replace(candidate, standing="index") for candidate in found)


def _read_rows(block: Table, index: int) -> Iterator[EndpointCandidate]:
    grid = [row.cells for row in block.rows]
    spans = [row.span for row in block.rows]
    if block.header:
        grid, spans = [block.header, *grid], [block.span, *spans]
    verbs, routes = _find_column(block.header, METHOD_WORDS), _find_column(block.header, PATH_WORDS)
    pending, above = "", None
    rows = zip(map(_without_span, grid), spans, strict=True)
    for cells, span in ((spread, span) for row, span in rows for spread in _spread_paths(row)):
        whole = next(
            (m for c in cells if "/" in c.plain and (m := _match_announced(c.plain.strip()))), None
        )
        method, at = _find_method(cells, verbs)
        path = whole or _find_path(cells, at, routes)
        labels = not path and at == 1 and above and _is_label(cells, METHOD_WORDS)
        path = path or (above if labels else None)
        method = _find_verb(whole) if whole else method or pending
        if path and method:
            yield from _make_candidate(method, path, span, index, () if labels else cells)
        pending = method if not path else ""
        above = path if not method and _is_label(cells, PATH_WORDS) else None


def _without_span(cells: Sequence[Text]) -> Sequence[Text]:
    """A label and the cell that spans all the other columns as two cells."""
    return cells[:2] if len({cell.plain for cell in cells[1:]}) == 1 else cells


def _spread_paths(cells: Sequence[Text]) -> Iterator[Sequence[Text]]:
    """The row once for each of the paths that one of its cells has on lines of their own."""
    for at, cell in enumerate(cells):
        lines = [line.strip() for line in cell.plain.split("\n")] if "\n" in cell.plain else []
        if len(lines) > 1 and all(map(PATH_ALONE.match, lines)):
            parts = (replace(cell, plain=line, marks=(), breaks=()) for line in lines)
            yield from ([*cells[:at], part, *cells[at + 1 :]] for part in parts)
            return
    yield cells


def _is_label(cells: Sequence[Text], named: Phrases) -> bool:
    """Whether a row is a label and what it is the label of: ``URL | /orders``."""
    return len(cells) == 2 and named.is_whole(normalize_text(cells[0].plain))


def _match_announced(plain: str) -> re.Match[str] | None:
    """Method and path at the begin of a cell that is no sentence about them."""
    hit = SPOKEN.match(plain)
    return hit if hit and not goes_on(plain, hit.end()) else ALONE.match(plain)


def _find_verb(whole: re.Match[str]) -> str:
    found = whole.groupdict()
    return (found["method"] or found["glued"]).upper()


def _find_column(header: Sequence[Text], named: Phrases) -> int | None:
    found = (n for n, cell in enumerate(header) if named.is_whole(normalize_text(cell.plain)))
    return next(found, None)


def _find_method(cells: Sequence[Text], verbs: int | None) -> tuple[str, int | None]:
    verbs = 1 if _is_label(cells, METHOD_WORDS) else verbs
    for number, cell in enumerate(cells):
        plain = cell.plain.strip()
        if number == verbs:
            plain = _OTHER_LETTERS.sub("", plain).upper()
        if hit := METHOD_ALONE.match(plain):
            return hit["method"], number
    if verbs is not None and verbs < len(cells) and (hit := _VERB.match(cells[verbs].plain)):
        return hit["method"], verbs
    return "", None


def _find_path(
    cells: Sequence[Text], method: int | None, routes: int | None
) -> re.Match[str] | None:
    others = [
        make_rooted(cell.plain.strip())
        for number, cell in enumerate(cells)
        if number != method and "/" in cell.plain
    ]
    for form in (PATH_ALONE, _NOTED_PATH):
        if hit := next((m for plain in others if (m := form.match(plain))), None):
            return hit
    if method is not None and routes is not None and routes < len(cells):
        return _ROUTE.match(cells[routes].plain.strip())
    return None


def _make_candidate(
    method: str, path: re.Match[str], span: Span, index: int, cells: Sequence[Text]
) -> Iterator[EndpointCandidate]:
    named = path.groupdict()
    written = named["path"] or named["glued_path"]
    target = next((t for c in cells if (t := _find_link(c))), "")
    labels = (METHOD_WORDS, PATH_WORDS)
    titles = [
        c
        for c in cells
        if _is_title(c.plain.strip())
        and not c.plain.strip(" `").startswith(written)
        and not any(p.is_whole(normalize_text(c.plain)) for p in labels)
    ]
    title = max(titles, key=lambda c: (bool(_find_link(c)), len(c.plain)), default=None)
    names = tuple(c.plain.strip() for c in titles if c is not title)
    for found in make_candidates(
        method, named["server"], written, span, index, title=title.plain.strip() if title else ""
    ):
        yield replace(found, target=target, names=names)


def _find_link(cell: Text) -> str:
    """Where the cell as a whole links to."""
    size = len(cell.plain.strip())
    return next((m.target for m in cell.marks if m.kind == "link" and m.end - m.start >= size), "")


def _is_title(wording: str) -> bool:
    plain = make_rooted(wording)
    return (
        0 < len(plain) <= _TITLE
        and not _UNROOTED.match(plain)
        and not (
            METHOD_ALONE.match(plain.upper()) or PATH_ALONE.match(plain) or SPOKEN.match(plain)
        )
    )
