"""A constant whose value is not told: the one that the examples of that answer show."""

from __future__ import annotations

import json
from collections.abc import Iterator

from conformance.drift.packets.corrections.told import replace_word
from conformance.drift.packets.packet import Advice, Answer, Docs, Edit, Proposal, Question
from conformance.model.finding import Finding
from conformance.model.operation import Json, Operation, Response
from conformance.reading.subjects import subjects


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: what is constant is always what an example shows of it, if that is the only one.

    An answer that has the members of another one may show that one's example: then it is asked.
    """
    span, said = finding.documented, finding.message.split("'")[1:2]
    operation = next(
        (o for s in docs.sources for o in s.reading.operations if o.key == finding.operation), None
    )
    if span is None or not said or operation is None:
        return None
    scope, name = finding.subject.split(".")[1:2], finding.subject.split(".")[2:]
    response = next((r for r in operation.responses if [r.status] == scope), None)
    shown = {json.dumps(v) for v in _shown(response, name)} if response else set()
    asks = f"What is the constant value of `{'.'.join(name) or finding.subject}`?"
    if len(shown) != 1:
        return Question(asks=asks)
    value = shown.pop()
    edits = _edits(docs, finding, operation, said[0], value)
    if response and response.status[:1] == "2" and _is_shared(operation, response):
        return Question(
            asks=asks, answers=(Answer(says=f"{value}, as the example shows.", edits=edits),)
        )
    return Proposal(says=f"The constant is {value}, as the example shows.", edits=edits)


def _edits(
    docs: Docs, finding: Finding, operation: Operation, said: str, value: str
) -> tuple[Edit, ...]:
    """The word with its value behind it; on a line of several, the one that is meant."""
    span = finding.documented
    if span is None:
        return ()
    alike = [name for s, name in subjects(operation) if s == span]
    nth = alike.index(finding.subject) if finding.subject in alike and len(alike) > 1 else None
    old, new = f", {said}.", f", always {value}."
    edits = replace_word(docs, span.page, span.line, old, new, nth)
    return edits or replace_word(docs, span.page, span.line, said, f"{said} {value}", nth)


def _shown(response: Response, name: list[str]) -> Iterator[Json]:
    for example in response.examples:
        if example.parsed:
            yield from _at(example.value, name)


def _at(value: Json, name: list[str]) -> Iterator[Json]:
    if not name:
        yield value
    elif isinstance(value, list):
        for item in value[:50]:
            yield from _at(item, name)
    elif isinstance(value, dict) and name[0].removesuffix("[]") in value:
        yield from _at(value[name[0].removesuffix("[]")], name[1:])


def _is_shared(operation: Operation, response: Response) -> bool:
    """Whether another answer shows the very same examples."""
    own = [example.value for example in response.examples]
    return any(
        own == [e.value for e in other.examples]
        for other in operation.responses
        if other is not response and own
    )
