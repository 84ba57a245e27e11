"""The server itself: Werkzeug on this machine's own address, with bounds on time and size.

Werkzeug's threaded server gives the application the connection, which a fault may have to drop,
and ``service_actions``, by which a connection that takes too long is ended.
"""

from __future__ import annotations

import ipaddress
import socket
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, Final

from werkzeug.serving import ThreadedWSGIServer, WSGIRequestHandler

from conformance.errors import UsageError
from conformance.model.contract import Contract
from conformance.sandbox.answering import Sandbox
from conformance.sandbox.application import HEADERS, LOOPBACK, Application, close
from conformance.sandbox.auth import SANDBOX_KEYS, Keys
from conformance.sandbox.book import Book
from conformance.sandbox.faults import Fault, read_fault
from conformance.sandbox.log import Log, discard

_POLL: Final = 0.05
"""Seconds between two looks at who has had his time."""
_PATIENCE: Final = 20.0
"""Seconds a connection may take to send its request and to take the answer."""
_MOST: Final = 128
"""Connections at once; more are closed unanswered."""
_LAST_PORT: Final = 65_535


class Handler(WSGIRequestHandler):
    """Reads one request; says nothing by itself but what the log is told."""

    protocol_version = "HTTP/1.1"
    server: Server

    def make_environ(self) -> dict[str, Any]:
        """As WSGI has it, and the headers as they were sent."""
        environ = super().make_environ()
        environ[HEADERS] = tuple(self.headers.items())
        return environ

    def run_wsgi(self) -> None:
        """Answer; a target that is no URL is a bad request."""
        try:
            super().run_wsgi()
        except ValueError:
            self.send_error(400)

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """Nothing: every request is logged where it is answered."""

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Nothing, for the same reason."""

    def version_string(self) -> str:
        """The server's name without versions."""
        return "conformance-sandbox"


class Server(ThreadedWSGIServer):
    """A thread for each connection, not too many of them, and none for too long."""

    def __init__(self, listening: socket.socket, app: Application, log: Log) -> None:
        self._log = log
        self._until: dict[socket.socket, float] = {}
        self._guard = threading.Lock()
        self._patience = _PATIENCE + app.longest_wait
        host, port = listening.getsockname()[:2]
        super().__init__(host, port, app, Handler, fd=listening.fileno())

    def process_request(self, request: Any, client_address: Any) -> None:
        """A thread for the connection, while there are any to be had."""
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
        """Forget a connection, and close it."""
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
            close(connection)

    def handle_error(self, request: Any, client_address: Any) -> None:
        """One line for what went wrong with a connection."""
        self._log({"event": "broken", "error": type(sys.exc_info()[1]).__name__})

    def log(self, type: str, message: str, *args: Any) -> None:  # noqa: A002
        """What Werkzeug itself has to say, without what it says of a request."""
        self._log({"event": type, "message": message.splitlines()[0][:200] if message else ""})


@contextmanager
def running(
    sandbox: Sandbox, *, host: str = LOOPBACK, port: int = 0, log: Log = discard
) -> Iterator[str]:
    """Serve ``sandbox`` in threads of its own; gives the base URL, without a trailing slash.

    Raises:
        UsageError: ``host`` is not this machine's own, or the port cannot be had.
    """
    application = Application(sandbox, log)
    with _listening(host, port) as listening:
        server = Server(listening, application, log)
    thread = threading.Thread(
        target=server.serve_forever, args=(_POLL,), name="sandbox", daemon=True
    )
    thread.start()
    try:
        name = f"[{server.host}]" if ":" in server.host else server.host
        yield f"http://{name}:{server.port}"
    finally:
        application.stop()
        server.shutdown()
        thread.join()


def _listening(host: str, port: int) -> socket.socket:
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


@contextmanager
def running_sandbox(
    contract: Contract,
    faults: Sequence[Fault | str] = (),
    *,
    book: Book | None = None,
    seed: int = 0,
    scheme: str | None = None,
    keys: Keys = SANDBOX_KEYS,
    host: str = LOOPBACK,
    port: int = 0,
    log: Log = discard,
) -> Iterator[str]:
    """Serve ``contract``; gives the base URL (``http://127.0.0.1:40123``) while it is served.

    Faults are as ``--fault`` has them.  ``scheme`` takes the place of the documented way to sign,
    ``none`` asks for nothing; ``keys`` are what requests have to be signed with.

    Raises:
        UsageError: the contract has no operations, a fault cannot be planted, ``host`` is not
            this machine's own.
    """
    read = tuple(read_fault(fault) if isinstance(fault, str) else fault for fault in faults)
    sandbox = Sandbox(contract, read, book, seed, scheme, keys)
    with running(sandbox, host=host, port=port, log=log) as url:
        yield url
