"""Programs of this project in a process of their own, a fork of this one: nothing to import.

Whatever the program changes is gone with it, and it ends as it likes: by a status or by a signal.
What a start from nothing is like, other tests see.
"""

from __future__ import annotations

import contextlib
import gc
import io
import os
import signal
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import IO, Literal, NoReturn


@dataclass(frozen=True, slots=True)
class Done:
    """What came of a command."""

    status: int
    """Negative where a signal ended it."""
    out: str
    err: str


def run_forked(
    main: Callable[[], int], folder: Path, environment: Mapping[str, str], seconds: float = 110
) -> Done:
    """``main`` in ``folder``, with nothing in the environment but ``environment``."""
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        with Path(os.devnull).open() as nothing:
            files = (nothing.fileno(), out.fileno(), err.fileno())
            process = fork(partial(become, main, folder, environment, files))
        status = _wait(process, seconds)
        return Done(status, _text(out), _text(err))


def fork(become: Callable[[], NoReturn]) -> int:
    """The id of a new process that does that."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: none of them is ours
        process = os.fork()
    return process or become()


def run_pytest(*arguments: str | Path) -> int:
    """pytest as if it had just been started; modules of the suite are imported anew."""
    import pytest

    for name in [name for name in sys.modules if name.startswith("conformance.suite")]:
        del sys.modules[name]
    known = ("-W", "ignore:Module already imported:pytest.PytestAssertRewriteWarning")
    return int(pytest.main([*known, *map(str, arguments)]))


def become(
    main: Callable[[], int], folder: Path, environment: Mapping[str, str], files: Sequence[int]
) -> NoReturn:
    """Be ``main`` from here on; ``files`` are its input, output and errors."""
    status = 1
    try:
        gc.freeze()  # what is inherited, nobody has to look through
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGALRM):
            signal.signal(number, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for usual, file in enumerate(files):
            os.dup2(file, usual)
        sys.stdin, sys.stdout, sys.stderr = _stream(0, "r"), _stream(1), _stream(2, at_once=True)
        given = dict(environment)
        os.environ.clear()
        os.environ.update(given)
        sys.path[:0] = filter(None, given.get("PYTHONPATH", "").split(os.pathsep))
        os.chdir(folder)
        status = main()
    except SystemExit as done:
        status = done.code if isinstance(done.code, int) else int(done.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            with contextlib.suppress(ValueError):
                stream.flush()
        os._exit(status)


def _stream(
    number: int, mode: Literal["r", "w"] = "w", *, at_once: bool = False
) -> io.TextIOWrapper:
    """As Python opens it; errors line by line, so that they stand before what comes later."""
    buffering = 1 if at_once else -1
    return open(number, mode, buffering, encoding="utf-8", closefd=False)


def _wait(process: int, seconds: float) -> int:
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        ended, status = os.waitpid(process, os.WNOHANG)
        if ended:
            return os.waitstatus_to_exitcode(status)
        time.sleep(0.01)
    os.kill(process, signal.SIGKILL)
    os.waitpid(process, 0)
    raise TimeoutError(f"process {process} was not done after {seconds:.0f} s")


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode(errors="replace")
