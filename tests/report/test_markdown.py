"""Markdown of drift reports: whatever pages, servers and manifests say stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from conformance.report import render
from tests.report.test_html import XSS
from tests.report.test_report_properties import anything
from tests.reports import every_state, hostile

GFM = MarkdownIt("gfm-like", {"linkify": False, "html": True})
BREAKS = (
    *("|", "\\|", "`|`", "``` \n```", "|---|", "**"),
    *("](javascript:alert(1))", "<!-- -->", "@x #1"),
)


def tokens(text: str) -> Iterator[Token]:
    for token in GFM.parse(text):
        yield token
        yield from token.children or ()


def check(text: str) -> None:
    """No tag but empty comments, no link but of the web, every table as wide as its header."""
    plain = list(tokens(render(hostile("plain"), "markdown")))
    found = list(tokens(render(hostile(text), "markdown")))
    for token in found:
        if token.type in ("html_block", "html_inline"):
            assert re.fullmatch(r"(?:<!-- -->)+", token.content.strip()), token.content
        if token.type == "link_open":
            assert str(token.attrs["href"]).startswith(("https://", "http://"))
        assert token.type != "image"
    for kind in ("heading_open", "table_open", "fence", "tr_open", "td_open", "th_open"):
        count = [sum(token.type == kind for token in side) for side in (plain, found)]
        assert count[0] == count[1], kind


@pytest.mark.parametrize("text", [*XSS, *BREAKS])
def test_nothing_breaks_out(text: str) -> None:
    check(text)


@given(anything.filter(str.strip) | st.lists(st.sampled_from(BREAKS)).map("".join).filter(bool))
def test_nothing_put_together_breaks_out(text: str) -> None:
    check(text)


def test_the_disputed_cell_is_bold_and_the_page_a_link() -> None:
    rendered = render(every_state(), "markdown")
    assert "| price | **String** | yes |" in rendered
    assert "([published page](<https://docs.venue.example/orders>), retrieved" in rendered
    assert '>       "price": 41' in rendered
