"""A server that does what it is told, and an exchange that is reached through it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import HTTPAdapter

from conformance.live.client import LiveClient
from conformance.live.request_plans import harmless
from conformance.live.safety import Policy
from conformance.live.signing import Credentials
from conformance.live.transport import Bounds
from conformance.model.interaction import Request
from conformance.pages.access import AuthDetails, LiveAccess, Probe
from conformance.pages.exchange import Exchange
from tests.builders import YES, operation, parameter

ACCESS_KEY = "access-key-4f1d20c7"
SECRET_KEY = "secret-key-91b0aa63-of-some-length-here"  # noqa: S105 - opens nothing
LIVE = "https://api.venue.example"
"""An exchange that does not exist (RFC 2606); requests to it are taken to the local server."""

Answer = Callable[[BaseHTTPRequestHandler], None]


@dataclass
class Server:
    """What the server answers, by turns, and what it was asked."""

    url: str
    answers: list[Answer] = field(default_factory=list)
    """The last one is given again and again."""
    asked: list[tuple[str, str, dict[str, str], bytes]] = field(default_factory=list)
    """Method, target, headers, body."""


@pytest.fixture
def server() -> Iterator[Server]:
    made = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    made.daemon_threads = True
    made.told = told = Server(f"http://127.0.0.1:{made.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=made.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield told
    made.shutdown()
    made.server_close()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def answer(self) -> None:
        told: Server = self.server.told  # type: ignore[attr-defined]
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        told.asked.append((self.command, self.path, dict(self.headers), body))
        give = told.answers.pop(0) if len(told.answers) > 1 else told.answers[0]
        give(self)

    do_GET = do_HEAD = do_POST = do_DELETE = do_PUT = answer  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return

    def handle(self) -> None:
        try:
            super().handle()
        except OSError:
            self.close_connection = True


def reply(
    status: int = 200, body: bytes = b"{}", headers: Mapping[str, str] | None = None
) -> Answer:
    """An answer as it should be."""

    def give(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        told = {"Content-Type": "application/json", "Content-Length": str(len(body))}
        for name, value in {**told, **(headers or {})}.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(body)

    return give


class Detour(HTTPAdapter):
    """Takes what is meant for the exchange to the local server, and back as if from there."""

    def __init__(self, server: Server, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self._server = server

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any) -> Any:
        """Only the address changes."""
        meant = request.url or ""
        request.url = meant.replace(LIVE, self._server.url)
        response = super().send(request, *args, **kwargs)
        request.url = meant
        return response


def exchange(**facts: Any) -> Exchange:
    """One that signs with a key in a header and has a probe for each kind of word."""
    given: dict[str, Any] = {
        "auth": "api-key",
        "auth_details": AuthDetails(key_header="X-Key"),
        "live": LiveAccess(hosts=("api.venue.example",), reads=("GET /orders",)),
        "probes": (
            Probe(operation="DELETE /orders", reason="x", inputs=(("ids", "random-uuid"),)),
            Probe(operation="DELETE /orders/{pair}", reason="x", inputs=(("pair", "unknown:{}"),)),
        ),
    }
    return Exchange(name="venue", title="Venue", root=Path(), pages=(), **{**given, **facts})


DOCUMENTED = (
    operation(path="/orders", parameters=(parameter("pair"),)),
    operation(path="/public/depth", parameters=(parameter("pair"),), public=YES),
    operation(method="DELETE", path="/orders", parameters=(parameter("ids"),)),
    operation(method="DELETE", path="/orders/{pair}"),
)
"""A read that the exchange's manifest lists, one that its page calls public, and two changes."""
ALLOWED = Policy(live=True, allow_state_change=True, named=("venue",))


def client(server: Server, *, live: bool = False, **facts: Any) -> LiveClient:
    """One for the local server, or for the exchange behind it."""
    policy = facts.pop("policy", ALLOWED if live else Policy())
    bounds = Bounds(**facts.pop("bounds", {"seconds": 30}))
    return LiveClient(
        facts.pop("exchange", None) or exchange(),
        LIVE if live else server.url,
        Credentials(ACCESS_KEY, SECRET_KEY),
        policy,
        bounds=bounds,
        adapter=Detour(server) if live else None,
        sandbox=not live,
        **{"operations": DOCUMENTED if live else (), **facts},
    )


_IDS = harmless("random-uuid", "x")
HARMLESS = Request(method="DELETE", url=f"{LIVE}/orders?ids={_IDS}")
"""What the first probe of the exchange admits."""


def get(server: Server, path: str = "/orders") -> Request:
    return Request(method="GET", url=server.url + path)


def delete(server: Server) -> Request:
    return Request(method="DELETE", url=f"{server.url}/orders")
