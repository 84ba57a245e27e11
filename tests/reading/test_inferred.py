"""Answers told only by an example."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.document import CodeBlock
from conformance.model.operation import Example, Json, Stated, Value
from conformance.model.span import Span
from conformance.reading.context import BlockContext
from conformance.reading.examples import read_example
from conformance.reading.merging import merge_shown
from conformance.reading.schema_from_examples import value_of_examples
from tests.builders import field, obj, span

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3)
    ),
    max_leaves=12,
)


def example(text: str) -> Example:
    span = Span("p", 10, 10 + text.count("\n"))
    if "//" in text:
        return Example(text=text, span=span, parsed=False)
    return Example(text=text, span=span, parsed=True, value=json.loads(text))


def told(value: Value | None) -> dict[str, tuple[str | None, int]]:
    assert value is not None
    return {f.name: (f.value.kind, f.span.line) for f in value.fields}


def test_members_have_their_own_lines() -> None:
    value = value_of_examples([example('{\n  "a": 1,\n  "b": "x:",\n  "c": [\n {"d": null}]\n}')])
    assert told(value) == {"a": ("integer", 11), "b": ("string", 12), "c": ("array", 13)}
    assert value is not None
    assert value.fields[2].value.items is not None
    assert told(value.fields[2].value.items) == {"d": (None, 14)}


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (['{"paidAt": 1730000000000}'], "ms"),
        (['{"paidAt": "1730000000"}', '{"paidAt": null}', '{"paidAt": "0"}'], "s"),
        (['{"paidAt": 1730000000}', '{"paidAt": 1730000000000}'], None),
        (['{"paidAt": 1730000000.125}'], "s"),
        (['{"paidAt": 17}'], None),
        (['{"number": 1730000000000}'], None),
        (['{"date_ms": 1730000000000}'], "ms"),
        (['{"window_ms": 5000}'], None),
        (['{"n": 1730000000000 // order time\n}'], "ms"),
        (['{"n": 1730000000000 // number of the order\n}'], None),
    ],
)
def test_the_unit_of_a_moment_is_that_of_all_examples(
    texts: list[str], expected: str | None
) -> None:
    value = value_of_examples(map(example, texts))
    assert value is not None
    assert value.fields[0].value.shown_unit == expected


def test_a_row_has_the_unit_that_the_sample_shows() -> None:
    shown = value_of_examples([example('{"paidAt": 1730000000000}')])
    assert shown is not None
    units = (None, "ms"), ("s", None), ("percent", None)
    for stated, expected in units:
        rows = obj(field("paidAt", "integer", unit=stated))
        assert merge_shown(rows, shown).fields[0].value.shown_unit == expected


def test_examples_are_joined() -> None:
    value = value_of_examples(
        [example('{"a": 1, "b": null}'), example('{"a": 1.5, "b": "x", "c": 1}')]
    )
    assert {name: kind for name, (kind, _) in told(value).items()} == {
        "a": "number",
        "b": "string",
        "c": "integer",
    }


def test_a_name_given_twice_shifts_no_line() -> None:
    assert told(value_of_examples([example('{"a": 1,\n"a": 2,\n"b": 3}')])) == {
        "a": ("integer", 10),
        "b": ("integer", 12),
    }


@given(_JSON, st.sampled_from([None, 1]))
def test_any_example_has_a_shape(node: Json, indent: int | None) -> None:
    text = json.dumps(node, indent=indent)
    value = value_of_examples([example(text)])
    assert value is not None
    last = 10 + text.count("\n")
    stack = [value]
    while stack:
        here = stack.pop()
        assert 10 <= here.span.line <= last
        stack.extend(f.value for f in here.fields)
        stack.extend([here.items] if here.items else [])


@pytest.mark.parametrize(
    ("text", "closed"),
    [
        ('{"id": 7, ...}', Stated.NO),
        ('{"id": 7,\n  …\n}', Stated.NO),
        ('{"id": ...}', Stated.NOT_STATED),
        ('{"ids": [7, ...]}', Stated.NOT_STATED),
        ("{...}", Stated.NOT_STATED),
    ],
)
def test_an_ellipsis_among_members_says_that_there_are_others(text: str, closed: Stated) -> None:
    value = value_of_examples([read_example(CodeBlock(text, "json", span()), BlockContext(0))])
    assert value is not None
    assert value.closed is closed
