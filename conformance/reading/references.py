"""What stands in a section of its own: members of an object, values of an enumeration.

A row points there by a link, by its type's name or by its own name; the section may stand
on the same page or on another page of the same folder.
"""

from __future__ import annotations

import posixpath
import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from typing import Literal, TypeAlias

from msgspec import Struct

from conformance.model.operation import Auth, Location, Stated, Unit, Value
from conformance.patterns import regex
from conformance.reading.endpoints.routes import Route
from conformance.reading.examples import LocatedExample
from conformance.reading.facets.types import TypeReading, read_type
from conformance.reading.page_paths import (
    find_nearest,
    index_by_folder,
    list_suffixes,
    make_page_path,
)
from conformance.reading.rows.row import FieldRow, FieldTable
from conformance.vocabulary import kinds, normalize_text, phrases, word_set, words

_EXTERNAL = regex(r"^[a-z][a-z0-9+.-]*:|^//", re.IGNORECASE)
_SIGNS = regex(r"[\W_]+")
_WORD = regex(r"[^\W_]+")
_ANCHOR_PREFIX = regex(r"^(?:schema|tocs|model|def)(?=[a-z0-9])")
"""What generators put before the name of an object in its anchor."""
_NAMELESS = frozenset({"anonymous", "_none_", "none", "_anonymous_"})

_General: TypeAlias = Literal["common", "unit", "answers", "auth"]
RowFacts: TypeAlias = tuple[Value, Stated, str]
"""What a row says of its value, whether it must be there, and under which condition."""
FactsByRow: TypeAlias = dict[tuple[int, bool], tuple[FieldRow, RowFacts]]
"""Facts by the identity of their row, which is kept beside them, and whether it is an input."""


class ValuesOf(Struct, frozen=True):
    """What a table that pairs names with values says of one name."""

    lines: range | None
    """Of the page, in which a row of that name is the one meant; None for any row of the page."""
    values: tuple[str, ...]


class CommonTable(Struct, frozen=True):
    """A table that words say is about every operation."""

    index: int
    """Of its block on the page."""
    side: Literal["request", "response"]
    where: Location | Literal["body"] | None
    """Where inputs go, when the page says so."""
    table: FieldTable


class PageIndex(Struct, frozen=True):
    """The sections of one page that rows may point to, by anchor and by the heading's words."""

    objects: Mapping[str, tuple[FieldTable, ...]] = {}
    """Objects that rows of the page itself point to, by anchor and by name, in page order."""
    values: Mapping[str, tuple[str, ...]] = {}
    """Values that a section lists, by its anchor."""
    named_values: Mapping[str, tuple[str, ...]] = {}
    """Values of tables that have a column for them, by the name of their heading."""
    enumerated: Mapping[str, tuple[ValuesOf, ...]] = {}
    """Values by the name of the field they are of, from tables of such pairs."""
    sections: Mapping[str, FieldTable] = {}
    """Whatever fields a section documents, by its anchor."""
    names: Mapping[str, str] = {}
    """Anchors by the name that their heading gives, as :func:`object_key` has it."""
    main: FieldTable | None = None
    """The object that the page as a whole documents, where it documents no operation."""
    row_names: frozenset[str] = frozenset()
    """Names of all rows of the page."""
    common: tuple[CommonTable, ...] = ()
    """What stands before all operations of the page, if it has any, and is about every one."""
    places: tuple[int, ...] = ()
    """Lines on which the page turns to an operation."""
    unit: Unit | None = None
    """That of all moments, as words before all operations of the page state it."""
    answers: tuple[LocatedExample, ...] = ()
    """What a page that documents no operation and no fields shows of the answers of all: the frame
    around every record, and failures."""
    auth: tuple[Auth, ...] = ()
    """How requests are signed, as a page that documents no operation states it."""
    leads_to: frozenset[str] = frozenset()
    """Where its rows and its words about bodies point to on other pages."""

    def find(self, anchor: str) -> FieldTable | None:
        """The fields of the section that ``anchor`` leads to."""
        found = self.sections.get(anchor) or self.object(anchor)
        if found is not None:
            return found
        low = anchor.lower()
        for key in (name_key(low), name_key(_ANCHOR_PREFIX.sub("", low))):
            if key in self.names:
                return self.sections[self.names[key]]
        return None

    def object(self, name: str, line: int = 0) -> FieldTable | None:
        """The object of that anchor or name: the first below ``line``, else the last above it."""
        found = self.objects.get(name, ())
        below = bisect_right(found, line, key=lambda table: table.span.line)
        return found[min(below, len(found) - 1)] if found else None

    def spoken(self, name: str, line: int) -> FieldTable | None:
        """The object that a row at ``line`` names without a link; what every operation has, like
        ``data``, is documented beside the same operation."""
        found = self.object(name, line)
        apart = found and bisect_right(self.places, found.span.line) != bisect_right(
            self.places, line
        )
        return None if apart and name in word_set("names.payload") else found


