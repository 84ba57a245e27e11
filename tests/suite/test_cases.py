"""What the suite calls its tests, and which of them are somebody's night."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path

import pytest

import conformance.pipeline.pages
import conformance.suite.conftest
from conformance.cli import main
from conformance.model.document import Document
from conformance.pages.exchange import load_exchange
from conformance.parse import parse_page
from conformance.suite.session import ExchangeRun

pytest_plugins = ["pytester"]

assert conformance.suite.conftest  # as in test_suite.py: loaded before any run

_PAGES = {
    "get.md": """# Get an order

`GET /orders/{id}`

| Name | Type | Required | Description |
|---|---|---|---|
| id | string | Yes | The order. |

## Response 200

| Name | Type | Description |
|---|---|---|
| id | string | The order. |
| size | integer | How many. |

```json
{"id": "a", "size": "1"}
```
""",
    "cancel.md": "# Cancel an order\n\n`DELETE /orders/{id}`\n\nCancels it.\n",
    "limits.md": "# Limits\n\nTen requests a second.\n",
}
_ASKED = (
    {"request": {"url": "https://h.test/orders/a"}, "response": {"status": 200, "body": '{"id"'}},
    {"request": {"url": "https://h.test/other"}, "response": {"status": 200, "body": "{}"}},
)


@pytest.fixture
def project(pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]) -> Path:
    """Three pages and two interactions that no manifest lists."""
    root = pytester.path
    (root / "pages").mkdir()
    for name, text in _PAGES.items():
        (root / "pages" / name).write_text(text, "utf-8")
    assert main(["init", "venue", "pages"]) == 0
    capsys.readouterr()
    (root / "cassettes" / "venue").mkdir(parents=True)
    lines = "".join(f"{json.dumps(asked)}\n" for asked in _ASKED)
    (root / "cassettes" / "venue" / "asked.ndjson").write_text(lines, "utf-8")
    return root


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    quick = ("-p", "no:cacheprovider", "-p", "no:randomly")
    return pytester.runpytest_inprocess("conformance/", *quick, *arguments)


def outcomes(lines: Sequence[str], kind: str) -> set[str]:
    """Names of the tests that ended so, without their file."""
    ended = (line.split("::")[1] for line in lines if f" {kind} " in line and "::" in line)
    return {name.partition(f" {kind} ")[0] for name in ended}


def test_every_test_has_the_name_of_what_it_tests(project: Path, pytester: pytest.Pytester) -> None:
    lines = run(pytester, "-v").outlines
    assert outcomes(lines, "PASSED") == {
        "test_pages_document_operations[venue]",
        "test_manifest_is_true[venue]",
        "test_schemas_are_fresh[venue]",
        "test_page[venue-en/cancel.md]",
        "test_page[venue-en/get.md]",
        "test_pages_agree[venue]",
        "test_evidence_is_whole[venue]",
        "test_all_evidence[venue]",
        "test_known_drift_is_current[venue]",
    }
    assert outcomes(lines, "FAILED") == {
        "test_operation[venue-GET-/orders/{id}]",
        "test_recorded[venue-GET-/orders/{id}-asked.ndjson#0]",
    }
    assert outcomes(lines, "SKIPPED") == {
        "test_page[venue-en/limits.md]",
        "test_operation[venue-DELETE-/orders/{id}]",
        "test_recorded[venue-https://h.test/other-asked.ndjson#1]",
    }
    assert "collecting ... collected 14 items" in lines
    shown = [line for line in lines if " error[" in line and not line.startswith("FAILED")]
    assert len(shown) == 2
    assert not any("Traceback" in line or "AssertionError" in line for line in lines)


def test_a_listed_interaction_that_nothing_documents_fails(
    project: Path, pytester: pytest.Pytester
) -> None:
    from conformance.evidence.manifest import refresh_manifest

    folder = project / "cassettes" / "venue" / "other"
    folder.mkdir()
    (folder / "other.json").write_text(json.dumps(_ASKED[1]), "utf-8")
    (folder / "manifest.toml").write_text(
        '[[cassette]]\nfile = "other.json"\ncase = "other"\norigin = "recorded"\n'
        f'sha256 = "{"0" * 64}"\n',
        "utf-8",
    )
    refresh_manifest(folder)
    result = run(pytester, "-k", "other.json")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no documented operation has the path /other*"])


def test_the_software_itself_is_tested_where_it_is_asked_for(
    project: Path, pytester: pytest.Pytester
) -> None:
    assert "test_properties.py" not in run(pytester, "--collect-only", "-q").stdout.str()
    lines = run(pytester, "--self-test", "-v", "-k", "test_properties").outlines
    assert not outcomes(lines, "FAILED")
    assert outcomes(lines, "PASSED") >= {
        "test_generated_passes[venue-GET-/orders/{id}-200]",
        "test_damage_is_found[venue-GET-/orders/{id}-200]",
        "test_valid_request_is_valid[venue-DELETE-/orders/{id}]",
        "test_cassettes_are_replayed_as_read[venue]",
    }


def test_pages_in_one_language_are_read_once(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    read: list[str] = []

    def parse(data: bytes, page: str) -> Document:
        read.append(page)
        return parse_page(data, page)

    monkeypatch.setattr(conformance.pipeline.pages, "parse_page", parse)
    run(pytester, "--drift-report", "reports")
    assert sorted(read) == sorted(f"en/{name}" for name in _PAGES)


def test_inputs_are_documented_by_notes_too(
    pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    root = pytester.path
    page = "# Orders\n\n`GET /orders`\n\n| Query | Type |\n|---|---|\n| dry | string |\n"
    (root / "orders.md").write_text(f"{page}\n## Pages\n\nAny list takes `page_key`.\n", "utf-8")
    assert main(["init", "noted", "orders.md"]) == 0
    capsys.readouterr()
    asked = {"url": "https://h.test/orders?page_key=1&other_key=2"}
    line = {"request": asked, "response": {"status": 200, "body": "{}"}}
    (root / "cassettes" / "noted").mkdir(parents=True)
    (root / "cassettes" / "noted" / "asked.ndjson").write_text(json.dumps(line), "utf-8")
    exchange = load_exchange(root / "docs_snapshot" / "noted")
    found = ExchangeRun(exchange, root, dt.date(2026, 11, 3)).checked.findings
    assert [finding.subject for finding in found] == ["parameters.other_key"]
