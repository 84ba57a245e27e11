"""Whatever pages and servers say: a report can be printed, parsed and trusted in its form."""

from __future__ import annotations

import json
import re
import unicodedata
from pathlib import Path
from typing import Any

import jsonschema
import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from conformance.compare.wording import ORIGINS
from conformance.errors import UsageError
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.interaction import Origin
from conformance.model.span import Span
from conformance.report import FORMATS, render
from conformance.report.plain import block, code, inline, make_printable, width, window, wrap_text
from conformance.report.report import Report, Style, locate
from conformance.report.sections import build_sections, select_counted

SCHEMA = json.loads(
    (Path(__file__).parents[2] / "docs/report-format.v1.schema.json").read_text("utf-8")
)
VALIDATOR = jsonschema.Draft202012Validator(SCHEMA)
GFM = MarkdownIt("gfm-like", {"linkify": False})

MARKDOWN = (
    "| \\ ` `` ``` <b> --> [a](b) ![x](y) &lt; @me #1 https://x.y www.x.y * _ ~~ - --- |---| ="
)
CONTROL = ("\n", "\r\n", "\t", "\0", "\x1b[31m", "\x9b", "\u202e", "\ud800", "\u2028")
PIECES = (*MARKDOWN.split(" "), *CONTROL, "|---|", "# ", "1. ", "    ", " ", "a", "주문")
hostile = st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
anything = st.text(st.characters(), max_size=20) | hostile
origins = st.sampled_from([origin.value for origin in Origin])
spans = st.builds(
    Span, page=anything.map(lambda text: text or "p"), line=st.integers(1, 10**6),
    end_line=st.integers(1, 10**6), quote=anything,
)  # fmt: skip
observations = st.builds(
    Observed, origin=origins, where=anything, pointer=anything.map(lambda text: text and f"/{text}")
)
findings = st.builds(
    Finding,
    rule=anything,
    severity=st.sampled_from(Severity),
    operation=anything,
    subject=anything,
    message=anything,
    expected=anything,
    actual=anything,
    confidence=st.sampled_from(["low", "medium", "high"]),
    documented=st.none() | spans,
    observed=st.none() | observations,
    related=st.lists(anything, max_size=2).map(tuple),
)
reports = st.builds(Report, findings=st.lists(findings, max_size=3).map(tuple), title=anything)


@pytest.mark.parametrize("format_name", FORMATS)
@given(report=reports)
def test_nothing_a_terminal_acts_upon(format_name: str, report: Report) -> None:
    rendered = render(report, format_name)
    rendered.encode()
    assert rendered.endswith("\n")
    assert all(char.isprintable() for char in rendered.replace("\n", "")) or format_name in (
        "json",
        "drift",
    )
    assert not re.search("[\0-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", rendered)


@given(reports, st.randoms())
def test_order_does_not_depend_on_the_order_given(report: Report, random: Any) -> None:
    shuffled = list(report.findings)
    random.shuffle(shuffled)
    for format_name in FORMATS:
        again = Report(findings=tuple(shuffled), title=report.title)
        assert render(again, format_name) == render(report, format_name)


@given(reports)
def test_json_keeps_its_promise(report: Report) -> None:
    rendered = render(report, "json")
    value = json.loads(rendered)
    VALIDATOR.validate(value)
    assert orjson.loads(rendered) == value
    told = sorted(finding["message"] for finding in value["findings"])
    given_ = (finding.message for finding in report.findings)
    assert told == sorted(text.encode("utf-8", "backslashreplace").decode() for text in given_)


def test_the_format_as_published() -> None:
    published: dict[str, Any] = {
        "version": 1,
        "checked": {"pages": 2, "operations": 2, "rows": 40, "rows_unread": 0},
        "findings": [
            {
                "rule": "example-missing-field",
                "severity": "warning",
                "confidence": "high",
                "operation": "GET /v2/account/orders/{orderID}",
                "subject": "responses.200.responseData.createAt",
                "message": "...",
                "expected": "...",
                "actual": "...",
                "documented": {"page": "en/x.md", "line": 64, "end_line": 64, "quote": "..."},
                "observed": {
                    "origin": "documented",
                    "where": "en/x.md:96",
                    "pointer": "/responseData/createdAt",
                },
                "fingerprint": "3f2a9c01d4be",
                "related": [],
            }
        ],
    }
    jsonschema.Draft202012Validator.check_schema(SCHEMA)
    jsonschema.validate(published, SCHEMA)
    (finding,) = published["findings"]
    ours = json.loads(render(Report(findings=(_like(finding),)), "json"))
    assert list(ours) == list(published)
    assert list(ours["checked"]) == list(published["checked"])
    assert list(ours["findings"][0]) == list(finding)
    for part in ("documented", "observed"):
        assert ours["findings"][0][part] == finding[part]
        assert list(ours["findings"][0][part]) == list(finding[part])


def _like(finding: dict[str, Any]) -> Finding:
    return Finding(
        rule=finding["rule"],
        severity=Severity.WARNING,
        operation=finding["operation"],
        subject=finding["subject"],
        message=finding["message"],
        documented=Span(**finding["documented"]),
        observed=Observed(**finding["observed"]),
    )


