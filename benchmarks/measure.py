"""Best of several alternating runs: the least disturbed one is nearest to the truth."""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Ratio:
    """How long something takes, beside something well known."""

    name: str
    seconds: float
    """Best time of ours."""
    reference: str
    """What it is compared with."""
    reference_seconds: float
    goal: float | None = None
    """The ratio not to exceed; None where there is no goal."""

    @property
    def ratio(self) -> float:
        return self.seconds / self.reference_seconds

    @property
    def is_met(self) -> bool:
        return self.goal is None or self.ratio <= self.goal


def compare(
    name: str,
    ours: Callable[[], object],
    reference: str,
    theirs: Callable[[], object],
    *,
    goal: float | None = None,
    rounds: int = 15,
    repeat: int = 1,
) -> Ratio:
    """The ratio of two jobs, run in turn ``rounds`` times, each ``repeat`` times in a row.

    The order changes from round to round, so that neither always runs in a warm cache.
    """
    best = {ours: float("inf"), theirs: float("inf")}
    for turn in range(rounds + 1):
        for job in (ours, theirs) if turn % 2 else (theirs, ours):
            taken = _timed(job, repeat)
            if turn:  # the first round only warms up
                best[job] = min(best[job], taken)
    return Ratio(
        name=name,
        seconds=best[ours] / repeat,
        reference=reference,
        reference_seconds=best[theirs] / repeat,
        goal=goal,
    )


def _timed(job: Callable[[], object], repeat: int) -> float:
    started = time.perf_counter()
    for _ in range(repeat):
        job()
    return time.perf_counter() - started


def table(ratios: Iterable[Ratio]) -> str:
    """Ratios as a Markdown table."""
    lines = [
        "| what | ratio | goal | time | compared with | its time |",
        "|---|---:|---:|---:|---|---:|",
    ]
    for r in ratios:
        goal = "" if r.goal is None else f"{r.goal:g}{'' if r.is_met else ' (missed)'}"
        lines.append(
            f"| {r.name} | {r.ratio:.2f} | {goal} | {_span(r.seconds)} | {r.reference} "
            f"| {_span(r.reference_seconds)} |"
        )
    return "\n".join(lines)


def _span(seconds: float) -> str:
    for unit, factor in (("s", 1.0), ("ms", 1e3)):
        if seconds * factor >= 1:
            return f"{seconds * factor:.2f} {unit}"
    return f"{seconds * 1e6:.1f} us"


def existing(text: str) -> Path:
    """The type of an argument that names a file or folder."""
    if not Path(text).exists():
        raise argparse.ArgumentTypeError(f"{text}: no such file or folder")
    return Path(text)


def folder(text: str) -> Path:
    """The type of an argument that names a folder."""
    if not existing(text).is_dir():
        raise argparse.ArgumentTypeError(f"{text}: no folder")
    return Path(text)


def main(measure: Callable[..., Iterable[Ratio]], *, takes_folders: bool = False) -> None:
    """Print what ``measure`` finds, as a table or with ``--json``; exit 1 when a goal is missed.

    With ``takes_folders`` it is given the folders of the command line.
    """
    parser = argparse.ArgumentParser(description=measure.__doc__)
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    if takes_folders:
        parser.add_argument("folders", nargs="*", type=folder, help="further folders to measure")
    options = parser.parse_args()
    from conformance.errors import ConformanceError  # what mutants are made of is imported later

    try:
        ratios = list(measure(options.folders) if takes_folders else measure())
    except ConformanceError as error:
        parser.error(str(error))
    if options.json:
        rows = [{**asdict(r), "ratio": round(r.ratio, 3), "met": r.is_met} for r in ratios]
        print(json.dumps(rows, indent=2))
    else:
        print(table(ratios))
    sys.exit(0 if all(r.is_met for r in ratios) else 1)
