"""``conformance parity``, as a user calls it."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import jsonschema
import pytest

from conformance.cli import main
from conformance.cli.options import EVERYWHERE

ROOT = Path(__file__).parents[2]
FORMAT = ROOT / "docs" / "report-format.v1.schema.json"
TABLE = (
    "| Name | Type | Required | Description |\n| --- | --- | --- | --- |\n"
    "| `side` | {0} | O | One of `BUY`, `SELL`. |\n"
)
PAGE = (
    "# Orders\n\n```\nGET https://api.example.com/v1/orders\n```\n\n## Request parameters\n\n"
    + TABLE
)


@pytest.fixture
def twins(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current folder, with ``en/orders.md`` and a ``ko/orders.md`` of another type."""
    monkeypatch.chdir(tmp_path)
    for label, kind in (("en", "String"), ("ko", "Integer")):
        Path(label).mkdir()
        Path(label, "orders.md").write_text(PAGE.format(kind))
    return tmp_path


def test_twins_by_path(twins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", "en", "ko", "--format", "json"]) == 1
    value = json.loads(capsys.readouterr().out)
    jsonschema.validate(value, json.loads(FORMAT.read_text()))
    (finding,) = value["findings"]
    assert finding["rule"] == "parity-type"
    assert finding["operation"] == "GET /v1/orders"
    assert finding["subject"] == "parameters.side"
    assert (finding["expected"], finding["actual"]) == ("String", "Integer")
    assert (finding["documented"]["page"], finding["documented"]["line"]) == ("en/orders.md", 11)
    assert finding["observed"] == {
        "origin": "documented", "where": "ko/orders.md:11", "pointer": "",
    }  # fmt: skip
    assert value["checked"]["pages"] == 2


def test_a_page_that_a_side_does_not_have_is_said_to_stand_nowhere(
    twins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("en/trades.md").write_text(PAGE.format("String").replace("/orders", "/trades"))
    main(["parity", "en", "ko", "--format", "json"])
    value = json.loads(capsys.readouterr().out)
    jsonschema.validate(value, json.loads(FORMAT.read_text()))
    (finding,) = [f for f in value["findings"] if f["rule"] == "parity-operation"]
    assert (finding["message"], finding["observed"]) == (
        "en documents the operation, ko does not",
        None,
    )
    for form in ("text", "html", "sarif", "markdown"):
        main(["parity", "en", "ko", "--format", form])
        assert "ko:1" not in capsys.readouterr().out


def test_files_are_twins_whatever_they_are_called(
    twins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ko/orders.md").rename("ko/주문.md")
    assert main(["parity", "en/orders.md", "ko/주문.md"]) == 1
    shutil.copy("ko/주문.md", "orders.ko.md")
    shutil.copy("en/orders.md", "orders.en.md")
    capsys.readouterr()
    assert main(["parity", "orders.en.md", "orders.ko.md"]) == 1
    out = capsys.readouterr().out
    assert "String in orders.en, Integer in orders.ko" in out
    assert out.startswith("orders.en.md:11: ")


def test_twins_by_operation_when_paths_differ(twins: Path) -> None:
    Path("ko/orders.md").rename("ko/주문.md")
    assert main(["parity", "en", "ko"]) == 1


def test_the_threshold(twins: Path) -> None:
    assert main(["parity", "en", "ko", "--fail-on", "never"]) == 0
    Path("ko/orders.md").write_text(PAGE.format("String").replace("One of `BUY`, `SELL`", "Side"))
    assert main(["parity", "en", "ko"]) == 0
    assert main(["parity", "en", "ko", "--fail-on", "info"]) == 1
    assert main(["parity", "en", "ko", "--fail-on", "info", "--ignore", "parity-enum"]) == 0
    assert main(["parity", "en", "ko", "--fail-on", "info", "--select", "parity-enum"]) == 1
    assert main(["parity", "en", "ko", "--select", "parity-enums"]) == 2


def test_three_sides_say_which_stands_alone(
    twins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree("en", "zh")
    assert main(["parity", "en", "ko", "zh"]) == 1
    out = capsys.readouterr().out
    assert "the type differs: String in en and zh, Integer in ko; ko stands alone" in out
    assert "also: zh says String (zh/orders.md:11)" in out


def test_a_recording_is_heard_as_a_witness(twins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = "# Orders\n\nGET /v1/orders\n\n## Response\n\n" + TABLE
    for label, kind in (("en", "String"), ("ko", "Integer")):
        Path(label, "orders.md").write_text(page.format(kind))
    interaction = {
        "request": {"method": "GET", "uri": "https://api.example.com/v1/orders", "body": ""},
        "response": {"status": {"code": 200}, "body": {"string": '{"side": "BUY"}'}},
    }
    Path("seen.ndjson").write_text(json.dumps(interaction))
    assert main(["parity", "en", "ko", "--evidence", "seen.ndjson"]) == 1
    out = capsys.readouterr().out
    assert 'has string "BUY"' in out, out
    assert "ko stands alone" in out


@pytest.mark.parametrize("arguments", [["en"], ["en", "nowhere"], ["en", "ko", "--exchange", "x"]])
def test_usage(twins: Path, arguments: list[str]) -> None:
    assert main(["parity", *arguments]) == 2


def test_a_page_is_not_its_own_twin(twins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["parity", str(twins / "en"), str(twins / "en" / ".." / "en")]) == 2
    assert "a side is named twice" in capsys.readouterr().err


def test_nothing_compared_is_no_success(twins: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("ko/orders.md").write_text(PAGE.format("String").replace("v1/orders", "v9/other/{thing}"))
    Path("ko/orders.md").rename("ko/others.md")
    assert main(["parity", "en", "ko", "--fail-on", "never"]) == 2
    assert "nothing was compared" in capsys.readouterr().err


def test_a_page_that_cannot_be_read_does_not_stop_the_others(
    twins: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("ko/broken.md").write_bytes(b"\0\xff\xfe\0" * 9)
    assert main(["parity", "en", "ko"]) == 2
    told = capsys.readouterr()
    assert "ko/broken.md" in told.err or "broken.md" in told.err
    assert "parity-type" in told.out


@pytest.mark.parametrize("form", EVERYWHERE)
def test_every_format_is_written_whole(twins: Path, form: str) -> None:
    assert main(["parity", "en", "ko", "--format", form, "-o", "out"]) == 1
    assert "parity-type" in Path("out").read_text()


def test_annotations_are_relative_to_the_repository(
    twins: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("docs").mkdir()
    for label in ("en", "ko"):
        Path(label).rename(Path("docs", label))
    Path(".git").mkdir()
    summary = twins / "summary.md"
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.chdir("docs")
    assert main(["parity", "en", "ko", "--format", "github"]) == 1
    assert "::error file=docs/en/orders.md,line=11," in capsys.readouterr().out
    assert "parity-type" in summary.read_text()
    assert main(["parity", "en", "ko", "--format", "sarif"]) == 1
    assert '"uri": "docs/en/orders.md"' in capsys.readouterr().out


def test_the_projects_own_twins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    assert main(["parity", "--exchange", "bitfront", "--fail-on", "warning"]) == 0
    assert main(["parity", "--exchange", "upbit"]) == 2