@given(reports)
def test_markdown_has_the_form_we_gave_it(report: Report) -> None:
    tokens = GFM.parse(render(report, "markdown"))
    flat = [child for token in tokens for child in (token, *(token.children or ()))]
    items = select_counted(build_sections((report,), by_cause=True))
    count, several = len(items), [item for item in items if item.others]
    rows = sum(len(item.findings) for item in several)
    assert _count(flat, "heading_open") == 1 + count
    assert _count(flat, "tr_open") == (1 + count if count else 0) + len(several) + rows
    assert _count(flat, "td_open") == (7 if several else 6) * count + 6 * rows
    assert _count(flat, "bullet_list_open") == count
    quotes = [item.finding.documented.quote for item in items if item.finding.documented]
    assert _count(flat, "fence") == sum(bool(quote.strip()) for quote in quotes)
    foreign = {"link_open", "image", "em_open", "s_open", "hr", "code_block"}
    assert not foreign & {token.type for token in flat}
    ours = re.compile(r"<details><summary>One cause: [\w ,:;]+</summary>\n|</details>\n")
    assert all(ours.fullmatch(t.content) for t in flat if t.type == "html_block")
    assert {token.content for token in flat if token.type == "html_inline"} <= {"<!-- -->"}


@given(reports)
def test_markdown_mentions_nobody(report: Report) -> None:
    tokens = GFM.parse(render(report, "markdown"))
    for token in tokens:
        for child in token.children or ():
            if child.type == "text":
                assert not re.search(r"[@#]\w", child.content)


@given(anything)
def test_markdown_shows_what_was_said(text: str) -> None:
    (_, line, _) = GFM.parse(f"x{inline(text)}x")
    children = line.children or ()
    assert {child.type for child in children} <= {"text", "text_special", "html_inline"}
    shown = "".join(child.content for child in children if child.type != "html_inline")
    assert shown == f"x{make_printable(text)}x"


@given(anything)
def test_markdown_code_shows_what_was_said(text: str) -> None:
    shown = make_printable(text)
    (_, line, _) = GFM.parse(code(text))
    assert line.children
    (span,) = line.children
    assert (span.type, span.content) == ("code_inline", shown) or not shown.strip()
    (fence,) = GFM.parse(block(text))
    assert (fence.type, fence.content) == ("fence", f"{shown}\n")


@pytest.mark.parametrize("text", ["https://x.example", "ftp://x", "WWW.x.example", "a@b.example"])
def test_markdown_links_nowhere(text: str) -> None:
    assert not re.search(r"\w://|www\.|\w@\w", inline(text), re.IGNORECASE)


def _count(tokens: list[Token], kind: str) -> int:
    return sum(token.type == kind for token in tokens)


@given(reports, st.integers(0, 200))
def test_every_finding_has_its_line_at_any_width(report: Report, columns: int) -> None:
    text = render(report, "text", Style(width=columns))
    lines = text.splitlines()
    heads = [line for line in lines if re.search(r": (error|warning|info)\[", line)]
    assert len(heads) >= len(report.findings)
    prints = set(re.findall(r"(?:= fingerprint: |\()([0-9a-f]{12})\b", text))
    assert {finding.fingerprint for finding in report.findings} <= prints


@given(anything, st.data(), st.integers(3, 60))
def test_a_window_fits_and_shows_the_part(text: str, data: st.DataObject, columns: int) -> None:
    text = make_printable(text)
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, len(text)))
    shown, first, last = window(text, start, end, columns)
    assert width(shown) <= columns
    assert 0 <= first <= last <= len(shown)
    assert text[start:end].startswith(shown[first:last])


WIDTHS = {"": 0, "abc": 3, "주문": 4, "e\u0301": 1, "ｱ": 1, "Ａ": 2, "±": 1, "🎉": 2}


@pytest.mark.parametrize(("text", "columns"), WIDTHS.items())
def test_width(text: str, columns: int) -> None:
    assert width(text) == columns


@given(st.text(st.characters()))
def test_printable_is_printable_and_leaves_the_rest_alone(text: str) -> None:
    assert make_printable(text).isprintable()
    assert make_printable(make_printable(text)) == make_printable(text)
    if not any(unicodedata.category(char)[0] in "CZ" and char != " " for char in text):
        assert make_printable(text) == text


QUOTE = "| success.orders.uuid | The uuid of an order | Array[String] |"
PARTS = {
    "the documented word": ("orders[].uuid", "Array[String]", "Array[String]"),
    "not one that stands there twice": ("x.orders[].uuid", "uuid", "orders.uuid"),
    "not a part of a word": ("y.z", "Strin", None),
    "as much of the path as is written": ("responses.200.success.orders[].uuid", "", QUOTE[2:21]),
    "the name alone": ("a.b.order", "", "order"),
    "nothing": ("", "", None),
    "a hostile needle": ("(((((((((a+)+)+", "(a|a)*$", None),
}


@pytest.mark.parametrize(("subject", "expected", "part"), PARTS.values(), ids=PARTS)
def test_the_disputed_part(subject: str, expected: str, part: str | None) -> None:
    finding = Finding(
        rule="r", severity=Severity.INFO, operation="", subject=subject, message="",
        expected=expected,
    )  # fmt: skip
    found = locate(QUOTE, finding)
    assert (QUOTE[found[0] : found[1]] if found else None) == part


def test_marks_stand_under_wide_characters() -> None:
    finding = Finding(
        rule="r",
        severity=Severity.INFO,
        operation="",
        subject="필드",
        message="",
        documented=Span("p", 1, 1, "| 주문 | 필드 |"),
    )
    line, marks = render(Report(findings=(finding,)), "text").splitlines()[1:3]
    before, _, _ = line.partition("필드")
    assert marks == "  | " + " " * (width(before) - 4) + "^^^^"


@given(anything, st.integers(2, 30))
def test_wrapped_text_fits_and_loses_nothing(text: str, columns: int) -> None:
    lines = wrap_text(make_printable(text), columns)
    assert all(width(line) <= columns or " " not in line for line in lines)
    assert "".join("".join(lines).split()) == "".join(make_printable(text).split())


def test_every_origin_has_its_words() -> None:
    assert set(ORIGINS) == {origin.value for origin in Origin}


def test_an_unknown_format_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="known: text, json, markdown"):
        render(Report(), "yaml")
