"""What each format says of where findings stand, read back: exchange and fingerprint -> state."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as Xml

from bs4 import BeautifulSoup

from tests.nightly.project import Key, key

States = dict[Key, str]
"""Where findings stand; formats for people show one of each cause."""

_WORDS: Final = {
    "NEW": "new",
    "NEW info": "new",
    "RETURNED": "returned",
    "RETURNED info": "returned",
    "fixed": "fixed",
    "open": "open",
    "info": "open",
    "EXPIRED": "open",
    "known": "known",
}
"""The first words of a line of the summary -> where the finding stands."""
_LINE: Final = re.compile(
    rf"^({'|'.join(sorted(_WORDS, key=len, reverse=True))}) +([a-z-]+) (.+?): ", re.MULTILINE
)
_STALE: Final = re.compile(r"^STALE +([a-z-]+) (.+): no longer found$", re.MULTILINE)
_BASELINES: Final = {
    "new": {"new", "returned"},
    "unchanged": {"open", "known"},
    "absent": {"fixed"},
}


def summary(text: str, operations: dict[str, str]) -> tuple[States, set[Key]]:
    """What pytest prints at the end, and what it calls stale."""
    parts = re.split(r"(?m)^-+ drift: (\w+) -+$", text)[1:]
    told: States = {}
    stale: set[Key] = set()
    for name, part in zip(parts[::2], parts[1::2], strict=True):
        for word, rule, about in _LINE.findall(part):
            told[_key(name, operations[name], rule, about)] = _WORDS[word]
        stale |= {_key(name, operations[name], rule, s) for rule, s in _STALE.findall(part)}
    return told, stale


def _key(name: str, operation: str, rule: str, about: str) -> Key:
    """The key of a line; ``about`` is the operation and what of it."""
    assert about.startswith(operation), about
    return key(name, operation, rule, about.removeprefix(operation).strip())


def v1(report: Any, exchange: str) -> set[Key]:
    """``--format json``: what counts, and nothing of states."""
    assert report["version"] == 1
    assert set(report) == {"version", "checked", "findings"}
    return {(exchange, finding["fingerprint"]) for finding in report["findings"]}


def drift(report: Any) -> States:
    """``--format drift``; its lists say the same as its states."""
    name = report["exchange"]
    told = {(name, mark): each["state"] for mark, each in report["states"].items()}
    for member, state in (("fixed", "fixed"), ("not_checked", "not_checked")):
        assert {f["fingerprint"] for f in report[member]} == _marks(told, {state})
    assert {k["finding"]["fingerprint"] for k in report["known"]} == _marks(told, {"known"})
    counted = _marks(told, {"new", "returned", "open"})
    assert {f["fingerprint"] for f in report["findings"]} == counted
    return told


def sarif(report: Any) -> States:
    """SARIF: the state stands in the properties, and the baseline agrees with it."""
    (run,) = report["runs"]
    name = run["automationDetails"]["id"].split("/")[1]
    told: States = {}
    for result in run["results"]:
        state = result["properties"]["state"]
        told[name, result["partialFingerprints"]["finding/v1"]] = state
        assert bool(result.get("suppressions")) == (state == "known")
        if result["baselineState"] == "new" and state == "known":
            continue  # accepted before it was ever seen
        assert state in _BASELINES[result["baselineState"]]
    return told


def html(text: str) -> States:
    """The articles of the page, each in the section of its state; the counts above agree."""
    page = BeautifulSoup(text, "lxml")
    told: States = {}
    for article in page.select("article[data-state]"):
        section = article.find_parent("section")
        assert section is not None
        assert section["id"] == article["data-state"]
        mark = str(article["id"]).removeprefix("f-")
        told[str(article["data-exchange"]), mark] = str(article["data-state"])
    for link in page.select("ul.states a"):
        number = link.select_one("b")
        assert number is not None
        state = str(link["href"]).removeprefix("#")
        assert int(number.text) >= sum(each == state for each in told.values())
    return told


def markdown(text: str, names: dict[str, str]) -> States:
    """Markdown: sections, whose findings end with a fingerprint or are the row of a table.

    Args:
        text: reports on one or more exchanges.
        names: title -> name of the exchange.
    """
    told: States = {}
    for title, part in _split(text, r"(?m)^# (.+?): .*$"):
        found = {(names[title], mark): state for mark, state in _of_sections(part)}
        counts = _counts(part)
        assert all(counts[state] >= shown for state, shown in _tally(found).items()), title
        told |= found
    return told


def _of_sections(part: str) -> Iterator[tuple[str, str]]:
    for section, body in _split(part, r"(?m)^## (.+)$"):
        state = section.split(" ")[0].lower()
        if section == "Known drift that was not found again":
            continue
        marks = re.findall(r"(?m)^- Fingerprint: `([0-9a-f]{12})`$", body)
        marks += re.findall(r"(?m)^\| ([0-9a-f]{12}) \|", body)
        yield from ((mark, state) for mark in marks)


def _counts(part: str) -> dict[str, int]:
    """The row of numbers at the head."""
    match = re.search(r"(?m)^\| (new .*?) \|\n\|[-|]+\|\n\| (.*?) \|$", part)
    assert match
    names, numbers = (group.split(" | ") for group in match.groups())
    return {n: int(count) for n, count in zip(names, numbers, strict=True) if int(count)}


def _tally(told: States) -> dict[str, int]:
    return {state: list(told.values()).count(state) for state in set(told.values())}


def junit(file: Path) -> tuple[set[str], set[str], set[str]]:
    """Fingerprints that failed a test, that were expected to, and that were only noted."""
    failed: set[str] = set()
    expected: set[str] = set()
    noted: set[str] = set()
    for case in Xml.parse(file).iter("testcase"):  # noqa: S314 - written by pytest, just now
        into = noted
        if case.find("failure") is not None:
            into = failed
        elif case.find("skipped") is not None:
            into = expected
        names = [p.get("name") for p in case.iter("property")]
        assert names == ["rule", "fingerprint", "subject", "place"] * (len(names) // 4)
        into |= {str(p.get("value")) for p in case.iter("property") if p.get("name") == names[1]}
    return failed, expected, noted


def history(document: Any) -> States:
    """``conformance history --format json``."""
    return {
        (each["exchange"], each["finding"]["fingerprint"]): each["state"]
        for each in document["findings"]
    }


def table(text: str) -> States:
    """``conformance history``, as a table."""
    head, *lines = text.splitlines()
    assert head.split()[:2] == ["STATE", "FINGERPRINT"]
    told: States = {}
    for line in lines:
        state, mark, *_, about = re.split(r" {2,}", line)
        told[about.split(" ")[1], mark] = state
    return told


def actions(document: Any) -> dict[str, str]:
    """``conformance track --format json``: fingerprint -> what is done."""
    return {each["fingerprint"]: each["step"] for each in document}


def read(folder: Path, suffix: str) -> dict[str, Any]:
    """The reports of one kind in a folder, by exchange."""
    files = sorted(folder.glob(f"*.{suffix}"))
    named = {file.name.removesuffix(f".{suffix}"): file.read_text("utf-8") for file in files}
    named = {name: text for name, text in named.items() if "." not in name}
    is_json = suffix in ("json", "sarif", "drift.json")
    return {name: json.loads(text) if is_json else text for name, text in named.items()}


def _marks(told: States, states: set[str]) -> set[str]:
    return {mark for (_, mark), state in told.items() if state in states}


def _split(text: str, heading: str) -> Iterator[tuple[str, str]]:
    _, *parts = re.split(heading, text)
    yield from zip(parts[::2], parts[1::2], strict=True)
