"""``conformance lint``, as a user calls it."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import pytest

from conformance.cli import main

_FORMAT = Path(__file__).parents[2] / "docs" / "report-format.v1.schema.json"
PAGE = """\
# GET /v1/a

## Response

| Name | Type   | Included |
| ---- | ------ | -------- |
| id   | string | O        |
| size |        |          |

See [below](#nowhere).

```json
{"id": 7}
```
"""


@pytest.fixture
def page(project: Path) -> str:
    Path("page.md").write_text(PAGE)
    return "page.md"


def rules(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """The rules of a JSON report, each once."""
    found = json.loads(capsys.readouterr().out)["findings"]
    return sorted({finding["rule"] for finding in found})


def test_a_page_against_itself(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", page, "--format", "json"]) == 1
    report = json.loads(capsys.readouterr().out)
    jsonschema.validate(report, json.loads(_FORMAT.read_text()))
    assert report["checked"]["pages"] == 1
    told = {f["rule"]: (f["documented"]["line"], f["severity"]) for f in report["findings"]}
    assert told["example-type-mismatch"] == (7, "error")
    assert told["type-missing"] == (8, "warning")
    assert told["link-target-missing"] == (10, "warning")
    where = {f["observed"]["where"] for f in report["findings"] if f["observed"]}
    assert where == {"page.md:13"}


def test_selected_and_ignored_rules(page: str, capsys: pytest.CaptureFixture[str]) -> None:
    report = ["lint", page, "--format", "json", "--fail-on", "never"]
    assert main([*report, "--select", "type-missing,link-target-missing"]) == 0
    assert rules(capsys) == ["link-target-missing", "type-missing"]
    assert main([*report, "--select", "lint", "--ignore", "type-missing"]) == 0
    assert "type-missing" not in rules(capsys)
    assert main(["lint", page, "--ignore", "example-type-mismatch"]) == 0


@pytest.mark.parametrize(
    "arguments",
    [
        ["--select", "type-mising"],
        ["--ignore", "grammar"],
        ["--select", "missing-field"],
        ["--select", "parity"],
        ["--select", "type-missing", "--ignore", "lint"],
        ["--exchange", "upbit"],
    ],
    ids=" ".join,
)
def test_what_cannot_be(page: str, arguments: list[str]) -> None:
    assert main(["lint", page, *arguments]) == 2


def test_nothing_to_check_is_no_success(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("empty").mkdir()
    assert main(["lint", "empty"]) == 2
    assert "nothing was checked" in capsys.readouterr().err
    assert main(["lint", "no-such-folder"]) == 2


@pytest.mark.parametrize("select", [[], ["--select", "type-unknown"]])
@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_pages_without_an_operation_are_nothing_checked(
    project: Path, capsys: pytest.CaptureFixture[str], form: str, select: list[str]
) -> None:
    Path("limits.md").write_text("# Limits\n\nTen requests a second.\n")
    assert main(["lint", "limits.md", "--format", form, "--fail-on", "never", *select]) == 2
    shown = capsys.readouterr()
    assert "nothing was checked: no operation was found on the page" in shown.err
    assert "no findings" not in shown.out.lower()
    assert ("page-without-operation" in shown.out) is (not select)


def test_a_page_that_cannot_be_read_fails_beside_others(
    page: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("broken.md").write_bytes(b"# A\x00\x01\n")
    arguments = ["lint", page, "broken.md", "--format", "json", "--fail-on", "never"]
    assert main(arguments) == 2
    found = rules(capsys)
    assert "page-unreadable" in found
    assert "type-missing" in found


def test_own_pages_hold_no_new_finding(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["lint", "--fail-on", "warning"]) == 0
    assert "Known drift" in capsys.readouterr().out
    assert main(["lint", "docs_snapshot/upbit", "--fail-on", "warning"]) == 1


def test_the_manifest_says_how_grave_a_rule_is(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    manifest = Path("docs_snapshot/upbit/exchange.toml")
    text = manifest.read_text()
    (manifest.parent / "known_drift.toml").unlink()
    assert main(["lint", "--exchange", "upbit", "--fail-on", "error"]) == 0
    manifest.write_text(f'{text}\n[severity]\ntype-missing = "error"\n')
    assert main(["lint", "--exchange", "upbit", "--select", "type-missing"]) == 1
    manifest.write_text(f'{text}\n[severity]\ntype-mising = "error"\n')
    capsys.readouterr()
    assert main(["lint", "--exchange", "upbit"]) == 2
    assert "did you mean type-missing?" in capsys.readouterr().err


def test_the_manifest_counts_for_evidence_too(project: Path) -> None:
    manifest = Path("docs_snapshot/bingx/exchange.toml")
    (manifest.parent / "known_drift.toml").unlink()
    assert main(["check", "--exchange", "bingx"]) == 1
    rules = ("undocumented-envelope", "type-mismatch", "undocumented-field")
    weights = "".join(f'{rule} = "info"\n' for rule in rules)
    manifest.write_text(f"{manifest.read_text()}\n[severity]\n{weights}")
    assert main(["check", "--exchange", "bingx", "--fail-on", "warning"]) == 0


def test_processes_find_the_same(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["lint", "docs_snapshot", "--format", "json", "--fail-on", "never"]
    assert main(arguments) == 0
    alone = capsys.readouterr().out
    assert main([*arguments, "--jobs", "2"]) == 0
    assert capsys.readouterr().out == alone


def test_the_mark_stands_below_the_member_in_one_long_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    orders, trades = '{"type": "string"}', '{"type": "integer", "maximum": 9}'
    path = (
        '"/%s": {"get": {"responses": {"200": {"content": {"application/json": '
        '{"schema": {"properties": {"id": %s}}, "example": {"id": "a"}}}}}}}'
    )
    paths = f"{path % ('orders', orders)}, {path % ('trades', trades)}"
    page = tmp_path / "api.json"
    page.write_text(f'{{"openapi": "3.1.0", "paths": {{{paths}}}}}', "utf-8")
    assert main(["lint", str(page), "--select", "example-type-mismatch"]) == 1
    assert capsys.readouterr().out.splitlines()[1:3] == [
        '1 | "id": {"type": "integer", "maximum": 9}',
        "  |                 ^^^^^^^",
    ]
