"""JSON as documentation prints it, mended without guessing."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.samples import lines_of, mend, tokenize
from conformance.model.operation import Json
from conformance.schema.kinds import resolve

VALUES: st.SearchStrategy[Json] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
BODIES = st.lists(VALUES, max_size=4) | st.dictionaries(st.text(max_size=6), VALUES, max_size=5)

MENDED = {
    '{"a": 1,}': ({"a": 1}, False),
    "[1, 2, ,3]": ([1, 2, 3], False),
    "[/**/ 1]": ([1], False),
    '{"a": 1 // why\n}': ({"a": 1}, False),
    '{"a": /* why */ 1, # too\n "b": 2}': ({"a": 1, "b": 2}, False),
    '{"u": "https://a/#b", "v": "/* no */"}': ({"u": "https://a/#b", "v": "/* no */"}, False),
    '{"a": [1, ...]}': ({"a": [1]}, True),
    '{"a": [..., 2], ...}': ({"a": [2]}, True),
    '{"a": ..., "b": {...}}': ({"a": "...", "b": {}}, True),
    '{"a": 1\n "b": 2}': ({"a": 1, "b": 2}, False),
    '{"a": [1, 2 more items], "b": 2\n (truncated)}': ({"a": [1], "b": 2}, True),
    '{"a": 1,\n// 以下省略\n}': ({"a": 1}, True),
    '{"a": 1,\n// optional\n"b": "(truncated)"}': ({"a": 1, "b": "(truncated)"}, False),
    '[{"a": 1} {"a": 2}]': ([{"a": 1}, {"a": 2}], False),
    '{"a": [1, 2': ({"a": [1, 2]}, True),
}


@pytest.mark.parametrize("text", MENDED)
def test_mended(text: str) -> None:
    mended = mend(text)
    assert mended is not None
    assert (mended.value, mended.elided) == MENDED[text]


@pytest.mark.parametrize(
    "text",
    [
        "",
        "no",
        '{"a": 1}}',
        '{"a": 1} {"a": 2}',
        "{'a': 1}",
        '{"a": True}',
        '{"a" 1}',
        "[NaN]",
        '{"a": 1]',
        '{"a": "x\n"}',
        "<html>",
        '{"a": }',
    ],
)
def test_beyond_repair(text: str) -> None:
    assert mend(text) is None


@given(BODIES)
def test_json_as_it_stands_is_left_alone(value: Json) -> None:
    mended = mend(json.dumps(value))
    assert mended is not None
    assert mended.value == value
    assert (mended.repairs, mended.elided) == ((), False)


@given(BODIES, st.sampled_from(["// note\n", "/* note */", "# note\n"]))
def test_comments_and_last_commas_go(value: Json, comment: str) -> None:
    text = json.dumps(value, indent=1)
    if "//" in text or "#" in text or "/*" in text or '""' in text:
        return
    untidy = text[:-1].rstrip() + ("," if value else "") + comment + text[-1]
    mended = mend(untidy)
    assert mended is not None
    assert mended.value == value


@given(BODIES)
def test_every_value_has_the_line_of_its_name(value: Json) -> None:
    text = json.dumps(value, indent=1, ensure_ascii=False)
    lines = text.split("\n")
    for pointer, line in lines_of(tokenize(text)).items():
        found = resolve(pointer, value)
        if isinstance(found, int | str) and not isinstance(found, bool):
            assert json.dumps(found, ensure_ascii=False) in lines[line]


@pytest.mark.parametrize(
    "text",
    [
        "[" * 50_000,
        '{"a":' * 50_000,
        "/*" * 50_000,
        '"' * 99_999,
        "..." * 50_000,
        ",,,," * 50_000,
        "{}" * 50_000,
    ],
)
@pytest.mark.timeout(60)
def test_hostile_texts_take_no_time(text: str) -> None:
    mend(text)
    lines_of(tokenize(text))


def test_a_text_without_a_token_has_no_lines() -> None:
    assert lines_of(tokenize("")) == {}
    assert lines_of(()) == {}
