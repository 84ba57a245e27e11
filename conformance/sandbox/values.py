"""Values generated from what a page states of them: the same seed gives the same value.

Examples of the page are used wherever they keep to what it says; the rest is made up.  Hypothesis
is for tests: a server has to answer the same question twice in the same way, and at once.
"""

from __future__ import annotations

import datetime as dt
from base64 import b64encode
from collections.abc import Callable
from hashlib import sha256
from typing import Final, TypeAlias
from uuid import UUID

from conformance.checks.facts import Fact
from conformance.checks.plan import plan
from conformance.checks.walk import BodyNode, walk
from conformance.model.operation import Json, Kind, Stated, Value
from conformance.sandbox.book import is_identity
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import allowed, item_of
from conformance.strategies.values import SECOND, implied_kind, is_moment, range_of

Samples: TypeAlias = tuple[Json, ...]
"""Values the page prints for a place, the best first."""

_FEW: Final = 2
"""Items of a list of which the page says nothing more."""
_MOST: Final = 50
"""Items of a printed list that are used."""
_MOMENTS: Final = (1_704_067_200, 1_767_225_600)
"""2024 and 2025, in seconds since 1970: when things in the sandbox happened."""


def generate(value: Value, key: str, samples: Samples = ()) -> Json:
    """A value that keeps to all that is stated of it, every documented member included.

    ``key`` is what it is generated from: the seed and its path (``7/GET /orders/id``).  Where
    a page contradicts itself the value is as near as can be.
    """
    return _generate(value, key, samples, 0)


def suits(value: Value, candidate: Json) -> bool:
    """Whether ``candidate`` is in all its parts what the page says of ``value``."""
    if candidate is None and not allowed(value):
        return False
    return not any(isinstance(f, Fact) for f in walk(BodyNode(plan(value), candidate, "", "")))


def pick(key: str, low: int, high: int) -> int:
    """An integer from ``low`` to ``high``, both included, that depends on ``key`` alone."""
    return low + int.from_bytes(sha256(key.encode("utf-8", "replace")).digest()) % (high - low + 1)


def _generate(value: Value, key: str, samples: Samples, depth: int) -> Json:
    kind = value.kind or implied_kind(value)
    shown = (*samples, *value.example)
    if kind == "object":
        return _object(value, key, shown, depth)
    if kind == "array":
        return _array(value, key, shown, depth)
    for sample in shown:
        if sample is not None and suits(value, sample):
            return sample
    listed = [member for member in allowed(value) if member is not None]
    if listed:
        return listed[pick(key, 0, len(listed) - 1)]
    if None in (*value.constant, *value.enum):
        return None
    return _SCALARS[kind or "string"](value, key)


def _object(value: Value, key: str, samples: Samples, depth: int) -> Json:
    shown = [sample for sample in samples if isinstance(sample, dict)]
    if depth >= MAX_DEPTH:
        return {}
    if not value.fields:
        return shown[0] if shown and value.closed is not Stated.YES else {}
    return {
        name: _generate(
            field.value,
            f"{key}/{name}",
            tuple(sample[name] for sample in shown if name in sample),
            depth + 1,
        )
        for name, field in by_name(value.fields).items()
    }


def _array(value: Value, key: str, samples: Samples, depth: int) -> Json:
    shown = next((sample for sample in samples if isinstance(sample, list)), None)
    item = item_of(value) or Value(span=value.span, kind=None if shown else "string")
    wanted = _FEW if shown is None else min(len(shown), _MOST)
    limits = value.limits
    size = max(limits.min_items or 0, min(wanted, _or(limits.max_items, wanted)))
    if depth >= MAX_DEPTH:
        return []
    return [
        _generate(item, f"{key}/{n}", tuple((shown or [])[n : n + 1]), depth + 1)
        for n in range(size)
    ]


def _or(bound: int | None, other: int) -> int:
    return other if bound is None else bound


def _text(value: Value, key: str) -> Json:
    if is_moment(value):
        return str(_integer(value, key))
    form = _FORMATS.get(value.format or "")
    if form is not None:
        return form(value, key)
    limits = value.limits
    least, most = limits.min_length or 0, _or(limits.max_length, 1 << 16)
    text = f"{_name(key)}-{pick(key, 0, 16**8 - 1):08x}"
    if least <= len(text) <= most:
        return text
    return (text[-most:] if most else "").ljust(min(least, most), "x")


def _name(key: str) -> str:
    """The last name in a key that is no index."""
    return next((step for step in reversed(key.split("/")) if step and not step.isdigit()), "text")


def _integer(value: Value, key: str) -> int:
    low, high = range_of(value)
    usual = (1, 10**9 if is_identity(_name(key)) else 1000)
    if is_moment(value) and value.unit:
        scale = SECOND[value.unit]
        usual = _MOMENTS[0] * scale, _MOMENTS[1] * scale
    least, most = max(low, usual[0]), min(high, usual[1])
    if least > most:
        least, most = low, max(low, min(high, low + 16))
    return pick(key, least, most)


def _number(value: Value, key: str) -> Json:
    low, high = range_of(value)
    limits = value.limits
    if low <= high or is_moment(value):
        return _integer(value, key)
    bounds = (limits.minimum, limits.exclusive_minimum, limits.maximum, limits.exclusive_maximum)
    stated = [bound for bound in bounds if bound is not None]
    return sum(stated) / len(stated)


def _moment(key: str) -> dt.datetime:
    return dt.datetime.fromtimestamp(pick(key, *_MOMENTS), dt.UTC)


def _uuid(_: Value, key: str) -> Json:
    return str(UUID(bytes=sha256(key.encode("utf-8", "replace")).digest()[:16], version=4))


_SCALARS: Final[dict[Kind, Callable[[Value, str], Json]]] = {
    "string": _text,
    "integer": _integer,
    "number": _number,
    "boolean": lambda _, key: pick(key, 0, 1) == 1,
}
_FORMATS: Final[dict[str, Callable[[Value, str], Json]]] = {
    "uuid": _uuid,
    "date-time": lambda _, key: f"{_moment(key):%Y-%m-%dT%H:%M:%SZ}",
    "date": lambda _, key: f"{_moment(key):%Y-%m-%d}",
    "decimal": lambda value, key: f"{_integer(value, key)}",
    "uri": lambda _, key: f"https://example.org/{pick(key, 1, 10**6)}",
    "email": lambda _, key: f"user{pick(key, 1, 10**6)}@example.org",
    "byte": lambda _, key: b64encode(f"{pick(key, 1, 10**6)}".encode()).decode(),
}
