"""What pages state of a member elsewhere: its type, the words used for a type, a name's use."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator

from conformance.drift.packets.cells import RowAt, row_at, swapped
from conformance.drift.packets.packet import Docs, Edit
from conformance.model.finding import Finding
from conformance.model.operation import Kind
from conformance.model.span import Span

ENOUGH = 3
"""Responses, live or recorded, that have to bear a claim before a page is corrected by it."""
_PLAIN = re.compile(r"[^\W\d_]\w{0,30}")
_WEIGHTY = ("live", "recorded")


def proven(finding: Finding, *, always: bool = True) -> bool:
    """Whether responses of the exchange itself, enough of them, bear the finding.

    ``always``: every response that could have shown it has to.
    """
    tallies = [tally for tally in finding.evidence if tally.origin in _WEIGHTY]
    seen, examined = sum(t.seen for t in tallies), sum(t.examined for t in tallies)
    return seen >= ENOUGH and (not always or seen == examined)


def documenting_rows(docs: Docs, finding: Finding) -> Iterator[RowAt]:
    """The rows that document the finding's subject, in every language."""
    seen: set[Span] = set()
    for span in docs.lines_of(finding.operation, finding.subject):
        row = row_at(docs, span)
        if row is not None and span not in seen:
            seen.add(span)
            yield row


def typed_words(docs: Docs, page: str, kind: Kind) -> Counter[str]:
    """The words a page uses for a type, as its cells have them, the most used first."""
    words: Counter[str] = Counter()
    for claim in docs.claims_on(page):
        if claim.kind == kind and claim.type_text:
            row = row_at(docs, claim.span)
            raw = row.raw("type") if row else claim.type_text
            words[raw or claim.type_text] += 1
    return words


def word_for(docs: Docs, page: str, kind: Kind) -> str:
    """The page's own word for a type: plain ones before those that say more; JSON's where none.

    Pages that begin their types with a capital get such a word.
    """
    words = typed_words(docs, page, kind)
    plain = [(word, count) for word, count in words.items() if _PLAIN.fullmatch(word)]
    if plain:
        return max(plain, key=lambda one: one[1])[0]
    stated = [t.type_text for t in docs.claims_on(page) if t.type_text]
    capital = sum(word[:1].isupper() for word in stated) * 2 > len(stated)
    return kind.capitalize() if capital else kind


def line_of(docs: Docs, page: str, number: int) -> str | None:
    """A line of a page."""
    source = docs.by_page.get(page)
    if source is None or not 1 <= number <= len(source.document.lines):
        return None
    return source.document.lines[number - 1]


def replace_word(
    docs: Docs, page: str, number: int, old: str, new: str, nth: int | None = None
) -> tuple[Edit, ...]:
    """The edit that makes ``old`` into ``new`` on one line; none where that is not certain."""
    row = row_at(docs, Span(page, number, number)) if nth is None else None
    if row is not None and (edits := row.reworded(old, new)):
        return edits
    line = line_of(docs, page, number)
    result = None if line is None else swapped(line, old, new, nth)
    return () if result is None or result == line else (Edit(page, number, number, (result,)),)


def place_of(finding: Finding) -> tuple[str, int] | None:
    """Page and line where something else was observed; None for an interaction."""
    page, _, number = finding.observed.where.rpartition(":") if finding.observed else ("", "", "")
    return (page, int(number)) if page and number.isdecimal() and len(number) < 9 else None


def unticked(text: str) -> str:
    """A name without the backticks a message puts around it."""
    return text.strip().strip("`")


def uses(docs: Docs, name: str, beside: Iterable[tuple[str, int]]) -> int:
    """Lines of all pages that have ``name`` as a word, but for those in ``beside``."""
    word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])")
    left = set(beside)
    return sum(
        1
        for source in docs.sources
        for number, line in enumerate(source.document.lines, 1)
        if name in line and (source.page, number) not in left and word.search(line)
    )
