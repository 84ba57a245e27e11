"""A place where a page says method and path, and how paths are written."""

from __future__ import annotations

import re
from dataclasses import dataclass

from conformance.model.operation import Confidence
from conformance.model.span import Span

METHODS = ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS")
METHOD = rf"(?P<method>{'|'.join(METHODS)})"
TARGET = (
    r"(?P<server>(?:https?|wss?)://[\w.\-:{}$]+|\{\{?\w+\}?\}|\$\{?\w+\}?)?(?P<path>/[^\s`\"'"
    r"|,;，。（(\[\]*]*)"
)
_PLACEHOLDER = re.compile(
    r"(?<=/):([A-Za-z_]\w*)|<([A-Za-z_][\w-]*)>|\{\{?\s*([A-Za-z_][\w-]*)\s*\}?\}"
)
_ABSOLUTE = re.compile(r"https?://[\w.\-:]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class EndpointCandidate:
    """A place where the page says method and path."""

    method: str
    path: str
    server: str
    span: Span
    index: int
    """Of the piece it stands in."""
    confidence: Confidence = "high"
    in_example: bool = False

    @property
    def key(self) -> str:
        """The same for every way of writing one operation's path."""
        return f"{self.method} {self.path.rstrip('/')}"


def make_candidate(
    method: str, server: str | None, path: str, span: Span, index: int, example: bool
) -> EndpointCandidate | None:
    clean = normal_path(path)
    if clean is None:
        return None
    host = server if server and _ABSOLUTE.fullmatch(server) else ""
    return EndpointCandidate(
        method=method.upper(), path=clean, server=host, span=span, index=index, in_example=example
    )


def normal_path(path: str) -> str | None:
    """A path with ``{name}`` placeholders, without query; None when it is no path of an API."""
    plain = path.replace("\\", "").split("?")[0].split("#")[0]
    plain = _PLACEHOLDER.sub(lambda m: "{" + next(g for g in m.groups() if g) + "}", plain)
    plain = plain.rstrip(".:)>*_")
    if not plain or "//" in plain or plain.count("{") != plain.count("}"):
        return None
    return plain
