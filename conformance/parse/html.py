"""HTML pages to blocks: the main content, and what the head says about the page."""

from __future__ import annotations

from typing import Final

from bs4 import BeautifulSoup, Tag

from conformance.model.document import Block
from conformance.parse.anchors import Anchors
from conformance.parse.html_blocks import BlockReader, TagReader
from conformance.parse.html_tree import attribute, line_of, parse_tree
from conformance.parse.source import Source

_METADATA_LIMIT: Final = 60


def read_html(
    source: Source, text: str, special: TagReader | None = None
) -> tuple[tuple[Block, ...], tuple[tuple[str, str], ...]]:
    """Blocks of the main content, and metadata: ``title``, ``lang``, ``canonical``, ``<meta>``.

    ``special`` reads the elements that mean more than their names say.
    """
    tree = parse_tree(text)
    blocks: tuple[Block, ...] = ()
    for root in _roots(tree):
        blocks = BlockReader(root, source, Anchors(), max(line_of(root), 1), special).read()
        if blocks:
            break
    return blocks, tuple(_metadata(tree).items())


def read_fragment(text: str, source: Source, line: int, anchors: Anchors) -> tuple[Block, ...]:
    """Blocks of a piece of HTML that begins in ``line`` of a page of another kind."""
    tree = parse_tree(text, line)
    return BlockReader(tree, source, anchors, line).read()


def _roots(tree: BeautifulSoup) -> list[Tag]:
    """Where the main content may be, best first; the whole page at last."""
    mains = tree.find_all("main", limit=2) or tree.select("[role=main]", limit=2)
    found: list[Tag] = [tag for tag in mains if isinstance(tag, Tag)][:1]
    if not found:
        articles = tree.find_all("article", limit=2)
        if len(articles) == 1:
            found = [tag for tag in articles if isinstance(tag, Tag)]
    if isinstance(tree.body, Tag):
        found.append(tree.body)
    return [*found, tree]


def _metadata(tree: BeautifulSoup) -> dict[str, str]:
    found: dict[str, str] = {}
    if tree.title is not None:
        found["title"] = " ".join(tree.title.get_text().split())
    html = tree.find("html")
    if isinstance(html, Tag) and attribute(html, "lang"):
        found["lang"] = attribute(html, "lang")
    for link in tree.find_all("link", rel="canonical", limit=1):
        found["canonical"] = attribute(link, "href")
    for meta in tree.find_all("meta", limit=_METADATA_LIMIT):
        name = attribute(meta, "name") or attribute(meta, "property")
        if name and attribute(meta, "content"):
            found.setdefault(name, attribute(meta, "content"))
    if "canonical" not in found and "og:url" in found:
        found["canonical"] = found["og:url"]
    return found | _own_navigation(tree)


def _own_navigation(tree: BeautifulSoup) -> dict[str, str]:
    """How the navigation marks the page's own entry (WAI-ARIA 1.2, ``aria-current``)."""
    for link in tree.select("[aria-current=page]", limit=_METADATA_LIMIT):
        entry = link.find_parent("li")
        if isinstance(entry, Tag) and (classes := attribute(entry, "class")):
            return {"navigation-class": classes}
    return {}
