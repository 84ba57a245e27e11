"""Every rule's fixtures: what it finds is exactly what they say, by all rules together.

``wording.txt`` has the words of all findings; after a deliberate change of some, write them anew
with ``python -m tests.checks.test_fixtures`` and read the difference.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.interactions import Mentions
from conformance.checks.runner import CheckResult, check
from conformance.checks.traffic import TrafficJudge
from tests.builders import documented_operation, interactions

FIXTURES = Path(__file__).parent / "fixtures"
WORDING = FIXTURES.with_name("wording.txt")


def cases() -> list[Any]:
    found = []
    for path in sorted(FIXTURES.glob("*/*.json")):
        for case in json.loads(path.read_text("utf-8")):
            name = f"{path.parent.name}-{path.stem}: {case['title']}"
            found.append(pytest.param(path.parent.name, path.stem, case, id=name))
    return found


def checked(case: dict[str, Any]) -> CheckResult:
    operations = [documented_operation(case)]
    notes = [("notes.md", case.get("notes", []))]
    traffic = TrafficJudge(Mentions(operations, lambda: notes))
    return check(operations, interactions(case), traffic=traffic)


@pytest.mark.parametrize(("rule", "kind", "case"), cases())
def test_fixture(rule: str, kind: str, case: dict[str, Any]) -> None:
    tapes, result = interactions(case), checked(case)
    seen = [
        [f.rule, f.subject, f.observed.pointer if f.observed else "", f.severity.label]
        for f in result.findings
    ]
    assert sorted(seen) == sorted(case["expect"])
    assert result.checked_interactions == len(tapes) - case.get("unmatched", 0)
    assert len(result.unmatched) == case.get("unmatched", 0)
    about = [found for found in case["expect"] if found[0] == rule]
    assert bool(about) is (kind == "violates")


def wordings() -> Iterator[str]:
    """Every case that has findings, and message, expected, actual and consequences of each."""
    for case in cases():
        if findings := checked(case.values[2]).findings:
            yield f"{case.id}\n"
            for f in findings:
                yield f"    {f.rule}: {' | '.join((f.message, f.expected, f.actual, *f.related))}\n"


def test_findings_are_worded_so() -> None:
    assert "".join(wordings()) == WORDING.read_text("utf-8")


if __name__ == "__main__":
    WORDING.write_text("".join(wordings()), "utf-8")
