"""What a change means for a client: every line of the tables, on a page that shows it."""

from __future__ import annotations

import re

import pytest

from conformance.checks.change import rules as effects
from conformance.checks.change.rules import COMPATIBLE
from conformance.checks.registry import RULES
from conformance.model.finding import Finding
from tests.checks.change.edits import compare_texts

PAGE = """# Orders

`{endpoint}`

{rate}

## Request parameters

| Name | Type | Required | Description |
| --- | --- | --- | --- |
{asked}

## Response

| Name | Type | Required | Description |
| --- | --- | --- | --- |
{given}
"""
INPUT = "| side | {type} | {mark} | The side. {words} |"
ASKED = "| pair | String | O | The pair. |"
GIVEN = "| id | String | O | The number. |"


def page(
    asked: str = "",
    given: str = "",
    endpoint: str = "POST /v1/orders",
    rate: str = "",
) -> str:
    told = (f"{known}\n{more}".strip() for known, more in ((ASKED, asked), (GIVEN, given)))
    return PAGE.format(endpoint=endpoint, rate=rate, asked=next(told), given=next(told))


def one(old: str, new: str) -> Finding:
    (finding,) = compare_texts(old, new).findings
    assert COMPATIBLE[finding.severity] in finding.message
    return finding


def row(kind: str = "String", mark: str = "", words: str = "") -> str:
    return f"| side | {kind} | {mark} | The side. {words} |"


BOTH = (
    # rule, old row, new row, on the request's side, on the response's
    ("field-removed", row(mark="O"), "", "error", "error"),
    ("field-removed", row(mark="X"), "", "error", "warning"),
    ("field-added", "", row(mark="O"), "error", "info"),
    ("field-added", "", row(mark="X"), "info", "info"),
    ("field-added", "", row(), "info", "info"),
    ("type-changed", row(), row("Integer"), "error", "error"),
    ("type-changed", row("Integer"), row("Number"), "info", "error"),
    ("type-changed", row("Number"), row("Integer"), "error", "info"),
    ("type-changed", row("Array[String]"), row("Array[Integer]"), "error", "error"),
    ("type-changed", row("Array"), row("Array[Integer]"), "warning", "info"),
    ("type-changed", row(), row(""), "info", "warning"),
    ("type-changed", row("int32"), row("int64"), "info", "error"),
    ("required-changed", row(mark="X"), row(mark="O"), "error", "info"),
    ("required-changed", row(), row(mark="O"), "error", "info"),
    ("required-changed", row(mark="O"), row(mark="X"), "info", "error"),
    ("required-changed", row(mark="O"), row(), "info", "warning"),
    ("required-changed", row(), row(words="Can be null."), "info", "warning"),
    (
        "enum-changed",
        row(words="One of `A1`, `B1`, `C1`."),
        row(words="One of `A1`, `B1`."),
        "error",
        "info",
    ),
    (
        "enum-changed",
        row(words="One of `A1`, `B1`."),
        row(words="One of `A1`, `B1`, `C1`."),
        "info",
        "warning",
    ),
    (
        "enum-changed",
        row(words="One of `A1`, `B1`."),
        row(words="One of `A2`, `B2`."),
        "error",
        "error",
    ),
    ("enum-changed", row(), row(words="One of `A1`, `B1`."), "warning", "info"),
    ("enum-changed", row(words="One of `A1`, `B1`."), row(), "info", "warning"),
    (
        "limit-changed",
        row("Integer", words="Max. 100"),
        row("Integer", words="Max. 20"),
        "error",
        "info",
    ),
    (
        "limit-changed",
        row("Integer", words="Max. 20"),
        row("Integer", words="Max. 100"),
        "info",
        "warning",
    ),
    (
        "limit-changed",
        row("Integer", words="Min. 2"),
        row("Integer", words="Min. 5"),
        "error",
        "info",
    ),
    ("limit-changed", row("Integer"), row("Integer", words="Max. 20"), "warning", "info"),
    ("limit-changed", row("Integer", words="Max. 20"), row("Integer"), "info", "warning"),
    (
        "limit-changed",
        row("Integer", words="Default: 10."),
        row("Integer", words="Default: 50."),
        "warning",
        "info",
    ),
)


