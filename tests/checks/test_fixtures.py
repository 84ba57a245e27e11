"""Every rule's fixtures: what it finds is exactly what they say, by all rules together."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.interactions import Mentions
from conformance.checks.runner import check
from conformance.checks.traffic import TrafficJudge
from tests.builders import documented_operation, interactions

FIXTURES = Path(__file__).parent / "fixtures"


def cases() -> list[Any]:
    found = []
    for path in sorted(FIXTURES.glob("*/*.json")):
        for case in json.loads(path.read_text("utf-8")):
            name = f"{path.parent.name}-{path.stem}: {case['title']}"
            found.append(pytest.param(path.parent.name, path.stem, case, id=name))
    return found


@pytest.mark.parametrize(("rule", "kind", "case"), cases())
def test_fixture(rule: str, kind: str, case: dict[str, Any]) -> None:
    tapes = interactions(case)
    operations = [documented_operation(case)]
    notes = [("notes.md", case.get("notes", []))]
    result = check(operations, tapes, traffic=TrafficJudge(Mentions(operations, lambda: notes)))
    seen = [
        [f.rule, f.subject, f.observed.pointer if f.observed else "", f.severity.label]
        for f in result.findings
    ]
    assert sorted(seen) == sorted(case["expect"])
    assert result.checked_interactions == len(tapes) - case.get("unmatched", 0)
    assert len(result.unmatched) == case.get("unmatched", 0)
    about = [found for found in case["expect"] if found[0] == rule]
    assert bool(about) is (kind == "violates")
