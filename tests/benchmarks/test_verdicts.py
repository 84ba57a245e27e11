"""The sheet of findings to judge: drawn, written, filled in and counted."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest

from benchmarks.verdicts.__main__ import main
from benchmarks.verdicts.sheet import check_folder, draw, read_sheet
from conformance.errors import InputError

_PAGE = """# GET /v1/lamps

## Response

| Name | Type | Required |
| --- | --- | --- |
| id | integer | yes |
| glow "warm" \\| cold | string | no |
| note | string | yes |
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    root = tmp_path / "lamps"
    (root / "docs").mkdir(parents=True)
    (root / "docs" / "lamps.md").write_text(_PAGE, "utf-8")
    body = json.dumps({"id": "7", "shade": 'a"""b\\'})
    request = {"method": "GET", "url": "https://api.example.com/v1/lamps"}
    line = {"request": request, "response": {"status": 200, "body": body}}
    (root / "seen.ndjson").write_text(json.dumps(line) + "\n", "utf-8")
    return root


def test_a_sheet_has_page_and_body_and_is_scored_when_filled_in(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sheet = tmp_path / "sheet.toml"
    assert main(["draw", str(folder), "--seed", "3", "--size", "9", "-o", str(sheet)]) == 0
    assert "3 of 3 findings drawn with seed 3" in capsys.readouterr().err
    entries = {e["rule"]: e for e in tomllib.loads(sheet.read_text("utf-8"))["finding"]}
    assert set(entries) == {"type-mismatch", "missing-field", "undocumented-field"}
    mismatch = entries["type-mismatch"]
    assert (mismatch["folder"], mismatch["documented"]) == ("lamps", "lamps.md:7")
    assert ">    7 | id | integer | yes |" in mismatch["page"]
    assert mismatch["observed"] == "seen.ndjson#0 /id"
    assert json.loads(mismatch["body"]) == {"id": "7"}
    assert json.loads(entries["undocumented-field"]["body"]) == {"shade": 'a"""b\\'}

    text = sheet.read_text("utf-8")
    judged = text.replace('verdict = ""', 'verdict = "true"', 2)
    judged = judged.replace('verdict = ""\nwhy = ""', 'verdict = "false"\nwhy = "misread row"')
    sheet.write_text(judged, "utf-8")
    assert main(["score", str(sheet)]) == 0
    printed = capsys.readouterr().out.splitlines()
    last = read_sheet(sheet)[2]
    assert f"| rule {last['rule']} | 1 | 0 | 1 | 0.00 | misread row (1) |" in printed
    assert printed[-1] == "| all | 3 | 2 | 1 | 0.67 | misread row (1) |"


def test_the_same_seed_draws_the_same(folder: Path) -> None:
    found = list(check_folder(folder))
    assert draw(found, 5, 2) == draw(found, 5, 2)
    assert len(draw(found, 5, 2)) == 2


def test_what_cannot_be_judged_or_scored_is_said(
    folder: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["draw", str(folder / "docs")]) == 2
    assert "needs pages in docs/" in capsys.readouterr().err
    sheet = tmp_path / "sheet.toml"
    sheet.write_text('[[finding]]\nnumber = 1\nverdict = "maybe"\n', "utf-8")
    with pytest.raises(InputError, match="the verdict is true or false"):
        read_sheet(sheet)


def test_folders_and_causes_take_turns(folder: Path) -> None:
    (one, *_) = check_folder(folder)
    causes = ["a"] * 40 + ["b"] * 2
    items = [replace(one, folder="large", cause=cause) for cause in causes]
    items += [replace(one, folder="small", cause="c")] * 3
    drawn = Counter((item.folder, item.cause) for item in draw(items, 5, 8))
    assert drawn == {("large", "a"): 3, ("large", "b"): 2, ("small", "c"): 3}
