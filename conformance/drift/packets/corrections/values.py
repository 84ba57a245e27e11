"""A value that is not in the list: added to it when responses enough carry it."""

from __future__ import annotations

import json
import re

from conformance.drift.packets.corrections.told import place_of, proven, replace_word, rows_told
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.finding import Finding
from conformance.reading.subjects import members


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough carry the value, be it a few of many."""
    try:
        value = json.loads(finding.actual)
    except ValueError:
        return None
    if not isinstance(value, str | int) or isinstance(value, bool):
        return None
    listed = _listed(finding, docs)
    added = _added(finding, docs, listed, str(value))
    says = f"`{value}` is added to the values"
    if proven(finding, always=False) and added:
        return Proposal(says=f"{says}, in every language.", edits=added)
    place = place_of(finding.observed.where) if finding.observed else None
    near = [v for v in listed if v.casefold() == str(value).casefold()]
    other = f"`{near[0]}`" if near else "one of the documented values"
    example = replace_word(docs, *place, str(value), near[0]) if place and near else ()
    answers = (
        Answer(says=f"It is one of them: {says}.", edits=added),
        Answer(says=f"It is not: {other} is meant.", edits=example),
    )
    return Question(asks=f"Can the value be `{value}`?", answers=answers)


def _listed(finding: Finding, docs: Docs) -> list[str]:
    for source in docs.sources:
        for operation in source.reading.operations:
            if operation.key == finding.operation:
                for name, (value, _) in members(operation):
                    if name == finding.subject and len(value.enum) > 1:
                        return [str(member) for member in value.enum]
    return []


def _added(finding: Finding, docs: Docs, listed: list[str], value: str) -> tuple[Edit, ...]:
    """Behind the last of the list, with what stands between the last two."""
    edits: list[Edit] = []
    for row in rows_told(docs, finding):
        cells = [(c, _longer(row.raw(c), listed[-2:], value)) for c in row.columns if c]
        longer = [(column, text) for column, text in cells if text]
        edits += row.edit(*longer[0]) if len(longer) == 1 else ()
    return tuple(edits)


def _longer(line: str, last: list[str], value: str) -> str:
    if len(last) < 2 or not all(last):
        return ""
    pattern = (
        rf"(?<![\w]){re.escape(last[0])}(?P<between>[^\w]{{1,12}}){re.escape(last[1])}(?![\w])"
    )
    hit = re.search(pattern, line)
    if hit is None:
        return ""
    between = hit["between"]
    return line[: hit.end()] + between + value + line[hit.end() :]
