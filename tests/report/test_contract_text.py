"""What was understood of a page, as text: a value is seen for what it is."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.checks.evidence_counts import observe_operations
from conformance.model.contract import Contract
from conformance.model.operation import Stated
from conformance.report.contract_text import render_contract
from conformance.report.coverage import ExchangeCoverage, render_coverage_json, render_coverage_text
from tests.builders import field, obj, operation, parameter, response


@pytest.mark.parametrize(
    ("nullable", "words"),
    [
        (Stated.YES, "x: string, nullable  ["),
        (Stated.NO, "x: string, never null  ["),
        (Stated.CONDITIONAL, "x: string, nullable on a condition  ["),
        (Stated.NOT_STATED, "x: string  ["),
    ],
)
def test_whether_a_value_may_be_null_is_shown(nullable: Stated, words: str) -> None:
    told = operation(
        response(obj(field("x", "string", nullable=nullable))),
        parameters=(parameter("x", "string", nullable=nullable),),
    )
    assert render_contract(Contract(operations=(told,))).count(words) == 2


@pytest.mark.parametrize(
    ("facts", "said"),
    [
        ({"enum": (True, False)}, "one of true false"),
        ({"enum": ("true", 1, "1")}, 'one of "true" 1 "1"'),
        ({"enum": ("", "a b", None)}, 'one of "" "a b" null'),
        ({"constant": (False,)}, "always false"),
        ({"default": ("",)}, 'default ""'),
        ({"default": (None,)}, "default null"),
        ({"default": ("예",)}, 'default "예"'),
    ],
)
def test_values_are_json_literals(facts: dict[str, Any], said: str) -> None:
    told = operation(parameters=(parameter("x", None, **facts),))
    assert f"query x: type not stated, {said}  [" in render_contract(Contract(operations=(told,)))


def test_coverage_names_every_value() -> None:
    told = operation(response(obj(field("x", None, enum=(True, "")))))
    covered = [ExchangeCoverage("venue", observe_operations([told], []))]
    text = render_coverage_text(covered)
    assert "responses.200.x true: never" in text
    assert 'responses.200.x "": never' in text
    (exchange,) = json.loads(render_coverage_json(covered))["exchanges"]
    items = exchange["operations"][0]["items"]
    assert [item["state"] for item in items if item["kind"] == "enum"] == ["true", ""]
