"""Rules about a page, where one word more or less decides."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model.finding import Finding
from conformance.pipeline.comparison import lint_paths

_HEAD = "# Orders\n\nGET /orders\n\n## Response 200\n\n| Name | Type |\n| --- | --- |\n"


def lint(folder: Path, text: str, rule: str) -> list[Finding]:
    page = folder / "page.md"
    page.write_text(text, "utf-8")
    return [finding for finding in lint_paths([page]).findings if finding.rule == rule]


def table(*rows: str) -> str:
    return _HEAD + "".join(f"| {row.replace(' ', ' | ')} |\n" for row in rows)


@pytest.mark.parametrize(
    ("rows", "severity"),
    [
        (("id string", "price string", "size string", "id integer"), "warning"),
        (("id string", "price string", "id integer", "price string"), "warning"),
        (
            (
                "id string",
                "price string",
                "size string",
                "id integer",
                "price string",
                "size string",
            ),
            "info",
        ),
    ],
)
def test_a_table_that_repeats_three_names_is_of_several_objects(
    tmp_path: Path, rows: tuple[str, ...], severity: str
) -> None:
    found = lint(tmp_path, table(*rows), "type-conflict")
    assert [(f.subject, f.severity.label) for f in found] == [("responses.200.id", severity)]


@pytest.mark.parametrize(
    ("numbers", "lines"),
    [
        ("1 2 3 4 5", [5]),
        ("1 1 2 3 4 5", [7]),
        ("1 2 1 2 3 4 5", [9]),
        ("1 2 3 4", []),
        ("2 3 4 5 6", []),
    ],
)
def test_paragraphs_that_count_upwards_are_line_numbers(
    tmp_path: Path, numbers: str, lines: list[int]
) -> None:
    text = "# Orders\n\nGET /orders\n\n" + "".join(f"{number}\n\n" for number in numbers.split())
    found = lint(tmp_path, text, "capture-artefact")
    assert [f.documented.line for f in found if f.documented] == lines
