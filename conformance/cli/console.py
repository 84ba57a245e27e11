"""Results go to stdout or a file, everything else to stderr."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from conformance.errors import InputError
from conformance.report.report import Style
from conformance.snapshot.atomic import write_atomic


def say(message: str) -> None:
    """One line for the person at the terminal."""
    sys.stderr.write(f"{message}\n")


def deliver(content: str, output: Path | None) -> None:
    """The result: to ``output`` atomically, or to stdout as UTF-8.

    Raises:
        InputError: the file cannot be written.
    """
    data = content.encode("utf-8", "backslashreplace")
    if output is None:
        sys.stdout.flush()
        sys.stdout.buffer.write(data)
        sys.stdout.buffer.flush()
        return
    try:
        write_atomic(output, data)
    except OSError as error:
        raise InputError(
            f"{output}: cannot be written: {error.strerror}", hint="check the folder and its rights"
        ) from error


def style(output: Path | None) -> Style:
    """Colour only on a terminal that wants it (https://no-color.org), as wide as it is."""
    terminal = output is None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
    colour = terminal and not os.environ.get("NO_COLOR")
    return Style(colour=colour, width=shutil.get_terminal_size().columns if terminal else 100)


class Progress:
    """A counter on one line of a terminal's stderr; silent everywhere else."""

    def __init__(self, what: str) -> None:
        self._what = what
        self._shown = sys.stderr.isatty()

    def __call__(self, done: int, total: int, name: str) -> None:
        if not self._shown:
            return
        line = f"{self._what} {done}/{total} {name}"
        width = shutil.get_terminal_size().columns - 1
        sys.stderr.write(f"\r{line[:width]:<{width}}")
        if done == total:
            sys.stderr.write(f"\r{'':<{width}}\r")
        sys.stderr.flush()
