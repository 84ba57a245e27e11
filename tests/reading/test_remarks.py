"""What stands behind a name outside a table, word by word."""

from __future__ import annotations

import pytest

from conformance.model.document import Mark, Text
from conformance.model.operation import Stated
from conformance.model.span import Span
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import cut_text, read_names

_HERE = Span("page.md", 1, 1, "")
_YES, _NO, _SILENT = Stated.YES, Stated.NO, Stated.NOT_STATED


@pytest.mark.parametrize(
    ("words", "kind", "required", "default", "rest"),
    [
        ("name (string, required) - text", "string", _YES, "", "text"),
        ("name (string) (required): text", "string", _YES, "", "text"),
        ("name (string: <required>) – text", "string", _YES, "", "text"),
        ("name (string, or array of strings: <required>) – text", "string", _YES, "", "text"),
        ("name (bool: true) – text", "bool", _SILENT, "true", "text"),
        ('name (string: "a, b") text', "string", _SILENT, "a, b", "text"),
        ("name (map<string|string>: nil) – text", "map<string|string>", _SILENT, "nil", "text"),
        ("name string required text", "string", _YES, "", "text"),
        ("name string (required): text", "string", _YES, "", "text"),
        ("name integer (int64) text", "integer (int64)", _SILENT, "", "text"),
        ("name string required if set", "string", _SILENT, "", "required if set"),
        ("name — String. A text", "String", _SILENT, "", "A text"),
        ("name: uuid Number of the crate", "uuid", _SILENT, "", "Number of the crate"),
        ("name: uuid shown on the crate", "", _SILENT, "", "uuid shown on the crate"),
        ("name: String Theory of crates", "", _SILENT, "", "String Theory of crates"),
        ("name: optional, array of strings", "array of strings", _NO, "", ""),
        (
            "name - A string value that is long",
            "string",
            _SILENT,
            "",
            "A string value that is long",
        ),
        ("name - Boolean value, off", "Boolean", _SILENT, "", "Boolean value, off"),
        ("name - 1/True or 0/False, off", "boolean", _SILENT, "", "1/True or 0/False, off"),
        ("name - A long text", "", _SILENT, "", "A long text"),
        ("name - Set the size", "", _SILENT, "", "Set the size"),
        ("name - List of ids to show", "List", _SILENT, "", "List of ids to show"),
        ("name - A list of strings", "list of strings", _SILENT, "", "A list of strings"),
        ("name - Number of rows", "", _SILENT, "", "Number of rows"),
        ("name (see below) text", "", _SILENT, "", "(see below) text"),
        ("name 문자열 필수 설명", "", _SILENT, "", "문자열 필수 설명"),
        ("name (string, 필수) 설명", "string", _YES, "", "설명"),
    ],
)
def test_remark(words: str, kind: str, required: Stated, default: str, rest: str) -> None:
    remark = read_remark(Text(words, _HERE), len("name"))
    found = (remark.type_text, remark.required, remark.default_text, remark.text.plain)
    assert found == (kind, required, default, rest)


def test_a_definition_may_begin_with_shortcodes() -> None:
    remark = read_remark(Text("{{<required>}} {{% nullable %}} String. Text", _HERE))
    assert (remark.type_text, remark.required, remark.nullable) == ("String", _YES, _YES)
    assert remark.text.plain == "Text"


def test_marks_of_the_words_stay_where_they_are() -> None:
    text = Text("name (string) one of a", _HERE, (Mark("code", 21, 22),))
    rest = read_remark(text, 4).text
    assert rest.list_marked("code") == ("a",)
    assert cut_text(text, 18).list_marked("code") == ("a",)


@pytest.mark.parametrize(
    ("cell", "names"),
    [
        ("roomId* or roomName*", ["roomId", "roomName"]),
        ("from, to", ["from", "to"]),
        ("start/end", ["start", "end"]),
        ("uuid 또는 identifier", ["uuid", "identifier"]),
        ("> bid / ask", ["bid", "ask"]),
        ("order id", ["order"]),
        ("order or the id", ["order"]),
        ("vendor", ["vendor"]),
    ],
)
def test_names_of_a_cell(cell: str, names: list[str]) -> None:
    assert [name.name for name in read_names(Text(cell, _HERE))] == names
