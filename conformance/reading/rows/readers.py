"""Every block or run of blocks that documents names, read once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

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
from conformance.reading.context import LocatedBlock, find_lone_text
from conformance.reading.facets.presence import read_stated
from conformance.reading.facets.types import read_type
from conformance.reading.rows.assignments import read_assignments
from conformance.reading.rows.components import read_components
from conformance.reading.rows.declarations import read_declarations
from conformance.reading.rows.headings import read_headings
from conformance.reading.rows.lines import read_columns, read_header_lines, read_pairs, split_lines
from conformance.reading.rows.lists import find_nested_lists, read_lines, read_list
from conformance.reading.rows.row import FieldTable, ReadRows, root_row
from conformance.reading.rows.stacked import read_stacked
from conformance.reading.rows.structure import caption_above, find_containers, nest_rows, parents_of
from conformance.reading.rows.tables import read_body_table, read_field_block, read_table
from conformance.reading.topics import announces_fields, topics_of
from conformance.vocabulary import columns, names_side, normalize_text, phrases, required_marks

Blocks = Sequence[LocatedBlock]

_TRUSTED = 4
"""Fields with a type that make a run of paragraphs as good as a table."""
_ARRAY_WORDS = 5
"""Of a line that says no more than that an array follows."""
_KEYS_SHARE = 0.8
"""Of the items of a list that begin with a key of the sample above it."""
_ANNOUNCEMENT = 90
"""Characters of a line that can announce what follows."""
_ABOVE = 3
"""Blocks above rows that may speak of all of them."""
_SENTENCES = 300
_FOLLOWS = 60
"""Characters with which a longer line does."""


def find_rows(blocks: Blocks, at: int) -> Iterator[ReadRows | None]:
    """What each form in which pages write fields gives for the block at ``at``, likely ones first;
    None where the block is about something else."""
    piece = blocks[at]
    match piece.block:
        case Table() as block:
            yield _make_rows(piece, read_table(block, announced=_is_announced(blocks, at)))
            if "body" in topics_of(next(piece.place.words(), "")):
                yield _make_rows(piece, read_body_table(block))
        case FieldBlock() as block:
            yield _make_rows(piece, read_field_block(block))
        case Component():
            yield read_components(blocks, at)
        case ListBlock() as block:
            if all(item.blocks and _mark_of_all(item.text.plain) for item in block.items):
                return
            announced = _is_announced(blocks, at) or _names_keys(blocks, at)
            table = read_list(block, announced=announced or _resumes(blocks, at))
            table = table or read_header_lines(block, _find_words_above(piece, block))
            yield _make_rows(piece, table, *find_nested_lists(block))
        case Heading():
            yield read_headings(blocks, at)
        case Paragraph() as block:
            yield read_assignments(blocks, at)
            yield _read_lines(block, blocks, at)
            yield _read_stacked(blocks, at)
        case CodeBlock() as block:
            yield read_pairs(blocks, at)
            yield _make_rows(piece, read_declarations(block))
            yield _make_rows(piece, read_header_lines(block, next(piece.place.words(), "")))
            yield _read_lines(block, blocks, at)
            columns = read_columns(block)
            announced = _is_announced(blocks, at)
            yield _make_rows(piece, read_table(columns, announced=announced) if columns else None)


def _make_rows(piece: LocatedBlock, table: FieldTable | None, *more: Block) -> ReadRows | None:
    return ReadRows(piece, table, blocks=more) if table else None


def _find_words_above(piece: LocatedBlock, block: ListBlock) -> str:
    """The nearest words about a list that are not those of its own item."""
    own = block.items[0].text.plain if len(block.items) == 1 else ""
    return next((words for words in piece.place.words() if words != own), "")


def _read_stacked(blocks: Blocks, at: int) -> ReadRows | None:
    """A name, its type, a mark and words, each a short paragraph or line of its own."""
    found = read_stacked(blocks, at)
    if found is None:
        return None
    typed = sum(1 for row in found.table.fields if row.type_text)
    captioned = typed > 1 and found.piece.place.captions
    trusted = typed >= _TRUSTED or captioned or _is_announced_code(found.piece)
    return replace(found, from_paragraphs=not trusted)


def _read_lines(block: Paragraph | CodeBlock, blocks: Blocks, at: int) -> ReadRows | None:
    """Lines below an announcement or a sample of them, each a name, a sign and words."""
    above = blocks[at - 1].block if at else None
    if isinstance(block, Paragraph) and isinstance(above, CodeBlock):
        keys, line = above.text, _find_last_line(blocks, at - 1) or blocks[at].place.caption
        if f'"{block.text.plain.partition(":")[0].strip()}"' not in keys:
            return None
    else:
        keys, line = "", _find_last_line(blocks, at)
    table = read_lines(block, keys) if line else None
    place = blocks[at].place
    before = tuple(caption for caption in place.captions if caption.strip() != line.strip())[-1:]
    return _make_rows(replace(blocks[at], place=replace(place, captions=(*before, line))), table)


def read_rows(blocks: Blocks) -> list[ReadRows]:
    """The rows of every place, in page order; a block belongs to one place.

    A page without tables of types that has one long run of paragraphs writes all its fields so.
    """
    found = sorted(_nest_tables(blocks, _read(blocks)), key=lambda place: place.piece.place.index)
    found = [_with_mark_above(_with_array(place, blocks), blocks) for place in found]
    found = _with_letters(found)
    runs = [f for f in found if isinstance(f.piece.block, Paragraph)]
    established = any(not run.from_paragraphs for run in runs)
    if established and not any(
        "type" in f.table.columns for f in found if not isinstance(f.piece.block, Paragraph)
    ):
        return [replace(f, from_paragraphs=False) for f in found]
    return found


def _with_array(place: ReadRows, blocks: Blocks) -> ReadRows:
    """The rows as items where the line above says no more than that: ``Array of:``, ``Array`` over
    a table, or a title that names a side ends so: ``Response (array)``."""
    caption = place.piece.place.caption
    above = blocks[place.piece.place.index - 1].block if place.piece.place.index else None
    lone = find_lone_text(above) if isinstance(above, Paragraph) else None
    if lone and isinstance(place.piece.block, Table) and is_array_word(lone.plain):
        return _as_items(place)
    title = next(iter(place.piece.place.words()), "")
    if names_side(title) and phrases("references.listed_title").found_in(title):
        return _as_items(place)
    words = caption.rstrip(" :：").split()
    bare = len(words) <= _ARRAY_WORDS or phrases("rows.follow").found_in(caption[-_FOLLOWS:])
    if not caption.endswith((":", "：")) or not bare:
        return place
    if not phrases("references.list_of").begins(" ".join([*words, ""])):
        return place
    return _as_items(place)


def is_array_word(wording: str) -> bool:
    """Whether the words are the type of an array and nothing else."""
    words = wording.strip(" :：*`")
    return len(words.split()) <= _ARRAY_WORDS and read_type(words).kind == "array"


def _as_items(place: ReadRows) -> ReadRows:
    if place.table.root:
        return place
    root = root_row("array", place.table.span)
    return replace(place, table=replace(place.table, root=root))


def _with_mark_above(place: ReadRows, blocks: Blocks) -> ReadRows:
    """The rows with the mark that the heading, line or sentence above gives all of them:
    ``Optional``, ``All parameters are required.``"""
    where = place.piece.place
    lines = [h.text.plain for h in where.headings[-1:]] + ([where.caption] if where.caption else [])
    lines += where.labels[-1:]
    stated = next(filter(None, map(_mark_of_all, reversed(lines))), None)
    if stated is None and any(map(phrases("presence.all-optional").found_in, lines)):
        stated = Stated.NO
    stated = stated or (Stated.YES if _are_all_required(blocks[: where.index]) else None)
    marked = any(row.required is not Stated.NOT_STATED for row in place.table.fields)
    has_marks = isinstance(place.piece.block, Table) and "required" in place.table.columns
    if stated is None or marked or has_marks:
        return place
    rows = (
        replace(row, required=stated)
        if not row.name.depth and read_stated(row.description.plain) is Stated.NOT_STATED
        else row
        for row in place.table.fields
    )
    return replace(place, table=replace(place.table, fields=tuple(rows)))


def _are_all_required(above: Blocks) -> bool:
    """Whether a sentence right above, below the last heading, list or table, says so."""
    for piece in reversed(above[-_ABOVE:]):
        if isinstance(piece.block, Heading | ListBlock | Table):
            return False
        if isinstance(piece.block, Paragraph):
            plain = piece.block.text.plain
            if len(plain) <= _SENTENCES and phrases("presence.all-required").found_in(plain):
                return True
    return False


def _mark_of_all(line: str) -> Stated | None:
    """What a line says of all rows below it, with no other words than those for rows."""
    plain = normalize_text(line).rstrip(":：")
    hits = (phrases(f"beside-names.{mark}").begins(plain) for mark in ("required", "optional"))
    end = next((hit.end for hit in hits if hit), 0)  # no blank follows a mark in every language
    words = [*plain[:end].split(), *plain[end:].split()]
    if not 0 < len(words) <= _ARRAY_WORDS:
        return None
    marks = [word for word in words if len(word) > 1 and word in required_marks()]
    others = [word for word in words if word not in marks and not topics_of(word)]
    if len(marks) != 1 or any(columns().get(word) != "name" for word in others):
        return None
    stated = required_marks()[marks[0]]
    return stated if stated in (Stated.YES, Stated.NO) else None


def _with_letters(found: list[ReadRows]) -> list[ReadRows]:
    """Marks that mean one thing on one page and the opposite on another.

    An ``O`` is the circle of a yes, except on a page whose marks are M and O: it is optional.  An
    ``X`` is the cross of a no, except on a page whose other mark is a dash: it is a cross made.
    """
    letters = {normalize_text(row.mark) for place in found for row in place.table.fields} - {""}
    if {"m", "o"} <= letters and "x" not in letters:
        meaning = {"o": Stated.NO}
    elif letters in ({"x", "-"}, {"x", "–"}):
        meaning = dict.fromkeys(letters, Stated.NO) | {"x": Stated.YES}
    else:
        return found
    return [replace(place, table=_with_meaning(place.table, meaning)) for place in found]


def _with_meaning(table: FieldTable, meaning: Mapping[str, Stated]) -> FieldTable:
    rows = (
        replace(r, required=meaning.get(normalize_text(r.mark), r.required)) for r in table.fields
    )
    return replace(table, fields=tuple(rows))


def _nest_tables(blocks: Blocks, found: Iterable[ReadRows]) -> Iterator[ReadRows]:
    """Tables whose captions name a row of the table above, with their rows put there; so are those
    right below it that are as many as its rows without members, each below its own."""
    above: ReadRows | None = None
    positions = {id(piece.block): at for at, piece in enumerate(blocks)}
    waiting: list[int] = []
    places = list(found)
    for number, place in enumerate(places):
        caption = caption_above(blocks, positions[id(place.piece.block)])
        is_near = above is not None and _is_near(above, place)
        if not waiting and above is not None:
            waiting = _match_run(
                above, map(places.__getitem__, range(number, len(places))), positions
            )
        at: tuple[int, ...] = (waiting.pop(0),) if waiting else ()
        if above and is_near and not at:
            at = parents_of(caption, above.table.fields)
        if above is None or not at:
            if above:
                yield above
            above = place
            continue
        table = above.table
        for index in sorted(at, reverse=True):
            table = nest_rows(table, index, place.table)
        waiting = [index + len(place.table.fields) for index in waiting]
        above = replace(above, table=table, blocks=(*above.blocks, place.piece.block))
        yield replace(place, table=replace(place.table, fields=()))
    if above:
        yield above


def _match_run(
    above: ReadRows, places: Iterable[ReadRows], positions: Mapping[int, int]
) -> list[int]:
    """The rows without members, where as many tables of the same header stand right below."""
    first = above.piece.block
    if not isinstance(first, Table) or len(above.blocks) > 1:
        return []
    rows = list(find_containers(above.table.fields))
    if len(rows) < 2:
        return []
    header = [cell.plain for cell in first.header]
    run, last = 0, positions[id(first)]
    for place in places:
        block = place.piece.block
        if not isinstance(block, Table) or positions[id(block)] != last + 1:
            break
        if run > len(rows) or header != [cell.plain for cell in block.header]:
            break
        run, last = run + 1, last + 1
    return rows if len(rows) == run else []


def _is_near(above: ReadRows, place: ReadRows) -> bool:
    """Whether two tables stand under one heading, or the second under a further one within it."""
    first, second = above.piece.place.headings, place.piece.place.headings
    return second == first or (bool(first) and second[:-1] == first)


def _read(blocks: Blocks) -> Iterator[ReadRows]:
    used: set[int] = set()
    for at, piece in enumerate(blocks):
        if id(piece.block) in used:
            continue
        if found := next(filter(None, find_rows(blocks, at)), None):
            used.update(map(id, found.blocks))
            yield found


def _find_last_line(blocks: Blocks, at: int) -> str:
    """The last line above a block, or the only item, where it announces fields; empty where it
    does not."""
    above = blocks[at - 1].block if at else None
    text = above.text if isinstance(above, Heading) else find_lone_text(above) if above else None
    if text is None:
        return ""
    words = text.plain
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
        caption = blocks[at].place.caption
        words = caption if caption and above.text.plain.endswith(caption) else above.text.plain
    elif isinstance(above, ListBlock) and labels:
        bare = not announces_fields(labels[-1]) and _mark_of_all(labels[-1])
        words = blocks[at].place.caption if bare else labels[-1]
    else:
        return False
    if words.rstrip().endswith((":", "：")) and phrases("rows.follow").found_in(words[-_FOLLOWS:]):
        return True
    return len(words) <= _ANNOUNCEMENT and announces_fields(words)


def _resumes(blocks: Blocks, at: int) -> bool:
    """Whether a list goes on with the announced one above the paragraph that parts them."""
    if at < 2 or blocks[at].place.labels or not isinstance(blocks[at - 1].block, Paragraph):
        return False
    return isinstance(blocks[at - 2].block, ListBlock) and _is_announced(blocks, at - 2)


def _names_keys(blocks: Blocks, at: int) -> bool:
    """Whether the items of a list begin with keys of the sample right above it, be it a query."""
    block, above = blocks[at].block, blocks[at - 1].block if at else None
    if not isinstance(block, ListBlock) or not isinstance(above, CodeBlock):
        return False
    names = [text.plain[: text.marks[0].end].strip() for text in _list_marked_items(block)]
    keys = sum(f'"{name}"' in above.text or f"{name}=" in above.text for name in names)
    return bool(names) and keys >= _KEYS_SHARE * len(block.items)


def _list_marked_items(block: ListBlock) -> Iterator[Text]:
    return (i.text for i in block.items if i.text.marks and not i.text.marks[0].start)
