"""Every fault there is, planted into the sandbox of a small exchange, is found as what it is."""

from __future__ import annotations

import hashlib
import shutil
from pathlib import Path

import pytest

from conformance.model.contract import Contract
from conformance.pages.exchange import Exchange, load_exchange
from conformance.pipeline.live import (
    LiveOptions,
    build_plans,
    check_request,
    draw_examples,
    open_client,
)
from conformance.pipeline.pages import read_exchange
from conformance.sandbox.faults import KINDS, FaultSite, SandboxContext, fault_sites, read_fault
from conformance.sandbox.replies import Replies

_PAGE = Path(__file__).parent / "pages" / "cancelling.md"
_MANIFEST = """\
title = "Small"
auth = "api-key"
auth_details.key_header = "X-Key"

[[page]]
path = "cancelling.md"
language = "en"
sha256 = "{sha256}"

[[probe]]
operation = "DELETE /v1/orders"
reason = "Nobody has such an order."
inputs."uuids[]" = "random-uuid"
statuses = ["423"]
"""
_SLOW = "slow:0.4"
_PATIENCE = 0.2
"""Seconds; less than what is slow takes."""
FAULTS = [_SLOW if kind.name == "slow" else kind.name for kind in KINDS]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> tuple[Exchange, Contract]:
    folder = tmp_path_factory.mktemp("small")
    shutil.copy(_PAGE, folder / _PAGE.name)
    sha256 = hashlib.sha256(_PAGE.read_bytes()).hexdigest()
    (folder / "exchange.toml").write_text(_MANIFEST.format(sha256=sha256), encoding="utf-8")
    exchange = load_exchange(folder)
    return exchange, read_exchange(exchange).contract


def found(exchange: Exchange, contract: Contract, *faults: str) -> set[tuple[str, str]]:
    """Rule and subject of what a few requests of every sort have answers with."""
    patience = _PATIENCE if _SLOW in faults else 20.0
    options = LiveOptions(sandbox=True, faults=faults, timeout=patience)
    with open_client(exchange, contract, options) as client:
        return {
            (finding.rule, finding.subject)
            for operation in contract.operations
            for number, strategy in enumerate(build_plans(client, operation))
            for plan in draw_examples(strategy, 1 if number else 3)
            for signed in ((True,) if number else (True, False))
            for finding in check_request(client, operation, plan, signed=signed).findings
        }


def test_nothing_is_found_where_nothing_is_planted(small: tuple[Exchange, Contract]) -> None:
    assert found(*small) == set()


@pytest.mark.parametrize("fault", FAULTS)
def test_each_kind_is_found_as_what_it_is(small: tuple[Exchange, Contract], fault: str) -> None:
    told = found(*small, fault)
    assert told
    assert told <= {(place.rule, place.subject) for place in _places(small, fault)}


def test_each_kind_has_a_place_there(small: tuple[Exchange, Contract]) -> None:
    assert all(_places(small, fault) for fault in FAULTS)


@pytest.mark.parametrize(
    "fault",
    [
        "wrong-type:failed",
        "missing-member:success.orders[].uuid",
        "extra-member:success.orders[]",
        "null:responses.400.message",
        "extra-member:responses.400",
        "wrong-unit:responses.423.until",  # no request is answered so by itself
    ],
)
def test_where_it_is_asked_for(small: tuple[Exchange, Contract], fault: str) -> None:
    (place,) = _places(small, fault)
    assert found(*small, fault) == {(place.rule, place.subject)}


def _places(small: tuple[Exchange, Contract], fault: str) -> tuple[FaultSite, ...]:
    exchange, contract = small
    return fault_sites(
        read_fault(fault), SandboxContext(contract.operations, Replies(), exchange.auth)
    )
