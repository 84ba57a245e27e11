"""Rules for values in a response: type, null, enumeration, format, unit, bounds, relations."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.checks import facts
from conformance.checks.rule import ERROR, INFO, PAGE_OR_API, WARNING, Verdict, check
from conformance.compare.wording import (
    LONGEST_PLACE,
    UNITS,
    as_text,
    cut,
    format_documented_type,
    format_documented_values,
    format_value,
    name_kind,
)
from conformance.model.operation import Json, Kind, Scalar, Stated, Value
from conformance.reading.facets.units import unit_of_moment
from conformance.schema import kinds
from conformance.vocabulary import phrases

_NUMBERS: tuple[Kind | None, ...] = ("integer", "number")
_WORDS: Final[dict[str, str]] = {
    "uuid": "a UUID",
    "date-time": "a date and time (ISO 8601)",
    "date": "a date (ISO 8601)",
    "decimal": "a number written as a string",
    "int32": "a 32 bit integer",
    "int64": "a 64 bit integer",
}
_MESSAGES = {
    "count": "documented as the number of items of {other}; {actual} was given for {expected}",
    "disjoint": "{value} stands here and under {other}, which are documented to exclude each other",
    "within-request": "{value} was not asked for in {other}",
}
_OTHER_SIDE = {
    "count": "the items are at {other}",
    "disjoint": "the same value is at {other}",
    "within-request": "the request's input is {other}",
}


@check(
    ERROR,
    "A value has another JSON type than the documented one",
    title="{names}: documented as {expected}, seen as another type",
    why="A typed client fails to parse the value; an untyped one adds up texts, or "
    "loses digits of a number it takes for a float.",
    asks=("Which type does the API send?", *PAGE_OR_API),
    facet="type",
)
def type_mismatch(fact: facts.WrongType) -> Verdict:
    """A value has another JSON type than the documented one.

    An integer is a number, and ``1.0`` an integer, as in JSON Schema; a boolean is neither.
    Whatever else is wrong with such a value is a consequence.  Worth an ``info`` where the type is
    one of programs and databases (`decimal`) and the value a number in a string, as many write it.

    Bad: the page says that ``price`` is a string
        {"price": 1.5}
    Good:
        {"price": "1.5"}
    """
    value, observed = fact.value, fact.observed
    spelt = isinstance(observed, str) and _is_number(observed)
    either = spelt and phrases("types.exact").begins(value.type_text.strip("`* "))
    return Verdict(
        INFO if either else ERROR,
        f"documented as {format_documented_type(value)}, "
        f"{_print_observed(value, observed)} was observed",
        format_documented_type(value),
        f"{kinds.kind_of(observed)} {format_value(observed)}",
        related=tuple(_list_consequences(value, observed)),
    )


def _print_observed(value: Value, observed: Json) -> str:
    if value.kind in _NUMBERS and isinstance(observed, str) and _is_number(observed):
        return "a number written as a string"
    if value.kind == "string" and kinds.kind_of(observed) in _NUMBERS:
        return f"{name_kind(observed)} without quotes"
    if value.kind == "integer" and isinstance(observed, float):
        return "a number with a fraction"
    return name_kind(observed)


def _is_number(text: str) -> bool:
    found = kinds.read_decimal(text) if len(text) < 400 else None
    return found is not None and found.is_finite()


def _list_consequences(value: Value, observed: Json) -> Iterator[str]:
    """What else would be wrong if the type were put right."""
    members = kinds.list_allowed(value)
    if members and not isinstance(observed, list | dict):
        known = {as_text(member) for member in members}
        if as_text(observed) not in known:
            yield f"nor is it one of the documented values {format_documented_values(value)}"
    unit = kinds.find_other_unit(value, observed)
    if unit is not None:
        yield f"as a moment it is in {unit}, documented is {value.unit}"


@check(
    WARNING,
    "A value is null, and the page does not say that it may be",
    title="{names}: null, and the page does not say that it may be",
    why="A client that does not expect null fails on it.",
    asks=(
        "Can the value be null?",
        "Yes: the row is to say so, and when.",
        "No: the API is not to send it.",
    ),
    facet="marks",
)
def undocumented_null(fact: facts.Null) -> Verdict:
    """A value is null, and the page does not say that it may be.

    Worth an ``info`` where the page says that the member may be absent: null often stands for
    that.

    Bad: the page says that ``price`` is a string
        {"price": null}
    Good: the page says "string or null"
        {"price": null}
    """
    never = fact.value.nullable is Stated.NO
    wording = "documented as never null" if never else "not documented as possibly null"
    message = f"{wording}, null was observed"
    return Verdict(ERROR if never else WARNING, message, format_documented_type(fact.value), "null")


@check(
    ERROR,
    "A value is none of those the page lists",
    title="{names}: {actual} is none of the documented values",
    why="A client with a closed list of values fails on this one, or takes it for another.",
    asks=("Which values are there?", *PAGE_OR_API),
    facet="values",
)
def unknown_enum_value(fact: facts.NotListed) -> Verdict:
    """A value is none of those the page lists, or not the one it says is always there.

    Bad: the page says ``BUY`` or ``SELL``
        {"side": "SHORT"}
    Good:
        {"side": "BUY"}
    """
    always = "documented as always" if fact.value.constant else "documented as one of"
    return Verdict(
        ERROR,
        f"{always} {format_documented_values(fact.value)}; "
        f"{format_value(fact.observed)} was observed"
        f"{_describe_near_value(fact.value, fact.observed)}",
        format_documented_values(fact.value),
        format_value(fact.observed),
    )


def _describe_near_value(value: Value, observed: Json) -> str:
    if isinstance(observed, list | dict):
        return ""
    folded, listed = _fold_scalar(observed), (m for m in kinds.list_allowed(value) if m is not None)
    same = [member for member in listed if _fold_scalar(member) == folded]
    return f", which differs from {format_value(same[0])} only in case or blanks" if same else ""


def _fold_scalar(scalar: Scalar) -> str:
    return as_text(scalar).strip().casefold()


@check(
    WARNING,
    "A value is not written as the page says",
    title="{names}: not written as documented",
    why="A client that parses the documented format fails on the value.",
    asks=("How is the value written?", *PAGE_OR_API),
    facet="format",
)
def format_mismatch(fact: facts.BadFormat) -> Verdict:
    """A value of the right type is not written as the page says.

    UUID, date and time, numbers written as strings, the range of 32 and 64 bit integers.  ISO
    8601 is read as documentation means it: the zone may be left out, a blank may stand for the
    ``T``. An empty string is worth an ``info``: it says "nothing" rather than something else.

    Bad: the page says that ``id`` is a UUID
        {"id": "order-7"}
    Good:
        {"id": "9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3f"}
    """
    wanted = _WORDS.get(name := fact.value.format or "", name)
    empty = fact.observed == ""
    observed = "an empty string" if empty else format_value(fact.observed)
    message = f"documented as {wanted}, {observed} was observed"
    return Verdict(INFO if empty else WARNING, message, wanted, format_value(fact.observed))


@check(
    ERROR,
    "A moment is in another unit than the documented one",
    title="{names}: described in {expected}, seen in {observed}",
    why="A client that follows the description is off by a factor of a thousand: dates "
    "in January 1970, or tens of thousands of years ahead.",
    asks=("In which unit does the API send it?", *PAGE_OR_API),
    facet="unit",
)
def unit_mismatch(fact: facts.WrongUnit) -> Verdict:
    """A moment is in another unit than the documented one.

    Seconds, milliseconds, microseconds and nanoseconds since 1970 are known by their number of
    digits (10, 13, 16, 19).  Numbers that are no moment of our time in any unit (0, -1) and
    durations are left alone.  Where no words give the unit of what is named like a moment, that
    of the page's examples counts, with less confidence.

    Bad: the page says milliseconds
        {"startedAt": 1700000000}
    Good:
        {"startedAt": 1700000000000}
    """
    documented, observed = UNITS[unit_of_moment(fact.value) or ""], UNITS[fact.unit]
    stated = "documented" if fact.value.epoch else "shown by the example"
    return Verdict(
        ERROR,
        f"{stated} in {documented} since 1970, {format_value(fact.observed)} is in {observed}",
        f"{documented} since 1970",
        f"{format_value(fact.observed)}, {observed} since 1970",
    )


@check(
    ERROR,
    "A number, a length or a size is outside the documented bounds",
    title="{names}: outside the documented limit",
    why="Clients size fields and check input by the limit, and refuse what the API accepts.",
    asks=("What is the limit?", *PAGE_OR_API),
    facet="limits",
)
def limit_exceeded(fact: facts.OverLimit) -> Verdict:
    """A number, a length or a size is outside the bounds the page gives.

    Bad: the page says "at most 3 items"
        {"ids": [1, 2, 3, 4]}
    Good:
        {"ids": [1, 2, 3]}
    """
    wanted, size = kinds.BOUND_WORDS[fact.limit].format(fact.bound), cut(fact.size)
    return Verdict(ERROR, f"documented as {wanted}, {size} observed", wanted, size)


@check(
    ERROR,
    "A relation between values that the page promises does not hold",
    title="{names}: a relation that the page promises does not hold",
    why="A client that relies on it counts, pages or reconciles wrongly.",
    asks=("Does the relation always hold?", *PAGE_OR_API),
    facet="examples",
)
def invariant_broken(fact: facts.Broken) -> Verdict:
    """A relation between values that the page's words or names promise does not hold.

    A count that is not the number of items it counts; a value both among the successes and
    among the failures; an answer about something the request did not ask for.

    Bad: the page says that ``count`` is the number of orders
        {"count": 3, "orders": [{"id": 7}]}
    Good:
        {"count": 1, "orders": [{"id": 7}]}
    """
    other = f"`{cut(fact.other, LONGEST_PLACE)}`"
    message = _MESSAGES[fact.invariant.kind].format(
        value=format_value(fact.observed),
        other=other,
        expected=fact.expected,
        actual=fact.actual,
    )
    related = (_OTHER_SIDE[fact.invariant.kind].format(other=other),)
    return Verdict(ERROR, message, fact.expected, fact.actual, related=related)
