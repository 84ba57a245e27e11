"""The reader a page needs, from its content alone."""

from __future__ import annotations

import pytest

from conformance.parse import parse_page

_LONG = "Words of a page whose tags are gone " * 20

_CASES = {
    "document": ("<!DOCTYPE html>\n<p>x", "html"),
    "document after comment": ("<!-- saved -->\n<html><p>x", "html"),
    "xhtml": ('<?xml version="1.0"?><html><p>x</p></html>', "html"),
    "fragment": ("<div><p>One</p></div>\n<p>Two</p>", "html"),
    "heading": ("# Title\n\n<p>x</p><p>y</p>", "markdown"),
    "table without outer pipes": ("a | b\n---|---\n1 | 2\n" + _LONG, "markdown"),
    "fence": (_LONG + "\n```\ncode\n```", "markdown"),
    "plain text": ("Some lines\n\nof text", "markdown"),
    "flattened": ("Title | Site\n\n" + _LONG, "flat"),
    "flattened with comparison": (_LONG + " a < b > c", "flat"),
    "one long line of tags": ("<p>" + _LONG + "</p><p>x</p>", "html"),
    "empty": ("", "markdown"),
    "component page": ("import A from 'a'\n\n<Tabs>\n\ntext\n\n</Tabs>", "markdown"),
}


@pytest.mark.parametrize(("text", "markup"), _CASES.values(), ids=_CASES)
def test_markup(text: str, markup: str) -> None:
    assert parse_page(text.encode(), "any-name.html").markup == markup


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("This page says how an order is cancelled.", "en"),
        ("## 주문 취소\n\n지정한 주문을 취소합니다. `orderID` of the order", "ko"),
        ("## 取消订单\n\n取消指定的订单。`orderId` `clientOrderId` `symbol`", "zh"),
        ("注文をキャンセルします。注文番号を指定してください。", "ja"),
        ("```\nfunction cancelEveryOrder() {}\n```", ""),
        ("<html lang='fr-CA'><p>1 2 3</p>", "fr"),
        ("<html lang='en'><p>取消指定交易对的所有订单</p>", "zh"),
        ("", ""),
    ],
)
def test_language(text: str, language: str) -> None:
    assert parse_page(text.encode(), "page").language == language
