"""What can no longer be read is told as that, never as what went missing."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.checks.change.runner import compare_states
from conformance.compare.matching import Side
from tests.checks.change.edits import PAGES, TABLES, compare_texts, reading
from tests.checks.change.test_change_effects import page, row

GIVEN = "\n".join(f"| field{n} | String | O | The number {n}. |" for n in range(9))


def test_a_name_that_is_gone_from_its_row() -> None:
    old = page(given=GIVEN)
    new = old.replace("| field4 |", "| — |")
    (finding,) = compare_texts(old, new).findings
    assert finding.rule == "row-unread"
    assert str(finding.documented) == "new/page.md:22"
    assert finding.observed is not None
    assert finding.observed.where == "old/page.md:22"
    assert finding.related == ("not compared: `responses.200.field4`",)


def test_rows_that_cannot_be_read_are_one_finding() -> None:
    old = page(given=GIVEN)
    new = old
    for number in range(9):
        new = new.replace(f"| field{number} |", "| — |")
    (finding,) = compare_texts(old, new).findings
    assert finding.rule == "row-unread"
    assert "likewise 8 more places" in finding.related[0]


@pytest.mark.parametrize("header", ["Name", "Type", "Required"])
def test_a_column_whose_header_means_nothing_is_one_finding_at_most(header: str) -> None:
    old = page(given=GIVEN)
    at = old.rindex(f"| {header} |") if header == "Name" else old.rindex(f" {header} |")
    new = old[:at] + old[at:].replace(header, "Zorp", 1)
    found = compare_texts(old, new).findings
    assert len(found) <= 1, [(f.rule, f.subject, f.message) for f in found]
    assert not {f.rule for f in found} & {"field-removed", "operation-removed"}


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.parts[-3])
@pytest.mark.parametrize("text", ["", "Loading...", "404\n\nNot found\n"])
def test_a_page_that_failed_to_load_removes_nothing(path: Path, text: str) -> None:
    old = path.read_text("utf-8")
    for result in (compare_texts(old, text), compare_texts(text, old)):
        assert not result.findings
        assert len(result.problems) == 1
        assert "was not compared" in result.problems[0]


def test_a_page_that_could_not_be_read_removes_nothing() -> None:
    told = reading(TABLES[0].read_text("utf-8"), "old/page.md")
    old, new = (
        Side(label="old", pages=(told,)),
        Side(label="new", pages=(), unread=("page",)),
    )
    assert not compare_states(old, new).findings
    assert "the page was not read in new" in compare_states(old, new).problems[0]
    assert not compare_states(new, old).findings


def test_all_of_an_object_is_one_finding() -> None:
    old = page(given=GIVEN)
    new = old[: old.index("| id ")] + "| other | Long | | Something quite different here. |\n"
    found = compare_texts(old, new).findings
    assert sum(f.rule == "field-removed" for f in found) == 10  # the object is still there

    empty = old[: old.index("## Response")]
    (finding,) = compare_texts(old, empty).findings
    assert finding.rule == "field-removed"


def test_a_column_that_is_gone_is_one_finding() -> None:
    old = page(given=GIVEN)
    lines = old.split("\n")
    first = lines.index("## Response")
    new = [
        "|".join(line.split("|")[:3] + line.split("|")[4:]) if n > first and "|" in line else line
        for n, line in enumerate(lines)
    ]
    (finding,) = compare_texts(old, "\n".join(new)).findings
    assert finding.rule == "required-changed"
    assert "likewise" in finding.related[0]


def test_a_row_that_was_unread_before_is_not_told_again() -> None:
    old = page(given=row() + "\n| — | String | O | Nameless. |")
    assert not compare_texts(old, old.replace("The side.", "Which side.")).findings
