"""Small changes of code: which are tried, and that a test that notices one is named."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.mutants.edits import mutants_of
from benchmarks.mutants.trial import _living
from conformance.checks.rules import places, values

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("body", "changes"),
    [
        ("return a == b", ["a == b  ->  a != b"]),
        ("return a in b", ["a in b  ->  a not in b"]),
        ("return a < b < 3", ["3  ->  4"]),
        ("return a and b", ["a and b  ->  a or b"]),
        ("return not a", ["not a  ->  bool(a)"]),
        ("return a + b", ["a + b  ->  a - b"]),
        ("return any(a)", ["any(a)  ->  all(a)"]),
        ("return True", ["True  ->  False"]),
        ("return a if b else a", ["a if b else a  ->  a if not b else a"]),
        ("if a:\n        return b", ["if a:  ->  if not a:"]),
        ('"""Number 3."""', []),
        ("c: 'a < b' = a", []),
        ("return 'words'", []),
    ],
)
def test_changes(tmp_path: Path, body: str, changes: list[str]) -> None:
    file = tmp_path / "module.py"
    file.write_text(f"LIMIT = 3\n\nclass Thing:\n  def method(a, b):\n    {body}\n")
    mutants = list(mutants_of(file))
    assert [mutant.change for mutant in mutants] == changes
    assert {mutant.function for mutant in mutants} <= {("Thing", "method")}


def test_survivors_are_named(tmp_path: Path) -> None:
    (tmp_path / "limits.py").write_text(
        "from functools import cache\n\n\n@cache\ndef is_full(count):\n    return count >= 10\n\n\n"
        "def is_empty(count):\n    return count <= 0\n\n\n"
        "def unused(count):\n    return count + 1\n"
    )
    (tmp_path / "tests").mkdir()
    test = tmp_path / "tests/test_limits.py"
    test.write_text(
        "from limits import *\n\n\ndef test():\n    assert is_full(10)\n    assert is_empty(-5)\n"
    )
    command = [sys.executable, "-m", "benchmarks.mutants", "limits.py", "tests", "--size", "9"]
    done = subprocess.run(  # noqa: S603 - our own program
        command,
        cwd=tmp_path,
        env={"PYTHONPATH": f"{ROOT}:{tmp_path}", "PATH": "/usr/bin:/bin"},
        capture_output=True,
        encoding="utf-8",
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.partition("seed 1\n")[2] == (
        "    2 / 6     limits.py\n"
        "    2 / 6     killed\n"
        "limits.py:10: survived: 0  ->  1\n"
        "limits.py:10: survived: count <= 0  ->  count < 0\n"
        "limits.py:14: no test runs it: 1  ->  2\n"
        "limits.py:14: no test runs it: count + 1  ->  count - 1\n"
    )


def test_functions_of_rules_are_found() -> None:
    (found,) = _living(vars(values), ("unit_mismatch",))
    assert found.__name__ == "unit_mismatch"
    (found,) = _living(vars(places), ("path_conflict",))
    assert found.__name__ == "path_conflict"
