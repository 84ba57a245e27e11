"""What the rows of one table say of their own nesting, beyond marks before a name.

Marker rows (``<data>`` ... ``</data>``, ``DATA_START`` ... ``DATA_END``, ``data {`` ... ``}``, or
``{`` alone below ``data``) open and close an object.  Rows without a name, and a row ``body``
whose place is the body, are about the whole that the rows below them belong to: they make no member
of their own.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import takewhile

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Heading, Paragraph, Text
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import FieldRow, FieldTable, nesting_of
from conformance.vocabulary import locations, normalize_text, phrases, word_set, words

_TAG = regex(r"<(?P<closes>/?)(?P<name>[\w.-]{1,64})>")
_BRACE = regex(r"(?P<name>[\w.$@-]{1,64})\s*[:=]?\s*[\[{]+")
_OPENED = regex(r"[\[{]+")
_CLOSED = regex(r"[}\]]+[,;]?")
_EDGE = regex(r"(?P<name>\w{1,64}?)[_ >\\]{1,8}(?P<edge>[A-Za-z]{3,5})")
_CONTAINER = regex(r"(?P<name>[\w$@-]{1,64})\s*<(?P<kind>\w{1,16})>")
_NESTING = regex(r"^[\s>»›↳└├─→|-]+")
_MAX_DEPTH = 32


class Marker(Struct, frozen=True):
    """A row that opens or closes an object."""

    name: str
    """Empty for one that closes whatever is open."""
    opens: bool
    any_case: bool = False
    """Whether the page writes the name in capitals for emphasis."""
    below: bool = False
    """Whether it opens what the row above documents."""


class MarkerRow(Struct, frozen=True):
    """A row of a table as it is arranged: a field, and what its name cell says of nesting."""

    field: FieldRow
    marker: Marker | None = None
    nameless: bool = False


class _Edge(Struct, frozen=True):
    """A row called the beginning or the end of something, which may be a moment as well."""

    row: int
    name: str
    opens: bool
    kind: str
    """What its type cell says."""

    @property
    def is_loud(self) -> bool:
        """Whether it is all in capitals."""
        return self.name == self.name.upper() != self.name.lower()


def find_markers(rows: Sequence[tuple[Text | None, str]]) -> dict[int, Marker]:
    """The markers among the rows of a table, by row, from name cells and type cells."""
    plain = [_make_plain_name(text) if text else "" for text, _ in rows]
    edges = [
        edge
        for row, (name, (_, kind)) in enumerate(zip(plain, rows, strict=True))
        if (edge := _read_edge(row, name, kind))
    ]
    quiet = any(name != name.upper() for name in plain)
    typed = any(kind.strip() for _, kind in rows)
    found = {
        edge.row: _make_marker(edge) for edge in _select_edges(edges, quiet=quiet, typed=typed)
    }
    alone = [row for row, marker in found.items() if not marker.name]
    found |= dict(_find_containers(plain, alone))
    found |= dict(_find_opened_below(plain, [kind for _, kind in rows]))
    marked = {row: marker for row, name in enumerate(plain) if (marker := _read_marker(name))}
    tags = {row: marker for row, marker in marked.items() if plain[row].startswith("<")}
    for row in _make_keys(rows, tags):
        del marked[row]
    return marked | found


def _make_keys(rows: Sequence[tuple[Text | None, str]], marked: Mapping[int, Marker]) -> list[int]:
    """Rows like ``<currency>`` that open nothing: nothing ends it, and it holds no members or
    those below it have marks of nesting."""
    named = Counter(marker.name for marker in marked.values())
    ends = {marker.name for marker in marked.values() if not marker.opens}
    alone = [row for row, m in marked.items() if m.opens and named[m.name] == 1]
    return [row for row in alone if not ends & {marked[row].name, ""} and _is_key(rows, row)]


def _is_key(rows: Sequence[tuple[Text | None, str]], row: int) -> bool:
    depths = [nesting_of(text) if text else 0 for text, _ in rows[row : row + 2]]
    kind = rows[row][1]
    return depths[-1] > depths[0] or bool(kind.strip() and not _holds(kind))


def _find_opened_below(plain: Sequence[str], kinds: Sequence[str]) -> Iterator[tuple[int, Marker]]:
    """Rows that are an opening bracket alone, as beginnings of what the row above them names."""
    for row in range(1, len(plain)):
        above, kind = plain[row - 1], kinds[row - 1].strip()
        named = _IDENTIFIER.fullmatch(above) and (not kind or _holds(kind))
        if (
            named
            and _OPENED.fullmatch(plain[row])
            and not _OPENED.match("".join(plain[row + 1 :][:1]))
        ):
            yield row, Marker(above, True, below=True)


def _find_containers(plain: Sequence[str], ends: Sequence[int]) -> Iterator[tuple[int, Marker]]:
    """Rows like ``data <list>`` as beginnings, where nothing else began what a row ends."""
    hits = {row: hit for row, name in enumerate(plain) if (hit := _CONTAINER.fullmatch(name))}
    for end in ends:
        above = [row for row, hit in hits.items() if row < end and _holds(hit["kind"])]
        if above:
            yield above[-1], Marker(hits.pop(above[-1])["name"], True)


def _read_marker(plain: str) -> Marker | None:
    """The marker that a name cell is by its signs."""
    if hit := _TAG.fullmatch(plain):
        return Marker(hit["name"], not hit["closes"])
    if hit := _BRACE.fullmatch(plain):
        return Marker(hit["name"], True)
    return Marker("", False) if _CLOSED.fullmatch(plain) else None


def _make_plain_name(text: Text) -> str:
    return _NESTING.sub("", text.plain).strip(" `*\\")


def _read_edge(row: int, plain: str, kind: str) -> _Edge | None:
    hit = _EDGE.fullmatch(plain)
    if not hit:
        return None
    edge = hit["edge"].lower()
    if edge not in word_set("rows.opens") and edge not in word_set("rows.closes"):
        return None
    if hit["edge"].isupper() != hit["name"].isupper():
        return None
    return _Edge(row, hit["name"], edge in word_set("rows.opens"), kind)


def _make_marker(edge: _Edge) -> Marker:
    return Marker(edge.name.lower(), edge.opens, any_case=edge.is_loud)


def _select_edges(edges: Sequence[_Edge], *, quiet: bool, typed: bool) -> Iterator[_Edge]:
    """Those that are no members: two moments are called so as well.

    Capitals among names that are not in capitals (``quiet``) mark them; others need both ends,
    a beginning that is an object or array, or of no type in a table that has types (``typed``).
    """
    opened = {edge.name: edge for edge in reversed(edges) if edge.opens}
    closed = {edge.name: edge for edge in edges if not edge.opens}
    for edge in edges:
        first, last = opened.get(edge.name), closed.get(edge.name)
        begin = first.kind if first else ""
        if first is None:
            if quiet and edge.is_loud and not edge.kind:
                yield replace(edge, name="")
        elif last is None or last.row <= first.row + 1:
            if quiet and edge.is_loud and (not begin or _holds(begin)):
                yield edge
        elif _holds(begin) or (quiet and edge.is_loud) or (typed and not begin):
            yield edge


def _holds(kind: str) -> bool:
    return read_type(kind).kind in ("object", "array")


def is_nameless(text: Text | None, kind: str) -> bool:
    """Whether a name cell says that there is no name: of an array's items, or of the whole."""
    if text is None or not _holds(kind):
        return False
    plain = _NESTING.sub("", text.plain)
    return not plain.strip() or normalize_text(plain.replace("_", " ")) in word_set("rows.nameless")


