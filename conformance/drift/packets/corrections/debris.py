"""Text of the site a page was captured from: taken out; broken encoding read as it was meant."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.checks.lint.artefacts import mojibake
from conformance.drift.packets.cells import cell_places, put_cell
from conformance.drift.packets.packet import Advice, Docs, Edit, PageSource, Proposal
from conformance.model.document import Paragraph, walk
from conformance.model.finding import Finding

_FRAMES: Final = frozenset(("navigation", "page footer"))
_FRAME: Final = (
    "Only words that are debris beyond doubt are taken out: the menu or footer they belong to "
    "runs into the text beside it and has to be cut by eye, or captured anew."
)


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: such text documents nothing."""
    source = docs.by_page.get(finding.documented.page) if finding.documented else None
    if source is None:
        return None
    what = finding.subject.removeprefix(f"{source.page} ")
    said = finding.actual
    if what == "code editor":
        edits = tuple(_gutter(source, said))
        says = "The editor's gutter goes: the row of x and the line numbers."
    elif what == "broken encoding":
        edits = tuple(_decoded(source))
        says = f"`{said}` is read as UTF-8, as it was meant."
    elif source.document.markup == "flat":
        edits = tuple(_cut_out(source, said))
        says = f"“{said}” goes."
    else:
        edits = tuple(_left_out(source, said))
        says = f"“{said}” goes."
    note = _FRAME if source.document.markup == "flat" and what in _FRAMES else ""
    return Proposal(says=says, edits=edits, note=note) if edits else None


def _cut_out(source: PageSource, said: str) -> Iterator[Edit]:
    for number, line in enumerate(source.document.lines, 1):
        if said in line:
            yield Edit(source.page, number, number, (line.replace(said, "", 1),))


def _left_out(source: PageSource, said: str) -> Iterator[Edit]:
    """A line of its own goes with the blank one below; a cell is emptied."""
    for number, line in enumerate(source.document.lines, 1):
        if line.strip() == said:
            yield _without(source, number, number)
        elif said in line and "|" in line:
            for place, (start, end) in enumerate(cell_places(line)):
                if line[start:end].strip() == said:
                    yield Edit(
                        source.page, number, number, (put_cell(line, place, "", line[start:end]),)
                    )


def _without(source: PageSource, first: int, last: int) -> Edit:
    lines = source.document.lines
    blank = last + 1 < len(lines) and not lines[last].strip()
    return Edit(source.page, first, last + blank, ())


def _gutter(source: PageSource, said: str) -> Iterator[Edit]:
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


def _decoded(source: PageSource) -> Iterator[Edit]:
    for number, line in enumerate(source.document.lines, 1):
        made = line
        while broken := mojibake(made):
            meant = _meant(broken)
            if not meant:
                break
            made = made.replace(broken, meant)
        if made != line:
            yield Edit(source.page, number, number, (made,))


def _meant(broken: str) -> str:
    """What the characters were before a careless reader; empty when they are lost."""
    for charset in ("cp1252", "latin-1"):
        try:
            return broken.encode(charset).decode("utf-8")
        except UnicodeError:
            continue
    return ""
