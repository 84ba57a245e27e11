"""Packets in a folder: one Markdown file for each cause, and a patch where there is one."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from conformance.cli.console import say
from conformance.drift.known import KnownDrift
from conformance.report.report import Report
from conformance.snapshot.exchange import Exchange


def write_packets(
    folder: Path, told: Sequence[tuple[Exchange, Report, KnownDrift]], root: Path
) -> None:
    """Not yet."""
    del folder, told, root
    say("no packets yet")
