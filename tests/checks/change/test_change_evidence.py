"""A page that was corrected is told from an API that changed, as far as evidence goes."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin, Reply, Request
from tests.checks.change.edits import compare_texts
from tests.checks.change.test_change_effects import PAGE, page, row


def seen(
    body: Any, origin: Origin = Origin.RECORDED, n: int = 0, path: str = "/v1/orders"
) -> Interaction:
    return Interaction(
        reply=Reply(
            status=200,
            headers=(("Content-Type", "application/json"),),
            body=json.dumps(body).encode(),
        ),
        origin=origin,
        where=f"tape.yaml#{n}",
        request=Request(method="POST", url=f"https://api.example.com{path}"),
        date=f"2026-11-0{n + 1}",
    )


def changed(old: str, new: str, *evidence: Interaction) -> Finding:
    (finding,) = compare_texts(page(given=old), page(given=new), evidence=evidence).findings
    return finding


CASES = (
    (row("String"), row("Integer"), {"id": "1", "side": 7}, "type-changed"),
    ("", row(), {"id": "1", "side": "a"}, "field-added"),
    (row(mark="O"), row(mark="X"), {"id": "1"}, "required-changed"),
    (row(mark="O"), "", {"id": "1"}, "field-removed"),
    (row(), row(words="May be null."), {"id": "1", "side": None}, "required-changed"),
    (
        row(words="One of `A1`, `B1`."),
        row(words="One of `A1`, `B1`, `C1`."),
        {"id": "1", "side": "C1"},
        "enum-changed",
    ),
    (
        row("Integer", words="Max. 5"),
        row("Integer", words="Max. 10"),
        {"id": "1", "side": 8},
        "limit-changed",
    ),
    (row().replace("side", "sied"), row(), {"id": "1", "side": "a"}, "field-removed"),
)


@pytest.mark.parametrize(("old", "new", "body", "rule"), CASES)
def test_corrected_by_evidence_or_a_change_without(
    old: str, new: str, body: Any, rule: str
) -> None:
    assert changed(old, new).rule == rule
    corrected = changed(old, new, seen(body), seen(body, n=1))
    assert (corrected.rule, corrected.severity.label) == ("docs-corrected", "info")
    assert "2 of 2 recorded responses since 2026-11-01 have it" in corrected.message
    assert corrected.evidence[0].seen == 2
    assert corrected.observed is not None
    assert corrected.observed.where == "tape.yaml#0"
    assert any("the old page said otherwise at old/page.md:" in told for told in corrected.related)


@pytest.mark.parametrize(("new", "old", "body", "rule"), CASES)
def test_evidence_against_the_new_page_is_told_beside_the_change(
    old: str, new: str, body: Any, rule: str
) -> None:
    plain, found = changed(old, new), changed(old, new, seen(body))
    assert (found.rule, found.severity) == (plain.rule, plain.severity)
    assert any(told.startswith("evidence disagrees with the new page") for told in found.related)


def test_constructed_evidence_alone_is_called_that() -> None:
    body = {"id": "1", "side": 7}
    found = changed(row(), row("Integer"), seen(body, Origin.CONSTRUCTED))
    assert found.rule == "docs-corrected"
    assert "as the one constructed interaction has it" in found.message


def test_weightier_evidence_decides() -> None:
    number, text = {"id": "1", "side": 7}, {"id": "1", "side": "a"}
    found = changed(
        row(), row("Integer"), seen(number, Origin.CONSTRUCTED), seen(text, Origin.LIVE, 1)
    )
    assert found.rule == "type-changed"
    assert "in the one live response" in found.related[0]
    found = changed(
        row(), row("Integer"), seen(text, Origin.CONSTRUCTED), seen(number, Origin.LIVE, 1)
    )
    assert found.rule == "docs-corrected"
    assert any("constructed interaction" in told for told in found.related)


def test_answers_that_differ_correct_nothing() -> None:
    both = seen({"id": "1", "side": 7}), seen({"id": "1", "side": "a"}, n=1)
    assert changed(row(), row("Integer"), *both).rule == "type-changed"


def test_evidence_of_something_else_corrects_nothing() -> None:
    found = changed(row(), row("Integer"), seen({"id": 5, "side": "a"}))
    assert found.rule == "type-changed"


def test_a_path_nobody_used() -> None:
    old, new = page(), page(endpoint="POST /v2/orders")
    used = seen({"id": "1"}, path="/v2/orders")
    (found,) = compare_texts(old, new, evidence=(used,)).findings
    assert (found.rule, found.severity.label) == ("docs-corrected", "info")
    (found,) = compare_texts(new, old, evidence=(used,)).findings
    assert found.rule == "operation-removed"


def test_an_example_both_pages_print_is_evidence_and_one_that_is_new_is_none() -> None:
    def shown(kind: str, value: str) -> str:
        return page(given=row(kind)) + (
            f'\n**A response example**\n\n```json\n{{"id": "1", "side": {value}}}\n```\n'
        )

    (found,) = compare_texts(shown("String", "7"), shown("Integer", "7")).findings
    assert found.rule == "docs-corrected"
    assert "the one example printed in the docs" in found.message
    (found,) = compare_texts(shown("String", '"a"'), shown("Integer", "7")).findings
    assert found.rule == "type-changed"


def test_an_envelope_that_was_always_there() -> None:
    flat = page(given="| pair | String | O | P |\n| size | String | O | S |")
    inside = PAGE.format(
        endpoint="POST /v1/orders",
        rate="",
        asked="| pair | String | O | The pair. |",
        given="| data | Object | O | All |\n| data.id | String | O | The number. |\n"
        "| data.pair | String | O | P |\n| data.size | String | O | S |",
    )
    body = {"data": {"id": "1", "pair": "a", "size": "b"}}
    (found,) = compare_texts(flat, inside, evidence=(seen(body),)).findings
    assert found.rule == "docs-corrected"
