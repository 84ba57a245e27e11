"""One request in, one reply out: what the server answers, and why."""

from __future__ import annotations

import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.match import Unmatched, match
from conformance.errors import UsageError
from conformance.live.signing import Credentials
from conformance.model.contract import Contract
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Operation
from conformance.sandbox.faults import PlantedFault, SandboxContext, plant, require_sites
from conformance.sandbox.ledger import Book, OrderLedger
from conformance.sandbox.replies import (
    Replies,
    error_for,
    make_reply,
    reply,
    settle_body,
    status_for,
    success_of,
)
from conformance.sandbox.requests import (
    SANDBOX_KEYS,
    VERIFIERS,
    find_problems,
    find_sent_inputs,
    name_keys,
    verify,
)
from conformance.strategies.requests import status_of

LARGEST: Final = 2**20
"""Bytes of a request's body; no documented operation takes more."""
_MOST_LOGGED: Final = 20
"""Problems of one request that are logged."""
_JSON: Final = (("Content-Type", "application/json"),)
_ON_THE_WAY: Final[dict[str, tuple[float, float]]] = {
    "slow": (1, 1),
    "drop": (0, 0),
    "cut-off": (0, 0.5),
}
"""What each fault multiplies its seconds with to wait, and how much of the answer it lets by."""


class SandboxAnswer(Struct):
    """A reply, and what is logged of it."""

    reply: Reply
    operation: str = ""
    refused: tuple[str, ...] = ()
    """Why the request was refused: kinds and names, never a value from it."""
    planted: list[str] = []
    delay: float = 0
    """Seconds to wait before it is sent."""
    sent: float = 1
    """How much of it is sent before the connection is closed: 1 all, 0 nothing."""


