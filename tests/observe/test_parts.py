from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.observe.entry import EntryError
from conformance.observe.formats import bare
from conformance.observe.parts import headers, iso_date, octets, reply
from conformance.observe.yaml_source import YamlError, load_yaml


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
        ({"a": None}, "h['a'] is missing, not text"),
        ({1: "a"}, "a name in h is a number"),
        ([["a", "b", "c"]], "h[0] is a list, not a mapping"),
        ([{"name": "a"}], "h[0].value is missing"),
    ],
)
def test_headers_refused(value: object, said: str) -> None:
    with pytest.raises(EntryError) as caught:
        headers(value, "h")
    assert str(caught.value).startswith(said)


@pytest.mark.parametrize("status", [0, 99, 1000, -200, 10**30])
def test_status_out_of_range(status: int) -> None:
    with pytest.raises(EntryError, match="not three digits"):
        reply(status, (), b"")


def test_lone_surrogate_in_a_body() -> None:
    with pytest.raises(EntryError, match="lone surrogate at character 1"):
        octets("a\ud800", "body")


def test_a_bare_body_is_octets() -> None:
    with pytest.raises(EntryError):
        bare.entry({"a": 1})


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


@settings(deadline=None, max_examples=300)
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
