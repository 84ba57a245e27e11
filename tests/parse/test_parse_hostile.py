"""Pages made to break a parser: every one is read to its end in time that grows with its size.

No clock is asserted; what a super-linear step would do at these sizes is run into
pytest's time limit.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final

import pytest

from conformance.model.document import Table, walk
from conformance.parse import parse_page
from conformance.parse.block_rules import BlockState

_MD: Final = "# Title\n\n"
_HTML: Final = "<!doctype html><body><p>Text</p>"
_TABLE: Final = "|a|b|\n|-|-|\n"
_FLAT: Final = "word " * 100

_PAGES: Final[Mapping[str, Callable[[int], str]]] = {
    "backticks": lambda n: _MD + "`" * n,
    "backtick runs": lambda n: _MD + " ".join("`" * (i % 300 + 1) for i in range(n // 150)),
    "open code in a cell": lambda n: _TABLE + "|" + "<code>x" * (n // 7) + "|y|",
    "open anchors": lambda n: _MD + '<a href="u">x' * (n // 13),
    "links in links": lambda n: _MD + "[x" * (n // 6) + "](y)" * (n // 6),
    "strong in strong": lambda n: _MD + "**a " * (n // 9) + "b** " * (n // 9),
    "loose braces": lambda n: _MD + '{\n"a"\n' * (n // 6),
    "terms": lambda n: _MD + "a\n: b\n" * (n // 6),
    "definitions in definitions": lambda n: _MD + "a\n" + ": " * (n // 2),
    "pipes": lambda n: _TABLE + "|" * n,
    "pipe lines": lambda n: _MD + "|\n" * n,
    "delimiter rows": lambda n: "|-|-|\n" * (n // 6),
    "broken delimiter": lambda n: "|a|\n|" + "-" * n + ":-|",
    "headers only": lambda n: (_TABLE + "\ntext\n\n") * (n // 20),
    "reflowed rows": lambda n: _TABLE + "|x|y|\n\n" + "| | c | d " * (n // 10),
    "rows that do not fit": lambda n: _TABLE + "|x|y|\n\n" + "| | c | d | e\n\n" * (n // 15),
    "open brackets": lambda n: _MD + "[" * n,
    "brackets": lambda n: _MD + "[a]: b\n\n" + "[" * (n // 2) + "]" * (n // 2),
    "open links": lambda n: _MD + '[](b "' * (n // 6),
    "references": lambda n: '[a]: b "c\n' * (n // 10),
    "angles": lambda n: _MD + "<" * n,
    "open tags": lambda n: _MD + '<a "' * (n // 4),
    "open comments": lambda n: _MD + "<!--\n" * (n // 5) + "{/*\n" * (n // 5),
    "open JSX": lambda n: _MD + '<Tab label="\n<Tab a={\n' * (n // 22),
    "JSX braces": lambda n: _MD + "<Tab a=" + "{" * n,
    "JSX nested": lambda n: _MD + '<Tab label="a">\n' * (n // 16) + "</Tab>\n" * (n // 16),
    "tags on one line": lambda n: _MD + "<div>a{% tab %}" * (n // 15),
    "lists of HTML": lambda n: _MD + "<ul><li>" * (n // 8) + "</li></ul>" * (n // 8),
    "unclosed lists of HTML": lambda n: _MD + "<ul>\n" * (n // 5) + "</ul>",
    "quotes": lambda n: _MD + ">" * n,
    "quote lines": lambda n: _MD + ("> " * 100 + "a\n") * (n // 202),
    "lists": lambda n: _MD + "- " * (n // 2),
    "indented lists": lambda n: _MD + "".join("  " * i + "- a\n" for i in range(int(n**0.5))),
    "indented sections": lambda n: "".join("    " * i + "!!! a\n" for i in range(int(n**0.5))),
    "admonitions": lambda n: _MD + ":::note\n" * (n // 8),
    "setext": lambda n: _MD + "a\n-\n" * (n // 4),
    "fences": lambda n: _MD + "~~~\n```\n" * (n // 8),
    "stars": lambda n: _MD + "*a _b **c " * (n // 10),
    "closing stars": lambda n: _MD + "a* b_ c** " * (n // 10),
    "blanks": lambda n: _MD + "a" + " " * n + "b",
    "backslashes": lambda n: _MD + "\\" * n,
    "front matter": lambda n: "---\na: " + "[" * n + "\n---\n# x",
    "front matter of lists": lambda n: "---\n" + "- " * (n // 2) + "\n---\n# x",
    "split headings": lambda n: "##\n\na\n\n[](#a)\n\n" * (n // 16),
    "same headings": lambda n: "# a\n" * (n // 4),
    "flat braces": lambda n: _FLAT + '{"a":' * (n // 5),
    "flat brackets": lambda n: _FLAT + "[[" * (n // 2),
    "flat strings": lambda n: _FLAT + '{"' * (n // 2),
    "divs": lambda n: _HTML + "<div>" * (n // 5) + "x",
    "blockquotes": lambda n: _HTML + "<blockquote><ul><li>" * (n // 20) + "x",
    "tables in tables": lambda n: _HTML + "<table><tr><td>a<td>" * (n // 20) + "x",
    "layout tables": lambda n: _HTML + "<table><tr><td><pre>a</pre>" * (n // 27),
    "spans": lambda n: _HTML + "<table>" + "<tr><td colspan=9999 rowspan=9999>a<td>b" * (n // 40),
    "rowspans": lambda n: _HTML + "<table><tr>" + "<td rowspan=60000>a" * 300 + "<tr>" * (n // 4),
    "tab lists": lambda n: _HTML + "<div role=tablist>" * (n // 18),
    "tab panels": lambda n: _HTML + "<i role=tab>a</i><div role=tabpanel>x" * (n // 40),
    "sidebars": lambda n: _HTML + "<div class=sidebar>a" * (n // 20),
    "open scripts": lambda n: _HTML + "<script>" * (n // 8) + "<!--" * (n // 4),
    "attributes": lambda n: _HTML + "<a " + "b=c " * (n // 4) + ">x",
    "summaries": lambda n: _HTML + "<details><summary>a</summary>" * (n // 28) + "x",
    "zero width": lambda n: _MD + "\u200b\u00a0" * (n // 2),
    "line ends": lambda n: "\r" * n,
}


@pytest.mark.timeout(20)
@pytest.mark.parametrize("name", _PAGES)
def test_read_to_the_end(name: str) -> None:
    document = parse_page(_PAGES[name](100_000).encode(), name)
    assert sum(1 for _ in walk(document.blocks)) >= (name != "line ends")


@pytest.mark.timeout(60)
def test_ten_thousand_rows() -> None:
    rows = "".join(f"| name{n} | `string` | some **text** |\n" for n in range(10_000))
    document = parse_page(f"| a | b | c |\n|---|---|---|\n{rows}".encode(), "page")
    (table,) = document.blocks
    assert isinstance(table, Table)
    assert len(table.rows) == 10_000
    assert table.rows[-1].span.line == 10_002


@pytest.mark.timeout(60)
def test_five_megabytes() -> None:
    section = (
        "## Part\n\n" + "A paragraph of `code` and **words**. " * 20 + "\n\n" + _TABLE * 3 + "\n"
    )
    document = parse_page((section * (5_000_000 // len(section))).encode(), "page")
    assert len(document.blocks) > 10_000


def test_spans_of_cells_are_bounded() -> None:
    page = _HTML + "<table><tr><td colspan=100000 rowspan=100000>a<td>b" + "<tr><td>c" * 2000
    document = parse_page(page.encode(), "page")
    rows = [row for block in document.blocks if isinstance(block, Table) for row in block.rows]
    assert len(rows) == 2000
    assert sum(len(row.cells) for row in rows) < 60_000


def test_lines_beyond_sixteen_bits() -> None:
    page = "<!doctype html><body>" + "\n" * 70_000 + "<p>\n\nend</p>"
    (end,) = parse_page(page.encode(), "page").blocks
    assert (end.span.line, end.span.end_line) == (70_003, 70_003)


def test_lines_in_deep_elements_are_not_moved_for_each_of_them(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    moved = 0
    move = BlockState._dedent

    def counted(state: BlockState, line: int, columns: int) -> None:
        nonlocal moved
        moved += 1
        move(state, line, columns)

    monkeypatch.setattr(BlockState, "_dedent", counted)
    opened = "".join(f"{' ' * depth}<Box>\n" for depth in range(100))
    page = opened + "word\n" * 2_000 + "</Box>\n" * 100
    parse_page(page.encode(), "page.mdx")
    assert 0 < moved < 20 * page.count("\n")
