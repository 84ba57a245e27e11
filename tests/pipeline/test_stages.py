"""A run pays only for the stages it needs."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LIVE = {"hypothesis", "requests", "werkzeug"}
SLOW = {"bs4", "soupsieve", "lxml", "yaml", "charset_normalizer", "tomlkit", "filelock"}
"""Libraries that take long to import and that a page of Markdown has no use for."""
MARKDOWN = "# List orders\n\n`GET /orders`\n\n| Name | Type |\n|---|---|\n| uuid | string |\n"


def imported(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())  # noqa: S603


def test_reading_pages_imports_nothing_of_a_live_run() -> None:
    modules = imported("import conformance.pipeline.outcomes")
    assert "conformance.pipeline.pages" in modules
    assert not modules & (LIVE | {"conformance.pipeline.live"})


def test_a_page_of_markdown_is_read_without_what_it_has_no_use_for(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(MARKDOWN)
    words = ["extract", str(page), "-o", os.devnull]
    modules = imported(f"from conformance.cli import main\nmain({words})")
    assert "conformance.reading.pages" in modules
    assert not modules & (SLOW | LIVE)


def test_a_live_run_imports_what_it_asks_with() -> None:
    assert imported("import conformance.pipeline.live") >= LIVE


def test_help_imports_no_stage() -> None:
    assert "conformance.pipeline" not in imported("import conformance.cli")
