"""A command broken off at every step that writes, in a process of its own.

``python -m tests.pages.broken_off FAULT STRIDE TEMPLATE ROOT ARGUMENT...`` runs ``conformance
ARGUMENT...`` on a fresh copy of the project TEMPLATE again and again, each time with the fault
STRIDE steps later, until it is not reached any more.  After each it prints one JSON line with what
a reader finds then; sometimes, and whenever that is no whole exchange, also what is there after one
more run that nothing disturbs.

Faults: ``kill`` (SIGKILL), ``full`` (from that step on nothing more can be written), ``read-only``
(nor renamed or removed).
"""

from __future__ import annotations

import contextlib
import errno
import io
import json
import os
import shutil
import signal
import sys
from functools import partial
from pathlib import Path
from typing import Any

import conformance.pipeline.snapshots as command
from conformance.cli import main
from conformance.errors import ConformanceError
from conformance.pages.exchange import exchange_folder, load_exchange, read_page
from conformance.pages.fetch import FetchBounds, Fetcher
from conformance.pipeline.project import schema_files
from conformance.schema.files import find_stale

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT
_ADDING = ("os.mkdir", "os.link", "os.symlink", "tempfile.mkstemp", "tempfile.mkdtemp")
_MOVING = ("os.rename", "os.remove", "os.rmdir", "os.chmod")
_SIGNS = {"full": errno.ENOSPC, "read-only": errno.EROFS}


class Fault:
    """Comes at the given step, counted from 1, and stays."""

    def __init__(self, kind: str, step: int) -> None:
        self.kind, self.step, self.steps, self.reached = kind, step, 0, False

    def __call__(self, event: str, args: tuple[Any, ...]) -> None:
        adding = event in _ADDING or (
            event == "open" and isinstance(args[2], int) and args[2] & _WRITING
        )
        if str(args[0] if args else "").endswith(".lock"):
            return  # among the system's files, not the project's
        if not (adding or event in _MOVING) or str(args[0]).startswith("/dev/"):
            return
        self.steps += 1
        if self.steps < self.step:
            return
        self.reached = True
        if self.kind.startswith("kill"):
            os.kill(os.getpid(), signal.SIGKILL)
        elif self.kind == "read-only" or adding:
            raise OSError(_SIGNS[self.kind], os.strerror(_SIGNS[self.kind]), "file")


def nothing() -> io.TextIOWrapper:
    """Somewhere to write to, octets included."""
    return io.TextIOWrapper(io.BytesIO())


def run(root: Path, arguments: list[str], fault: Fault | None) -> tuple[int, str]:
    """Exit status (-9 when killed; 99 when the fault was not reached) and what it said."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(reader)
        told = io.StringIO()
        with (
            contextlib.redirect_stderr(told),
            contextlib.redirect_stdout(nothing()),
        ):
            if fault:
                sys.addaudithook(fault)
            status = main([*arguments, "--docs-root", str(root)])
        os.write(writer, told.getvalue().encode()[:60_000])
        os._exit(99 if fault and not fault.reached else status)
    os.close(writer)
    with os.fdopen(reader) as told_by:
        words = told_by.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), words


def state(root: Path) -> dict[str, Any]:
    """What a reader finds: pages, how many schemas do not agree with them, what is left over."""
    try:
        exchange = load_exchange(exchange_folder(root, "venue"))
        pages = [read_page(exchange, page).decode() for page in exchange.pages]
    except ConformanceError as error:
        return {"error": str(error)}
    left = [
        path.relative_to(root).as_posix()
        for folder in ("docs_snapshot", "schemas")
        for path in (root / folder).rglob(".*")
        if path.name != ".mine"
    ]
    differences = find_stale(root / "schemas/venue", schema_files(exchange))
    written = "".join(
        path.read_text() for path in sorted(exchange.root.iterdir()) if path.is_file()
    )
    by_hand = written.count("# by hand")
    return {"pages": pages, "stale": len(differences), "left": left, "by_hand": by_hand}


def broken_off(kind: str, stride: int, template: Path, root: Path, arguments: list[str]) -> None:
    vars(command)["Fetcher"] = partial(Fetcher, bounds=FetchBounds(interval=0))
    vars(os)["fsync"] = lambda _: None  # no power is lost here, only processes
    shutil.copytree(template, root)
    with (
        contextlib.redirect_stdout(nothing()),
        contextlib.redirect_stderr(nothing()),
    ):
        main([*arguments, "--docs-root", str(root)])  # what is imported now is shared by all forks
    step, status = 1 - stride, 0
    while status != 99:
        step += stride
        shutil.rmtree(root, ignore_errors=True)
        shutil.copytree(template, root)
        status, told = run(root, arguments, Fault(kind, step))
        then = state(root)
        line = {"step": step, "status": status, "told": told, "then": then}
        if step % 5 == 0 or "error" in then:
            again, _ = run(root, arguments, None)
            line |= {"again": again, "last": state(root)}
        print(json.dumps(line))  # noqa: T201


if __name__ == "__main__":
    broken_off(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5:])
