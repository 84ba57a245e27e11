"""Workflow commands: what GitHub reads out of a line is what was meant, whatever a page says."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from hypothesis import given

from conformance.model.finding import Finding, Severity
from conformance.model.span import Span
from conformance.report import render
from conformance.report.report import Report
from conformance.report.sections import build_sections, select_counted
from tests.report.test_report_golden import HOSTILE, MISSING
from tests.report.test_report_properties import reports

_COMMAND = re.compile(r"::(?P<name>error|warning|notice) (?P<told>[^:]*)::(?P<message>.*)")


def commands(rendered: str) -> list[tuple[str, dict[str, str], str]]:
    """The lines as the runner reads them (actions/runner, ActionCommand.cs)."""
    found = []
    for line in rendered.removesuffix("\n").split("\n"):
        hit = _COMMAND.fullmatch(line)
        assert hit, line
        told = dict(part.split("=", 1) for part in hit["told"].split(","))
        properties = {key: undone(value, property=True) for key, value in told.items()}
        found.append((hit["name"], properties, undone(hit["message"])))
    return found


def undone(text: str, *, property: bool = False) -> str:  # noqa: A002
    marks = {"%0D": "\r", "%0A": "\n"} | ({"%3A": ":", "%2C": ","} if property else {})
    for mark, char in marks.items():
        text = text.replace(mark, char)
    return text.replace("%25", "%")


def finding(severity: Severity, number: int) -> Finding:
    return Finding(
        rule="r", severity=severity, operation="", subject=str(number), message="100% of: a, b",
        documented=Span(f"en/a b{number}.md", number, number),
    )  # fmt: skip


def test_an_annotation_says_where_and_what() -> None:
    report = Report(findings=(MISSING,), files=(("en/orders.md", "docs/en/orders.md"),))
    annotation, end = commands(render(report, "github"))
    name, told, message = annotation
    assert (name, told["file"], told["line"]) == ("warning", "docs/en/orders.md", "64")
    assert told["title"] == f"{MISSING.rule} {MISSING.subject}"
    assert message.startswith(MISSING.message)
    assert MISSING.related[0] in message
    assert end[0] == "notice"


def test_at_most_ten_of_a_kind_and_the_rest_is_counted() -> None:
    findings = [finding(s, 100 * s + n) for s in Severity for n in range(1, 13)]
    found = commands(render(Report(findings=tuple(findings), operations=1), "github"))
    assert Counter(name for name, *_ in found) == {"error": 10, "warning": 10, "notice": 10}
    assert "7 more findings not shown here" in found[-1][2]
    assert "36 findings" in found[-1][2]


def test_nothing_found_is_said() -> None:
    ((name, _, message),) = commands(render(Report(operations=1), "github"))
    assert name == "notice"
    assert message.startswith("no findings")


def test_hostile_text_stays_text() -> None:
    ((name, told, message), _) = commands(render(Report(findings=(HOSTILE,)), "github"))
    assert (name, told["file"]) == ("error", "en/<b>.md")
    assert "\x1b" not in message


@given(reports)
def test_every_line_is_one_command(report: Any) -> None:
    found = commands(render(report, "github"))
    assert len(found) == len(select_counted(build_sections((report,), by_cause=True))) + 1
