"""What was found before: accepted findings, and later history and change."""

from conformance.drift.known import KnownDrift, KnownEntry, Match, Partition, load_known, split

__all__ = ["KnownDrift", "KnownEntry", "Match", "Partition", "load_known", "split"]
