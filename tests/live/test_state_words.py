"""Which words speak of a change, and which only look like it."""

from __future__ import annotations

import pytest

from conformance.live.targets import (
    changes_state,
    fully_unquoted,
    operation_changes_state,
    state_words,
)
from tests.builders import array, field, obj, operation, parameter

NEUTRAL = [
    "/orders", "/orders/cancelled", "/closed-orders", "/settings", "/address", "/v1/trades",
    "/assets", "/exchangeInfo", "/exchangeinfo", "/marketTrades", "/openOrders", "/blocks",
    "/klines?startTime=1&endTime=2", "/klines?start=1", "/depth?limit=5&offset=1", "/news",
    "/exchange-rate", "/mark-price", "/ticker/24hr?symbol=BTC-USD", "/settlements?created_at=1",
    "/minTick", "/balance",
]  # fmt: skip
CHANGES = [
    "/orders/cancel", "/tradesCancel", "/cancelTrades", "/CANCELTRADES", "/CanCel", "/can%63el",
    "/x?y=CancelAll", "/x?cancel=1", "/x?Action=1", "/x?a=1;op=2", "/x#cancel", "/tradesport",
    "/resetassets", "/assetsell", "/x?start=stop", "/closed/close", "/x?y=a%26cancel",
]  # fmt: skip


@pytest.mark.parametrize("target", NEUTRAL)
def test_words_that_only_look_like_it(target: str) -> None:
    assert not changes_state("GET", target)
    assert changes_state("POST", target)


@pytest.mark.parametrize("target", CHANGES)
def test_words_that_speak_of_a_change(target: str) -> None:
    assert changes_state("GET", target)
    assert changes_state("HEAD", target)


def test_the_word_is_given_as_it_stands() -> None:
    assert list(state_words("v2/CancelAll orders/reSet")) == [
        "CancelAll",
        "reSet",
        "v2/CancelAll orders/reSet",
    ]


@pytest.mark.parametrize("times", range(8))
def test_encoding_is_undone_as_often_as_it_was_done(times: int) -> None:
    text = "%63ancel"
    for _ in range(times):
        text = text.replace("%", "%25")
    assert fully_unquoted(text) == ("cancel" if times < 8 else text)


@pytest.mark.parametrize(
    "inputs",
    [
        parameter("cancel"),
        parameter("a", enum=("list", "cancel")),
        parameter("a", constant=("SELL",)),
        parameter("a", default=("closeAll",)),
        parameter("command"),
        parameter("a", "array", items=array(obj(field("b", enum=("cancel",)))).items),
        parameter("a", "object", fields=(field("cancel"),)),
    ],
)
def test_documented_inputs_speak_of_a_change(inputs: object) -> None:
    assert operation_changes_state(operation(path="/a", parameters=(inputs,)))
    assert not operation_changes_state(operation(path="/a", parameters=(parameter("b"),)))
