"""Values that stand in the documentation for everybody to read, and so are no secret."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from conformance.model.operation import Operation, Value


def printed_values(operations: Iterable[Operation]) -> frozenset[str]:
    """All that is listed as what a value may be, as it would be sent.

    Examples are not among them: a page may show somebody's own.
    """
    return frozenset(
        str(scalar)
        for operation in operations
        for value in _values(operation)
        for scalar in (*value.enum, *value.constant)
    )


def _values(operation: Operation) -> Iterator[Value]:
    pending = [parameter.value for parameter in operation.parameters]
    pending += [response.value for response in operation.responses if response.value is not None]
    pending += [operation.body.value] if operation.body is not None else []
    while pending:
        value = pending.pop()
        yield value
        pending += [field.value for field in value.fields]
        pending += [value.items] if value.items is not None else []
