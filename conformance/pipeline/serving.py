"""Servers made of pages: a sandbox, and a reverse proxy that records without secrets as a HAR.

The proxy sends what it is sent and nothing else: no request of its own, none a second time.
"""

from __future__ import annotations

import datetime as dt
import json
import os
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any, Final, TypeAlias
from urllib.parse import urlsplit

import requests
from msgspec import Struct, field
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.wrappers import Request as Received

from conformance.errors import InputError, UsageError
from conformance.evidence.urls import path_matches
from conformance.live.recording import write_archive
from conformance.live.redact import Redactor, SecretInAnswerError
from conformance.live.secrets import SecretNames, collect_printed_values
from conformance.live.signing import Credentials
from conformance.live.targets import is_host_of, origin_of, split_address
from conformance.live.transport import Bounds, Session, answer
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange, find_root
from conformance.pages.files import write_atomic
from conformance.pages.transfer import is_loopback
from conformance.pipeline import PageChoice
from conformance.pipeline.pages import Progress, read_exchange, read_paths
from conformance.pipeline.project import languages, load_exchanges
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.faults import KINDS, read_fault
from conformance.sandbox.ledger import read_orders
from conformance.sandbox.requests import ACCESS_KEY, SANDBOX_KEYS, SECRET_KEY
from conformance.sandbox.server import HEADERS, response_of, serve

_TAKES: Final = {"subject": "[:SUBJECT]", "status": "[:STATUS]", "seconds": "[:SECONDS]"}