class FolderIndex(Struct, frozen=True, dict=True):
    """What the pages of a folder know of each other."""

    pages: Mapping[str, PageIndex] = {}
    names: frozenset[str] = frozenset()
    """Names that some page tells beyond doubt."""
    routes: Mapping[str, tuple[Route, ...]] = {}
    """Operations that indexes of other pages lead to, by page."""
    facts: FactsByRow = {}
    """Of rows that were spelled out on another page than their own."""
    variants: dict[tuple[int, bool], tuple[FieldTable, tuple[FieldRow, ...]]] = {}
    """Rows that a sentence leads to less surely, by the identity of their table, kept beside them,
    and whether only some of its members come back."""
    found: dict[tuple[str, str], tuple[str, str] | None] = {}
    """Where links lead, by the folder they stand in and their target."""
    stating: dict[str, Mapping[str, str]] = {}
    """The one page of each folder that states something for all operations, by what it states."""

    def common_beside(self, page: str) -> Iterator[CommonTable]:
        """What one other page in the same folder, or in the nearest around it, documents for all
        operations; where several do, each speaks of its own."""
        if stating := self._find_stating("common", page):
            yield from self.pages[stating].common

    def unit_beside(self, page: str) -> Unit | None:
        """The unit of all moments that the page, or else one around it, states."""
        stating = self._find_stating("unit", page)
        return self.pages[page].unit or (self.pages[stating].unit if stating else None)

    def answers_beside(self, page: str) -> tuple[LocatedExample, ...]:
        """What another page shows of the answers of all operations, the nearest around this one."""
        stating = self._find_stating("answers", page)
        return self.pages[stating].answers if stating else ()

    def auth_beside(self, page: str) -> tuple[Auth, ...]:
        """How another page states that requests are signed, the nearest around this one."""
        stating = self._find_stating("auth", page)
        return self.pages[stating].auth if stating else ()

    def _find_stating(self, what: _General, page: str) -> str:
        """The other page that states it for all operations, in the nearest folder around this."""
        if what not in self.stating:
            pages = (name for name, index in self.pages.items() if getattr(index, what))
            self.stating[what] = index_by_folder(pages)
        found = find_nearest(self.stating[what], page)
        return found if found != page else ""

    def lookup(self, page: str, target: str) -> tuple[PageIndex, str] | None:
        """The page a link of ``page`` leads to, and the anchor on it; None when it is not here."""
        found = self.page_of(page, target)
        return (self.pages[found[0]], found[1]) if found else None

    def page_of(self, page: str, target: str) -> tuple[str, str] | None:
        """The name of the page a link of ``page`` leads to, and the anchor on it."""
        path, _, anchor = target.partition("#")
        if _EXTERNAL.match(target) or not path:
            return None
        key = posixpath.dirname(page), target
        if key not in self.found:
            self.found[key] = self._find_page_at(key[0], path, anchor)
        return self.found[key]

    def _find_page_at(self, folder: str, path: str, anchor: str) -> tuple[str, str] | None:
        wanted = posixpath.normpath(posixpath.join(folder, path))
        for suffix in (*list_suffixes(wanted, whole=True), *list_suffixes(path)):
            found = self._by_suffix.get(suffix, ())
            if len(found) == 1:
                return found[0], anchor
        return None

    @cached_property
    def object_pages(self) -> frozenset[str]:
        """Pages with a section that another one points to as an object."""
        links = ((page, target) for page, index in self.pages.items() for target in index.leads_to)
        found = (self.page_of(page, target) for page, target in links)
        return frozenset(page for page, anchor in filter(None, found) if anchor)

    def named(self, name: str) -> FieldTable | None:
        """The object of that name, where only one page has a section or a page for it."""
        return self._by_name.get(name_key(name))

    @cached_property
    def _by_suffix(self) -> Mapping[str, tuple[str, ...]]:
        found: dict[str, tuple[str, ...]] = {}
        for page in self.pages:
            for suffix in list_suffixes(page, whole=True):
                found[suffix] = (*found.get(suffix, ())[:1], page)
        return found

    @cached_property
    def _by_name(self) -> Mapping[str, FieldTable]:
        found: dict[str, FieldTable | None] = {}
        for page, index in self.pages.items():
            named = {key: index.sections[anchor] for key, anchor in index.names.items()}
            if index.main is not None:
                named[name_key(make_page_path(page).rpartition("/")[2])] = index.main
            for key, table in named.items():
                found[key] = None if key in found else table
        return {key: table for key, table in found.items() if table is not None}


