"""A sandbox made of pages."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.pages.roots import find_root
from conformance.pipeline.pages import read_exchange, read_paths
from conformance.pipeline.passes import Progress
from conformance.pipeline.project import load_exchanges
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.auth import ACCESS_KEY, SECRET_KEY, SandboxKeys
from conformance.sandbox.book import read_orders
from conformance.sandbox.faults import KINDS, FaultKind, read_fault

_TAKES: Final = {"subject": "[:SUBJECT]", "status": "[:STATUS]", "seconds": "[:SECONDS]"}


@dataclass(frozen=True, slots=True, kw_only=True)
class SandboxRequest:
    """What is served, and how it answers."""

    exchange: str = ""
    docs: tuple[Path, ...] = ()
    """Pages, in place of an exchange."""
    docs_root: Path | None = None
    seed: int = 0
    seed_orders: Path | None = None
    auth: str = ""
    """How requests are signed, whatever the pages say."""
    faults: tuple[str, ...] = ()


def make_sandbox(request: SandboxRequest, progress: Progress | None = None) -> Sandbox:
    """The sandbox that keeps to the contract of the pages, but for the faults requested.

    Raises:
        UsageError: not one of an exchange and pages is given, or a fault is none.
        InputError: the orders cannot be read.
    """
    contract, scheme = _contract(request, progress)
    known = SandboxKeys()
    return Sandbox(
        contract=contract,
        faults=tuple(map(read_fault, request.faults)),
        book=read_orders(request.seed_orders) if request.seed_orders else None,
        seed=request.seed,
        scheme=request.auth or scheme,
        keys=SandboxKeys(
            access_key=os.environ.get(ACCESS_KEY) or known.access_key,
            secret_key=os.environ.get(SECRET_KEY) or known.secret_key,
        ),
    )


def describe_sandbox(sandbox: Sandbox, url: str) -> str:
    """What a program needs to know, as one line of JSON."""
    book = sandbox.ledger.book
    described = {
        "address": url,
        "pid": os.getpid(),
        "operations": [operation.key for operation in sandbox.contract.operations],
        "faults": [fault.text for fault in sandbox.faults],
        "orders": {"open": book.open, "finished": book.finished},
    }
    return json.dumps(described, ensure_ascii=False) + "\n"


def list_faults() -> str:
    """The kinds of fault, and which rule finds each."""
    return "".join(map(_fault_line, KINDS))


def _fault_line(kind: FaultKind) -> str:
    found = f"; found as {kind.rule}" if kind.rule else ""
    return f"{kind.name}{_TAKES.get(kind.takes, '')}\n    {kind.does}{found}\n"


def _contract(request: SandboxRequest, progress: Progress | None) -> tuple[Contract, str | None]:
    """What to serve, and how an exchange is signed for whose pages do not say."""
    if bool(request.docs) == bool(request.exchange):
        raise UsageError("give either --exchange NAME or --docs PATH")
    if request.docs:
        return read_paths(request.docs, progress).contract, None
    (exchange,) = load_exchanges(find_root(request.docs_root), [request.exchange])
    contract = read_exchange(exchange).contract
    unsaid = not any(operation.auth for operation in contract.operations)
    return contract, exchange.auth if unsaid else None
