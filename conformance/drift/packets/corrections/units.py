"""A moment in another unit than its table says: the table, or the example, is wrong."""

from __future__ import annotations

import re
from typing import Final

from conformance.drift.packets.corrections.told import (
    line_of,
    place_of,
    proven,
    replace_word,
    rows_told,
)
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.finding import Finding

_SCALES: Final = {"seconds": 0, "milliseconds": 3, "microseconds": 6, "nanoseconds": 9}
"""Unit -> digits it has more than seconds."""
_WORDS: Final = {
    "seconds": ("seconds", "초", "秒"),
    "milliseconds": ("milliseconds", "밀리초", "毫秒"),
    "microseconds": ("microseconds", "마이크로초", "微秒"),
    "nanoseconds": ("nanoseconds", "나노초", "纳秒"),
}
"""The same word in each language, in one order."""
_NUMBER: Final = re.compile(r"-?\d+")


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain when responses enough, all of them, are in the other unit; else it is asked."""
    documented = finding.expected.partition(" ")[0]
    seen = finding.actual.rpartition(", ")[2].partition(" ")[0]
    if documented not in _SCALES or seen not in _SCALES:
        return None
    says = f"The API sends {seen}: the description says {seen} instead of {documented}"
    described = _described(finding, docs, documented, seen)
    if proven(finding) and described:
        return Proposal(says=f"{says}, in every language.", edits=described)
    answers = (
        Answer(
            says=f"The API sends {documented}: the printed example is corrected.",
            edits=_rescaled(finding, docs, _SCALES[documented] - _SCALES[seen]),
            because=_shown_elsewhere(finding, docs, _SCALES[documented]),
        ),
        Answer(says=f"{says}.", edits=described),
    )
    return Question(asks=f"Does the API send {documented} or {seen}?", answers=answers)


def _shown_elsewhere(finding: Finding, docs: Docs, digits: int) -> str:
    """How many printed examples have a member of that name in the documented unit."""
    name = finding.subject.rpartition(".")[2]
    pattern = re.compile(rf'"{re.escape(name)}"\s*:\s*\d{{{10 + digits}}}(?!\d)')
    count = sum(
        bool(pattern.search(example.text))
        for source in docs.sources
        for operation in source.reading.operations
        for response in operation.responses
        for example in response.examples
    )
    return f"{count} other printed examples show `{name}` so" if count > 1 else ""


def _described(finding: Finding, docs: Docs, old: str, new: str) -> tuple[Edit, ...]:
    """The unit's word changed in every row that tells the member."""
    edits: list[Edit] = []
    for row in rows_told(docs, finding):
        for wrong, right in zip(_WORDS[old], _WORDS[new], strict=True):
            edits += replace_word(docs, row.page, row.number, wrong, right)[: not edits or 1]
    return tuple(edits)


def _rescaled(finding: Finding, docs: Docs, digits: int) -> tuple[Edit, ...]:
    """The printed number with as many digits more or fewer; none where it is not printed."""
    place = place_of(finding.observed.where) if finding.observed else None
    line = line_of(docs, *place) if place else None
    value = finding.observed.value if finding.observed else ""
    if place is None or line is None or not _NUMBER.fullmatch(value) or abs(digits) >= len(value):
        return ()
    scaled = value + "0" * digits if digits > 0 else value[:digits]
    return replace_word(docs, *place, value, scaled)
