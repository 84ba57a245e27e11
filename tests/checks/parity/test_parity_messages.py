"""What a difference of twins is called: every branch of every message, on pages that show it.

``messages.txt`` has the table or line of the page, how it is in en, how in ko, and what is found.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.checks.change.test_change_effects import page
from tests.checks.messages import cases, sentences
from tests.checks.parity.twins import EXAMPLE, OUTPUTS, Named, compare, compare_pages
from tests.checks.parity.twins import page as twin

MESSAGES = Path(__file__).with_name("messages.txt")
ANSWER = "### Response {0}\n\n| Name | Type |\n|---|---|\n| code | String |"


def found(*texts: str) -> list[str]:
    pages = (Named(label, text) for label, text in zip(("en", "ko", "zh"), texts, strict=False))
    return sentences(compare(*pages).findings)


@pytest.mark.parametrize(("where", "one", "other", "expected"), cases(MESSAGES))
def test_message(where: str, one: str, other: str, expected: str) -> None:
    assert found(page(**{where: one}), page(**{where: other})) == [expected]


def test_a_status() -> None:
    assert found(page(rate=ANSWER.format(404)), page()) == [
        "warning parity-operation: en documents the status, ko does not"
    ]


def test_several_sides_are_named_together() -> None:
    row = "| side | String | | The side. Max. {0} characters. |"
    with_it, without = page(asked=row.format(20)), page()
    assert found(with_it, without, without) == [
        "warning parity-field: en documents `side`, ko and zh do not; en stands alone"
    ]
    assert found(with_it, page(asked=row.format(30)), with_it) == [
        "error parity-limit: the upper limit differs: max length 20 in en and zh,"
        " max length 30 in ko; ko stands alone"
    ]


def test_inputs_that_go_elsewhere() -> None:
    assert found(page(endpoint="GET /v1/orders"), page(endpoint="POST /v1/orders")) == [
        "error parity-operation: the endpoint differs: GET /v1/orders in en, POST /v1/orders in ko",
        "error parity-field: `pair`: the location differs: query in en, body in ko",
    ]


def test_all_inputs_that_go_elsewhere_are_one_cause() -> None:
    row = "| side | String | | The side. |"
    pages = (page(endpoint=f"{method} /v1/orders", asked=row) for method in ("GET", "POST"))
    assert found(*pages)[1:] == [
        "error parity-field: `pair`: the location differs: query in en, body in ko",
    ]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"zone": "KST"}, 'the value in the example differs: "UTC" in en, "KST" in ko'),
        ({"zone": 7}, 'the type in the example differs: "UTC" in en, 7 in ko'),
        (
            {"note": None, "notes": "ok"},
            'the name in the example differs: "note" in en, "notes" in ko',
        ),
        (
            {"note": None},
            'the examples do not have the same members: "note": "ok" in en, nothing in ko',
        ),
        (
            {"done": {"count": 2, "orders": [{"uuid": "a1", "state": "DONE"}]}},
            "the examples do not have the same number of items: 2 items in en, 1 item in ko",
        ),
    ],
)
def test_examples(change: dict[str, Any], expected: str) -> None:
    example = {k: v for k, v in {**EXAMPLE, **change}.items() if v is not None}
    result = compare_pages(twin("en"), twin("ko", example=example))
    assert sentences(result.findings) == [f"warning parity-example: {expected}"]


def test_examples_of_different_things() -> None:
    other = {"a": 1, "b": 2, "c": 3, "d": 4, "e": 5}
    result = compare_pages(twin("en"), twin("ko", example=other))
    assert sentences(result.findings) == [
        "info parity-example: the examples are not the same: one thing in en, another in ko"
    ]


def test_an_example_in_an_envelope_differs_for_the_reason_of_the_table() -> None:
    rows = tuple(r for r in OUTPUTS if r.name != "note")
    without = {k: v for k, v in EXAMPLE.items() if k != "note"}
    pages = (
        twin("en", example={"data": EXAMPLE}),
        twin("ko", outputs=rows, example={"data": without}),
    )
    (finding,) = compare_pages(*pages).findings
    assert finding.subject == "responses.200.data.note"
    assert finding.related[0].startswith('the examples differ likewise: "note": "ok" in en')
