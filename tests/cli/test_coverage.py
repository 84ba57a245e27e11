"""``conformance coverage`` of any pages and evidence."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.cli.main import main

PAGE = """# Things

`GET /v1/things`

| Name | Type | Description |
|---|---|---|
| id | String | Its id. |

Response:

```json
{"id": "a"}
```
"""


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A page by itself, in no project."""
    (tmp_path / "things.md").write_text(PAGE, "utf-8")
    (tmp_path / "body.json").write_text('{"id": "b"}', "utf-8")
    return tmp_path


def test_pages_and_evidence_by_path(pages: Path, capsys: pytest.CaptureFixture[str]) -> None:
    docs, evidence = str(pages / "things.md"), str(pages / "body.json")
    assert main(["coverage", evidence, "--origin", "live", "--docs", docs, "--format", "json"]) == 0
    (exchange,) = json.loads(capsys.readouterr().out)["exchanges"]
    assert exchange["exchange"] == docs
    assert exchange["totals"]["operations"] == {
        "documented": 1, "live": 1, "recorded": 0, "never": 0,
    }  # fmt: skip


def test_without_evidence_the_map_is_made_and_nothing_was_observed(
    pages: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = pages / "map.html"
    docs = str(pages / "things.md")
    assert main(["coverage", "--docs", docs, "--format", "html", "-o", str(out)]) == 2
    assert "nothing was observed" in capsys.readouterr().err
    assert "GET /v1/things" in out.read_text("utf-8")
