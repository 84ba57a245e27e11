"""What is said of a rule: why it matters, and what to do."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from conformance.model.finding import Finding, Observed
from conformance.report import render
from conformance.report.report import Report
from conformance.report.words import advise
from tests.report.test_report_golden import MISSING, PAGE, TYPE
from tests.reports import TWIN, finding


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (
            TYPE,
            "if the API is right, correct the page; if the page is right, have the API corrected",
        ),
        (MISSING, "show the member in the example, or state when it is left out"),
        (
            replace(MISSING, rule="type-conflict", actual="integer"),
            "find out which of the two is right, and correct the other",
        ),
        (TWIN, "correct the page that is wrong, so that all languages say the same"),
        (PAGE, "delete what is left of the site around the page"),
        (replace(PAGE, rule="type-conflict"), "correct the page"),
        (
            replace(PAGE, rule="type-conflict", expected="a type", actual="an empty cell"),
            "correct the page",
        ),
        (
            replace(PAGE, rule="page-without-operation"),
            "write method and path where an operation is meant; introductions need none",
        ),
        (replace(PAGE, rule="unheard-of"), ""),
    ],
)
def test_what_to_do(found: Finding, expected: str) -> None:
    assert advise(found) == expected


def test_why_and_what_to_do_stand_with_the_first_of_a_rule() -> None:
    text = render(Report(findings=(TYPE, replace(TYPE, subject="responses.200.other"))), "text")
    assert text.count("error[type-mismatch]") == 2
    assert text.count("= why: ") == 1
    assert text.count("= help: ") == 1


@pytest.mark.parametrize(
    ("observed", "label"),
    [
        (Observed(origin="recorded", where="a.har#1", value='"x\x1b[0m"'), 'observed: "x\\x1b[0m"'),
        (Observed(origin="recorded", where="a.har#1", value="1" * 90), f"observed: {'1' * 30}…"),
        (Observed(origin="documented", where="en/a.md:3", value="41"), ""),
        (finding(0).observed, "observed: 41"),
    ],
)
def test_the_observed_value_stands_beside_the_marks(observed: Observed, label: str) -> None:
    text = render(Report(findings=(replace(TYPE, observed=observed),)), "text")
    (marks,) = [line for line in text.splitlines() if "^^^" in line]
    assert marks.partition("^^^^^^")[2].strip() == label
