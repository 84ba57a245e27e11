"""Orders are kept: what is cancelled is gone, and what is unknown cannot be cancelled."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.parse import urlencode

import pytest

from conformance.errors import InputError
from conformance.model.interaction import Interaction, Origin, Request
from conformance.model.operation import Json
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.ledger import Book, book_of, read_orders
from conformance.sandbox.replies import is_identity, stem, words
from tests.sandbox.served import contract_of, findings

SEEDS: Json = {
    "open": [
        {"uuid": "a", "client_id": "c-a", "market": "M1"},
        {"uuid": "b", "client_id": "c-b", "market": "M2"},
    ],
    "finished": [{"uuid": "z", "client_id": "c-z", "market": "M1"}],
}


def _sandbox(name: str = "orders", book: Book | None = None) -> Sandbox:
    return Sandbox(contract_of(name), book=book or book_of(SEEDS), scheme="none")


def _ask(sandbox: Sandbox, method: str, path: str, **query: object) -> Json:
    """The body of the answer; there is nothing to be found in any of them."""
    asked = urlencode(query, doseq=True)
    request = Request(method=method, url=f"http://x{path}{'?' if asked else ''}{asked}")
    answer = sandbox.answer(request)
    assert answer.reply.status == 200, answer
    interaction = Interaction(
        request=request, reply=answer.reply, origin=Origin.SANDBOX, where="sandbox#0"
    )
    told = next(o for o in sandbox.contract.operations if o.key == answer.operation)
    assert not findings(told, interaction)
    body: Json = json.loads(answer.reply.body)
    return body


def _ids(listed: Json, name: str = "uuid") -> list[Json]:
    assert isinstance(listed, list)
    return [order[name] for order in listed if isinstance(order, dict)]


def _outcome(body: Json, name: str = "uuid") -> tuple[list[Json], list[Json]]:
    assert isinstance(body, dict)
    for part in ("success", "failed"):
        assert body[part]["count"] == len(body[part]["orders"])  # type: ignore[index,call-overload,arg-type]
    return tuple(_ids(body[part]["orders"], name) for part in ("success", "failed"))  # type: ignore[index,call-overload,return-value]


def test_known_open_orders_are_cancelled_once() -> None:
    sandbox = _sandbox()
    ids = {"uuids[]": ["a", "z", "nobody"]}
    assert _outcome(_ask(sandbox, "DELETE", "/v1/orders", **ids)) == (["a"], ["z", "nobody"])
    assert _outcome(_ask(sandbox, "DELETE", "/v1/orders", **ids)) == ([], ["a", "z", "nobody"])


def test_orders_are_known_by_the_other_identity_too() -> None:
    sandbox = _sandbox()
    body = _ask(sandbox, "DELETE", "/v1/orders", **{"clientIds[]": ["c-b", "c-z"]})
    assert _outcome(body) == (["b"], ["z"])


def test_an_order_asked_for_twice_is_answered_once() -> None:
    body = _ask(_sandbox(), "DELETE", "/v1/orders", **{"uuids[]": ["a", "a", "x", "x"]})
    assert _outcome(body) == (["a"], ["x"])


def test_a_list_may_be_separated_by_commas() -> None:
    body = _ask(_sandbox(), "DELETE", "/v1/orders", **{"uuids[]": "a,b,x"})
    assert _outcome(body) == (["a", "b"], ["x"])


def test_cancelled_orders_say_so_and_open_ones_are_open() -> None:
    sandbox = _sandbox()
    listed = _ask(sandbox, "GET", "/v1/orders/open")
    assert isinstance(listed, dict)
    assert _ids(listed["orders"], "state") == ["wait", "wait"]
    body = _ask(sandbox, "DELETE", "/v1/orders", **{"uuids[]": "a"})
    assert isinstance(body, dict)
    assert _ids(body["success"]["orders"], "state") == ["cancelled"]  # type: ignore[index,call-overload]


def test_cancelling_all_of_a_market_leaves_the_others() -> None:
    sandbox = _sandbox()
    gone = _ask(sandbox, "DELETE", "/v1/orders/all", market="M1")
    left = _ask(sandbox, "GET", "/v1/orders/open")
    assert isinstance(gone, dict)
    assert isinstance(left, dict)
    assert (_ids(gone["orders"]), _ids(left["orders"])) == (["a"], ["b"])


def test_cancelling_all_empties_the_book() -> None:
    sandbox = _sandbox()
    for expected in (["a", "b"], []):
        gone = _ask(sandbox, "DELETE", "/v1/orders/all")
        assert isinstance(gone, dict)
        assert _ids(gone["orders"]) == expected


@pytest.mark.parametrize("exchange", ["upbit", "bitfront"])
def test_a_book_nobody_seeded_suits_the_pages(exchange: str) -> None:
    sandbox = Sandbox(contract_of(exchange), scheme="none")
    assert len(sandbox.ledger.book.open) > 1
    assert sandbox.ledger.book.finished


def test_lists_of_bare_identities_are_emptied() -> None:
    sandbox = Sandbox(contract_of("bitfront"), scheme="none")
    first, second = (
        _ask(sandbox, "DELETE", "/v1/trade/openOrders/BTC.USD")["responseData"]["orderIDList"]  # type: ignore[index,call-overload]
        for _ in range(2)
    )
    assert isinstance(first, list)
    assert len(first) > 1
    assert second == []


def test_seeds_for_list_cancelling_of_a_real_page() -> None:
    book = book_of([{"uuid": "u-1", "identifier": "mine"}])
    sandbox = _sandbox("upbit", book)
    body = _ask(sandbox, "DELETE", "/v1/orders/uuids", **{"identifiers[]": ["mine", "not"]})
    assert _outcome(body, "identifier") == (["mine"], ["not"])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("7", "no orders"),
        ('{"opened": []}', "no orders"),
        ('{"open": {}}', "'open' is no list"),
        ('[{"market": "M1"}]', "open[0] has no identity"),
        ('[{"id": {"a": 1}}]', "open[0] has no identity"),
        ('[{"id": null}]', "open[0] has no identity"),
    ],
)
def test_files_that_hold_no_orders(tmp_path: Path, text: str, said: str) -> None:
    file = tmp_path / "orders.json"
    file.write_text(text)
    with pytest.raises(InputError, match=r"orders\.json") as error:
        read_orders(file)
    assert said in str(error.value)


def test_a_file_without_end() -> None:
    with pytest.raises(InputError, match="larger than"):
        read_orders(Path("/dev/zero"))


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_orders(tmp_path / "nothing.json")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("orderIDList", ("order", "id", "list")),
        ("uuids[]", ("uuid",)),
        ("client_order_ids", ("client", "order", "id")),
        ("status", ("status",)),
        ("주문", ("주문",)),
    ],
)
def test_words_of_names(name: str, expected: tuple[str, ...]) -> None:
    assert words(name) == expected


def test_names_of_one_thing_have_one_stem() -> None:
    assert len({stem(name) for name in ("ids[]", "id", "id_list", "IDs", "idList")}) == 1


@pytest.mark.parametrize("name", ["uuid", "orderId", "clientOrderID", "order_ids", "identifiers[]"])
def test_identities(name: str) -> None:
    assert is_identity(name)


@pytest.mark.parametrize("name", ["exchange_id", "traceId", "paid", "market", "orders", "", "cid"])
def test_names_that_are_no_identity_of_an_order(name: str) -> None:
    assert not is_identity(name)
