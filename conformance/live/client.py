"""The one way to ask a live API something: signed, guarded, throttled, redacted."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from functools import partial
from http import HTTPStatus
from typing import Final
from urllib.parse import quote, urlsplit

import requests
from msgspec.structs import replace
from requests.adapters import HTTPAdapter

from conformance.errors import ConformanceError
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import path_matches
from conformance.live import safety, signing, transport
from conformance.live.redact import Redactor, SecretInAnswerError
from conformance.live.request_plans import inputs_given, lasting_inputs
from conformance.live.secrets import SecretNames, collect_printed_values
from conformance.live.targets import changes_state, origin_of, read_sent_body
from conformance.model.interaction import Interaction, Origin, Reply, Request, header_value
from conformance.model.operation import Operation
from conformance.pages.access import Check, Probe
from conformance.pages.exchange import ConfiguredRateLimit, Exchange
from conformance.pages.transfer import retry_after_seconds

_ATTEMPTS: Final = 3
"""How often a safe request is sent while no answer comes, or one that asks for patience."""
_PATIENCE: Final[Mapping[int, float]] = {429: 1.0, 502: 0.2, 503: 0.2, 504: 0.2}
"""Status that asks for patience -> seconds, where the server does not say how many."""
_POLITE: Final = ConfiguredRateLimit(count=5, seconds=1)
"""Kept to at an exchange whose docs give no limit."""


class LiveClient:
    """Sends requests to one server of one exchange; its interactions and errors are free of
    secrets."""

    def __init__(
        self,
        exchange: Exchange,
        base_url: str,
        credentials: signing.Credentials,
        policy: safety.Policy,
        *,
        operations: tuple[Operation, ...] = (),
        budget: transport.Budget | None = None,
        bounds: transport.Bounds | None = None,
        adapter: HTTPAdapter | None = None,
        sandbox: bool = False,
    ) -> None:
        """``operations`` are documented: an exchange is sent nothing else.  ``sandbox``: this
        program has started the server.  ``adapter`` is for tests.  Raises Refused: no request may
        be sent to the server; UsageError: how to sign is not known."""
        self._guard = safety.Guard(exchange, base_url, policy, operations, sandbox)
        self._auth = signing.signer(exchange.auth, exchange.auth_details, credentials)
        self.exchange, self.policy = exchange, policy
        self.base_url = urlsplit(base_url).geturl().rstrip("/")
        self.credentials, self.bounds = credentials, bounds or transport.Bounds()
        self.operations = tuple(self.locate_operation(operation) for operation in operations)
        self.budget = budget or transport.Budget()
        details = exchange.auth_details
        names = (*exchange.redact.names, details.key_header, details.signature_parameter)
        secret, printed = SecretNames(filter(None, names)), collect_printed_values(operations)
        self.redactor = Redactor(secret, credentials.secrets, printed)
        self._throttle = self._make_throttle(operations)
        self._adapter, self._session = adapter, transport.Session(self.base_url, adapter)
        self._count = 0
        self._once: set[tuple[object, ...]] = set()
        """Requests that may change something and were sent."""

    def _make_throttle(self, operations: tuple[Operation, ...]) -> transport.Throttle:
        throttle, limits = transport.Throttle(self.budget), self.exchange.rate_limits
        for limit in limits:
            throttle.limit(limit, limit.operations)
        for operation in operations:
            for documented in operation.rate_limits:
                throttle.limit(documented, [operation.key])
        if not self._guard.is_local and not limits:
            throttle.limit(_POLITE)
        return throttle

    @property
    def _base(self) -> str:
        return urlsplit(self.base_url).path

    @property
    def guarded(self) -> bool:
        """Whether requests go to an exchange, not to a sandbox of this run."""
        return not self._guard.is_free

    @property
    def server(self) -> str:
        """Scheme, host and port that requests go to."""
        return origin_of(urlsplit(self.base_url))

    @property
    def origin(self) -> Origin:
        """A server on this machine is no exchange, whatever it answers."""
        return Origin.SANDBOX if self._guard.is_local else Origin.LIVE

    def locate_operation(self, operation: Operation) -> Operation:
        """``operation`` at the server of this client and nowhere else."""
        return replace(operation, servers=(self.base_url.rstrip("/"),))

    def is_read(self, operation: Operation) -> bool:
        """Whether it may be requested without consent to change anything."""
        return not self.guarded or self._guard.is_read(operation)

    def signs(self, operation: Operation) -> bool:
        """Whether requests to it are signed; of an exchange those that need no signing are not."""
        return not self.guarded or not self._guard.is_public(operation)

    def send(self, request: Request, *, signed: bool = True) -> Interaction:
        """``request`` with the server's answer, without secrets.  Raises Refused or BudgetSpent: it
        was not sent, or the answer leads away; Unreachable: it could not be sent; Unanswered."""
        plain = self._make_plain_request(request)
        admission = self._guard.admit(plain, signed=signed)
        probe = admission.probe
        if probe is None:
            return self._send_admitted(admission)
        # the same for the same request: the time of sending makes it no other one
        given = inputs_given(probe, admission.request, self._base) or {}
        key = (probe.operation, admission.signed, lasting_inputs(probe, given))
        if key in self._once:
            raise safety.Refused(f"{self._name_request(plain)} was sent already in this run")
        if probe.check is not None:
            self._look_first(probe, probe.check, plain)
        self._once.add(key)
        return self._send_admitted(admission)

    def _send_admitted(self, admission: safety.Admission) -> Interaction:
        try:
            return self._send(admission)
        except (transport.Unanswered, transport.Unreachable) as error:
            # whatever it still waits for, nobody else shall wait with it
            self._session = transport.Session(self.base_url, self._adapter)
            message = f"{self._name_request(admission.request)}: {self.redactor.text(str(error))}"
            raise type(error)(message) from None

    def close(self) -> None:
        self._session.close()

    def __enter__(self) -> LiveClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _send(self, admission: safety.Admission) -> Interaction:
        """The first answer that does not ask for patience, or the last.  Only a safe request is
        repeated; every attempt is signed anew and compared with what was admitted."""
        request = admission.request
        once = admission.probe is not None or changes_state(request.method, request.url)
        attempts = 1 if once else _ATTEMPTS
        while True:
            attempts -= 1
            self._throttle.await_turn(f"{request.method} {self._find_template(request)}")
            prepared = self._prepare(request, signed=admission.signed)
            self._session.judge = partial(self._guard.confirm, admission=admission)
            try:
                reply = transport.answer(self._session, prepared, self.bounds)
            except transport.Dropped:
                if not attempts:
                    raise
                continue
            fallback_delay = _PATIENCE.get(reply.status, 0.0)
            header = header_value(reply.headers, "retry-after")
            patience = (retry_after_seconds(header) or fallback_delay) if fallback_delay else 0.0
            self._throttle.pause(patience)
            if not patience or not attempts:
                return self._make_interaction(prepared, reply)

    def _make_plain_request(self, request: Request) -> Request:
        prepared = self._prepare(request, signed=False)
        method, url = prepared.method or "", prepared.url or ""
        return replace(request, method=method, url=url, body=read_sent_body(prepared))

    def _prepare(self, request: Request, *, signed: bool) -> requests.PreparedRequest:
        auth = self._auth if signed else signing.NoAuth()
        given = (request.method, request.url, dict(request.headers))
        unsigned = requests.Request(*given, data=request.body, auth=auth)
        try:
            return self._session.prepare_request(unsigned)
        except Exception as error:  # whose traceback, if anybody shows it, holds credentials
            what = f"cannot be sent over HTTP ({type(error).__name__})"
            raise transport.Unreachable(what) from None

    def _make_interaction(self, sent: requests.PreparedRequest, reply: Reply) -> Interaction:
        headers = tuple((name, str(value)) for name, value in sent.headers.items())
        body = read_sent_body(sent)
        request = Request(method=sent.method or "", url=sent.url or "", headers=headers, body=body)
        self._count += 1
        interaction = Interaction(
            request=request,
            reply=reply,
            origin=self.origin,
            where=f"{self.origin.value}:{self.exchange.name}#{self._count - 1}",
            date=dt.date.today().isoformat(),
        )
        safe = self._without_secrets(interaction)
        location = header_value(safe.reply.headers, "location")
        safety.refuse_redirect(safe.request.url if safe.request else "", reply.status, location)
        return safe

    def _without_secrets(self, interaction: Interaction) -> Interaction:
        asked = interaction.request
        path = self._base + (self._find_template(asked) if asked else "")
        try:
            return self.redactor.interaction(interaction, path)
        except ConformanceError:
            raise
        except Exception as error:  # whose traceback, if anybody shows it, holds the secrets
            why = f"not searched for secrets ({type(error).__name__}): not stored"
            raise SecretInAnswerError(f"{interaction.where}: {why}") from None

    def _look_first(self, probe: Probe, check: Check, request: Request) -> None:
        """Raises Refused: there is something the request could change, or it is not certain."""
        given = inputs_given(probe, request, self._base) or {}
        method, _, path = check.operation.partition(" ")
        for name, texts in given.items():
            path = path.replace("{" + name + "}", quote(texts[0], safe=""))
        question = self._make_plain_request(Request(method=method, url=self.base_url + path))
        answered = self._send_admitted(self._guard.admit_check(question, probe))
        found = _find_at(answered.reply, check.empty) if self._is_success(answered.reply) else None
        if found != []:
            what = f"has {len(found)}" if isinstance(found, list) else "does not say"
            why = f"was not sent: {check.operation} {what} in {check.empty!r}"
            hint = "the probe is harmless only where that list is empty"
            raise safety.Refused(f"{self._name_request(request)} {why}", hint=hint)

    def _is_success(self, reply: Reply) -> bool:
        """Whether every member that marks a success does so; an error may hold a list, too."""
        return all(str(_find_at(reply, name)) in values for name, values in self.exchange.success)

    def _find_template(self, request: Request) -> str:
        path = urlsplit(request.url).path
        for operation in self.operations:
            found = path_matches(self._base + operation.path, path)
            if operation.method == request.method and found is not None:
                return operation.path
        return path.removeprefix(self._base)

    def _name_request(self, request: Request) -> str:
        return f"{request.method} {self.redactor.url(request.url)}"


def _find_at(reply: Reply, path: str) -> object:
    try:
        found: object = load_json(reply.body) if reply.status == HTTPStatus.OK else None
    except JsonError:
        return None
    for name in path.split("."):
        found = found.get(name) if isinstance(found, dict) else None
    return found
