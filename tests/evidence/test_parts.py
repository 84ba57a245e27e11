from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence.coding import DecodingBudget
from conformance.evidence.formats import ndjson
from conformance.evidence.parts import (
    EntryError,
    headers,
    iso_date,
    octets,
    provenance,
    reply,
    request,
)
from conformance.evidence.yaml_source import YamlError, load_yaml
from tests.examples import many


@pytest.mark.parametrize(
    ("value", "day"),
    [
        ("2024-02-29", "2024-02-29"),
        ("2024-02-29T23:59:59.123456+09:00", "2024-02-29"),
        ("2024-02-29T23:59:59Z", "2024-02-29"),
        ("Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29"),
        ("2024-02-30", ""),
        ("yesterday", ""),
        ("", ""),
        (20240229, ""),
        (None, ""),
    ],
)
def test_iso_date(value: object, day: str) -> None:
    assert iso_date(value) == day


def test_headers_have_one_order_and_keep_repeated_ones_as_they_came() -> None:
    mapped = headers({"b": ["2", "1"], ":path": "/", "A": " x "}, "h")
    paired = headers([["b", "2"], {"name": "A", "value": "x"}, ["b", "1"]], "h")
    assert mapped == paired == (("A", "x"), ("b", "2"), ("b", "1"))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        ("text", "h is text, not a list"),
        ({"a": None}, "h['a'] is missing"),
        ({1: "a"}, "a name in h is a number"),
        ([["a", "b", "c"]], "h[0] is a list, not a mapping"),
        ([{"name": "a"}], "h[0].value is missing"),
    ],
)
def test_headers_refused(value: object, said: str) -> None:
    with pytest.raises(EntryError) as caught:
        headers(value, "h")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize(
    ("written", "recorded", "day"),
    [
        (None, None, ""),
        ("", "2024-02-29T10:00:00Z", "2024-02-29"),
        ("2024-02-28", "2024-02-29T10:00:00Z", "2024-02-28"),
        (None, "Thu, 29 Feb 2024 23:59:59 GMT", "2024-02-29"),
        (None, "some time in spring", ""),
        (None, 1709164800, ""),
        ("2026-99-99", None, "date is '2026-99-99', which is no date (write it as 2024-12-31)"),
        ("2023-02-29", None, "date is '2023-02-29', which is no date (write it as 2024-12-31)"),
        ("2024-01-01T25:00", None, "date is '2024-01-01T25:00', which is no date"),
        ("yesterday", None, "date is 'yesterday', which is no date"),
        (20240229, None, "date is a number, which is no date"),
        (["2024-02-29"], None, "date is a list, which is no date"),
        (None, "2026-99-99T10:00:00Z", "recorded at '2026-99-99T10:00:00Z', which is no date"),
    ],
)
def test_dates_are_days_or_problems(written: object, recorded: object, day: str) -> None:
    try:
        found = provenance({"date": written}, date_of=recorded).date
    except EntryError as error:
        found = str(error)[: len(day)]
    assert found == day


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (float("inf"), "the response's status is inf, not a whole number"),
        (float("-inf"), "the response's status is -inf, not a whole number"),
        (float("nan"), "the response's status is nan, not a whole number"),
        (200.0, "the response's status is 200.0, not a whole number"),
        (True, "the response's status is true or false, not a number"),
        ("200", "the response's status is text, not a number"),
        (None, "the response's status is missing"),
    ],
)
def test_a_status_that_is_none_is_called_what_it_is(status: object, words: str) -> None:
    with pytest.raises(EntryError) as caught:
        reply(status, (), b"")
    assert str(caught.value) == words


@pytest.mark.parametrize("status", [0, 99, 1000, -200, 10**30])
def test_status_out_of_range(status: int) -> None:
    with pytest.raises(EntryError, match="not three digits"):
        reply(status, (), b"")


def test_lone_surrogate_in_a_body() -> None:
    with pytest.raises(EntryError, match="lone surrogate at character 1"):
        octets("a\ud800", "body")


def test_a_bare_body_is_octets() -> None:
    with pytest.raises(EntryError):
        ndjson.read_bare_entry({"a": 1}, DecodingBudget.of_file())


_pieces = st.sampled_from(
    [
        "a",
        "1",
        "-",
        ":",
        "?",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&",
        "*",
        "&a",
        "*a",
        "!",
        "!!binary",
        "!!str",
        "!!null",
        "!!seq",
        "!!map",
        "!!set",
        "!!int",
        "!x",
        "%",
        "@",
        "|",
        ">",
        "'",
        '"',
        "#",
        "<<",
        "<<:",
        "=",
        "~",
        "2024-01-01",
        "0x1",
        "1:2",
        ".inf",
        "---",
        "...",
        "\n",
        "version:",
        "interactions:",
        "\t",
        "\\",
    ]
)


@settings(deadline=None, max_examples=many(3))
@given(st.lists(_pieces, max_size=25), st.sampled_from(["", " ", "\n"]))
def test_any_yaml_is_read_or_refused(pieces: list[str], between: str) -> None:
    text = between.join(pieces).encode()
    try:
        load_yaml(text)
    except YamlError as error:
        reason = error.reason
    else:
        reason = "none"
    assert reason


def test_bodies_are_in_utf8_whatever_their_charset() -> None:
    fields = (("content-type", "application/json; charset=euc-kr"),)
    body = '{"상태": "체결"}'.encode("euc-kr")
    assert reply(200, fields, body).body.decode() == '{"상태": "체결"}'
    assert (
        request("POST", "https://api.example/x", fields, body).body.decode() == '{"상태": "체결"}'
    )
