"""One edit of a real page is one finding, of the right rule, at its line in both states."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.checks.change.edits import (
    FLAT,
    PAGES,
    TABLES,
    Edit,
    compare_texts,
    edits_of,
    flat_edits,
)

EDITS = [(edit, ".md") for path in TABLES for edit in edits_of(path)]
EDITS += [(edit, ".txt") for path in FLAT for edit in flat_edits(path)]


def test_there_are_enough_of_them() -> None:
    assert len(PAGES) == 5
    assert len(EDITS) >= 500
    told = {rule for edit, _ in EDITS for rule in edit.rules}
    assert told >= {"field-added", "field-removed", "type-changed", "required-changed"}
    assert told >= {"enum-changed", "limit-changed", "operation-removed", "docs-corrected"}


@pytest.mark.parametrize(
    ("edit", "suffix"), EDITS, ids=[f"{e.page}-{e.old_line}-{e.what}" for e, _ in EDITS]
)
def test_one_edit_is_one_finding(edit: Edit, suffix: str) -> None:
    result = compare_texts(edit.old, edit.new, suffix)
    seen = [(f.rule, f.subject, f.message, f.related) for f in result.findings]
    assert not result.problems
    assert result.compared == 1
    if not edit.rules:
        assert not seen
        return
    (finding,) = result.findings
    assert finding.rule in edit.rules, seen
    assert finding.observed is not None
    line = edit.old_line if edit.gone else edit.new_line
    side, other = ("old", "new") if edit.gone else ("new", "old")
    assert str(finding.documented) == f"{side}/page{suffix}:{line}"
    if edit.what != "added":
        assert finding.subject == edit.subject
    if finding.rule != "docs-corrected":
        assert finding.observed.where.startswith(f"{other}/page{suffix}:")
    if not edit.gone and edit.what != "added" and finding.rule != "docs-corrected":
        assert finding.observed.where == f"old/page{suffix}:{edit.old_line}"


@pytest.mark.parametrize("path", PAGES, ids=lambda p: p.parts[-3])
def test_a_page_is_what_it_was(path: Path) -> None:
    text = path.read_text("utf-8")
    assert compare_texts(text, text, path.suffix).findings == ()
