"""Types: a cell that is empty, or another type than the table says, there or in the example."""

from __future__ import annotations

from typing import Final, get_args

from conformance.drift.packets.cells import row_at
from conformance.drift.packets.corrections.told import (
    place_of,
    proven,
    replace_word,
    rows_told,
    word_for,
)
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.contract import Claim
from conformance.model.finding import Finding
from conformance.model.operation import Kind
from conformance.model.span import Span

_ARTICLES: Final = {"integer": "an integer", "object": "an object", "array": "an array"}


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough, all of them, have the other type; else it is asked."""
    kind = finding.actual.partition(" ")[0]
    if kind not in get_args(Kind):
        return None
    if kind == "integer":
        kind = _number(finding)
    seen = _ARTICLES.get(kind, f"a {kind}")
    table = _cells(finding, docs, kind)  # type: ignore[arg-type]
    says = f"{seen.capitalize()}: the type in the table is corrected"
    documented = f"{finding.expected}"
    if proven(finding) and table:
        return Proposal(says=f"{says}, in every language.", edits=table)
    answers = [Answer(says=f"{says}.", edits=table)]
    example = _quotes(finding, docs)
    where = "the example is corrected" if _printed(finding) else "no change of the page"
    answers.append(Answer(says=f"{documented}, as the table says: {where}.", edits=example))
    return Question(asks=f"Is it {documented}, or {seen}?", answers=tuple(answers))


def apart(finding: Finding, docs: Docs) -> Advice | None:
    """Two types for one input: certain where its name and a sample say that it is a list."""
    first = row_at(docs, finding.documented) if finding.documented else None
    place = place_of(finding.observed.where) if finding.observed else None
    if first is None or place is None:
        return None
    other = next((t for t in docs.tellings_on(place[0]) if t.span.line == place[1]), None)
    told = [t for t in docs.tellings(finding.operation) if t.span == finding.documented]
    if other is None or not told or other.kind is None:
        return None
    form = _in_form(docs, *place, finding.actual, f"array of {finding.actual}s")
    if told[0].kind == "array" and f"{_name(finding)}[]" in first.raw("name") and form:
        return Proposal(
            says=f"`{_name(finding)}[]` is a list by its name and by the table: "
            f"the form says `array of {finding.actual}s`.",
            edits=form,
        )
    answers = (
        Answer(
            says=f"`{finding.expected}`: line {place[1]} is corrected.",
            edits=_in_form(docs, *place, finding.actual, finding.expected),
        ),
        Answer(
            says=f"`{finding.actual}`: the table is corrected.",
            edits=first.edit("type", finding.actual),
        ),
    )
    asks = f"Is `{_name(finding)}` of type `{finding.expected}` or `{finding.actual}`?"
    return Question(asks=asks, answers=answers)


def _name(finding: Finding) -> str:
    return finding.subject.rpartition(".")[2]


def _cells(finding: Finding, docs: Docs, kind: Kind) -> tuple[Edit, ...]:
    """The type cell of every row that tells the member, in the words of its page."""
    if kind == "object":
        return ()
    if kind == "array":
        rows = [row for row in rows_told(docs, finding) if row.raw("type")]
        return tuple(e for row in rows for e in row.edit("type", f"array of {row.raw('type')}"))
    return tuple(
        edit
        for row in rows_told(docs, finding)
        for edit in row.edit("type", word_for(docs, row.page, kind))
    )


def _number(finding: Finding) -> Kind:
    """Whole numbers that were made up, or seen among others, do not show that all are."""
    made_up = finding.observed is not None and finding.observed.origin in ("constructed", "sandbox")
    others = any(r.startswith("also observed:") and "number " in r for r in finding.related)
    return "number" if made_up or others else "integer"


def _printed(finding: Finding) -> bool:
    return bool(finding.observed and place_of(finding.observed.where))


def _quotes(finding: Finding, docs: Docs) -> tuple[Edit, ...]:
    """The printed value with quotes, or without them."""
    place = place_of(finding.observed.where) if finding.observed else None
    value = finding.observed.value if finding.observed else ""
    if place is None or len(value) > 60 or value[:1] in "[{" or "…" in value:
        return ()
    bare = value.strip('"')
    return replace_word(docs, *place, value, bare if value != bare else f'"{value}"')


def _in_form(docs: Docs, page: str, line: int, old: str, new: str) -> tuple[Edit, ...]:
    """The type beside a name, or on one of the lines below it, where a form has it."""
    row = row_at(docs, Span(page, line, line))
    if row is not None:
        return row.edit("type", new)
    for number in range(line, line + _NEAR):
        if edits := replace_word(docs, page, number, old, new):
            return edits
    return ()


_NEAR: Final = 5
"""Lines below a name within which a form tells its type."""


def fill(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when every other row of that name, on the page or its twins, has one type."""
    row = row_at(docs, finding.documented) if finding.documented else None
    if row is None or finding.documented is None:
        return None
    name = finding.subject.rpartition(".")[2]
    others = [t for t in _with_type(docs, finding) if t.span != finding.documented]
    asks = f"What is the type of `{name}`?"
    if not others:
        words = [word_for(docs, row.page, kind) for kind in ("string", "integer", "number")]
        answers = [Answer(says=f"`{w}`.", edits=row.edit("type", w)) for w in dict.fromkeys(words)]
        return Question(asks=asks, answers=tuple(answers))
    kinds = {other.kind for other in others}
    beside = next((o for o in others if o.span.page == row.page), others[0])
    told = row_at(docs, beside.span)
    word = told.raw("type") if told else beside.type_text
    if len(kinds) > 1 or not word:
        return Question(asks=asks)
    return Proposal(
        says=f"`{name}` gets the type `{word}`, as on line {beside.span.line}"
        + ("" if beside.span.page == row.page else f" of {beside.span.page}")
        + ".",
        edits=row.edit("type", word),
    )


def _with_type(docs: Docs, finding: Finding) -> list[Claim]:
    """Rows that tell a member of that name of the operation, with a type."""
    name = finding.subject.rpartition(".")[2]
    return [
        t
        for t in docs.tellings(finding.operation)
        if t.kind and t.type_text and t.subject.rpartition(".")[2] == name
    ]
