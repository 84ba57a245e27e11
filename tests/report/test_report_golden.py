"""Every format of a few whole reports, byte for byte.

After a change that is meant: ``UPDATE_GOLDEN=1 pytest tests/report`` writes the files anew;
read the difference before committing it.
"""

from __future__ import annotations

import datetime as dt
import os
from pathlib import Path

import pytest

from conformance.drift.known import KnownEntry, Match
from conformance.model.contract import Coverage
from conformance.model.finding import Finding, Observed, Severity, fingerprint
from conformance.model.span import Span
from conformance.report import render
from conformance.report.report import Report, Style
from tests.reports import every_state

GOLDEN = Path(__file__).parent / "golden"
SUFFIX = {"text": "txt", "json": "json", "markdown": "md", "github": "github"}
REMEMBERED = {**SUFFIX, "drift": "drift.json"}
"""Formats of a report that earlier runs are remembered of."""

MISSING = Finding(
    rule="example-missing-field",
    severity=Severity.WARNING,
    operation="GET /v2/orders/{orderID}",
    subject="responses.200.responseData.createAt",
    message="The documented createAt is not in the example, which has createdAt",
    expected="createAt",
    actual="createdAt",
    documented=Span("en/orders.md", 64, 64, "| `createAt` | When it was created. | Long | O |"),
    observed=Observed(
        origin="documented", where="en/orders.md:96", pointer="/responseData/createdAt"
    ),
    related=("responses.200.responseData.createdAt is in the example only",),
)
TYPE = Finding(
    rule="type-mismatch",
    severity=Severity.ERROR,
    confidence="medium",
    operation="POST /v1/cancel",
    subject="responses.200.orders[].price",
    message="price is documented as a string and came as a number",
    expected="String",
    actual="number",
    documented=Span("en/cancel.md", 7, 9, "| orders.price | 주문 가격, e.g. 지정가 | String |"),
    observed=Observed(
        origin="recorded",
        where="cassettes/venue/cancel/wrapped.yaml#0",
        pointer="/data/orders/0/price",
        value="41",
    ),
)
PAGE = Finding(
    rule="capture-artefact",
    severity=Severity.INFO,
    operation="",
    subject="Loading...",
    message="The page holds text that belongs to the site around it",
    documented=Span(
        "ko/주문.txt", 12, 12, "개요 " * 60 + "Loading... Was this helpful? " + "목차 " * 60
    ),
)
UNDOCUMENTED = Finding(
    rule="undocumented-status",
    severity=Severity.ERROR,
    operation="POST /v1/cancel",
    subject="responses.418",
    message="Status 418 is not documented",
    observed=Observed(origin="recorded", where="run.har#12"),
)
HOSTILE = Finding(
    rule="undocumented-field",
    severity=Severity.ERROR,
    operation="GET /v1/`x`",
    subject="responses.200.<img src=x>|`a``b`[c](http://evil.example)",
    message="\x1b[31mred\x1b[0m\r\n## Heading | cell @everyone #1 <script>x()</script> \u202edlrow",
    expected="``` \n```\nnot a fence",
    actual="\ud800 lone, \x9b8-bit, a\u200bb, back\\|slash",
    documented=Span("en/<b>.md", 3, 3, "````\n<script>x()</script>\x07 | **bold** | `code` | ````"),
    observed=Observed(
        origin="nowhere\x1b[0m", where="a|b`#0\n", pointer="/a`|b/~0\n<i>", value="\x00"
    ),
    related=("- a list\n- item", "https://evil.example/ www.evil.example a@b.example"),
)


def waiver(finding: Finding, reason: str) -> KnownEntry:
    return KnownEntry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        operation=finding.operation,
        subject=finding.subject,
        reason=reason,
        expires=dt.date(2027, 1, 31),
    )


def enveloped(number: int) -> Finding:
    """The same members around the record of one operation after the other."""
    return Finding(
        rule="undocumented-envelope",
        severity=Severity.WARNING,
        operation=f"GET /v1/list/{number}",
        subject="responses.200",
        message="the documented record was observed under `/data`, not at the top level",
        documented=Span("en/lists.md", 10 + number, 10 + number, f"| `id{number}` | String |"),
        observed=Observed(origin="recorded", where=f"run.har#{number}", pointer="/data"),
    )


GONE = KnownEntry(
    fingerprint=fingerprint("type-missing", "GET /v1/x", "parameters.y"),
    rule="type-missing",
    operation="GET /v1/x",
    subject="parameters.y",
    reason="was told",
    expires=dt.date(2027, 1, 31),
)

CASES = {
    "nothing": Report(),
    "clean": Report(coverage=Coverage(pages=1, rows=1), operations=1, evidence=(("live", 1),)),
    "several": Report(
        findings=(UNDOCUMENTED, PAGE, MISSING, TYPE),
        coverage=Coverage(pages=2, rows=40, rows_unread=1),
        operations=3,
        evidence=(("recorded", 13), ("constructed", 1), ("documented", 0)),
        title="Venue",
    ),
    "known": Report(
        findings=(UNDOCUMENTED,),
        coverage=Coverage(pages=2, rows=40),
        operations=3,
        known=(Match(MISSING, waiver(MISSING, "The vendor | was told.")),),
        stale=(GONE,),
    ),
    "folded": Report(
        findings=(*(enveloped(n) for n in range(8)), UNDOCUMENTED),
        coverage=Coverage(pages=2, rows=40),
        operations=9,
        evidence=(("recorded", 9),),
    ),
    "hostile": Report(
        findings=(HOSTILE,), coverage=Coverage(pages=1), operations=1, title="<b>| `x`\n# y"
    ),
}


@pytest.mark.parametrize("format_name", SUFFIX)
@pytest.mark.parametrize("case", CASES)
def test_a_whole_report(case: str, format_name: str) -> None:
    rendered = render(CASES[case], format_name, Style(width=80)).encode()
    golden = GOLDEN / f"{case}.{SUFFIX[format_name]}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(rendered)
    assert rendered.decode() == golden.read_bytes().decode()


@pytest.mark.parametrize("format_name", REMEMBERED)
def test_a_whole_report_with_a_memory(format_name: str) -> None:
    rendered = render(every_state(), format_name, Style(width=80)).encode()
    golden = GOLDEN / f"states.{REMEMBERED[format_name]}"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_bytes(rendered)
    assert rendered.decode() == golden.read_bytes().decode()


def test_colour_adds_nothing_but_colour() -> None:
    import re

    report = CASES["several"]
    coloured = render(report, "text", Style(colour=True))
    assert "\x1b[1;31merror[type-mismatch]\x1b[0m" in coloured
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == render(report, "text")


def test_golden_files_are_all_in_use() -> None:
    used = {f"{case}.{suffix}" for case in CASES for suffix in SUFFIX.values()}
    used |= {f"states.{suffix}" for suffix in REMEMBERED.values()}
    assert {path.name for path in GOLDEN.iterdir()} == used
