"""JSON values: their types, what a page allows in them, and the ways to point at one.

A JSON Pointer (RFC 6901) names one place in one body, ``/orders/3/uuid``; a subject names what the
documentation calls it, ``responses.200.orders[].uuid``; a span is where it says so.
"""

from __future__ import annotations

import json
import operator
import re
from collections.abc import Callable, Iterator
from decimal import Decimal, InvalidOperation
from functools import partial
from math import isinf
from typing import Any, Final, TypeAlias

from msgspec.structs import replace

from conformance.errors import UsageError
from conformance.model.operation import Field, Json, Kind, Scalar, Stated, Unit, Value
from conformance.patterns import regex
from conformance.reading.facets.units import WINDOWS, as_moment, unit_of_moment

RANGES: Final[dict[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Formats of numbers, with the least and the greatest."""
_POSITION = regex(r"\[(\d{1,2})\]$")
_PYTHON: tuple[tuple[str, type], ...] = (
    ("boolean", bool),  # before int, which it is a kind of in Python
    ("integer", int),
    ("number", float),
    ("string", str),
    ("object", dict),
    ("array", list),
)


Size: TypeAlias = int | float | Decimal
PATTERNS: Final[dict[str, str]] = {
    # RFC 9562, section 4: any version, any variant, upper or lower case.
    "uuid": r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    # RFC 3339 and the looser ISO 8601 that documentation means by it: the zone may be left
    # out, a blank may stand for the T.
    "date-time": (
        r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]"
        r"([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)([.,][0-9]+)?)?"
        r"( ?([Zz]|UTC|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))?"
    ),
    "date": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    # JSON's number, and the forms it leaves out: a sign, a bare point, leading zeros.
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
}
"""Formats of strings; each pattern is for the whole string and takes time linear in it."""
_COMPILED: Final = {name: regex(pattern) for name, pattern in PATTERNS.items()}
ITEMS: Final = "[]"
_PLAIN: Final = regex(r"[^\s.\[\]\"]+")
_NOTHING: Final = object()
_INDEX: Final = regex(r"0|[1-9][0-9]*")
_STEP: Final = regex(r'"((?:[^"\\]|\\.)*)"|\[\]|[^.\[\]"]+')


def kind_of(instance: Any) -> str:
    """JSON's own name for the type of a decoded value; ``integer`` only for a Python int."""
    if instance is None:
        return "null"
    for kind, python in _PYTHON:
        if isinstance(instance, python):
            return kind
    return "unknown"


def fits(kind: Kind | None, instance: Any) -> bool:
    """Whether ``instance`` is of the documented ``kind``; always so when the page gives none.  As
    JSON Schema has it: ``1.0`` is an integer, an integer is a number, a boolean is neither. A
    number too large for a double has no fraction that could be known."""
    actual = kind_of(instance)
    if kind is None or actual == kind:
        return True
    if kind == "number":
        return actual == "integer"
    whole = isinstance(instance, float) and (instance.is_integer() or isinf(instance))
    return kind == "integer" and whole


def find_sure_kind(value: Value) -> Kind | None:
    """The type of a value as far as the page states it: a whole number that it shows makes none an
    integer, unless words do."""
    stated = value.type_text or value.format
    return "number" if value.kind == "integer" and not stated else value.kind


def admits_null(value: Value) -> bool:
    """Whether the page itself shows that null may stand here."""
    if value.shown_null and value.nullable is not Stated.NO:
        return True
    return value.nullable is Stated.YES or None in (*value.enum, *value.constant, *value.default)


def list_allowed(value: Value) -> tuple[Scalar, ...]:
    """The only values a page allows, in the documented type; empty when it does not restrict them.
    A page prints ``1`` alike for a number and for a string: a listed value is read in the
    documented type where it can be, and in both when the page gives no type."""
    if value.kind in ("object", "array"):
        return ()
    listed = (member for member in value.constant or value.enum if member is not None)
    read = [form for member in listed for form in read_typed(member, value.kind)]
    if read and admits_null(value):
        read.append(None)
    return tuple({(type(form), form): form for form in read}.values())


def read_typed(member: Scalar, kind: Kind | None) -> tuple[Scalar, ...]:
    """A printed value in the documented type; as it stands when it cannot be read so."""
    if kind is not None and fits(kind, member):
        return (member,)
    text = member if isinstance(member, str) else json.dumps(member)
    forms = tuple(form for form in (text, _decode(text)) if fits(kind, form))
    if kind is None:
        return tuple({type(form): form for form in (member, *forms)}.values())
    return forms[:1] or (member,)


def item_of(value: Value) -> Value | None:
    """What an array holds; values listed beside the array are those of its items."""
    listed = value.enum if value.kind == "array" else ()
    if not listed:
        return value.items
    item = value.items or Value(span=value.span)
    if item.kind in ("object", "array") or item.enum or item.constant:
        return item
    return replace(item, enum=listed)


def positions_of(value: Value) -> dict[int, Field]:
    """Items of an array that are documented one by one (``list[0]``), by their index; none where
    two kinds of records, one table each, have things of another type at the same index."""
    if value.kind != "array":
        return {}
    found: dict[int, Field] = {}
    twice: set[int] = set()
    for field in value.fields:
        if hit := _POSITION.search(field.name):
            at = int(hit[1])
            kinds = {field.value.kind, found.get(at, field).value.kind}
            if len(kinds) > 1 and kinds != {"integer", "number"}:
                twice.add(at)
            elif at not in found or field.value.kind == "number":
                found[at] = field
    return {at: field for at, field in found.items() if at not in twice}


def _decode(text: str) -> Scalar:
    """The scalar that ``text`` is in JSON, or the text itself."""
    try:
        decoded = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return decoded if isinstance(decoded, bool | int | float) else text


def read_number(value: Value, observed: Json) -> Size | None:
    """The number ``observed`` is: itself, or what a documented numeric string spells."""
    if isinstance(observed, bool):
        return None
    if isinstance(observed, int | float):
        return observed
    if value.format != "decimal" or not isinstance(observed, str):
        return None
    return read_decimal(observed) if is_written_as_documented(value, observed) else None


def read_decimal(text: str) -> Decimal | None:
    """The number a string spells; None when its exponent is beyond all use."""
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def _measure_size(kind: type[str] | type[list[Json]], _: Value, observed: Json) -> Size | None:
    """Characters of a string (code points, as JSON Schema counts), or items of a list."""
    return len(observed) if isinstance(observed, kind) else None


_length, _items = partial(_measure_size, str), partial(_measure_size, list)
_BOUNDS: Final[
    dict[str, tuple[str, Callable[[Value, Json], Size | None], Callable[[Size, Size], bool]]]
] = {
    "minimum": ("at least {}", read_number, operator.ge),
    "maximum": ("at most {}", read_number, operator.le),
    "exclusive_minimum": ("more than {}", read_number, operator.gt),
    "exclusive_maximum": ("less than {}", read_number, operator.lt),
    "min_length": ("at least {} characters", _length, operator.ge),
    "max_length": ("at most {} characters", _length, operator.le),
    "min_items": ("at least {} items", _items, operator.ge),
    "max_items": ("at most {} items", _items, operator.le),
}
BOUND_WORDS: Final = {name: words for name, (words, *_) in _BOUNDS.items()}
"""Each bound as a page would put it."""
_PAIRS: Final = (
    ("minimum", "maximum", False),
    ("minimum", "exclusive_maximum", True),
    ("exclusive_minimum", "maximum", True),
    ("exclusive_minimum", "exclusive_maximum", True),
    ("min_length", "max_length", False),
    ("min_items", "max_items", False),
)
"""A lower and an upper bound, and whether two equal ones exclude everything."""


def find_excluding_bounds(value: Value) -> tuple[tuple[str, int | float], ...]:
    """Bounds that no value keeps to, or none of those listed; empty where there is one."""
    for low, high, exclusive in _PAIRS:
        least, most = getattr(value.limits, low), getattr(value.limits, high)
        if least is None or most is None:
            continue
        if least > most or (exclusive and least == most):
            return (low, least), (high, most)
    outside = [next(find_exceeded(value, listed), None) for listed in value.enum]
    if outside and all(outside):
        return tuple(dict.fromkeys((name, bound) for name, bound, _ in filter(None, outside)))
    return ()


def find_bounds_beside_default(value: Value) -> tuple[tuple[str, int | float], ...]:
    """Bounds that the default is outside of.  0 or less commonly stands for no such value."""
    default = value.default[0] if value.default else None
    if isinstance(default, bool | str | None) or default <= 0:
        return ()
    return tuple((name, bound) for name, bound, _ in find_exceeded(value, default))


def find_exceeded(value: Value, observed: Json) -> Iterator[tuple[str, int | float, Size]]:
    """Each documented bound ``observed`` is outside of: its name, itself, and what was measured."""
    for name, (_, measure, within) in _BOUNDS.items():
        bound = getattr(value.limits, name)
        size = None if bound is None else measure(value, observed)
        if size is not None and not within(size, bound):
            yield name, bound, size


def list_other_windows(unit: Unit) -> list[tuple[Unit, tuple[int, int]]]:
    """The windows a moment in ``unit`` must not be in; none for a unit that is not of time."""
    if unit not in WINDOWS:
        return []
    return [(other, window) for other, window in WINDOWS.items() if other != unit]


def find_other_unit(value: Value, observed: Json) -> Unit | None:
    """The unit ``observed`` is a moment in, when that is another than the documented one."""
    unit = unit_of_moment(value)
    shown = as_moment(observed) if unit in WINDOWS else None
    return shown if shown != unit else None


def is_written_as_documented(value: Value, observed: Json) -> bool:
    """Whether ``observed`` keeps to the documented format; true where that is for another type."""
    pattern, bounds = _COMPILED.get(value.format or ""), RANGES.get(value.format or "")
    if pattern is not None and isinstance(observed, str):
        return pattern.fullmatch(observed) is not None
    if bounds is not None and isinstance(observed, int | float) and not isinstance(observed, bool):
        return bounds[0] <= observed <= bounds[1]
    return True


def child(pointer: str, token: str | int) -> str:
    """The pointer to a member or item of what ``pointer`` points to."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer, unescaped.  Raises UsageError: not a JSON Pointer (RFC
    6901, section 3): it neither is empty nor begins with a slash."""
    if pointer and not pointer.startswith("/"):
        raise UsageError(f"not a JSON Pointer: {pointer!r}", hint="one begins with a slash")
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:])


def resolve(pointer: str, body: Any) -> Any:
    """What ``pointer`` points to in ``body``.  Raises KeyError: nothing is there."""
    found = body
    for token in tokens(pointer):
        if isinstance(found, dict) and token in found:
            found = found[token]
        elif isinstance(found, list) and _INDEX.fullmatch(token) and len(token) < 19:
            found = found[int(token)] if int(token) < len(found) else _NOTHING
        else:
            found = _NOTHING
        if found is _NOTHING:
            raise KeyError(pointer)
    return found


def member(subject: str, name: str) -> str:
    """The subject of a member; a name that is not plain (dots, brackets, blanks) is quoted."""
    return ".".join(filter(None, (subject, quote_step(name))))


def parameter(name: str) -> str:
    """The subject of an input outside the body: ``parameters.ids`` for ``ids[]``."""
    return member("parameters", name.removesuffix(ITEMS) or name)


def quote_step(name: str) -> str:
    """A name as one step of a dotted subject."""
    if _PLAIN.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def steps(subject: str) -> tuple[str, ...]:
    """The steps of a dotted subject, unquoted; ``[]`` is a step of its own."""
    return tuple(
        re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[0]
        for found in _STEP.finditer(subject)
    )
