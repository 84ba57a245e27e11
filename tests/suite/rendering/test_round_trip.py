"""Any contract that pages have words for, rendered in any style, is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.model.contract import Contract, compare_contracts
from conformance.model.operation import Field, Operation, Parameter, Response, Stated
from conformance.pages.exchange import Exchange, find_root
from conformance.parse import parse_page
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import load_exchanges
from conformance.reading import read_document
from tests.builders import span
from tests.contracts import operations, value
from tests.examples import many
from tests.suite.rendering.render import render_page
from tests.suite.rendering.sayable import sayable
from tests.suite.rendering.style import SUFFIXES, Style, styles


def differences(operation: Operation, style: Style) -> tuple[str, ...]:
    page = render_page(operation, style)
    document = parse_page(page.encode(), f"page.{SUFFIXES[style.markup]}")
    read = tuple(replace(o, invariants=()) for o in read_document(document).operations)
    return compare_contracts(Contract(operations=(operation,)), Contract(operations=read))


@settings(max_examples=many(0.6), deadline=None, suppress_health_check=list(HealthCheck))
@given(operations(), styles())
def test_a_contract_comes_back(operation: Operation, style: Style) -> None:
    assert differences(sayable(replace(operation, invariants=())), style) == ()


@pytest.mark.parametrize("exchange", load_exchanges(find_root(), ()), ids=lambda e: e.name)
def test_a_contract_of_real_pages_comes_back(exchange: Exchange) -> None:
    """However another page would put what the pages of an exchange say."""

    @settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
    @given(st.sampled_from(read_exchange(exchange).contract.operations), styles())
    def claim(operation: Operation, style: Style) -> None:
        assert differences(sayable(replace(operation, invariants=())), style) == ()

    claim()


def test_what_can_be_said_once_can_be_said_again() -> None:
    """Nothing more is lost the second time."""

    @settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
    @given(operations())
    def claim(operation: Operation) -> None:
        once = sayable(operation)
        assert sayable(once) == once

    claim()


def one_of_each() -> Operation:
    """A small operation in which every choice of a style shows."""
    item = value("object", fields=(Field(name="coin", value=value("string")),))
    side = value("string", enum=("BUY", "SELL"))
    return Operation(
        method="GET",
        path="/orders/{id}",
        page="page.md",
        span=span(),
        parameters=(
            Parameter(name="id", location="path", value=value("string"), required=Stated.YES),
            Parameter(name="side", location="query", value=side, required=Stated.NO),
        ),
        responses=(
            Response(
                status="200",
                stated=True,
                media_type="application/json",
                span=span(),
                value=value(
                    "object",
                    fields=(
                        Field(name="total", value=value("integer"), required=Stated.YES),
                        Field(name="fees", value=value("array", items=item)),
                    ),
                ),
            ),
        ),
    )


@pytest.mark.parametrize(
    ("style", "piece"),
    [
        (Style(), "| Name |"),
        (Style(markup="html"), "<th> Name </th>"),
        (Style(language="ko"), "| 필드 |"),
        (Style(columns=("type", "name", "required", "description", "location")), "| Type | Name |"),
        (Style(outer_pipes=False), "Name | Type"),
        (Style(padding=0), "|Name|Type|"),
        (Style(nesting="marks"), "> coin"),
        (Style(nesting="dots-items"), "fees[].coin"),
        (Style(nesting="sections"), "Array[[FeesInfo](#feesinfo)]"),
        (Style(array="List<{}>"), "List\\<Object>"),
        (Style(placeholder=":{}"), "/orders/:id"),
        (Style(endpoint="heading"), "## GET /orders/{id}"),
        (Style(endpoint="paragraph"), "`GET /orders/{id}`"),
        (Style(one_table=True), "| path |"),
        (Style(inverted=True), "| Optional |"),
        (Style(enums="brackets"), "[BUY, SELL]"),
        (Style(enums="bullets"), "<br>- `BUY`"),
        (Style(enums="column"), "| Value range |"),
        (Style(code_names=True), "`total`"),
        (Style(markup="html", furniture=True), "<nav>"),
    ],
)
def test_a_style_shows_and_is_read(style: Style, piece: str) -> None:
    operation = one_of_each()
    assert piece in render_page(operation, style)
    assert differences(operation, style) == ()
