"""Pages in the charsets of their countries, with a word on which and without."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.model.contract import Contract
from conformance.parse.source import decode
from conformance.pipeline.pages import read_paths

_KOREAN = """# 주문 취소

주문 전체를 취소합니다. 응답은 밀리초 단위입니다.

## GET /v1/orders

| 이름 | 타입 | 필수 | 설명 |
|---|---|---|---|
| market | string | 예 | 마켓 |
| limit | integer | 아니오 | 개수, 최대 100 |
"""
_JAPANESE = """# 注文のキャンセル

すべての注文をキャンセルします。

## GET /v1/orders

| パラメータ | 型 | 必須 | 説明 |
|---|---|---|---|
| market | string | はい | 市場 |
| limit | integer | いいえ | 件数。最大 100 |
"""
_KANJI = """# 注文一覧

## GET /v1/orders

| 項目 | 型 | 必須 | 説明 |
|---|---|---|---|
| market | string | 必須 | 市場名称 |
| limit | integer | 任意 | 件数、最大 100 |
"""
_SIMPLIFIED = """# 查询订单

## GET /v1/orders

### 请求参数

| 参数名 | 类型 | 是否必填 | 描述 |
|---|---|---|---|
| market | string | 是 | 市场 |
| limit | integer | 否 | 数量，最大 100 |
"""
_TRADITIONAL = """# 查詢訂單

## GET /v1/orders

| 參數 | 類型 | 必填 | 說明 |
|---|---|---|---|
| market | string | 是 | 市場 |
| limit | integer | 否 | 數量，最大 100 |
"""
_HARDLY_ANY = f"""# Orders

{"The exchange answers with a list of orders, the latest of them first. " * 40}

## GET /v1/orders

| 필드 | Type | 필수 | 설명 |
|---|---|---|---|
| market | string | yes | Which market |
"""
CASES = [
    *((_KOREAN, charset) for charset in ("euc-kr", "cp949")),
    *((text, c) for text in (_JAPANESE, _KANJI) for c in ("shift_jis", "euc-jp", "iso-2022-jp")),
    (_JAPANESE.replace("市場", "市場①"), "cp932"),
    (_JAPANESE, "gb18030"),
    *((_SIMPLIFIED, charset) for charset in ("gb2312", "gbk", "gb18030")),
    (_TRADITIONAL, "big5"),
    (_TRADITIONAL, "gb18030"),
    (_HARDLY_ANY, "euc-kr"),
]


@pytest.mark.parametrize(("text", "charset"), CASES)
def test_the_charset_changes_nothing(text: str, charset: str, tmp_path: Path) -> None:
    assert decode(text.encode(charset)) == text
    assert contract(tmp_path, text.encode(charset)) == contract(tmp_path, text.encode())


def contract(folder: Path, page: bytes) -> Contract:
    (folder / "page.md").write_bytes(page)
    found = read_paths([folder / "page.md"]).contract
    assert [len(operation.parameters) for operation in found.operations] != [0]
    return found


@pytest.mark.parametrize(
    ("name", "charset", "text"),
    [
        ("gb2312", "gb18030", "镕€"),
        ("x-gbk", "gb18030", "注文"),
        ("x-sjis", "cp932", "①㈱"),
        ("Shift_JIS", "cp932", "①㈱"),
        ("euc-jp", "euc_jis_2004", "①"),
        ("x-euc-jp", "euc_jp", "注文"),
        ("ks_c_5601-1987", "cp949", "똠"),
        ("big5", "big5hkscs", "嘅"),
    ],
)
def test_a_declared_charset_is_taken_as_browsers_take_it(
    name: str, charset: str, text: str
) -> None:
    """Its name may be that of a narrower one than the page needs, or a browser's own."""
    page = f'<meta charset="{name}">{text}'
    assert decode(page.encode(charset)) == page


def test_a_declared_charset_with_one_damaged_character() -> None:
    page = '<meta charset="euc-jp">' + _JAPANESE * 5
    damaged = page.encode("euc-jp") + b"\xff\n"
    assert decode(damaged) == f"{page}\ufffd\n"


@pytest.mark.parametrize(
    "text", ["café, déjà vu, naïve", "price – 5 €, “quoted”", "größer oder gleich, für Käufer"]
)
def test_western_pages_are_not_taken_for_east_asian_ones(text: str) -> None:
    page = f"{'Plain words of English. ' * 30}{text}"
    assert not [c for c in decode(page.encode("cp1252")) if c > "\u2fff" and c != "\ufffd"]
