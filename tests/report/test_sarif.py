"""SARIF 2.1.0, held against what the standard asks of the parts we write."""

from __future__ import annotations

import json
import re
from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.registry import RULES
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.span import Span
from conformance.report import render
from conformance.report.report import Report
from tests.report.test_report_golden import CASES, HOSTILE, MISSING, TYPE, waiver
from tests.reports import every_state, many

TEXT: dict[str, Any] = {
    "type": "object",
    "required": ["text"],
    "properties": {"text": {"type": "string"}, "markdown": {"type": "string"}},
    "additionalProperties": False,
}
REGION: dict[str, Any] = {
    "type": "object",
    "required": ["startLine"],
    "properties": {
        "startLine": {"type": "integer", "minimum": 1},
        "endLine": {"type": "integer", "minimum": 1},
        "snippet": TEXT,
    },
    "additionalProperties": False,
}
PLACE: dict[str, Any] = {
    "type": "object",
    "required": ["artifactLocation", "region"],
    "properties": {
        "artifactLocation": {
            "type": "object",
            "required": ["uri", "uriBaseId"],
            "properties": {"uri": {"type": "string", "minLength": 1}, "uriBaseId": {}},
            "additionalProperties": False,
        },
        "region": REGION,
    },
    "additionalProperties": False,
}
LEVEL: dict[str, Any] = {"enum": ["none", "note", "warning", "error"]}
RESULT: dict[str, Any] = {
    "type": "object",
    "required": ["ruleId", "ruleIndex", "level", "message", "locations", "partialFingerprints"],
    "properties": {
        "ruleId": {"type": "string"},
        "ruleIndex": {"type": "integer", "minimum": 0},
        "level": LEVEL,
        "message": TEXT,
        "locations": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "properties": {
                    "physicalLocation": PLACE,
                    "logicalLocations": {
                        "type": "array",
                        "items": {
                            "type": "object",
                            "properties": {"fullyQualifiedName": {"type": "string"}, "kind": {}},
                            "additionalProperties": False,
                        },
                    },
                },
                "additionalProperties": False,
            },
        },
        "relatedLocations": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["id", "message", "physicalLocation"],
                "properties": {"id": {}, "message": TEXT, "physicalLocation": PLACE},
                "additionalProperties": False,
            },
        },
        "partialFingerprints": {"type": "object", "additionalProperties": {"type": "string"}},
        "baselineState": {"enum": ["new", "unchanged", "updated", "absent"]},
        "provenance": {
            "type": "object",
            "properties": {
                "firstDetectionTimeUtc": {"type": "string", "format": "date-time"},
                "lastDetectionTimeUtc": {"type": "string", "format": "date-time"},
            },
            "additionalProperties": False,
        },
        "suppressions": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["kind"],
                "properties": {
                    "kind": {"enum": ["inSource", "external"]},
                    "status": {"enum": ["accepted", "underReview", "rejected"]},
                    "justification": {"type": "string"},
                },
                "additionalProperties": False,
            },
        },
        "properties": {"type": "object"},
    },
    "additionalProperties": False,
}
RULE: dict[str, Any] = {
    "type": "object",
    "required": ["id"],
    "properties": {
        "id": {"type": "string"},
        "shortDescription": TEXT,
        "fullDescription": TEXT,
        "help": TEXT,
        "defaultConfiguration": {"properties": {"level": LEVEL}, "additionalProperties": False},
        "properties": {"properties": {"tags": {"type": "array", "uniqueItems": True}}},
    },
    "additionalProperties": False,
}
LOG: dict[str, Any] = {
    "type": "object",
    "required": ["$schema", "version", "runs"],
    "properties": {
        "$schema": {"type": "string", "format": "uri"},
        "version": {"const": "2.1.0"},
        "runs": {
            "type": "array",
            "minItems": 1,
            "items": {
                "type": "object",
                "required": ["tool", "results"],
                "properties": {
                    "tool": {
                        "required": ["driver"],
                        "properties": {
                            "driver": {
                                "type": "object",
                                "required": ["name"],
                                "properties": {
                                    "name": {"type": "string"},
                                    "semanticVersion": {"type": "string"},
                                    "rules": {
                                        "type": "array",
                                        "items": RULE,
                                        "uniqueItems": True,
                                    },
                                },
                                "additionalProperties": False,
                            }
                        },
                        "additionalProperties": False,
                    },
                    "automationDetails": {
                        "properties": {"id": {"type": "string"}},
                        "additionalProperties": False,
                    },
                    "columnKind": {"enum": ["utf16CodeUnits", "unicodeCodePoints"]},
                    "results": {"type": "array", "items": RESULT},
                    "properties": {"type": "object"},
                },
                "additionalProperties": False,
            },
        },
    },
    "additionalProperties": False,
}
"""The part of the standard's schema that we use, closed."""


