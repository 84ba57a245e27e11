"""``conformance explain``."""

from __future__ import annotations

import argparse
from pathlib import Path

from conformance.cli.console import Progress, deliver
from conformance.cli.main import DONE
from conformance.errors import UsageError
from conformance.pipeline.explain import explain_page
from conformance.report.contract_text import explanation_json, render_explanation


def run(args: argparse.Namespace) -> int:
    """Say how a page, or one line of it, was read and why."""
    page, line = _page_and_line(args.page)
    explanation = explain_page(page, args.docs, Progress("reading"))
    if line is not None:
        explanation = explanation.near(line)
    render = explanation_json if args.format == "json" else render_explanation
    deliver(render(explanation), args.output)
    return DONE


def _page_and_line(argument: str) -> tuple[Path, int | None]:
    """``PAGE`` or ``PAGE:LINE``; a file whose name ends that way is a file."""
    path, colon, line = argument.rpartition(":")
    if not colon or Path(argument).exists():
        return Path(argument), None
    if not (line.isascii() and line.isdigit() and len(line) < 10):
        raise UsageError(f"{argument}: {line!r} is no line number", hint="write PAGE:LINE")
    return Path(path), int(line)
