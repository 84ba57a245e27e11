"""Evidence held against the documentation by the workers of a Dask cluster.

The contract is sent once to each worker, files are read by the workers, and what they come to is
added up by the same merge as everywhere.  What a worker that died was at is done again by another
one: only results that arrive are added, so nothing counts twice.
"""

from __future__ import annotations

import pickle
from collections.abc import Iterable, Iterator, Sequence
from importlib import import_module
from typing import Any, Final

from conformance.errors import InputError, UsageError, naming_extras
from conformance.evidence.loading import Unit
from conformance.evidence.octets import STDIN
from conformance.pipeline.evidence import EvidenceChecker, EvidenceResult

BLOCK: Final = 64 * 1024 * 1024
"""Octets of one file of lines that a worker reads at once."""
_TASKS: Final = 10_000
"""Tasks of one run: files beyond that share one."""


def check_on_cluster(
    checker: EvidenceChecker, units: Iterable[Unit], address: str
) -> EvidenceResult:
    """What all of the evidence comes to, worked out by the workers of the scheduler at ``address``.

    ``local`` stands for a cluster of processes on this machine.  Workers read the evidence
    themselves: it has to be where they can.

    Raises:
        MissingExtraError: Dask is not installed.
        UsageError: evidence is given that only this process can read.
        InputError: there is no such scheduler, or the cluster gave up.
    """
    with naming_extras():
        dask: Any = import_module("dask")
        bags: Any = import_module("dask.bag")
        distributed: Any = import_module("distributed")

    work = list(_refuse_stdin(block for unit in units for block in unit.blocks(BLOCK)))
    if not work:
        return EvidenceResult()
    contract = dask.delayed(pickle.loads)(pickle.dumps(checker))
    bag = bags.from_sequence(work, npartitions=min(len(work), _TASKS))
    results = bag.map_partitions(_check_all, contract).fold(_added, split_every=8)
    try:
        with _client(distributed, address):
            result: EvidenceResult = results.compute()
            return result
    except distributed.scheduler.KilledWorker as error:
        raise InputError(f"the cluster at {address} gave up: {error}") from error


def _client(distributed: Any, address: str) -> Any:
    """A client of the cluster; one of this machine's own ends with it."""
    if address != "local":
        try:
            return distributed.Client(address)
        except (OSError, ValueError) as error:
            raise InputError(f"no Dask scheduler at {address}: {error}") from error
    return distributed.Client(processes=True, threads_per_worker=1, dashboard_address=None)


def _refuse_stdin(units: Iterable[Unit]) -> Iterator[Unit]:
    for unit in units:
        if unit.path == STDIN:
            raise UsageError("a cluster cannot read standard input", hint="name files or URLs")
        yield unit


def _check_all(units: Sequence[Unit], checker: EvidenceChecker) -> list[EvidenceResult]:
    result = EvidenceResult()
    for unit in units:
        result.take(checker, unit.read())
    return [result]


def _added(first: EvidenceResult, second: EvidenceResult) -> EvidenceResult:
    """Both in one; neither is changed, since either may be asked for again."""
    return EvidenceResult().merge(first).merge(second)
