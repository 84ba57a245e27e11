"""The drift report for programs: valid by its schema, and readable by who reads format json."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from hypothesis import given

from conformance.errors import UsageError
from conformance.report import render
from conformance.report.report import Report
from tests.report.test_report_golden import CASES
from tests.report.test_report_properties import SCHEMA as V1
from tests.report.test_report_properties import reports
from tests.reports import every_state

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/drift-report.v1.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(
    SCHEMA, format_checker=jsonschema.Draft202012Validator.FORMAT_CHECKER
)
VALIDATOR_V1 = jsonschema.Draft202012Validator(V1)


def drift(report: Report) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(render(report, "drift"))
    VALIDATOR.validate(value)
    return value


def test_the_schema_is_one_and_has_the_findings_of_format_json() -> None:
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    for name in ("finding", "documented", "observed"):
        assert SCHEMA["$defs"][name] == V1["$defs"][name]


@pytest.mark.parametrize("case", [case for case in CASES if case != "hostile"])
def test_every_report_is_valid_and_a_superset(case: str) -> None:
    value = drift(CASES[case])
    assert {key: value[key] for key in V1["required"]} == json.loads(render(CASES[case], "json"))


@given(reports)
def test_any_report_is_valid(report: Any) -> None:
    value = drift(report)
    VALIDATOR_V1.validate({key: value[key] for key in V1["required"]})


def test_every_state_is_told() -> None:
    report = every_state()
    value = drift(report)
    assert value["exchange"] == "venue"
    assert value["run"] == "2026-11-21T02:30:00Z"
    assert value["since"] is None
    assert value["runs"] == 19
    states = {fingerprint: told["state"] for fingerprint, told in value["states"].items()}
    assert sorted(states.values()) == [
        *("fixed", "known", "new", "not_checked", "open", "open", "returned"),
    ]
    (fixed,), (unchecked,), (known,) = value["fixed"], value["not_checked"], value["known"]
    assert states[fixed["fingerprint"]] == "fixed"
    assert states[unchecked["fingerprint"]] == "not_checked"
    assert states[known["finding"]["fingerprint"]] == "known"
    assert known["days_left"] == 60
    returned = next(told for told in value["states"].values() if told["state"] == "returned")
    assert returned["periods"] == [
        ["2026-11-03T02:30:00Z", "2026-11-09T02:30:00Z"],
        ["2026-11-19T02:30:00Z", "2026-11-21T02:30:00Z"],
    ]
    assert value["sources"]["en/orders.md"] == {
        "url": "https://docs.venue.example/orders", "language": "en", "retrieved": "2026-11-20",
    }  # fmt: skip


def test_evidence_is_told_in_numbers_and_in_words() -> None:
    told = drift(every_state())["evidence"].values()
    constructed = next(one for one in told if one["tallies"][0]["origin"] == "constructed")
    assert constructed["words"].startswith("seen in the one constructed interaction")
    assert constructed["tallies"][0]["seen"] == 1


def test_it_is_about_one_exchange() -> None:
    with pytest.raises(UsageError, match="one exchange"):
        render((Report(), Report()), "drift")