class ReferenceResolver(Struct, frozen=True):
    """Where the rows of one page find what stands elsewhere."""

    page: str
    own: PageIndex
    folder: FolderIndex
    """What the pages of the same folder tell."""

    def members(self, raw: FieldRow) -> FieldTable | None:
        """The members of ``raw``'s object: by its link, its type's name, or its own name."""
        reading = read_type(raw.type_text)
        if raw.type_target and (found := self.find(raw.type_target, raw.span.page)):
            return found
        own = self._own(raw.span.page)
        inner = find_inner(reading)
        holds = inner.kind in ("object", "array") and not inner.object_name
        if holds and (found := self.find(raw.name.target, raw.span.page)):
            return found
        if inner.object_name:
            found = own.object(object_key(inner.object_name), raw.span.line)
            return found or own.find(inner.object_name) or self.folder.named(inner.object_name)
        spoken = (own.spoken(key, raw.span.line) for key in _list_spoken(raw, reading))
        return next(filter(None, spoken), None)

    def find(self, target: str, page: str = "") -> FieldTable | None:
        """The fields that a link of ``page`` leads to."""
        linked = self._resolve_link(target, page or self.page)
        if linked is None:
            return None
        index, anchor = linked
        return index.find(anchor) if anchor else index.main

    def named(self, name: str) -> FieldTable | None:
        """The object of that name, on this page or on another."""
        own = self._own(self.page)
        return own.object(object_key(name)) or own.find(name) or self.folder.named(name)

    def values(self, raw: FieldRow) -> tuple[str, ...]:
        """The values of ``raw``'s enumeration, when its name or type leads to one."""
        page = raw.span.page
        for target in (raw.type_target, raw.name.target):
            if found := self._values(target, page):
                return found
        listed = [
            found for target in description_links(raw) if (found := self._values(target, page))
        ]
        if len(listed) == 1:
            return listed[0]
        own, name = self._own(page), find_inner(read_type(raw.type_text)).object_name
        if name and (found := own.named_values.get(name_key(name), ())):
            return found
        tables = own.enumerated.get(raw.name.name, ())
        near = [table for table in tables if table.lines and raw.span.line in table.lines]
        meant = near or [table for table in tables if table.lines is None]
        return meant[0].values if len({table.values for table in meant}) == 1 else ()

    def _values(self, target: str, page: str) -> tuple[str, ...]:
        """The values listed in the section that a link leads to."""
        linked = self._resolve_link(target, page)
        return linked[0].values.get(linked[1], ()) if linked else ()

    def names_of(self, page: str) -> frozenset[str]:
        """All names of a page."""
        return self._own(page).row_names

    def _own(self, page: str) -> PageIndex:
        """What the page that a row stands on tells: rows of other pages are spelled out, too."""
        return self.own if page == self.page else self.folder.pages.get(page, self.own)

    def _resolve_link(self, target: str, page: str) -> tuple[PageIndex, str] | None:
        if target.startswith("#"):
            return self._own(page), target[1:]
        return self.folder.lookup(page, target) if target else None


