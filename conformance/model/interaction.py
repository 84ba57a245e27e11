"""Interactions with their origin, and why one was not checked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import Enum
from functools import lru_cache
from typing import TypeAlias

from msgspec import Struct

Headers: TypeAlias = tuple[tuple[str, str], ...]


def header_value(fields: Iterable[tuple[str, str]], name: str) -> str:
    """The first value of a header field, by its name in lower case; empty when there is none."""
    for key, value in fields:
        if key.lower() == name:
            return value
    return ""


@lru_cache(maxsize=256)
def media_type_of(content_type: str) -> str:
    """A Content-Type without its parameters, lower case."""
    return content_type.split(";")[0].strip().lower()


class Origin(Enum):
    """What an interaction is worth as evidence, the weightiest first."""

    LIVE = "live"
    RECORDED = "recorded"
    DOCUMENTED = "documented"
    """An example printed in the docs."""
    CONSTRUCTED = "constructed"
    """Written by hand from known facts, with a note that says which."""
    SANDBOX = "sandbox"

    def __init__(self, word: str) -> None:
        self.is_of_api = word in ("live", "recorded")
        """Whether an exchange answered it: what else there is shows nothing about its API."""


class Request(Struct, frozen=True, kw_only=True):
    method: str
    """Upper case."""
    url: str
    """Absolute, query included."""
    headers: Headers = ()
    body: bytes = b""


class Reply(Struct, frozen=True, kw_only=True):
    """A response as received, its transfer and content encodings already undone."""

    status: int
    """Three digits; 0 when unknown, as for a bare body."""
    headers: Headers = ()
    body: bytes = b""
    is_kept: bool = True
    """Whether the body is what was received; access logs keep none."""

    @property
    def media_type(self) -> str:
        """The Content-Type without its parameters, lower case; empty when there is none."""
        return media_type_of(header_value(self.headers, "content-type"))


class Interaction(Struct, frozen=True, kw_only=True):
    reply: Reply
    origin: Origin
    where: str
    """``<file>#<n>``, n counted from 0 within the file."""
    request: Request | None = None
    """None for a bare body: only what came back is known."""
    date: str = ""
    """ISO 8601 date of the observation; empty when unknown."""
    note: str = ""


class Unchecked(Struct, frozen=True, kw_only=True):
    """Counts of what was not checked in one run."""

    unmatched: int = 0
    """Interactions of no documented operation."""
    operations_without_contract: int = 0
    """Operations that were observed and whose pages say nothing of the body."""
    without_contract: int = 0
    """Interactions of those operations."""
    undocumented_status: int = 0
    """Interactions whose status the page does not have: nothing says what their body is."""
    free_form_objects: int = 0
    """Documented objects that were observed with members, of which the page lists none."""

    def __bool__(self) -> bool:
        return any(getattr(self, name) for name in self.__struct_fields__)
