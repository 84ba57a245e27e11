"""Types, units, constants and values, in tables and examples."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Final, get_args

from conformance.drift.packets.cells import (
    RowAt,
    documenting_rows,
    edit_rows,
    is_proven,
    line_of,
    place_of,
    replace_word,
    row_at,
    word_for,
)
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question, ask
from conformance.model.finding import Finding
from conformance.model.operation import Json, Kind, Operation, members, subjects
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.vocabulary import counterparts

_ARTICLES: Final = {"integer": "an integer", "object": "an object", "array": "an array"}
_NEAR: Final = 5
"""Lines below a name within which a form gives its type."""
_SCALES: Final = {"seconds": 0, "milliseconds": 3, "microseconds": 6, "nanoseconds": 9}
"""Unit -> digits it has more than seconds."""

_NUMBER: Final = regex(r"-?\d+")


def correct_type(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough, all of them, have the other type; else it is asked."""
    kind = finding.actual.partition(" ")[0]
    if kind not in get_args(Kind):
        return None
    # Whole numbers that were made up, or observed among others, do not show that all are.
    made_up = finding.observed is not None and finding.observed.origin in ("constructed", "sandbox")
    others = any(r.startswith("also observed:") and "number " in r for r in finding.related)
    if kind == "integer" and (made_up or others):
        kind = "number"
    observed = _ARTICLES.get(kind, f"a {kind}")
    table = _correct_cells(finding, docs, kind)  # type: ignore[arg-type]
    text = f"{observed.capitalize()}: the type in the table is corrected"
    documented = finding.expected
    if is_proven(finding) and table:
        return Proposal(text=f"{text}, in every language.", edits=table)
    where = "the example is corrected" if place_of(finding) else "no change of the page"
    return ask(
        f"Is it {documented}, or {observed}?",
        (f"{text}.", table),
        (f"{documented}, as the table says: {where}.", _correct_quotes(finding, docs)),
    )


def settle_types(finding: Finding, docs: Docs) -> Advice | None:
    """Two types for one input: certain where its name and a sample say that it is a list."""
    first = row_at(docs, finding.documented) if finding.documented else None
    place = place_of(finding)
    if first is None or place is None:
        return None
    other = next((t for t in docs.claims_on(place[0]) if t.span.line == place[1]), None)
    own = [t for t in docs.claims_of(finding.operation) if t.span == finding.documented]
    if other is None or not own or other.kind is None:
        return None
    name = finding.subject.rpartition(".")[2]
    form = _in_form(docs, *place, finding.actual, f"array of {finding.actual}s")
    if own[0].kind == "array" and f"{name}[]" in first.raw("name") and form:
        return Proposal(
            text=f"`{name}[]` is a list by its name and by the table: "
            f"the form says `array of {finding.actual}s`.",
            edits=form,
        )
    old, new = finding.actual, finding.expected
    return ask(
        f"Is `{name}` of type `{new}` or `{old}`?",
        (f"`{new}`: line {place[1]} is corrected.", _in_form(docs, *place, old, new)),
        (f"`{old}`: the table is corrected.", first.edit("type", old)),
    )


def _correct_cells(finding: Finding, docs: Docs, kind: Kind) -> tuple[Edit, ...]:
    """The type cell of every row that documents the member, in the words of its page."""

    def correct(row: RowAt) -> str | None:
        raw = row.raw("type")
        if kind == "array":
            return f"array of {raw}" if raw else None
        return None if kind == "object" else word_for(docs, row.page, kind)

    return edit_rows(docs, finding, "type", correct)


def _correct_quotes(finding: Finding, docs: Docs) -> tuple[Edit, ...]:
    """The printed value with quotes, or without them."""
    place = place_of(finding)
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


