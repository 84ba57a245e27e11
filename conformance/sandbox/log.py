"""What is logged of a request: enough to follow a run, and nothing secret.

Names are written, values are not: a header, a query or a body may hold a key or a signature.
"""

from __future__ import annotations

import datetime as dt
import json
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any, Final, TextIO, TypeAlias
from urllib.parse import unquote, urlsplit

from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Request
from conformance.sandbox.answering import Answer, Sandbox

Members: TypeAlias = Mapping[str, Any]
Log: TypeAlias = Callable[[Members], None]

_HIDDEN: Final = "***"
_LONGEST: Final = 200
_MOST_NAMES: Final = 30


def discard(_: Members) -> None:
    """Log nothing."""


@dataclass(slots=True)
class JsonLines:
    """A log of one JSON object on each line."""

    stream: TextIO = field(default_factory=lambda: sys.stderr)
    lock: Lock = field(default_factory=Lock)

    def __call__(self, members: Members) -> None:
        """Write one line, whole."""
        now = dt.datetime.now(dt.UTC).isoformat(timespec="milliseconds")
        line = json.dumps({"time": now, **members}) + "\n"
        with self.lock:
            self.stream.write(line)
            self.stream.flush()


@dataclass(frozen=True, slots=True)
class Line:
    """One request and its answer, as the log has them."""

    request: Request | None
    answer: Answer
    seconds: float
    sandbox: Sandbox

    def members(self) -> Members:
        """What is written: no header, no value of the query, nothing of a body."""
        answer = self.answer
        told: dict[str, Any] = {
            "event": "request",
            **self._asked(),
            "operation": answer.operation,
            "status": answer.reply.status,
            "bytes": len(answer.reply.body),
            "ms": round(self.seconds * 1000, 1),
        }
        if answer.refused:
            told["refused"] = [self._hidden(why) for why in answer.refused]
        if answer.planted:
            told["planted"] = answer.planted
        return told

    def _asked(self) -> Members:
        """Method, path and names; of a known operation the path as the page has it."""
        if self.request is None:
            return {}
        method, _, template = self.answer.operation.partition(" ")
        path = template or self._hidden(urlsplit(self.request.url).path)
        names = dict.fromkeys(self._hidden(name) for name, _ in query_pairs(self.request.url))
        return {
            "method": method or self.request.method[:20],
            "path": path,
            "query": list(names)[:_MOST_NAMES],
        }

    def _hidden(self, text: str) -> str:
        """``text`` without the keys of the sandbox, and not too long."""
        plain = unquote(text)
        for secret in (self.sandbox.keys.access_key, self.sandbox.keys.secret_key):
            plain = plain.replace(secret, _HIDDEN) if secret else plain
        return plain[:_LONGEST]
