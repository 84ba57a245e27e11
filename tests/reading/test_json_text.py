"""Samples as people print them: what can be read is read, with its line."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.reading.json_text import SampleNode, read_json_text, without_line_numbers

_JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=15,
).filter(lambda value: isinstance(value, dict | list))


def plain(node: SampleNode) -> Any:
    """A node as plain data: words in angle brackets, what is left out as ``...``."""
    if node.kind == "object":
        return {name: plain(child) for name, child in node.members.items()}
    if node.kind == "array":
        return [plain(child) for child in node.items]
    return {"null": None, "unknown": ..., "word": f"<{node.value}>"}.get(node.kind, node.value)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a": 1, // one\n "b": 2 /* two */}', [{"a": 1, "b": 2}]),
        ('{"a": 1, # one\n "b": "#2"}', [{"a": 1, "b": "#2"}]),
        ('{"a": "http://x.y/z", "b": 1}', [{"a": "http://x.y/z", "b": 1}]),
        ('{"a": [1, 2, ...], ...}', [{"a": [1, 2, ...]}]),
        ('/* GET /a\n{"a": 1}\n\n/* GET /b\n{"b": 2}', [{"a": 1}, {"b": 2}]),
        ('{"a": 1 /* one\n or two */, "b": 2}', [{"a": 1, "b": 2}]),
        ('/*\n{"old": 1}\n*/ {"a": 1} /* {"b": 2}', [{"a": 1}]),
        ('{"a": [1, 2,], "b": 3,}', [{"a": [1, 2], "b": 3}]),
        ('{"a": [{1, "x"}, {2, // two\n "y"}], "b": 3}', [{"a": [[1, "x"], [2, "y"]], "b": 3}]),
        ('{"a": 1\n "b": [1] "c": {} }', [{"a": 1, "b": [1], "c": {}}]),
        ("{'a': 'it', b: 1, $c: True, d: None}", [{"a": "it", "b": 1, "$c": True, "d": None}]),
        ('{"a": "x" | "y", "b": 1 or 2}', [{"a": "x", "b": 1}]),
        (
            '{"a": integer, "b": <string>, "c": string (uuid)}',
            [{"a": "<integer>", "b": "<string>", "c": "<string>"}],
        ),
        ('{"a": 1}\n\nOR\n\n[{"b": 2}]', [{"a": 1}, [{"b": 2}]]),
        ('HTTP/1.1 200 OK\nDate: now\n\n{"a": 1}', [{"a": 1}]),
        ('{“a”: “b”，"c"： 1}', [{"a": "b", "c": 1}]),
        ('{"a": {"b": [{"c": 1]}, "d": 2}', [{"a": {"b": [{"c": 1}]}, "d": 2}]),
        ('{"a": {"b": 1', [{"a": {"b": 1}}]),
        ('{"a": 1, "a": 2}', [{"a": 1}]),
        ('{"a": 0.10000000000000000000, "b": 1e3, "c": -01}', [{"a": 0.1, "b": 1000.0, "c": 0}]),
        ('{"a": true, "b": [{"c": "東京"}]}', [{"a": True, "b": [{"c": "東京"}]}]),
        ('{\n"a": 価格,\n"b": 1}', [{"a": ..., "b": 1}]),
        (
            '{"a": 1, // first, or "b"    "c": { // second      "d": 2   } }',
            [{"a": 1, "c": {"d": 2}}],
        ),
        ('{"a": { "b": 1, // of it "c": 2 }, "d": [] }', [{"a": {"b": 1, "c": 2}, "d": []}]),
        ('{"a": 1, //of it    "b": 2 //of her  }', [{"a": 1, "b": 2}]),
        ('{"a": "x //  {y}", "b": 1} // last', [{"a": "x //  {y}", "b": 1}]),
        ('{"a": 1, // of  "b": 2\n "c": 3}', [{"a": 1, "c": 3}]),
        ("Array [ of things ]", []),
        ("", []),
    ],
)
def test_what_can_be_read_is_read(text: str, expected: list[Any]) -> None:
    assert [plain(node) for node in read_json_text(text)] == expected


def test_values_have_the_line_of_their_name_and_the_words_beside_them() -> None:
    (node,) = read_json_text('{\n "a": 1, // the first\n "b":\n  [{"c": 2}]\n}')
    inner = node.members["b"].items[0].members["c"]
    assert (node.members["a"].line, node.members["b"].line, inner.line) == (1, 2, 3)
    assert node.members["a"].comment == "the first"


def test_numbers_of_lines_are_no_part_of_the_text() -> None:
    text = '1 {\n2   "a": [\n3     10,\n4     20\n5   ]\n6 }'
    assert [plain(node) for node in read_json_text(text)] == [{"a": [10, 20]}]
    assert without_line_numbers("[\n10,\n20\n]") == "[\n10,\n20\n]"


@given(_JSON, st.sampled_from([None, 1]))
def test_json_is_read_as_json(value: Any, indent: int | None) -> None:
    (node,) = read_json_text(json.dumps(value, indent=indent))
    assert plain(node) == json.loads(json.dumps(value))


@pytest.mark.parametrize("piece", ['{"a":', "[{", "'a'", "“", '"', "/*", "<", "1\n", "]}", "-"])
def test_any_text_is_read_to_its_end(piece: str) -> None:
    nodes = read_json_text(piece * 3000)
    waiting, deepest = [(node, 1) for node in nodes], 0
    while waiting:
        node, depth = waiting.pop()
        deepest = max(deepest, depth)
        waiting += [(child, depth + 1) for child in (*node.items, *node.members.values())]
    assert deepest <= 65
