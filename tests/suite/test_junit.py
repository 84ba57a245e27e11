"""What ``--junitxml`` tells: the findings each test rests on, in XML that anybody can read."""

from __future__ import annotations

import hashlib
import json
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from conformance.model.finding import fingerprint
from tests.builders import copy_project

pytest_plugins = ["pytester"]

_REPOSITORY = Path(__file__).parents[2]
_PAGE = "docs_snapshot/upbit/en/order-list-cancel.md"
NAMES = ["rule", "fingerprint", "subject", "place"]
HOSTILE = ']]>&<x a="\'">\x1b[31m\x08\u202e\ufffe\U0001f600'


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A project with one exchange."""
    return copy_project(pytester.path, "upbit")


def cases(pytester: pytest.Pytester, project: Path, *arguments: str) -> dict[str, list[list[str]]]:
    """Findings of every test case by its name, each as rule, fingerprint, subject and place."""
    pytester.runpytest_subprocess(
        "conformance/", "--junitxml=out.xml", "-p", "no:cacheprovider", *arguments,
    )  # fmt: skip
    told = {}
    for case in ET.parse(project / "out.xml").iter("testcase"):  # noqa: S314
        found = [(p.get("name"), p.get("value") or "") for p in case.iter("property")]
        assert [name for name, _ in found] == NAMES * (len(found) // 4)
        values = [value for _, value in found]
        told[str(case.get("name"))] = [values[n : n + 4] for n in range(0, len(values), 4)]
    return told


def test_each_case_names_its_findings_and_known_drift_that_is_stale(
    project: Path, pytester: pytest.Pytester
) -> None:
    known = project / "docs_snapshot/upbit/known_drift.toml"
    gone = fingerprint("type-missing", "GET /v1/x", "y")
    entry = (
        f'\n[[known]]\nfingerprint = "{gone}"\nrule = "type-missing"\noperation = "GET /v1/x"\n'
        'subject = "y"\nreason = "told"\nexpires = 2999-01-01\n'
    )
    known.write_text(known.read_text("utf-8") + entry, "utf-8")
    told = cases(pytester, project)
    (stale,) = told["test_known_drift_is_current[upbit]"]
    assert stale == ["type-missing", gone, "y", ""]
    page = told["test_operation[upbit-DELETE-/v1/orders/uuids]"]
    assert ["type-missing", "5bbbb8bac206", "responses.200.success.orders[].identifier",
            "en/order-list-cancel.md:31"] in page  # fmt: skip
    assert told["test_manifest_is_true[upbit]"] == []


def test_whatever_a_page_says_it_stays_xml(project: Path, pytester: pytest.Pytester) -> None:
    page = project / _PAGE
    before = page.read_bytes()
    row = b"| success.orders.identifier"
    after = before.replace(row, f"| success.orders.{HOSTILE} | x | |\n".encode() + row, 1)
    assert after != before
    page.write_bytes(after)
    manifest = project / "docs_snapshot/upbit/exchange.toml"
    old, new = (hashlib.sha256(data).hexdigest() for data in (before, after))
    manifest.write_text(manifest.read_text("utf-8").replace(old, new), "utf-8")
    told = cases(pytester, project)
    assert any(told.values())
    text = (project / "out.xml").read_text("utf-8")
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_reports_in_every_format(project: Path, pytester: pytest.Pytester) -> None:
    cases(pytester, project, "--drift-report", "out", "--history", "history.db")
    names = {path.name for path in (project / "out").iterdir()}
    ends = ("json", "md", "html", "sarif", "drift.json")
    assert names == {"index.html", *(f"upbit.{end}" for end in ends)}
    told = json.loads((project / "out/upbit.drift.json").read_text("utf-8"))
    assert (told["exchange"], told["runs"]) == ("upbit", 1)
    assert told["sources"]["en/order-list-cancel.md"]["url"].startswith("https://")
    html = (project / "out/upbit.html").read_text("utf-8")
    assert "<table>" in html
    assert "first that is remembered" in html
