"""Names, rows, marks and places of members and inputs; endpoints; twins that disagree."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, get_args

from msgspec.structs import replace

from conformance.drift.packets.cells import (
    RowAt,
    build_row,
    count_type_words,
    count_uses,
    edit_rows,
    is_proven,
    line_of,
    place_of,
    replace_word,
    row_at,
    strip_ticks,
    swap_word,
    table_rows,
    word_for,
)
from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal, ask, question
from conformance.drift.relations import is_envelope
from conformance.model.contract import Claim
from conformance.model.document import Heading
from conformance.model.finding import Finding
from conformance.model.operation import Location, Stated
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.facets.types import read_type
from conformance.reading.rows.row import read_required
from conformance.schema.kinds import kind_of
from conformance.vocabulary import Column, counterparts, locations, normalize_text

_EVERYWHERE = 2
"""Other lines that have to use a name, with none that uses the other, before it is the name."""
_MEMBER: Final = regex(r"(?P<indent>\s*)\"(?:[^\"\\]|\\.)*\"\s*:\s*[^{\[]*?(?P<comma>,?)\s*\Z")
_STAR: Final = regex(r"\s*\\?\*+(?=\s*`?\s*$)")
_NAME: Final = regex(r"`([^`]+)`")
_NEAR: Final = 7
"""Lines below a name within which a form marks it."""


def correct_name(finding: Finding, docs: Docs) -> Advice | None:
    """Certain by use on the other pages, or by responses enough that all have the other name."""
    stated, observed = strip_ticks(finding.expected), strip_ticks(finding.actual)
    place = place_of(finding)
    table = edit_rows(
        docs, finding, "name", lambda row: swap_word(row.raw("name"), stated, observed)
    )
    example = replace_word(docs, *place, observed, stated) if place else ()
    if is_proven(finding) and table:
        return Proposal(text=f"The API sends `{observed}`: the tables say so, too.", edits=table)
    # What is in dispute is on the operation's own pages, in any language.
    disputed = {span.page for span in docs.lines_of(finding.operation, finding.subject)}
    stated_uses = count_uses(docs, stated, disputed)
    observed_uses = count_uses(docs, observed, disputed)
    if observed_uses >= _EVERYWHERE and not stated_uses and table:
        text = f"Every other line says `{observed}` ({observed_uses} of them): the table does, too."
        return Proposal(text=text, edits=table)
    if stated_uses >= _EVERYWHERE and not observed_uses and example:
        text = f"Every other line says `{stated}` ({stated_uses} of them): the example does, too."
        return Proposal(text=text, edits=example)
    return ask(
        f"Is the member called `{stated}` or `{observed}`?",
        (f"It is `{observed}`: the table is corrected.", table),
        (f"It is `{stated}`: the example is corrected.", example),
    )


def add_member(finding: Finding, docs: Docs) -> Advice | None:
    """A row for it: certain when responses enough have it; printed in an example it is asked."""
    name = strip_ticks(finding.actual.split("`")[1]) if finding.actual.count("`") == 2 else ""
    if is_envelope(finding):
        return question(replace(finding, rule="undocumented-envelope"))
    if not name:
        return ask("Which of these members belong to the answer?")
    rows = _add_rows(finding, docs, name)
    if is_proven(finding, always=False) and rows:
        text = f"`{name}` gets a row, with the type that was seen; what it means is for you to say."
        return Proposal(text=text, edits=rows)
    no = "No: it is taken out of the example." if place_of(finding) else "No."
    return ask(
        f"Is `{name}` part of the answer?",
        ("Yes: it gets a row (what it means is for you to say).", rows),
        (no, _remove_unshown(finding, docs)),
    )


def show_member(finding: Finding, docs: Docs) -> Advice | None:
    """No longer marked as always there: certain when responses enough lack it."""
    name = strip_ticks(finding.expected.split("`")[1]) if finding.expected.count("`") == 2 else ""
    if not name:
        return None

    def unmark(row: RowAt) -> str | None:
        marked = read_required(row.raw("required")) is Stated.YES
        return _find_mark_word(docs, row, Stated.NO) if marked else None

    unmarked = edit_rows(docs, finding, "required", unmark)
    if is_proven(finding, always=False) and unmarked:
        return Proposal(text=f"`{name}` is no longer marked as always there.", edits=unmarked)
    return ask(
        f"Is `{name}` always there?",
        ("It may be absent: the mark goes.", unmarked),
        ("It is always there: the example is to show it.", ()),
        ("It is no longer part of the answer: its row goes.", ()),
    )


def _add_rows(finding: Finding, docs: Docs, name: str) -> tuple[Edit, ...]:
    """A row below the last one of the same object, in every language."""
    owner, kind = finding.subject.rpartition(".")[0], _infer_kind(finding)
    last: dict[str, tuple[RowAt, str]] = {}
    for claim in docs.claims_of(finding.operation):
        if claim.subject.rpartition(".")[0] == owner:
            row = row_at(docs, claim.span)
            known = last.get(claim.span.page)
            if row and (known is None or known[0].number < row.number):
                last[claim.span.page] = row, claim.subject.rpartition(".")[2]
    edits = []
    for row, sibling in last.values():
        if sibling in (beside := row.raw("name")):
            word = word_for(docs, row.page, kind) if kind else ""  # type: ignore[arg-type]
            line = build_row(row, {"name": beside.replace(sibling, name), "type": word})
            edits.append(Edit(row.page, row.number + 1, row.number, (line,)))
    return tuple(edits)


def _infer_kind(finding: Finding) -> str:
    try:
        value = json.loads(finding.observed.value) if finding.observed else None
    except ValueError:
        return finding.actual.rpartition(" ")[2] if finding.actual else ""
    return "" if value is None else kind_of(value)


def _find_mark_word(docs: Docs, row: RowAt, mark: Stated) -> str:
    """The page's own word for a mark; an empty cell where it has none."""
    rows = (row_at(docs, claim.span) for claim in docs.claims_on(row.page))
    words = (other.raw("required") for other in rows if other)
    return next((raw for raw in words if raw and read_required(raw) is mark), "")


