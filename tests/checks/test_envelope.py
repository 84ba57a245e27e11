"""Where a documented record is found in a body that wraps it, and how sure that is."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.checks.body import find_envelope
from conformance.checks.plan import plan
from conformance.checks.runner import check
from conformance.model.operation import Json, Value
from tests.builders import YES, array, field, obj, operation, response, seen, value

ORDER = obj(field("id", "integer"), field("price", "string"))
PRINTED: dict[str, Json] = {"id": 1, "price": "1.5"}
ROWS = value(None, items=ORDER)
"""A list by its items alone."""
NESTED = obj(field("order", "object", fields=ORDER.fields))
"""A record of one member, which has two."""
PROMISED = obj(field("id", "integer", required=YES), field("price", "string"))


@pytest.mark.parametrize(
    ("documented", "body", "pattern", "sure"),
    [
        (ORDER, {"data": PRINTED}, "/data", "high"),
        (ORDER, {"data": [PRINTED, PRINTED]}, "/data/*", "high"),
        (ORDER, {"a": PRINTED, "b": PRINTED}, "/*", "high"),
        (ORDER, {"a": {"x": PRINTED}, "b": {"y": PRINTED}}, "/a/x", "high"),
        (ORDER, [PRINTED], "/*", "medium"),
        (ROWS, {"data": [PRINTED]}, "/data", "high"),
        (array(ORDER), {"data": {"rows": [PRINTED]}}, "/data/rows", "high"),
        (NESTED, {"data": {"order": {"id": 1}}}, "/data", "medium"),
        (NESTED, {"data": {"order": {"other": 1}}}, "/data", "low"),
        (ORDER, {"id": 1, "data": PRINTED}, "/data", "medium"),
        (ORDER, {"data": []}, "/data/*", "low"),
        (ORDER, {"data": {}}, "/data", "low"),
    ],
)
def test_place_and_confidence(documented: Value, body: Json, pattern: str, sure: str) -> None:
    found = find_envelope(plan(documented), body)
    assert found is not None
    assert (found.pattern, found.confidence) == (pattern, sure)


@pytest.mark.parametrize(
    ("documented", "body"),
    [
        (ORDER, PRINTED),
        (ORDER, {**PRINTED, "data": PRINTED}),
        (ORDER, {"data": {"other": 1}}),
        (obj(field("id", "integer")), {"data": []}),
        (obj(), {"data": PRINTED}),
    ],
)
def test_no_envelope(documented: Value, body: Json) -> None:
    assert find_envelope(plan(documented), body) is None


@pytest.mark.parametrize(("documented", "sure"), [(PROMISED, "medium"), (ORDER, "low")])
def test_room_for_a_record_that_is_promised_says_more(documented: Value, sure: str) -> None:
    (finding,) = check([operation(response(documented))], [seen({"data": [], "code": 0})]).findings
    assert (finding.rule, finding.confidence) == ("undocumented-envelope", sure)


def test_the_first_ten_members_of_an_envelope_are_named() -> None:
    body: dict[str, Any] = {"data": PRINTED, **{f"m{n}": n for n in range(20)}}
    (finding,) = check([operation(response(ORDER))], [seen(body)]).findings
    names = "`data`, `m0`, `m1`, `m2`, `m3`, `m4`, `m5`, `m6` and 2 more"
    assert finding.related == (f"the body's own members are {names}",)
