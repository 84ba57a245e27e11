"""The HTML report as a page: quiet, self-contained, readable, printable, safe, fast enough."""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path
from typing import Any

import pytest

from conformance.report import render
from conformance.report.coverage import coverage_html
from conformance.report.html import render_index
from conformance.report.sections import build_sections
from tests.browser.conftest import Browser, Show
from tests.report.test_coverage import COVERED
from tests.report.test_html import XSS
from tests.reports import every_state, hostile, many

MANY = 2_000
LOAD, FILTER = 15_000, 3_000
"""Milliseconds; many times what it takes, for machines that do other things besides."""
CONTRAST = """
const luminance = colour => {
  const [r, g, b] = colour.match(/[\\d.]+/g).slice(0, 3).map(Number).map(c => {
    c /= 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
};
const ground = element => {
  for (let at = element; at; at = at.parentElement) {
    const colour = getComputedStyle(at).backgroundColor;
    if (!/, 0\\)$/.test(colour) && colour !== "transparent") return colour;
  }
  return "rgb(255, 255, 255)";
};
const worst = [];
const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
while (walker.nextNode()) {
  const element = walker.currentNode.parentElement;
  if (!walker.currentNode.data.trim() || !element.checkVisibility()) continue;
  if (element.closest(".skip, .unseen, script")) continue;
  const pair = [luminance(getComputedStyle(element).color), luminance(ground(element))];
  const ratio = (Math.max(...pair) + 0.05) / (Math.min(...pair) + 0.05);
  if (ratio < 4.5) worst.push(ratio.toFixed(2) + " " + element.outerHTML.slice(0, 80));
}
return worst;
"""


def test_quiet_and_self_contained(show: Show) -> None:
    browser = show(every_state())
    browser.tick("severity", "info")
    browser.run("document.querySelector('button[value=open]').click()")
    assert browser.complaints() == []
    requests = browser.requests()
    assert requests
    assert all(url.startswith("file:") and url.endswith("/report.html") for url in requests)


@pytest.mark.parametrize("text", [*XSS, "javascript:alert(1)//", "'-alert(1)-'", "\u202e<b>"])
def test_no_markup_is_injected(show: Show, text: str) -> None:
    plain = show(hostile("plain"))
    expected = plain.run("return document.querySelectorAll('body *').length")
    articles = plain.run("return document.querySelectorAll('article').length")
    browser = show(hostile(text))
    assert browser.run("return document.querySelectorAll('script').length") == 1
    assert browser.run(
        "return document.querySelectorAll('iframe, img, object, base, form[action]').length"
    ) == 0  # fmt: skip
    handlers = browser.run(
        "return [...document.querySelectorAll('*')].flatMap(e => [...e.attributes])"
        ".map(a => a.name).filter(name => name.startsWith('on') || name === 'style')"
    )
    assert handlers == []
    links = browser.run("return [...document.links].map(link => link.protocol)")
    assert set(links) <= {"file:", "https:", "http:"}
    # A backtick in it makes code of another part of a message, and that is all it can do.
    found = browser.run("return document.querySelectorAll('body *').length")
    assert abs(found - expected) <= 40
    assert browser.run("return document.querySelectorAll('article').length") == articles
    browser.choose("words", text)
    browser.choose("rule", f"r {text}")
    assert browser.complaints() == []
    assert all(url.startswith("file:") for url in browser.requests())


def test_what_would_be_injected_does_not_run(show: Show, browser: Browser, tmp_path: Path) -> None:
    page = tmp_path / "broken.html"
    safe = render(every_state(), "html")
    added = "<script>document.title = 'ran'</script><img src=x onerror=\"document.title='ran'\">"
    page.write_text(safe.replace("<main", f"{added}<main", 1), "utf-8")
    browser.open(page.as_uri())
    assert browser.run("return document.title") != "ran"
    assert any("Content Security Policy" in told for told in browser.complaints())


@pytest.mark.parametrize("dark", [False, True])
def test_text_can_be_read(show: Show, dark: bool) -> None:
    browser = show(every_state())
    browser.emulate(dark=dark)
    browser.run("document.querySelector('button[value=open]').click()")
    assert browser.run(CONTRAST) == []
    ground = browser.run("return getComputedStyle(document.body).backgroundColor")
    assert (sum(map(int, ground[4:-1].split(","))) < 128) is dark


@pytest.mark.parametrize(("width", "dark"), [(390, False), (1440, True)])
def test_nobody_is_shut_out(show: Show, axe: str, width: int, dark: bool) -> None:
    browser = show(every_state())
    size = {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False}
    browser.driver.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
    try:
        browser.emulate(dark=dark)
        browser.run("document.querySelector('button[value=open]').click()")
        assert browser.violations(axe) == []
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_nobody_is_shut_out_of_the_map(browser: Browser, axe: str, tmp_path: Path) -> None:
    page = tmp_path / "coverage.html"
    page.write_text(coverage_html(COVERED), "utf-8")
    browser.open(page.as_uri())
    browser.run("document.querySelector('details').open = true")
    assert browser.violations(axe) == []
    assert browser.complaints() == []


