"""The phrase language: what a phrase matches, and what it does not."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest

from conformance.vocabulary.matcher import Phrases
from conformance.vocabulary.phrase import PhraseError, compile_phrase

_TABLE = tomllib.loads((Path(__file__).parent / "phrases.toml").read_text("utf-8"))
_CASES = [
    pytest.param(row["phrase"], text, side == "in", id=f"{name}-{side}-{n}")
    for name, row in _TABLE.items()
    for side in ("in", "out")
    for n, text in enumerate(row[side])
]


def _matcher(*found: str) -> Phrases:
    return Phrases("test", found, {"MULTIPLES": "만万"})


@pytest.mark.parametrize(("phrase", "text", "expected"), _CASES)
def test_phrase(phrase: str, text: str, expected: bool) -> None:
    matcher = _matcher(phrase)
    assert matcher.found_in(text) is expected
    assert bool(list(matcher.finditer(text))) is expected


@pytest.mark.parametrize(
    ("phrase", "text", "slots"),
    [
        ("not exceed {n}", "must not exceed 1,000.", {"n": "1,000"}),
        ("最多 {n}", "最多10万个", {"n": "10万"}),
        ("최대 {n}개", "최대 20 개", {}),
        ("최대 {n} 개", "최대 20 개", {"n": "20"}),
        ("default is {value}", "The default is `None`.", {"value": "`None`"}),
        ("default is {value}", "default is true, then", {"value": "true"}),
        ("{name} or {n}", "`orderId` or 5", {"name": "orderId", "n": "5"}),
        ("number of {name}", "The number of orders.", {"name": "orders"}),
        ("same as {name}", "same as data.orders[], see there", {"name": "data.orders[]"}),
        ("one of: {list}", "One of: a, b. Then", {"list": "a, b"}),
    ],
)
def test_slots(phrase: str, text: str, slots: dict[str, str]) -> None:
    hit = _matcher("never {n}", phrase).search(text)
    assert (dict(hit.slots) if hit else {}) == slots
    if hit:
        assert {name: text[a:b] for name, (a, b) in hit.spans.items()} == slots


@pytest.mark.parametrize("phrase", ["max[imum", "{a|b", "a]", "a|b", "to}", "{n"])
def test_signs_that_do_not_pair(phrase: str) -> None:
    with pytest.raises(PhraseError):
        compile_phrase(phrase)


def test_a_text_without_the_words_is_not_searched() -> None:
    matcher = _matcher("not exceed {n}", "{greater|larger} than {n}")
    assert matcher.keys == ("exceed", "than")


def test_a_text_that_holds_no_phrase_does_so_again_and_its_parts_may_hold_one() -> None:
    matcher = _matcher("at most")
    for _ in range(2):
        assert not matcher.found_in("at mostly")
        assert matcher.search("at mostly") is None
        assert not list(matcher.finditer("at mostly"))
        assert matcher.may_stand_in("at mostly")
        assert matcher.found_in("at most")


def test_a_text_that_does_not_begin_with_a_phrase_may_hold_one() -> None:
    matcher = _matcher("max {n}")
    assert matcher.begins("of max 5") is None
    assert matcher.found_in("of max 5")


def test_what_is_remembered_is_bounded() -> None:
    matcher = _matcher("max {n}")
    assert not any(matcher.found_in(f"text {number}") for number in range(5000))
    assert len(matcher._barren) <= 1024
    assert not matcher.found_in("long " * 1000)
    assert "long " * 1000 not in matcher._barren
