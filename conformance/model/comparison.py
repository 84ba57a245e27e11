"""Whether two contracts say the same, whatever words and places they say it with."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from conformance.model.contract import Contract
from conformance.model.span import Span

_WORDING = frozenset(
    {"description", "summary", "condition", "type_text", "title", "text", "error", "page", "span"}
    | {"confidence", "gaps", "coverage"}
)


def same_contract(first: Contract, second: Contract) -> tuple[str, ...]:
    """Where the two differ, as ``path: this / that``; empty when they say the same.

    Compared is what a program relies on: operations, names, places, types, marks, values,
    limits, examples.  Wording, spans and confidence are not.
    """
    return tuple(_differences("contract", first, second))


def _differences(path: str, first: Any, second: Any) -> Iterator[str]:
    if isinstance(first, Span) and isinstance(second, Span):
        return
    if type(first) is not type(second):
        yield f"{path}: {_short(first)} / {_short(second)}"
    elif is_dataclass(first):
        for member in fields(first):
            if member.name not in _WORDING:
                left, right = getattr(first, member.name), getattr(second, member.name)
                yield from _differences(f"{path}.{member.name}", left, right)
    elif isinstance(first, tuple) and first and is_dataclass(first[0]):
        yield from _members(path, first, second)
    elif first != second:
        yield f"{path}: {_short(first)} / {_short(second)}"


def _members(path: str, first: tuple[Any, ...], second: tuple[Any, ...]) -> Iterator[str]:
    """Members by name where they have one, else by position."""
    left = {_name(m, i): m for i, m in enumerate(first)}
    right = {_name(m, i): m for i, m in enumerate(second)}
    for name in left.keys() | right.keys():
        if name not in left or name not in right:
            yield f"{path}.{name}: only in the {'first' if name in left else 'second'}"
        else:
            yield from _differences(f"{path}.{name}", left[name], right[name])


def _name(member: Any, index: int) -> str:
    for attribute in ("key", "name", "status"):
        if name := getattr(member, attribute, None):
            return str(name)
    return str(index)


def _short(value: Any) -> str:
    if isinstance(value, Enum):
        return str(value.value)
    text = type(value).__name__ if is_dataclass(value) else repr(value)
    return text if len(text) <= 60 else text[:59] + "…"
