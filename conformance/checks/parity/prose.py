"""What differs in the words of twins: claims, numbers, things mentioned."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.compare.difference import Area, Difference, SideStatement, differ
from conformance.compare.operations import OperationSide
from conformance.compare.page_text import (
    MarkedText,
    PageText,
    count_numbers,
    find_claims,
    is_spelled,
    mentions,
)
from conformance.compare.wording import format_list
from conformance.model.span import Span
from conformance.patterns import regex

_CODE_WORD: Final = regex(r"(?<![A-Za-z0-9_])[a-z]+(?:[A-Z_][A-Za-z0-9_]*)(?![A-Za-z0-9_])")
"""A word nobody writes in prose: ``orderId``, ``order_id``."""
_ASCII: Final = regex(r"[\x00-\x24\x26-\x7f]*", re.DOTALL)
"""A name that is neither translated nor escaped."""
_MOST_MENTIONS: Final = 6
_LONGEST: Final = 60


class Passage(Struct, frozen=True):
    """The words of one side about one thing."""

    label: str
    words: MarkedText
    span: Span
    page: PageText | None = None
    """Where else the side may speak of it, by its ``name``."""
    name: str = ""

    def state(self, key: str, text: str) -> SideStatement:
        return SideStatement(label=self.label, key=key, text=text, span=self.span)

    @property
    def paragraphs(self) -> str:
        """The paragraphs that speak of it; looked for only when it matters."""
        return self.page.about(self.name) if self.page else ""


def compare_words(
    subject: str,
    passages: Sequence[Passage],
    explained: Sequence[Difference] = (),
    names: frozenset[str] = frozenset(),
) -> Iterator[Difference]:
    """What is stated, counted or mentioned differently, surest first.  ``explained`` are
    differences already found: their numbers and names are not reported twice. ``names`` are the
    parameters and fields that may be mentioned."""
    if len(passages) < 2:
        return
    reported = "\n".join(f"{s.key} {s.text}" for found in explained for s in found.statements)
    own = names - {p.name for p in passages}
    yield from (found for _, found in _compare_claims(subject, [[p] for p in passages], reported))
    yield from _compare_numbers(subject, passages, reported)
    yield from _compare_mentions(subject, passages, reported, own)


def compare_paragraphs(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    """What the paragraphs of one page claim, and those of another deny; sections only one names."""
    if len(sides) < 2:
        return
    every = [
        [Passage(side.label, text, at) for text, at in side.text.paragraphs]
        or [Passage(side.label, MarkedText(""), side.operation.span)]
        for side in sides
    ]
    for topic, found in _compare_claims("description", every, ""):
        yield replace(found, subject=f"description.{topic}")
    joined = list(map(_join_passages, every))
    yield from _compare_mentions("description", joined, "", frozenset())


def _join_passages(passages: Sequence[Passage]) -> Passage:
    """All passages of a side as one, at the first that leads anywhere."""
    leading = next((p for p in passages if p.words.links), passages[0])
    plain = "\n".join(p.words.plain for p in passages)
    links = tuple(link for p in passages for link in p.words.links)
    return replace(leading, words=MarkedText(plain, (), links))


def _compare_claims(
    subject: str, sides: Sequence[Sequence[Passage]], explained: str
) -> Iterator[tuple[str, Difference]]:
    """Statements one side makes and another denies, numbers that bound in two ways.  Each comes
    with its topic."""
    claimed = [_find_claims(passages) for passages in sides]
    for topic in dict.fromkeys(t for own in claimed for t in own):
        answers = {own[topic].key for own in claimed if topic in own}
        if len(answers) < 2 or topic in count_numbers(explained):
            continue
        if any(mentions(explained, answer) for answer in answers):
            continue
        statements = [
            own.get(topic) or passages[0].state("", "")
            for passages, own in zip(sides, claimed, strict=True)
        ]
        area: Area = "bound" if topic[0].isdigit() else "claim"
        span = next(s.span for s in statements if not s.silent)
        yield topic, differ(area, subject, statements, span)


def _find_claims(passages: Sequence[Passage]) -> dict[str, SideStatement]:
    """The statement on each topic that passages claim one thing about."""
    found: dict[str, dict[str, SideStatement]] = {}
    for passage in passages:
        for topic, text in find_claims(passage.words.plain).items():
            found.setdefault(topic, {}).setdefault(text, passage.state(text, text))
    return {topic: words.popitem()[1] for topic, words in found.items() if len(words) == 1}


def _compare_numbers(
    subject: str, passages: Sequence[Passage], reported: str
) -> Iterator[Difference]:
    counts = [count_numbers(p.words.plain) for p in passages]
    known = count_numbers(reported)
    every = Counter[str]()
    for count in counts:
        every |= count
    lacks: list[list[str]] = []
    for p, own in zip(passages, counts, strict=True):
        # Numbers others have that this one does not say, neither in digits nor in words.
        absent = (n for n in every - own if n not in own and n not in known)
        missing = [n for n in absent if not is_spelled(p.words.plain, n)]
        lacks.append([n for n in missing if n not in count_numbers(p.paragraphs)])
    has = [sorted({n for o in lacks for n in o if n in count}, key=float) for count in counts]
    if not any(lacks):
        return
    # One side says other numbers than another: a contradiction.  One says more: an omission.
    swapped = sum(map(bool, has)) > 1
    statements = [
        p.state(",".join(own) or "-", ", ".join(own)) for p, own in zip(passages, has, strict=True)
    ]
    yield differ("numbers" if swapped else "missing numbers", subject, statements)


def _compare_mentions(
    subject: str, passages: Sequence[Passage], reported: str, known: frozenset[str]
) -> Iterator[Difference]:
    named = [list(dict.fromkeys(_find_names(p.words, known))) for p in passages]
    lacks = [
        [name for name in dict.fromkeys(n for names in named for n in names) if not name.is_in(p)]
        for p in passages
    ]
    missing = {name.shown for lack in lacks for name in lack if not mentions(reported, name.shown)}
    if not missing:
        return
    statements = []
    for passage, names, lack in zip(passages, named, lacks, strict=True):
        own = [n.shown for n in names if n.shown in missing and n not in lack]
        text = format_list([f"`{n}`" for n in dict.fromkeys(own)], _MOST_MENTIONS)
        statements.append(passage.state(",".join(sorted(own)) or "-", text))
    if len({s.key for s in statements}) > 1:
        yield differ("mentions", subject, statements)


class _Name(Struct, frozen=True):
    """Something a passage names: a piece of code, or the section a link leads to."""

    shown: str
    is_section: bool = False

    def is_in(self, passage: Passage) -> bool:
        """Whether the passage names it, too, set apart or not."""
        if not self.is_section:
            return mentions(passage.words.plain, self.shown)
        targets = (target for _, target in passage.words.links if "#" in target)
        sections = [target.rpartition("#")[2].casefold() for target in targets]
        if self.shown.casefold() in sections or not all(map(_ASCII.fullmatch, sections)):
            return True  # a section whose name is translated may be any
        return mentions(passage.words.plain, self.shown.replace("-", " "))


def _find_names(words: MarkedText, known: frozenset[str]) -> Iterator[_Name]:
    for code in words.codes:
        name = code.strip().strip("\"'")
        if name in known:
            yield _Name(name)
    for word in _CODE_WORD.findall(words.plain):
        if word in known:
            yield _Name(word)
    for _, target in words.links:
        section = target.rpartition("#")[2] if "#" in target else ""
        if _ASCII.fullmatch(section) and 0 < len(section) <= _LONGEST:
            yield _Name(section, is_section=True)
