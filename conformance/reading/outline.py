"""The page's outline before anything reads it: headings that are none, lines that are, and tabs.

Tabs of a page whose layout is gone are their titles as a list, then what each of them showed:
``- Request`` and ``- Response``, then a sample of either.  Each sample goes below its title.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.model.document import Block, CodeBlock, Heading, ListBlock, Paragraph, Text
from conformance.patterns import regex
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import FIELD_TOPICS, status_of, topics_of
from conformance.vocabulary import names_side

_PATH: Final = regex(r"(?:^|\s)/\w")
_LONGEST: Final = 40
"""Characters of a line that titles parts."""
_BUTTON: Final = 3
"""Words of a line between a title and its parts that says nothing: ``Hide Show``."""
_REQUEST: Final = regex(
    r"^[ \t]*(?:GET|POST|PUT|PATCH|DELETE)[ \t]+(?:https?://|/)\S", re.MULTILINE
)
_NUMBERED: Final = 80
"""Characters of a numbered line that titles an operation."""


def mend_outline(blocks: Sequence[Block]) -> Iterator[Block]:
    """The blocks with their headings as they are meant."""
    return _raise_titles(list(_drop_described(_raise_numbered(blocks))))


def _raise_numbered(blocks: Sequence[Block]) -> list[Block]:
    """A heading for each numbered line that is a list of its own, ``2. Place an order``, where
    requests are shown in code below most of several."""
    sections: list[tuple[int, tuple[Block, ...]]] = []
    level, calls = 1, set[int]()
    for at, block in enumerate(blocks):
        if isinstance(block, Heading):
            level = block.level + 1
        elif isinstance(block, ListBlock) and (found := _find_numbered(block, level)):
            sections.append((at, found))
        elif sections and isinstance(block, CodeBlock) and _REQUEST.search(block.text):
            calls.add(sections[-1][0])
    if len(calls) < 2 or 2 * len(calls) < len(sections):
        return list(blocks)
    titles = dict(sections)
    return [part for at, block in enumerate(blocks) for part in (titles.get(at) or (block,))]


def _find_numbered(block: ListBlock, level: int) -> tuple[Block, ...]:
    """The only item of an ordered list as a heading, if it is a short line, and the line below."""
    if block.kind != "ordered" or len(block.items) != 1 or block.items[0].blocks:
        return ()
    title, *below = split_lines(Paragraph(block.items[0].text, block.span))
    if not 0 < len(title.plain) <= _NUMBERED:
        return ()
    rest = (Paragraph(line.text, block.span) for line in below)
    return (Heading(level, title.text, "", block.span), *rest)


def _drop_described(blocks: Sequence[Block]) -> Iterator[Block]:
    """A paragraph for each heading that is the text of a description: one higher than the title
    above, with parts of that title below it."""
    heads = [block for block in blocks if isinstance(block, Heading)]
    below = dict(zip(map(id, heads), heads[1:], strict=False))
    title: Heading | None = None
    above: Block | None = None
    for block in blocks:
        if isinstance(block, Heading):
            following = below.get(id(block))
            if (
                title
                and following
                and _is_described(block, title, following, beside=title is above)
            ):
                block = Paragraph(block.text, block.span)
            else:
                title = block
        yield block
        above = block


def _is_described(heading: Heading, title: Heading, following: Heading, *, beside: bool) -> bool:
    """Whether ``heading`` stands between a ``title``, right ``beside`` it or further up, and a part
    of it: below ``Description`` one of its level, else the title of a side one deeper."""
    if heading.level >= title.level or _PATH.search(heading.text.plain):
        return False
    topics = topics_of(title.text.plain)
    if following.level == title.level:
        return beside and topics == ("other",)
    is_part = following.level == title.level + 1 and names_side(following.text.plain)
    is_about = topics or status_of(title.text.plain) or topics_of(heading.text.plain)
    return is_part and not is_about


def _raise_titles(blocks: Sequence[Block]) -> Iterator[Block]:
    """A heading for each bold line that names a side or a status above headings of its parts:
    **Response 200** over ``Headers``, ``Body``."""
    for number, block in enumerate(blocks):
        part = _find_part_below(blocks[number + 1 : number + 3])
        above = block.text if isinstance(block, Paragraph) else None
        if above and part and part.level > 1 and _titles_side(above):
            block = Heading(part.level - 1, above, "", block.span)
        yield block


def _find_part_below(blocks: Sequence[Block]) -> Heading | None:
    """The heading of a part right below, or below a line of a few words about nothing."""
    for block in blocks:
        if isinstance(block, Heading):
            return block if FIELD_TOPICS & set(topics_of(block.text.plain)) else None
        if not isinstance(block, Paragraph) or len(block.text.plain.split()) > _BUTTON:
            return None
        if topics_of(block.text.plain):
            return None
    return None


def _titles_side(text: Text) -> bool:
    plain = text.plain.strip()
    bold = sum(mark.end - mark.start for mark in text.marks if mark.kind == "strong")
    if not plain or len(plain) > _LONGEST or bold < len(plain) - 1:
        return False
    side = {"request", "response"} & set(topics_of(plain))
    return bool(side) and (names_side(plain) or status_of(plain) is not None)


_LONGEST_TAB = 40
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
    if not all(len(t) <= _LONGEST_TAB and (names_side(t) or status_of(t)) for t in titles):
        return []
    return [Paragraph(item.text, item.span) for item in block.items]
