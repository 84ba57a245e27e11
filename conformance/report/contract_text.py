"""A contract as text to read: what was understood, line by line of the page."""

from __future__ import annotations

import json
from collections.abc import Iterator

from msgspec import to_builtins

from conformance.compare.wording import format_value
from conformance.model.contract import Contract
from conformance.model.operation import Field, Operation, Parameter, Response, Stated, Value
from conformance.reading.explanation import (
    BlockExplanation,
    CueExplanation,
    Explanation,
    RowExplanation,
)
from conformance.report.plain import make_printable

_MARKS = {Stated.YES: "required", Stated.NO: "optional", Stated.CONDITIONAL: "conditional"}
_NULLABLE = {
    Stated.YES: "nullable",
    Stated.NO: "never null",
    Stated.CONDITIONAL: "nullable on a condition",
    Stated.NOT_STATED: "",
}


def render_contract(contract: Contract) -> str:
    """One block per operation, each line with its page and line; values are JSON literals."""
    blocks = ["\n".join(map(make_printable, _render_operation(o))) for o in contract.operations]
    return "\n\n".join(blocks) + "\n" if blocks else "no operations\n"


def _render_operation(operation: Operation) -> Iterator[str]:
    yield f"{operation.key}  [{operation.span}]"
    if operation.summary:
        yield f"  {operation.summary}"
    for server in operation.servers:
        yield f"  server {server}"
    for auth in operation.auth:
        yield f"  auth {auth.scheme}  [{auth.span}]"
    for limit in operation.rate_limits:
        scope = f" per {limit.scope}" if limit.scope else ""
        yield f"  rate limit {limit.count} in {limit.seconds:g} s{scope}  [{limit.span}]"
    for parameter in operation.parameters:
        yield f"  {parameter.location} {_describe_member(parameter)}"
    if operation.body:
        value = operation.body.value
        shape = _render_type(value) if value.kind == "array" else ""
        facts = (operation.body.media_type, shape, _MARKS.get(operation.body.required, ""))
        yield f"  body {' '.join(filter(None, facts))}"
        yield from _render_members(value, 4)
    for group in operation.groups:
        yield f"  {group.kind} of {', '.join(group.names)}  [{group.span}]"
    for response in operation.responses:
        yield from _render_response(response)
    for invariant in operation.invariants:
        yield f"  {invariant.kind}: {', '.join(invariant.paths)}  [{invariant.span}]"


def _render_response(response: Response) -> Iterator[str]:
    stated = "" if response.stated else " (status not stated)"
    shape = f" {_render_type(response.value)}" if response.value else ""
    yield f"  {response.status}{stated} {response.media_type}{shape}  [{response.span}]"
    if response.value:
        yield from _render_members(response.value, 4)


def _render_members(value: Value, indent: int) -> Iterator[str]:
    inner = value
    while inner.items is not None:
        inner = inner.items
    for field in inner.fields:
        yield " " * indent + _describe_member(field)
        yield from _render_members(field.value, indent + 2)
    if inner.members is not None:
        yield f"{' ' * indent}any other name: {_render_type(inner.members)}  [{inner.members.span}]"
        yield from _render_members(inner.members, indent + 2)


def _describe_member(member: Field | Parameter) -> str:
    value = member.value
    facts = [
        _render_type(value),
        _MARKS.get(member.required, ""),
        _NULLABLE[value.nullable],
        *_list_facts(value),
    ]
    sure = "" if member.confidence == "high" else f" ({member.confidence} confidence)"
    return f"{member.name}: {', '.join(filter(None, facts))}{sure}  [{member.span}]"


def _render_type(value: Value) -> str:
    if value.kind == "array":
        return f"array of {_render_type(value.items)}" if value.items else "array"
    return value.format or value.kind or "type not stated"


def _list_facts(value: Value) -> Iterator[str]:
    if value.unit:
        yield f"{value.unit} since the epoch" if value.epoch else value.unit
    inner = value.items if value.kind == "array" and value.items else value
    if inner.enum:
        yield "one of " + " ".join(map(format_value, inner.enum))
    if value.constant:
        yield f"always {format_value(value.constant[0])}"
    if value.default:
        yield f"default {format_value(value.default[0])}"
    limits = value.limits
    for name in limits.__struct_fields__:
        if (bound := getattr(limits, name)) is not None:
            yield f"{name.replace('_', ' ')} {bound}"


_LONGEST = 60
_SECTIONS = 3


def render_explanation(explanation: Explanation) -> str:
    """Engine, operations, then block by block the role, its cues, the rows, what was not read."""
    return "".join(f"{make_printable(line)}\n" for line in _render_lines(explanation))


def explanation_json(explanation: Explanation) -> str:
    """The same as one JSON object."""
    return json.dumps(to_builtins(explanation), ensure_ascii=False, indent=2) + "\n"


def _render_lines(explanation: Explanation) -> Iterator[str]:
    known = explanation.language or "not known"
    engine = explanation.engine or "none recognised"
    yield f"{explanation.page}: {explanation.markup}, language {known}, engine {engine}"
    for key, span, confidence in explanation.operations:
        yield f"  {span.line}: operation {key} ({confidence} confidence)"
    for span, detail in explanation.prose:
        yield f"  {span.line}: {detail}"
    if not explanation.operations:
        yield "  no operation is documented here"
    if not explanation.blocks and not explanation.prose:
        yield "  no row, item or sample stands here"
    for block in explanation.blocks:
        yield ""
        yield from _render_block(block)
    if explanation.gaps:
        yield ""
        yield "gaps:"
        yield from (f"  {span.line}: {detail}" for span, detail in explanation.gaps)


def _render_block(block: BlockExplanation) -> Iterator[str]:
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
        yield from map(_render_cue, block.cues)
    yield from map(_render_row, block.rows)
    yield from (f"  {span.line}: unread: {detail}" for span, detail in block.unread)


def _render_cue(cue: CueExplanation) -> str:
    weights = ", ".join(f"{side} {weight:+.1f}" for side, weight in cue.weights) or "decides"
    wording = f" {_cut(cue.text)!r}" if cue.text else ""
    return f"    {cue.feature}{wording}: {weights}"


def _render_row(row: RowExplanation) -> str:
    what = row.subject or "of no operation"
    facts = f" ({'; '.join(row.facts)})" if row.facts else ""
    sure = "" if row.confidence == "high" else f", {row.confidence} confidence"
    return f"  {row.span.line}: {row.name} -> {what}{facts}{sure}"


def _cut(words: str) -> str:
    plain = " ".join(words.split())
    return plain if len(plain) <= _LONGEST else f"{plain[: _LONGEST - 1]}…"
