"""The HTML report: a page that says what the findings say, and that nothing can break out of."""

from __future__ import annotations

import base64
import hashlib
import re
from html.parser import HTMLParser
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.model.finding import Finding, Observed, Severity
from conformance.model.span import Span
from conformance.report import Report, render
from conformance.report.html_script import SCRIPT
from conformance.report.html_style import STYLE
from conformance.report.html_text import escape
from tests.report.test_report_golden import CASES, HOSTILE, MISSING, TYPE, waiver
from tests.report.test_report_properties import reports

VOID = {"meta", "input"}
TAGS = VOID | {
    *("html", "head", "body", "title", "style", "script", "header", "main", "section", "form"),
    *("div", "h1", "h2", "h3", "p", "ul", "li", "fieldset", "legend", "label", "select", "option"),
    *("output", "article", "span", "figure", "figcaption", "pre", "mark", "code", "b", "i"),
    *("dl", "dt", "dd"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "type", "value", "hidden"),
    *("checked", "autocomplete", "aria-label", "aria-live"),
    *("data-severity", "data-rule", "data-operation", "data-languages"),
}
XSS = (
    "<script>alert(1)</script>",
    "</script><script>alert(1)</script>",
    "</style><script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<svg><script>alert(1)</script></svg>",
    '"><script>alert(1)</script>',
    "'><script>alert(1)</script>",
    '" onmouseover="alert(1)" x="',
    "' onfocus='alert(1)' autofocus='",
    "` onload=alert(1) `",
    "`<img src=x onerror=alert(1)>`",
    "`</code><script>alert(1)</script>`",
    "javascript:alert(1)",
    "<a href=javascript:alert(1)>x</a>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<base href=//evil.example>",
    "<meta http-equiv=refresh content='0;url=//evil.example'>",
    "<form action=//evil.example><input name=x>",
    "<!--><script>alert(1)</script>-->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "</article></section></main><h1>gone</h1>",
    "</title><script>alert(1)</script>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "&#60;script&#62;alert(1)",
    "<scr\0ipt>alert(1)</scr\0ipt>",
    "\u2028<script>alert(1)</script>",
    "＜script＞alert(1)＜/script＞",
    "{{constructor.constructor('alert(1)')()}}",
    "<math><mi//xlink:href='data:x,<script>alert(1)</script>'>",
    "<details open ontoggle=alert(1)>",
    "<x onclick=alert(1) tabindex=1>",
)


