"""A run pays only for the stages it needs."""

from __future__ import annotations

import subprocess
import sys

LIVE = {"hypothesis", "requests", "werkzeug"}


def imported(statement: str) -> set[str]:
    command = [sys.executable, "-c", f"{statement}\nimport sys\nprint(*sys.modules)"]
    return set(subprocess.run(command, check=True, capture_output=True, text=True).stdout.split())  # noqa: S603


def test_reading_pages_imports_nothing_of_a_live_run() -> None:
    modules = imported("import conformance.pipeline.outcomes")
    assert "conformance.pipeline.pages" in modules
    assert not modules & (LIVE | {"conformance.pipeline.live"})


def test_a_live_run_imports_what_it_asks_with() -> None:
    assert imported("import conformance.pipeline.live") >= LIVE


def test_help_imports_no_stage() -> None:
    assert "conformance.pipeline" not in imported("import conformance.cli")
