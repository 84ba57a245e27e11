"""What stands on a page as text: artefacts of a capture, headers, links, media types and JSON."""

from __future__ import annotations

import difflib
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import partial
from typing import Final

from conformance.checks.rules.texts import find_mojibake
from conformance.checks.samples import mend
from conformance.drift.packets.cells import cell_places, cells_of, put_cell
from conformance.drift.packets.packet import Advice, Docs, Edit, PageSource, Proposal, ask
from conformance.model.document import Heading, Paragraph, Table, walk
from conformance.model.finding import Finding
from conformance.patterns import regex
from conformance.reading.rows.columns import column_of
from conformance.vocabulary import Column

_NEAR: Final = 0.8
_LONGEST: Final = 200
_TARGET: Final = regex(r"#\S{0,200}")
_ENGLISH: Final[dict[Column, str]] = {
    "name": "Name",
    "type": "Type",
    "description": "Description",
    "required": "Required",
    "optional": "Optional",
    "location": "In",
    "default": "Default",
    "enum": "Values",
    "limits": "Range",
    "example": "Example",
    "nullable": "Nullable",
    "code": "Code",
}
"""The words for a page that has no other table; English header words are at home everywhere."""
_FRAMES: Final = frozenset(("navigation", "page footer"))
_FRAME: Final = (
    "Only words that are debris beyond doubt are taken out: the menu or footer they belong to "
    "runs into the text beside it and has to be cut by eye, or captured anew."
)
_TRAILING: Final = regex(r",(?P<gap>\s*)(?=[}\]])")
_ENDS: Final = regex(r"(?:[\]}\"\w])\s*\Z")
_BEGINS: Final = regex(r"\s*(?:[\[{\"]|-?\d)")
_COMMAS: Final = frozenset(("a comma too many", "a missing comma"))


