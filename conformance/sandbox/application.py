"""A sandbox as a WSGI application: bytes to a request, a reply to bytes."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from typing import Any, Final

from werkzeug.exceptions import HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Request as Received
from werkzeug.wrappers import Response as Sent

from conformance.model.interaction import Request
from conformance.sandbox.answering import LARGEST, Answer, Sandbox
from conformance.sandbox.log import Line, Log
from conformance.sandbox.replies import plain

LOOPBACK: Final = "127.0.0.1"
HEADERS: Final = "conformance.headers"
"""Where in a WSGI environment the headers are as they were sent."""


class Application:
    """A sandbox as a WSGI application."""

    def __init__(self, sandbox: Sandbox, log: Log) -> None:
        self._sandbox = sandbox
        self._log = log
        self._stopping = threading.Event()

    @property
    def longest_wait(self) -> float:
        """Seconds an answer may be held back by the faults."""
        return sum(f.number for f in self._sandbox.faults if f.kind.takes == "seconds")

    def stop(self) -> None:
        """Wake what is waiting."""
        self._stopping.set()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request (PEP 3333)."""
        began = time.monotonic()
        try:
            request, answer = self._answered(environ)
        except HTTPException as error:  # the request itself is broken
            request, answer = None, _broken(error)
        self._stopping.wait(answer.delay)
        self._log(Line(request, answer, time.monotonic() - began, self._sandbox).members())
        return self._sent(environ, answer)(environ, start_response)

    def _answered(self, environ: dict[str, Any]) -> tuple[Request, Answer]:
        received = Received(environ)
        received.max_content_length = LARGEST
        try:
            body = received.get_data()
        except RequestEntityTooLarge:
            request = _request(environ, b"")
            return request, self._sandbox.too_large(request)
        request = _request(environ, body)
        return request, self._sandbox.answer(request)

    def _sent(self, environ: dict[str, Any], answer: Answer) -> Sent | Callable[..., Any]:
        reply = answer.reply
        response = Sent(reply.body, status=reply.status, headers=list(reply.headers))
        if not any(name.lower() == "content-type" for name, _ in reply.headers):
            del response.headers["Content-Type"]
        if answer.sent < 1:
            return _Dropping(environ["werkzeug.socket"], response, answer.sent)
        return response


class _Dropping:
    """A response that ends early, with the connection."""

    def __init__(self, connection: socket.socket, response: Sent, part: float) -> None:
        self._connection = connection
        self._response = response
        self._part = part

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterator[bytes]:
        body = self._response.get_data()
        if self._part:
            headers = self._response.get_wsgi_headers(environ)
            start_response(self._response.status, headers.to_wsgi_list())
            yield body[: int(len(body) * self._part)]
        close(self._connection)
        raise ConnectionResetError


def close(connection: socket.socket) -> None:
    """End a connection that another thread may be using."""
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _request(environ: Mapping[str, Any], body: bytes) -> Request:
    target = str(environ["REQUEST_URI"])
    if not target.startswith("/"):  # the absolute form (RFC 9112, section 3.2.2)
        target = "/" + target.partition("://")[2].partition("/")[2]
    port = environ["SERVER_PORT"]
    return Request(
        method=str(environ["REQUEST_METHOD"]).upper(),
        url=f"http://{LOOPBACK}:{port}{target}",
        headers=environ[HEADERS],
        body=body,
    )


def _broken(error: HTTPException) -> Answer:
    return Answer(plain(error.code or 400, "the request cannot be read"), refused=("request",))
