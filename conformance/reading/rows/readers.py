"""Every block or run of blocks that documents names, read once, by the reader that fits it best."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    FieldBlock,
    Heading,
    ListBlock,
    Paragraph,
    Table,
    Text,
)
from conformance.model.operation import Stated
from conformance.reading.context import LocatedBlock, announces_fields
from conformance.reading.rows.assignments import begins_assignments, read_assignments
from conformance.reading.rows.components import cells_of, read_components
from conformance.reading.rows.declarations import begins_declaration, read_declarations
from conformance.reading.rows.headings import heads_field, read_headings
from conformance.reading.rows.lines import read_columns, read_pairs, split_lines
from conformance.reading.rows.lists import nested_lists, read_lines, read_list
from conformance.reading.rows.row import FieldTable, root_row
from conformance.reading.rows.stacked import begins_field, read_stacked
from conformance.reading.rows.structure import caption_above, nest_rows, parent_of
from conformance.reading.rows.tables import read_field_block, read_table
from conformance.vocabulary import normal, phrases

Blocks = Sequence[LocatedBlock]

_TRUSTED = 4
"""Fields with a type that make a run of paragraphs as good as a table."""
_ARRAY_WORDS = 5
"""Of a line that says no more than that an array follows."""
_KEYS_SHARE = 0.8
"""Of the items of a list that begin with a key of the sample above it."""
_ANNOUNCEMENT = 90
"""Characters of a line that can announce what follows."""


@dataclass(frozen=True, slots=True)
class ReadRows:
    """The rows of one place of a page."""

    piece: LocatedBlock
    """The block they begin with, and what the words around it announce."""
    table: FieldTable
    from_paragraphs: bool = False
    """Read from bare paragraphs: trusted only where nothing better is there."""
    blocks: tuple[Block, ...] = ()
    """Further blocks that these rows were read from."""


class RowReader(Protocol):
    """One form in which pages write fields."""

    @property
    def name(self) -> str:
        """What the form is called in a trace."""

    def score(self, blocks: Blocks, at: int) -> float:
        """How likely rows of this form begin at ``at``, from 0 to 1; cheap."""

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        """The rows that begin at ``at``; None when they are about something else."""


@dataclass(frozen=True, slots=True)
class _TableReader:
    """Pipe tables and HTML tables."""

    name: str = "table"

    def score(self, blocks: Blocks, at: int) -> float:
        return float(isinstance(blocks[at].block, Table))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block = blocks[at].block
        if not isinstance(block, Table):
            return None
        table = read_table(block, announced=_is_announced(blocks, at))
        return ReadRows(blocks[at], table) if table else None


@dataclass(frozen=True, slots=True)
class _FieldBlockReader:
    """Fields whose cells an engine's markup has sorted."""

    name: str = "field block"

    def score(self, blocks: Blocks, at: int) -> float:
        return float(isinstance(blocks[at].block, FieldBlock))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block = blocks[at].block
        table = read_field_block(block) if isinstance(block, FieldBlock) else None
        return ReadRows(blocks[at], table) if table else None


@dataclass(frozen=True, slots=True)
class _ComponentReader:
    """Components whose attributes are a field's cells."""

    name: str = "component"

    def score(self, blocks: Blocks, at: int) -> float:
        block = blocks[at].block
        return float(isinstance(block, Component) and bool(cells_of(block)))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        found = read_components(blocks, at)
        return ReadRows(found[0], found[1], blocks=found[2]) if found else None


@dataclass(frozen=True, slots=True)
class _ListReader:
    """Bullets and definition lists with what is nested in them."""

    name: str = "list"

    def score(self, blocks: Blocks, at: int) -> float:
        return float(isinstance(blocks[at].block, ListBlock))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block = blocks[at].block
        if not isinstance(block, ListBlock):
            return None
        announced = _is_announced(blocks, at) or _names_keys(blocks, at)
        table = read_list(block, announced=announced)
        if table is None:
            return None
        return ReadRows(blocks[at], table, blocks=tuple(nested_lists(block)))


@dataclass(frozen=True, slots=True)
class _HeadingReader:
    """Headings that are names, with labelled lines below them."""

    name: str = "headings"

    def score(self, blocks: Blocks, at: int) -> float:
        return 0.9 if heads_field(blocks, at) else 0.0

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        found = read_headings(blocks, at)
        return ReadRows(found[0], found[1], blocks=found[2]) if found else None


