from __future__ import annotations

import json
import math
import re
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence.body import JsonError, load_json, repeats_names, repetitions

_scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.integers(min_value=-(10**60), max_value=10**60)
    | st.sampled_from([2**63, 2**64, 2**64 - 1, -(2**63), -(2**63) - 1, 2**53 + 1])
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
    | st.text(st.sampled_from("0123456789-+., []:{}\"'eE\\"))
)
values = st.recursive(
    _scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text("ab0~/"), inner)
)


def _value_or_error(data: bytes) -> object:
    try:
        return load_json(data)
    except JsonError as error:
        return error


_LONE = re.compile(rb"\\ud[89a-f]", re.IGNORECASE)
"""What may be half of a pair once the text is damaged."""
layouts = st.sampled_from([None, 1, 4])


@settings(deadline=None)
@given(values, layouts, st.booleans())
def test_equals_the_standard_library(value: object, indent: int | None, plain: bool) -> None:
    data = json.dumps(value, indent=indent, ensure_ascii=plain).encode()
    # repr tells 1 from 1.0 from True, and -0.0 from 0.0
    assert repr(load_json(data)) == repr(json.loads(data))


@settings(deadline=None)
@given(values, st.data())
def test_damaged_text_is_refused_or_means_what_the_standard_library_says(
    value: object, data: st.DataObject
) -> None:
    text = bytearray(json.dumps(value).encode())
    at = data.draw(st.integers(0, len(text) - 1))
    text[at : at + data.draw(st.integers(0, 2))] = data.draw(st.binary(max_size=2))
    found = _value_or_error(bytes(text))
    if isinstance(found, JsonError):
        assert found.line >= 1
        assert found.column >= 1
        assert 0 <= found.position <= len(text)
    elif not _LONE.search(text):
        assert repr(found) == repr(json.loads(text))


@settings(deadline=None)
@given(st.binary(max_size=40))
def test_any_octets_give_a_value_or_a_clear_error(data: bytes) -> None:
    found = _value_or_error(data)
    assert not isinstance(found, JsonError) or found.reason


@pytest.mark.parametrize(
    "number",
    [
        "18446744073709551616",
        "-9223372036854775809",
        "12345678901234567890123456789",
        "9" * 308,
    ],
)
@pytest.mark.parametrize("text", ["{}", "[{}]", '{{"a": {}}}', '{{"a":{}}}', "[0,{}\n]", "\t{}"])
def test_integers_stay_exact(number: str, text: str) -> None:
    data = text.format(number).encode()
    assert number in json.dumps(load_json(data))


@pytest.mark.parametrize(
    ("data", "reason", "line", "column", "position"),
    [
        (b"", "the text is empty", 1, 1, 0),
        (b" \n ", "the text is empty", 1, 1, 0),
        (b'{"a": NaN}', "NaN is no JSON number", 1, 7, 6),
        (b'{"a":\n [1, Infinity]}', "Infinity is no JSON number", 2, 6, 11),
        (b"-Infinity", "Infinity is no JSON number", 1, 2, 1),
        (b"\xef\xbb\xbf{}", "a byte order mark stands before the text", 1, 1, 0),
        ('{"a": 1}'.encode("utf-16"), "the text is UTF-16, not UTF-8", 1, 1, 0),
        ('{"a": 1}'.encode("utf-32"), "the text is UTF-32, not UTF-8", 1, 1, 0),
        ('{"a": 1}'.encode("utf-16-be"), "the text has NUL characters", 1, 1, 0),
        (b'{"a": 1,\n "\xff": 2}', "byte 0xff is not UTF-8", 2, 3, 11),
        ('["é", "é" x]'.encode(), "", 1, 11, 10),
        (b'{"a": [1, 2', "", 1, 12, 11),
        (b'{"a": 1} 2', "", 1, 10, 9),
        (b"1e999 2", "", 1, 7, 6),
        (b'["\\ud800" 2]', "", 1, 12, 11),
        (b"[1e999, NaN]", "NaN is no JSON number", 1, 1, 0),
        (b'["\\ud800", -Infinity]', "Infinity is no JSON number", 1, 1, 0),
        (b'["\\ud800\xed\xa0\x80"]', "byte 0xed is not UTF-8", 1, 9, 8),
        (b"[" * 100_000, "", 1, None, None),
        (b'{"a":' * 100_000, "", 1, None, None),
    ],
)
def test_error_says_where_and_why(
    data: bytes, reason: str, line: int, column: int | None, position: int | None
) -> None:
    with pytest.raises(JsonError) as caught:
        load_json(data)
    error = caught.value
    assert error.reason.startswith(reason)
    assert error.reason
    assert error.line == line
    if column is not None:
        assert (error.column, error.position) == (column, position)
    assert f"line {error.line}, column {error.column}" in str(error)


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b'"\\ud800"', "\\ud800"),
        (b'{"\\uDC00x": [123456789012345678901]}', {"\\uDC00x": [123456789012345678901]}),
        (b'["\\ud83d\\ude00\\ude00", "\\ud800\\ud83d\\ude00"]', ["😀\\ude00", "\\ud800😀"]),
        (b'["\\\\ud800", "\\\\\\ud800"]', ["\\ud800", "\\\\ud800"]),
    ],
)
def test_lone_surrogates_stay_as_they_are_written(data: bytes, value: object) -> None:
    assert load_json(data) == value


