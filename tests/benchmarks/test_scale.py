"""The gate of the benchmark of scale: memory and ratio, never wall time."""

from __future__ import annotations

import pytest

from benchmarks.scale import lost


@pytest.mark.parametrize(
    ("memory", "ratio", "words"),
    [
        ((63.0, 74.0), 16.0, []),
        ((89.0, 170.0), 16.0, ["memory grows with the evidence: 89 MB, 170 MB"]),
        ((89.0, 96.0), 130.0, ["an interaction takes 130 times the floor, 40 at most"]),
    ],
)
def test_what_is_lost(memory: tuple[float, float], ratio: float, words: list[str]) -> None:
    assert lost(memory, ratio) == words
