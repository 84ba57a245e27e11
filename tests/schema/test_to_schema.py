from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.model.operation import Stated, Value
from conformance.schema.json_schema import MAX_DEPTH, to_schema
from conformance.schema.kinds import fits, list_allowed, read_typed
from tests.builders import CONDITIONAL, NO, YES, array, field, obj, value

AT = {"x-documented-at": "en/page.md:1"}


@pytest.mark.parametrize(
    ("documented", "expected"),
    [
        (value(), {}),
        (value("string"), {"type": "string"}),
        (value("string", nullable=YES), {"type": ["string", "null"]}),
        (value("string", nullable=NO), {"type": "string"}),
        (value("string", enum=("A", "B")), {"type": "string", "enum": ["A", "B"]}),
        (
            value("string", enum=("A",), nullable=YES),
            {"type": ["string", "null"], "enum": ["A", None]},
        ),
        (value("string", enum=("A", None)), {"type": ["string", "null"], "enum": ["A", None]}),
        (value("integer", enum=("0", "1")), {"type": "integer", "enum": [0, 1]}),
        (value("string", enum=(0, 1.5, True)), {"type": "string", "enum": ["0", "1.5", "true"]}),
        (value(enum=("1", "A")), {"enum": ["1", 1, "A"]}),
        (value("string", constant=("UTC",)), {"type": "string", "const": "UTC"}),
        (value("integer", default=("100",)), {"type": "integer", "default": 100}),
        (
            value("integer", default=(20,), enum=(1, 50)),
            {"type": "integer", "enum": [1, 50], "x-documented-default": 20},
        ),
        (value("string", format="decimal"), {"type": "string", "format": "decimal"}),
        (
            value("integer", limits={"minimum": 1, "exclusive_maximum": 9}),
            {"type": "integer", "minimum": 1, "exclusiveMaximum": 9},
        ),
        (
            value("integer", unit="ms", epoch=True, type_text="Long"),
            {"type": "integer", "x-documented-type": "Long", "x-unit": "ms", "x-epoch": True},
        ),
        (
            value("array", enum=("A",)),
            {"type": "array", "items": {"enum": ["A"], **AT}},
        ),
        (value("object", closed=YES), {"type": "object", "additionalProperties": False}),
        (value("object", closed=NO), {"type": "object"}),
        (
            value("string", description="what", example=("a",)),
            {"type": "string", "description": "what", "examples": ["a"]},
        ),
    ],
)
def test_value(documented: Value, expected: dict[str, Any]) -> None:
    assert to_schema(documented) == {**expected, **AT}


def test_members_keep_what_required_cannot_say() -> None:
    schema = to_schema(
        obj(
            field("a", "string", required=YES),
            field("b", "string", required=NO),
            field("c", "string", required=CONDITIONAL, condition="for limit orders"),
            field("d", "string", confidence="low"),
        )
    )
    assert schema["required"] == ["a"]
    assert {name: {k: v for k, v in node.items() if k.startswith("x-") and k not in AT}
            for name, node in schema["properties"].items()} == {
        "a": {},
        "b": {"x-required": "no"},
        "c": {"x-required": "conditional", "x-condition": "for limit orders"},
        "d": {"x-required": "not-stated", "x-confidence": "low"},
    }  # fmt: skip


def test_every_node_says_where_it_is_documented() -> None:
    schema = to_schema(obj(field("rows", line=7, items=obj(field("id", line=9), line=8))))
    rows = schema["properties"]["rows"]
    assert rows["x-documented-at"] == "en/page.md:7"
    assert rows["items"]["x-documented-at"] == "en/page.md:8"
    assert rows["items"]["properties"]["id"]["x-documented-at"] == "en/page.md:9"


def test_of_two_members_of_one_name_the_first_counts() -> None:
    schema = to_schema(obj(field("a", "string", required=YES), field("a", "integer", required=YES)))
    assert schema["properties"]["a"]["type"] == "string"
    assert schema["required"] == ["a"]


def test_no_page_nests_without_end() -> None:
    deep = value("string")
    for _ in range(300):
        deep = array(deep)
    text = json.dumps(to_schema(deep))
    assert f"nested deeper than {MAX_DEPTH}" in text


@pytest.mark.parametrize(
    ("kind", "instance", "expected"),
    [
        ("integer", 1, True), ("integer", 1.0, True), ("integer", 1.5, False),
        ("integer", True, False), ("number", 1, True), ("number", False, False),
        ("boolean", 1, False), ("string", None, False), (None, None, True), ("array", [], True),
        ("object", [], False),
    ],
)  # fmt: skip
def test_fits(kind: Any, instance: Any, expected: bool) -> None:
    assert fits(kind, instance) is expected


def test_a_printed_value_that_is_no_value_of_its_type_stays_as_it_is() -> None:
    assert read_typed("many", "integer") == ("many",)
    assert read_typed("NaN", "number") == ("NaN",)
    assert list_allowed(value("integer", enum=("1", "many"))) == (1, "many")


def test_not_stated_is_never_an_assertion() -> None:
    for stated in (Stated.NOT_STATED, Stated.CONDITIONAL):
        told = obj(field("a", "string", required=stated), closed=stated, nullable=stated)
        schema = to_schema(told)
        assert not {"required", "additionalProperties"} & set(schema)
        assert schema["type"] == "object"


@pytest.mark.parametrize(
    ("wording", "kinds"),
    [
        ("integer or string", ["integer", "string"]),
        ("string/array", ["string", "array"]),
        ("boolean | Number", ["boolean", "number"]),
        ("int32/int64", None),
        ("date/time", None),
        ("crate or string", None),
    ],
)
def test_a_choice_of_types_admits_each(wording: str, kinds: list[str] | None) -> None:
    assert to_schema(value(type_text=wording)).get("type") == kinds
    nullable = to_schema(value(type_text=wording, nullable=Stated.YES)).get("type")
    assert nullable == (kinds and [*kinds, "null"])
