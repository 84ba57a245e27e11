"""Numbers and statements in prose, in four languages."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.compare.page_text import (
    count_numbers,
    find_claims,
    find_comparisons,
    find_statements,
    is_spelled,
    mentions,
    write_canonical,
)

SAME_NUMBERS = (
    ("The maximum is 1,000.", "최댓값은 1000입니다.", "最大值为 1000。", ["1000"]),
    ("Up to 10,000 rows", "최대 1만 건", "最多 1 萬筆", ["10000"]),
    ("1st-20th, then 21th-40th", "1~20번째, 21번째에서 40번째", "", ["1", "20", "21", "40"]),
    ("range [1, 10000]", "1~10000의 값", "範圍是[1, 10000]", ["1", "10000"]),
    ("0.1% is 0.001", "0.001이면 0.1%", "0.001 即 0.1%", ["0.001", "0.1"]),
    ("add `10`, reduce `-10`", "`10` 또는 `-10`", "比如`10`, 比如`-10`", ["-10", "10"]),
    ("24h, 500ms", "24h, 500ms", "24h 500ms", ["24", "500"]),
    ("up to 4 decimals", "소수점 4자리", "最多4位小數", ["4"]),
)  # fmt: skip
NO_NUMBERS = (
    "since 2024-01-31", "from 9 Jan, 2025", "February 19, 2025", "2025年2月19日", "2025년 2월 19일",
    "v2.1", "version 3", "1.2.3", "at 08:00", "8AM", "UTC+8", "int64", "BTC-30DEC22", "order_2",
    "https://x.example/v5/1", "1. first\n2) second",
)  # fmt: skip


@pytest.mark.parametrize("case", SAME_NUMBERS, ids=lambda case: case[0])
def test_numbers_are_the_same_in_every_language(case: tuple[str, str, str, list[str]]) -> None:
    *texts, expected = case
    for text in filter(None, texts):
        assert sorted(count_numbers(text), key=float) == sorted(expected, key=float), text


@pytest.mark.parametrize("text", NO_NUMBERS)
def test_what_is_no_quantity_is_left_out(text: str) -> None:
    assert not count_numbers(text)


@given(st.integers(-(10**15), 10**15) | st.decimals(-1000, 1000, places=3).map(float))
def test_a_number_is_found_as_it_is_written(number: float) -> None:
    assert write_canonical(number) in count_numbers(f"is {write_canonical(number)} .")


def test_words_may_excuse_a_number() -> None:
    assert is_spelled("one of three", "3")
    assert is_spelled("三个参数", "3")
    assert not is_spelled("thirty", "3")


CONTRARIES = {
    "case": ("case sensitive", "not case sensitive"),
    "letters": ("upper case", "lower case"),
    "order": ("descending order", "ascending order"),
    "side": ("of buyers", "of sellers"),
    "zone": ("UTC", "local time"),
    "bounds": ("inclusive", "exclusive"),
}


@pytest.mark.parametrize(
    ("topic", "yes", "no"),
    [
        ("case", "A case-sensitive name.", "It is not case sensitive."),
        ("case", "대소문자를 구분합니다.", "대소문자를 구분하지 않습니다."),
        ("case", "区分大小写", "不区分大小写"),
        ("case", "區分大小寫", "不區分大小寫"),
        ("case", "대소문자를 구분하는 문자열", "case-insensitive"),
        ("letters", "uppercase only", "lower case only"),
        ("letters", "僅限大寫", "小寫"),
        ("letters", "대문자로", "소문자로"),
        ("order", "in descending order", "in ascending order"),
        ("order", "내림차순으로", "오름차순으로"),
        ("order", "降序排列", "升序排列"),
        ("side", "Best bid size", "Best ask size"),
        ("side", "買1價的數量", "卖一价的数量"),
        ("side", "매수 호가", "매도 호가"),
        ("zone", "in UTC", "in KST"),
        ("zone", "UTC 기준", "UTC+9"),
        ("zone", "GMT+0", "한국시간"),
        ("case", "They ignore no differences: case sensitive", "They aren't case sensitive"),
        ("case", "대소문자를 구별한다", "대소문자 구분이 없다"),
        ("letters", "大文字", "小文字"),
        ("order", "降順", "昇順"),
        ("bounds", "both are inclusive", "exclusive"),
        ("bounds", "포함하며", "미포함"),
        ("bounds", "闭区间", "开区间"),
    ],
)
def test_statements(topic: str, yes: str, no: str) -> None:
    assert (find_statements(yes)[topic], find_statements(no)[topic]) == CONTRARIES[topic]


@pytest.mark.parametrize(
    "text",
    [
        "upper and lower cases",
        "대문자와 소문자",
        "大小寫",
        "asc or desc",
        "買賣方向",
        "bid and ask",
        "UTC or KST",
        "大文字と小文字",
        "",
        "case",
    ],
)
def test_what_says_both_or_neither_is_no_statement(text: str) -> None:
    assert not find_statements(text)


@pytest.mark.parametrize(
    ("how", "texts"),
    [
        ("less than", ["less than 30 days", "小於30天", "小于 30", "30일 미만", "30보다 작은"]),
        (
            "at most",
            ["no more than 30", "小於等於30天", "不超过 30", "30일 이하", "<= 30"],
        ),
        ("more than", ["greater than 30", "大于 30", "30 초과", "30보다 커야"]),
        ("at least", ["at least 30", "大於等於30", "30 이상", ">= 30"]),
    ],
)
def test_bounds(how: str, texts: list[str]) -> None:
    for text in texts:
        assert find_comparisons(text) == {"30": how}, text
        assert find_claims(text)["30"] == f"{how} 30"


def test_a_number_that_bounds_in_two_ways_decides_nothing() -> None:
    assert find_comparisons("less than 30, at most 30") == {}


@pytest.mark.parametrize(
    ("text", "token", "there"),
    [
        ("`symbol`이 필요", "symbol", True),
        ("symbols", "symbol", False),
        ("the_symbol", "symbol", False),
        ("當symbol為空", "SYMBOL", True),
        ("a", "", False),
    ],
)
def test_mentions(text: str, token: str, there: bool) -> None:
    assert mentions(text, token) is there


@given(st.text(max_size=200))
def test_anything_can_be_read(text: str) -> None:
    count_numbers(text)
    find_claims(text)
    mentions(text, text[:5])
