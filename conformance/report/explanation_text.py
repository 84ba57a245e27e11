"""An explanation of how a page was read, for the terminal and for programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import asdict

from conformance.reading.explanation import (
    BlockExplanation,
    CueExplanation,
    Explanation,
    RowExplanation,
)
from conformance.report.plain import printable

_LONGEST = 60
_SECTIONS = 3


def render_explanation(explanation: Explanation) -> str:
    """Engine, operations, then block by block the role, its cues, the rows, what was not read."""
    return "".join(f"{printable(line)}\n" for line in _lines(explanation))


def explanation_json(explanation: Explanation) -> str:
    """The same as one JSON object."""
    return json.dumps(asdict(explanation), ensure_ascii=False, indent=2) + "\n"


def _lines(explanation: Explanation) -> Iterator[str]:
    known = explanation.language or "not known"
    engine = explanation.engine or "none recognised"
    yield f"{explanation.page}: {explanation.markup}, language {known}, engine {engine}"
    for key, span, confidence in explanation.operations:
        yield f"  {span.line}: operation {key} ({confidence} confidence)"
    if not explanation.operations:
        yield "  no operation is documented here"
    for block in explanation.blocks:
        yield ""
        yield from _block(block)
    if explanation.gaps:
        yield ""
        yield "gaps:"
        yield from (f"  {span.line}: {detail}" for span, detail in explanation.gaps)


def _block(block: BlockExplanation) -> Iterator[str]:
    span = block.span
    lines = f"{span.line}-{span.end_line}" if span.end_line > span.line else str(span.line)
    yield f"{lines}: {block.kind}: {block.outcome}: {block.detail}"
    if block.section:
        yield f"  under {' < '.join(_cut(words) for words in block.section[:_SECTIONS])}"
    if block.operation:
        yield f"  of {block.operation}"
    if block.role:
        other = f", else {block.runner_up}" if block.runner_up else ""
        sure = f"{block.confidence} confidence, {block.probability:.2f}{other}"
        yield f"  role: {block.role} ({sure})"
        yield from map(_cue, block.cues)
    yield from map(_row, block.rows)
    yield from (f"  {span.line}: unread: {detail}" for span, detail in block.unread)


def _cue(cue: CueExplanation) -> str:
    weights = ", ".join(f"{side} {weight:+.1f}" for side, weight in cue.weights) or "decides"
    said = f" {_cut(cue.text)!r}" if cue.text else ""
    return f"    {cue.feature}{said}: {weights}"


def _row(row: RowExplanation) -> str:
    what = row.subject or "of no operation"
    facts = f" ({'; '.join(row.facts)})" if row.facts else ""
    sure = "" if row.confidence == "high" else f", {row.confidence} confidence"
    return f"  {row.span.line}: {row.name} -> {what}{facts}{sure}"


def _cut(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
