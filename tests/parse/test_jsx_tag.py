"""Tags whose attributes hold expressions."""

from __future__ import annotations

import pytest

from conformance.parse.tags import BrokenTag, Tag, attributes_of, find_tag


@pytest.mark.parametrize(
    ("source", "attributes"),
    [
        ("<A/>", {}),
        ("<A b />", {"b": ""}),
        ("<A b=\"c\" d=e f='g'>", {"b": "c", "d": "e", "f": "g"}),
        ('<A b={"c"} d={`e > f`} g={1 > 0} />', {"b": "c", "d": "e > f", "g": "1 > 0"}),
        (
            '<A b={{"c": {"d": {"e": {"f": 1}}}}} g="h">',
            {"b": '{"c": {"d": {"e": {"f": 1}}}}', "g": "h"},
        ),
        ("<A {...props} b='c'>", {"b": "c"}),
        ('<A b="1" b="2">', {"b": "1"}),
        ('<A b="x &amp; y">', {"b": "x & y"}),
        ('<A\n  b="c"\n  d={\n    "e"\n  }\n>', {"b": "c", "d": "e"}),
        ("<A b={'}'} c=\"}\">", {"b": "}", "c": "}"}),
        ("</A>", {}),
    ],
)
def test_attributes(source: str, attributes: dict[str, str]) -> None:
    tag = find_tag(source + " rest > <B>", 0, len(source) + 11)
    assert isinstance(tag, Tag)
    assert source[: tag.end] == source
    assert attributes_of(source) == attributes


@pytest.mark.parametrize(
    "source", ["<", "< a>", "<1>", "<a <b>", "<a", '<a b="c', "<a\n\nb>", "<a }>"]
)
def test_no_tag(source: str) -> None:
    assert find_tag(source, 0, len(source)) is None


def test_open_brace() -> None:
    source = "<A b={c <B> \n\n <C>"
    assert find_tag(source, 0, len(source)) == BrokenTag(source.index("<C>") - 1)
