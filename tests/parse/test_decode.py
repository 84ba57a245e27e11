"""Bytes to text: the charset found, and never an error."""

from __future__ import annotations

import pytest

from conformance.parse.source import decode, split_lines

_TEXT = "주문 취소 – Order cancel 订单 £"


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_byte_order_marks(charset: str) -> None:
    assert decode(_TEXT.encode(charset)) == _TEXT


@pytest.mark.parametrize("charset", ["utf-16-le", "utf-16-be"])
def test_marks_without_their_own_charset_name(charset: str) -> None:
    assert decode(("\ufeff" + _TEXT).encode(charset)) == _TEXT


@pytest.mark.parametrize(
    ("charset", "head"),
    [
        ("euc-kr", '<html><head><meta charset="euc-kr">'),
        ("gbk", '<meta http-equiv="Content-Type" content="text/html; charset=gbk">'),
        ("shift_jis", '<?xml version="1.0" encoding="shift_jis"?>'),
    ],
)
def test_declared_charset(charset: str, head: str) -> None:
    text = head + "注文" if charset != "euc-kr" else head + "주문 취소"
    assert decode(text.encode(charset)) == text


def test_declared_charset_that_is_wrong_or_no_text_encoding() -> None:
    for name in ("no-such-charset", "base64", "rot13", "undefined", "utf-8"):
        page = f'<meta charset="{name}">'.encode() + b"price \xff" + b"." * 300
        assert decode(page).startswith(f'<meta charset="{name}">price ')


def test_utf_8_is_believed_before_a_declaration() -> None:
    page = '<meta charset="euc-kr">주문'
    assert decode(page.encode()) == page


def test_guess_without_declaration() -> None:
    text = "주문을 취소하는 요청입니다. 지정한 주문의 취소를 요청합니다. " * 20
    assert decode(text.encode("euc-kr")) == text


def test_one_bad_byte_costs_one_character() -> None:
    assert decode("가나다".encode() * 100 + b"\xff") == "가나다" * 100 + "\ufffd"


def test_mojibake_is_kept() -> None:
    assert decode("Â© 2024".encode()) == "Â© 2024"


def test_nul_and_lone_surrogates_do_not_get_through() -> None:
    assert decode(b"a\0b") == "a\ufffdb"
    escaped = b'<meta charset="raw_unicode_escape">\xff \\ud800'
    assert not any("\ud800" <= char <= "\udfff" for char in decode(escaped))


def test_only_real_line_ends_end_a_line() -> None:
    assert split_lines("a\r\nb\rc\nd\x0be\u2028f\x85g") == ("a", "b", "c", "d\x0be\u2028f\x85g")
