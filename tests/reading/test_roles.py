"""Roles of tables: evidence adds up, and less of it makes the reading less sure."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.parse import parse_page
from conformance.reading.classification import ClassifiedTable
from conformance.reading.role_features import OperationContext, features
from conformance.reading.roles import SIDES, Ranking, load_weights
from conformance.reading.tracing import trace_page
from conformance.vocabulary import TOPICS

_CAPTIONS = {
    "request": ("Request parameters", "Query Parameters", "요청 파라미터", "请求参数"),
    "response": ("Response parameters", "Response body", "응답", "返回参数"),
    "other": ("Change log", "Rate limit"),
}
_MARKED = "| Name | Type | Required |\n|---|---|---|\n| id | string | yes |\n"
_PLAIN = "| Name | Type |\n|---|---|\n| id | string |\n"


def rank(text: str, number: int = 0) -> Ranking:
    trace = trace_page(parse_page(f"## GET /v1/orders\n\n{text}".encode(), "orders.md"))
    return trace.classified[number].ranking


@pytest.mark.parametrize(
    ("side", "caption"), [(side, c) for side, captions in _CAPTIONS.items() for c in captions]
)
def test_words_before_a_table_decide(side: str, caption: str) -> None:
    ranking = rank(f"### {caption}\n\n{_PLAIN}")
    assert ranking.best.kind == side
    assert ranking.confidence == "high"
    assert any(caption in cue.text for cue in ranking.cues)


@given(st.sampled_from(["request", "response"]), st.data())
def test_without_its_heading_a_table_is_read_less_surely(side: str, data: st.DataObject) -> None:
    caption = data.draw(st.sampled_from(_CAPTIONS[side]))
    table = data.draw(st.sampled_from([_MARKED, _PLAIN]))
    captioned = rank(f"### {caption}\n\n{table}")
    bare = rank(table)
    assert bare.probability < captioned.probability or bare.best.kind != captioned.best.kind
    assert bare.confidence != "high"


def test_names_of_a_response_sample_are_evidence() -> None:
    sample = '**Response example**\n\n```json\n{"id": "1", "side": "buy"}\n```\n'
    alone, beside = rank(_PLAIN), rank(f"{sample}\n## Fields\n\n{_PLAIN}")
    assert beside.best.kind == "response"
    assert beside.probability > alone.probability


def test_a_placeholder_of_the_path_makes_a_request() -> None:
    trace = trace_page(parse_page(f"## GET /v1/orders/{{id}}\n\n{_PLAIN}".encode(), "o.md"))
    assert trace.classified[0].role.kind == "request"


def test_the_second_of_two_silent_tables_is_the_response() -> None:
    text = f"{_MARKED}\n----\n\n{_PLAIN}"
    assert [rank(text, n).best.kind for n in (0, 1)] == ["request", "response"]


def test_a_silent_table_before_the_announced_answer_is_the_request() -> None:
    answer = f"### Response\n\n{_MARKED}"
    assert rank(f"{_PLAIN}\n{answer}").best.kind == "request"
    assert rank(f"{answer}\n## Fields\n\n{_PLAIN}", 1).best.kind == "response"


def test_a_title_announces_no_answer() -> None:
    page = f"## Return an order\n\nGET /v1/orders\n\n{_MARKED}"
    trace = trace_page(parse_page(page.encode(), "o.md"))
    assert trace.classified[0].role.kind == "request"


def test_every_weight_belongs_to_a_cue_that_can_occur() -> None:
    ranked = re.compile(r"(?:near|next|far):(?P<topic>\w+)")
    topical = {n for n in load_weights() if (hit := ranked.fullmatch(n)) and hit["topic"] in TOPICS}
    assert load_weights().keys() - topical <= _occurring()
    assert all(len(row) == len(SIDES) for row in load_weights().values())


def _occurring() -> set[str]:
    """Every cue of the tables on the small pages of tests, whatever stands before and after."""
    contexts = [
        OperationContext(
            path="/v1/{id}", sends=True, request_names=names, other_names=names, before=before
        )
        for names in (frozenset({"id"}), frozenset())
        for before in ((), ("request",), ("response",))
    ]
    return {
        name
        for page in sorted((Path(__file__).parent / "pages").glob("*.md"))
        for table in trace_page(parse_page(page.read_bytes(), page.name)).classified
        for context in (table_context(table, c) for c in contexts)
        for name, *_ in features(table.piece, table.table, list(table.piece.place.words()), context)
    }


def table_context(table: ClassifiedTable, context: OperationContext) -> OperationContext:
    names = frozenset(row.name.name for row in table.table.fields)
    several = not context.request_names
    return replace(
        context,
        response_names=names,
        remaining=int(several),
        answer_follows=several,
        last_answer=10**6,
    )