def arrange_rows(rows: Sequence[MarkerRow]) -> tuple[list[FieldRow], FieldRow | None]:
    """The fields at their depth, and the row about the whole, if there is one."""
    opened = list(_open_markers(rows))
    fields: list[FieldRow] = []
    root: FieldRow | None = None
    dropped: list[tuple[int, bool]] = []
    for index, row in enumerate(opened):
        depth = row.name.depth
        while dropped and dropped[-1][0] >= depth:
            dropped.pop()
        if dropped:
            row = row.at_depth(depth - len(dropped))
        whole_body = any(is_body for _, is_body in dropped)
        if not row.name.name or _is_body(row, opened[index + 1 : index + 2], depth):
            top = depth == len(dropped) or not fields
            root = row if root is None and top else root
            dropped.append((depth, bool(row.name.name)))
            continue
        if whole_body and not row.location:
            row = replace(row, location="body")
        fields.append(row)
    return fields, root


def _open_markers(rows: Sequence[MarkerRow]) -> Iterator[FieldRow]:
    """Fields with what is open above them counted as depth; markers are fields or nothing.

    Where ends do not fit beginnings, the places of the rows that follow are a guess.
    """
    trail: list[str] = []
    ends = {row.marker.name for row in rows if row.marker and not row.marker.opens}
    fits = True
    for row in rows:
        marker = row.marker
        if marker is None and not trail and not row.nameless:
            yield _lower_confidence(row.field) if not fits else row.field
            continue
        depth = row.field.name.depth + min(len(trail), _MAX_DEPTH)
        name = replace(row.field.name, depth=depth)
        field = row.field if fits else _lower_confidence(row.field)
        if marker is None:
            yield replace(field, name=replace(name, name="") if row.nameless else name)
        elif marker.opens and not _repeats(marker, trail, row.field):
            name = replace(name, name=marker.name, any_case=marker.any_case)
            fits = fits and bool(ends & {marker.name, ""})
            if not marker.below:
                yield replace(field, name=name)
            trail.append(marker.name)
        elif trail:
            fits = fits and marker.name in (trail[-1], "")
            at = len(trail) - 1 - trail[::-1].index(marker.name) if marker.name in trail else -1
            del trail[at:]


