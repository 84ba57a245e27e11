"""Requests of recorded traffic: what is found in them is exactly what the cases say."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.checks.facts import Rejected
from conformance.checks.interactions import Mentions
from conformance.checks.match import matcher
from conformance.checks.registry import rule
from conformance.checks.runner import Checker, PartialResult, check
from conformance.checks.traffic import TrafficJudge
from conformance.model.document import CodeBlock
from conformance.model.finding import Finding
from conformance.model.interaction import Origin
from conformance.model.operation import Stated
from conformance.reading.context import BlockContext
from conformance.reading.examples import read_example
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


@pytest.mark.parametrize(
    ("text", "accepted"),
    [
        ('{"code": 7000, "data": {}}', True),
        ('{"code": 7000, // done\n "data": {}}', True),
        ('{"code": 7001, // no such pair\n "data": {}}', False),
        ('[{"code": 7000}, ...]', False),
    ],
)
def test_a_code_that_the_page_shows_of_a_success_is_one(text: str, accepted: bool) -> None:
    shown = read_example(CodeBlock(text, "json", span()), BlockContext(0))
    documented = replace(
        operation(response(examples=(shown,))),
        parameters=(replace(parameter("market"), required=Stated.YES),),
    )
    tape = seen({"code": 7000}, url="https://api.example/x?tone=1", origin=Origin.RECORDED)
    found = check([documented], [tape], traffic=TrafficJudge()).findings
    assert ("invalid-request-accepted" in {f.rule for f in found}) == accepted


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


@pytest.mark.parametrize("sure", ["high", "medium"])
def test_a_table_read_with_doubt_leaves_no_input_undocumented(sure: str) -> None:
    inputs = (parameter("market"), parameter("limit", confidence=sure))
    documented = [operation(response(), path="/a", parameters=inputs)]
    tape = seen({}, url="https://api.example/a?tone=1", origin=Origin.RECORDED)
    found = check(documented, [tape], traffic=TrafficJudge(Mentions((), lambda: ()))).findings
    assert [f.rule for f in found] == ["undocumented-parameter"] * (sure == "high")


def test_requests_to_a_path_of_no_operation_are_counted_over_all_parts() -> None:
    documented = [operation(response(), path="/a")]
    checker = Checker(matcher(documented), TrafficJudge(Mentions((), lambda: ())))
    parts = [PartialResult(), PartialResult()]
    for number, part in enumerate(parts):
        for path in ("/a", "/b"):
            tape = seen({}, url=f"https://api.example{path}", origin=Origin.RECORDED)
            checker.take(part, replace(tape, where=f"{number}.json#{len(path)}{path[1:]}"))
    parts[0].merge(parts[1])
    found = checker.result(parts[0]).findings
    (finding,) = [f for f in found if f.rule == "undocumented-operation"]
    assert [tally.seen for tally in finding.evidence] == [2]


@pytest.mark.parametrize(
    ("vouched", "named", "status", "why"),
    [
        (True, "", 401, "; the credentials may be wrong, or signing is not as documented"),
        (True, "", 400, ""),
        (False, "", 405, "; it says that there is no such operation"),
        (False, "id", 400, "; the answer names `id`, which is not documented as required"),
    ],
)
def test_why_a_request_was_turned_down(vouched: bool, named: str, status: int, why: str) -> None:
    fact = Rejected(subject="s", span=span(), status=status, vouched=vouched, named=named)
    verdict = rule("valid-request-rejected").judge(fact)
    assert verdict.message == f"a request as documented was rejected with status {status}{why}"
    assert verdict.severity.label == ("error" if vouched else "warning")


@pytest.mark.parametrize("most", [1, 2, 1000])
def test_what_is_remembered_of_a_request_is_of_that_request(
    monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("conformance.checks.input_faults._MANY", most)
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


def test_a_documented_path_with_a_value_is_asked_for_by_another_method() -> None:
    operations = [operation(response(), path="/orders/{id}")]
    pages = (("orders.md", ("`GET /orders/{id}`", "or `/orders/open`")),)
    traffic = TrafficJudge(Mentions(operations, lambda: pages))
    tapes = [
        seen({}, url=f"https://api.example/orders/{name}", method=method, origin=Origin.RECORDED)
        for name, method in (("7", "GET"), ("7", "PUT"), ("open", "POST"))
    ]
    found = check(operations, tapes, traffic=traffic).findings
    assert [(f.rule, f.operation) for f in found] == [
        ("undocumented-operation", "PUT /orders/{id}")
    ]