VALIDATOR = jsonschema.Draft202012Validator(LOG)


def log(report: Report | tuple[Report, ...]) -> Any:
    value = json.loads(render(report, "sarif"))
    VALIDATOR.validate(value)
    return value


def results(report: Report) -> Any:
    (run,) = log(report)["runs"]
    return run["results"]


@pytest.mark.parametrize("case", CASES)
def test_every_report_is_a_log(case: str) -> None:
    report = CASES[case]
    found = results(report)
    assert len(found) == len(report.findings) + len(report.known)


def test_a_result_says_what_the_finding_says() -> None:
    (result,) = results(Report(findings=(MISSING,), files=(("en/orders.md", "docs/en/orders.md"),)))
    assert result["ruleId"] == MISSING.rule
    assert result["level"] == "warning"
    assert result["partialFingerprints"] == {"finding/v1": MISSING.fingerprint}
    place = result["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": "docs/en/orders.md", "uriBaseId": "%SRCROOT%"}
    assert place["region"] == {
        "startLine": 64,
        "endLine": 64,
        "snippet": {"text": "| `createAt` | When it was created. | Long | O |"},
    }
    (other,) = result["relatedLocations"]
    assert other["physicalLocation"]["artifactLocation"]["uri"] == "docs/en/orders.md"
    assert other["physicalLocation"]["region"] == {"startLine": 96}
    for part in (MISSING.message, MISSING.expected, MISSING.actual, *MISSING.related):
        assert part in result["message"]["text"]


def test_levels() -> None:
    for severity, level in (("ERROR", "error"), ("WARNING", "warning"), ("INFO", "note")):
        finding = Finding(
            rule="r", severity=Severity[severity], operation="", subject="s", message="m"
        )
        (result,) = results(Report(findings=(finding,)))
        assert result["level"] == level
        assert result["locations"] == [
            {"logicalLocations": [{"fullyQualifiedName": "s", "kind": "member"}]}
        ]


def test_every_rule_is_described_and_indexed() -> None:
    value = log(Report(findings=(MISSING, TYPE, HOSTILE)))
    rules = value["runs"][0]["tool"]["driver"]["rules"]
    assert [rule["id"] for rule in rules][: len(RULES)] == [rule.id for rule in RULES]
    for result in value["runs"][0]["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
    for rule in rules[: len(RULES)]:
        assert rule["shortDescription"]["text"]
        assert "Bad" in rule["help"]["text"]
        assert rule["defaultConfiguration"]["level"] in ("note", "warning", "error")


def test_known_drift_is_suppressed_with_its_reason() -> None:
    known = waiver(MISSING, "The vendor | was told.")
    (one,) = [result for result in results(CASES["known"]) if "suppressions" in result]
    assert one["suppressions"] == [
        {
            "kind": "external",
            "status": "accepted",
            "justification": f"{known.reason} (until {known.expires})",
        }
    ]


def test_a_remembered_report_is_a_log() -> None:
    assert len(results(every_state())) == 7  # nothing of what is set apart
    assert len(log((every_state(), every_state()))["runs"]) == 2


@given(st.text(min_size=1, max_size=30))
def test_places_are_relative_references(page: str) -> None:
    finding = Finding(
        rule="r",
        severity=Severity.ERROR,
        operation="",
        subject="",
        message="m",
        documented=Span(page, 3, 2, "q"),
        observed=Observed(origin="documented", where=f"{page}:7"),
    )
    (result,) = results(Report(findings=(finding,)))
    place = result["locations"][0]["physicalLocation"]
    uri = place["artifactLocation"]["uri"]
    assert re.fullmatch(r"(?:[A-Za-z0-9\-._~/]|%[0-9A-F]{2})+", uri)
    assert not uri.startswith("/")
    assert place["region"]["endLine"] >= place["region"]["startLine"]
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_of_too_many_the_gravest_are_given_and_the_number_is_stated(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("conformance.report.sarif._MOST", 10)
    (run,) = json.loads(render(many(12), "sarif"))["runs"]
    assert len(run["results"]) == 10
    states = [result["baselineState"] for result in run["results"]]
    assert states == ["new"] * 4 + ["unchanged"] * 6
    levels = [
        result["level"] for result in run["results"] if result["baselineState"] == "unchanged"
    ]
    assert levels == ["warning"] * 4 + ["note"] * 2
    (invocation,) = run["invocations"]
    (note,) = invocation["toolExecutionNotifications"]
    assert note["message"]["text"] == (
        "12 findings (4 errors, 4 warnings, 4 info); the 10 gravest are given, of new ones first: "
        "--format json has each"
    )
    (whole,) = json.loads(render(many(10), "sarif"))["runs"]
    assert "invocations" not in whole
