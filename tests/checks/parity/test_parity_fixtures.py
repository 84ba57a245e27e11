"""Every parity rule: twins that conform, twins that do not, and twins that only look so.

``fixtures/<rule>/<kind>/`` holds one page per language and ``expected.txt``: what all rules
together find, one line each.  After a change that is meant, write them anew with
``python -m tests.checks.parity.test_parity_fixtures`` and read the difference.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import get_args

import pytest

from conformance.checks.change.runner import rule_of
from conformance.checks.parity.rules import RULE_OF
from conformance.checks.registry import RULES
from conformance.checks.rule import Rule
from conformance.compare.difference import Area, Difference, SideStatement
from conformance.pages.sources import sides_of_paths
from conformance.pipeline.comparison import compare_all, read_sides
from tests.builders import span

FIXTURES = Path(__file__).parent / "fixtures"
KINDS = ("conforms", "violates", "looks-wrong-but-is-not")
CASES = sorted(path for path in FIXTURES.glob("*/*") if path.is_dir())
FAMILY = [known for known in RULES if "parity" in known.families]


def seen(folder: Path) -> str:
    """What is found between the pages of ``folder``, in the order in which it is told."""
    pages = sorted(folder.glob("*.md"))
    result = compare_all(read_sides(sides_of_paths(pages)).sides)
    assert result.compared == 1
    return "".join(
        f"{f.severity.label} {f.rule} {f.subject} "
        f"[{f.documented}] [{f.observed and f.observed.where}] {f.message}\n"
        for f in result.findings
    )


@pytest.mark.parametrize("folder", CASES, ids=lambda p: f"{p.parent.name}-{p.name}")
def test_fixture(folder: Path) -> None:
    found = seen(folder)
    assert found == (folder / "expected.txt").read_text("utf-8")
    about = [line for line in found.splitlines() if line.split()[1] == folder.parent.name]
    assert bool(about) is (folder.name == "violates")
    assert bool(found) is (folder.name == "violates")


@pytest.mark.parametrize("known", FAMILY, ids=lambda known: known.id)
def test_every_rule_has_its_fixtures_and_its_page(known: Rule) -> None:
    for kind in KINDS:
        assert (FIXTURES / known.id / kind / "en.md").is_file()
    first, *_ = known.doc.splitlines()
    assert first.endswith(".")
    assert len(first) <= 100
    for part in ("Bad", "Good"):
        assert re.search(rf"^{part}:", known.doc, re.MULTILINE)


def test_no_fixtures_of_no_rule() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == {known.id for known in FAMILY}


def test_every_area_is_judged_by_a_rule_of_twins_or_of_states() -> None:
    assert set(RULE_OF.values()) == set(FAMILY)
    said = SideStatement(text="", span=span())
    for area in {*get_args(Area)} - {*RULE_OF}:
        found = Difference(
            area=area, action="added", subject="x", span=span(), statements=(said, said)
        )
        assert "change" in rule_of(found).families


if __name__ == "__main__":
    for case in CASES:
        (case / "expected.txt").write_text(seen(case), "utf-8")
