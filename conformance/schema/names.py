"""Names for operations: readable, safe in file names, the same from run to run."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from conformance.model.operation import Operation

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._~]+")
_PLACEHOLDER: Final = re.compile(r"\{[^{}]*\}")
_LONGEST: Final = 120


def operation_ids(operations: Iterable[Operation]) -> tuple[str, ...]:
    """One id per operation, in order: ``delete-v1-trade-openOrders-coinPair``.

    Ids differ even where case does not count (file systems); of two operations that would
    share one, the later gets ``-2``.
    """
    taken: set[str] = set()
    return tuple(_free(_readable(operation), taken) for operation in operations)


def shape(path: str) -> str:
    """A path with its placeholders' names taken out: two paths of one shape are one address."""
    return _PLACEHOLDER.sub("{}", path).rstrip("/") or "/"


def placeholders(path: str) -> list[str]:
    """The names in a path template, in order."""
    return [found[1:-1] for found in _PLACEHOLDER.findall(path)]


def _readable(operation: Operation) -> str:
    words = _UNSAFE.sub("-", operation.path).strip("-.")[:_LONGEST].strip("-.")
    return "-".join(filter(None, (_UNSAFE.sub("-", operation.method).lower(), words)))


def _free(wanted: str, taken: set[str]) -> str:
    name, number = wanted, 1
    while name.casefold() in taken:
        number += 1
        name = f"{wanted}-{number}"
    taken.add(name.casefold())
    return name
