"""The HTML report: a page that says what the findings say, and that nothing can break out of."""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import re
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance import __version__
from conformance.drift.history.record import Period, State
from conformance.drift.known import Match
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.span import Span
from conformance.report import render
from conformance.report.html import SCRIPT, STYLE, build_timeline
from conformance.report.report import PageOrigin, Report, ShownRow, TableExcerpt
from conformance.report.sections import build_sections
from conformance.report.templating import escape_html as escape
from tests import reports as made
from tests.report.test_report_golden import CASES, HOSTILE, MISSING, TYPE, waiver
from tests.report.test_report_properties import reports
from tests.reports import NOW, TWIN, every_state, many, memory

TYPE_PAGE = "en/cancel.md"
VOID = {"meta", "input", "rect"}
TAGS = VOID | {
    *("html", "head", "body", "title", "style", "script", "header", "main", "section", "form"),
    *("div", "h1", "h2", "h3", "p", "ul", "li", "fieldset", "legend", "label", "select", "option"),
    *("output", "article", "span", "figure", "figcaption", "pre", "mark", "code", "b", "i"),
    *("dl", "dt", "dd", "a", "nav", "button", "kbd", "strong", "details", "summary", "svg"),
    *("table", "caption", "thead", "tbody", "tr", "th", "td", "g"),
}
ATTRIBUTES = {
    *("lang", "charset", "http-equiv", "content", "name", "class", "id", "type", "value", "hidden"),
    *("checked", "autocomplete", "placeholder", "aria-label", "aria-live", "aria-labelledby"),
    *("data-severity", "data-state", "data-rule", "data-operation", "data-languages"),
    *("data-exchange", "href", "rel", "role", "tabindex", "open", "scope", "aria-hidden"),
    *("viewbox", "preserveaspectratio", "x", "y", "width", "height", "rx", "title"),
    *("aria-expanded", "aria-controls"),
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
        assert tag in VOID or self.open.pop() == tag

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
    span = finding.documented
    assert span
    table = TableExcerpt((text, text), (ShownRow(1, (text, f"a {text} b", "c")),), 0)
    known = Match(finding, replace(waiver(MISSING, text), rule=text))
    memory = every_state().history
    return Report(
        findings=(finding, TYPE),
        known=(known, *CASES["known"].known),
        title=text,
        exchange=text,
        excerpts={(span.page, span.line, span.quote): table},
        sources={
            span.page: PageOrigin(url=text, language=text),
            TYPE_PAGE: PageOrigin(url=f"https://x/{text}"),
        },
        history=memory,
    )


@pytest.mark.parametrize("text", XSS)
def test_nothing_breaks_out(text: str) -> None:
    reader = read(everywhere(text))
    assert reader.articles == 6


@given(st.lists(st.sampled_from(XSS) | st.text(max_size=8), max_size=4).map("".join))
def test_nothing_put_together_breaks_out(text: str) -> None:
    read(everywhere(text))


@given(reports)
def test_any_report_is_a_page(report: Any) -> None:
    found = build_sections((report,), by_cause=True)
    assert read(report).articles == sum(len(section.items) for section in found)


@given(st.text())
def test_escaped_text_has_no_mark_of_its_own(text: str) -> None:
    assert not re.search("[<>\"']", escape(text))


@pytest.mark.parametrize("case", CASES)
def test_cases(case: str) -> None:
    report = CASES[case]
    reader = read(report)
    said = " ".join(reader.text)
    assert reader.articles == sum(len(s.items) for s in build_sections((report,), by_cause=True))
    for one in report.findings:
        assert one.fingerprint in said
        assert one.rule in said
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
    assert not re.search(r"url\(|@import|\bsrc=|<link|<img|<iframe", rendered)


@pytest.mark.parametrize("text", XSS)
def test_every_link_is_one_of_the_web_or_of_the_page(text: str) -> None:
    reader = read(everywhere(text))
    links = [value for _, name, value in reader.attributes if name == "href"]
    assert links
    assert all(re.match(r"https?://|#[-\w=&%+.]+\Z", link) for link in links)


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
    assert boxes[:4] == ["error", "warning", "info", "open"]
    offered = [v for tag, name, v in reader.attributes if (tag, name) == ("option", "value")]
    assert "GET /v2/orders/{orderID}" in offered
    labels = {v for _, name, v in reader.attributes if name == "aria-label"}
    assert {"Filter findings", "Findings", "Severities"} <= labels


def test_known_drift_says_why_and_until_when() -> None:
    known = waiver(MISSING, "The vendor | was told.")
    said = " ".join("".join(read(CASES["known"]).text).split())
    assert f"Known: The vendor | was told. (until {known.expires})" in said


def test_an_empty_report_says_so() -> None:
    assert "Nothing was checked." in " ".join(read(Report()).text)
    assert "Nothing to report." in " ".join(read(CASES["clean"]).text)
    assert HOSTILE.rule not in " ".join(read(CASES["clean"]).text)


def test_the_cell_in_dispute_is_marked_in_its_table() -> None:
    rendered = render(every_state(), "html")
    assert '<tr class="at"><th scope="row" class="line">21</th><td>price</td>' in rendered
    assert '<td class="at"><mark>String</mark></td>' in rendered
    assert '<th scope="col">Required</th>' in rendered


def test_the_lines_of_the_pointer_are_marked() -> None:
    rendered = render(every_state(), "html")
    assert '<mark class="at">      &#34;price&#34;: 41</mark>' in rendered


def test_a_page_says_where_it_is_published_and_in_which_language() -> None:
    rendered = render(every_state(), "html")
    assert (
        '<a href="https://docs.venue.example/orders" rel="noreferrer">en/orders.md:21</a>'
        in rendered
    )
    assert ", retrieved 20 November 2026" in rendered
    assert '<div lang="ko">' in rendered


def test_a_timeline_has_a_bar_for_each_time_it_was_there_and_says_so() -> None:
    rendered = render(every_state(), "html")
    returned = rendered.partition('data-state="returned"')[2].partition("</article>")[0]
    assert returned.count('class="seen"') == 2
    assert "gone between 9 November 2026 and 19 November 2026" in returned
    assert 'class="line-of-time" aria-hidden="true"' in returned


def test_a_card_states_why_it_matters_and_what_to_do() -> None:
    rendered = render(Report(findings=(MISSING,)), "html")
    assert "<dt>Why it matters</dt><dd>A reader cannot" in rendered
    assert (
        "<dt>What to do</dt><dd>Show the member in the example, or state when it is left out.</dd>"
        in rendered
    )
    unknown = render(Report(findings=(replace(MISSING, rule="unheard-of"),)), "html")
    assert "What to do" not in unknown
    assert "Why it matters" not in unknown


def test_one_run_is_no_line_of_time() -> None:
    report = every_state()
    (first, memory) = next(iter((report.history.memories if report.history else {}).items()))
    assert report.history
    now = report.history.run
    once = replace(memory, state=State.NEW, first_seen=now, last_seen=now, times_seen=1, runs=1)
    history = replace(report.history, memories={first: once}, previous=None, gone=())
    rendered = render(replace(report, history=history), "html")
    assert "<dt>History</dt>" in rendered
    assert 'class="line-of-time"' not in rendered


def test_headings_come_in_order() -> None:
    levels = [int(n) for n in re.findall(r"<h([1-6])", render(every_state(), "html"))]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - one <= 1 for one, after in pairwise(levels))


