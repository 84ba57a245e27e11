"""Nouns as JSON and back, complete to the last field.

Driven by the annotations of the frozen dataclasses, so that a field added to one of them is
kept without a word here.  Fields that have their default are left out; a document written
before a field was added gets the default of that field.
"""

from __future__ import annotations

import datetime as dt
import json
import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from conformance.model.finding import Severity

T = TypeVar("T")


def encode(noun: object) -> bytes:
    """``noun``, a dataclass, as compact JSON (RFC 8259) in ASCII; equal nouns, equal bytes."""
    text = json.dumps(_plain(noun), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.encode("ascii")


def decode(kind: type[T], data: bytes) -> T:
    """The noun of this ``kind`` that was encoded.

    Raises:
        ValueError: ``data`` is no encoding of one.
    """
    try:
        made: T = _made(kind, json.loads(data))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        given = ((field, getattr(value, field.name)) for field in fields(value))
        return {f.name: _plain(v) for f, v in given if not _is_default(f, v)}
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [_plain(item) for item in sorted(value)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return bool(value == field.default)


def _made(kind: Any, value: Any) -> Any:
    """``value``, as JSON has it, as the annotation ``kind`` wants it."""
    if isinstance(kind, type) and is_dataclass(kind):
        known = _hints(kind)
        return kind(**{name: _made(known[name], item) for name, item in value.items()})
    if kind in _READERS:
        return _READERS[kind](value)
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _made(of[0], value)
    if origin is Literal:
        return _one_of(of, value)
    return _several(origin, of, value)


def _several(origin: Any, of: tuple[Any, ...], value: list[Any]) -> Any:
    """A tuple of any length, one of a fixed form, or a set."""
    if origin is tuple and of[-1] is not ...:
        return tuple(_made(kind, item) for kind, item in zip(of, value, strict=True))
    if origin in (tuple, frozenset):
        return origin(_made(of[0], item) for item in value)
    raise TypeError(f"{origin} is no kind of member a noun has")


def _one_of(known: tuple[Any, ...], value: object) -> object:
    if value not in known:
        raise ValueError(f"{value!r} is none of {known}")
    return value


def _exactly(kind: type) -> Callable[[object], object]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


_READERS: Final[dict[Any, Callable[[Any], Any]]] = {
    **{kind: _exactly(kind) for kind in (str, int, bool)},
    Severity: lambda label: Severity[label.upper()],
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
}
"""Annotation of a member that is no noun itself -> what reads it."""


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