def _repeats(marker: Marker, trail: Sequence[str], row: FieldRow) -> bool:
    """Whether a beginning is the end of what is open under its name."""
    return not marker.below and marker.name in trail and (marker.any_case or not row.type_text)


def _lower_confidence(row: FieldRow) -> FieldRow:
    return replace(row, confidence="low")


def _is_body(row: FieldRow, below: Sequence[FieldRow], depth: int) -> bool:
    """A row called body, whose place is the body, with members below it."""
    if locations().get(normalize_text(row.name.name)) != "body":
        return False
    members = bool(below) and below[0].name.depth > depth
    return members and locations().get(normalize_text(row.location)) == "body"


_LONGEST_CAPTION = 60
_MOST_ROWS = 500
_LONGEST_REST = 8
"""Characters of a script without blanks around the name."""
_BRACKETED = regex(r"[(（][^()（）]*[)）]")
_WORD = regex(r"[A-Za-z]+")
_IDENTIFIER = regex(r"[A-Za-z_$][\w$]*", re.ASCII)


def parent_of(caption: str, rows: Sequence[FieldRow]) -> int | None:
    """Index of the row that ``caption`` names and that can have members, but has none yet."""
    if not caption or len(caption) > _LONGEST_CAPTION or len(rows) > _MOST_ROWS:
        return None
    within = phrases("rows.within").search(caption)
    words_of = _IDENTIFIER.findall(within["name"] if within else caption)
    named = {word.lower(): word for word in words_of}
    for index, row in enumerate(rows):
        name = row.name.name.removesuffix("[]").rpartition(".")[2]
        word = named.get(name.lower(), "")
        if word and _is_container(row) and not _has_members(index, rows):
            return index if within or _says_no_more(caption, word) else None
    return None


def parents_of(caption: str, rows: Sequence[FieldRow]) -> tuple[int, ...]:
    """Indices of the rows that ``caption`` names: one without members yet, or those of a line that
    begins with them and announces fields: ``Asks and Bids are objects with these fields:``."""
    at = parent_of(caption, rows)
    if at is not None:
        return (at,)
    (*_, last) = ("", *_WORD.findall(caption.lower()))
    if last not in words("object_words") or len(caption) > 2 * _LONGEST_CAPTION:
        return ()
    joints = words("joints")
    spoken = (word.strip(",，、") for word in caption.lower().split())
    first = takewhile(lambda word: word in joints or word in named, spoken)
    named = {r.name.name.lower(): n for n, r in enumerate(rows) if _is_container(r)}
    return tuple(named[word] for word in first if word in named)


def find_containers(rows: Sequence[FieldRow]) -> tuple[int, ...]:
    """Indices of the rows that can have members and have none yet."""
    found = (n for n, row in enumerate(rows) if _is_container(row) and not _has_members(n, rows))
    return tuple(found)


def nest_rows(parent: FieldTable, at: int, members: FieldTable) -> FieldTable:
    """``parent`` with the rows of ``members`` below its row ``at``, less those that it has."""
    depth = parent.fields[at].name.depth + 1
    own = takewhile(lambda row: row.name.depth >= depth, parent.fields[at + 1 :])
    known = {row.name.name for row in own if row.name.depth == depth}
    inner = (
        row.deeper(depth) for row in members.fields if row.name.depth or row.name.name not in known
    )
    fields = (*parent.fields[: at + 1], *inner, *parent.fields[at + 1 :])
    return replace(parent, fields=fields)


def caption_above(blocks: Sequence[LocatedBlock], index: int) -> str:
    """The words of the paragraph or heading right above a block."""
    above = blocks[index - 1].block if index else None
    return above.text.plain.strip(" :：*") if isinstance(above, Heading | Paragraph) else ""


def _is_container(row: FieldRow) -> bool:
    reading = read_type(row.type_text)
    inner = reading.item if reading.kind == "array" and reading.item else reading
    return inner.kind in ("object", "array")


def _has_members(index: int, rows: Sequence[FieldRow]) -> bool:
    below = rows[index + 1] if index + 1 < len(rows) else None
    prefix = rows[index].name.name.removesuffix("[]")
    dotted: Iterable[str] = (row.name.name for row in rows if "." in row.name.name)
    return (below is not None and below.name.depth > rows[index].name.depth) or any(
        name.startswith((f"{prefix}.", f"{prefix}[].")) for name in dotted
    )


def _says_no_more(caption: str, name: str) -> bool:
    """Whether the rest of a caption only says that it is about that row."""
    rest = _BRACKETED.sub(" ", caption.replace(name, " ", 1))
    known = words("object_words").keys() | word_set("rows.article") | word_set("rows.of-parent")
    spoken = _WORD.findall(rest)
    other = re.sub(r"[\x00-\x7f\s]", "", rest)
    for word in sorted(known, key=len, reverse=True):
        other = other.replace(word, "")
    return all(word.lower() in known for word in spoken) and len(other) <= _LONGEST_REST
