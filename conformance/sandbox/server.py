"""The server itself: Werkzeug on this machine's own address, with bounds on time and size.

Werkzeug's threaded server gives the application the connection, which a fault may have to drop,
and ``service_actions``, by which a connection that takes too long is ended.
"""

from __future__ import annotations

import datetime as dt
import ipaddress
import json
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Lock
from typing import Any, Final, Protocol, TextIO, TypeAlias
from urllib.parse import unquote, urlsplit

from msgspec import Struct, field
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler
from werkzeug.wrappers import Request as Received
from werkzeug.wrappers import Response as Sent

from conformance.errors import UsageError
from conformance.evidence.urls import query_pairs
from conformance.live.signing import Credentials
from conformance.model.contract import Contract
from conformance.model.interaction import Reply, Request
from conformance.sandbox.answering import LARGEST, Sandbox, SandboxAnswer
from conformance.sandbox.faults import PlantedFault, read_fault
from conformance.sandbox.ledger import Book
from conformance.sandbox.replies import make_reply
from conformance.sandbox.requests import SANDBOX_KEYS

Members: TypeAlias = Mapping[str, Any]
Log: TypeAlias = Callable[[Members], None]
_HIDDEN: Final = "***"
_LONGEST: Final = 200
_MOST_NAMES: Final = 30
LOOPBACK: Final = "127.0.0.1"
HEADERS: Final = "conformance.headers"
"""Where in a WSGI environment the headers are as they were sent."""
_POLL: Final = 0.05
"""Seconds between two looks at who has had his time."""
_PATIENCE: Final = 20.0
"""Seconds a connection may take to send its request and to take the answer."""
_MOST: Final = 128
"""Connections at once; more are closed unanswered."""
_LAST_PORT: Final = 65_535


def discard_log(_: Members) -> None:
    """Log nothing."""


class JsonLines(Struct):
    """A log of one JSON object on each line."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, members: Members) -> None:
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, **members}) + "\n"
        with self.lock:
            self.stream.write(line)
            self.stream.flush()


def _log_line(
    request: Request | None, answer: SandboxAnswer, seconds: float, keys: Credentials
) -> Members:
    """What is logged of a request: no header, no value of the query, nothing of a body."""

    def hide_credentials(text: str) -> str:
        plain = unquote(text)
        for secret in keys.secrets:
            plain = plain.replace(secret, _HIDDEN)
        return plain[:_LONGEST]

    record: dict[str, Any] = {"event": "request"}
    if request is not None:  # of a known operation the path as the page has it
        method, _, template = answer.operation.partition(" ")
        names = dict.fromkeys(hide_credentials(name) for name, _ in query_pairs(request.url))
        record["method"] = method or request.method[:20]
        record["path"] = template or hide_credentials(urlsplit(request.url).path)
        record["query"] = list(names)[:_MOST_NAMES]
    record["operation"] = answer.operation
    record["status"] = answer.reply.status
    record["bytes"] = len(answer.reply.body)
    record["ms"] = round(seconds * 1000, 1)
    if answer.refused:
        record["refused"] = [hide_credentials(why) for why in answer.refused]
    if answer.planted:
        record["planted"] = answer.planted
    return record


class Served(Protocol):
    """A WSGI application that a server can end."""

    @property
    def longest_wait(self) -> float:
        """Seconds an answer may take besides those of the connection."""

    def stop(self) -> None:
        """Wake what is waiting."""

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""


class Application:
    """A sandbox as a WSGI application."""

    def __init__(self, sandbox: Sandbox, log: Log) -> None:
        self._sandbox = sandbox
        self._log = log
        self._stopping = threading.Event()

    @property
    def longest_wait(self) -> float:
        """Seconds an answer may be delayed by the faults."""
        return sum(f.number for f in self._sandbox.faults if f.kind.takes == "seconds")

    def stop(self) -> None:
        self._stopping.set()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        began = time.monotonic()
        try:
            request, answer = self._reply_to(environ)
        except HTTPException as error:  # the request itself is broken
            refusal = make_reply(error.code or 400, "the request cannot be read")
            request, answer = None, SandboxAnswer(refusal, refused=("request",))
        self._stopping.wait(answer.delay)
        seconds = time.monotonic() - began
        self._log(_log_line(request, answer, seconds, self._sandbox.keys))
        response = response_of(answer.reply)
        if answer.sent < 1:
            dropping = _Dropping(environ["werkzeug.socket"], response, answer.sent)
            return dropping(environ, start_response)
        return response(environ, start_response)

    def _reply_to(self, environ: dict[str, Any]) -> tuple[Request, SandboxAnswer]:
        received = Received(environ)
        received.max_content_length = LARGEST
        try:
            body = received.get_data()
        except RequestEntityTooLarge:
            request = _read_request(environ, b"")
            return request, self._sandbox.refuse_too_large(request)
        request = _read_request(environ, body)
        return request, self._sandbox.answer(request)


class _Dropping(Struct, frozen=True):
    """A response that ends early, with the connection."""

    connection: socket.socket
    response: Sent
    part: float

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterator[bytes]:
        body = self.response.get_data()
        if self.part:
            headers = self.response.get_wsgi_headers(environ)
            start_response(self.response.status, headers.to_wsgi_list())
            yield body[: int(len(body) * self.part)]
        end_connection(self.connection)
        raise ConnectionResetError


def response_of(reply: Reply) -> Sent:
    """``reply`` as it goes over the wire, without a field that it does not have."""
    response = Sent(reply.body, status=reply.status, headers=list(reply.headers))
    if not any(name.lower() == "content-type" for name, _ in reply.headers):
        del response.headers["Content-Type"]
    return response


def end_connection(connection: socket.socket) -> None:
    """End a connection that another thread may be using."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _read_request(environ: Mapping[str, Any], body: bytes) -> Request:
    target = str(environ["REQUEST_URI"])
    if not target.startswith("/"):  # the absolute form (RFC 9112, section 3.2.2)
        target = "/" + target.partition("://")[2].partition("/")[2]
    port = environ["SERVER_PORT"]
    method = str(environ["REQUEST_METHOD"]).upper()
    url = f"http://{LOOPBACK}:{port}{target}"
    return Request(method=method, url=url, headers=environ[HEADERS], body=body)


