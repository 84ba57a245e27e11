"""The suite of one exchange as a whole process, beside the least pytest can do with Hypothesis."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from benchmarks.measure import Ratio, compare, main
from conformance.pages.exchange import find_root

EXCHANGE = "upbit"
_BARE = """from hypothesis import given, strategies


@given(strategies.integers())
def test_nothing(number):
    assert isinstance(number, int)
"""


def measure() -> Iterator[Ratio]:
    """``pytest conformance/ --exchange upbit`` from start to exit."""
    root = find_root(None)
    with tempfile.TemporaryDirectory() as folder:
        bare = Path(folder) / "test_bare.py"
        bare.write_text(_BARE, encoding="utf-8")
        yield compare(
            f"pytest conformance/ --exchange {EXCHANGE}",
            lambda: _pytest(root, "conformance/", "--exchange", EXCHANGE),
            "one bare test with Hypothesis",
            lambda: _pytest(Path(folder), str(bare)),
            goal=6.0,
            rounds=5,
        )


def _pytest(folder: Path, *arguments: str) -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "ci"}
    done = subprocess.run(
        command, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{' '.join(command)}: exit {done.returncode}\n{done.stdout[-4000:]}")


if __name__ == "__main__":
    main(measure)