def _remove_unshown(finding: Finding, docs: Docs) -> tuple[Edit, ...]:
    """The line of the example that holds the member and nothing else."""
    place = place_of(finding)
    line = line_of(docs, *place) if place else None
    hit = _MEMBER.match(line) if line and len(line) < 2_000 else None
    if place is None or hit is None:
        return ()
    page, number = place
    if hit["comma"]:
        return (Edit(page, number, number, ()),)
    before = line_of(docs, page, number - 1)
    if before is None or not before.rstrip().endswith(","):
        return ()
    return (Edit(page, number - 1, number, (before.rstrip()[:-1],)),)


def remove_marks(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: the page says itself that only one of them may be given."""
    names = {name.removesuffix("[]") for name in _NAME.findall(finding.message)}
    page = finding.documented.page if finding.documented else ""
    marked = [
        t
        for t in docs.claims_of(finding.operation)
        if t.span.page == page and t.subject.partition(".")[2] in names and Stated.YES in t.marks
    ]
    edits = tuple(edit for claim in marked for edit in _remove_mark(docs, claim))
    if not edits:
        return None
    listed = " and ".join(f"`{name}`" for name in sorted(names))
    return Proposal(
        text=f"{listed} lose their marks of required inputs; that one of them is, the page "
        "says in words.",
        edits=edits,
    )


def _remove_mark(docs: Docs, claim: Claim) -> tuple[Edit, ...]:
    row = row_at(docs, claim.span)
    if row is None:
        # The line of a form that says nothing but that it is required, and the blank one below
        lines = docs.by_page[claim.span.page].document.lines
        for number in range(claim.span.line + 1, min(claim.span.line + _NEAR, len(lines) + 1)):
            if read_required(lines[number - 1]) is Stated.YES:
                blank = number < len(lines) and not lines[number].strip()
                return (Edit(claim.span.page, number, number + blank, ()),)
        return ()
    if row.has("required"):
        return row.edit("required", _find_mark_word(docs, row, Stated.CONDITIONAL))
    return row.edit("name", _STAR.sub("", row.raw("name")))


_CELLS: Final[dict[str, Column]] = {
    "parity-type": "type",
    "parity-required": "required",
    "parity-default": "default",
}
"""Rules whose fact has a cell of its own."""
_OPPOSITES: Final = (("case-sensitive", "not-case-sensitive"), ("ascending", "descending"))
"""What says the contrary of each other."""
_ALONE: Final = regex(r"; (?P<side>\S{1,40}) stands alone\Z")


def correct_location(finding: Finding, docs: Docs) -> Advice | None:
    """Certain for a placeholder of the path; where prose and table differ it is asked."""
    stated, tabled = finding.expected, finding.actual
    if stated not in (*get_args(Location), "body"):
        return ask("Where does it go?")
    if finding.subject in ("parameters", "requestBody"):
        cells = _correct_all_places(finding, docs, stated)
        words = _reword_places(finding, docs, stated, tabled)
        return ask(
            f"Do the inputs go in the {stated} or the {tabled}?",
            (f"In the {stated}, as the text says: the table is corrected.", cells),
            (f"In the {tabled}, as the table says: the text says so, too.", words),
        )

    def correct(row: RowAt) -> str | None:
        return stated if locations().get(normalize_text(row.raw("location"))) else None

    cells = edit_rows(docs, finding, "location", correct)
    if stated == "path" and cells:
        return Proposal(text="It is part of the path: the table says so, too.", edits=cells)
    return ask(
        f"Does it go in the {stated} or the {tabled}?",
        (f"In the {stated}.", cells),
        (f"In the {tabled}, as tabled.", ()),
    )


def _reword_places(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    """The word changed in every sentence that says where the inputs go."""
    return tuple(
        edit
        for source in docs.sources
        for wording in source.reading.statements
        if wording.kind == "location" and wording.operation == finding.operation
        for line in range(wording.span.line, wording.span.end_line + 1)
        for wrong, right in counterparts(old, new)
        for edit in replace_word(docs, source.page, line, wrong, right)
    )


def _correct_all_places(finding: Finding, docs: Docs, stated: str) -> tuple[Edit, ...]:
    """The place of every row of the table in every language."""
    edits: dict[Edit, None] = {}
    for claim in docs.claims_of(finding.operation):
        row = row_at(docs, claim.span) if claim.location == finding.actual else None
        for other in table_rows(docs, row) if row else ():
            if locations().get(normalize_text(other.raw("location"))) == finding.actual:
                edits |= dict.fromkeys(other.edit("location", stated))
    return tuple(edits)


def correct_endpoint(finding: Finding, docs: Docs) -> Advice | None:
    """Certain where the page's own sample calls them; nobody can say where nothing does."""
    source, key = docs.page_of(finding), finding.operation
    if source is None or finding.subject != "endpoint" or source.document.markup != "markdown":
        return ask("Which method and path is this page about?")
    headings = (b for b in source.document.blocks if isinstance(b, Heading) and b.level == 1)
    title = next(headings, None)
    if title is None or not title.text.plain.strip():
        return ask(f"Where should the page say `{key}`?")
    line = title.span.end_line + 1
    method, _, path = key.partition(" ")
    servers = (s for o in source.reading.operations if o.key == key for s in o.servers)
    called = f"`{method} {next(servers, '').rstrip('/')}{path}`"
    return Proposal(
        text=f"{called}, which the sample calls, stands below the title.",
        edits=(Edit(source.page, line, line - 1, ("", called)),),
    )


def correct_twin(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when witnesses leave one side standing alone and what it has to say is no prose."""
    other, here, old, new = place_of(finding), finding.documented, finding.expected, finding.actual
    if here is None or other is None:
        return None
    there = Span(other[0], other[1], other[1])
    first = _edit_line(finding, docs, here, there, old, new)
    second = _edit_line(finding, docs, there, here, new, old)
    alone = _ALONE.search(finding.message)
    sources = [docs.by_page.get(span.page) for span in (here, there)]
    sides = ((here.page, first, old, new), (there.page, second, new, old))
    for source, (page, edits, wrong, right) in zip(sources, sides, strict=True):
        if alone and source and source.language == alone["side"] and edits:
            text = f"{page} says {right}, as every other source does, instead of {wrong}."
            return Proposal(text=text, edits=edits)
    if not (old and new):  # what one page says and the other leaves out, by their languages
        pages = [
            (source.language if source else "") or side[0]
            for source, side in zip(sources, sides, strict=True)
        ]
        lacking, having = pages if not old else reversed(pages)
        return ask(
            f"{having} says {old or new}, {lacking} leaves it out: which is meant?",
            (f"It holds: {lacking} is to say it, too.", ()),
            (f"It does not: it goes from {having}.", ()),
        )
    return ask(
        "Which of the pages is right?",
        (f"{there.page} is right, and {here.page} is corrected.", first),
        (f"{here.page} is right, and {there.page} is corrected.", second),
    )


def _edit_line(
    finding: Finding, docs: Docs, wrong: Span, right: Span, old: str, new: str
) -> tuple[Edit, ...]:
    """The edit that makes the line ``wrong`` say what ``right`` says; none for prose."""
    column = _CELLS.get(finding.rule)
    rows = row_at(docs, wrong), row_at(docs, right)
    if column and rows[0] and rows[1]:
        word = _find_cell_word(docs, rows[0], rows[1], column)
        if word is not None and (edits := rows[0].edit(column, word)):
            return edits
    pairs = [*_list_word_pairs(old, new)]
    for affirms, denies in _OPPOSITES if finding.rule == "parity-prose" else ():
        for one, other in counterparts(affirms, denies):
            pairs += ((one, other), (other, one))
    found = (replace_word(docs, wrong.page, wrong.line, *pair) for pair in pairs)
    return next(filter(None, found), ())


def _find_cell_word(docs: Docs, wrong: RowAt, right: RowAt, column: Column) -> str | None:
    """What the cell has to hold, in the words of the page it is on; None for another language."""
    raw = right.raw(column)
    if column == "type":
        kind = read_type(raw.strip("`")).kind
        if kind and not raw.isascii():
            words = count_type_words(docs, wrong.page, kind)
            return next(iter(words), None)
    if column == "required":
        meant = read_required(raw)
        for claim in docs.claims_on(wrong.page):
            row = row_at(docs, claim.span)
            if row and row.has(column) and read_required(row.raw(column)) is meant:
                return row.raw(column)
    return raw if raw.isascii() else None


def _list_word_pairs(old: str, new: str) -> Iterator[tuple[str, str]]:
    """The words in dispute as a message has them, then without its quotes and backticks."""
    if old and new:
        yield old, new
        bare = strip_ticks(old).strip('"'), strip_ticks(new).strip('"')
        if bare != (old, new) and all(bare):
            yield bare
        numbers = re.findall(r"\d+(?:\.\d+)?", old), re.findall(r"\d+(?:\.\d+)?", new)
        if len(numbers[0]) == len(numbers[1]) == 1:
            yield numbers[0][0], numbers[1][0]
