"""Filters, keys and links of the HTML report in a real browser."""

from __future__ import annotations

from collections import Counter

import pytest
from msgspec.structs import replace

from conformance.report.report import Report
from conformance.report.sections import Item, build_sections
from tests.browser.conftest import Show
from tests.reports import every_state

REPORT = every_state()
ITEMS = [item for section in build_sections((REPORT,)) for item in section.items]


def fingerprints(items: list[Item]) -> list[str]:
    return [item.finding.fingerprint for item in items]


@pytest.mark.parametrize("severity", ["error", "warning", "info"])
def test_severity(show: Show, severity: str) -> None:
    browser = show(REPORT)
    assert browser.visible() == fingerprints(ITEMS)
    browser.tick("severity", severity)
    left = [item for item in ITEMS if item.finding.severity.label != severity]
    assert browser.visible() == fingerprints(left)
    assert browser.run("return shown.textContent") == f"{len(left)} of {len(ITEMS)} shown"


@pytest.mark.parametrize("state", ["new", "returned", "fixed", "open", "known", "not checked"])
def test_state(show: Show, state: str) -> None:
    browser = show(REPORT)
    browser.tick("state", state)
    left = [item for item in ITEMS if item.kind.value != state]
    assert browser.visible() == fingerprints(left)
    titles = browser.run(
        "return [...document.querySelectorAll('main h2')].filter(h => h.checkVisibility()).length"
    )
    assert titles == len({item.kind for item in left})


def test_rule_and_operation(show: Show) -> None:
    browser = show(REPORT)
    for rule, number in Counter(item.finding.rule for item in ITEMS).items():
        browser.choose("rule", rule)
        assert len(browser.visible()) == number
    browser.choose("rule", "")
    for operation in {item.finding.operation for item in ITEMS}:
        browser.choose("operation", operation)
        wanted = [item for item in ITEMS if item.finding.operation == operation]
        assert browser.visible() == fingerprints(wanted)


def test_language(show: Show) -> None:
    browser = show(REPORT)
    browser.choose("language", "ko")
    assert browser.visible() == fingerprints([i for i in ITEMS if i.other])
    browser.choose("language", "en")
    assert browser.visible() == fingerprints(ITEMS)


def test_exchange(show: Show) -> None:
    browser = show(REPORT, replace(REPORT, exchange="other", title="Other"))
    assert len(browser.visible()) == 2 * len(ITEMS)
    browser.choose("exchange", "other")
    assert len(browser.visible()) == len(ITEMS)


def test_words(show: Show) -> None:
    browser = show(REPORT)
    browser.choose("words", "  CREATED_AT3  datetime ")
    assert browser.visible() == fingerprints(
        [item for item in ITEMS if "created_at" in item.finding.subject]
    )
    browser.choose("words", "no such words")
    assert browser.visible() == []
    assert browser.run("return shown.textContent") == f"0 of {len(ITEMS)} shown"
    browser.run("document.querySelector('[type=reset]').click()")
    browser.run("return new Promise(done => setTimeout(done, 20))")
    assert browser.visible() == fingerprints(ITEMS)


def test_what_is_chosen_is_kept_in_the_address(show: Show) -> None:
    browser = show(REPORT)
    browser.tick("severity", "info")
    browser.tick("state", "fixed")
    browser.choose("rule", "missing-field")
    browser.choose("words", "price & 100% #1")
    address = browser.run("return location.hash")
    assert address.startswith("#severity=error%2Cwarning&state=")
    browser = show(REPORT, fragment=address)
    assert browser.run("return document.getElementById('filter').elements.rule.value") == (
        "missing-field"
    )
    assert browser.run("return document.getElementById('filter').elements.words.value") == (
        "price & 100% #1"
    )
    assert browser.run("return location.hash") == address
    browser.choose("words", "")
    browser.choose("rule", "")
    assert len(browser.visible()) == len(
        [i for i in ITEMS if i.finding.severity.label != "info" and i.kind.value != "fixed"]
    )


@pytest.mark.parametrize("fragment", ["#rule=gone&severity=none", "#f-nothing", "#%E0%A4%A", "#="])
def test_an_address_that_means_nothing_does_no_harm(show: Show, fragment: str) -> None:
    browser = show(REPORT, fragment=fragment)
    assert browser.complaints() == []
    assert browser.run("return document.querySelectorAll('article').length") == len(ITEMS)


def test_a_link_to_a_finding_opens_it(show: Show) -> None:
    fixed = next(item for item in ITEMS if item.kind.value == "fixed").finding.fingerprint
    browser = show(REPORT, fragment=f"#f-{fixed}")
    assert browser.focused() == fixed
    assert browser.run(f"return document.querySelector('#f-{fixed} details').open")
    browser.tick("state", "fixed")
    assert fixed not in browser.visible()
    browser.run(f"location.hash = 'f-{fixed}'")
    browser.run("return new Promise(done => setTimeout(done, 50))")
    assert browser.focused() == fixed
    assert fixed in browser.visible()


def test_all_of_it_by_keyboard(show: Show) -> None:
    enter, tab, space = "\ue007", "\ue004", " "
    browser = show(REPORT)
    browser.press(tab)
    assert browser.run("return document.activeElement.className") == "skip"
    assert browser.run("return document.activeElement.getBoundingClientRect().left") >= 0
    browser.press(enter)
    assert browser.focused() == "main"
    order = fingerprints(ITEMS)
    browser.press("j")
    assert browser.focused() == order[0]
    browser.press("j", "j", "j")
    assert browser.focused() == order[3]
    is_open = f"return document.querySelector('#f-{order[3]} details').open"
    before = browser.run(is_open)
    browser.press(enter)
    assert browser.run(is_open) is not before
    browser.press("k")
    assert browser.focused() == order[2]
    browser.press("k", "k", "k", "k")
    assert browser.focused() == order[0]
    browser.run("document.querySelector('#filter [name=severity]').focus()")
    browser.press(space)
    assert len(browser.visible()) < len(order)
    browser.press("j")
    assert browser.focused() == "input"


def test_the_focus_can_be_seen(show: Show) -> None:
    browser = show(REPORT)
    seen = set()
    for _ in range(40):
        browser.press("\ue004")
        outline = browser.run(
            "const style = getComputedStyle(document.activeElement);"
            "return style.outlineStyle + ' ' + parseFloat(style.outlineWidth)"
        )
        seen.add(browser.run("return document.activeElement.tagName"))
        assert outline == "solid 2"
    assert {"A", "INPUT"} <= seen


def test_fold_and_unfold_all(show: Show) -> None:
    browser = show(REPORT)
    count = "return document.querySelectorAll('details[open]').length"
    browser.run("document.querySelector('button[value=open]').click()")
    assert browser.run(count) == len(ITEMS)
    browser.run("document.querySelector('button[value=close]').click()")
    assert browser.run(count) == 0


def test_a_report_of_nothing(show: Show) -> None:
    browser = show(Report())
    assert "Nothing was checked." in browser.run("return document.body.innerText")
    assert browser.complaints() == []
