"""Bounds in the words of four languages."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import asdict

from conformance.reading.facets.limits import read_limits

_FILE = Path(__file__).parent / "limits.toml"
_CASES: list[dict[str, Any]] = tomllib.loads(_FILE.read_text("utf-8"))["case"]


@pytest.mark.parametrize("case", _CASES, ids=lambda case: case["text"])
def test_limits(case: dict[str, Any]) -> None:
    found = asdict(read_limits(case["text"], case["kind"]))
    assert {name: bound for name, bound in found.items() if bound is not None} == case["limits"]
