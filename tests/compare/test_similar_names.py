from __future__ import annotations

import string

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from conformance.vocabulary.similar_names import is_one_letter_apart, pair, words

NAMES = st.text(string.ascii_letters + "_-", min_size=4, max_size=20)


@pytest.mark.parametrize(
    ("absent", "extra", "likeness"),
    [
        ("clientOrderID", "clientOrderId", "case"),
        ("order_id", "orderId", "separators"),
        ("order-id", "ORDER_ID", "separators"),
        ("createAt", "createdAt", "letter"),
        ("executedQty", "exceutedQty", "letter"),
        ("executed_qty", "executedQt", "letter"),
        ("fee", "fees", "letter"),
        ("minTradeAmount", "tradeMinAmount", "word-order"),
        ("min_trade_amount", "tradeMinAmount", "word-order"),
    ],
)
def test_alike(absent: str, extra: str, likeness: str) -> None:
    assert pair((absent,), (extra,)) == {absent: (extra, likeness)}
    assert pair((extra,), (absent,)) == {extra: (absent, likeness)}


@pytest.mark.parametrize(
    ("absent", "extra"),
    [("id", "ib"), ("ask", "ack"), ("price1", "price2"), ("abc", "bcd"), ("bidPrice", "askPrice")],
)
def test_not_alike(absent: str, extra: str) -> None:
    assert pair((absent,), (extra,)) == {}


def test_the_surest_likeness_wins_and_each_name_is_used_once() -> None:
    found = pair(("orderId", "orderIds"), ("orderIdx", "order_id"))
    assert found == {"orderId": ("order_id", "separators"), "orderIds": ("orderIdx", "letter")}


def test_words() -> None:
    assert words("tradeMinAmount_24h-USD") == ("trade", "min", "amount", "24", "h", "usd")


@given(NAMES, st.data())
def test_any_one_letter_is_seen(name: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(name) - 1))
    letter = data.draw(st.sampled_from(string.ascii_letters))
    changed = data.draw(
        st.sampled_from(
            [
                name[:at] + letter + name[at:],
                name[:at] + name[at + 1 :],
                name[:at] + letter + name[at + 1 :],
            ]
        )
    )
    folded = [len([c for c in text if c.isalpha()]) for text in (name, changed)]
    assume(changed != name and min(folded) > 3)
    assert changed in {other for other, _ in pair((name,), (changed,)).values()}


@given(st.lists(st.text(max_size=8), unique=True), st.lists(st.text(max_size=8), unique=True))
def test_pairs_are_of_the_given_names_and_none_is_used_twice(a: list[str], b: list[str]) -> None:
    left = [name for name in a if name not in b]
    found = pair(tuple(left), tuple(b))
    others = [other for other, _ in found.values()]
    assert set(found) <= set(left)
    assert set(others) <= set(b)
    assert len(others) == len(set(others))


@given(st.text(max_size=12), st.text(max_size=12))
def test_one_letter_does_not_depend_on_the_side(a: str, b: str) -> None:
    assert is_one_letter_apart(a, b) == is_one_letter_apart(b, a)
