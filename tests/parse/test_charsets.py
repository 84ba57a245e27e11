"""Pages in the charsets of their countries, without a word on which."""

from __future__ import annotations

import pytest

from conformance.parse.source import decode

_KOREAN = "# 주문 취소\n\n주문 전체를 취소합니다. 응답은 밀리초 단위입니다.\n"
_JAPANESE = "# 注文のキャンセル\n\nすべての注文をキャンセルします。\n"


@pytest.mark.parametrize(
    ("text", "charset"), [(_KOREAN, "euc-kr"), (_KOREAN, "cp949"), (_JAPANESE, "shift_jis")]
)
def test_east_asian_charsets(text: str, charset: str) -> None:
    assert decode(text.encode(charset)) == text
