"""``python -m benchmarks.verdicts draw FOLDER...`` and ``... score SHEET``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from benchmarks.measure import existing, folder
from benchmarks.verdicts.sheet import as_table, check_folder, draw, read_sheet, write_sheet
from conformance.errors import ConformanceError


def main(argv: Sequence[str] | None = None) -> int:
    """Draw or score; the exit status is 0 whatever the figures, 2 when there are none."""
    args = _parser().parse_args(argv)
    try:
        if args.command == "score":
            print(as_table([entry for path in args.sheet for entry in read_sheet(path)]), end="")
            return 0
        found = [item for folder in args.folder for item in check_folder(folder)]
    except ConformanceError as error:
        print(f"verdicts: {error}", file=sys.stderr)
        return 2
    drawn = draw(found, args.seed, args.size)
    args.output.write_text(write_sheet(drawn), "utf-8")
    print(f"{len(drawn)} of {len(found)} findings drawn with seed {args.seed}", file=sys.stderr)
    return 0 if drawn else 2


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.verdicts",
        description="Judge by hand how many findings are true: draw a sample of what `check` finds "
        "at warning and above, fill in the sheet with page and body open, score it.",
    )
    commands = parser.add_subparsers(dest="command", required=True)
    drawing = commands.add_parser("draw", help="write a sheet of findings to judge")
    drawing.add_argument(
        "folder", nargs="+", type=folder, help="pages in FOLDER/docs, .ndjson or .har beside it"
    )
    drawing.add_argument("--seed", type=int, default=1, help="the same draws the same (default: 1)")
    drawing.add_argument("--size", type=int, default=100, help="findings to draw (default: 100)")
    drawing.add_argument("-o", "--output", type=Path, default=Path("verdicts.toml"))
    scoring = commands.add_parser("score", help="count a sheet that was filled in")
    scoring.add_argument("sheet", nargs="+", type=existing)
    return parser


if __name__ == "__main__":
    raise SystemExit(main())
