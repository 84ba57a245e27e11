"""Types as messages name them: in the page's words, and in JSON's where those differ."""

from __future__ import annotations

import pytest

from conformance.compare.wording import format_documented_type
from conformance.model.operation import Kind
from tests.builders import value


@pytest.mark.parametrize(
    ("words", "kind", "named"),
    [
        ("string", "string", "string"),
        ("String", "string", "String"),
        ("string or null", "string", "string or null"),
        ("String | null", "string", "String | null"),
        ("?string", "string", "?string"),
        ("nullable integer", "integer", "nullable integer"),
        ("Decimal or null", "string", "Decimal or null (string)"),
        ("Decimal", "string", "Decimal (string)"),
        ("", "string", "string"),
        ("something", None, "something"),
        ("", None, "no type"),
    ],
)
def test_a_type_is_named_once(words: str, kind: Kind | None, named: str) -> None:
    assert format_documented_type(value(kind, type_text=words)) == named