def description_links(raw: FieldRow) -> tuple[str, ...]:
    """Where the links of a description lead, each once."""
    targets = (mark.target for mark in raw.description.marks if mark.kind == "link")
    return tuple(dict.fromkeys(target for target in targets if "#" in target))


def alias_row(table: FieldTable) -> FieldRow | None:
    """The only row of a section that documents a type without members, like an enumeration.

    Generators name such a row as the section or call it anonymous.
    """
    if len(table.fields) != 1:
        return None
    (row,) = table.fields
    name = row.name.name.lower()
    nameless = name in _NAMELESS or name_key(name) == name_key(table.heading)
    return row if nameless else None


def find_wanted(tables: Iterable[tuple[int, FieldTable]]) -> dict[str, int]:
    """Anchors and names that rows point to as objects, with the place from which they do."""
    wanted: dict[str, int] = {}
    for index, table in tables:
        for raw in table.fields:
            for key in _make_keys(raw):
                wanted.setdefault(key, index)
    return wanted


def _list_spoken(raw: FieldRow, reading: TypeReading) -> Iterator[str]:
    """Names of an object's section that a row says without a link."""
    if hit := phrases("references.same").search(raw.description.plain):
        yield object_key(hit["name"].strip('`"“*'))
    if find_inner(reading).kind in ("object", "array") or _shows_members(raw):
        yield object_key(raw.name.name.removesuffix("[]"))


def _shows_members(raw: FieldRow) -> bool:
    """Whether a row without a type has an object or list for its example, or is called one; or has
    its own name for a type.

    One with the type of a text, where its description begins so: ``A list of ...``.
    """
    typed = bool(raw.type_text or raw.has_type_cell)
    if raw.type_text == raw.name.name:
        return True
    if typed and read_type(raw.type_text).kind != "string":
        return False
    if not typed and raw.example_text.lstrip()[:1] in ("{", "["):
        return True
    called = normalize_text(raw.description.plain[:80]).split()
    spoken = (kinds().get(word) for word in (called[:2] if typed else called))
    return any(kind and kind[0] in ("object", "array") for kind in spoken)


def _make_keys(raw: FieldRow) -> Iterator[str]:
    if raw.type_target.startswith("#"):
        yield raw.type_target[1:]
    reading = read_type(raw.type_text)
    inner = find_inner(reading)
    if inner.object_name:
        yield object_key(inner.object_name)
    elif (
        inner.kind in ("object", "array")
        or _shows_members(raw)
        or (reading.kind == "array" and inner is reading)
    ):
        if raw.name.target.startswith("#"):
            yield raw.name.target[1:]
        yield from _list_spoken(raw, reading)


def find_inner(reading: TypeReading) -> TypeReading:
    """What an array or a map holds, else the type itself."""
    return reading.item if reading.kind in ("array", "object") and reading.item else reading


def object_key(wording: str) -> str:
    """A heading or type name less the words that only say that it is an object."""
    plain = normalize_text(wording)
    kinds = words("object_words")
    kept = [word for word in plain.split() if word.strip("()[]:,") not in kinds]
    return normalize_text(" ".join(kept)) or plain


def name_key(wording: str) -> str:
    """The name of an object however it is spelled: ``user-object`` is ``UserObject``, ``user``."""
    spaced = " ".join(_WORD.findall(wording))
    return _SIGNS.sub("", object_key(spaced)).lower()
