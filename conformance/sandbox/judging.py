"""What of a request is refused: what the page rules out, and nothing it merely does not mention."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.request import RequestProblem, request_problems
from conformance.model.interaction import Request
from conformance.model.operation import Operation, Stated, Value
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import item_of
from conformance.schema.pointers import ITEMS, member, parameter


def refused(operation: Operation, request: Request) -> tuple[RequestProblem, ...]:
    """The problems of ``request`` for which a server that keeps to the page says no.

    An input nobody documented is let by unless the page says that there are no others: it may
    be what signs the request.  So is a moment that seems to be in another unit: it is within
    what is documented.
    """
    closed = operation.body is not None and _is_closed(operation.body.value, 0)
    documented = frozenset(_subjects(operation))
    return tuple(
        problem
        for problem in request_problems(operation, request)
        if problem.kind != "unit"
        and (closed or problem.kind != "unknown" or problem.subject in documented)
    )


def _subjects(operation: Operation) -> Iterator[str]:
    """Every documented input; a problem of an unknown one that names it is of its misspelling."""
    for told in operation.parameters:
        yield parameter(told.name)
    if operation.body is not None:
        yield from _below(operation.body.value, "body", 0)


def _below(value: Value, root: str, depth: int) -> Iterator[str]:
    if depth >= MAX_DEPTH:
        return
    item = item_of(value)
    if item is not None:
        yield from _below(item, root + ITEMS, depth + 1)
    for name, found in by_name(value.fields).items():
        yield member(root, name)
        yield from _below(found.value, member(root, name), depth + 1)


def _is_closed(value: Value, depth: int) -> bool:
    held = [field.value for field in value.fields] + [item for item in (item_of(value),) if item]
    deeper = depth < MAX_DEPTH and any(_is_closed(each, depth + 1) for each in held)
    return value.closed is Stated.YES or deeper
