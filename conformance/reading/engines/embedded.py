"""OpenAPI and Swagger documents and JSON Schemas that a page carries: in code, or in a script.

Pages made from such a document often print it (a fenced block below an operation) or hold it as
the state of the viewer that shows it: ``SwaggerUIBundle({spec: {...}})``, ``const __redoc_state =
{...}``, ``<script type="application/json">``.  Wherever it is, it says more than what is made
of it.  A JSON Schema in a code block is no sample: its properties are fields.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    SpecificationBlock,
    rewrite_blocks,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.engines.json_schema import read_schema_block

_LANGUAGES: Final = frozenset(("", "json", "yaml", "yml", "openapi", "swagger", "text", "json5"))
_PATHS: Final = regex(r"""(?:^|[{,\s])["']?paths["']?:\s*\{?\s*(?:["']?/|\}|$)""", re.M)
_VERSION: Final = regex(r"""["']?\b(?:openapi|swagger)["']?\s*:\s*["']?[123](?!\d)""")
_HEAD: Final = 400
"""Characters in which a document without operations says what it is."""
_SCRIPT: Final = regex(r"<script\b[^>]{0,400}>", re.IGNORECASE)
_OWN_OBJECT: Final = regex(r"""\{\s*["']?(?:openapi|swagger)["']?\s*:\s*["']?[123](?!\d)""")
_ANY_OBJECT: Final = regex(r"""(?:^|[=:(])\s*(?=\{\s*["'])""")
_MOST_SCRIPTS: Final = 8
_QUOTED: Final = 160


def find_specifications(document: Document) -> Document:
    """The page with every such document as a :class:`SpecificationBlock`, schemas as fields."""
    document = rewrite_blocks(document, _read_code)
    if document.markup == "html":
        found = tuple(_in_scripts(document))
        document = replace(document, blocks=(*document.blocks, *found)) if found else document
    return document


def _is_specification(block: CodeBlock) -> bool:
    if block.language.split(" ")[0] not in _LANGUAGES:
        return False
    if block.text.lstrip()[:1] == "{" or ":" in block.text[:_HEAD].split("\n", 1)[0]:
        versioned = bool(_VERSION.search(block.text[:_HEAD]))
        return versioned or ("paths" in block.text and bool(_PATHS.search(block.text)))
    return False


def _read_code(block: Block) -> Iterator[Block]:
    if isinstance(block, CodeBlock) and _is_specification(block):
        is_json = block.text.lstrip()[:1] == "{"
        yield SpecificationBlock(
            text=block.text, language="json" if is_json else "yaml", span=block.span
        )
    else:
        yield (read_schema_block(block) or block) if isinstance(block, CodeBlock) else block


def _in_scripts(document: Document) -> Iterator[SpecificationBlock]:
    """Documents in the scripts of a page; of scripts that hold none nothing is read."""
    if not any("paths" in line for line in document.lines):
        return
    text = "\n".join(document.lines)
    lowered = text.lower()
    scripts = 0
    for tag in _SCRIPT.finditer(text):
        end = lowered.find("</script", tag.end())
        script = text[tag.end() : end if end >= 0 else len(text)]
        if "paths" not in script or not _VERSION.search(script):
            continue
        start = _OWN_OBJECT.search(script) or _ANY_OBJECT.search(script)
        if start is None:
            continue
        at = tag.end() + script.index("{", start.start())
        yield _make_block(document, text, at, tag.end() + len(script))
        scripts += 1
        if scripts == _MOST_SCRIPTS:
            return


def _make_block(document: Document, text: str, start: int, end: int) -> SpecificationBlock:
    first = text.count("\n", 0, start) + 1
    body = text[start:end]
    last = first + body.count("\n")
    span = Span(document.page, first, last, " ".join(body[:_QUOTED].split()))
    return SpecificationBlock(text=body, language="json", span=span)