def make_sandbox(
    choice: PageChoice,
    *,
    seed: int = 0,
    seed_orders: Path | None = None,
    auth: str = "",
    faults: Sequence[str] = (),
    progress: Progress | None = None,
) -> Sandbox:
    """The sandbox for the contract of an exchange or of pages, with ``faults``; ``auth`` overrides
    how requests are signed.  Raises UsageError: not one exchange or pages, or no such fault;
    InputError: the orders cannot be read."""
    if bool(choice.paths) == bool(choice.exchanges):
        raise UsageError("give either --exchange NAME or --docs PATH")
    scheme = None
    if choice.paths:
        pages = read_paths(choice.paths, progress)
        contract = pages.contract
        if not contract.operations and (lost := next(pages.unread, "")):
            raise InputError(lost)
    else:
        (exchange,) = load_exchanges(find_root(choice.docs_root), choice.exchanges)
        contract = read_exchange(exchange).contract
        unstated = not any(operation.auth for operation in contract.operations)
        scheme = exchange.auth if unstated else None
    known = SANDBOX_KEYS
    return Sandbox(
        contract=contract,
        faults=tuple(map(read_fault, faults)),
        book=read_orders(seed_orders) if seed_orders else None,
        seed=seed,
        scheme=auth or scheme,
        keys=Credentials(
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
    found = ((kind, f"; found as {kind.rule}" if kind.rule else "") for kind in KINDS)
    lines = (f"{k.name}{_TAKES.get(k.takes, '')}\n    {k.does}{rule}\n" for k, rule in found)
    return "".join(lines)


Headers: TypeAlias = tuple[tuple[str, str], ...]

LARGEST: Final = 8_000_000
"""Octets of a request's body."""
_NOT_PASSED_ON: Final = frozenset((
    "connection", "keep-alive", "proxy-authenticate", "proxy-authorization", "proxy-connection",
    "te", "trailer", "transfer-encoding", "upgrade", "host", "content-length", "accept-encoding",
))  # fmt: skip
"""Fields of one connection (RFC 9110, section 7.6.1), and those that are made anew."""
_CODINGS: Final = ("Accept-Encoding", "gzip, deflate")


class Recorder(Struct):
    """Keeps interactions without secrets, and writes them to one file, whole or not at all."""

    file: Path
    redactor: Redactor
    operations: Sequence[Operation]
    announce: Callable[[str], None]
    _kept: list[tuple[dt.datetime, Interaction, str]] = field(default_factory=list)
    _due: float = 0
    """When the file may be written anew: writing takes a twentieth of the time at most."""
    _lock: Lock = field(default_factory=Lock)

    def keep(self, began: dt.datetime, observed: Interaction) -> None:
        """Keep one, or say why it is not kept; the file is as new as that takes little time."""
        template = self._find_template(observed.request) if observed.request else ""
        with self._lock:
            try:
                self._kept.append((began, self.redactor.interaction(observed, template), template))
            except SecretInAnswerError as error:
                self.announce(f"not recorded: {error}")
            start = time.monotonic()
            if start >= self._due:
                self._write()
                self._due = start + 20 * (time.monotonic() - start)

    def close(self) -> None:
        """Write what was kept since."""
        with self._lock:
            self._write()

    def _write(self) -> None:
        """What was learned to be secret since may stand in earlier interactions."""
        found = []
        for began, observed, template in self._kept:
            try:
                found.append((began, self.redactor.interaction(observed, template), template))
            except SecretInAnswerError as error:
                self.announce(f"no longer recorded: {error}")
        self._kept = found
        text = write_archive((began, observed) for began, observed, _ in found)
        try:
            if self.redactor.leaks(text):
                raise InputError(f"{self.file}: a secret would have been in it")
            write_atomic(self.file, text)
        except (InputError, OSError) as error:
            self.announce(f"not written: {error}")

    def _find_template(self, request: Request) -> str:
        path = urlsplit(request.url).path
        documented = (o.path for o in self.operations if o.method == request.method)
        return next((each for each in documented if path_matches(each, path)), "")


class Proxy:
    """A WSGI application that passes requests on to one server."""

    def __init__(self, server: str, recorder: Recorder, seconds: float = 30) -> None:
        self.longest_wait = seconds
        self._find_server, self._recorder = server.rstrip("/"), recorder
        local = is_loopback(urlsplit(server).hostname or "")
        self._origin = Origin.SANDBOX if local else Origin.RECORDED
        self._bounds = Bounds(seconds=seconds)
        self._session = Session(server)
        self._session.judge = self._refuse_elsewhere

    def stop(self) -> None:
        self._session.close()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Pass one request on (PEP 3333)."""
        received = Received(environ)
        received.max_content_length = LARGEST
        try:
            reply = self._pass_on(environ, received.get_data())
        except RequestEntityTooLarge:
            reply = Reply(status=413, body=b"")
        except (InputError, UsageError) as error:
            self._recorder.announce(f"no answer: {error}")
            reply = Reply(status=502, body=b"no answer")
        return response_of(reply)(environ, start_response)

    def _pass_on(self, environ: dict[str, Any], body: bytes) -> Reply:
        began = dt.datetime.now(dt.UTC)
        target = str(environ["REQUEST_URI"])
        if not target.startswith("/"):
            raise UsageError("a request for another server", hint="ask the proxy's own address")
        fields = _select_passing(environ[HEADERS])
        url = self._find_server + target
        method = str(environ["REQUEST_METHOD"])
        prepared = requests.Request(method, url, data=body or None).prepare()
        prepared.headers.update(_join_fields((*fields, _CODINGS)))
        reply = answer(self._session, prepared, self._bounds)
        asked = Request(method=method.upper(), url=url, headers=fields, body=body)
        observed = Interaction(
            request=asked, reply=reply, origin=self._origin, where="proxy", date=f"{began:%Y-%m-%d}"
        )
        self._recorder.keep(began, observed)
        return reply

    def _refuse_elsewhere(self, request: requests.PreparedRequest) -> None:
        ours, theirs = split_address(self._find_server), split_address(request.url or "")
        if ours is None or theirs is None or origin_of(ours) != origin_of(theirs):
            raise UsageError("a request for another server")


def _select_passing(fields: Headers) -> Headers:
    """Without the fields of the connection, and those that it names as such."""
    named = [v.lower().split(",") for name, v in fields if name.lower() == "connection"]
    own = _NOT_PASSED_ON.union(word.strip() for words in named for word in words)
    return tuple(pair for pair in fields if pair[0].lower() not in own)


def _join_fields(fields: Headers) -> dict[str, str]:
    """Each name once: a field that is repeated is a list (RFC 9110, section 5.3)."""
    joined: dict[str, str] = {}
    names: dict[str, str] = {}
    for written, value in fields:
        name = names.setdefault(written.lower(), written)
        between = "; " if name.lower() == "cookie" else ", "
        joined[name] = f"{joined[name]}{between}{value}" if name in joined else value
    return joined


@contextmanager
def recording_proxy(
    choice: PageChoice,
    file: Path,
    announce: Callable[[str], None],
    *,
    to: str = "",
    hosts: Sequence[str] = (),
    port: int = 0,
) -> Iterator[str]:
    """The proxy's address, while it passes requests on to the chosen exchange.  Raises UsageError:
    the server is not known, or no person has confirmed its host."""
    (exchange,) = load_exchanges(find_root(choice.docs_root), choice.exchanges)
    server = _find_server(exchange, to, hosts)
    operations = read_exchange(exchange, languages(exchange)[0]).contract.operations
    details = exchange.auth_details
    names = (*exchange.redact.names, details.key_header, details.signature_parameter)
    redactor = Redactor(SecretNames(filter(None, names)), (), collect_printed_values(operations))
    recorder = Recorder(file, redactor, operations, announce)
    announce(f"{exchange.name}: requests are passed on to {server}")
    try:
        with serve(Proxy(server, recorder), port=port) as url:
            yield url
    finally:
        recorder.close()


def _find_server(exchange: Exchange, to: str, hosts: Sequence[str]) -> str:
    if not to and len(exchange.servers) != 1:
        raise UsageError(f"{exchange.name}: which server is not known", hint="give --to URL")
    server = to or exchange.servers[0]
    split = split_address(server)
    if split is None:
        raise UsageError(f"{server!r} is no address of a server", hint="write https://host")
    if is_loopback(split.hostname or ""):
        return server
    if split.scheme != "https":
        raise UsageError(f"{server}: keys would be sent in the open", hint="write https://")
    if not any(is_host_of(host, split) for host in (*exchange.live.hosts, *hosts)):
        hint = f"if it is the exchange: --host {split.hostname}, or [live] hosts in exchange.toml"
        raise UsageError(f"{split.hostname}: no person has confirmed this host", hint=hint)
    return server