@pytest.mark.parametrize("width", [390, 768, 1440])
def test_the_latest_night_is_in_sight(browser: Browser, tmp_path: Path, width: int) -> None:
    page = tmp_path / "index.html"
    page.write_text(render_index({"venue": json.loads(render(every_state(), "drift"))}), "utf-8")
    browser.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        browser.open(page.as_uri())
        nights = "return [...document.querySelectorAll('td.night')].at(-1).getBoundingClientRect()"
        assert 0 < browser.run(f"{nights}.right") <= width
        assert browser.run("return document.querySelector('h1').getBoundingClientRect().top") > 9
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


@pytest.mark.parametrize("width", [360, 800, 1600])
def test_nothing_is_wider_than_the_window(show: Show, width: int) -> None:
    browser = show(every_state())
    browser.driver.execute_cdp_cmd(
        "Emulation.setDeviceMetricsOverride",
        {"width": width, "height": 900, "deviceScaleFactor": 1, "mobile": False},
    )
    try:
        browser.run("document.querySelector('button[value=open]').click()")
        assert browser.run("return document.documentElement.scrollWidth") <= width
    finally:
        browser.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})


def test_everything_has_a_name_and_a_role(show: Show) -> None:
    browser = show(every_state())
    browser.driver.execute_cdp_cmd("Accessibility.enable", {})
    tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    told = [(_said(node, "role"), _said(node, "name")) for node in tree if not node["ignored"]]
    roles = {role for role, _ in told}
    assert {"banner", "main", "navigation", "search", "heading", "table", "status"} <= roles
    controls = ("link", "button", "checkbox", "combobox", "searchbox", "DisclosureTriangle")
    assert [role for role, name in told if role in controls and not name] == []
    assert ("main", "Findings") in told
    titles = [name for role, name in told if role == "heading"]
    shown = build_sections((every_state(),), by_cause=True)
    wanted = {"Venue", *(f"{s.title}{s.count}" for s in shown)}
    assert wanted <= {"".join(t.split("\n")) for t in titles}
    charts = {"By operation", "By rule", "Over time"}
    assert charts <= set(titles)
    assert len(titles) == 1 + len(charts) + len(shown) + sum(len(s.items) for s in shown)
    assert any(role == "table" and "in its table" in name for role, name in told)


def _said(node: dict[str, Any], key: str) -> str:
    return str(node.get(key, {}).get("value", ""))


def test_without_scripts_everything_is_there(show: Show) -> None:
    browser = show(every_state())
    browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": True})
    try:
        browser.driver.refresh()
        html = browser.driver.execute_cdp_cmd("DOM.getDocument", {"depth": -1})
        tree = browser.driver.execute_cdp_cmd("Accessibility.getFullAXTree", {})["nodes"]
    finally:
        browser.driver.execute_cdp_cmd("Emulation.setScriptExecutionDisabled", {"value": False})
    assert html
    said = " ".join(_said(node, "name") for node in tree if not node["ignored"])
    for finding in every_state().findings:
        assert finding.fingerprint in said
    assert "Filter findings" not in said


def test_it_prints_unfolded_and_without_controls(show: Show) -> None:
    browser = show(every_state())
    browser.run("document.querySelector('button[value=close]').click()")
    browser.emulate(dark=True, media="print")
    height = "return document.querySelector('article .body').getBoundingClientRect().height"
    assert browser.run(height) > 50
    assert browser.run("return document.getElementById('tools').checkVisibility()") is False
    assert browser.run("return getComputedStyle(document.body).backgroundColor") == (
        "rgb(255, 255, 255)"
    )
    browser.emulate()
    printed = browser.driver.execute_cdp_cmd("Page.printToPDF", {"printBackground": False})
    assert base64.b64decode(printed["data"]).startswith(b"%PDF-")
    assert browser.complaints() == []


def test_thousands_stay_usable(show: Show, request: pytest.FixtureRequest) -> None:
    measured = request.node.user_properties
    begun = time.perf_counter()
    page = render(many(MANY), "html")
    measured.append(("render_ms", round(1000 * (time.perf_counter() - begun))))
    measured.append(("megabytes", round(len(page.encode()) / 1e6, 1)))
    browser = show(many(MANY))
    load = browser.run("return performance.getEntriesByType('navigation')[0].loadEventEnd")
    measured.append(("load_ms", round(load)))
    assert len(page.encode()) < 15e6
    assert load < LOAD
    for name, value, left in (
        ("rule", "type-mismatch", MANY // 4),
        ("rule", "", MANY),
        ("words", "orders market100", 4),
        ("words", "", MANY),
    ):
        took, said = browser.run(
            "const form = document.getElementById('filter'), begun = performance.now();"
            f"form.elements.{name}.value = arguments[0];"
            "form.dispatchEvent(new Event('input')); document.body.offsetHeight;"
            "return [performance.now() - begun, shown.textContent]",
            value,
        )
        measured.append((f"filter_{name}_{value or 'none'}_ms", round(took)))
        assert said == f"{left} of {MANY} shown"
        assert took < FILTER
    assert browser.complaints() == []
