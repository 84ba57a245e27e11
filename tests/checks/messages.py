"""Messages in a text file: where the page differs, how, and what is found."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest

from conformance.model.finding import Finding


def cases(path: Path) -> list[Any]:
    """Four lines a case: ``where``, ``- one page``, ``+ another``, ``= severity rule: message``."""
    lines = path.read_text("utf-8").split("\n")
    return [
        pytest.param(lines[n - 3], lines[n - 2][2:], lines[n - 1][2:], line[2:], id=f"line {n + 1}")
        for n, line in enumerate(lines)
        if line.startswith("= ")
    ]


def sentences(findings: Iterable[Finding]) -> list[str]:
    """Each finding as the last line of a case."""
    return [f"{f.severity.label} {f.rule}: {f.message}" for f in findings]