class Handler(WSGIRequestHandler):
    """Reads one request; writes nothing by itself: every request is logged where it is answered."""

    protocol_version = "HTTP/1.1"
    server: Server

    def make_environ(self) -> dict[str, Any]:
        return {**super().make_environ(), HEADERS: tuple(self.headers.items())}

    def run_wsgi(self) -> None:
        """Answer; a target that is no URL is a bad request."""
        try:
            super().run_wsgi()
        except ValueError:
            self.send_error(400)

    def log(self, type: str, message: str, *args: Any) -> None: ...  # noqa: A002

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None: ...

    def version_string(self) -> str:
        return "conformance-sandbox"


class Server(ThreadedWSGIServer):
    """A thread for each connection, not too many of them, and none for too long."""

    def __init__(self, listening: socket.socket, app: Served, log: Log) -> None:
        self._log = log
        self._until: dict[socket.socket, float] = {}
        self._guard = threading.Lock()
        self._patience = _PATIENCE + app.longest_wait
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        with self._guard:
            full = len(self._until) >= _MOST
            if not full:
                self._until[request] = time.monotonic() + self._patience
        if full:
            self._log({"event": "refused", "why": "too many connections"})
            self.shutdown_request(request)
        else:
            super().process_request(request, client_address)

    def shutdown_request(self, request: Any) -> None:
        with self._guard:
            self._until.pop(request, None)
        super().shutdown_request(request)

    def service_actions(self) -> None:
        """End the connections that have had their time, however busy they seem."""
        now = time.monotonic()
        with self._guard:
            late = [connection for connection, until in self._until.items() if until < now]
            for connection in late:
                del self._until[connection]
        for connection in late:
            self._log({"event": "closed", "why": "took too long"})
            end_connection(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line for what went wrong with a connection."""
        self._log({"event": "broken", "error": type(sys.exc_info()[1]).__name__})

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """What Werkzeug itself has to say, without what it says of a request."""
        self._log({"event": type, "message": message.splitlines()[0][:200] if message else ""})


def serve_sandbox(
    sandbox: Sandbox, *, host: str = LOOPBACK, port: int = 0, log: Log = discard_log
) -> AbstractContextManager[str]:
    """Serve ``sandbox`` as :func:`serve` does."""
    return serve(Application(sandbox, log), host=host, port=port, log=log)


@contextmanager
def serve(
    application: Served, *, host: str = LOOPBACK, port: int = 0, log: Log = discard_log
) -> Iterator[str]:
    """Serve ``application`` in threads of its own; gives the base URL, without a trailing slash.
    Raises UsageError: ``host`` is not this machine's own, or the port cannot be had."""
    with _open_socket(host, port) as listening:
        server = Server(listening, application, log)
    thread = threading.Thread(
        target=server.serve_forever, args=(_POLL,), name="server", daemon=True
    )
    thread.start()
    try:
        name = f"[{server.host}]" if ":" in server.host else server.host
        yield f"http://{name}:{server.port}"
    finally:
        application.stop()
        server.shutdown()
        thread.join()


def _open_socket(host: str, port: int) -> socket.socket:
    try:
        if not ipaddress.ip_address(host).is_loopback:
            raise ValueError
    except ValueError:
        hint = f"the sandbox is for this machine alone: {LOOPBACK} or ::1"
        raise UsageError(f"{host} is no loopback address", hint=hint) from None
    if not 0 <= port <= _LAST_PORT:
        raise UsageError(f"port {port}: there is none", hint=f"0 for any, or up to {_LAST_PORT}")
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=_MOST)
    except OSError as error:
        hint = "choose another, or 0 for any"
        raise UsageError(f"port {port}: {error.strerror}", hint=hint) from error


def running_sandbox(
    contract: Contract,
    faults: Sequence[PlantedFault | str] = (),
    *,
    book: Book | None = None,
    scheme: str | None = None,
    keys: Credentials = SANDBOX_KEYS,
    host: str = LOOPBACK,
    port: int = 0,
    log: Log = discard_log,
) -> AbstractContextManager[str]:
    """Serve ``contract``; gives the base URL (``http://127.0.0.1:40123``) while it is served.
    Faults are as ``--fault`` has them.  ``scheme`` takes the place of the documented way to sign,
    ``none`` asks for nothing; ``keys`` are what requests are signed with.  Raises UsageError: the
    contract has no operations, a fault cannot be planted, ``host`` is not this machine's own."""
    read = tuple(read_fault(fault) if isinstance(fault, str) else fault for fault in faults)
    sandbox = Sandbox(contract, read, book, scheme=scheme, keys=keys)
    return serve_sandbox(sandbox, host=host, port=port, log=log)
