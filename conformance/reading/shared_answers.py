"""What samples show of the answers of all operations: the frame around every record, failures."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from msgspec.structs import replace

from conformance.model.operation import Example, Operation, Response
from conformance.reading.examples import LocatedExample, reports_failure
from conformance.reading.json_text import read_json_text
from conformance.vocabulary import word_set

_LONGEST = 600
"""Characters of a sample that is repeated for every operation."""
_MOST_FAILURES = 2


def find_general_failures(examples: Iterable[LocatedExample]) -> tuple[LocatedExample, ...]:
    """Error payloads that words before all operations show: few and short ones."""
    failures = (e for e in examples if e.status and e.status[0] in "45")
    return tuple(e for e in failures if len(e.example.text) <= _LONGEST)[:_MOST_FAILURES]


def find_general_frames(examples: Iterable[LocatedExample]) -> tuple[LocatedExample, ...]:
    """What words before all operations show around every record: a short object with a place that
    is empty (``{"code": 0, "data": {}}``)."""
    answers = (e for e in examples if e.side == "response" and (e.status or "2")[0] == "2")
    return tuple(
        e for e in answers if len(e.example.text) <= _LONGEST and _has_empty_place(e.example)
    )[:1]


def find_shared_answers(examples: Sequence[LocatedExample]) -> tuple[LocatedExample, ...]:
    """What a page shows of the answers of operations on other pages, where its place on the page
    means nothing."""
    shared = (*find_general_frames(examples), *find_general_failures(examples))
    return tuple(replace(example, index=0) for example in shared)


def _has_empty_place(example: Example) -> bool:
    """Whether an object has a member with nothing in it, or with words alone, beside others."""
    node = next(iter(read_json_text(example.text)), None)
    if node is None or len(node.members) < 2 or reports_failure(example.value):
        return False
    payload = word_set("names.payload")
    return any(
        all(item.kind == "unknown" for item in inner.items) and not inner.members
        if inner.kind in ("object", "array")
        else inner.kind in ("null", "word", "unknown") and name.lower() in payload
        for name, inner in node.members.items()
    )


def open_frame(operation: Operation) -> Operation:
    """The operation whose record stands in a general frame, which does not say whether it is one
    or a list of them."""
    return replace(operation, responses=tuple(map(_open_place, operation.responses)))


def _open_place(response: Response) -> Response:
    value = response.value
    if value is None or response.status[0] != "2":
        return response
    fields = tuple(
        replace(f, value=replace(f.value, stated_kind="array"))
        if f.shown and f.value.kind == "object" and f.value.fields and not f.value.stated_kind
        else f
        for f in value.fields
    )
    return replace(response, value=replace(value, fields=fields))
