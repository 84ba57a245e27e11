"""What is told in a section of its own: members of an object, values of an enumeration.

A row points there by a link, by its type's name or by its own name; the section may stand
on the same page or on another page of the same folder.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from conformance.model.document import ListBlock, Table
from conformance.reading.context import LocatedBlock, topics_of
from conformance.reading.facets.types import TypeReading, read_type
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.reading.rows.tables import read_table, table_columns
from conformance.vocabulary import normal

_KIND_WORDS = re.compile(
    r"\b(?:objects?|structures?|fields?|models?|schemas?|entity|definitions?|parameters?|enums?)\b"
)
_VALUE = re.compile(r"^[`“\"']?(?P<value>[A-Za-z0-9][\w.+-]{0,63})[`”\"']?(?=$|[\s:：,.(（=-])")
_SAME = re.compile(
    r"\bsame (?:structure|fields|format|members|schema|object) as (?:the |in |of )*"
    r"[`\"“]?(?P<name>[A-Za-z][\w-]{0,60})",
    re.IGNORECASE,
)
_EXTERNAL = re.compile(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class PageIndex:
    """The sections of one page that rows may point to, by anchor and by the heading's words."""

    tables: Mapping[str, FieldTable] = field(default_factory=dict)
    values: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    enumerated: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Values by the name of the field they are of, from a table of such pairs."""


@dataclass(frozen=True, slots=True)
class FolderIndex:
    """What the pages of a folder know of each other."""

    pages: Mapping[str, PageIndex] = field(default_factory=dict)
    names: frozenset[str] = frozenset()
    """Names that some page tells beyond doubt."""

    def lookup(self, page: str, target: str) -> tuple[PageIndex, str] | None:
        """The page a link of ``page`` leads to, and the anchor on it; None when it is not here."""
        path, _, anchor = target.partition("#")
        if _EXTERNAL.match(target) or not path or not anchor:
            return None
        wanted = posixpath.normpath(posixpath.join(posixpath.dirname(page), path))
        for name in self.pages:
            if _stem(name) in (wanted, _stem(wanted)):
                return self.pages[name], anchor
        last = _last(path)
        named = [name for name in self.pages if _last(_stem(name)) == last]
        return (self.pages[named[0]], anchor) if len(named) == 1 else None


@dataclass(frozen=True, slots=True)
class ReferenceResolver:
    """Where the rows of one page find what is told elsewhere."""

    page: str
    own: PageIndex
    folder: FolderIndex
    """What the pages of the same folder tell."""

    def members(self, raw: FieldRow) -> FieldTable | None:
        """The members of ``raw``'s object: by its link, its type's name, or its own name."""
        reading = read_type(raw.type_text)
        linked = self._linked(raw.type_target)
        if linked and linked[1] in linked[0].tables:
            return linked[0].tables[linked[1]]
        inner = inner_of(reading)
        if inner.object_name:
            return self.own.tables.get(object_key(inner.object_name))
        for key in _spoken(raw, reading):
            if key in self.own.tables:
                return self.own.tables[key]
        return None

    def values(self, raw: FieldRow) -> tuple[str, ...]:
        """The values of ``raw``'s enumeration, when its name or type links to one."""
        for target in (raw.type_target, raw.name.target):
            linked = self._linked(target)
            if linked and linked[1] in linked[0].values:
                return linked[0].values[linked[1]]
        return self.own.enumerated.get(raw.name.name, ())

    def _linked(self, target: str) -> tuple[PageIndex, str] | None:
        if target.startswith("#"):
            return self.own, target[1:]
        return self.folder.lookup(self.page, target) if target else None


def links_of(rows: Iterable[FieldRow]) -> frozenset[str]:
    """Links from names and types to other pages."""
    return frozenset(
        target
        for raw in rows
        for target in (raw.type_target, raw.name.target)
        if "#" in target and not target.startswith("#") and not _EXTERNAL.match(target)
    )


def wanted_by(tables: Iterable[tuple[int, FieldTable]]) -> dict[str, int]:
    """Anchors and names that rows point to as objects, with the place from which they do."""
    wanted: dict[str, int] = {}
    for index, table in tables:
        for raw in table.fields:
            for key in _keys(raw):
                wanted.setdefault(key, index)
    return wanted


def _spoken(raw: FieldRow, reading: TypeReading) -> Iterator[str]:
    """Names of an object's section that a row says without a link."""
    if hit := _SAME.search(raw.description.plain):
        yield object_key(hit["name"])
    if inner_of(reading).kind in ("object", "array"):
        yield object_key(raw.name.name.removesuffix("[]"))


def _keys(raw: FieldRow) -> Iterator[str]:
    if raw.type_target.startswith("#"):
        yield raw.type_target[1:]
    reading = read_type(raw.type_text)
    inner = inner_of(reading)
    if inner.object_name:
        yield object_key(inner.object_name)
    elif inner.kind in ("object", "array") or (reading.kind == "array" and inner is reading):
        yield from _spoken(raw, reading)


def inner_of(reading: TypeReading) -> TypeReading:
    """What an array holds, else the type itself."""
    return reading.item if reading.kind == "array" and reading.item else reading


def object_key(words: str) -> str:
    """A heading or type name less the words that only say that it is an object."""
    return normal(_KIND_WORDS.sub(" ", normal(words))) or normal(words)


def value_sections(pieces: Iterable[LocatedBlock]) -> dict[str, tuple[str, ...]]:
    """Values told as a list or a table under a heading, by its anchor.

    Where a table of fields stands under the same heading, that is what the section tells.
    """
    found: dict[str, dict[str, None]] = {}
    objects: set[str] = set()
    for piece in pieces:
        if piece.place.headings and isinstance(piece.block, ListBlock | Table):
            anchor = piece.place.headings[-1].anchor
            found.setdefault(anchor, {}).update(dict.fromkeys(_values(piece.block)))
            if isinstance(piece.block, Table) and read_table(piece.block) is not None:
                objects.add(anchor)
    return {a: tuple(values) for a, values in found.items() if values and a not in objects}


def enumerated_values(pieces: Iterable[LocatedBlock]) -> dict[str, tuple[str, ...]]:
    """Values of tables that pair names with values, one value a row."""
    found: dict[str, dict[str, None]] = {}
    for piece in pieces:
        if not isinstance(piece.block, Table) or table_columns(piece.block) != ("name", "enum"):
            continue
        if any("enum" in topics_of(words) for words in piece.place.words()):
            for row in piece.block.rows:
                name, *values = (cell.plain.strip() for cell in row.cells[:2])
                found.setdefault(name, {}).update(dict.fromkeys(values))
    return {name: tuple(values) for name, values in found.items()}


def _values(block: ListBlock | Table) -> Iterator[str]:
    """First words of items or rows, when every one of them begins with a value."""
    if isinstance(block, ListBlock):
        said = [item.text.plain for item in block.items]
    elif read_table(block) is not None:
        return
    else:
        said = [row.cells[0].plain for row in block.rows if row.cells]
    hits = [_VALUE.match(text.strip()) for text in said]
    if said and all(hits):
        yield from (hit["value"] for hit in hits if hit)


def _stem(page: str) -> str:
    return str(PurePosixPath(page).with_suffix("")) if PurePosixPath(page).suffix else page


def _last(path: str) -> str:
    """The last segment of a path; ``--`` joins segments in the names of flattened folders."""
    return PurePosixPath(_stem(path)).name.rsplit("--", 1)[-1]
