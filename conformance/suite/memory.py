"""What a run adds to the history, and what the history knows of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING

from conformance.drift.history.record import RunRecord, RunScope
from conformance.model.interaction import Origin
from conformance.pipeline.history import record_of, scope_of
from conformance.suite.session import KINDS, ExchangeRun

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore


def remember(store: HistoryStore, run: ExchangeRun, *, ended: bool, sandbox: bool) -> None:
    """Keep ``run`` in the history, and let it know those before it.

    A run against a sandbox is compared and not kept: what a sandbox answers says nothing
    about the exchange.

    Args:
        store: the history.
        run: one that is over.
        ended: whether it came to its end by itself.
        sandbox: whether the run was against a sandbox.

    Raises:
        InputError: the history cannot be read or written.
    """
    record = _record(run, ended=ended)
    if not sandbox:
        run.history = store.remember(record)
    elif store.exists():
        run.history = store.compare(record)


def _record(run: ExchangeRun, *, ended: bool) -> RunRecord:
    return record_of(
        run.exchange,
        run.report,
        scope_of_run(run),
        run.known,
        started=run.started,
        complete=ended and not run.evidence.failures and bool(run.contract.operations),
    )


def scope_of_run(run: ExchangeRun) -> RunScope:
    """What the run looked at; live answers count where no valid request was left to make."""
    pages = [page.path for page in run.exchange.pages]
    scope = scope_of(run.contracts, run.interactions, pages, _operations_requested(run))
    return replace(scope, examined=frozenset(_examined(scope, run)))


def _operations_requested(run: ExchangeRun) -> Iterator[str]:
    """Operations that got every kind of request."""
    for key in {operation for operation, _ in run.requested}:
        if all((key, kind) in run.requested for kind in KINDS):
            yield key


def _examined(scope: RunScope, run: ExchangeRun) -> Iterator[tuple[str, str]]:
    for operation, origin in scope.examined:
        if origin != Origin.LIVE.value or (operation, "valid") in run.requested:
            yield operation, origin
