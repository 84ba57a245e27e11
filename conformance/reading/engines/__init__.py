"""Documentation engines: markup that carries meaning no reader of plain blocks could know.

An engine is one file: how to recognise its pages, and how to rewrite its markup as plain blocks
(:class:`~conformance.model.document.EndpointBlock`, ``FieldBlock``, ``Table``, ``CodeBlock``).
Everything after this stage is the same for every page.
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from conformance.model.document import Document, Markup
from conformance.reading.engines.apidoc_source import ApidocSourceEngine
from conformance.reading.engines.aviator import AviatorEngine
from conformance.reading.engines.blueprint import BlueprintEngine
from conformance.reading.engines.codegen import CodegenEngine
from conformance.reading.engines.docusaurus import DocusaurusEngine
from conformance.reading.engines.embedded import find_specifications
from conformance.reading.engines.mintlify import MintlifyEngine
from conformance.reading.engines.readme import ReadmeEngine
from conformance.reading.engines.redoc_text import RedocTextEngine
from conformance.reading.engines.sphinx_source import SphinxSourceEngine


class Engine(Protocol):
    """One documentation generator."""

    name: str

    def score(self, document: Document) -> float:
        """How surely the page carries this engine's markup, from 0 (none of it) to 1."""

    def rewrite(self, document: Document) -> Document:
        """The page with this engine's markup as plain blocks; spans stay those of the page."""


_RECOGNISED = 0.5


@cache
def find_engines(markup: Markup) -> tuple[Engine, ...]:
    """Those that a page may come from; what only reads trees of HTML is imported for HTML alone."""
    plain = (MintlifyEngine(), BlueprintEngine(), CodegenEngine(), ReadmeEngine())
    if markup != "html":
        sources = (SphinxSourceEngine(), ApidocSourceEngine(), AviatorEngine())
        return (DocusaurusEngine(), *plain, RedocTextEngine(), *sources)
    from conformance.reading.engines.codegen_html import CodegenHtmlEngine
    from conformance.reading.engines.redoc import RedocEngine
    from conformance.reading.engines.sphinx import SphinxEngine
    from conformance.reading.engines.viewers import ViewerEngine, load_viewers

    drawn = (ViewerEngine(name, viewer) for name, viewer in load_viewers().items())
    marked = (CodegenHtmlEngine(), SphinxEngine())
    return (RedocEngine(), DocusaurusEngine(), *plain, *marked, *drawn)


def rewrite_document(document: Document) -> tuple[Document, str]:
    """The page as plain blocks, and the name of the engine whose markup it carried."""
    document = find_specifications(document)
    engines = find_engines(document.markup)
    best, number = max((engine.score(document), n) for n, engine in enumerate(engines))
    if best < _RECOGNISED:
        return document, ""
    engine = engines[number]
    return engine.rewrite(document), engine.name
