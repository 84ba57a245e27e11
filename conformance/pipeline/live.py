"""A live run: a client for an exchange or its sandbox, used, judged, and recorded as cassettes.

Apart from the other stages, which need neither network nor signing.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeAlias, TypeVar

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis.errors import Unsatisfiable
from hypothesis.strategies import SearchStrategy
from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.answers import AUTH, Expectation, judge_answer, judge_no_answer
from conformance.errors import UsageError
from conformance.live import signing
from conformance.live.client import LiveClient
from conformance.live.recording import Recording, RecordingSource, curl_line, write_recordings
from conformance.live.redact import SecretInAnswerError
from conformance.live.request_plans import RequestPlan, invalid_plans, is_harmless, valid_plans
from conformance.live.safety import Policy, Refused
from conformance.live.transport import Bounds, Budget, Unanswered
from conformance.model.contract import Contract
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange, find_root
from conformance.pipeline import PageChoice
from conformance.pipeline.pages import read_exchange
from conformance.pipeline.project import CASSETTES, languages, load_exchanges
from conformance.sandbox import running_sandbox
from conformance.sandbox.ledger import Book, Order
from conformance.schema.openapi import merge_addresses, strip_names

Drawn = TypeVar("Drawn")


def _to_stderr(line: str) -> None:
    sys.stderr.write(f"{line}\n")


class LiveOptions(Struct, frozen=True, kw_only=True):
    """What whoever runs this asks for."""

    sandbox: bool = False
    """A sandbox is started and used in place of the exchange."""
    faults: tuple[str, ...] = ()
    """What the sandbox is to do wrong."""
    policy: Policy = field(default_factory=Policy)
    announce: Callable[[str], None] = field(default=_to_stderr)
    """What shows a person, before anything is sent, where it goes and with which variables."""
    budget: Budget = field(default_factory=Budget)
    """Of the whole run."""
    timeout: float = 20.0
    """Seconds for one answer."""


class RequestResult(Struct, frozen=True, kw_only=True):
    """The outcome of one request."""

    findings: tuple[Finding, ...]
    curl: str
    interaction: Interaction | None = None
    """None where no whole answer came."""


@contextmanager
def open_client(
    exchange: Exchange, contract: Contract, options: LiveOptions
) -> Iterator[LiveClient]:
    """A client for the exchange, or for a sandbox as long as the context is open.  Raises
    UsageError: something needed is not known, or is refused."""
    if not options.sandbox:
        if options.faults:
            raise UsageError("faults are planted into a sandbox only", hint="add --sandbox")
        with _open_exchange(exchange, contract, options) as client:
            yield client
        return
    exchange = _with_key_header(exchange)
    keys = signing.invent_credentials(exchange)
    unstated = not any(operation.auth for operation in contract.operations)
    scheme = exchange.auth if unstated else None
    words = {word for probe in exchange.probes for _, word in probe.inputs}
    book = _ProbeBook() if "random-uuid" in words else None
    with (
        running_sandbox(contract, options.faults, book=book, keys=keys, scheme=scheme) as url,
        _open_client(exchange, url, keys, contract, options, sandbox=True) as client,
    ):
        yield client


def _with_key_header(exchange: Exchange) -> Exchange:
    """A sandbox takes the key in any header: where the pages name none, one stands in for it."""
    details = exchange.auth_details
    if details.key_header or exchange.auth not in ("api-key", "hmac"):
        return exchange
    return replace(exchange, auth_details=replace(details, key_header="X-API-KEY"))


def _open_exchange(exchange: Exchange, contract: Contract, options: LiveOptions) -> LiveClient:
    named = options.policy.variables
    url = signing.server_url(exchange, os.environ, named)
    keys = signing.read_credentials(exchange, os.environ, named)
    client = _open_client(exchange, url, keys, contract, options)
    variables = ", ".join(signing.credential_variables(exchange))
    how = f"those that are signed, with {variables}" if variables else "none of them is signed"
    options.announce(f"{exchange.name}: requests go to {client.server}; {how}")
    return client


def build_plans(
    client: LiveClient, operation: Operation
) -> tuple[SearchStrategy[RequestPlan], ...]:
    """Strategies for valid requests, one, and for invalid ones, one for each fault."""
    located, probes = client.locate_operation(operation), client.exchange.probes
    guarded, is_read = client.guarded, client.is_read(operation)
    return (
        valid_plans(located, probes, guarded=guarded, is_read=is_read),
        *invalid_plans(located, probes, guarded=guarded, is_read=is_read),
    )


def name_operations(operations: Sequence[Operation]) -> Iterator[tuple[str, Operation]]:
    """Every operation once, as its page has it, by a name for files."""
    for address in merge_addresses(operations):
        named = address.operation
        own = (named.method, strip_names(named.path))
        alike = (o for o in operations if (o.method, strip_names(o.path)) == own)
        yield address.id, next(alike, named)


def record_answers(
    client: LiveClient,
    operation: Operation,
    folder: Path,
    cases: Iterable[tuple[str, str, Sequence[Interaction]]],
) -> tuple[Path, ...]:
    """Write what was answered today, by case with a note on it, if anything was; gives the files.
    Raises as :func:`write_recordings`."""
    recordings = [
        Recording(case=case, interactions=answers, note=note)
        for case, note, answers in cases
        if answers
    ]
    if not recordings:
        return ()
    pages = client.exchange.pages
    source = RecordingSource(
        title=f"{client.exchange.title}, {operation.summary or operation.key}",
        origin=client.origin,
        date=dt.date.today().isoformat(),
        docs=next((page.sha256 for page in pages if page.path == operation.page), ""),
    )
    return write_recordings(folder, recordings, source, client.redactor)


def needs_signing(client: LiveClient, operation: Operation) -> bool:
    """Whether an unsigned request is documented to be refused.  The manifest counts where no page
    states authentication at all."""
    schemes = {auth.scheme for auth in operation.auth}
    if not any(other.auth for other in client.operations):
        schemes = {client.exchange.auth or "none"}
    return bool(schemes) and "none" not in schemes and client.signs(operation)


def check_request(
    client: LiveClient, operation: Operation, plan: RequestPlan, *, signed: bool = True
) -> RequestResult:
    """Send the planned request and check the answer.  Raises Refused, BudgetSpent: it was not
    sent."""
    request = plan.request()
    needed = signed and client.signs(operation)
    curl = curl_line(client.exchange, request, signed=needed)
    located = client.locate_operation(operation)
    try:
        interaction = client.send(request, signed=needed)
    except Unanswered as error:
        where = f"{client.origin.value}:{client.exchange.name}"
        found = judge_no_answer(located, request, str(error), where, client.origin)
        return RequestResult(findings=found, curl=curl)
    fault, subject = (plan.fault, plan.subject) if signed else (AUTH, AUTH)
    expected = Expectation(
        fault=fault,
        subject=subject,
        vouched=plan.vouched,
        statuses=plan.statuses,
        success=client.exchange.success,
    )
    findings = judge_answer(located, interaction, expected)
    return RequestResult(findings=findings, curl=curl, interaction=interaction)


def draw_examples(strategy: SearchStrategy[Drawn], number: int) -> list[Drawn]:
    """The same ``number`` examples, or fewer, each time; none of a strategy that has none."""
    found: list[Drawn] = []
    if strategy.is_empty:
        return found

    @settings(
        max_examples=number,
        phases=[Phase.generate],
        database=None,
        derandomize=True,
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def collect(example: Drawn) -> None:
        found.append(example)

    with suppress(Unsatisfiable):
        collect()
    return found


@dataclasses.dataclass(slots=True)
class _ProbeBook(Book):
    """Knows half of the orders that probes make up as open ones: an answer has both kinds."""

    def find(self, name: str, text: str) -> tuple[Order | None, bool]:
        found, is_open = Book.find(self, name, text)
        if found is None and is_harmless("random-uuid", text) and text[0] in "01234567":
            return {name: text}, True
        return found, is_open


def _open_client(
    exchange: Exchange,
    url: str,
    keys: signing.Credentials,
    contract: Contract,
    options: LiveOptions,
    *,
    sandbox: bool = False,
) -> LiveClient:
    bounds = Bounds(seconds=options.timeout)
    return LiveClient(
        exchange,
        url,
        keys,
        options.policy,
        operations=contract.operations,
        budget=options.budget,
        bounds=bounds,
        sandbox=sandbox,
    )


Announce: TypeAlias = Callable[[str], None]

MOST: Final = 15
"""Valid requests to one operation: replaying takes longer with every interaction of a cassette."""


def record_exchanges(choice: PageChoice, options: LiveOptions, examples: int) -> bool:
    """Record each exchange; whether all of each could be.  Older recordings stay.  Raises
    UsageError: faults for a live exchange, or an exchange that documents nothing."""
    if options.faults and not options.sandbox:
        raise UsageError("faults are planted into a sandbox only", hint="use --sandbox")
    root = find_root(choice.docs_root)
    exchanges = load_exchanges(root, choice.exchanges)
    done = [_ask_exchange(one, root, options, min(examples, MOST)) for one in exchanges]
    return all(done)


def _ask_exchange(exchange: Exchange, root: Path, options: LiveOptions, examples: int) -> bool:
    contract = read_exchange(exchange, languages(exchange)[0]).contract
    if not contract.operations:
        raise UsageError(f"{exchange.name} documents no operation")
    whole = True
    with open_client(exchange, contract, options) as client:
        for address, operation in name_operations(contract.operations):
            name = f"{address}-{client.origin.value}"
            folder = root / CASSETTES / exchange.name / name
            try:
                cases = list(_ask_cases(client, operation, examples, options.announce))
                stored = ((c, note, [a for a in answers if a]) for c, note, answers in cases)
                for path in record_answers(client, operation, folder, stored):
                    options.announce(f"{operation.key}: {path}")
                record = not any(None in answers for _, _, answers in cases)
                whole = record and whole
            except (Refused, SecretInAnswerError) as error:
                options.announce(f"{operation.key}: not recorded: {error}")
                whole = False
    return whole


def _ask_cases(
    client: LiveClient, operation: Operation, examples: int, announce: Announce
) -> Iterator[tuple[str, str, list[Interaction | None]]]:
    """Name, what was requested, and the answers; None for one that may not be stored."""
    valid, *invalid = build_plans(client, operation)
    wanted = draw_examples(valid, examples)
    if not wanted:
        hint = "declare a harmless [[probe]] for it in the exchange's manifest"
        raise Refused("no request to it is known to be harmless and valid", hint=hint)
    yield "valid", "Requests as documented.", _ask_answers(client, operation, wanted, announce)
    spoilt = [plan for strategy in invalid for plan in draw_examples(strategy, 1)][:MOST]
    answers = _ask_answers(client, operation, spoilt, announce)
    yield "invalid", "Requests with one fault each.", answers
    if needs_signing(client, operation):
        answers = _ask_answers(client, operation, wanted[:1], announce, signed=False)
        yield "unsigned", "A request as documented that is not signed.", answers


def _ask_answers(
    client: LiveClient,
    operation: Operation,
    plans: list[RequestPlan],
    announce: Announce,
    *,
    signed: bool = True,
) -> list[Interaction | None]:
    # the same that might change something is sent once
    different = {plan.key if plan.once else str(n): plan for n, plan in enumerate(plans)}
    answers: list[Interaction | None] = []
    for plan in different.values():
        try:
            answers.append(client.send(plan.request(), signed=signed and client.signs(operation)))
        except SecretInAnswerError as error:
            announce(str(error))
            answers.append(None)
    return answers
