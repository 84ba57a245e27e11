"""``python -m benchmarks.accuracy FOLDER --truth SPEC``."""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.accuracy.score import Scores, score
from benchmarks.accuracy.spec import Described, Key, operations, read_spec
from benchmarks.accuracy.table import as_json, as_table
from benchmarks.measure import existing
from conformance.errors import ConformanceError
from conformance.pipeline.pages import read_paths
from conformance.schema.openapi import to_openapi


def main(argv: Sequence[str] | None = None) -> int:
    """Measure and print; the exit status is 0 whatever the figures, 2 when there are none."""
    args = _parser().parse_args(argv)
    try:
        scores = measure(
            args.folder,
            args.truth,
            ignored=[name for names in args.ignore for name in names.split(",")],
            requests_only=args.requests_only,
            jobs=max(1, args.jobs),
        )
    except ConformanceError as error:
        print(f"accuracy: {error}", file=sys.stderr)
        return 2
    if args.json:
        print(json.dumps(as_json(scores), indent=2))
    else:
        print(as_table(scores, args.misses), end="")
    if not scores.both:
        print("accuracy: no operation is in both: nothing was measured", file=sys.stderr)
        return 2
    return 0


def measure(
    paths: Sequence[Path],
    truth: Sequence[Path],
    *,
    ignored: Sequence[str] = (),
    requests_only: bool = False,
    jobs: int = 1,
) -> Scores:
    """Read the pages under ``paths`` and compare what they say with all of ``truth``.

    Raises:
        InputError: a path or document cannot be read.
    """
    want: dict[Key, Described] = {}
    for path in truth:
        want |= operations(read_spec(path))
    contract = read_paths(paths, jobs=jobs).contract
    got = operations(to_openapi(contract))
    return score(got, want, ignored=ignored, requests_only=requests_only)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.accuracy",
        description="Read documentation pages and score what was understood against an official "
        "OpenAPI or Swagger document. Operations are matched by method and path; their inputs "
        "(path, query, body) and the members of their first successful answer by dotted name.",
    )
    parser.add_argument("folder", nargs="+", type=existing, metavar="FOLDER", help="pages to read")
    parser.add_argument(
        "--truth", nargs="+", type=existing, required=True, metavar="SPEC", help="JSON or YAML"
    )
    parser.add_argument(
        "--requests-only", action="store_true", help="the truth describes no answers"
    )
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        metavar="NAME,NAME",
        help="inputs to leave out on both sides (a signature every request has, say)",
    )
    parser.add_argument(
        "--misses", type=int, default=20, metavar="N", help="how many to print (default: 20)"
    )
    parser.add_argument("-j", "--jobs", type=int, default=1, metavar="N", help="processes")
    parser.add_argument("--json", action="store_true", help="the figures alone, as JSON")
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