def correct_link(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when one anchor is near and no other is; else the near ones are offered."""
    source = docs.page_of(finding)
    hit = _TARGET.search(finding.expected)
    if source is None or hit is None or "…" in finding.expected:
        return None
    target = hit.group()
    headings = (b.anchor for b in walk(source.document.blocks) if isinstance(b, Heading))
    anchors = [anchor for anchor in headings if anchor and len(anchor) < _LONGEST]
    near = difflib.get_close_matches(target[1:], anchors, n=3, cutoff=_NEAR)
    old = re.compile(re.escape(f"({target}") + r"(?=[)\s])")
    edits = {a: _rewrite_lines(source, partial(old.sub, f"(#{a}")) for a in near}
    if len(near) == 1:
        text = f"The link leads to `#{near[0]}`, the one section of nearly that name."
        return Proposal(text=text, edits=edits[near[0]])
    answers = ((f"To `#{a}`.", edits[a]) for a in near)
    return ask(f"Where is the link to `{target}` to lead?", *answers)


def _rewrite_lines(source: PageSource, rewrite: Callable[[str], str]) -> tuple[Edit, ...]:
    """The edits that make each line what ``rewrite`` makes of it."""
    lines = ((n, line, rewrite(line)) for n, line in enumerate(source.document.lines, 1))
    return tuple(Edit(source.page, n, n, (new,)) for n, line, new in lines if new != line)


def correct_headers(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when the vocabulary knows what every foreign word announces."""
    span, source = finding.documented, docs.page_of(finding)
    if span is None or source is None:
        return None
    line = source.document.lines[span.line - 1]
    # The word the page's other tables use most for each kind of column.
    words: dict[Column, Counter[str]] = {}
    tables = (b for b in walk(source.document.blocks) if isinstance(b, Table))
    for cell in (cell for table in tables for cell in table.header):
        column, word = column_of(cell.plain), cell.plain.strip()
        if column and cell.span.line != span.line and word.isascii():
            words.setdefault(column, Counter())[word] += 1
    used = {column: counts.most_common(1)[0][0] for column, counts in words.items()}
    below = next(map(cells_of, source.document.lines[span.line : span.line + 1]), ())
    result, swaps = line, []
    for number, (start, end) in enumerate(cell_places(line)):
        word = line[start:end].strip()
        meaning = column_of(word)
        if word.isascii():
            continue
        if meaning is None:
            return ask(f"What is `{word}` in the language of the page?")
        new = used.get(meaning) or _ENGLISH[meaning]
        result = put_cell(result, number, new, below[number] if len(below) > number else "")
        swaps.append(f"`{word}` becomes `{new}`")
    if not swaps:
        return None
    return Proposal(
        text=f"The header speaks the language of the page: {', '.join(swaps)}.",
        edits=(Edit(span.page, span.line, span.line, (result,)),),
    )


def correct_media_type(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: no such media type is registered, and one that differs in a letter is."""
    source = docs.page_of(finding)
    wrong, right = finding.actual, finding.expected
    if source is None or not wrong:
        return None
    either = re.compile(f"{re.escape(right)}|{re.escape(wrong)}")  # one may hold the other
    edits = _rewrite_lines(source, lambda line: either.sub(right, line))
    return Proposal(text=f"`{wrong}` is spelt `{right}`.", edits=edits) if edits else None


def remove_artefact(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: such text documents nothing."""
    source = docs.page_of(finding)
    if source is None:
        return None
    what = finding.subject.removeprefix(f"{source.page} ")
    wording = finding.actual
    if what == "code editor":
        edits = tuple(_remove_gutter(source, wording))
        text = "The editor's gutter goes: the row of x and the line numbers."
    elif what == "broken encoding":
        edits = _rewrite_lines(source, _decode_line)
        text = f"`{wording}` is read as UTF-8, as it was meant."
    elif source.document.markup == "flat":
        edits = _rewrite_lines(source, lambda line: line.replace(wording, "", 1))
        text = f"“{wording}” goes."
    else:
        edits = tuple(_remove_line(source, wording))
        text = f"“{wording}” goes."
    note = _FRAME if source.document.markup == "flat" and what in _FRAMES else ""
    return Proposal(text=text, edits=edits, note=note) if edits else None


def _remove_line(source: PageSource, wording: str) -> Iterator[Edit]:
    """A line of its own goes with the blank one below; a cell is emptied."""
    for number, line in enumerate(source.document.lines, 1):
        if line.strip() == wording:
            yield _without(source, number, number)
        elif wording in line and "|" in line:
            for place, (start, end) in enumerate(cell_places(line)):
                if line[start:end].strip() == wording:
                    emptied = put_cell(line, place, "", line[start:end])
                    yield Edit(source.page, number, number, (emptied,))


def _without(source: PageSource, first: int, last: int) -> Edit:
    lines = source.document.lines
    blank = last + 1 < len(lines) and not lines[last].strip()
    return Edit(source.page, first, last + blank, ())


def _remove_gutter(source: PageSource, wording: str) -> Iterator[Edit]:
    """The row of x, and every paragraph that counts upwards from 1."""
    expected = 1
    for block in walk(source.document.blocks):
        if not isinstance(block, Paragraph):
            continue
        text = block.text.plain.strip()
        if text and not text.strip("x") and len(text) >= 10 and expected == 1:
            yield _without(source, block.span.line, block.span.end_line)
        elif text == str(expected):
            yield _without(source, block.span.line, block.span.end_line)
            expected += 1


def _decode_line(line: str) -> str:
    while (broken := find_mojibake(line)) and (meant := _repair_mojibake(broken)):
        line = line.replace(broken, meant)
    return line


def _repair_mojibake(broken: str) -> str:
    """What the characters were before a careless reader; empty when they are lost."""
    for charset in ("cp1252", "latin-1"):
        try:
            return broken.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return ""


def mend_commas(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when only commas are too many or missing; what was left out, nobody can say."""
    bodies = (one for o in docs.operations for one in (*o.responses, o.body) if one)
    printed = (example for one in bodies for example in one.examples if not example.parsed)
    example = next((e for e in printed if e.span == finding.documented), None)
    mended = mend(example.text) if example else None
    if example is None or mended is None or not set(mended.repairs) <= _COMMAS:
        return ask("What is the example meant to show, as JSON?")
    block = example.block or example.span
    lines = list(docs.by_page[block.page].document.lines[block.line - 1 : block.end_line])
    result = _mend_commas(lines)
    edits = tuple(
        Edit(block.page, block.line + n, block.line + n, (new,))
        for n, (old, new) in enumerate(zip(lines, result, strict=True))
        if old != new
    )
    if not edits:
        return ask("What is the example meant to show, as JSON?")
    return Proposal(text=f"The example becomes JSON: {' and '.join(mended.repairs)}.", edits=edits)


def _mend_commas(lines: list[str]) -> list[str]:
    """Commas before a closing bracket go, also over the end of a line; missing ones come."""
    result = [_TRAILING.sub(lambda hit: hit["gap"], line) for line in lines]
    for n in range(len(result) - 1):
        following = next((line for line in result[n + 1 :] if line.strip()), "")
        if result[n].rstrip().endswith(",") and following.lstrip()[:1] in ("}", "]"):
            stripped = result[n].rstrip()
            result[n] = stripped[:-1] + result[n][len(stripped) :]
        elif _ENDS.search(result[n]) and _BEGINS.match(following) and result[n].strip():
            result[n] = result[n].rstrip() + ","
    return result
