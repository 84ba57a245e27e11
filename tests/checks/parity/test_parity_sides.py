"""Which pages and operations are twins, who stands alone, and pages nobody meant as pages."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from conformance.model.finding import Severity
from tests.checks.parity.twins import INPUTS, OUTPUTS, Named, Row, compare, compare_pages, page
from tests.examples import many

SMALL = "# {0}\n\n`{1}`\n\n## Response\n\n| Name | Type |\n| --- | --- |\n| id | {2} |\n"


def small(endpoint: str, kind: str = "String") -> str:
    return SMALL.format("Orders", endpoint, kind)


def test_twins_by_place() -> None:
    result = compare(Named("en", small("GET /a")), Named("ko", small("GET /a", "Long")))
    assert [f.subject for f in result.findings] == ["responses.200.id"]
    assert (result.operations, result.compared) == (1, 1)


def test_twins_by_operation_when_places_differ() -> None:
    result = compare(
        Named("en", small("GET /a/{id}"), "a.md"),
        Named("ko", small("GET /a/{key}", "Long"), "b.md"),
    )
    assert result.compared == 1
    assert "parity-type" in {f.rule for f in result.findings}


def test_another_suffix_is_the_same_place() -> None:
    result = compare(
        Named("en", small("GET /a"), "a.md"), Named("ko", small("GET /b", "Long"), "a.mdx")
    )
    assert {f.rule for f in result.findings} == {"parity-operation", "parity-type"}


def test_one_operation_told_under_two_endpoints() -> None:
    result = compare(Named("en", small("GET /orders")), Named("ko", small("POST /orders")))
    (finding,) = result.findings
    assert (finding.rule, finding.subject) == ("parity-operation", "endpoint")
    assert finding.severity is Severity.ERROR
    assert finding.message == "the endpoint differs: GET /orders in en, POST /orders in ko"


def test_an_operation_one_side_lacks_is_one_finding() -> None:
    both = small("GET /a") + small("GET /b") + small("GET /c")
    result = compare(Named("en", both), Named("ko", small("GET /a")))
    assert [(f.rule, f.operation) for f in result.findings] == [
        ("parity-operation", "GET /b"), ("parity-operation", "GET /c")
    ]  # fmt: skip
    assert (result.operations, result.compared) == (3, 1)


def test_nothing_in_common() -> None:
    result = compare(Named("en", small("GET /a"), "a.md"), Named("ko", small("GET /b"), "b.md"))
    assert result.compared == 0
    assert len(result.findings) == 2


def test_an_example_says_who_stands_alone() -> None:
    rows = tuple(replace(r, type="Integer") if r.name == "zone" else r for r in OUTPUTS)
    (finding,) = compare_pages(page("en"), page("ko", outputs=rows)).findings
    assert finding.message.endswith("; ko stands alone")
    assert 'the example in en has string "UTC" (en/page.md:30)' in finding.related
    assert "en says String (en/page.md:18)" in finding.related


def test_examples_that_differ_decide_nothing() -> None:
    rows = tuple(replace(r, type="Integer") if r.name == "zone" else r for r in OUTPUTS)
    (first, *_) = compare_pages(
        page("en"), page("ko", outputs=rows, example={**page("ko").example, "zone": 7})
    ).findings
    assert "stands alone" not in first.message


def test_an_object_that_is_gone_takes_its_members_with_it() -> None:
    rows = tuple(r for r in OUTPUTS if r.name.lstrip("> ") in ("zone", "time", "note"))
    (finding,) = compare_pages(page("en"), page("ko", outputs=rows)).findings
    assert (finding.rule, finding.subject) == ("parity-field", "responses.200.done")
    assert finding.related[0] == "and its members `count`, `orders`, `uuid`, `state`"


def test_a_row_of_another_name_in_the_same_place_is_one_finding() -> None:
    note = OUTPUTS[-1]
    rows = (*OUTPUTS[:-1], replace(note, name="remark"))
    (finding,) = compare_pages(page("en"), page("ko", outputs=rows)).findings
    assert finding.message == (
        "the name differs: note in en, remark in ko; they stand in the same place; en stands alone"
    ) or finding.message.startswith("the name differs: note in en, remark in ko")
    assert finding.confidence == "medium"


def test_inputs_that_all_went_elsewhere_are_one_finding() -> None:
    result = compare_pages(page("en"), page("ko", endpoint="GET /v1/orders/cancel"))
    assert [(f.rule, f.subject) for f in result.findings] == [
        ("parity-operation", "endpoint"), ("parity-field", "requestBody.pair")
    ]  # fmt: skip


@pytest.mark.parametrize("count", [1, 400])
def test_large_tables(count: int) -> None:
    rows = tuple(
        Row(f"f{n}", "String", "", dict.fromkeys(("en", "ko", "zh"), f"text {n}"))
        for n in range(count)
    )
    result = compare_pages(page("en", outputs=rows), page("ko", outputs=rows[::-1]))
    assert not [f for f in result.findings if f.rule != "parity-example"]


words = st.sampled_from(
    ["|", "\n", "| a | String |\n", "| Name | Type |\n|--|--|\n", "`", "GET /a\n", "{", "}", "[",
     '"x": 1', "```json\n", "```\n", "# ", "> ", "필수", "不區分大小寫", "0", "9" * 20,
     "1e999", "\0", "\ud800", "$ref", "https://", "//", "/*", "- "]
)  # fmt: skip


@settings(max_examples=many(2), deadline=None)
@example("", "|# |```json\n")
@given(st.lists(words, max_size=40).map("".join), st.lists(words, max_size=40).map("".join))
def test_no_pages_are_too_strange(first: str, second: str) -> None:
    sides = (first.encode("utf-8", "replace").decode(), second.encode("utf-8", "replace").decode())
    head = "GET /a\n\n| Name | Type | Required |\n|--|--|--|\n| a | String | O |\n"
    compare(*(Named(label, head + text) for label, text in zip("ab", sides, strict=True)))


def test_inputs_are_aligned_whatever_their_number() -> None:
    result = compare_pages(page("en", inputs=INPUTS[:1]), page("ko", inputs=INPUTS))
    assert {f.rule for f in result.findings} == {"parity-field"}
    assert len(result.findings) == len(INPUTS) - 1


def test_an_envelope_that_only_an_example_shows_on_one_side_is_a_difference() -> None:
    first = small("GET /a") + '\n```json\n{"code": 0, "data": {"id": "7"}}\n```\n'
    second = small("GET /a").replace("| id |", "| memo |")
    result = compare(Named("en", first), Named("ko", second))
    found = {f.subject: f.message for f in result.findings}
    assert found["responses.200.data"].startswith("en documents `data`, ko does not")