def test_thousands_are_folded_and_few_are_not() -> None:
    assert render(every_state(), "html").count("<details open>") == 4
    rendered = render(many(500), "html")
    assert rendered.count("<details open>") == 30
    assert 'class="wrap many"' in rendered


def test_the_size_of_a_finding_is_bounded() -> None:
    each = len(render(many(300), "html").encode()) - len(render(many(200), "html").encode())
    assert each / 100 < 3_000
    long = "x" * 100_000
    huge = replace(MISSING, message="m", documented=replace(MISSING.documented, quote=long))  # type: ignore[type-var]
    cells = TableExcerpt((long,), tuple(ShownRow(n, (long,) * 16) for n in range(3)), 1)
    report = Report(findings=(huge,), excerpts={("en/orders.md", 64, long): cells})
    assert len(render(report, "html").encode()) < 40_000


def test_what_there_is_no_room_for_is_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.report.html._ROOM", 30_000)
    rendered = render(many(120), "html")
    shown = rendered.count("<article")
    assert 5 < shown < 20
    assert len(rendered.encode()) < 100_000
    assert f"Shown are the first {shown} of 120, the gravest" in rendered
    assert f"{120 - shown} findings are counted above and not shown" in rendered
    assert '<a class="error" href="#severity=error"><b>40</b>' in rendered


def test_the_gravest_stand_first_in_a_section() -> None:
    rendered = render(Report(findings=tuple(map(made.finding, range(9)))), "html")
    shown = re.findall(r'data-severity="(\w+)"', rendered)
    assert shown == ["error"] * 3 + ["warning"] * 3 + ["info"] * 3


def test_the_page_says_when_and_from_what_it_was_made() -> None:
    said = " ".join(read(replace(every_state(), commit="0123456789ab")).text)
    assert "Report of 21 November 2026" in said
    assert f"conformance {__version__}" in said
    assert "docs at commit 0123456789ab" in said
    assert "pages retrieved 20 November 2026" in said


def test_numbers_are_links_to_what_they_count() -> None:
    rendered = render(Report(findings=tuple(map(made.finding, range(9)))), "html")
    assert '<a class="error" href="#severity=error"><b>3</b><span>errors</span></a>' in rendered
    assert '<a href="#operation=GET+%2Fv1%2Forders%2F0" title="GET /v1/orders/0">' in rendered
    assert '<a href="#rule=type-mismatch" title="type-mismatch">' in rendered


def test_the_timeline_counts_day_by_day() -> None:
    time = build_timeline([every_state()])
    assert time is not None
    assert time.ends == ("3 November 2026", "21 November 2026")
    assert time.columns[0].title == "3 November 2026: 1 error, 1 info"
    assert time.columns[-1].title == "21 November 2026: 1 error, 2 warning, 1 info"
    assert time.summary == (
        "Findings from 3 November 2026 to 21 November 2026: 2 at first, 4 at last, at most 4."
    )


def test_runs_of_one_day_are_told_apart_by_the_time() -> None:
    early = NOW - dt.timedelta(hours=2)
    report = every_state()
    assert report.history
    one = replace(memory(State.OPEN, 0, 0), first_seen=early, periods=(Period(early, NOW),))
    history = replace(report.history, memories={TWIN.fingerprint: one}, gone=())
    rendered = render(replace(report, findings=(TWIN,), known=(), history=history), "html")
    assert "<span>21 November 2026, 00:30 UTC</span><span>21 November 2026, 02:30 UTC" in rendered
    assert "Over time" not in rendered
