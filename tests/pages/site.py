"""A server on this machine that answers as it is told to, for who fetches pages."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PAGE = "# Orders\n\nGET /orders — 주문\n".encode()


@dataclass
class Answer:
    status: int = 200
    body: bytes = PAGE
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    """A Content-Length that is not true."""


@dataclass
class Site:
    """Paths with what they answer, and what was asked."""

    url: str
    pages: dict[str, Answer | list[Answer]] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def paths(self) -> list[str]:
        return [path for path, _ in self.asked if path != "/robots.txt"]


@contextmanager
def serving() -> Iterator[Site]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    server.site = site = Site(f"http://127.0.0.1:{server.server_port}")  # type: ignore[attr-defined]
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status, b"", {"Location": to})


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        site: Site = self.server.site  # type: ignore[attr-defined]
        site.asked.append((self.path, dict(self.headers)))
        answer = site.pages.get(self.path, Answer(404, b"no"))
        if isinstance(answer, list):
            answer = answer.pop(0)
        if answer.status == 200 and self._has(answer.headers):
            answer = Answer(304, b"", answer.headers)
        self.send_response(answer.status)
        length = len(answer.body) if answer.length is None else answer.length
        headers = {"Content-Type": "text/markdown", "Content-Length": str(length)}
        for name, value in {**headers, **answer.headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(answer.body)

    def _has(self, headers: dict[str, str]) -> bool:
        """RFC 9110, section 13: tags are compared weakly, and a date only where none was sent."""
        tag, date = self.headers["If-None-Match"], self.headers["If-Modified-Since"]
        if tag:
            return tag.removeprefix("W/") == headers.get("ETag", "").removeprefix("W/")
        return bool(date) and date == headers.get("Last-Modified")

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return