@dataclass(frozen=True, slots=True)
class _StackedReader:
    """A name, its type, a mark and words, each a short paragraph or line of its own."""

    name: str = "stacked"

    def score(self, blocks: Blocks, at: int) -> float:
        return 0.5 if begins_field(blocks, at) else 0.0

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        found = read_stacked(blocks, at)
        if found is None:
            return None
        typed = sum(1 for row in found[1].fields if row.type_text)
        place = found[0].place
        trusted = (
            typed >= _TRUSTED or (typed > 1 and place.captions) or _is_announced_code(found[0])
        )
        return ReadRows(found[0], found[1], not trusted, found[2])


@dataclass(frozen=True, slots=True)
class _LineReader:
    """Lines of a paragraph below an announcement, each a name, a sign and words."""

    name: str = "lines"

    def score(self, blocks: Blocks, at: int) -> float:
        lines = isinstance(blocks[at].block, Paragraph | CodeBlock)
        return 0.6 if lines and _last_line(blocks, at) else 0.0

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block, place = blocks[at].block, blocks[at].place
        table = read_lines(block) if isinstance(block, Paragraph | CodeBlock) else None
        if table is None:
            return None
        announced = replace(place, captions=(_last_line(blocks, at),))
        return ReadRows(replace(blocks[at], place=announced), table)


@dataclass(frozen=True, slots=True)
class _PairReader:
    """Names over their words in an indented block."""

    name: str = "pairs"

    def score(self, blocks: Blocks, at: int) -> float:
        return float(isinstance(blocks[at].block, CodeBlock))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        found = read_pairs(blocks, at)
        return ReadRows(found[0], found[1]) if found else None


@dataclass(frozen=True, slots=True)
class _ColumnReader:
    """Lines of a block of code in columns, each a name, a type and words."""

    name: str = "columns"

    def score(self, blocks: Blocks, at: int) -> float:
        block = blocks[at].block
        return 0.5 * (isinstance(block, CodeBlock) and "  " in block.text)

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block = blocks[at].block
        columns = read_columns(block) if isinstance(block, CodeBlock) else None
        table = read_table(columns, announced=_is_announced(blocks, at)) if columns else None
        return ReadRows(blocks[at], table) if table else None


@dataclass(frozen=True, slots=True)
class _DeclarationReader:
    """Types that a block of code declares."""

    name: str = "declaration"

    def score(self, blocks: Blocks, at: int) -> float:
        block = blocks[at].block
        return float(isinstance(block, CodeBlock) and begins_declaration(block))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        block = blocks[at].block
        table = read_declarations(block) if isinstance(block, CodeBlock) else None
        return ReadRows(blocks[at], table) if table else None


@dataclass(frozen=True, slots=True)
class _AssignmentReader:
    """Paragraphs of ``name=[type]``."""

    name: str = "assignments"

    def score(self, blocks: Blocks, at: int) -> float:
        block = blocks[at].block
        return float(isinstance(block, Paragraph) and begins_assignments(block))

    def read(self, blocks: Blocks, at: int) -> ReadRows | None:
        found = read_assignments(blocks, at)
        return ReadRows(blocks[at], found[0], blocks=found[1]) if found else None


READERS: tuple[RowReader, ...] = (
    _TableReader(),
    _FieldBlockReader(),
    _ComponentReader(),
    _ListReader(),
    _HeadingReader(),
    _StackedReader(),
    _LineReader(),
    _PairReader(),
    _AssignmentReader(),
    _DeclarationReader(),
    _ColumnReader(),
)


def read_rows(blocks: Blocks) -> list[ReadRows]:
    """The rows of every place, in page order; a block belongs to one place.

    A page without tables of types that has one long run of paragraphs writes all its fields so.
    """
    found = sorted(_nested(blocks, _read(blocks)), key=lambda place: place.piece.place.index)
    found = _with_letters([_with_array(place) for place in found])
    runs = [f for f in found if isinstance(f.piece.block, Paragraph)]
    established = any(not run.from_paragraphs for run in runs)
    if established and not any(
        "type" in f.table.columns for f in found if not isinstance(f.piece.block, Paragraph)
    ):
        return [replace(f, from_paragraphs=False) for f in found]
    return found


