"""One request and its response, and what it is worth as evidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class Origin(Enum):
    """What an interaction is worth as evidence, the weightiest first."""

    LIVE = "live"
    RECORDED = "recorded"
    DOCUMENTED = "documented"
    """An example printed in the docs."""
    CONSTRUCTED = "constructed"
    """Written by hand from known facts, with a note that says which."""
    SANDBOX = "sandbox"

    @property
    def is_of_api(self) -> bool:
        """Whether an exchange answered it: what else there is shows nothing about its API."""
        return self in (Origin.LIVE, Origin.RECORDED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    method: str
    """Upper case."""
    url: str
    """Absolute, query included."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """A response as received, its transfer and content encodings already undone."""

    status: int
    """Three digits; 0 when unknown, as for a bare body."""
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    is_kept: bool = True
    """Whether the body is what was received; access logs keep none."""

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, lower case; empty when there is none."""
        for name, value in self.headers:
            if name.lower() == "content-type":
                return value.split(";")[0].strip().lower()
        return ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    reply: Reply
    origin: Origin
    where: str
    """``<file>#<n>``, n counted from 0 within the file."""
    request: Request | None = None
    """None for a bare body: only what came back is known."""
    date: str = ""
    """ISO 8601 date of the observation; empty when unknown."""
    note: str = ""
