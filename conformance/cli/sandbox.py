"""``conformance sandbox``."""

from __future__ import annotations

import argparse
import json
import os
import signal
from threading import Event
from typing import Final

from conformance import pipeline
from conformance.cli.console import Progress, deliver
from conformance.cli.main import DONE
from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.pages.roots import find_root
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.auth import SandboxKeys
from conformance.sandbox.book import read_orders
from conformance.sandbox.faults import KINDS, FaultKind, read_fault
from conformance.sandbox.server import JsonLines, discard, running

ACCESS_KEY: Final = "CONFORMANCE_SANDBOX_ACCESS_KEY"
SECRET_KEY: Final = "CONFORMANCE_SANDBOX_SECRET_KEY"  # noqa: S105 - the name of a variable
_TAKES: Final = {"subject": "[:SUBJECT]", "status": "[:STATUS]", "seconds": "[:SECONDS]"}


def run(args: argparse.Namespace) -> int:
    """Serve a contract on this machine until told to stop."""
    if args.list_faults:
        deliver("".join(map(_line, KINDS)), None)
        return DONE
    contract, scheme = _contract(args)
    sandbox = Sandbox(
        contract=contract,
        faults=tuple(map(read_fault, args.fault)),
        book=read_orders(args.seed_orders) if args.seed_orders else None,
        seed=args.seed,
        scheme=args.auth or scheme,
        keys=_keys(),
    )
    stop = Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: stop.set())
    log = discard if args.quiet else JsonLines()
    with running(sandbox, host=args.host, port=args.port, log=log) as url:
        deliver(_told(sandbox, url) if args.json else f"{url}\n", None)
        _wait(stop)
    return DONE


def _line(kind: FaultKind) -> str:
    found = f"; found as {kind.rule}" if kind.rule else ""
    return f"{kind.name}{_TAKES.get(kind.takes, '')}\n    {kind.does}{found}\n"


def _wait(stop: Event) -> None:
    """Until a signal; in steps, so that it is heard on every system."""
    while not stop.wait(1):
        pass


def _contract(args: argparse.Namespace) -> tuple[Contract, str | None]:
    """What to serve, and how an exchange is signed for whose pages do not say."""
    if bool(args.docs) == bool(args.exchange):
        raise UsageError("give either --exchange NAME or --docs PATH")
    if args.docs:
        return pipeline.read_paths(args.docs, Progress("reading")).contract, None
    (exchange,) = pipeline.load_exchanges(find_root(args.docs_root), [args.exchange])
    contract = pipeline.read_exchange(exchange).contract
    unsaid = not any(operation.auth for operation in contract.operations)
    return contract, exchange.auth if unsaid else None


def _keys() -> SandboxKeys:
    known = SandboxKeys()
    return SandboxKeys(
        access_key=os.environ.get(ACCESS_KEY) or known.access_key,
        secret_key=os.environ.get(SECRET_KEY) or known.secret_key,
    )


def _told(sandbox: Sandbox, url: str) -> str:
    """What a program needs to know, on one line."""
    book = sandbox.ledger.book
    told = {
        "address": url,
        "pid": os.getpid(),
        "operations": [operation.key for operation in sandbox.contract.operations],
        "faults": [fault.text for fault in sandbox.faults],
        "orders": {"open": book.open, "finished": book.finished},
    }
    return json.dumps(told, ensure_ascii=False) + "\n"
