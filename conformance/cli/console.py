"""Results go to stdout or a file, everything else to stderr; what commands do with an outcome."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sys
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Final

from conformance.cli.main import DONE, FAILED, FOUND
from conformance.cli.options import CONFIDENCES, Result
from conformance.errors import InputError, UsageError
from conformance.model.finding import Finding, Severity
from conformance.pages.files import write_atomic
from conformance.report import render
from conformance.report.plain import make_printable, width, window
from conformance.report.report import Style

if TYPE_CHECKING:
    from conformance.pipeline.outcomes import Outcome


def say(message: str) -> None:
    """One line for the person at the terminal, with nothing in it that a terminal obeys."""
    if sys.stderr is not None:
        sys.stderr.write(f"{make_printable(message)}\n")


def deliver(content: str, output: Path | None) -> None:
    """Write the result atomically to ``output``, or to stdout as UTF-8.  Raises InputError."""
    data = content.encode("utf-8", "backslashreplace")
    if output is None or output == Path("/dev/stdout"):
        _to_stdout(data)
    elif output.exists() and not output.is_file():
        # A pipe or device is written into, not replaced; a folder cannot be
        try:
            with output.open("wb") as file:
                file.write(data)
        except OSError as error:
            raise InputError(f"{output}: cannot be written: {error.strerror}") from error
    else:
        write_atomic(output, data)


def _to_stdout(data: bytes) -> None:
    if sys.stdout is None:
        raise InputError("standard output is closed", hint="name a file with -o")
    try:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
    except BrokenPipeError:
        raise
    except OSError as error:
        sys.stdout = None
        what = f"standard output cannot be written: {error.strerror}"
        raise InputError(what, hint="name a file with -o") from error


def refuse_overwriting(output: Path | None, inputs: Iterable[Path]) -> None:
    """The result may not take the place of what it was made from.  Raises UsageError: it would."""
    if output is not None and any(output.resolve() == path.resolve() for path in inputs):
        raise UsageError(f"{output} is one of the inputs", hint="write to another file")


def style(output: Path | None) -> Style:
    """Colour only on a terminal, unless ``NO_COLOR`` (https://no-color.org) or ``FORCE_COLOR``
    (https://force-color.org) decides; a named file is never coloured."""
    shown = output is None and sys.stdout is not None and sys.stdout.isatty()
    terminal = shown and os.environ.get("TERM") != "dumb"
    forced = output is None and bool(os.environ.get("FORCE_COLOR"))
    colour = (terminal or forced) and not os.environ.get("NO_COLOR")
    columns = shutil.get_terminal_size().columns if terminal else 100
    return Style(colour=colour, width=columns, wrap=terminal)


def room(output: Path | None) -> int | None:
    """The terminal's width; None where the result goes elsewhere and is not to be cut."""
    shown = output is None and sys.stdout is not None and sys.stdout.isatty()
    return style(output).width if shown else None


_SOON: Final = 2.0
"""Seconds after which a rate says something."""


class Progress:
    """A counter on one line of a terminal's stderr, with rate and time left; silent elsewhere."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr is not None and sys.stderr.isatty()
        self._first: tuple[int, float] | None = None

    def __call__(self, done: int, total: int, name: str) -> None:
        if not self._shown:
            return
        now = time.monotonic()
        first, began = self._first = self._first or (done, now)
        pace = ""
        if now - began > _SOON:
            rate = (done - first) / (now - began)
            left = f", {dt.timedelta(seconds=round((total - done) / rate))} left" if rate else ""
            pace = f" ({rate:.1f}/s{left})"
        line = make_printable(f"{self._what} {done}/{total}{pace} {name}")
        room = max(_measure_terminal() - 1, 1)  # in its last column a terminal begins a new line
        shown = window(line, 0, 0, room)[0] if room > 2 else ""
        sys.stderr.write(f"\r{shown}{' ' * (room - width(shown))}")
        if done == total:
            sys.stderr.write(f"\r{' ' * room}\r")
        sys.stderr.flush()


def _measure_terminal() -> int:
    """Columns of the terminal that stderr is, whatever stdout is."""
    given = os.environ.get("COLUMNS", "")
    try:
        if given.isdecimal():
            return int(given)
        return os.get_terminal_size(sys.stderr.fileno()).columns
    except (OSError, ValueError):
        return 80


_SHOWING: Final = ("html", "markdown")
"""Formats with a place for a page's table."""
SUMMARY_BYTES: Final = 1_000_000
"""Of a step's summary: GitHub refuses one of more than a mebibyte."""


def finish(outcome: Outcome, result: Result, inputs: Iterable[Path] = ()) -> int:
    """Report what was found, say what was not done, give the exit status.  Raises UsageError: the
    report would replace one of ``inputs``; InputError: it cannot be written."""
    refuse_overwriting(result.output, inputs)
    for note in outcome.notes:
        say(note)
    publish(outcome, result)
    for failure in outcome.failures:
        say(failure)
    if outcome.failures:
        return FAILED
    grave, sure = _count_grave(outcome.counted, result)
    if grave and not sure:
        # Why the exit status is 0 beside findings, and what would count them
        from conformance.report.words import summarize_findings

        surest = min((f.confidence for f in grave), key=CONFIDENCES.index)
        found = [f for f in grave if f.confidence == surest]
        them = "it counts" if len(found) == 1 else "they count"
        counted = f"{summarize_findings(found)} of {surest} confidence"
        say(f"exit status {DONE}: {counted}, {them} with --confidence {surest}")
    return FOUND if sure else DONE


def publish(outcome: Outcome, result: Result) -> None:
    """Render the reports; annotations also leave a summary for GitHub.  Raises InputError."""
    reports = outcome.reports
    if outcome.pages and result.format in _SHOWING:
        from conformance.pipeline.reports import add_excerpts_of_files

        reports = tuple(add_excerpts_of_files(report, outcome.pages) for report in reports)
    deliver(render(reports, result.format, style(result.output)), result.output)
    summary = os.environ.get("GITHUB_STEP_SUMMARY")
    if result.format == "github" and summary:
        # append the report to the step's summary, which several steps share
        path = Path(summary)
        text = render(reports, "markdown").encode("utf-8", "backslashreplace")
        if len(text) > SUMMARY_BYTES:
            end = text.rfind(b"\n\n## ", 0, SUMMARY_BYTES)
            text = text[: max(end, 0)] + b"\n\nThe rest did not fit into a summary.\n"
        try:
            with path.open("ab") as file:
                file.write(text + b"\n")
        except OSError as error:
            say(f"{path}: no summary was written: {error.strerror}")


def _count_grave(
    findings: Sequence[Finding], result: Result
) -> tuple[list[Finding], list[Finding]]:
    """Those as grave as ``--fail-on``; and of these those as sure as ``--confidence``."""
    if result.fail_on == "never":
        return [], []
    severity = Severity[result.fail_on.upper()]
    sure = CONFIDENCES[: CONFIDENCES.index(result.confidence) + 1]
    grave = [f for f in findings if f.severity >= severity]
    return grave, [f for f in grave if f.confidence in sure]
