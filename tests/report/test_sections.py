"""What changed leads every format; then what is open, what is known, what was not looked at."""

from __future__ import annotations

import json
import re

import pytest
from msgspec.structs import replace

from conformance.drift.known import Match
from conformance.report import render
from conformance.report.report import Report, Style
from conformance.report.sections import ItemState, build_sections
from tests.report.test_report_golden import CASES
from tests.reports import entry, every_state, finding


def order(report: Report) -> list[ItemState]:
    return [section.kind for section in build_sections((report,))]


def test_changes_come_first() -> None:
    assert order(every_state()) == list(ItemState)


def test_every_finding_is_in_one_section() -> None:
    report = every_state()
    told = [item.finding for section in build_sections((report,)) for item in section.items]
    assert report.history
    gone = [remembered.finding for remembered in report.history.gone]
    assert {id(one) for one in told} == {
        id(one)
        for one in (
            *report.findings,
            *report.set_apart,
            *(match.finding for match in report.known),
            *gone,
        )
    }
    assert len(told) == 8


def test_without_a_history_there_are_findings() -> None:
    found, known, apart = build_sections((replace(every_state(), history=None),))
    assert (found.title, known.kind, apart.kind) == ("Findings", ItemState.KNOWN, ItemState.APART)


@pytest.mark.parametrize("form", ["text", "markdown", "html"])
def test_sections_stand_in_order(form: str) -> None:
    text = render(every_state(), form)
    titles = ("New", "Returned", "Fixed", "Open", "Known drift", "Not checked in this run")
    heads = {
        "text": r"^{}\b.*(?:\(\d+\)|:)$",
        "markdown": r"^## {}",
        "html": r'-title">{}',
    }[form]
    places = [re.search(heads.format(title), text, re.MULTILINE) for title in titles]
    starts = [place.start() for place in places if place]
    assert len(starts) == len(titles)
    assert starts == sorted(starts)


def test_annotations_of_what_is_new_come_first() -> None:
    lines = render(every_state(), "github").splitlines()
    states = [hit[1] for line in lines if (hit := re.search(r"title=(new|returned)%3A", line))]
    assert states == ["new", "returned"]
    assert [n for n, line in enumerate(lines) if "title=new%3A" in line] == [0]
    assert "1 new, 1 returned, 1 fixed, 2 open, 1 known, 1 not checked, 1 set apart" in lines[-1]


def test_states_in_sarif() -> None:
    (run,) = json.loads(render(every_state(), "sarif"))["runs"]
    states: dict[str, list[str]] = {}
    for result in run["results"]:
        states.setdefault(result["properties"]["state"], []).append(result["baselineState"])
        assert set(result["provenance"]) == {"firstDetectionTimeUtc", "lastDetectionTimeUtc"}
    assert states == {
        "new": ["new"],
        "returned": ["new"],
        "fixed": ["absent"],
        "open": ["unchanged", "unchanged"],
        "known": ["unchanged"],
        "not checked": ["unchanged"],
    }
    assert run["automationDetails"] == {"id": "conformance/venue/"}


def test_reports_of_several_exchanges_are_told_apart() -> None:
    one, other = every_state(), replace(every_state(), exchange="other", title="Other")
    assert len(json.loads(render((one, other), "sarif"))["runs"]) == 2
    pages = {f["documented"]["page"] for f in json.loads(render((one, other), "json"))["findings"]}
    assert pages == {"venue/en/orders.md", "other/en/orders.md"}
    html = render((one, other), "html")
    anchors = re.findall(r'<article id="([^"]+)"', html)
    assert len(anchors) == len(set(anchors)) == 16
    text = render((one, other), "text")
    assert "venue/en/orders.md:21" in text
    assert "Other: 4 findings" in text


def test_expired_drift_says_so() -> None:
    told = finding(1)
    known = entry(told, "The vendor was told.", days=-3)
    report = replace(
        every_state(), findings=(told,), known=(), expired=(Match(told, known),), history=None
    )
    for form in ("text", "markdown", "html"):
        assert "which is past" in render(report, form)


def test_a_terminal_as_wide_as_it_is() -> None:
    for width in (30, 60, 200):
        text = render(every_state(), "text", Style(width=width))
        quoted = [line for line in text.splitlines() if re.match(r"\d* +\| ", line)]
        assert quoted
        assert all(len(line) <= max(width, 26) for line in quoted)


@pytest.mark.parametrize("width", [40, 80])
def test_on_a_terminal_notes_are_wrapped(width: int) -> None:
    wrapped = render(every_state(), "text", Style(width=width, wrap=True))
    plain = render(every_state(), "text", Style(width=width))
    assert " ".join(wrapped.split()) == " ".join(plain.split())
    notes = [line for line in wrapped.splitlines() if line.startswith("   ")]
    assert all(len(line) <= width or " " not in line.strip() for line in notes)


def test_colour_is_only_colour_with_states_too() -> None:
    plain = render(every_state(), "text", Style())
    coloured = render(every_state(), "text", Style(colour=True))
    assert "\x1b[" not in plain
    assert re.sub(r"\x1b\[[0-9;]*m", "", coloured) == plain


@pytest.mark.parametrize("case", CASES)
def test_known_findings_are_never_counted(case: str) -> None:
    assert all(
        item.finding not in CASES[case].findings
        for section in build_sections((CASES[case],))
        for item in section.items
        if section.kind is ItemState.KNOWN
    )
