"""Tabs of a page whose layout is gone: their titles as a list, then what each of them showed.

``- Request`` and ``- Response``, then a sample of either: each sample goes below its title.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from conformance.model.document import Block, CodeBlock, ListBlock, Paragraph
from conformance.reading.topics import status_of
from conformance.vocabulary import names_side

_TITLE = 40
"""Characters of the title of a tab."""


def spread_tabs(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with every such title above its sample."""
    shown = 0
    for at, block in enumerate(blocks):
        if at < shown:
            continue
        titles = _list_titles(block) if isinstance(block, ListBlock) else []
        within = block.items[-1].blocks if isinstance(block, ListBlock) and titles else ()
        samples = within or (blocks[at + 1 : at + 1 + len(titles)] if titles else ())
        if not titles or not _are_samples(samples[: len(titles)], len(titles)):
            yield block
            continue
        for title, sample in zip(titles, samples, strict=False):
            yield title
            yield sample
        yield from within[len(titles) :]
        shown = at + 1 + (0 if within else len(titles))


def _are_samples(blocks: Sequence[Block], count: int) -> bool:
    return len(blocks) == count and all(isinstance(block, CodeBlock) for block in blocks)


def _list_titles(block: ListBlock) -> list[Paragraph]:
    """The titles of a list of several that all name a side or a status; blocks are the last's."""
    titles = [item.text.plain.strip() for item in block.items]
    if len(titles) < 2 or any(item.blocks for item in block.items[:-1]):
        return []
    if not all(len(t) <= _TITLE and (names_side(t) or status_of(t)) for t in titles):
        return []
    return [Paragraph(item.text, item.span) for item in block.items]
