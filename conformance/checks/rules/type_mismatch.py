"""A value has another JSON type than the documented one.

An integer is a number, and ``1.0`` an integer, as in JSON Schema; a boolean is neither.
Whatever else is wrong with such a value is a consequence.

Bad: the page says that ``price`` is a string

    {"price": 1.5}

Good:

    {"price": "1.5"}
"""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.facts import WrongType
from conformance.checks.limits import decimal
from conformance.checks.moments import other_unit
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import as_text, documented_type, documented_values, kind, shown
from conformance.model.finding import Severity
from conformance.model.operation import Json, Kind, Value
from conformance.schema.kinds import allowed, kind_of

_NUMBERS: tuple[Kind | None, ...] = ("integer", "number")


def judge(fact: WrongType) -> Verdict:
    """Says so where only quotes are between the two."""
    value, seen = fact.value, fact.seen
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented as {documented_type(value)}, {_observed(value, seen)} was observed",
        expected=documented_type(value),
        actual=f"{kind_of(seen)} {shown(seen, 60)}",
        related=tuple(_consequences(value, seen)),
    )


def _observed(value: Value, seen: Json) -> str:
    if value.kind in _NUMBERS and isinstance(seen, str) and _is_number(seen):
        return "a number written as a string"
    if value.kind == "string" and kind_of(seen) in _NUMBERS:
        return f"{kind(seen)} without quotes"
    if value.kind == "integer" and isinstance(seen, float):
        return "a number with a fraction"
    return kind(seen)


def _is_number(text: str) -> bool:
    found = decimal(text) if len(text) < 400 else None
    return found is not None and found.is_finite()


def _consequences(value: Value, seen: Json) -> Iterator[str]:
    """What else would be wrong if the type were put right."""
    members = allowed(value)
    if members and not isinstance(seen, list | dict):
        known = {as_text(member) for member in members}
        if as_text(seen) not in known:
            yield f"nor is it one of the documented values {documented_values(value)}"
    unit = other_unit(value, seen)
    if unit is not None:
        yield f"as a moment it is in {unit}, documented is {value.unit}"


RULE = Rule(
    id="type-mismatch",
    families=("check",),
    severity=Severity.ERROR,
    summary="A value has another JSON type than the documented one",
    facts=(WrongType,),
    judge=judge,
    doc=__doc__,
)
