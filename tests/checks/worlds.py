"""Strategies: documented values of every sort, bodies that keep to them, and bodies that do not."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from conformance.model.operation import Kind, Limits, Stated, Unit, Value
from conformance.reading.facets.units import WINDOWS
from conformance.schema.kinds import admits_null, item_of, list_allowed
from tests.builders import field, span

_NEAR = ("id", "ID", "orderId", "order_id", "price", "prices", "createAt", "createdAt")
_FAR = ("side", "data", "count", "minTradeAmount", "tradeMinAmount", "code")
_ODD = ("a.b", "x/y", "한글", "", "~")
NAMES = st.sampled_from([*_NEAR, *_FAR, *_ODD])
STATED = st.sampled_from(list(Stated))
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**70), 2**70)
    | st.sampled_from([0, 1, -1, 1.0, 2**31, 2**53 + 1, 2**63, 1525080718, 1525080718000])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8)
    | st.sampled_from(["", "1.5", "1525080718", "2018-04-10", "A", "1", "true", "null"])
)
_FLAT = SCALARS | st.lists(SCALARS, max_size=3) | st.dictionaries(NAMES, SCALARS, max_size=3)
JSON = _FLAT | st.lists(_FLAT, max_size=3) | st.dictionaries(NAMES, _FLAT, max_size=3)
"""Any JSON, three deep: enough to be wrong in every way."""


_SPELT = {
    "uuid": ["9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3f", "9F2C1C0E-6A0B-4C0E-9F0E-0B7A1C1D2E3F"],
    "date-time": ["2018-04-10T15:42:23+09:00", "2018-04-10 15:42:23"],
    "date": ["2018-04-10"],
    "decimal": ["1", "4.50", "1e0"],
}


def _stated(draw: st.DrawFn) -> dict[str, Any]:
    return {"span": span(draw(st.integers(1, 99))), "nullable": draw(STATED)}


@st.composite
def strings(draw: st.DrawFn) -> Value:
    format_ = draw(
        st.sampled_from([None, None, "uuid", "date-time", "date", "decimal", "hostname"])
    )
    enum = draw(st.sampled_from([(), (), ("A", "B"), (1, "A"), ("A", None)]))
    limits = draw(
        st.sampled_from([{}, {"max_length": 3}, {"min_length": 1}, {"minimum": 0, "maximum": 5}])
    )
    unit: Unit | None = draw(st.sampled_from([None, None, "ms", "s"]))
    return Value(
        **_stated(draw),
        kind="string",
        format=format_,
        enum=enum,
        limits=Limits(**limits),
        unit=unit,
        epoch=unit is not None and draw(st.booleans()),
    )


_NUMERIC: st.SearchStrategy[Kind] = st.sampled_from(["integer", "number"])


@st.composite
def numbers(draw: st.DrawFn) -> Value:
    limits = draw(st.sampled_from([{}, {}, {"minimum": 1, "maximum": 9}, {"exclusive_minimum": 0}]))
    unit: Unit | None = draw(st.sampled_from([None, "s", "ms", "us", "ns", "percent"]))
    return Value(
        **_stated(draw),
        kind=draw(_NUMERIC),
        format=draw(st.sampled_from([None, "int32", "int64", "float"])),
        enum=draw(st.sampled_from([(), (), (), (0, 1), ("0", "1.0"), (2**53 + 1,)])),
        constant=draw(st.sampled_from([(), (), (), (7,)])),
        limits=Limits(**limits),
        unit=unit,
        epoch=unit is not None and draw(st.booleans()),
    )


@st.composite
def loose(draw: st.DrawFn) -> Value:
    """No type is documented, or a plain one."""
    kind: Kind | None = draw(st.sampled_from([None, None, "boolean", "object", "array"]))
    facts = _stated(draw)
    if kind is None:
        facts["enum"] = draw(st.sampled_from([(), ("1", "A"), (True, 1)]))
        facts["limits"] = Limits(**draw(st.sampled_from([{}, {"minimum": 1}, {"max_items": 1}])))
        facts["unit"], facts["epoch"] = draw(st.sampled_from([(None, False), ("ms", True)]))
        facts["format"] = draw(st.sampled_from([None, "decimal", "uuid", "int32"]))
    return Value(**facts, kind=kind)


@st.composite
def objects(draw: st.DrawFn, depth: int) -> Value:
    names = draw(st.lists(NAMES, max_size=5))  # a name may be told twice: the first counts
    fields = tuple(
        field(name, **_members(draw(values(depth - 1))), required=draw(STATED)) for name in names
    )
    return Value(**_stated(draw), kind="object", fields=fields, closed=draw(STATED))


@st.composite
def arrays(draw: st.DrawFn, depth: int) -> Value:
    item = draw(st.none() | values(depth - 1))
    enum = draw(st.sampled_from([(), (), ("A", "B")]))
    limits = draw(st.sampled_from([{}, {}, {"max_items": 2}, {"min_items": 1}]))
    return Value(**_stated(draw), kind="array", items=item, enum=enum, limits=Limits(**limits))


def _members(value: Value) -> dict[str, Any]:
    return {name: getattr(value, name) for name in Value.__struct_fields__}


def values(depth: int = 3) -> st.SearchStrategy[Value]:
    """Documented values, nested at most ``depth`` deep."""
    flat = strings() | numbers() | loose()
    return flat | objects(depth) | arrays(depth) if depth else flat


@st.composite
def bodies(draw: st.DrawFn, value: Value) -> Any:
    """A body that keeps to ``value`` as far as a strategy this small can see to it."""
    if admits_null(value) and draw(st.integers(0, 4)) == 0:
        return None
    listed = [member for member in list_allowed(value) if member is not None]
    if listed:
        return draw(st.sampled_from(listed))
    makers = {"object": _object, "array": _array, "string": _string, None: _anything}
    return makers.get(value.kind, _number)(draw, value)


def _object(draw: st.DrawFn, value: Value) -> Any:
    body: dict[str, Any] = {}
    for member in value.fields:
        if member.name not in body and (member.required is Stated.YES or draw(st.booleans())):
            body[member.name] = draw(bodies(member.value))
    return body


def _array(draw: st.DrawFn, value: Value) -> Any:
    item = item_of(value)
    least, most = value.limits.min_items or 0, value.limits.max_items or 3
    return draw(st.lists(bodies(item) if item else JSON, min_size=least, max_size=most))


def _string(draw: st.DrawFn, value: Value) -> Any:
    if value.format in _SPELT:
        return draw(st.sampled_from(_SPELT[value.format]))
    return draw(st.text("ab", min_size=1, max_size=value.limits.max_length or 5))


def _number(draw: st.DrawFn, value: Value) -> Any:
    if value.kind == "boolean":
        return draw(st.booleans())
    if value.epoch and value.unit in WINDOWS and value.limits == Limits():
        return WINDOWS[value.unit][0] + draw(st.integers(0, 10**8))
    return draw(st.integers(1, 9))


def _anything(draw: st.DrawFn, value: Value) -> Any:
    return draw(st.integers(1, 9) | st.booleans())


@st.composite
def spoilt(draw: st.DrawFn, body: Any) -> Any:
    """``body`` with something replaced, added or taken away, or nothing at all."""
    if isinstance(body, dict) and body and draw(st.booleans()):
        name = draw(st.sampled_from(sorted(body)))
        rest = {key: value for key, value in body.items() if key != name}
        change = draw(st.sampled_from(["drop", "rename", "within", "wrap"]))
        if change == "wrap":
            return {"code": 0, "result": body}
        if change == "rename":
            return {**rest, draw(NAMES): body[name]}
        return rest if change == "drop" else {**rest, name: draw(spoilt(body[name]))}
    if isinstance(body, list) and body and draw(st.booleans()):
        at = draw(st.integers(0, len(body) - 1))
        return [*body[:at], draw(spoilt(body[at])), *body[at + 1 :]]
    if isinstance(body, dict) and draw(st.booleans()):
        return {**body, draw(NAMES): draw(JSON)}
    return draw(JSON)
