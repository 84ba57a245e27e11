"""What the live suite finds of what is planted into the sandbox of each exchange.

    python -m benchmarks.faults                            every kind of fault, once
    python -m benchmarks.faults --subjects                 every kind at every documented subject
    python -m benchmarks.faults --exchange upbit --json

Each fault is a run of the suite of its own, as a whole process, on pages without recordings and
with no drift known: what is accepted elsewhere is to be found here.  Counted are faults, and of
their findings those that a run without any fault does not have.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, Final

from conformance.pages.exchange import Exchange, find_root
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import load_exchanges
from conformance.sandbox.faults import KINDS, FaultKind, SandboxContext, fault_sites, read_fault
from conformance.sandbox.replies import Replies

_PATIENCE: Final = ("--live-timeout", "1")
"""For servers that are slow on purpose; ``slow`` alone is slower."""
_COLUMNS: Final = ("places", "planted", "found", "missed", "false")


@dataclass(frozen=True, slots=True, kw_only=True)
class Planted:
    """One fault, and what the suite made of it."""

    fault: str
    found: tuple[str, ...]
    """Rule and subject of what the fault is found as."""
    false: tuple[str, ...]
    """Rule and subject of what else there is, that is not there without the fault."""
    error: str = ""
    """Why nothing could be asked; empty when something was."""


@dataclass(slots=True, kw_only=True)
class Row:
    """One kind of fault at one exchange."""

    exchange: str
    kind: str
    fault_sites: int
    """Where faults of the kind can be planted; 0 when the exchange documents nothing of it."""
    runs: list[Planted] = field(default_factory=list)

    @property
    def counts(self) -> tuple[int, ...]:
        """As in the columns of the table."""
        found = sum(bool(run.found) for run in self.runs)
        false = sum(len(run.false) for run in self.runs)
        return self.fault_sites, len(self.runs), found, len(self.runs) - found, false


@dataclass(frozen=True, slots=True)
class Suite:
    """The live suite of one exchange."""

    name: str
    context: SandboxContext
    root: Path
    """A project with this exchange and nothing else."""

    def findings(self, *arguments: str) -> tuple[set[tuple[str, str]], str]:
        """Rule and subject of every finding, and what went wrong with the run itself."""
        with tempfile.TemporaryDirectory() as folder:
            given = ("--docs-root", f"{self.root}", "--drift-report", folder, *arguments)
            done = _pytest("--exchange", self.name, "--sandbox", "-k", "test_live", *given)
            try:
                report = json.loads((Path(folder) / f"{self.name}.json").read_bytes())
            except (OSError, ValueError):
                return set(), f"exit {done.returncode}: {done.stderr[-2000:]}{done.stdout[-2000:]}"
        findings = [*report["findings"], *report.get("set_apart", {}).get("sandbox", ())]
        return {(f["rule"], f["subject"]) for f in findings}, ""


def _pytest(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "pytest", "conformance/", "-q", "-p", "no:cacheprovider"]
    environment = {**os.environ, "HYPOTHESIS_PROFILE": "ci"}
    return subprocess.run(
        [*command, *arguments], env=environment, capture_output=True, text=True, check=False
    )


def suite_of(exchange: Exchange, root: Path) -> Suite:
    """The suite of an exchange of which ``root``, a new folder, is to hold the pages."""
    folder = root / exchange.root.parent.name / exchange.name
    shutil.copytree(exchange.root, folder, ignore=shutil.ignore_patterns("known_drift.toml"))
    contract = read_exchange(exchange).contract
    said = any(operation.auth for operation in contract.operations)
    context = SandboxContext(contract.operations, Replies(), None if said else exchange.auth)
    return Suite(exchange.name, context, root)


def plantings(kind: FaultKind, context: SandboxContext, *, subjects: bool) -> Iterator[str]:
    """The faults of a kind to plant, as the command line has them."""
    where = fault_sites(read_fault(kind.name), context)
    if subjects and kind.takes == "subject":
        yield from (f"{kind.name}:{place.subject}" for place in where)
    elif any(not place.has_to_be_named for place in where):
        yield f"{kind.name}:2" if kind.name == "slow" else kind.name


def planted(suite: Suite, usual: set[tuple[str, str]], text: str) -> Planted:
    """What the suite makes of one fault."""
    seen, error = suite.findings("--fault", text, *_PATIENCE)
    meant = fault_sites(read_fault(text), suite.context)
    wanted = {(place.rule, place.subject) for place in meant}
    new = seen - usual
    return Planted(
        fault=text,
        found=tuple(sorted(f"{rule} {subject}" for rule, subject in new & wanted)),
        false=tuple(sorted(f"{rule} {subject}" for rule, subject in new - wanted)),
        error=error,
    )


def rows(suite: Suite, kinds: Sequence[FaultKind], *, subjects: bool, jobs: int) -> Iterator[Row]:
    """A row for each kind of fault; the runs of one kind are done ``jobs`` at a time."""
    usual, error = suite.findings()
    if error:
        sys.exit(f"{suite.name} without a fault: {error}")
    with ThreadPoolExecutor(jobs) as pool:
        for kind in kinds:
            texts = list(plantings(kind, suite.context, subjects=subjects))
            where = len(fault_sites(read_fault(kind.name), suite.context))
            runs = list(pool.map(partial(planted, suite, usual), texts))
            yield Row(exchange=suite.name, kind=kind.name, fault_sites=where, runs=runs)


def table(found: Sequence[Row]) -> str:
    """Rows as a Markdown table, with the faults that were missed or mistaken below it."""
    lines = ["| exchange | fault | " + " | ".join(_COLUMNS) + " |"]
    lines.append("|---|---|" + "---:|" * len(_COLUMNS))
    lines += [f"| {r.exchange} | {r.kind} | {' | '.join(map(str, r.counts))} |" for r in found]
    sums = map(sum, zip(*(r.counts for r in found), strict=True))
    lines.append(f"| all | | {' | '.join(map(str, sums))} |")
    return "\n".join((*lines, "", *_wrong(found)))


def _wrong(found: Sequence[Row]) -> Iterator[str]:
    for row in found:
        for run in row.runs:
            told = run.error or ("" if run.found else "missed")
            if told or run.false:
                more = f"{told}; false: {', '.join(run.false)}" if run.false else told
                yield f"{row.exchange} {run.fault}: {more}"


def main(arguments: Sequence[str] | None = None) -> int:
    """Print the table; 1 when a fault is missed or something else is found, 2 for nothing done."""
    parser = argparse.ArgumentParser(description="What the live suite finds of planted faults.")
    parser.add_argument("--exchange", action="append", default=[], metavar="NAME")
    parser.add_argument("--kind", action="append", default=[], choices=[k.name for k in KINDS])
    parser.add_argument("--subjects", action="store_true", help="at every documented subject")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, help="runs at a time")
    parser.add_argument("--json", action="store_true", help="print JSON instead of a table")
    args = parser.parse_args(arguments)
    kinds = [kind for kind in KINDS if not args.kind or kind.name in args.kind]
    found: list[Row] = []
    for exchange in load_exchanges(find_root(None), args.exchange):
        with tempfile.TemporaryDirectory() as folder:
            suite = suite_of(exchange, Path(folder))
            for row in rows(suite, kinds, subjects=args.subjects, jobs=args.jobs):
                sys.stderr.write(f"{row.exchange} {row.kind}: {row.counts}\n")
                found.append(row)
    print(json.dumps([_as_json(row) for row in found], indent=2) if args.json else table(found))
    return 1 if any(row.counts[-1] or row.counts[-2] for row in found) else 0


def _as_json(row: Row) -> dict[str, Any]:
    return {**asdict(row), **dict(zip(_COLUMNS, row.counts, strict=True))}


if __name__ == "__main__":
    sys.exit(main())
