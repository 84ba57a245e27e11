"""Requests of recorded traffic: what is found in them is exactly what the cases say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from conformance.checks.mentions import Mentions
from conformance.checks.runner import check
from conformance.checks.traffic import TrafficJudge
from conformance.model.finding import Finding
from conformance.model.interaction import Origin
from tests.builders import (
    documented_operation,
    interactions,
    operation,
    parameter,
    response,
    seen,
    span,
)

CASES = json.loads(Path(__file__).with_name("traffic.json").read_text("utf-8"))
_OF_RESPONSES = {"undocumented-status", "undocumented-field", "not-json"}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["title"])
def test_case(case: dict[str, Any]) -> None:
    operations = [documented_operation(case)]
    traffic = TrafficJudge(Mentions(operations, lambda: ()))
    found = check(operations, interactions(case), traffic=traffic).findings
    told = [
        [f.rule, f.subject, f.observed.pointer if f.observed else "", f.severity.label]
        for f in found
        if f.rule not in _OF_RESPONSES
    ]
    assert sorted(told) == sorted(case["expect"])


def _findings(paths: list[str], traffic: TrafficJudge) -> tuple[Finding, ...]:
    documented = [
        operation(response(), path=p, parameters=(parameter("market"),)) for p in ("/a", "/b", "/c")
    ]
    tapes = [seen({}, url=f"https://api.example{path}", origin=Origin.RECORDED) for path in paths]
    return check(documented, tapes, traffic=traffic).findings


def test_what_requests_to_many_operations_carry_belongs_to_all_of_them() -> None:
    asked = ["/a?window=5", "/b?window=5", "/b?window=6", "/a?tone=1"]
    few = _findings(asked, TrafficJudge(Mentions((), lambda: ())))
    assert [(f.operation, f.subject) for f in few] == [
        ("GET /a", "parameters.window"),
        ("GET /b", "parameters.window"),
        ("GET /a", "parameters.tone"),
    ]
    many = _findings([*asked, "/c?window=5"], TrafficJudge(Mentions((), lambda: ())))
    assert [f.subject for f in many] == ["parameters.tone"]


def test_without_the_words_of_the_pages_no_input_is_undocumented() -> None:
    assert _findings(["/a?tone=1"], TrafficJudge()) == ()


def test_a_mention_in_a_row_of_another_operation_is_about_that_one() -> None:
    own = operation(path="/a", parameters=(parameter("market", line=2),))
    other = operation(path="/b", parameters=(parameter("tone", line=4),))
    lines = ["", "market", "", "| tone | string |", "", "Tones are many, `tone_x` too."]
    mentions = Mentions((own, other), lambda: [("en/page.md", lines)])
    assert not mentions.speak_of("tone", own.key)
    assert mentions.speak_of("tone", other.key)
    lines.append("A tone of your own.")
    again = Mentions((own, other), lambda: [("en/page.md", lines)])
    assert again.speak_of("tone", own.key)


@pytest.mark.parametrize(
    ("line", "has"),
    [
        ("### /market/depth (Depth)", True),
        ("GET / market/depth", True),
        ("see https://api.example/market/depth?x=1", True),
        ("`/other/market/depth`", False),
        ("/market/depths", False),
        ("/market/depth/{id}", False),
    ],
)
def test_a_path_is_mentioned_whole(line: str, has: bool) -> None:
    mentions = Mentions((), lambda: [("page.md", [line])])
    assert mentions.speak_of_path(["market", "depth"]) is has


def test_findings_point_to_the_row_and_the_request() -> None:
    documented = operation(
        response(), parameters=(parameter("side", enum=("buy",), span=span(7, "| side |")),)
    )
    asked = seen({}, url="https://api.example/x?side=x", origin=Origin.RECORDED)
    (found,) = check([documented], [asked], traffic=TrafficJudge()).findings
    assert found.documented == span(7, "| side |")
    assert found.observed is not None
    assert (found.observed.where, found.observed.value) == ("tape.json#0", '"x"')
    assert found.message.endswith('documented as one of "buy"; "x" was observed')


def test_stand_ins_in_a_path_are_not_judged() -> None:
    number = parameter("id", location="path", kind="integer")
    documented = [operation(response(), path="/a/{id}", parameters=(number,))]
    tapes = [seen({}, url="https://api.example/a/x1", origin=Origin.RECORDED)]
    judge = TrafficJudge(Mentions((), lambda: ()))
    assert check(documented, tapes, traffic=judge).findings == ()


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_what_is_remembered_of_a_request_is_of_that_request(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("conformance.checks.traffic._MANY", most)
    side = parameter("side", enum=("buy", "sell"))
    documented = [operation(response(), path="/a/{id}", parameters=(side,))]
    asked = ("1?side=buy", "2?side=buy", "3?side=x", "4?side=buy", "5?side=y", "6?side=x", "7")
    tapes = [
        seen({}, url=f"https://api.example/a/{path}", origin=Origin.RECORDED, where=f"tape#{n}")
        for n, path in enumerate(asked)
    ]
    judge = TrafficJudge(Mentions((), lambda: ()))
    (found,) = check(documented, tapes, traffic=judge).findings
    (tally,) = found.evidence
    assert (found.subject, tally.seen, tally.examined) == ("parameters.side", 3, 7)
    assert found.observed is not None
    assert (found.observed.where, found.observed.value) == ("tape#2", '"x"')
