"""Markdown of drift reports: whatever pages, servers and manifests say stays text."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token
from msgspec.structs import replace

from conformance.model.finding import Excerpt, Finding, Severity
from conformance.report import render
from conformance.report.github import quote_row
from conformance.report.plain import inline
from conformance.report.report import ShownRow, TableExcerpt
from tests.report.test_html import XSS
from tests.report.test_report_properties import anything
from tests.reports import every_state, hostile

GFM = MarkdownIt("gfm-like", {"linkify": False, "html": True})
BREAKS = (
    *("|", "\\|", "`|`", "``` \n```", "|---|", "**"),
    *("](javascript:alert(1))", "<!-- -->", "@x #1", "GH-1 (gh-2)"),
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


REFERENCE = re.compile(r"(?i)(?<![\w&])(?:@[a-z\d]|#\d|gh-\d)")
"""What GitHub takes in the text of a page for a mention, or for the number of an issue."""


@pytest.mark.parametrize(
    "text",
    [
        "GH-1",
        "gh-1",
        "Gh-12.",
        "(GH-1)",
        "a/GH-1",
        "-GH-1-",
        "_GH-1",
        "시GH-1",
        "@x",
        "#1",
        "owner/name#1",
    ],
)
def test_what_refers_to_an_issue_or_a_person_is_inert(text: str) -> None:
    def pieces(name: str) -> list[str]:
        """Text as it is rendered, code left out: whatever stands between two tags."""
        found = tokens(render(hostile(name), "markdown"))
        return [token.content for token in found if token.type == "text"]

    assert any(REFERENCE.search(text) for text in ("GH-1", "@x", "#1"))
    shown = [piece for piece in pieces(text) if REFERENCE.search(piece)]
    assert shown == [piece for piece in pieces("plain") if REFERENCE.search(piece)]
    assert len(pieces(text)) > len(pieces("plain"))


@pytest.mark.parametrize("text", ["high-1", "GH-", "GH-x", "a-1"])
def test_a_hyphen_elsewhere_stays_as_it_is(text: str) -> None:
    assert inline(text) == text


def test_the_disputed_cell_is_bold_and_the_page_a_link() -> None:
    rendered = render(every_state(), "markdown")
    assert "| price | **String** | yes |" in rendered
    assert "([published page](<https://docs.venue.example/orders>), retrieved" in rendered
    assert '>       "price": 41' in rendered


@pytest.mark.parametrize(
    ("pointer", "expected"), [("/a", "**Observed** at `/a`:"), ("", "**Observed**:")]
)
def test_what_is_no_place_in_a_body_has_none(pointer: str, expected: str) -> None:
    report = every_state()
    first = report.findings[0]
    assert first.observed is not None
    request = replace(first.observed, pointer=pointer, excerpt=Excerpt("> GET /x?a=1", 0, 0))
    rendered = render(replace(report, findings=(replace(first, observed=request),)), "markdown")
    assert f"\n{expected}\n" in rendered


def test_a_finding_about_a_whole_table_shows_its_header_alone() -> None:
    finding = Finding(
        rule="table-garbled", severity=Severity.WARNING, operation="", subject="table", message="m"
    )
    rows = (ShownRow(5, ("a", "string")),)
    header = "| Name | Type |\n| --- | --- |"
    assert quote_row(TableExcerpt(("Name", "Type"), rows, -1), finding) == header
    row = quote_row(TableExcerpt(("Name", "Type"), rows, 0), finding)
    assert row == f"{header}\n| a | string |"
