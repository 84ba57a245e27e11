from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.model.operation import Value
from conformance.model.span import Span
from conformance.schema.json_schema import MAX_DEPTH, by_name, to_schema
from conformance.schema.kinds import item_of
from conformance.schema.pointers import (
    child,
    member,
    parameter,
    quoted,
    resolve,
    steps,
    subject_of,
    tokens,
)
from tests.builders import array, field, obj
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


@pytest.mark.parametrize(
    ("pointer", "subject"),
    [
        ("", "responses.200"),
        ("/success/orders/3/uuid", "responses.200.success.orders[].uuid"),
        ("/0/1", "responses.200[][]"),
        ("/a.b/x~1y", 'responses.200."a.b".x/y'),
        ("/", 'responses.200.""'),
    ],
)
def test_subject_of(pointer: str, subject: str) -> None:
    assert subject_of(pointer, root="responses.200") == subject


def test_a_member_that_looks_like_an_index() -> None:
    record = obj(field("7", items=obj(field("id"))), field("rows", "array", items=array()))
    assert subject_of("/7/0/id", record) == "7[].id"
    assert subject_of("/rows/7/0", record) == "rows[][]"
    assert subject_of("/8", record) == "8"


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
    assert quoted('a "b"') == r'"a \"b\""'


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
            for name, found in by_name(node.fields).items()
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
