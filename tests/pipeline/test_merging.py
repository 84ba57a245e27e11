"""However evidence is divided, and in whatever order the parts are added: one result."""

from __future__ import annotations

import pickle
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.checks.runner import CheckResult
from conformance.model.interaction import Interaction, Origin
from conformance.pipeline.evidence import EvidenceChecker, OriginParts, merge_parts
from tests.builders import YES, array, field, obj, operation, parameter, response, seen, span

ORDER = obj(
    field("id", "integer", required=YES),
    field("side", "string", enum=("BUY", "SELL")),
    field("price", "string", confidence="low"),
    field("page", "object", fields=(field("size", "integer"),)),
)
OPERATIONS = [
    operation(response(ORDER), path="/orders/{id}", parameters=(parameter("market"),), page="a.md"),
    operation(
        response(ORDER),
        path="/orders/{id}",
        parameters=(parameter("market"),),
        page="b.md",
        span=span(9),
    ),
    operation(response(array(ORDER)), path="/orders"),
    operation(path="/silent"),
]
CHECKER = EvidenceChecker.of(OPERATIONS, files=[])

records: st.SearchStrategy[dict[str, Any]] = st.fixed_dictionaries(
    {},
    optional={
        "id": st.sampled_from([1, "1", None]),
        "side": st.sampled_from(["BUY", "A", "B", "C", "D", "E", "F", "G"]),
        "price": st.sampled_from(["1", 1.5]),
        "cursor": st.just(1),
        "page": st.sampled_from([{"size": 1}, {"size": "1", "id": 2}]),
        "new": st.dictionaries(st.sampled_from("abc"), st.integers(0, 2)),
    },
)
crowds = st.integers(0, 40).map(lambda n: {"id": 1, **{f"k{n + k}": k for k in range(12)}})
bodies = st.one_of(
    records,
    st.lists(records, max_size=3),
    records.map(lambda record: {"data": record}),
    crowds,
    st.sampled_from([b"", b"<html>", {"code": 1}]),
)
urls = st.builds(
    "https://{}{}{}{}".format,
    st.sampled_from(["one", "two"]),
    st.sampled_from(["", "", "", "/api"]),
    st.sampled_from(["/orders/7", "/orders", "/silent", "/other/1", "/other/2"]),
    st.sampled_from(["", "", "?market=x", "?tone=1", "?cache=2"]),
)
answers: st.SearchStrategy[dict[str, Any]] = st.builds(
    dict,
    body=bodies,
    url=st.one_of(urls, urls, urls, urls, st.none()),
    origin=st.sampled_from([Origin.LIVE, *[Origin.RECORDED] * 4, Origin.SANDBOX]),
    status=st.sampled_from([200, 200, 200, 200, 404, 418]),
    method=st.sampled_from(["GET", "GET", "POST"]),
)


def interactions(drawn: Sequence[dict[str, Any]]) -> list[Interaction]:
    """In two files, so that the place of one is not its place in the list."""
    return [
        replace(
            seen(one.pop("body"), where=f"{'b.har' if n % 3 else 'a.ndjson'}#{n}", **one),
            date=f"2026-11-0{n % 5}" if n % 5 else "",
        )
        for n, one in enumerate(drawn)
    ]


def parts_of(some: Sequence[Interaction]) -> OriginParts:
    parts: OriginParts = {}
    for interaction in some:
        CHECKER.take(parts, interaction)
    return parts


@given(st.lists(answers, min_size=6, max_size=20), st.data())
def test_any_division_in_any_order_gives_the_same(
    drawn: list[dict[str, Any]], data: st.DataObject
) -> None:
    all_of_them = interactions(drawn)
    whole = CHECKER.result(parts_of(all_of_them))

    shuffled = data.draw(st.permutations(all_of_them))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=4)))
    edges = [0, *cuts, len(shuffled)]
    parts = [parts_of(shuffled[start:end]) for start, end in pairwise(edges)]
    while len(parts) > 1:  # any two, as a cluster does
        other = parts.pop(data.draw(st.integers(0, len(parts) - 1)))
        at = data.draw(st.integers(0, len(parts) - 1))
        parts[at] = merge_parts(pickle.loads(pickle.dumps(other)), parts[at])  # noqa: S301 - ours
    assert CHECKER.result(parts[0]) == whole


MANY: list[dict[str, Any]] = [
    {"body": body, "url": url, "status": status, "origin": origin}
    for url in (
        "https://one/orders/7?tone=1",
        "https://one/other/1",
        "https://two/api/orders",
        None,
    )
    for status in (200, 404, 418)
    for body in ({"id": "1", "side": "A"}, [{"new": 1, "page": {"id": 2}}])
    for origin in (Origin.RECORDED, Origin.LIVE, Origin.SANDBOX)
]


@pytest.mark.parametrize("step", [1, 5, 7, -1])
def test_one_by_one_in_another_order_gives_the_same(step: int) -> None:
    all_of_them = interactions([dict(one) for one in MANY])
    whole = CHECKER.result(parts_of(all_of_them))
    assert len({finding.rule for finding in whole.findings}) > 5
    parts: OriginParts = {}
    for n in range(len(all_of_them)):
        merge_parts(parts, parts_of([all_of_them[n * step % len(all_of_them)]]))
    assert CHECKER.result(parts) == whole


def test_of_an_undocumented_operation_all_its_interactions_are_counted() -> None:
    tapes = [seen({"id": "x"}, url="https://h/orders/7", where="a#0", origin=Origin.RECORDED)]
    tapes += [
        seen({}, url="https://h/none", where=f"a#{n}", origin=Origin.RECORDED) for n in (1, 2)
    ]
    found = CHECKER.result(parts_of(tapes)).findings
    (often,) = [f for f in found if f.rule == "undocumented-operation"]
    assert often.message.endswith("(in 2 of 2 interactions)")
    assert [(tally.seen, tally.examined) for tally in often.evidence] == [(2, 2)]


def test_the_whole_may_be_asked_for_again() -> None:
    parts = parts_of(
        [
            seen({"id": "x"}, url="https://h/api/orders/7", where="a#1", origin=Origin.RECORDED),
            seen([], url="https://h/api/orders", where="a#2", origin=Origin.RECORDED),
            seen({}, url="https://h/api/none", where="a#3", origin=Origin.RECORDED),
        ]
    )
    first: CheckResult = CHECKER.result(parts)
    assert CHECKER.result(parts) == first
    assert [prefix.path for prefix in first.prefixes] == ["/api"]
    assert [(f.rule, f.operation) for f in first.findings] == [
        ("type-mismatch", "GET /orders/{id}"),
        ("undocumented-operation", "GET /none"),
    ]
