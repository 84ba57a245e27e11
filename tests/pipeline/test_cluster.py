"""A cluster comes to what one process comes to, whichever of its workers die."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from conformance.errors import InputError, UsageError
from conformance.evidence import octets
from conformance.evidence.loading import find_units
from conformance.model.interaction import Interaction
from conformance.pipeline import evidence
from conformance.pipeline.evidence import (
    EvidenceChecker,
    OriginParts,
    check_on_cluster,
    check_units,
)
from tests.pipeline.test_evidence import CHECKER, lines

distributed = pytest.importorskip("distributed", reason="the extra scale is not installed")


class SlowChecker(EvidenceChecker, frozen=True):
    """One that takes its time, and leaves the number of its process in a folder."""

    folder: Path = Path()

    def take(self, parts: OriginParts, interaction: Interaction) -> None:
        (self.folder / str(os.getpid())).touch()
        time.sleep(0.004)
        EvidenceChecker.take(self, parts, interaction)


@pytest.fixture
def scheduler() -> Iterator[Any]:
    """Two worker processes on loopback."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, host="127.0.0.1", dashboard_address=None
    ) as started:
        yield started


def kill_first(folder: Path, killed: list[int]) -> None:
    """Kill the first process that is at work."""
    while not (found := list(folder.iterdir())):
        time.sleep(0.01)
    time.sleep(0.1)
    killed.append(int(found[0].name))
    os.kill(killed[0], signal.SIGKILL)


@pytest.mark.timeout(300)  # workers are new processes that import everything
@pytest.mark.filterwarnings("default")
def test_a_worker_that_dies_changes_nothing(
    scheduler: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(octets, "SEGMENT", 4000)
    monkeypatch.setattr(evidence, "BLOCK", 20_000)
    archive, pids = tmp_path / "archive", tmp_path / "pids"
    archive.mkdir()
    pids.mkdir()
    (archive / "a.ndjson").write_text("".join(lines(0, 400)))
    for n in range(3):
        (archive / f"b{n}.ndjson").write_text("".join(lines(400 + 20 * n, 420 + 20 * n)))
    plain = check_units(CHECKER, find_units(archive))
    killed: list[int] = []
    killer = threading.Thread(target=kill_first, args=(pids, killed))
    killer.start()
    slow = SlowChecker(CHECKER.api, CHECKER.others, pids)
    found = check_on_cluster(slow, find_units(archive), scheduler.scheduler_address)
    killer.join()
    assert len(list(pids.iterdir())) > 1
    assert CHECKER.result(found.parts) == CHECKER.result(plain.parts)
    assert (found.failures, found.failed, found.asides) == (
        plain.failures,
        plain.failed,
        plain.asides,
    )


def test_a_large_file_is_read_in_blocks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(octets, "SEGMENT", 4000)
    path = tmp_path / "a.ndjson"
    path.write_text("\n" + "\n\n".join(lines(0, 300)))
    (whole,) = find_units(path)
    blocks = list(whole.blocks(10_000))
    assert len(blocks) > 3
    assert [one for block in blocks for one in block.read()] == list(whole.read())
    (tmp_path / "b.txt").write_text("x" * 9000)
    assert [unit.lines for unit in find_units(tmp_path / "b.txt") for unit in unit.blocks(9)] == [
        None
    ]


def test_what_a_cluster_cannot_do_is_said(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="standard input"):
        check_on_cluster(CHECKER, find_units(Path("-")), "local")
    (tmp_path / "a.ndjson").write_text("{}\n{}\n")
    with pytest.raises(InputError, match="no Dask scheduler at nowhere: "):
        check_on_cluster(CHECKER, find_units(tmp_path), "nowhere")
