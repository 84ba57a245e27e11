"""A place where a page says method and path."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, TypeAlias

from msgspec import Struct

from conformance.model.operation import Confidence
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.endpoints.paths import read_paths, read_query
from conformance.vocabulary import phrases

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
METHOD = rf"(?P<method>{'|'.join(METHODS)})"
_MORE = rf"(?:(?:\s?(?:[/|,、]|or|and)\s?|\s)(?:{'|'.join(METHODS)})(?![\w-]))*"
ANY_METHOD = rf"(?P<method>(?:{'|'.join(METHODS)}){_MORE})"
"""One method, or several that share a path: ``GET/POST``."""
_WORD = regex(r"[A-Za-z]{3,}")
_ABSOLUTE = regex(r"https?://[\w.\-:]+")
_BARE_PLACEHOLDER = regex(r"[<{][A-Za-z][\w -]*[>}]")
_PART_OF_NAME = regex(r"[A-Z]?[a-z]+|[A-Z]+")

Standing: TypeAlias = Literal["place", "index", "sentence", "sample"]


class EndpointCandidate(Struct, frozen=True, kw_only=True):
    """A place where the page says method and path."""

    method: str
    path: str
    server: str
    span: Span
    index: int
    """Of the block it stands in."""
    confidence: Confidence = "high"
    standing: Standing = "place"
    """What the place is: where the operation is documented, a row of an index, a sentence that
    mentions it, or a sample that calls it."""
    title: str = ""
    """What the operation is called beside its method and path."""
    names: tuple[str, ...] = ()
    """In an index: what the other cells of its row say, one of which may be its heading."""
    target: str = ""
    """In an index: the link to the section that documents it."""
    query: tuple[tuple[str, str], ...] = ()
    """Names of inputs that the address shows behind its path, each with the truth value that it
    gives: ``/orders?limit={limit}&list=true``."""

    @property
    def key(self) -> str:
        """The same for every way of writing one operation's path."""
        return f"{self.method} {self.path.rstrip('/')}"

    @property
    def in_example(self) -> bool:
        return self.standing == "sample"


def make_candidates(
    methods: str,
    server: str | None,
    path: str,
    span: Span,
    index: int,
    standing: Standing = "place",
    title: str = "",
) -> Iterator[EndpointCandidate]:
    """One for each method and each path that the text stands for."""
    if server and server.startswith("ws"):
        return
    if server and _begins_path(server):
        server, path = "", f"/{server}{path}"
    host = server if server and not server.startswith("<") else ""
    words = [m for m in _WORD.findall(methods) if m.lower() != "and"]
    query = read_query(path) if standing in ("place", "sample") else ()
    if standing == "sample":
        query = tuple((name, "") for name, _ in query)  # it shows a value, and not the only one
    for method in words:
        for clean in read_paths(path):
            yield EndpointCandidate(
                method=method.upper(),
                path=clean,
                server=host if _ABSOLUTE.fullmatch(host) else "",
                span=span,
                index=index,
                standing=standing,
                title=title,
                query=query,
            )


def _begins_path(server: str) -> bool:
    """Whether a placeholder in place of a server, ``<group>/orders``, is no word for one."""
    words = " ".join(_PART_OF_NAME.findall(server)).lower()
    named = any(phrases(f"endpoints.{meaning}").found_in(words) for meaning in ("server", "path"))
    return bool(_BARE_PLACEHOLDER.fullmatch(server)) and not named
