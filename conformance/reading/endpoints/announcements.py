"""Lines that announce an operation, or a part of one, in the middle of a paragraph: the tags of
the page are gone.

``List ordersGET/v2/orders`` between the sample of one operation and the words about the next
begins a paragraph of its own, and so do ``Parameters`` and ``Response`` where there are several.
A sentence may announce one right below a heading.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import Block, Document, Heading, Paragraph, Text, rewrite_blocks
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, find_lone_text
from conformance.reading.endpoints.candidate import METHODS, EndpointCandidate
from conformance.reading.endpoints.paths import TARGET
from conformance.reading.rows.row import cut_texts
from conformance.reading.topics import PART_TOPICS, topics_of
from conformance.vocabulary import names_side

_ANNOUNCEMENT = regex(
    rf"^(?P<title>[^/{{}}\"=<>]{{0,80}}?)(?<![A-Z_.-])(?:{'|'.join(METHODS)})\s?{TARGET}$"
)
_PART_WORDS, _PART_LENGTH = 3, 32
"""Words and characters of a line that names a part of an operation and says no more."""
_LEAST_PARTS = 2
_QUOTED = 160
_OPENING = 2
"""Words of a sentence among which is the method of what it is about."""


def split_announcements(document: Document) -> Document:
    """The page with every such line as a paragraph of its own."""

    def split(block: Block) -> Iterable[Block]:
        if isinstance(block, Paragraph) and block.span.end_line > block.span.line:
            return _cut_parts(block, document.lines)
        return (block,)

    return rewrite_blocks(document, split)


def list_openings(
    found: Sequence[EndpointCandidate], pieces: Sequence[LocatedBlock]
) -> Iterator[EndpointCandidate]:
    """Each sentence right below a heading that an endpoint begins, the only one in its block:
    ``GET /orders.json will return all orders``, ``A `POST` to `/orders` ...``."""
    named = Counter(c.index for c in found)
    for candidate in found:
        above, piece = pieces[candidate.index - 1], pieces[candidate.index]
        text = find_lone_text(piece.block)
        words = text.plain[:_QUOTED].split()[:_OPENING] if text and candidate.index else ()
        opens = candidate.method in [word.strip("`*") for word in words]
        alone = candidate.standing == "sentence" and named[candidate.index] == 1
        if alone and opens and isinstance(above.block, Heading):
            yield replace(candidate, standing="place")


def _cut_parts(block: Paragraph, lines: tuple[str, ...]) -> Iterator[Paragraph]:
    """The paragraph cut before and after each announcement."""
    plain, line, position = block.text.plain, block.span.line, 0
    numbers = range(block.span.line, block.span.end_line + 1)
    sources = {number: lines[number - 1].strip() for number in numbers}
    parts = {number for number, source in sources.items() if _names_part(source)}
    parts = parts if len(parts) >= _LEAST_PARTS else set()
    cuts: list[tuple[int, int]] = []
    spans: list[tuple[int, int]] = []
    for number, source in sources.items():
        is_long = len(source) > 2 * _QUOTED
        if is_long or not (number in parts or _ANNOUNCEMENT.match(source)):
            continue
        start = plain.find(source, position)
        if start < 0:
            continue
        cuts += (position, start), (start, start + len(source))
        spans += (line, number - 1), (number, number)
        position, line = start + len(source), number + 1
    if not cuts:
        yield block
        return
    cuts.append((position, len(plain)))
    spans.append((line, block.span.end_line))
    for part, lines_of in zip(cut_texts(block.text, cuts), spans, strict=True):
        if part.plain:
            yield _make_part(part, *lines_of)


def _names_part(line: str) -> bool:
    """Whether a line is a few words for a part of an operation and nothing else."""
    if len(line) > _PART_LENGTH or len(line.split()) > _PART_WORDS or not line[:1].isalpha():
        return False
    words = line.rstrip(" :：")
    return names_side(words) or set(topics_of(words)) & PART_TOPICS > {"example"}


def _make_part(part: Text, line: int, end_line: int) -> Paragraph:
    span = Span(part.span.page, line, max(line, end_line), part.plain[:_QUOTED])
    return Paragraph(replace(part, span=span), span)
