"""``conformance record``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from conformance import pipeline
from conformance.cli.console import say
from conformance.cli.main import DONE, FAILED
from conformance.errors import UsageError
from conformance.live.client import LiveClient
from conformance.live.recording import Recording, write_recordings
from conformance.live.redact import SecretInAnswerError
from conformance.live.request_plans import RequestPlan
from conformance.live.safety import Policy, Refused
from conformance.live.throttle import Budget
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.live import (
    LiveOptions,
    addressed,
    drawn,
    needs_signing,
    open_client,
    plans_of,
    source_of,
)

MOST: Final = 15
"""Valid requests to one operation: replaying takes longer with every interaction of a cassette."""


def run(args: argparse.Namespace) -> int:
    """Record each exchange; 2 where one could not be, what was recorded before is kept."""
    if args.fault and not args.sandbox:
        raise UsageError("faults are planted into a sandbox only", hint="use --sandbox")
    root = find_root(args.docs_root)
    examples = min(args.examples, MOST)
    exchanges = pipeline.load_exchanges(root, args.exchange)
    options = _options(args)
    done = [_exchange(exchange, root, options, examples) for exchange in exchanges]
    return DONE if all(done) else FAILED


def _options(args: argparse.Namespace) -> LiveOptions:
    return LiveOptions(
        sandbox=args.sandbox,
        faults=tuple(args.fault),
        policy=Policy(
            live=args.live,
            allow_state_change=args.allow_state_change,
            named=tuple(args.exchange),
            hosts=tuple(args.host),
            variables=tuple(args.variable),
        ),
        announce=say,
        budget=Budget(args.requests, args.seconds),
        timeout=args.timeout,
    )


def _exchange(exchange: Exchange, root: Path, options: LiveOptions, examples: int) -> bool:
    """Whether every operation of it was recorded."""
    contract = pipeline.read_exchange(exchange, pipeline.languages(exchange)[0]).contract
    if not contract.operations:
        raise UsageError(f"{exchange.name} documents no operation")
    whole = True
    with open_client(exchange, contract, options) as client:
        for address, operation in addressed(contract.operations):
            name = f"{address}-{client.origin.value}"
            folder = root / pipeline.CASSETTES / exchange.name / name
            try:
                whole = _record(client, operation, folder, examples) and whole
            except (Refused, SecretInAnswerError) as error:
                say(f"{operation.key}: not recorded: {error}")
                whole = False
    return whole


def _record(client: LiveClient, operation: Operation, folder: Path, examples: int) -> bool:
    """Ask everything, then write: what was not answered whole is not begun to be written.

    Whether every answer could be stored.
    """
    cases = list(_cases(client, operation, examples))
    recordings = [
        Recording(case=case, interactions=stored, note=note)
        for case, note, answers in cases
        if (stored := [answer for answer in answers if answer is not None])
    ]
    source = source_of(client, operation)
    if recordings:
        for path in write_recordings(folder, recordings, source, client.redactor):
            say(f"{operation.key}: {path}")
    return not any(None in answers for _, _, answers in cases)


def _cases(
    client: LiveClient, operation: Operation, examples: int
) -> Iterator[tuple[str, str, list[Interaction | None]]]:
    """Name, what was asked, and the answers; None for one that may not be stored.

    Raises:
        Refused: nothing may be asked of this operation.
    """
    valid, *invalid = plans_of(client, operation)
    wanted = drawn(valid, examples)
    if not wanted:
        hint = "declare a harmless [[probe]] for it in the exchange's manifest"
        raise Refused("no request to it is known to be harmless and valid", hint=hint)
    yield "valid", "Requests as documented.", _answers(client, operation, wanted)
    spoilt = [plan for strategy in invalid for plan in drawn(strategy, 1)][:MOST]
    yield "invalid", "Requests with one fault each.", _answers(client, operation, spoilt)
    if needs_signing(client, operation):
        answers = _answers(client, operation, wanted[:1], signed=False)
        yield "unsigned", "A request as documented that is not signed.", answers


def _answers(
    client: LiveClient, operation: Operation, plans: list[RequestPlan], *, signed: bool = True
) -> list[Interaction | None]:
    """One for each ask; the same that might change something is sent once."""
    different = {plan.key if plan.once else str(n): plan for n, plan in enumerate(plans)}
    needed = signed and client.signs(operation)
    return [_answer(client, plan, signed=needed) for plan in different.values()]


def _answer(client: LiveClient, plan: RequestPlan, *, signed: bool) -> Interaction | None:
    try:
        return client.send(plan.request(), signed=signed)
    except SecretInAnswerError as error:
        say(str(error))
        return None
