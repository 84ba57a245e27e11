"""Every rule about requests: what it finds is exactly what its fixtures say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.answers import Expectation, judge_answer, judge_no_answer
from conformance.checks.registry import RULES
from conformance.model.finding import Finding
from conformance.model.interaction import Origin, Request
from tests.builders import documented_operation, seen

FIXTURES = Path(__file__).parent / "request"
FAMILY = [rule.id for rule in RULES if rule.families == ("request",)]
KINDS = ("conforms", "violates", "looks-wrong-but-is-not")


def cases() -> list[Any]:
    return [
        pytest.param(rule, kind, case, id=f"{rule}-{kind}: {case['title']}")
        for rule in FAMILY
        for kind in KINDS
        for case in json.loads((FIXTURES / rule / f"{kind}.json").read_text("utf-8"))
    ]


@pytest.mark.parametrize(("rule", "kind", "case"), cases())
def test_fixture(rule: str, kind: str, case: dict[str, Any]) -> None:
    findings = found(case)
    assert [[f.rule, f.subject, f.severity.label] for f in findings] == case["expect"]
    assert (rule in {f.rule for f in findings}) is (kind == "violates")


def found(case: dict[str, Any]) -> tuple[Finding, ...]:
    operation = documented_operation(case)
    if "unanswered" in case:
        request = Request(method=operation.method, url=f"https://api.example{operation.path}")
        words = case["unanswered"]
        return judge_no_answer(operation, request, words, "live:venue#0", Origin.LIVE)
    asked = {**case["asked"], "statuses": tuple(case["asked"].get("statuses", ()))}
    success = tuple((name, tuple(v)) for name, v in case.get("success", {}).items())
    answer = seen(
        case["answer"].get("body", {}),
        status=case["answer"]["status"],
        method=operation.method,
        url=f"https://api.example{operation.path}",
    )
    return judge_answer(operation, answer, Expectation(**asked, success=success))


def test_a_finding_points_to_the_line_of_the_input() -> None:
    case = json.loads((FIXTURES / "server-error" / "violates.json").read_text("utf-8"))[2]
    (finding,) = found(case)
    assert finding.observed is not None
    assert (finding.observed.origin, finding.actual) == ("live", "the answer broke off")


def test_every_rule_has_its_folder() -> None:
    assert {path.name for path in FIXTURES.iterdir()} == set(FAMILY)
