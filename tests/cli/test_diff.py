"""``conformance diff``, called as programs call it."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from conformance.cli.main import main
from conformance.cli.options import EVERYWHERE

ROOT = Path(__file__).parents[2]
PAGE = "bingx/en/cancel-open-orders.md"


@pytest.fixture
def states(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Two copies of the project's pages, ``old`` and ``new``."""
    monkeypatch.chdir(tmp_path)
    for name in ("old", "new"):
        shutil.copytree(ROOT / "docs_snapshot", tmp_path / name)
    return tmp_path


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new), "utf-8")


def told(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, list[dict[str, Any]]]:
    code = main(["diff", *words, "--format", "json"])
    return code, json.loads(capsys.readouterr().out)["findings"]


def test_nothing_changed(states: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "old", "new") == (0, [])


def test_a_breaking_change_is_one(states: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(states / "new" / PAGE, "| orderId             | int64 ", "| orderId             | string")
    code, (finding,) = told(capsys, "old", "new")
    assert code == 1
    assert finding["rule"] == "type-changed"
    assert finding["subject"] == "responses.200.orderId"
    assert finding["documented"]["page"] == f"new/{PAGE}"
    assert finding["documented"]["line"] == 33
    assert finding["observed"]["where"] == f"old/{PAGE}:33"
    assert told(capsys, "old", "new", "--fail-on", "never")[0] == 0
    assert told(capsys, "old", "new", "--ignore", "type-changed") == (0, [])
    assert told(capsys, "old", "new", "--exchange", "upbit") == (0, [])
    assert len(told(capsys, f"old/{PAGE}", f"new/{PAGE}")[1]) == 1


@pytest.mark.parametrize("format_", EVERYWHERE)
def test_every_format(states: Path, format_: str, capsys: pytest.CaptureFixture[str]) -> None:
    edit(states / "new" / PAGE, "| stopPrice ", "| stopPrise ")
    output = states / "result"
    assert main(["diff", "old", "new", "--format", format_, "-o", str(output)]) == 1
    assert "field-removed" in output.read_text("utf-8")


def test_a_page_with_another_name_is_no_change(
    states: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (states / "new" / PAGE).rename(states / "new/bingx/en/cancel-them-all.md")
    (states / "new/bitfront/ko/cancellation-of-all-open-orders.md").rename(
        states / "new/bitfront/ko/x.md"
    )
    (states / "new/bitfront/en/cancellation-of-all-open-orders.md").rename(
        states / "new/bitfront/en/y.md"
    )
    assert told(capsys, "old", "new") == (0, [])


def test_a_page_that_is_gone_and_one_that_is_new(
    states: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (states / "new" / PAGE).unlink()
    code, (finding,) = told(capsys, "old", "new")
    assert (code, finding["rule"]) == (1, "operation-removed")
    assert finding["documented"]["page"] == f"old/{PAGE}"
    code, (finding,) = told(capsys, "new", "old")
    assert (code, finding["rule"]) == (0, "operation-added")


def test_a_translation_that_is_gone_or_new_is_no_change(
    states: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.rmtree(states / "new/bitfront/ko")
    assert told(capsys, "old", "new") == (0, [])
    assert told(capsys, "new", "old") == (0, [])


def test_the_same_change_of_twins_is_told_once(
    states: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for language in ("en", "ko"):
        page = states / f"new/bitfront/{language}/cancellation-of-all-open-orders.md"
        text = page.read_text("utf-8")
        page.write_text(
            text.replace("`requestAt`", "`requestedAt`").replace('"requestAt"', '"requestedAt"')
        )
    _, (finding,) = told(capsys, "old", "new")
    assert (finding["rule"], finding["subject"]) == (
        "field-removed",
        "responses.200.responseData.requestAt",
    )
    assert any(r.startswith("likewise at new/bitfront/ko/") for r in finding["related"])


def test_evidence_tells_a_correction(states: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(states / "new" / PAGE, "| orderId             | int64 ", "| orderId             | string")
    evidence = str(ROOT / "cassettes/bingx")
    rules = {f["rule"] for f in told(capsys, "old", "new", "--evidence", evidence)[1]}
    assert rules <= {"docs-corrected", "type-changed"}
    body = states / "answers.ndjson"
    answer = {
        "request": {
            "method": "POST",
            "url": "https://x.example/openApi/spot/v1/trade/cancelOpenOrders",
        },
        "response": {"status": 200, "body": {"symbol": "A", "orderId": "1"}},
    }
    body.write_text(json.dumps(answer) + "\n")
    code, (finding,) = told(capsys, "old", "new", "--evidence", str(body))
    assert (code, finding["rule"], finding["severity"]) == (0, "docs-corrected", "info")
    assert finding["observed"]["origin"] == "recorded"


def test_a_page_that_cannot_be_read_removes_nothing(
    states: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (states / "new" / PAGE).write_bytes(bytes(range(256)) * 40)
    code = main(["diff", "old", "new", "--format", "json"])
    out, err = capsys.readouterr()
    assert code == 2
    assert json.loads(out)["findings"] == []
    assert f"new/{PAGE}: not read" in err
    assert "was not compared: the page was not read in new" in err


@pytest.mark.usefixtures("states")
@pytest.mark.parametrize("words", [["", "new"], ["old", ""], ["old", " "]])
def test_an_empty_word_is_a_variable_that_is_not_set(
    words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["diff", *words])
    assert ended.value.code == 2
    assert "the path is empty (the latest revision is HEAD)" in capsys.readouterr().err


@pytest.mark.parametrize("words", [["old", "empty"], ["empty", "new"], ["empty", "empty"]])
def test_nothing_was_compared(
    states: Path, words: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    (states / "empty").mkdir()
    assert main(["diff", *words]) == 2
    assert "empty documents no operation" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        ["old", "nowhere"],
        ["nowhere", "new"],
        ["old", "new", "--select", "missing-field"],
        ["old", "new", "--exchange", "nobody"],
        ["old/bingx", "new", "-o", "new"],
    ],
)
def test_what_cannot_be_done(
    states: Path, words: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(states.parent))
    assert main(["diff", *words]) == 2


def test_revisions_of_a_project_with_its_own_evidence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    shutil.copytree(ROOT / "docs_snapshot", "docs_snapshot")
    shutil.copytree(ROOT / "cassettes", "cassettes")

    def git(*words: str) -> None:
        who = ["-c", "user.name=a", "-c", "user.email=a@example.com"]
        subprocess.run(["git", *who, *words], check=True, capture_output=True)  # noqa: S603, S607

    git("init", "-q")
    for number, (old, new) in enumerate(
        (("stopPrice", "stopPrice"), ("no       | Tr", "yes      | Tr"))
    ):
        edit(tmp_path / "docs_snapshot" / PAGE, old, new)
        git("add", "-A")
        git("commit", "-q", "--allow-empty", "-m", str(number))
    code, (finding,) = told(capsys, "HEAD~1", "HEAD")
    assert (code, finding["rule"], finding["severity"]) == (1, "required-changed", "error")
    assert finding["documented"]["page"] == f"HEAD:docs_snapshot/{PAGE}"
    assert finding["observed"]["where"] == f"HEAD~1:docs_snapshot/{PAGE}:24"
    assert told(capsys, "HEAD~1", ".", "--exchange", "bingx")[0] == 1
    assert told(capsys, "HEAD", ".") == (0, [])
    assert told(capsys, f"HEAD~1:docs_snapshot/{PAGE}", f"docs_snapshot/{PAGE}")[0] == 1


def test_a_file_that_cannot_be_read_removes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page, other = tmp_path / "old" / "page.md", tmp_path / "new" / "other.md"
    for path in (page, other):
        path.parent.mkdir()
    page.write_text("# GET /v1/orders\n\n| Name | Type |\n|---|---|\n| id | String |\n")
    other.write_bytes(b"\x00\x01\xfe\xff" * 500)
    assert main(["diff", str(page), str(other), "--format", "json"]) == 2
    told = capsys.readouterr()
    assert json.loads(told.out)["findings"] == []
    assert "nothing was compared" in told.err


def test_a_document_that_breaks_off_removes_nothing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one = '"get": {"responses": {"200": {"content": {"text/json": {"schema": {"properties": {\n'
    two = '"id": {"type": "string",\n"maxLength": 9},\n"n": {"type": "integer"}\n}}}}}}}'
    whole = f'{{"openapi": "3.1.0", "paths": {{\n"/a": {{{one}{two}}},\n"/b": {{{one}{two}}}\n}}}}'
    json.loads(whole)
    (tmp_path / "old.json").write_text(whole, "utf-8")
    names = [str(tmp_path / name) for name in ("old.json", "new.json")]
    for end in (whole.index("9}"), whole.index("9}", whole.index("/b"))):
        (tmp_path / "new.json").write_text(whole[:end], "utf-8")
        code, found = told(capsys, *names)
        assert (code, {f["rule"] for f in found}) == (
            (2 if "/b" not in whole[:end] else 1),
            {"specification-invalid"},
        )
