"""Night after night: every format says the same of what is new, returned, fixed, open, known."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

import pytest

from tests.nightly import told
from tests.nightly.conftest import Nights
from tests.nightly.project import DAYS, Key, new_project
from tests.nightly.story import (
    BESIDE_THE_FIRST,
    COUNT,
    ENDPOINT,
    EXAMPLE,
    KOREAN,
    MARKET,
    OPERATIONS,
    ORDER,
    PLACEHOLDER,
    PROSE,
    STALE,
    STATUS,
    STORY,
    TITLES,
    TYPELESS,
    UNIT,
    UPBIT,
)

NIGHTS = pytest.mark.parametrize("number", range(4), ids=lambda n: f"night{n + 1}")
INFO = {ENDPOINT, PLACEHOLDER, PROSE}
"""They fail nothing and get no issue."""
pytestmark = pytest.mark.timeout(300)  # the first test has to wait for all the nights


@pytest.fixture(scope="session")
def accepted(tmp_path_factory: pytest.TempPathFactory) -> dict[Key, str]:
    """What is accepted in the beginning, with the reason."""
    project = new_project(tmp_path_factory.mktemp("accepted"))
    return {
        (name, entry["fingerprint"]): entry["reason"]
        for name in OPERATIONS
        for entry in project.known(name)
    }


def expected(
    number: int, accepted: Mapping[Key, str], story: Mapping[Key, tuple[str, ...]] = STORY
) -> told.States:
    states = dict.fromkeys(accepted, "known") | {mark: told[number] for mark, told in story.items()}
    return {mark: state for mark, state in states.items() if state}


def assert_shown(states: told.States, wanted: told.States) -> None:
    """One finding of each cause is shown as what it is, and of each state there is one."""
    assert states.items() <= wanted.items()
    assert set(states.values()) == set(wanted.values())


@NIGHTS
def test_exit_status(nights: Nights, number: int) -> None:
    assert nights[number].pytest.status == STATUS[number]
    assert nights[number].pytest.err == ""


@NIGHTS
def test_summary(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    states, stale = told.summary(nights[number].pytest.out, OPERATIONS)
    assert_shown(states, expected(number, accepted))
    assert stale == STALE[number]


@NIGHTS
def test_known_drift_is_shown_with_reason_and_days(
    nights: Nights, number: int, accepted: dict[Key, str]
) -> None:
    known = {m for m, state in expected(number, accepted).items() if state == "known"}
    lines = re.findall(r"(?m)^known .*$", nights[number].pytest.out)
    causes = [re.sub(r" \(and \d+ more of the same cause\)", "", line) for line in lines]
    shown = {line.split(": ", 1)[1] for line in causes}
    assert shown <= {f"{accepted[mark]} ({DAYS} days left)" for mark in known}
    more = sum(map(int, re.findall(r"\(and (\d+) more of the same cause\)", "\n".join(lines))))
    assert len(lines) + more == len(known)
    drift = told.read(nights[number].reports, "drift.json")
    assert {
        (name, each["finding"]["fingerprint"]): (each["reason"], each["days_left"])
        for name, report in drift.items()
        for each in report["known"]
    } == {mark: (accepted[mark], DAYS) for mark in known}
    for suffix, words in (("md", f"| {DAYS} |"), ("html", f"{DAYS} days left")):
        reports = told.read(nights[number].reports, suffix)
        assert 0 < sum(text.count(words) for text in reports.values()) <= len(known)


@NIGHTS
def test_json(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    reports = told.read(nights[number].reports, "json")
    assert list(reports) == list(OPERATIONS)
    counted = {"new", "returned", "open"}
    found = set().union(*(told.v1(report, name) for name, report in reports.items()))
    assert found == {m for m, s in expected(number, accepted).items() if s in counted}


@NIGHTS
def test_drift_json(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    reports = told.read(nights[number].reports, "drift.json")
    assert _joined(map(told.drift, reports.values())) == expected(number, accepted)
    assert {report["runs"] for report in reports.values()} == {number + 1}
    stale = {(n, e["fingerprint"]) for n, report in reports.items() for e in report["stale"]}
    assert stale == STALE[number]


@NIGHTS
def test_sarif(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    reports = told.read(nights[number].reports, "sarif")
    assert _joined(map(told.sarif, reports.values())) == expected(number, accepted)


@NIGHTS
def test_sarif_names_files_of_the_repository(nights: Nights, number: int) -> None:
    for report in told.read(nights[number].reports, "sarif").values():
        for result in report["runs"][0]["results"]:
            for location in (*result["locations"], *result.get("relatedLocations", ())):
                uri = location["physicalLocation"]["artifactLocation"]["uri"]
                assert (nights.project.root / uri).is_file(), uri


@NIGHTS
def test_html(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    reports = told.read(nights[number].reports, "html")
    assert_shown(_joined(map(told.html, reports.values())), expected(number, accepted))


@NIGHTS
def test_markdown(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    reports = told.read(nights[number].reports, "md").values()
    found = _joined(told.markdown(text, TITLES) for text in reports)
    assert_shown(found, expected(number, accepted))


@NIGHTS
def test_junit(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    states = expected(number, accepted)
    failed, skipped, noted = told.junit(nights[number].junit)
    counted = {m for m, s in states.items() if s in ("new", "returned", "open")} - INFO
    known = {m for m, s in states.items() if s == "known"}
    # What fails a test drags the known drift of the same test along.
    assert {mark for _, mark in counted | STALE[number]} <= failed
    assert failed - {mark for _, mark in counted | STALE[number] | INFO} <= {m for _, m in known}
    assert skipped <= {mark for _, mark in known | INFO}
    assert failed | skipped | noted == {m for _, m in counted | known | INFO | STALE[number]}


@NIGHTS
def test_report_since(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    """Beside the first night, for which there is nothing to compare with."""
    done = nights[number].since_first
    assert done.err == ""
    beside = expected(number, accepted, BESIDE_THE_FIRST)
    assert_shown(told.markdown(done.out, TITLES), beside)
    errors = {COUNT, ORDER, EXAMPLE}
    assert done.status == int(any(beside.get(m) in ("new", "returned", "open") for m in errors))


def test_report_since_a_night_between(nights: Nights, accepted: dict[Key, str]) -> None:
    """What was fixed in the third night and is there again in the fourth has returned."""
    asked = ("--exchange", "upbit", "--format", "drift", "--since", nights[1].over)
    report = json.loads(nights.project.conformance("report", *asked).out)
    states = expected(3, accepted)
    assert told.drift(report) == {m: s for m, s in states.items() if m[0] == "upbit"}


@NIGHTS
def test_history(nights: Nights, number: int, accepted: dict[Key, str]) -> None:
    assert told.history(nights[number].history) == expected(number, accepted)


def test_history_as_a_table(nights: Nights, accepted: dict[Key, str]) -> None:
    done = nights.project.conformance("history")
    assert told.table(done.out) == expected(3, accepted)


TRACKED: tuple[dict[Key, str], ...] = (
    {},
    dict.fromkeys((COUNT, MARKET, EXAMPLE, ORDER, UNIT), "open"),
    dict.fromkeys((COUNT, MARKET, EXAMPLE), "close") | {UNIT: "update"},
    dict.fromkeys((COUNT, MARKET, EXAMPLE), "reopen") | {UNIT: "update"},
)
"""What is done to issues, one for each cause; that of what is accepted again says until when."""


@NIGHTS
def test_track(nights: Nights, number: int) -> None:
    wanted = {mark: step for (_, mark), step in TRACKED[number].items()}
    assert told.actions(nights[number].track) == wanted


def test_runs(nights: Nights) -> None:
    """How many findings each night had of each kind, the latest first."""
    runs = nights.project.json("history", "--runs", "--exchange", "upbit")["runs"]
    names = ("findings", "known", "new", "returned", "fixed")
    assert [[run[name] for name in names] for run in runs] == [
        [11, 8, 0, 2, 1],
        [10, 9, 0, 1, 2],  # what returned is accepted
        [11, 8, 2, 0, 1],
        [10, 9, 10, 0, 0],
    ]
    assert {run["complete"] for run in runs} == {True}


def test_one_finding_through_the_nights(nights: Nights) -> None:
    (trail,) = nights.project.json("history", "--fingerprint", COUNT[1])["findings"]
    assert [each["saw"] for each in trail["sightings"]] == ["seen", "gone", "seen"]
    assert (trail["times_seen"], trail["runs"], len(trail["periods"])) == (2, 3, 2)


def test_the_places_are_those_of_the_edited_lines(nights: Nights) -> None:
    """A finding points to the line that was edited."""
    reports = told.read(nights[1].reports, "json")
    places = {
        f["fingerprint"]: (f["documented"]["page"], f["documented"]["line"])
        for report in reports.values()
        for f in report["findings"]
    }
    english = UPBIT.removeprefix("docs_snapshot/upbit/")
    korean = KOREAN.removeprefix("docs_snapshot/bitfront/")
    assert places[COUNT[1]] == (english, 28)
    assert places[EXAMPLE[1]] == (korean, 26)


def test_a_known_finding_that_is_gone_is_fixed_and_its_entry_stale(nights: Nights) -> None:
    report = told.read(nights[1].reports, "drift.json")["upbit"]
    assert [each["fingerprint"] for each in report["fixed"]] == [TYPELESS[1]]
    assert [each["fingerprint"] for each in report["stale"]] == [TYPELESS[1]]


def _joined(parts: object) -> told.States:
    return {mark: state for part in parts for mark, state in part.items()}  # type: ignore[attr-defined]
