from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.model.operation import Value
from conformance.model.span import Span
from conformance.schema.json_schema import MAX_DEPTH, index_by_name, to_schema
from conformance.schema.kinds import (
    child,
    item_of,
    member,
    parameter,
    quote_step,
    resolve,
    steps,
    tokens,
)
from tests.checks.worlds import values

NAMES = st.text(max_size=6)


@given(st.lists(NAMES, max_size=5))
def test_tokens_come_back(names: list[str]) -> None:
    pointer = ""
    for name in names:
        pointer = child(pointer, name)
    assert list(tokens(pointer)) == names


def test_the_examples_of_the_standard() -> None:
    """RFC 6901, section 5."""
    body = {"foo": ["bar", "baz"], "": 0, "a/b": 1, "m~n": 8, " ": 7}
    found = [resolve(p, body) for p in ("/foo/0", "/", "/a~1b", "/m~0n", "/ ")]
    assert found == ["bar", 0, 1, 8, 7]
    assert resolve("", body) is body


@pytest.mark.parametrize(
    "pointer", ["/foo/2", "/foo/-", "/foo/01", "/foo/x", "/bar", "/foo/0/1", "/foo/" + "9" * 40]
)
def test_nothing_is_there(pointer: str) -> None:
    with pytest.raises(KeyError):
        resolve(pointer, {"foo": ["bar", "baz"]})


def test_no_pointer() -> None:
    with pytest.raises(UsageError, match="begins with a slash"):
        tokens("foo/bar")


@given(st.lists(NAMES | st.none(), max_size=5))
def test_steps_come_back(names: list[str | None]) -> None:
    subject = "root"
    for name in names:
        subject = subject + "[]" if name is None else member(subject, name)
    expected = ["[]" if name is None else name for name in names]
    assert [step for step in steps(subject) if step != "root"] == expected


def test_names() -> None:
    assert parameter("uuids[]") == "parameters.uuids"
    assert parameter("[]") == 'parameters."[]"'
    assert quote_step('a "b"') == r'"a \"b\""'


def schema_spans(value: Value) -> Iterator[tuple[str, Span]]:
    """Every node of ``value``'s JSON Schema, as a pointer into it, with its source span."""
    waiting: list[tuple[str, Value, int]] = [("", value, 0)]
    while waiting:
        pointer, node, depth = waiting.pop()
        yield pointer, node.span
        if depth >= MAX_DEPTH:
            continue
        below = [
            (child(f"{pointer}/properties", name), found.value, depth + 1)
            for name, found in index_by_name(node.fields).items()
        ]
        item = item_of(node)
        if item is not None:
            below.append((f"{pointer}/items", item, depth + 1))
        waiting.extend(reversed(below))


@given(values())
def test_each_schema_node_has_its_span(value: Value) -> None:
    schema = to_schema(value)
    spans = dict(schema_spans(value))
    assert spans[""] == value.span
    for pointer, span in spans.items():
        assert resolve(pointer, schema)["x-documented-at"] == str(span)
