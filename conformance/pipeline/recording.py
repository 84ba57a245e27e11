"""Requests to an exchange, or its sandbox, and its answers kept as cassettes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final, TypeAlias

from conformance.errors import UsageError
from conformance.live.client import LiveClient
from conformance.live.recording import Recording, write_recordings
from conformance.live.redact import SecretInAnswerError
from conformance.live.request_plans import RequestPlan
from conformance.live.safety import Refused
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange
from conformance.pages.roots import find_root
from conformance.pipeline.choice import PageChoice
from conformance.pipeline.live import (
    LiveOptions,
    addressed,
    drawn,
    needs_signing,
    open_client,
    plans_of,
    source_of,
)
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import CASSETTES, languages, load_exchanges

Announce: TypeAlias = Callable[[str], None]

MOST: Final = 15
"""Valid requests to one operation: replaying takes longer with every interaction of a cassette."""


def record_exchanges(choice: PageChoice, options: LiveOptions, examples: int) -> bool:
    """Record each exchange; whether all of each could be: what was recorded before is kept.

    ``options.announce`` gets what is written, and what is not and why.

    Raises:
        UsageError: faults for a live exchange, or an exchange that documents nothing.
    """
    if options.faults and not options.sandbox:
        raise UsageError("faults are planted into a sandbox only", hint="use --sandbox")
    root = find_root(choice.docs_root)
    exchanges = load_exchanges(root, choice.exchanges)
    most = min(examples, MOST)
    done = [_exchange(exchange, root, options, most) for exchange in exchanges]
    return all(done)


def _exchange(exchange: Exchange, root: Path, options: LiveOptions, examples: int) -> bool:
    """Whether every operation of it was recorded."""
    contract = read_exchange(exchange, languages(exchange)[0]).contract
    if not contract.operations:
        raise UsageError(f"{exchange.name} documents no operation")
    whole = True
    with open_client(exchange, contract, options) as client:
        for address, operation in addressed(contract.operations):
            name = f"{address}-{client.origin.value}"
            folder = root / CASSETTES / exchange.name / name
            try:
                whole = _record(client, operation, folder, examples, options.announce) and whole
            except (Refused, SecretInAnswerError) as error:
                options.announce(f"{operation.key}: not recorded: {error}")
                whole = False
    return whole


def _record(
    client: LiveClient, operation: Operation, folder: Path, examples: int, announce: Announce
) -> bool:
    """Ask everything, then write: what was not answered whole is not begun to be written.

    Whether every answer could be stored.
    """
    cases = list(_cases(client, operation, examples, announce))
    recordings = [
        Recording(case=case, interactions=stored, note=note)
        for case, note, answers in cases
        if (stored := [answer for answer in answers if answer is not None])
    ]
    source = source_of(client, operation)
    if recordings:
        for path in write_recordings(folder, recordings, source, client.redactor):
            announce(f"{operation.key}: {path}")
    return not any(None in answers for _, _, answers in cases)


def _cases(
    client: LiveClient, operation: Operation, examples: int, announce: Announce
) -> Iterator[tuple[str, str, list[Interaction | None]]]:
    """Name, what was requested, and the answers; None for one that may not be stored.

    Raises:
        Refused: no request may be sent to this operation.
    """
    valid, *invalid = plans_of(client, operation)
    wanted = drawn(valid, examples)
    if not wanted:
        hint = "declare a harmless [[probe]] for it in the exchange's manifest"
        raise Refused("no request to it is known to be harmless and valid", hint=hint)
    yield "valid", "Requests as documented.", _answers(client, operation, wanted, announce)
    spoilt = [plan for strategy in invalid for plan in drawn(strategy, 1)][:MOST]
    yield "invalid", "Requests with one fault each.", _answers(client, operation, spoilt, announce)
    if needs_signing(client, operation):
        answers = _answers(client, operation, wanted[:1], announce, signed=False)
        yield "unsigned", "A request as documented that is not signed.", answers


def _answers(
    client: LiveClient,
    operation: Operation,
    plans: list[RequestPlan],
    announce: Announce,
    *,
    signed: bool = True,
) -> list[Interaction | None]:
    """One for each ask; the same that might change something is sent once."""
    different = {plan.key if plan.once else str(n): plan for n, plan in enumerate(plans)}
    needed = signed and client.signs(operation)
    return [_answer(client, plan, announce, signed=needed) for plan in different.values()]


def _answer(
    client: LiveClient, plan: RequestPlan, announce: Announce, *, signed: bool
) -> Interaction | None:
    try:
        return client.send(plan.request(), signed=signed)
    except SecretInAnswerError as error:
        announce(str(error))
        return None
