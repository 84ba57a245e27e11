"""A contract as a page: whatever pages have words for is read back as it was."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.model.contract import Contract, compare_contracts
from conformance.model.operation import Field, Operation, Stated
from conformance.pages.exchange import Exchange, find_root
from conformance.parse import parse_page
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import load_exchanges
from conformance.reading import read_document
from conformance.report.contract_markdown import render_contract_page
from tests.builders import operation, response, value
from tests.contracts import operations
from tests.examples import many
from tests.suite.rendering.sayable import sayable


def read(page: str) -> tuple[Operation, ...]:
    found = read_document(parse_page(page.encode(), "page.md")).operations
    return tuple(replace(operation, invariants=()) for operation in found)


@settings(max_examples=many(0.6), deadline=None, suppress_health_check=list(HealthCheck))
@given(operations())
def test_a_contract_comes_back(told: Operation) -> None:
    wanted = Contract(operations=(sayable(replace(told, invariants=())),))
    page = render_contract_page(wanted)
    assert compare_contracts(wanted, Contract(operations=read(page))) == (), page


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(operations(), min_size=2, max_size=4, unique_by=lambda o: o.key))
def test_several_operations_come_back_from_one_page(several: list[Operation]) -> None:
    wanted = Contract(operations=tuple(sayable(replace(o, invariants=())) for o in several))
    page = render_contract_page(wanted)
    assert compare_contracts(wanted, Contract(operations=read(page))) == (), page


def test_a_list_of_records_and_a_base_path_come_back() -> None:
    listed = value(
        "array", items=value("object", fields=(Field(name="id", value=value("string")),))
    )
    wanted = replace(operation(response(listed)), servers=("https://api.example.com/v3",))
    page = render_contract_page(Contract(operations=(wanted,)))
    (found,) = read(page)
    assert (found.key, found.servers) == (wanted.key, wanted.servers)
    assert compare_contracts(Contract(operations=(wanted,)), Contract(operations=(found,))) == ()


def test_nothing_is_said_twice() -> None:
    page = (
        "# Place\n\n`POST https://api.example.com/v1/orders`\n\n"
        "Rate limit: 10 requests per 1 second per IP, 100 requests per 60 seconds per IP.\n\n"
        "## Body parameters\n\n| Name | Type | Required | Description |\n|---|---|---|---|\n"
        "| kind | string | Yes | Which |\n"
        "| price | string | Conditional | Required if `kind` is `limit` |\n"
    )
    written = render_contract_page(Contract(operations=read(page)))
    assert "10 requests per 1 second." in written
    assert "100 requests per 60 seconds." in written
    assert "| Required if kind is limit. |" in written


@pytest.mark.parametrize(
    ("description", "kept"),
    [
        ("Pair the order is in. At most 20.", "Pair the order is in."),
        ('The side, "bid" by default.', ""),
        ("Pipe | and *star*", ""),
        ("List of pairs (max. 20) to look at. Ask for few.", "Ask for few."),
        ("", ""),
    ],
)
def test_a_description_is_kept_where_it_changes_nothing(description: str, kept: str) -> None:
    field = Field(name="pair", value=value("string", description=description), required=Stated.YES)
    page = render_contract_page(
        Contract(operations=(operation(response(value("object", fields=(field,)))),))
    )
    row = next(line for line in page.splitlines() if line.startswith("| pair "))
    assert row == f"| pair | String | Required |{f' {kept} |' if kept else ''}"


def test_a_contract_without_operations_says_so() -> None:
    assert render_contract_page(Contract()) == "No operations.\n"


@pytest.mark.parametrize("exchange", load_exchanges(find_root(), ()), ids=lambda e: e.name)
def test_real_pages_come_back(exchange: Exchange) -> None:
    for told in read_exchange(exchange).contract.operations:
        wanted = Contract(operations=(sayable(replace(told, invariants=())),))
        page = render_contract_page(wanted)
        assert compare_contracts(wanted, Contract(operations=read(page))) == (), page
