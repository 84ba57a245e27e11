"""All benchmarks in one table."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import checking, extraction, generating, history, reading, suite
from benchmarks.measure import Ratio, main


def measure() -> Iterator[Ratio]:
    """Reading, extraction, checking, generating, the whole suite, and what is remembered of it."""
    for benchmark in (reading, extraction, checking, generating, suite, history):
        yield from benchmark.measure()


if __name__ == "__main__":
    main(measure)
