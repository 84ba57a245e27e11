"""The picture in the README is of the report that this version writes.

After a change that is meant it is taken anew with
``UPDATE_GOLDEN=1 pytest tests/browser/test_picture.py``.
What it says is compared, as the words beside it; its pixels differ from machine to machine.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

import pytest

from conformance.cli import main
from tests.browser.conftest import Browser
from tests.docs.test_console import FENCE

ROOT: Final = Path(__file__).parents[2]
PICTURE: Final = ROOT / "docs/images/report.png"


def test_the_picture_is_of_this_report(
    browser: Browser, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    for _, title, content in FENCE.findall((ROOT / "docs/index.md").read_text("utf-8")):
        if title:
            Path(title).parent.mkdir(exist_ok=True)
            Path(title).write_text(content, "utf-8")
    asked = ["check", "session.ndjson", "--docs", "docs", "--format", "html", "-o", "report.html"]
    assert main(asked) < 2
    browser.emulate(dark=False)
    browser.open((tmp_path / "report.html").as_uri())
    browser.run("document.querySelectorAll('details').forEach(each => each.open = true)")
    words = browser.run("return document.body.innerText") + "\n"
    if os.environ.get("UPDATE_GOLDEN"):
        PICTURE.parent.mkdir(exist_ok=True)
        browser.driver.save_screenshot(str(PICTURE))
        PICTURE.with_suffix(".txt").write_text(words, "utf-8")
    assert PICTURE.read_bytes().startswith(b"\x89PNG")
    assert PICTURE.with_suffix(".txt").read_text("utf-8") == words