@dataclass(slots=True)
class Sandbox:
    """A contract, served."""

    contract: Contract
    faults: Sequence[PlantedFault] = ()
    book: Book | None = None
    """The orders it begins with; made up when None."""
    seed: int = 0
    scheme: str | None = None
    """How requests are signed, where the page is not to say."""
    keys: Credentials = SANDBOX_KEYS
    replies: Replies = field(init=False)
    ledger: OrderLedger = field(init=False)
    _limited_since: dict[str, float] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        if not self.contract.operations:
            raise UsageError("nothing to serve", hint="the pages document no operation")
        if self.scheme is not None and self.scheme not in VERIFIERS:
            raise UsageError(f"no scheme {self.scheme!r}", hint=f"there are {', '.join(VERIFIERS)}")
        self.replies = Replies(self.seed)
        self.ledger = OrderLedger(self.contract.operations, self.seed, self.book or Book())
        if self.book is None:
            self.ledger.open_default_orders()
        context = SandboxContext(self.contract.operations, self.replies, self.scheme)
        require_sites(self.faults, context)

    def answer(self, request: Request) -> SandboxAnswer:
        """What is sent back for ``request``."""
        operation = self._find_operation(request)
        if isinstance(operation, SandboxAnswer):
            return operation
        answer = self._overload(operation) or self._judge(operation, request)
        answer.operation = operation.key
        for fault in self.faults:
            delay, sent = _ON_THE_WAY.get(fault.kind.name, (0, 1))
            if (delay, sent) != (0, 1):
                answer.delay += delay * fault.number
                answer.sent = min(answer.sent, sent)
                answer.planted.append(fault.text)
        return answer

    def refuse_too_large(self, request: Request) -> SandboxAnswer:
        """What is sent back when the body is not even read."""
        operation = self._find_operation(request)
        if isinstance(operation, SandboxAnswer):
            return operation
        return self._refuse(operation, HTTPStatus.REQUEST_ENTITY_TOO_LARGE, ("body: too large",))

    def _find_operation(self, request: Request) -> Operation | SandboxAnswer:
        operation = self._match_operation(request.url, request.method)
        if operation is not None:
            return operation
        methods = dict.fromkeys(operation.method for operation in self.contract.operations)
        if allowed := ", ".join(m for m in methods if self._match_operation(request.url, m)):
            refusal = make_reply(405, "not documented for this path", (("Allow", allowed),))
            return SandboxAnswer(refusal, refused=("method",))
        refusal = make_reply(404, "no documented operation has this path")
        return SandboxAnswer(refusal, refused=("path",))

    def _match_operation(self, url: str, method: str) -> Operation | None:
        request, nothing = Request(method=method, url=url), Reply(status=0)
        asking = Interaction(request=request, reply=nothing, origin=Origin.SANDBOX, where="#0")
        found = match(self.contract.operations, asking)
        return None if isinstance(found, Unmatched) else found[0]

    def _judge(self, operation: Operation, request: Request) -> SandboxAnswer:
        if any(self._select_faults("reject-valid")):
            answer = self._refuse(operation, HTTPStatus.BAD_REQUEST, ("planted",))
            return replace(answer, planted=["reject-valid", *answer.planted])
        if not any(self._select_faults("accept-invalid")):
            why = verify(operation.auth, request, self.keys, self.scheme)
            if why:
                expected = f"{why}; {name_keys(self.keys)}"
                return self._refuse(operation, HTTPStatus.UNAUTHORIZED, (f"auth: {why}",), expected)
            problems = find_problems(operation, request)
            if problems:
                reasons = tuple(f"{p.kind}: {p.subject}"[:200] for p in problems[:_MOST_LOGGED])
                why = f"{problems[0].subject}: {problems[0].message}"
                return self._refuse(operation, HTTPStatus.BAD_REQUEST, reasons, why)
        return self._succeed(operation, request)

    def _succeed(self, operation: Operation, request: Request) -> SandboxAnswer:
        success = success_of(operation)
        refusals = (HTTPStatus.BAD_REQUEST, HTTPStatus.UNAUTHORIZED)
        usual = (success, *(error_for(operation, each) for each in refusals))
        response = success
        for other in operation.responses:  # that a fault names and that no request would lead to
            root = f"responses.{other.status}"
            if other not in usual and any(f.is_within(root) for f in self.faults):
                response = other
                break
        if response is None:
            return SandboxAnswer(Reply(status=200, headers=_JSON, body=b"{}"))
        given, role = find_sent_inputs(operation, request), self.ledger.role(operation)
        body = self.replies.body(operation, response)
        if response is success:
            body = self.ledger.enter(operation, response, body, given)
        listed = role.names if role and role.deed in ("cancel-listed", "find-listed") else ()
        others = {name: texts for name, texts in given.items() if name not in listed}
        body = settle_body(operation, response, body, others)
        status = 200 if response is success else status_of(operation, response)
        sent = reply(response, status_for(operation, response, status), body)
        interaction = Interaction(request=request, reply=sent, origin=Origin.SANDBOX, where="#0")
        interaction, planted = plant(self.faults, operation, response, interaction)
        return SandboxAnswer(interaction.reply, planted=planted)

    def _refuse(
        self, operation: Operation, status: int, reasons: tuple[str, ...], why: str = ""
    ) -> SandboxAnswer:
        """A refusal that tells the client ``why``, and the log the ``reasons``; with the faults in
        it that name their subject in a refusal."""
        sent = self.replies.refusal(operation, status, why or "; ".join(reasons))
        response = next((r for r in operation.responses if r.status == str(sent.status)), None)
        if response is None or response.value is None or not self.faults:
            return SandboxAnswer(sent, operation.key, reasons)
        sound = Interaction(reply=sent, origin=Origin.SANDBOX, where="#0")
        named = [fault for fault in self.faults if fault.subject]
        interaction, planted = plant(named, operation, response, sound)
        return SandboxAnswer(interaction.reply, operation.key, reasons, planted)

    def _overload(self, operation: Operation) -> SandboxAnswer | None:
        """The failures of a server that does not get as far as the request."""
        for fault in self._select_faults("server-error"):
            status = int(fault.number)
            sent = self.replies.refusal(operation, status, "planted")
            return SandboxAnswer(replace(sent, status=status), planted=[fault.text])
        for fault in self._select_faults("rate-limit"):
            since = self._limited_since.setdefault(operation.key, time.monotonic())
            if time.monotonic() - since < fault.number:
                sent = self.replies.refusal(operation, 429, "planted")
                headers = (*sent.headers, ("Retry-After", f"{max(1, round(fault.number))}"))
                sent = replace(sent, status=429, headers=headers)
                return SandboxAnswer(sent, planted=[fault.text])
        return None

    def _select_faults(self, name: str) -> Iterable[PlantedFault]:
        return (fault for fault in self.faults if fault.kind.name == name)
