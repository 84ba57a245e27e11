"""Documentation engines: markup that carries meaning no reader of plain blocks could know.

An engine is one file: how to recognise its pages, and how to rewrite its markup as plain blocks
(:class:`~conformance.model.document.EndpointBlock`, ``FieldBlock``, ``Table``, ``CodeBlock``).
Everything after this stage is the same for every page.
"""

from __future__ import annotations

from typing import Protocol

from conformance.model.document import Document
from conformance.reading.engines.blueprint import BlueprintEngine
from conformance.reading.engines.codegen import CodegenEngine
from conformance.reading.engines.codegen_html import CodegenHtmlEngine
from conformance.reading.engines.docusaurus import DocusaurusEngine
from conformance.reading.engines.embedded import find_specifications
from conformance.reading.engines.mintlify import MintlifyEngine
from conformance.reading.engines.readme import ReadmeEngine
from conformance.reading.engines.redoc import RedocEngine
from conformance.reading.engines.sphinx import SphinxEngine


class Engine(Protocol):
    """One documentation generator."""

    name: str

    def score(self, document: Document) -> float:
        """How surely the page carries this engine's markup, from 0 (none of it) to 1."""

    def rewrite(self, document: Document) -> Document:
        """The page with this engine's markup as plain blocks; spans stay those of the page."""


ENGINES: tuple[Engine, ...] = (
    RedocEngine(),
    DocusaurusEngine(),
    MintlifyEngine(),
    BlueprintEngine(),
    CodegenEngine(),
    ReadmeEngine(),
    CodegenHtmlEngine(),
    SphinxEngine(),
)

_RECOGNISED = 0.5


def rewrite_document(document: Document) -> tuple[Document, str]:
    """The page as plain blocks, and the name of the engine whose markup it carried."""
    document = find_specifications(document)
    ranked = sorted(((e.score(document), n) for n, e in enumerate(ENGINES)), reverse=True)
    if not ranked or ranked[0][0] < _RECOGNISED:
        return document, ""
    engine = ENGINES[ranked[0][1]]
    return engine.rewrite(document), engine.name
