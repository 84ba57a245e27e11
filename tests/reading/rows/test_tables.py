"""Small tables and blocks of code in columns, and the rows that are read from them."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from conformance.model.document import CodeBlock, Table
from conformance.model.operation import Stated
from conformance.parse import parse_page
from conformance.reading.rows.lines import read_columns
from conformance.reading.rows.row import FieldRow
from conformance.reading.rows.tables import read_table

_FILE = Path(__file__).parent / "tables.toml"
_CASES: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))["case"]
_MARKS = {Stated.YES: "!", Stated.NO: "?", Stated.CONDITIONAL: "~", Stated.NOT_STATED: ""}


def _line(row: FieldRow) -> str:
    """``..name! type = example {values}: words (medium)``."""
    words = " ".join(row.description.plain.split())
    line = "." * row.name.depth + row.name.name + _MARKS[row.required]
    line += f" {row.type_text}" if row.type_text else ""
    line += f" = {row.example_text}" if row.example_text else ""
    line += f" {{{row.enum.plain}}}" if row.enum else ""
    line += f": {words}" if words else ""
    return line if row.confidence == "high" else f"{line} ({row.confidence})"


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["says"])
def test_rows_of_a_table(case: dict[str, Any]) -> None:
    (block,) = parse_page(case["page"].encode(), "page.md").blocks
    assert isinstance(block, Table | CodeBlock)
    table = read_columns(block) if isinstance(block, CodeBlock) else block
    found = read_table(table, announced=case.get("announced", False)) if table else None
    assert ([_line(row) for row in found.fields] if found else None) == case.get("rows")