def _with_array(place: ReadRows) -> ReadRows:
    """The rows as items where the line above says no more than that: ``Array of:``."""
    caption = place.piece.place.caption
    words = caption.rstrip(" :：").split()
    bare = caption.endswith((":", "：")) and len(words) <= _ARRAY_WORDS and not place.table.root
    if not bare or not phrases("references.list_of").begins(" ".join([*words, ""])):
        return place
    root = root_row("array", place.table.span)
    return replace(place, table=replace(place.table, root=root))


def _with_letters(found: list[ReadRows]) -> list[ReadRows]:
    """An ``O`` is the circle of a yes, except on a page whose marks are M and O: it is optional."""
    letters = {normal(row.mark) for place in found for row in place.table.fields}
    if not {"m", "o"} <= letters or "x" in letters:
        return found
    return [replace(place, table=_with_optional(place.table)) for place in found]


def _with_optional(table: FieldTable) -> FieldTable:
    rows = (replace(r, required=Stated.NO) if normal(r.mark) == "o" else r for r in table.fields)
    return replace(table, fields=tuple(rows))


def _nested(blocks: Blocks, found: Iterable[ReadRows]) -> Iterator[ReadRows]:
    """Tables whose captions name a row of the table above, with their rows put there."""
    above: ReadRows | None = None
    positions = {id(piece.block): at for at, piece in enumerate(blocks)}
    for place in found:
        caption = caption_above(blocks, positions[id(place.piece.block)])
        at = parent_of(caption, above.table.fields) if above and _is_near(above, place) else None
        if above is None or at is None:
            if above:
                yield above
            above = place
            continue
        table = nest_rows(above.table, at, place.table)
        above = replace(above, table=table, blocks=(*above.blocks, place.piece.block))
        yield replace(place, table=replace(place.table, fields=()))
    if above:
        yield above


def _is_near(above: ReadRows, place: ReadRows) -> bool:
    """Whether two tables stand under one heading."""
    return above.piece.place.headings == place.piece.place.headings


def _read(blocks: Blocks) -> Iterator[ReadRows]:
    used: set[int] = set()
    for at, piece in enumerate(blocks):
        if id(piece.block) in used:
            continue
        scored: list[tuple[float, Callable[[Blocks, int], ReadRows | None]]] = [
            (score, reader.read) for reader in READERS if (score := reader.score(blocks, at))
        ]
        for _, read in sorted(scored, key=lambda pair: -pair[0]):
            if found := read(blocks, at):
                used.update(map(id, found.blocks))
                yield found
                break


def _last_line(blocks: Blocks, at: int) -> str:
    """The last line above a block where it announces fields; empty where it does not."""
    above = blocks[at - 1].block if at else None
    if not isinstance(above, Heading | Paragraph):
        return ""
    words = above.text.plain
    if isinstance(above, Paragraph):
        (*_, last) = split_lines(above)
        words = last.plain
    return words if len(words) <= _ANNOUNCEMENT and announces_fields(words) else ""


def _is_announced_code(first: LocatedBlock) -> bool:
    """Whether a line that announces fields stands above a name in code."""
    text = first.block.text if isinstance(first.block, Paragraph) else None
    coded = text is not None and any(m.kind == "code" and m.start == 0 for m in text.marks)
    return coded and announces_fields(first.place.caption)


def _is_announced(blocks: Blocks, at: int) -> bool:
    """Whether the heading, short line or item right above says that fields follow."""
    above = blocks[at - 1].block if at else None
    labels = blocks[at].place.labels
    if isinstance(above, Heading | Paragraph):
        words = above.text.plain
    elif isinstance(above, ListBlock) and labels:
        words = labels[-1]
    else:
        return False
    return len(words) <= _ANNOUNCEMENT and announces_fields(words)


def _names_keys(blocks: Blocks, at: int) -> bool:
    """Whether the items of a list begin with keys of the sample right above it."""
    block, above = blocks[at].block, blocks[at - 1].block if at else None
    if not isinstance(block, ListBlock) or not isinstance(above, CodeBlock):
        return False
    names = [text.plain[: text.marks[0].end].strip() for text in _marked_items(block)]
    keys = sum(f'"{name}"' in above.text for name in names)
    return bool(names) and keys >= _KEYS_SHARE * len(block.items)


def _marked_items(block: ListBlock) -> Iterator[Text]:
    return (i.text for i in block.items if i.text.marks and not i.text.marks[0].start)
