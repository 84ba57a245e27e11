"""Mintlify's front matter: ``api: POST https://...`` or ``openapi: openapi.json GET /x``.

The page's operation is named there and nowhere else; ``<ParamField>`` and ``<ResponseField>`` are
components like any other.
"""

from __future__ import annotations

import re
from typing import Final

from msgspec.structs import replace

from conformance.model.document import Document, EndpointBlock
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS
from conformance.reading.endpoints.paths import TARGET

_KEYS: Final = ("openapi", "api")
_ENDPOINT: Final = regex(
    rf"(?:^|\s)(?P<method>{'|'.join(METHODS)})\s+(?P<target>\S+)\s*$", re.IGNORECASE
)
_MOST_LINES: Final = 60
"""Lines of front matter in which the key is looked for."""


class MintlifyEngine:
    """Front matter that names an operation."""

    name = "mintlify"

    def score(self, document: Document) -> float:
        """Sure where a key of the front matter is a method and a path."""
        return 1.0 if _read_endpoint(document) else 0.0

    def rewrite(self, document: Document) -> Document:
        """The page with its operation named above everything else."""
        endpoint = _read_endpoint(document)
        if endpoint is None:
            return document
        return replace(document, blocks=(endpoint, *document.blocks))


def _read_endpoint(document: Document) -> EndpointBlock | None:
    if document.markup != "markdown":
        return None
    metadata = dict(document.metadata)
    for key in _KEYS:
        hit = _ENDPOINT.search(metadata.get(key, "")[:500])
        target = re.fullmatch(TARGET, hit["target"]) if hit else None
        if hit and target:
            return EndpointBlock(
                method=hit["method"].upper(),
                path=target["path"],
                span=_find_span(document, key),
                server=target["server"] or "",
                summary=metadata.get("title", ""),
            )
    return None


def _find_span(document: Document, key: str) -> Span:
    """The line of a key of the front matter."""
    lines = document.lines[:_MOST_LINES]
    number = next((n for n, line in enumerate(lines, 1) if line.startswith(f"{key}:")), 1)
    return Span(document.page, number, number, document.lines[number - 1].strip()[:160])
