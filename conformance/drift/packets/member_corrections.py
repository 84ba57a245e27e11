"""Names, rows and marks of members and inputs."""

from __future__ import annotations

import json
from typing import Final

from msgspec.structs import replace

from conformance.drift.packets import cells
from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal, ask, question
from conformance.drift.relations import is_envelope
from conformance.model.contract import Claim
from conformance.model.finding import Finding
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.rows.row import read_required
from conformance.schema.kinds import kind_of

_EVERYWHERE = 2
"""Other lines that have to use a name, with none that uses the other, before it is the name."""
_MEMBER: Final = regex(r"(?P<indent>\s*)\"(?:[^\"\\]|\\.)*\"\s*:\s*[^{\[]*?(?P<comma>,?)\s*\Z")
_STAR: Final = regex(r"\s*\\?\*+(?=\s*`?\s*$)")
_NAME: Final = regex(r"`([^`]+)`")
_NEAR: Final = 7
"""Lines below a name within which a form marks it."""


def correct_name(finding: Finding, docs: Docs) -> Advice | None:
    """Certain by use on the other pages, or by responses enough that all have the other name."""
    stated, observed = cells.strip_ticks(finding.expected), cells.strip_ticks(finding.actual)
    place = cells.place_of(finding)
    table = cells.edit_rows(
        docs, finding, "name", lambda row: cells.swap_word(row.raw("name"), stated, observed)
    )
    example = cells.replace_word(docs, *place, observed, stated) if place else ()
    if cells.is_proven(finding) and table:
        return Proposal(text=f"The API sends `{observed}`: the tables say so, too.", edits=table)
    # What is in dispute is on the operation's own pages, in any language.
    disputed = {span.page for span in docs.lines_of(finding.operation, finding.subject)}
    stated_uses = cells.count_uses(docs, stated, disputed)
    observed_uses = cells.count_uses(docs, observed, disputed)
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
    name = cells.strip_ticks(finding.actual.split("`")[1]) if finding.actual.count("`") == 2 else ""
    if is_envelope(finding):
        return question(replace(finding, rule="undocumented-envelope"))
    if not name:
        return ask("Which of these members belong to the answer?")
    rows = _add_rows(finding, docs, name)
    if cells.is_proven(finding, always=False) and rows:
        text = f"`{name}` gets a row, with the type that was seen; what it means is for you to say."
        return Proposal(text=text, edits=rows)
    no = "No: it is taken out of the example." if cells.place_of(finding) else "No."
    return ask(
        f"Is `{name}` part of the answer?",
        ("Yes: it gets a row (what it means is for you to say).", rows),
        (no, _remove_unshown(finding, docs)),
    )


def show_member(finding: Finding, docs: Docs) -> Advice | None:
    """No longer marked as always there: certain when responses enough lack it."""
    name = (
        cells.strip_ticks(finding.expected.split("`")[1])
        if finding.expected.count("`") == 2
        else ""
    )
    if not name:
        return None

    def unmark(row: cells.RowAt) -> str | None:
        marked = read_required(row.raw("required")) is Stated.YES
        return _find_mark_word(docs, row, Stated.NO) if marked else None

    unmarked = cells.edit_rows(docs, finding, "required", unmark)
    if cells.is_proven(finding, always=False) and unmarked:
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
    last: dict[str, tuple[cells.RowAt, str]] = {}
    for claim in docs.claims_of(finding.operation):
        if claim.subject.rpartition(".")[0] == owner:
            row = cells.row_at(docs, claim.span)
            known = last.get(claim.span.page)
            if row and (known is None or known[0].number < row.number):
                last[claim.span.page] = row, claim.subject.rpartition(".")[2]
    edits = []
    for row, sibling in last.values():
        if sibling in (beside := row.raw("name")):
            word = cells.word_for(docs, row.page, kind) if kind else ""  # type: ignore[arg-type]
            line = cells.build_row(row, {"name": beside.replace(sibling, name), "type": word})
            edits.append(Edit(row.page, row.number + 1, row.number, (line,)))
    return tuple(edits)


def _infer_kind(finding: Finding) -> str:
    try:
        value = json.loads(finding.observed.value) if finding.observed else None
    except ValueError:
        return finding.actual.rpartition(" ")[2] if finding.actual else ""
    return "" if value is None else kind_of(value)


def _find_mark_word(docs: Docs, row: cells.RowAt, mark: Stated) -> str:
    """The page's own word for a mark; an empty cell where it has none."""
    rows = (cells.row_at(docs, claim.span) for claim in docs.claims_on(row.page))
    words = (other.raw("required") for other in rows if other)
    return next((raw for raw in words if raw and read_required(raw) is mark), "")


def _remove_unshown(finding: Finding, docs: Docs) -> tuple[Edit, ...]:
    """The line of the example that holds the member and nothing else."""
    place = cells.place_of(finding)
    line = cells.line_of(docs, *place) if place else None
    hit = _MEMBER.match(line) if line and len(line) < 2_000 else None
    if place is None or hit is None:
        return ()
    page, number = place
    if hit["comma"]:
        return (Edit(page, number, number, ()),)
    before = cells.line_of(docs, page, number - 1)
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
    row = cells.row_at(docs, claim.span)
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
