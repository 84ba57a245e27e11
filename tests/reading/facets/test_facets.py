"""What the words of one row say about a value, in four languages."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from conformance.model.document import Mark, Text
from conformance.model.operation import Kind, Scalar, Stated
from conformance.model.span import Span
from conformance.reading.facets.enums import read_enum, read_enum_cell
from conformance.reading.facets.kind import is_guessed
from conformance.reading.facets.presence import read_location, read_presence
from conformance.reading.facets.single_values import read_constant, read_default, read_default_cell
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.facets.value import read_value
from conformance.reading.rows.row import FieldRow, RowName

_SPAN = Span("page.md", 1, 1, "")
_MARKUP = re.compile(r"`([^`]+)`|\*\*([^*]+)\*\*|([^`*]+)")


def _cases(name: str) -> list[Any]:
    path = Path(__file__).parent / f"{name}.toml"
    return [
        pytest.param(case, id=f"{case['text']}"[:60].replace("\n", " "))
        for case in tomllib.loads(path.read_text("utf-8"))["case"]
    ]


def _text(markdown: str) -> Text:
    """Code spans and bold words as marks over plain text."""
    plain, marks = "", []
    for code, strong, other in _MARKUP.findall(markdown):
        words = code or strong or other
        if not other:
            kind: Any = "code" if code else "strong"
            marks.append(Mark(kind, len(plain), len(plain) + len(words)))
        plain += words
    return Text(plain, _SPAN, tuple(marks))


@pytest.mark.parametrize("case", _cases("types"))
def test_type_words(case: dict[str, Any]) -> None:
    found = read_type(case["text"])
    assert found.kind == case.get("kind")
    assert found.format == case.get("format")
    assert found.known is case.get("known", True)
    assert found.nullable is Stated(case.get("nullable", "not-stated"))
    assert found.max_length == case.get("max_length")
    assert found.object_name == case.get("object_name", "")
    assert (found.item.kind if found.item else None) == case.get("item")


@pytest.mark.parametrize("case", _cases("values"))
def test_values(case: dict[str, Any]) -> None:
    text, kind = _text(case["text"]), case.get("kind", "string")
    found = read_enum(text, kind, frozenset(case.get("names", ())), case.get("name", ""))
    assert list(found.values) == case.get("enum", [])
    assert found.nullable is case.get("nullable", False)
    assert found.open is case.get("open", False)
    assert list(read_default(text, kind)) == case.get("default", [])
    assert list(read_constant(text, kind)) == case.get("constant", [])


@pytest.mark.parametrize("case", _cases("cells"))
def test_cells_of_values(case: dict[str, Any]) -> None:
    found = read_enum_cell(_text(case["text"]), case.get("kind", "string"))
    assert list(found.values) == case.get("enum", [])


@pytest.mark.parametrize(
    ("text", "is_type"),
    [
        ("string", True),
        ("array of strings", True),
        ("Crate", False),
        ("", False),
        ("string that is the name of a crate and more", False),
    ],
)
def test_words_for_a_type_alone(text: str, is_type: bool) -> None:
    assert is_type_word(text) is is_type


@pytest.mark.parametrize(
    ("row", "guessed"),
    [
        ({"example_text": "5"}, True),
        ({"example_text": "5", "type_text": "string"}, False),
        ({"example_text": "5", "name": "field[]"}, False),
        ({}, False),
    ],
)
def test_types_that_only_an_example_shows(row: dict[str, Any], guessed: bool) -> None:
    name = RowName(name=row.pop("name", "field"))
    field = FieldRow(name=name, span=_SPAN, description=_text("Words"), has_type_cell=False, **row)
    assert is_guessed(field) is guessed


@pytest.mark.parametrize(
    ("cell", "kind", "value"),
    [
        ("20", "integer", (20,)),
        ("last 24 hours", "string", ()),
        ("“last 24 hours”", "string", ("last 24 hours",)),
        ("“last 24 hours", "string", ()),
        ("`near`", "string", ("near",)),
        ("-", "string", ()),
    ],
)
def test_cells_of_defaults(cell: str, kind: Kind, value: tuple[Scalar, ...]) -> None:
    assert read_default_cell(cell, kind) == value


@pytest.mark.parametrize("case", _cases("rows"))
def test_rows(case: dict[str, Any]) -> None:
    example = case.get("example", "")
    row = FieldRow(
        name=RowName(name=case.get("name", "field")),
        span=_SPAN,
        description=_text(case["text"]),
        type_text=case.get("type", ""),
        has_type_cell=not example,
        example_text=example,
        required=Stated(case.get("mark", "not-stated")),
    )
    linked = tuple(case.get("linked", ()))
    value = read_value(row, frozenset(), linked, is_input=case.get("input", False))
    required, condition = read_presence(row, is_input=case.get("input", False))
    assert required is Stated(case.get("required", "not-stated"))
    assert condition == case.get("condition", "")
    assert value.nullable is Stated(case.get("nullable", "not-stated"))
    assert value.unit == case.get("unit")
    assert value.format == case.get("format")
    assert value.epoch is case.get("epoch", value.epoch)
    if "kind" in case:
        assert value.kind == case["kind"]
    if "item" in case:
        assert (value.items.kind if value.items else "none") == case["item"]
    if "members" in case:
        assert value.members is not None
        assert value.members.kind == case["members"]
    listed = value.items.enum if value.items else value.enum
    assert list(listed) == case.get("enum", [])
    limits = {name: n for name, n in asdict(value.limits).items() if n is not None}
    assert limits == case.get("limits", {})
    if "default" in case:
        assert list(value.default) == case["default"]
    if "shown" in case:
        assert list(value.example) == case["shown"]


@pytest.mark.parametrize(
    ("cell", "path", "location"),
    [
        ("URL", "/orders/{field}", "path"),
        ("URL", "/orders/{other}", "query"),
        ("Path", "/orders", "path"),
        ("Path", "/orders/{field}", "path"),
        ("Query", "/orders/{field}", "query"),
        ("Header", "/orders", "header"),
        ("Somewhere", "/orders", None),
        ("", "/orders", None),
    ],
)
def test_location(cell: str, path: str, location: str | None) -> None:
    row = FieldRow(
        name=RowName(name="field"), span=_SPAN, description=_text("Words"), location=cell
    )
    assert read_location(row, path) == location
