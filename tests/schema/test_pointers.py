from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.errors import UsageError
from conformance.model.operation import Value
from conformance.schema.json_schema import to_schema
from conformance.schema.pointers import (
    child,
    member,
    parameter,
    pointer_of,
    quoted,
    resolve,
    schema_spans,
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


def test_pointer_of() -> None:
    assert (
        pointer_of("responses.200.success.orders[].uuid", "responses.200")
        == "/success/orders/*/uuid"
    )
    assert pointer_of('a."b.c/d"[]') == "/a/b.c~1d/*"


def test_names() -> None:
    assert parameter("uuids[]") == "parameters.uuids"
    assert parameter("[]") == 'parameters."[]"'
    assert quoted('a "b"') == r'"a \"b\""'


@given(values())
def test_each_schema_node_has_its_span(value: Value) -> None:
    schema = to_schema(value)
    spans = dict(schema_spans(value))
    assert spans[""] == value.span
    for pointer, span in spans.items():
        assert resolve(pointer, schema)["x-documented-at"] == str(span)
