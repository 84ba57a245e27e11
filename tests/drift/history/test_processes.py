"""Several processes at once, and processes that are killed."""

from __future__ import annotations

import os
import random
import signal
import time
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa

from conformance.drift.history import database
from conformance.drift.history.database import migrate
from conformance.drift.history.store import HistoryStore, open_history
from tests.drift.history.nights import mark, run

_RUNS = 8
_KILLS = 20
_KEPT = 6


def _child(do: Callable[[], None]) -> int:
    """A process that does that and ends; its id."""
    process = os.fork()
    if not process:
        status = 1
        try:
            do()
            status = 0
        finally:
            os._exit(status)
    return process


def _remember_all(url: str, names: str, exchange: str) -> None:
    store = open_history(url)
    for number in range(_RUNS):
        store.remember(run(number, names, exchange=exchange))


def test_processes_that_remember_at_once(url: str) -> None:
    """From the first moment on: one of them begins the history, and no run is lost."""
    jobs = [("ab", "venue"), ("bc", "venue"), ("ac", "other")]
    children = [
        _child(lambda names=names, exchange=exchange: _remember_all(url, names, exchange))  # type: ignore[misc]
        for names, exchange in jobs
    ]
    assert [os.waitpid(child, 0)[1] for child in children] == [0, 0, 0]
    store = open_history(url)
    assert len(store.runs("venue")) == 2 * _RUNS
    assert len(store.runs("other")) == _RUNS
    trails = {each.finding.fingerprint: each.memory for each in store.findings("venue")}
    assert {name: memory.times_seen for name, memory in trails.items()} == {
        mark("a"): _RUNS,
        mark("b"): 2 * _RUNS,
        mark("c"): _RUNS,
    }


def test_readers_beside_a_writer(url: str) -> None:
    store = open_history(url)
    store.remember(run(0, "ab", exchange="venue"))
    child = _child(lambda: _remember_all(url, "ab", "venue"))
    seen = set()
    while os.waitpid(child, os.WNOHANG) == (0, 0):
        seen.add(_whole(store))
    assert _whole(store) == _RUNS + 1
    assert seen <= set(range(1, _RUNS + 2))


def test_a_process_that_is_killed_leaves_the_old_state_or_the_new_one(url: str) -> None:
    store = open_history(url)
    dice = random.Random(7)  # noqa: S311
    longest = 0.05
    kills = kept = 0
    while kills < _KILLS or kept < _KEPT:
        before = kept
        reader, writer = os.pipe()
        child = _child(lambda w=writer: _remember_and_tell(url, w))  # type: ignore[misc]
        os.close(writer)
        time.sleep(dice.uniform(0.0, longest))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        with os.fdopen(reader, "rb") as pipe:
            told = len(pipe.read())
        kept = _whole(store) if store.exists() else 0
        assert before + told <= kept <= before + told + 1
        kills += 1
        longest *= 1.1 if kept == before else 1.0  # a machine that is busy needs more time
    store.remember(run(0, "ab"))
    assert _whole(store) == kept + 1


def test_of_two_that_begin_a_history_at_once_neither_loses_a_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(tmp_path / "history.sqlite")

    def overtaken(connection: sa.Connection) -> None:
        monkeypatch.setattr(database, "migrate", migrate)
        open_history(url).remember(run(0, "ab"))
        migrate(connection)

    monkeypatch.setattr(database, "migrate", overtaken)
    open_history(url).remember(run(1, "ab"))
    assert _whole(open_history(url)) == 2
    assert [path.name for path in tmp_path.iterdir()] == ["history.sqlite"]


def test_a_file_system_without_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise PermissionError

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    test_of_two_that_begin_a_history_at_once_neither_loses_a_run(tmp_path, monkeypatch)


def test_a_kill_leaves_nothing_that_is_in_the_way(tmp_path: Path) -> None:
    """What is left of a beginning is not taken for a history."""
    path = tmp_path / "history.sqlite"
    for moment in range(12):
        child = _child(lambda: _remember_and_tell(str(path), 1))
        time.sleep(moment * 0.004)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        store = open_history(str(path))
        if path.exists():
            _whole(store)
            path.unlink()
        for left in tmp_path.glob("history.sqlite-*"):
            left.unlink()
    store.remember(run(0, "ab"))
    assert _whole(store) == 1


def _remember_and_tell(url: str, pipe: int) -> None:
    """One run after the other, with a byte for each that is kept."""
    store = open_history(url)
    for number in range(1000):
        store.remember(run(number, "ab"))
        if pipe != 1:
            os.write(pipe, b".")


def _whole(store: HistoryStore) -> int:
    """How many runs there are; each has both of its findings."""
    runs = store.runs()
    assert [each.findings for each in runs] == [2] * len(runs)
    assert len(store.findings()) == (2 if runs else 0)
    if runs:
        assert len(store.recall("venue").record.findings) == 2
    return len(runs)
