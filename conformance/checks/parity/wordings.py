"""What the words of twins say apart from the facts: statements, numbers, things mentioned."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.checks.parity.facts import Apart, ProseApart, Word
from conformance.checks.parity.numbers import numbers, spelled
from conformance.checks.parity.prose import Words, mentions
from conformance.checks.parity.statements import STATEMENTS, stated, worded
from conformance.checks.wording import listed
from conformance.model.span import Span

_MOST_MENTIONS: Final = 6
_LONGEST: Final = 60


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of one side about one thing."""

    label: str
    words: Words
    span: Span

    def word(self, key: str, text: str) -> Word:
        return Word(label=self.label, key=key, text=text, span=self.span)


def compare_words(
    subject: str,
    passages: Sequence[Passage],
    explained: Sequence[Apart] = (),
    names: frozenset[str] = frozenset(),
) -> Iterator[ProseApart]:
    """What is stated, counted or mentioned differently, surest first.

    ``explained`` are the facts already found apart: their numbers and names are not told twice.
    ``names`` are the parameters and fields that may be mentioned.
    """
    if len(passages) < 2:
        return
    told = _explained(explained)
    yield from _statements(subject, passages)
    yield from _numbers(subject, passages, told)
    yield from _mentions(subject, passages, told, names)


def _explained(facts: Sequence[Apart]) -> str:
    return "\n".join(f"{w.key} {w.text}" for fact in facts for w in fact.words)


def _statements(subject: str, passages: Sequence[Passage]) -> Iterator[ProseApart]:
    answers = [stated(p.words.plain) for p in passages]
    for topic in (s.topic for s in STATEMENTS):
        if len({a[topic] for a in answers if topic in a}) < 2:
            continue
        words = []
        for passage, answer in zip(passages, answers, strict=True):
            said = worded(topic, answer[topic]) if topic in answer else ""
            words.append(passage.word(said, said))
        yield ProseApart(
            subject=subject,
            pointer="",
            span=words[0].span,
            words=tuple(words),
            about="statement",
            topic=topic,
        )


def _numbers(subject: str, passages: Sequence[Passage], told: str) -> Iterator[ProseApart]:
    counts = [numbers(p.words.plain) for p in passages]
    known = numbers(told)
    every = Counter[str]()
    for count in counts:
        every |= count
    lacks = [_lacking(p, every - c, c, known) for p, c in zip(passages, counts, strict=True)]
    has = [
        sorted({n for other in lacks for n in other if n in count}, key=float) for count in counts
    ]
    if not any(lacks):
        return
    # One side says other numbers than another: a contradiction.  One says more: an omission.
    swapped = sum(map(bool, has)) > 1
    words = [p.word(",".join(h) or "-", ", ".join(h)) for p, h in zip(passages, has, strict=True)]
    yield ProseApart(
        subject=subject,
        pointer="",
        span=words[0].span,
        words=tuple(words),
        about="numbers" if swapped else "numbers missing",
    )


def _lacking(
    passage: Passage, fewer: Counter[str], own: Counter[str], known: Counter[str]
) -> list[str]:
    """Numbers others have that this one does not say, neither in digits nor in words."""
    return [
        n for n in fewer if n not in own and n not in known and not spelled(passage.words.plain, n)
    ]


def _mentions(
    subject: str, passages: Sequence[Passage], told: str, known: frozenset[str]
) -> Iterator[ProseApart]:
    named = [list(dict.fromkeys(_names(p.words, known))) for p in passages]
    lacks = [
        [name for name in dict.fromkeys(n for names in named for n in names) if not name.said(p)]
        for p in passages
    ]
    missing = {name.shown for lack in lacks for name in lack if not mentions(told, name.shown)}
    if not missing:
        return
    words = []
    for passage, names, lack in zip(passages, named, lacks, strict=True):
        own = [n.shown for n in names if n.shown in missing and n not in lack]
        text = listed([f"`{n}`" for n in dict.fromkeys(own)], _MOST_MENTIONS)
        words.append(passage.word(",".join(sorted(own)) or "-", text))
    if len({w.key for w in words}) > 1:
        yield ProseApart(
            subject=subject,
            pointer="",
            span=words[0].span,
            words=tuple(words),
            about="mentions",
        )


@dataclass(frozen=True, slots=True)
class _Name:
    """Something a passage names: a piece of code, or the section a link leads to."""

    shown: str
    is_section: bool = False

    def said(self, passage: Passage) -> bool:
        """Whether the passage names it, too, set apart or not."""
        if not self.is_section:
            return mentions(passage.words.plain, self.shown)
        targets = (target for _, target in passage.words.links if "#" in target)
        sections = [target.rpartition("#")[2].casefold() for target in targets]
        if self.shown.casefold() in sections or not all(map(_is_ascii, sections)):
            return True  # a section whose name is translated may be any
        return mentions(passage.words.plain, self.shown.replace("-", " "))


def _names(words: Words, known: frozenset[str]) -> Iterator[_Name]:
    for code in words.codes:
        name = code.strip().strip("\"'")
        if name in known:
            yield _Name(name)
    for _, target in words.links:
        section = target.rpartition("#")[2] if "#" in target else ""
        if section and _is_ascii(section) and len(section) <= _LONGEST:
            yield _Name(section, is_section=True)


def _is_ascii(section: str) -> bool:
    return section.isascii() and "%" not in section
