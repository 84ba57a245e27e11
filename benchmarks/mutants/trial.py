"""Tests held against mutants: everything is collected once, each mutant lives in a fork.

A first fork notes which test runs which line; a mutant then meets only the tests of its line, the
quickest first, up to the first that fails.
"""

from __future__ import annotations

import functools
import gc
import importlib
import json
import os
import signal
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final, TypeAlias

import pytest

from benchmarks.mutants.edits import Mutant

_SECONDS: Final = 60
"""After which a mutant counts as killed: it made something endless."""

Verdict: TypeAlias = tuple[Mutant, str]
"""A mutant and the test that failed of it: ``""`` where none did, ``-`` where none ran it."""


class Trial:
    """A plugin of pytest that runs mutants instead of tests."""

    def __init__(self, mutants: Sequence[Mutant], progress: Callable[[str], None]) -> None:
        self.mutants = mutants
        self.verdicts: list[Verdict] = []
        self._progress = progress
        self._failed = False

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed |= report.failed

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        items = {item.nodeid: item for item in session.items}
        covered, seconds = _in_fork(lambda: self._map(session.items), timeout=3600)
        for number, mutant in enumerate(self.mutants, 1):
            tests = covered.get(f"{mutant.path}:{mutant.line}", [])
            tests = sorted(tests, key=lambda name: seconds[name])
            killer = self._meet(mutant, [items[name] for name in tests]) if tests else "-"
            self.verdicts.append((mutant, killer))
            self._progress(
                f"{number} of {len(self.mutants)}: {mutant.place}: {killer or 'SURVIVED'}"
            )
        return True

    def _map(self, items: Sequence[pytest.Item]) -> tuple[dict[str, list[str]], dict[str, float]]:
        """``path:line`` -> tests that run it and pass; test -> seconds."""
        import coverage

        files = sorted({str(mutant.path) for mutant in self.mutants})
        measured = coverage.Coverage(data_file=None, include=files, config_file=False)
        seconds: dict[str, float] = {}
        measured.start()
        caches = [c for c in _list_caches() if c.__wrapped__.__code__.co_filename in files]
        for item in items:
            for cached in caches:  # a line that only the first test runs is of all the others, too
                cached.cache_clear()
            measured.switch_context(item.nodeid)
            began, self._failed = time.perf_counter(), False
            self._run(item)
            if not self._failed:
                seconds[item.nodeid] = time.perf_counter() - began
        measured.stop()
        lines: dict[str, list[str]] = {}
        for file in files:
            for line, names in measured.get_data().contexts_by_lineno(file).items():
                lines[f"{file}:{line}"] = [name for name in names if name in seconds]
        return lines, seconds

    def _meet(self, mutant: Mutant, items: Sequence[pytest.Item]) -> str:
        def trial() -> str:
            _replace(mutant)
            for item in items:
                self._failed = False
                self._run(item)
                if self._failed:
                    return item.nodeid
            return ""

        return str(_in_fork(trial, timeout=_SECONDS, otherwise="out of time"))

    def _run(self, item: pytest.Item) -> None:
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=None)


def _in_fork(job: Callable[[], Any], timeout: int, otherwise: Any = None) -> Any:
    """What ``job`` returns in a copy of this process, as JSON; ``otherwise`` where it dies."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(timeout)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        with os.fdopen(writing, "w") as pipe:
            json.dump(job(), pipe)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        text = pipe.read()
    os.waitpid(child, 0)
    return json.loads(text) if text else otherwise


def _replace(mutant: Mutant) -> None:
    """Put the changed code into the living function, and forget what it returned before."""
    package = mutant.path.with_suffix("").relative_to(Path.cwd()).parts
    module = importlib.import_module(".".join(package).removesuffix(".__init__"))
    found = list(_living(module.__dict__, mutant.function))
    assert found, f"no function {'.'.join(mutant.function)} in {module.__name__}"
    for function in found:
        function.__code__ = mutant.code
    for cached in _list_caches():
        cached.cache_clear()


def _list_caches() -> list[functools._lru_cache_wrapper[Any]]:
    return [o for o in gc.get_objects() if isinstance(o, functools._lru_cache_wrapper)]


def _living(names: Mapping[str, Any], path: tuple[str, ...]) -> Iterator[FunctionType]:
    """The function of that name, out of whatever decorators put around it."""
    value = names.get(path[0])
    if len(path) > 1:
        yield from _living(vars(value), path[1:]) if isinstance(value, type) else ()
        return
    for name in ("fget", "func", "find", "judge", "__func__", "__wrapped__"):
        value = getattr(value, name, None) or value  # a rule about pages finds, and judges nothing
    if isinstance(value, FunctionType) and isinstance(value.__code__, CodeType):
        yield value