@pytest.mark.parametrize(
    ("data", "value"),
    [
        (b"[1e400, -1.5E+999, 1]", [math.inf, -math.inf, 1]),
        (b"1" + b"0" * 400, 10**400),
        (b"-" + b"9" * 200_000, -math.inf),
    ],
)
def test_numbers_too_large_for_a_double_are_json(data: bytes, value: object) -> None:
    assert load_json(data) == value


def test_deep_text_with_wide_integers_is_read_or_refused() -> None:
    for depth in range(900, 1100, 20):
        data = b"[" * depth + b"123456789012345678901" + b"]" * depth
        assert isinstance(_value_or_error(data), list | JsonError)


def test_zero_keeps_its_sign() -> None:
    value = load_json(b"[-0.0, -0]")
    assert isinstance(value, list)
    assert math.copysign(1, float(str(value[0]))) == -1
    assert repr(value[1]) == "0"


def _repeated(text: str) -> list[str]:
    """Every name that one object gives twice, the outer object's first."""
    found = repetitions(text.encode())
    names: list[str] = []
    waiting = [found.root]
    for value in waiting:
        names += found.of(value) if isinstance(value, dict) else ()
        waiting += value.values() if isinstance(value, dict) else ()
        waiting += value if isinstance(value, list) else ()
    return names


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('{"a": 1, "b": {"a": 1}}', []),
        ('{"a": 1, "a": 1}', ["a"]),
        ('{"a": 1, "a": 1, "a": 2, "b": [0, {"c/d": 1, "~": 2, "c/d": 3}]}', ["a", "c/d"]),
        ('[{"x": {}, "x": {}}, {"x": {}}]', ["x"]),
    ],
)
def test_repeated_names(text: str, names: list[str]) -> None:
    assert _repeated(text) == names


def test_repeated_names_in_many_objects_take_linear_time() -> None:
    text = '{"' + "k" * 1000 + '": [' + ",".join(['{"a": 1, "a": 2}'] * 5_000) + "]}"
    assert len(_repeated(text)) == 5_000


_NAMES = st.sampled_from(['"a"', '"\\u0061"', '"a:"', '"a\\u003A"', '"b"', '"\\\\u003a"'])


@st.composite
def objects(draw: st.DrawFn, depth: int = 2) -> str:
    """Objects as text, in which a name may stand twice, written in one way or in two."""
    values = ["1", '"x:y"', '"\\u003a"', "123456789012345678901234", "null", "[]"]
    held = [objects(depth - 1)] if depth else []
    value = st.one_of(st.sampled_from(values), *held)
    names = draw(st.lists(_NAMES, max_size=4))
    return "{" + ", ".join(f"{name}: {draw(value)}" for name in names) + "}"


@given(objects())
def test_a_name_given_twice_is_seen_however_it_is_written(text: str) -> None:
    data = text.encode()
    twice = []

    def hook(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        twice.append(len(dict(pairs)) < len(pairs))
        return dict(pairs)

    json.loads(text, object_pairs_hook=hook)
    assert repeats_names(data, load_json(data)) is any(twice)


@pytest.mark.parametrize("inner", ['{"b": 1}', '{"b": 1, "b": 2}'])
def test_a_name_given_twice_is_seen_in_deep_nesting(inner: str) -> None:
    data = ('{"a": ' * 500 + inner + "}" * 500).encode()
    assert repeats_names(data, load_json(data)) is (inner.count("b") > 1)
