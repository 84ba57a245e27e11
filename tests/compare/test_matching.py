"""Which operations of several sides are one: by place, by shape, by what is left on a page."""

from __future__ import annotations

import pytest

from conformance.compare.matching import Match, Side, build_side_page, match_states, match_twins
from conformance.parse import parse_page
from conformance.reading import read_document

TABLE = "\n\n## Response\n\n| Name | Type |\n| --- | --- |\n| {0} | String |\n\n"


def side(label: str, text: str) -> Side:
    """``place: GET /a, GET /b; other: POST /c``, each operation with one member."""
    pages = []
    for told in filter(None, text.split("; ")):
        place, _, keys = told.partition(": ")
        body = "".join(f"# It\n\n`{key}`" + TABLE.format(f"f{key[-1]}") for key in keys.split(", "))
        document = parse_page(body.encode(), f"{label}/{place}")
        pages.append(build_side_page(place, document, read_document(document), language=label))
    return Side(label=label, pages=tuple(pages))


def keys(matches: list[Match]) -> list[str]:
    return [" = ".join(p.operation.key if p else "-" for p in match) for match in matches]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        (("p.md: GET /a", "p.md: GET /a"), ["GET /a = GET /a"]),
        (("p.md: GET /a", "p.mdx: GET /a"), ["GET /a = GET /a"]),
        (("p.md: GET /a/{id}", "q.md: GET /a/{key}"), ["GET /a/{id} = GET /a/{key}"]),
        (("p.md: GET /a", "p.md: POST /a"), ["GET /a = POST /a"]),
        (
            ("p.md: GET /a, GET /b", "p.md: GET /c, GET /d"),
            ["GET /a = -", "GET /b = -", "- = GET /c", "- = GET /d"],
        ),
        (("p.md: GET /a", "q.md: GET /b"), ["GET /a = -", "- = GET /b"]),
        (
            ("p.md: GET /a", "p.md: GET /a", "q.md: GET /a"),
            ["GET /a = GET /a = GET /a"],
        ),
        (("p.md: GET /a; q.md: GET /b", "q.md: GET /b"), ["GET /a = -", "GET /b = GET /b"]),
    ],
)
def test_twins(sides: tuple[str, ...], expected: list[str]) -> None:
    assert keys(match_twins([side(str(n), text) for n, text in enumerate(sides)])) == expected


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("p.md: GET /a, GET /b", "p.md: GET /b, GET /a", ["GET /b = GET /b", "GET /a = GET /a"]),
        ("p.md: GET /a", "q.md: GET /a", ["GET /a = GET /a"]),
        ("p.md: GET /v1/a, GET /x", "p.md: GET /v2/a", ["GET /v1/a = GET /v2/a", "GET /x = -"]),
        ("p.md: GET /v1/a, POST /x", "p.md: POST /v1/a", ["GET /v1/a = POST /v1/a", "POST /x = -"]),
        ("p.md: GET /order", "p.md: GET /order/test", ["GET /order = GET /order/test"]),
        ("p.md: GET /order", "p.md: GET /clocks", ["- = GET /clocks", "GET /order = -"]),
        ("p.md: GET /a", "q.md: GET /b", ["- = GET /b", "GET /a = -"]),
    ],
)
def test_states(old: str, new: str, expected: list[str]) -> None:
    assert keys(match_states(side("en", old), side("en", new))) == expected


def test_another_page_of_another_language_is_another_operation() -> None:
    old, new = side("en", "p.md: GET /a"), side("ko", "q.md: GET /a")
    assert keys(match_states(old, new)) == ["- = GET /a", "GET /a = -"]
