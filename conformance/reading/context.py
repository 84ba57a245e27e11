"""Blocks in reading order, each with the words that say what it is about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from itertools import pairwise

from msgspec import Struct

from conformance.model.document import (
    Block,
    CodeBlock,
    Document,
    Heading,
    ListBlock,
    Paragraph,
    Quote,
    Section,
    Table,
    Text,
)
from conformance.patterns import regex
from conformance.reading.topics import (
    CAPTION_LENGTH,
    FEW_WORDS,
    PART_TOPICS,
    SIDES,
    announces_failure,
    status_of,
    topic_of,
    topics_of,
)
from conformance.vocabulary import names_side, phrases

_CLOSING_LINES, _SIDE_LENGTH = 4, 40
_LAST_REMARK = regex(r"\s[(（][^()（）]{1,60}[)）]$")
_REMARK = regex(r"[(（][^()（）]{1,60}[)）]|[A-Z]{3,7} (?:https?:/)?/\S{1,200}")
"""A bracket, or the call that an example is of."""
LONE_STATUS = regex(r"\W*[1-5](?:\d\d|[Xx]{2})\W*")
_LISTED_STATUS = regex(r"\s*[1-5](?:\d\d|XX|xx)(?![\w.])")
_LOWEST = 7
"""Level of a side named in a quote: any heading ends it."""
_STATUS_WORDS = 4
"""Of a line that is a status: ``200 OK``, ``HTTP 404 Not Found``."""


class BlockContext(Struct, frozen=True):
    """Where a block stands."""

    index: int
    """Position among all pieces of the page."""
    headings: tuple[Heading, ...] = ()
    """From the outermost to the nearest."""
    labels: tuple[str, ...] = ()
    """Labels of the tabs, folds and list items around it, outermost first."""
    captions: tuple[str, ...] = ()
    """Short lines before it, under its heading, that introduce something: the nearest two."""

    @property
    def caption(self) -> str:
        """The nearest of them; empty when there is none."""
        return self.captions[-1] if self.captions else ""

    def words(self) -> Iterator[str]:
        """What is stated about this place, the nearest first."""
        yield from reversed(self.captions)
        yield from reversed(self.labels)
        for heading in reversed(self.headings):
            yield heading.text.plain


class LocatedBlock(Struct, frozen=True):
    block: Block
    place: BlockContext


def locate_blocks(document: Document) -> tuple[LocatedBlock, ...]:
    """Every block of the page with its place; containers are opened, not listed."""
    state = _ContextWalk()
    return tuple(state.visit(document.blocks, ()))


class _ContextWalk:
    """What the walk has passed so far."""

    def __init__(self) -> None:
        self.headings: list[Heading] = []
        self.captions: tuple[str, ...] = ()
        self.unquoted: tuple[str, ...] | None = None
        """The captions before one in a quote, which speaks of the code right below it alone."""
        self.has_shown = False
        """Whether code stood below the nearest caption."""
        self.index = 0

    def visit(self, blocks: tuple[Block, ...], labels: tuple[str, ...]) -> Iterator[LocatedBlock]:
        for number, block in enumerate(blocks):
            self._leave(blocks[max(number - 2, 0) : number], block)
            if isinstance(block, Heading):
                self._enter(block)
            elif text := find_lone_text(block):
                self._read_line(block, text, blocks[number + 1 : number + 2])
            yield self._make_piece(block, labels)
            self.has_shown = self.has_shown or isinstance(block, CodeBlock)
            if isinstance(block, Section):
                before, self.captions = self.captions, ()
                around = list(self.headings)
                yield from self.visit(block.blocks, (*labels, block.label))
                self.headings, self.captions = around, before
            elif isinstance(block, Quote):
                yield from self._visit_quote(block, labels)
                below = blocks[number + 1] if blocks[number + 1 :] else None
                if (side := _find_side(block)) and not isinstance(below, CodeBlock):
                    self._enter(Heading(_LOWEST, side, "", block.span))
            elif isinstance(block, ListBlock):
                yield from self._visit_items(block, labels)
            if wording := _find_last_words(block, blocks[number + 1 : number + 2]):
                self._announce(wording)

    def _read_line(self, block: Block, text: Text, below: tuple[Block, ...]) -> None:
        """Take up what words that stand alone announce; a request ends what is about answers."""
        answers = isinstance(block, ListBlock) and self._is_answer(text)
        if is_caption(text) or _announces(text, below) or answers:
            self._announce(text.plain)
        elif lines := _split_captions(text):
            self._announce(lines[0])
            self._announce(lines[1])
        elif _REQUEST_LINE.match(text.plain[:CAPTION_LENGTH]):
            self.captions = tuple(c for c in self.captions if "response" not in topics_of(c))

    def _announce(self, wording: str) -> None:
        """Take up a caption beside the one before it, unless that was of a failure shown above."""
        before = self.captions[-1:]
        if self.has_shown and before and announces_failure(before[0]):
            before = ()
        self.captions, self.has_shown = (*before, wording), False

    def _visit_items(self, block: ListBlock, labels: tuple[str, ...]) -> Iterator[LocatedBlock]:
        """What items hold; one that introduces it is a label of it."""
        for item in block.items:
            is_label = item.blocks and (is_caption(item.text) or self._is_answer(item.text))
            lines = _split_captions(item.text) if item.blocks else ()
            label = (item.text.plain,) if is_label else lines
            before = self.captions
            outer = (*before, *label) if label else ()
            self.captions = () if label else before
            yield from self.visit(item.blocks, (*labels, *outer))
            self.captions = before if label else self.captions

    def _is_answer(self, text: Text) -> bool:
        """Whether an item below words about answers begins with a status: ``400 Not valid``."""
        if not _LISTED_STATUS.match(text.plain) or len(text.plain) > CAPTION_LENGTH:
            return False
        near = (topics_of(heading.text.plain) for heading in reversed(self.headings))
        return bool({"response", "error"} & set(next(filter(None, near), ())))

    def _visit_quote(self, quote: Quote, labels: tuple[str, ...]) -> Iterator[LocatedBlock]:
        """Headings in a quote say nothing about what follows it; a lone caption in it does, however
        deep it is quoted."""
        if len(quote.blocks) == 1 and isinstance(inner := quote.blocks[0], Quote):
            yield self._make_piece(inner, labels)
            yield from self._visit_quote(inner, labels)
            return
        headings, captions = list(self.headings), self.captions
        yield from self.visit(quote.blocks, labels)
        if self.headings != headings or len(quote.blocks) != 1:
            self.headings, self.captions = headings, captions
        elif self.captions != captions and self.unquoted is None:
            self.unquoted = captions

    def _leave(self, above: tuple[Block, ...], block: Block) -> None:
        """Forget captions that were of the blocks right above ``block`` alone."""
        if above and isinstance(above[-1], CodeBlock) and not isinstance(block, CodeBlock | Quote):
            self._leave_quote()
        if len(above) == 2 and _is_one_line(*above):
            self.captions = self.captions[:-1]

    def _leave_quote(self) -> None:
        if self.unquoted is not None:
            self.captions, self.unquoted = self.unquoted, None

    def _make_piece(self, block: Block, labels: tuple[str, ...]) -> LocatedBlock:
        place = BlockContext(self.index, tuple(self.headings), labels, self.captions)
        self.index += 1
        return LocatedBlock(block, place)

    def _enter(self, heading: Heading) -> None:
        while self.headings and self.headings[-1].level >= heading.level:
            self.headings.pop()
        self.headings.append(heading)
        self.captions, self.unquoted = _find_kept_status(heading, self.captions), None


def _find_kept_status(heading: Heading, captions: tuple[str, ...]) -> tuple[str, ...]:
    """The status alone on a line, above a heading that is about an answer and names none:
    ``**404**`` over ``Response schema``."""
    plain = heading.text.plain
    if "response" not in topics_of(plain) or status_of(plain):
        return ()
    return tuple(caption for caption in captions[-1:] if LONE_STATUS.fullmatch(caption))


def _is_one_line(caption: Block, fields: Block) -> bool:
    """Whether a list stood in one line with the words that announce it: they are of it alone."""
    text = find_lone_text(caption)
    alike = isinstance(fields, ListBlock) and caption.span == fields.span
    return alike and text is not None and is_caption(text)


def find_lone_text(block: Block) -> Text | None:
    """The words of a paragraph, or of a list of one item that holds nothing else."""
    if isinstance(block, Paragraph):
        return block.text
    if isinstance(block, ListBlock) and len(block.items) == 1 and not block.items[0].blocks:
        return block.items[0].text
    return None


def _find_closing_side(text: Text) -> str:
    """A line near the end of a paragraph that is nothing but the name of a side: ``Response``."""
    ends = {*text.breaks, *(hit.start() for hit in re.finditer("\n", text.plain))}
    if not ends:
        return ""
    cuts = [0, *sorted(ends), len(text.plain)][-_CLOSING_LINES - 1 :]
    lines = (text.plain[begin:end].strip() for begin, end in pairwise(cuts))
    short = [line for line in reversed([*lines]) if 0 < len(line) <= _SIDE_LENGTH]
    last = next((line for line in short if names_side(line) or _is_status(line)), "")
    is_body = set(topics_of(last)) == {"body"}
    return next(filter(_is_status, short), last) if is_body else last


def _is_status(line: str) -> bool:
    """Whether a line is a status that words name as one, and nothing else: ``Status 200``."""
    few = len(line.split()) <= FEW_WORDS and any(map(str.isalpha, line))
    return few and status_of(line) is not None


def _find_last_words(block: Block, below: tuple[Block, ...]) -> str:
    """What the end of a block announces: the side that a line of a paragraph names, the names that
    it has and that the items below begin with, or the table or code below a list of several items.
    """
    if isinstance(block, Paragraph):
        return _find_closing_side(block.text) or _find_last_sentence(block.text, below)
    if not isinstance(block, ListBlock):
        return ""
    last = block.items[-1]
    while last.blocks and isinstance(inner := last.blocks[-1], ListBlock):
        last = inner.items[-1]
    if last.blocks or not below or not isinstance(below[0], CodeBlock | Table):
        return ""
    if last.text.breaks:
        line = last.text.plain[last.text.breaks[-1] :].strip()
        return line if len(line) <= _SIDE_LENGTH and names_side(line) else ""
    if len(block.items) < 2:
        return ""
    words = last.text.plain.rstrip()
    is_title = isinstance(below[0], CodeBlock) and len(words.split()) <= FEW_WORDS
    announced = words.endswith((":", "：")) or (is_title and PART_TOPICS & set(topics_of(words)))
    return last.text.plain if announced else ""


def _find_last_sentence(text: Text, below: tuple[Block, ...]) -> str:
    """``It takes an optional `pier` and `boat` parameter:`` at the end of a long paragraph above a
    list of these names."""
    items = below[0].items if below and isinstance(below[0], ListBlock) else ()
    if not items or not text.plain.endswith((":", "：")):
        return ""
    named = {text.plain[m.start : m.end] for m in text.marks if m.kind == "code"}
    firsts = (next(iter(item.text.marks), None) for item in items)
    words = (item.text.plain[m.start : m.end] for item, m in zip(items, firsts, strict=True) if m)
    begin = max(text.plain.rfind(end, 0, -1) for end in (". ", "。", "\n")) + 1
    return text.plain[begin:].strip() if named and set(words) == named else ""


def _find_side(quote: Quote) -> Text | None:
    """The word of a quote that is nothing but the name of a side: ``> RESPONSE``."""
    block = quote.blocks[0] if len(quote.blocks) == 1 else None
    if isinstance(block, Quote):
        return _find_side(block)
    if not isinstance(block, Paragraph) or len(block.text.plain.split()) != 1:
        return None
    return block.text if topic_of(block.text.plain) in SIDES else None


def count_pieces(blocks: Iterable[Block]) -> int:
    """How many pieces :func:`locate_blocks` makes of ``blocks``."""
    found, waiting = 0, list(blocks)
    while waiting:
        block = waiting.pop()
        found += 1
        if isinstance(block, Section | Quote):
            waiting += block.blocks
        elif isinstance(block, ListBlock):
            waiting += [inner for item in block.items for inner in item.blocks]
    return found


def is_caption(text: Text) -> bool:
    """A short line that introduces what follows: bold, ending in a colon, or a topic alone."""
    plain = text.plain.strip()
    if not plain or len(plain) > CAPTION_LENGTH or "\n" in plain:
        return False
    if plain.endswith((":", "：")) and not plain.endswith("://"):
        return True
    bold = sum(m.end - m.start for m in text.marks if m.kind in ("strong", "emphasis"))
    if bold >= len(plain) - 2 or _is_labelled(text):
        return True
    if len(plain.split()) <= _STATUS_WORDS and status_of(plain):
        return True
    bare = _LAST_REMARK.sub("", plain)
    return len(bare.split()) <= 4 and topic_of(bare) is not None and not plain.endswith((".", "。"))


def _split_captions(text: Text) -> tuple[str, ...]:
    """A status and what introduces its body, on a line each: ``Code: 404``, ``Content:``."""
    first, _, second = (part.strip() for part in text.plain.partition("\n"))
    is_pair = len(text.plain) <= CAPTION_LENGTH and second.endswith((":", "："))
    return (first, second) if is_pair and "\n" not in second and status_of(first) else ()


def _announces(text: Text, below: tuple[Block, ...]) -> bool:
    """Whether a short sentence right above code or rows says that they are an answer:
    ``Successful response is a list of orders``, ``On success``, ``The reply is an array of tins``,
    above a body ``This returns JSON.`` or ``If it fails, ...``.

    What an operation returns is stated above its inputs as well.
    """
    plain = text.plain.strip()
    is_short = 0 < len(plain) <= CAPTION_LENGTH and "\n" not in plain
    if not is_short or not below or not isinstance(below[0], CodeBlock | ListBlock | Table):
        return False
    if phrases("references.listed_answer").found_in(plain):
        return not phrases("references.returns").found_in(plain)
    topics = topics_of(plain)
    is_body = isinstance(below[0], CodeBlock) and below[0].text.lstrip()[:1] in ("{", "[")
    if is_body and (SIDES & set(topics) == {"response"} or announces_failure(plain)):
        return True
    is_named = "response" in topics or len(plain.split()) <= FEW_WORDS
    return is_named and bool(phrases("outcomes.success").found_in(plain))


def _is_labelled(text: Text) -> bool:
    """Whether a bold topic with a colon begins the line and no more than a remark ends it."""
    label = next((m for m in text.marks if m.kind == "strong" and m.start == 0), None)
    if label is None:
        return False
    words, remark = text.plain[: label.end].strip(), text.plain[label.end :].strip()
    announced = words.endswith((":", "：")) or remark.startswith((":", "："))
    remark = remark.lstrip(":： ")
    brief = _REMARK.fullmatch(remark) is not None or status_of(remark) is not None
    return announced and brief and bool(topics_of(words))


_REQUEST_LINE = regex(r"\W{0,2}(?:GET|POST|PUT|DELETE|PATCH)\W{1,3}(?:https?:/)?/\S")
"""The begin of what is stated of an operation: answers announced above it are another one's."""
