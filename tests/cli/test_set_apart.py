"""What only a sandbox, a hand or a copied example shows is no finding, in whatever is printed."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from conformance.cli.main import main
from conformance.model.interaction import Origin

KNOWN = Path("docs_snapshot/bingx/known_drift.toml")
MANIFEST = Path("cassettes/bingx/cancel-open-orders/manifest.toml")
EXCHANGE = ("--exchange", "bingx")
STAND_INS = [origin.value for origin in Origin if not origin.is_of_api]
RULE = "undocumented-envelope"


@pytest.fixture(params=STAND_INS)
def origin(request: pytest.FixtureRequest, project: Path) -> str:
    """Of all evidence there is of an exchange, with nothing accepted."""
    KNOWN.write_text("", "utf-8")
    told = MANIFEST.read_text("utf-8").replace('"constructed"', f'"{request.param}"')
    MANIFEST.write_text(told, "utf-8")
    return str(request.param)


def output(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main([*arguments, *EXCHANGE]) == 0
    return capsys.readouterr().out


def test_text_and_markdown(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = output(capsys, "report")
    assert f"{origin}[{RULE}]" in text
    assert f"warning[{RULE}]" not in text
    assert "BingX: No findings" in text
    assert "; 0 interactions; set apart: 3 " in text
    markdown = output(capsys, "report", "--format", "markdown")
    assert markdown.startswith("# BingX: no findings")
    (heading,) = re.findall("^## .*", markdown, re.MULTILINE)
    assert heading.startswith("## Set apart")


def test_html(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    page = output(capsys, "report", "--format", "html")
    assert "BingX: no findings" in page
    assert set(re.findall(r'data-state="([^"]*)"', page)) == {"set apart"}


@pytest.mark.parametrize("form", ["json", "drift"])
def test_json(origin: str, form: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = json.loads(output(capsys, "report", "--format", form))
    assert told["findings"] == []
    assert set(told["set_apart"]) == {origin}
    assert RULE in {finding["rule"] for finding in told["set_apart"][origin]}
    assert not told.get("states")


def test_sarif_and_annotations(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    (run,) = json.loads(output(capsys, "report", "--format", "sarif"))["runs"]
    assert run["results"] == []
    (annotation,) = output(capsys, "report", "--format", "github").splitlines()
    assert "no findings" in annotation
    assert "set apart: 3 " in annotation


def test_packets_and_issues(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    output(capsys, "report", "--packets", "packets")
    assert [path.name for path in Path("packets/bingx").glob("[!.]*")] == ["README.md"]
    Path("issues.json").write_text("[]")
    told = output(capsys, "track", "--dry-run", "--issues", "issues.json", "--least", "info")
    assert told == "nothing to do\n"


def test_coverage(origin: str, capsys: pytest.CaptureFixture[str]) -> None:
    told = output(capsys, "coverage")
    assert f"0 interactions; set apart: 3 {origin}" in told
    assert "statuses: 0 of 1 observed" in told


def test_a_check_of_nothing_else_ends_by_it(
    origin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    """Who gives only a sandbox's answers asks of the sandbox: it is told, apart."""
    assert main(["check", *EXCHANGE, "--format", "json"]) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["findings"], set(told["set_apart"])) == ([], {origin})


def test_beside_answers_of_the_api_it_does_not_count(
    origin: str, capsys: pytest.CaptureFixture[str]
) -> None:
    page = Path("a.md")
    page.write_text("# GET /v1/a\n\n## Response\n\n| Name | Type |\n|---|---|\n| id | integer |\n")
    lines = [
        {
            "request": {"method": "GET", "url": "https://a.example/v1/a"},
            "response": {"status": 200, "body": body},
            "origin": of,
        }
        for body, of in (('{"id": 1}', "recorded"), ('{"id": "x"}', origin))
    ]
    Path("tapes.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
    assert main(["check", "tapes.ndjson", "--docs", str(page), "--format", "json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["findings"] == []
    assert [f["rule"] for f in told["set_apart"][origin]] == ["type-mismatch"]
    assert "(in" not in told["set_apart"][origin][0]["message"]  # no count mixes the two
