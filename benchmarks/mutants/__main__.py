"""How many small changes of the code a test notices.

    python -m benchmarks.mutants conformance/checks/rules tests/checks
    python -m benchmarks.mutants conformance/reading/facets tests/reading --size 200 --seed 7

Draws mutants at random, holds the tests that run the changed line against each, and prints killed /
made by module and each one that survived with its place.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import pytest

from benchmarks.measure import existing
from benchmarks.mutants.edits import mutants_of
from benchmarks.mutants.trial import Trial, Verdict


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="benchmarks.mutants", description=__doc__)
    parser.add_argument("paths", nargs="+", type=existing, help="modules or folders, then tests")
    parser.add_argument("--size", type=int, default=100, help="mutants to draw (default: 100)")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args(arguments)
    tests = [
        path for path in options.paths if path.resolve().is_relative_to(Path("tests").resolve())
    ]
    if not tests:
        parser.error("name tests, too: a file or folder below tests/")
    sources = sorted(
        file.resolve()
        for path in options.paths
        if path not in tests
        for file in (path.rglob("*.py") if path.is_dir() else [path])
    )
    every = [mutant for file in sources for mutant in mutants_of(file)]
    drawn = random.Random(options.seed).sample(every, min(options.size, len(every)))  # noqa: S311
    os.environ["CI"] = "true"  # the same examples for every mutant
    trial = Trial(drawn, lambda line: print(line, file=sys.stderr))
    status = pytest.main(["-q", "-n0", "-pno:cacheprovider", *map(str, tests)], [trial])
    print(f"{len(drawn)} of {len(every)} mutants, seed {options.seed}")
    print(_table(trial.verdicts))
    return int(status)


def _table(verdicts: Sequence[Verdict]) -> str:
    made = Counter(str(m.path.relative_to(Path.cwd())) for m, _ in verdicts)
    living = [(m, killer) for m, killer in verdicts if killer in ("", "-")]
    alive = Counter(str(m.path.relative_to(Path.cwd())) for m, _ in living)
    lines = [f"{made[name] - alive[name]:5} / {made[name]:<5} {name}" for name in sorted(made)]
    lines.append(f"{made.total() - alive.total():5} / {made.total():<5} killed")
    for mutant, killer in sorted(living, key=lambda v: (v[0].path, v[0].line, v[0].change)):
        lines.append(
            f"{mutant.place}: {'no test runs it' if killer else 'survived'}: {mutant.change}"
        )
    return "\n".join(lines)


if __name__ == "__main__":
    sys.exit(main())
