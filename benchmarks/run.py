"""All benchmarks in one table."""

from __future__ import annotations

from collections.abc import Iterator

from benchmarks import checking, generating, reading, suite
from benchmarks.measure import Ratio, main


def measure() -> Iterator[Ratio]:
    """Reading, checking, generating, and the suite as a whole."""
    for benchmark in (reading, checking, generating, suite):
        yield from benchmark.measure()


if __name__ == "__main__":
    main(measure)
