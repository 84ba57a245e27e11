"""The YAML block at the head of a page."""

from __future__ import annotations

import pytest

from conformance.parse import parse_page
from conformance.parse.reader import read_front_matter


@pytest.mark.parametrize(
    ("text", "entries", "first"),
    [
        ("---\ntitle: A b\nid: 3\n---\n# x", {"title": "A b", "id": "3"}, 5),
        (
            "---\ntitle: \"A: b\"\nslug: '/a'\nempty:\n---",
            {"title": "A: b", "slug": "/a", "empty": ""},
            6,
        ),
        ("---\ntags: [a, b]\n---", {"tags": "b"}, 4),
        (
            "---\nnested:\n  deep: 1\n  list:\n  - x\n...",
            {"nested.deep": "1", "nested.list": "['x']"},
            7,
        ),
        ("---\ntitle: no: yaml: here\n---", {"title": "no: yaml: here"}, 4),
        ("---\ntitle: &a x\nother: *a\n---", {"title": "&a x", "other": "*a"}, 5),
        (
            "---\ntitle: !!python/object:os.system x\n---",
            {"title": "!!python/object:os.system x"},
            4,
        ),
        ("---\n---\n# x", {}, 3),
        ("---\nno end: of it", {}, 1),
        ("---\n\nA paragraph between rules\n\n---", {}, 1),
        ("# No front matter\n---\na: b\n---", {}, 1),
        ("", {}, 1),
    ],
)
def test_entries(text: str, entries: dict[str, str], first: int) -> None:
    found, line = read_front_matter(text.split("\n"))
    assert (dict(found), line) == (entries, first)


def test_lines_count_from_the_head_of_the_page() -> None:
    document = parse_page(b"---\ntitle: T\n---\n\n# Heading\n", "page")
    (heading,) = document.blocks
    assert (document.title, heading.span.line) == ("T", 5)


def test_rules_around_text_are_no_front_matter() -> None:
    document = parse_page(b"---\nJust text\n---\n", "page")
    assert [block.span.quote for block in document.blocks] == ["Just text"]
