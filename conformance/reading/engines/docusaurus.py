"""Docusaurus pages made from an OpenAPI document, as MDX source or as rendered HTML.

The source carries the operation in its front matter, ``api: {...}`` or the same compressed
(``api: eJy9...``), and in the attributes of its components: ``<ParamsDetails parameters={[...]}>``,
``<RequestSchema body={{...}}>``, ``<StatusCodes responses={{...}}>``.  The rendered page writes a
field as a name, a type and a mark without a blank between them, and the members of an object in a
fold whose label is the object.
"""

from __future__ import annotations

import binascii
import json
import zlib
from base64 import b64decode
from collections.abc import Iterable
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Component,
    Document,
    SpecificationBlock,
    walk,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.endpoints.candidate import METHODS

_PARTS: Final = {"parameters": "parameters", "body": "requestBody", "responses": "responses"}
"""Attributes that hold a part of an operation, and what OpenAPI calls the part."""
_JSON: Final = regex(r"\s*[\[{]")
PROPERTY: Final = "openapi-schema__property"
_FRONT: Final = regex(r"api:\s*(?P<value>\{.*\}|[A-Za-z0-9+/]{32,}={0,2})\s*")
_FRONT_LINES: Final = 60
_MOST_BYTES: Final = 8_000_000
"""Of an operation in the front matter, once it is unpacked."""


class DocusaurusEngine:
    """The OpenAPI theme of Docusaurus."""

    name = "docusaurus"

    def score(self, document: Document) -> float:
        """Sure where components carry parts of a document or fields are marked by class."""
        if document.markup == "html":
            return 1.0 if any(PROPERTY in line for line in document.lines) else 0.0
        if _read_front_matter(document):
            return 1.0
        components = [b for b in walk(document.blocks) if isinstance(b, Component)]
        return 1.0 if _read_endpoint(components) and any(map(_list_parts, components)) else 0.0

    def rewrite(self, document: Document) -> Document:
        """Components as the document they were made from, rendered fields as fields."""
        if document.markup == "html":
            from conformance.reading.engines.docusaurus_html import read_fields  # slow to import

            return read_fields(document)
        if found := _read_front_matter(document):
            return replace(document, blocks=(*document.blocks, found))
        components = [b for b in walk(document.blocks) if isinstance(b, Component)]
        return replace(document, blocks=(*document.blocks, _build_specification(components)))


def _read_front_matter(document: Document) -> SpecificationBlock | None:
    """The operation that the front matter holds, with its method and path."""
    lines = document.lines[:_FRONT_LINES]
    if not lines or lines[0].strip() != "---":
        return None
    for number, line in enumerate(lines, 1):
        if line.startswith("api:") and (hit := _FRONT.fullmatch(line)):
            operation = _unpack_operation(hit["value"])
            method, path = operation.get("method"), operation.get("path")
            if isinstance(method, str) and method.upper() in METHODS and isinstance(path, str):
                text = json.dumps({"paths": {path: {method.lower(): operation}}})
                span = Span(document.page, number, number, f"{method.upper()} {path}")
                return SpecificationBlock(text=text, language="json", span=span)
            return None
    return None


def _unpack_operation(value: str) -> dict[str, object]:
    """The operation as JSON or as zlib in base64; empty for anything else."""
    try:
        if not value.startswith("{"):
            raw = zlib.decompressobj().decompress(b64decode(value, validate=True), _MOST_BYTES)
            value = raw.decode()
        operation = json.loads(value)
    except (ValueError, binascii.Error, zlib.error, RecursionError):
        return {}
    return operation if isinstance(operation, dict) else {}


def _read_endpoint(components: Iterable[Component]) -> tuple[str, str] | None:
    for component in components:
        values = dict(component.attributes)
        method, path = values.get("method", "").upper(), values.get("path", "")
        if method in METHODS and path.startswith("/"):
            return method.lower(), path
    return None


def _list_parts(component: Component) -> list[tuple[str, str]]:
    """OpenAPI's name and the text of each part of an operation that a component carries."""
    return [
        (_PARTS[name], value)
        for name, value in component.attributes
        if name in _PARTS and _JSON.match(value)
    ]


def _build_specification(components: list[Component]) -> SpecificationBlock:
    """One document of the parts, each in the line of its component."""
    method, path = _read_endpoint(components) or ("", "")
    first = next(c.span.line for c in components if _list_parts(c))
    span = components[0].span
    text, line = f'{{"paths": {{"{path}": {{"{method}": {{', first
    for component in components:
        for name, value in _list_parts(component):
            text += "\n" * (component.span.line - line) + f'"{name}": {value},'
            line = max(line, component.span.line) + value.count("\n")
    last = max(component.span.end_line for component in components)
    return SpecificationBlock(
        text=text + "}}}}", language="json", span=replace(span, line=first, end_line=last)
    )