@pytest.mark.parametrize(("rule", "old", "new", "asked", "given"), BOTH)
def test_both_sides_of_the_wire(rule: str, old: str, new: str, asked: str, given: str) -> None:
    request = one(page(asked=old), page(asked=new))
    response = one(page(given=old), page(given=new))
    assert (request.rule, request.severity.label) == (rule, asked), request.message
    assert (response.rule, response.severity.label) == (rule, given), response.message


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (row(mark="X"), row()),
        (row(), row("string")),
        (row(words="Max. 1,000"), row(words="The maximum is 1000.")),
        (row(words="One of `A1`, `B1`."), row(words="Either `B1` or `A1`.")),
        (row(words="Yours."), row(words="Whatever you like.")),
    ],
)
def test_the_same_in_other_words(old: str, new: str) -> None:
    assert not compare_texts(page(asked=old), page(asked=new)).findings
    assert not compare_texts(page(given=old), page(given=new)).findings


def test_an_operation_renamed_is_one_finding_and_its_rows_are_compared() -> None:
    moved = compare_texts(page(), page(endpoint="POST /v2/orders", given=row())).findings
    assert [f.rule for f in moved] == ["operation-removed", "field-added"]
    assert (moved[0].expected, moved[0].actual) == ("POST /v1/orders", "POST /v2/orders")


def test_a_page_about_something_else() -> None:
    other = "# Time\n\n`GET /clock`\n\n## Response\n\n| Name | Type |\n|---|---|\n| now | Long |\n"
    found = compare_texts(page(), other).findings
    assert sorted(f.rule for f in found) == ["operation-added", "operation-removed"]


def test_rates() -> None:
    slow, fast = (page(rate=f"Rate limit: {n} requests per second") for n in (2, 10))
    assert (one(fast, slow).rule, one(fast, slow).severity.label) == ("limit-changed", "error")
    assert (one(slow, fast).rule, one(slow, fast).severity.label) == ("limit-changed", "info")


def test_a_member_in_an_envelope_is_one_finding() -> None:
    flat = page(given="| pair | String | O | P |\n| size | String | O | S |")
    inside = PAGE.format(
        endpoint="POST /v1/orders",
        rate="",
        asked=ASKED,
        given="| data | Object | O | All |\n| data.id | String | O | The number. |\n"
        "| data.pair | String | O | P |\n| data.size | String | O | S |",
    )
    wrapped, unwrapped = one(flat, inside), one(inside, flat)
    assert (wrapped.rule, wrapped.actual) == ("field-removed", "responses.200.data.id")
    assert (unwrapped.rule, unwrapped.subject) == ("field-removed", "responses.200.data")


def test_every_rule_is_in_the_table_and_has_its_page() -> None:
    named = {r.id for r in RULES if r.families == ("change",)}
    assert named == {
        "operation-added", "operation-removed", "field-added", "field-removed", "type-changed",
        "required-changed", "enum-changed", "limit-changed", "docs-corrected",
    }  # fmt: skip
    for known in RULES:
        if known.id in named:
            first, *_ = known.doc.splitlines()
            assert first.endswith(".")
            assert len(first) <= 100
            assert re.search(r"^Bad:", known.doc, re.MULTILINE)
            assert re.search(r"^Good:", known.doc, re.MULTILINE)


@pytest.mark.parametrize("table", ["TYPES", "VALUES", "LIMITS"])
def test_the_tables_say_something_of_every_effect_on_both_sides(table: str) -> None:
    known = getattr(effects, table)
    assert set(known) == {
        (side, effect)
        for side in ("request", "response")
        for effect in ("narrowed", "widened", "replaced", "stated", "unstated")
    }


def test_the_marks_say_something_of_every_pair() -> None:
    from conformance.model.operation import Stated

    for side in ("request", "response"):
        for old in Stated:
            for new in Stated:
                assert (old is new) or (side, old, new) in effects.MARKS
