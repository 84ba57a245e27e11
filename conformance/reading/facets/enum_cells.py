"""Lists of values in cells: that of the type, and one that holds nothing else."""

from __future__ import annotations

import re
from functools import lru_cache

from conformance.patterns import regex
from conformance.reading.facets.enum_lists import PLAIN_VALUE, SIGNS, VALUE, read_listed
from conformance.reading.facets.types import is_precise, without_null
from conformance.vocabulary import kinds, normalize_text, phrases

_QUOTED_VALUE = regex(rf"[\"'“‘](?P<value>{VALUE})[\"'”’]")

_TYPE_CELL = regex(
    r"^(?P<type>[a-z]+(?:\[\])?(?:\s*<[a-z]+>)?)?\s*[,，:：(（\[]?\s*(?P<list>.{3,2000})$",
    re.IGNORECASE,
)

_LONE_CASE = regex(r"[a-z][a-z0-9_-]+|[A-Z][A-Z0-9_-]+")
"""A value that can stand in a cell of types without quotes; other words may name an object."""


@lru_cache(maxsize=4096)
def read_type_cell_values(cell: str) -> tuple[str, ...]:
    """Values in the cell of the type: ``string: `A` / `B` ``, ``enum (up, down)``."""
    plain = without_null(" ".join(cell.replace("`", "").split()))
    hit = _TYPE_CELL.match(plain)
    if not hit or is_precise(plain):
        return ()
    known = bool(hit["type"]) and normalize_text(hit["type"]) in kinds()
    stretch = hit["list"] if known else plain.lstrip("([（")
    if cue := phrases("enum.type-cell").begins(stretch):
        stretch = stretch[cue.end :].strip(" :：()")
    tokens = read_listed(stretch.strip(" ()[]（）"))
    quoted = bool(tokens) and len(_QUOTED_VALUE.findall(plain)) == len(tokens)
    if not known and not quoted and not all(map(_LONE_CASE.fullmatch, tokens)):
        return ()
    return (
        () if any(normalize_text(t) in kinds() or t in ("null", "any") for t in tokens) else tokens
    )


def read_plain_values(cell: str) -> tuple[str, ...]:
    """The values of a cell that holds nothing else, in plain words and separated by signs."""
    parts = [part.strip() for part in SIGNS.split(cell.strip())]
    values = len(parts) > 1 and all(map(PLAIN_VALUE.fullmatch, parts))
    return tuple(parts) if values else ()