class Reader(HTMLParser):
    """A strict reader: known tags and attributes only, every tag closed in order."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open: list[str] = []
        self.scripts: list[str] = []
        self.styles: list[str] = []
        self.text: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.articles = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in TAGS, tag
        for name, value in attrs:
            assert name in ATTRIBUTES, (tag, name)
            self.attributes.append((tag, name, value or ""))
        self.articles += tag == "article"
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        kind = self.open[-1] if self.open else ""
        {"script": self.scripts, "style": self.styles}.get(kind, self.text).append(data)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(data)

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(data)


def read(report: Report) -> Reader:
    reader = Reader()
    reader.feed(render(report, "html"))
    reader.close()
    assert not reader.open
    assert reader.scripts == [SCRIPT]
    assert reader.styles == [STYLE]
    return reader


def everywhere(text: str) -> Report:
    """``text`` wherever a page or a server can put some."""
    finding = Finding(
        rule=text,
        severity=Severity.ERROR,
        operation=text,
        subject=text,
        message=text,
        expected=text,
        actual=text,
        documented=Span(f"ko/{text}", 1, 1, f"a {text} b"),
        observed=Observed(origin=text, where=f"en/{text}", pointer=f"/{text}", value=text),
        related=(text, text),
    )
    return Report(findings=(finding, finding, TYPE), known=CASES["known"].known, title=text)


@pytest.mark.parametrize("text", XSS)
def test_nothing_breaks_out(text: str) -> None:
    reader = read(everywhere(text))
    assert reader.articles == 4


@given(st.lists(st.sampled_from(XSS) | st.text(max_size=8), max_size=4).map("".join))
def test_nothing_put_together_breaks_out(text: str) -> None:
    read(everywhere(text))


@given(reports)
def test_any_report_is_a_page(report: Any) -> None:
    assert read(report).articles == len(report.findings)


@given(st.text())
def test_escaped_text_has_no_mark_of_its_own(text: str) -> None:
    assert not re.search("[<>\"']", escape(text))


@pytest.mark.parametrize("case", CASES)
def test_cases(case: str) -> None:
    report = CASES[case]
    reader = read(report)
    said = " ".join(reader.text)
    assert reader.articles == len(report.findings) + len(report.known)
    for finding in report.findings:
        assert finding.fingerprint in said
        assert finding.rule in said
    for entry in report.stale:
        assert entry.fingerprint in said


def test_the_policy_allows_our_script_and_style_and_nothing_else() -> None:
    reader = read(CASES["several"])
    (policy,) = [v for tag, name, v in reader.attributes if name == "content" and "src" in v]

    def allowed(text: str) -> str:
        return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()

    assert policy.startswith("default-src 'none'; ")
    assert f"script-src 'sha256-{allowed(SCRIPT)}'" in policy
    assert f"style-src 'sha256-{allowed(STYLE)}'" in policy
    assert "unsafe" not in policy
    assert "base-uri 'none'" in policy
    assert "form-action 'none'" in policy


def test_nothing_is_loaded() -> None:
    rendered = render(everywhere("x"), "html")
    assert not re.search(r"https?://|//[a-z]|url\(|@import|\bsrc=|\bhref=", rendered)


def test_the_disputed_part_is_marked_beside_the_value() -> None:
    rendered = render(Report(findings=(MISSING, TYPE)), "html")
    assert "| `<mark>createAt</mark>` | When it was created. | Long | O |" in rendered
    assert "<mark>41</mark>" in rendered
    assert "/data/orders/0/price" in rendered


def test_the_line_of_a_twin_is_shown_with_its_word_marked() -> None:
    finding = Finding(
        rule="parity-enum", severity=Severity.ERROR, operation="GET /x", subject="parameters.side",
        message="`SELL` in en, `SALE` in ko", expected="`SELL`", actual="`SALE`",
        documented=Span("en/x.md", 3, 3, "| side | One of `BUY`, `SELL` |"),
        observed=Observed(origin="documented", where="ko/x.md:5", value="| side | `BUY`, `SALE` |"),
    )  # fmt: skip
    rendered = render(Report(findings=(finding,)), "html")
    assert "<mark>`SELL`</mark>" in rendered
    assert "`BUY`, <mark>`SALE`</mark> |" in rendered
    assert "<h3><code>SELL</code> in en, <code>SALE</code> in ko</h3>" in rendered
    assert 'data-languages="en ko"' in rendered


def test_filters_offer_what_there_is() -> None:
    reader = read(CASES["several"])
    boxes = [v for tag, name, v in reader.attributes if tag == "input" and name == "value"]
    assert boxes[:3] == ["error", "warning", "info"]
    assert "GET /v2/orders/{orderID}" in reader.text
    labels = {v for _, name, v in reader.attributes if name == "aria-label"}
    assert {"Filter findings", "Findings"} <= labels


def test_known_drift_says_why_and_until_when() -> None:
    known = waiver(MISSING, "The vendor | was told.")
    assert f"Until {known.expires}: The vendor | was told." in " ".join(read(CASES["known"]).text)


def test_an_empty_report_says_so() -> None:
    assert "Nothing was checked." in " ".join(read(Report()).text)
    assert "Nothing to report." in " ".join(read(CASES["clean"]).text)
    assert HOSTILE.rule not in " ".join(read(CASES["clean"]).text)
