"""Whether an invariant plainly holds: the common case, told in a few microseconds.

What is not plain (a count written as a string, numbers that are equal and not the same, lists of
lists with counts of their own) is left to the search that can say where the relation breaks.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from conformance.model.operation import Invariant, Json
from conformance.schema.pointers import ITEMS, steps


def plainly_holds(invariant: Invariant, record: Json) -> bool:
    """True only when ``invariant`` holds in ``record``, whatever was asked; False says nothing."""
    return _PLAIN[invariant.kind](invariant, record)


def _counted(invariant: Invariant, record: Json) -> bool:
    counts = _values(invariant.paths[0], record)
    lists = _values(invariant.paths[1].removesuffix(ITEMS), record)
    if not counts or not lists:
        return True
    number, items = counts[0], lists[0]
    single = len(counts) == 1 == len(lists)
    return single and type(number) is int and isinstance(items, list) and number == len(items)


def _disjoint(invariant: Invariant, record: Json) -> bool:
    first, second = (_values(path, record) for path in invariant.paths[:2])
    try:
        return len(invariant.paths) == 2 and set(first).isdisjoint(second)
    except TypeError:  # an object or a list among them
        return False


def _empty(invariant: Invariant, record: Json) -> bool:
    return not any(_values(path, record) for path in invariant.paths)


_PLAIN: Final[dict[str, Callable[[Invariant, Json], bool]]] = {
    "count": _counted,
    "disjoint": _disjoint,
    "within-request": _empty,
}


def _values(path: str, record: Json) -> list[Json]:
    """Everything at ``path``, without where it stands."""
    level: list[Any] = [record]
    for step in _steps(path):
        if step == ITEMS:
            lists = [held for held in level if isinstance(held, list)]
            level = lists[0] if len(lists) == 1 else [item for held in lists for item in held]
        else:
            level = _members(level, step)
    return level


def _members(level: list[Any], name: str) -> list[Json]:
    try:
        return [held[name] for held in level]
    except (KeyError, TypeError):  # some have no such member, or are no objects
        return [held[name] for held in level if isinstance(held, dict) and name in held]


_steps = lru_cache(maxsize=256)(steps)