def state_type(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when every other row of that name, on the page or its twins, has one type."""
    row = row_at(docs, finding.documented) if finding.documented else None
    if row is None or finding.documented is None:
        return None
    name = finding.subject.rpartition(".")[2]
    others = [
        claim
        for claim in docs.claims_of(finding.operation)
        if claim.kind and claim.type_text and claim.span != finding.documented
        if claim.subject.rpartition(".")[2] == name
    ]
    asked = f"What is the type of `{name}`?"
    if not others:
        words = [word_for(docs, row.page, kind) for kind in ("string", "integer", "number")]
        return ask(asked, *((f"`{w}`.", row.edit("type", w)) for w in dict.fromkeys(words)))
    kinds = {other.kind for other in others}
    beside = next((o for o in others if o.span.page == row.page), others[0])
    typed = row_at(docs, beside.span)
    word = typed.raw("type") if typed else beside.type_text
    if len(kinds) > 1 or not word:
        return ask(asked)
    return Proposal(
        text=f"`{name}` gets the type `{word}`, as on line {beside.span.line}"
        + ("" if beside.span.page == row.page else f" of {beside.span.page}")
        + ".",
        edits=row.edit("type", word),
    )


def correct_unit(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough, all of them, are in the other unit; else it is asked."""
    documented = finding.expected.partition(" ")[0]
    observed = finding.actual.rpartition(", ")[2].partition(" ")[0]
    if documented not in _SCALES or observed not in _SCALES:
        return None
    text = f"The API sends {observed}: the description says {observed} instead of {documented}"
    # The unit's word changed in every row that documents the member
    edits: list[Edit] = []
    for row in documenting_rows(docs, finding):
        for wrong, right in counterparts(documented, observed):
            edits += replace_word(docs, row.page, row.number, wrong, right)[: not edits or 1]
    described = tuple(edits)
    if is_proven(finding) and described:
        return Proposal(text=f"{text}, in every language.", edits=described)
    answers = (
        Answer(
            text=f"The API sends {documented}: the printed example is corrected.",
            edits=_rescale_number(finding, docs, _SCALES[documented] - _SCALES[observed]),
            reasons=_find_shown_elsewhere(finding, docs, _SCALES[documented]),
        ),
        Answer(text=f"{text}.", edits=described),
    )
    return Question(text=f"Does the API send {documented} or {observed}?", answers=answers)


def _find_shown_elsewhere(finding: Finding, docs: Docs, digits: int) -> tuple[str, ...]:
    """How many printed examples have a member of that name in the documented unit."""
    name = finding.subject.rpartition(".")[2]
    pattern = re.compile(rf'"{re.escape(name)}"\s*:\s*\d{{{10 + digits}}}(?!\d)')
    answers = (response for operation in docs.operations for response in operation.responses)
    count = sum(bool(pattern.search(e.text)) for response in answers for e in response.examples)
    return (f"{count} other printed examples show `{name}` so",) if count > 1 else ()


def _rescale_number(finding: Finding, docs: Docs, digits: int) -> tuple[Edit, ...]:
    """The printed number with as many digits more or fewer; none where it is not printed."""
    place = place_of(finding)
    line = line_of(docs, *place) if place else None
    value = finding.observed.value if finding.observed else ""
    if place is None or line is None or not _NUMBER.fullmatch(value) or abs(digits) >= len(value):
        return ()
    scaled = value + "0" * digits if digits > 0 else value[:digits]
    return replace_word(docs, *place, value, scaled)


def state_constant(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: what is constant is always what an example shows of it, if that is the only one.  An
    answer that has the members of another one may show that one's example: then it is asked."""
    span, wording = finding.documented, finding.message.split("'")[1:2]
    operation = next((o for o in docs.operations if o.key == finding.operation), None)
    if span is None or not wording or operation is None:
        return None
    scope, name = finding.subject.split(".")[1:2], finding.subject.split(".")[2:]
    response = next((r for r in operation.responses if [r.status] == scope), None)
    examples = [e for e in response.examples if e.parsed] if response else []
    shown = {json.dumps(value) for e in examples for value in _find_values(e.value, name)}
    asked = f"What is the constant value of `{'.'.join(name) or finding.subject}`?"
    if len(shown) != 1:
        return ask(asked)
    value = shown.pop()
    edits = _make_edits(docs, finding, operation, wording[0], value)
    own = [example.value for example in response.examples] if response else []
    if response and response.status[:1] == "2":
        others = (r for r in operation.responses if r is not response)
        if any(own == [e.value for e in other.examples] for other in others):
            return ask(asked, (f"{value}, as the example shows.", edits))
    return Proposal(text=f"The constant is {value}, as the example shows.", edits=edits)


def _make_edits(
    docs: Docs, finding: Finding, operation: Operation, wording: str, value: str
) -> tuple[Edit, ...]:
    """The word with its value behind it; on a line of several, the one that is meant."""
    span = finding.documented
    if span is None:
        return ()
    alike = [name for s, name in subjects(operation) if s == span]
    nth = alike.index(finding.subject) if finding.subject in alike and len(alike) > 1 else None
    old, new = f", {wording}.", f", always {value}."
    edits = replace_word(docs, span.page, span.line, old, new, nth)
    return edits or replace_word(docs, span.page, span.line, wording, f"{wording} {value}", nth)


def _find_values(value: Json, name: list[str]) -> Iterator[Json]:
    if not name:
        yield value
    elif isinstance(value, list):
        for item in value[:50]:
            yield from _find_values(item, name)
    elif isinstance(value, dict) and name[0].removesuffix("[]") in value:
        yield from _find_values(value[name[0].removesuffix("[]")], name[1:])


def list_value(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough carry the value, be it a few of many."""
    try:
        value = json.loads(finding.actual)
    except ValueError:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    enums = (
        known.enum
        for operation in docs.operations
        if operation.key == finding.operation
        for name, (known, _) in members(operation)
        if name == finding.subject and len(known.enum) > 1
    )
    listed = [str(member) for member in next(enums, ())]
    added = _add_value(finding, docs, listed, str(value))
    text = f"`{value}` is added to the values"
    if is_proven(finding, always=False) and added:
        return Proposal(text=f"{text}, in every language.", edits=added)
    place = place_of(finding)
    near = [v for v in listed if v.casefold() == str(value).casefold()]
    other = f"`{near[0]}`" if near else "one of the documented values"
    example = replace_word(docs, *place, str(value), near[0]) if place and near else ()
    return ask(
        f"Can the value be `{value}`?",
        (f"It is one of them: {text}.", added),
        (f"It is not: {other} is meant.", example),
    )


def _add_value(finding: Finding, docs: Docs, listed: list[str], value: str) -> tuple[Edit, ...]:
    """Behind the last of the list, with what stands between the last two."""
    if len(listed) < 2 or not all(listed[-2:]):
        return ()
    first, second = map(re.escape, listed[-2:])
    pair = re.compile(rf"(?<![\w]){first}([^\w]{{1,12}}){second}(?![\w])")

    def lengthen(raw: str) -> str | None:
        hit = pair.search(raw)
        return f"{raw[: hit.end()]}{hit[1]}{value}{raw[hit.end() :]}" if hit else None

    rows = documenting_rows(docs, finding)
    return tuple(edit for row in rows for edit in row.reword(lengthen))
