"""What the twins say about one value: type, mark, values, default, limits, unit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from conformance.checks.parity.align import Aligned, Member
from conformance.checks.parity.facts import (
    Apart,
    DefaultApart,
    EnumApart,
    LimitApart,
    RequiredApart,
    TypeApart,
    Word,
)
from conformance.checks.parity.numbers import canonical, numbers, spelled
from conformance.checks.parity.prose import PageWords, RowWords, mentions
from conformance.checks.wording import LONGEST_NAME, as_text, cut, documented_type, listed, shown
from conformance.model.operation import Scalar, Stated, Unit, Value
from conformance.model.span import Span
from conformance.reading.facets.types import read_type
from conformance.vocabulary import normal


@dataclass(frozen=True, slots=True)
class Voice:
    """One side's telling of a member: who says it, and in which row."""

    label: str
    member: Member
    row: RowWords
    page: PageWords

    @property
    def elsewhere(self) -> str:
        """What else the page says about the member; looked for only when it matters."""
        return self.page.about(self.member.name)

    @property
    def value(self) -> Value:
        return self.member.value

    def word(self, key: str, text: str) -> Word:
        return Word(label=self.label, key=key, text=text, span=self.member.span)


def compare(aligned: Aligned, voices: Sequence[Voice]) -> Iterator[Apart]:
    """Every fact the sides that tell the member do not agree about."""
    if len(voices) > 1:
        for aspect in _ASPECTS:
            yield from aspect(aligned.subject, voices)


def same(words: Sequence[Word]) -> bool:
    """Whether all words that say something say the same."""
    return len({word.key for word in words if not word.silent}) < 2


def opening(words: Sequence[Word]) -> Span:
    """Where the first side tells it: what a finding points to in the docs."""
    return words[0].span


def _types(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    words = [v.word(_kinds(v.value), _type_said(v)) for v in voices]
    if not same(words):
        if _clash([w.key for w in words]):
            yield TypeApart(
                subject=subject, pointer="", span=opening(words), words=tuple(words), about="type"
            )
        return
    if any(w.silent for w in words) and not all(w.silent for w in words):
        words = [_untyped(v, w) for v, w in zip(voices, words, strict=True)]
        if all(v.row.has_types or v.value.kind for v in voices) and _clash([w.key for w in words]):
            yield TypeApart(
                subject=subject, pointer="", span=opening(words), words=tuple(words), about="type"
            )
            return
    formats = [v.word(read_type(v.value.type_text).format or "", _type_said(v)) for v in voices]
    told = {w.key for w in formats}
    if len(told) > 1 and all(v.value.kind for v in voices):
        yield TypeApart(
            subject=subject, pointer="", span=opening(formats), words=tuple(formats), about="format"
        )


def _untyped(voice: Voice, word: Word) -> Word:
    """An empty type cell, or one with a word that is no type in the letters of code."""
    text = voice.value.type_text
    if not word.silent or (text and not text.isascii()):
        return word
    return voice.word("?" + normal(text), text and f"`{text}`")


def _clash(keys: Sequence[str]) -> bool:
    """Whether two of the types differ, where an array without an item type is any array."""
    told = [key for key in keys if key]
    return any(
        not (a == b or a.startswith(b + " of ") or b.startswith(a + " of "))
        for n, a in enumerate(told)
        for b in told[n + 1 :]
    )


def _kinds(value: Value) -> str:
    """``array of string``: JSON types from the outside in, as far as they are known."""
    spoken = read_type(value.type_text).kind
    if value.kind in _NESTING and spoken and spoken not in _NESTING:
        return spoken  # members told below a scalar make it an object for all but its own row
    found = []
    at: Value | None = value
    while at is not None and at.kind is not None:
        found.append(at.kind)
        at = at.items if at.kind == "array" else None
    return " of ".join(found)


_NESTING: Final = ("object", "array")


def _type_said(voice: Voice) -> str:
    if _kinds(voice.value) == read_type(voice.value.type_text).kind:
        return cut(voice.value.type_text, LONGEST_NAME)
    said = documented_type(voice.value)
    return "" if said == "no type" else said


def _marks(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    if any(v.row.mark is None for v in voices):
        return
    words = [v.word(_MARKS[v.row.mark or Stated.NOT_STATED], _mark_said(v)) for v in voices]
    if len({w.key for w in words}) > 1:
        yield RequiredApart(
            subject=subject, pointer="", span=opening(words), words=tuple(words), about="mark"
        )


_MARKS: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.NOT_STATED: "not required",
    Stated.CONDITIONAL: "conditional",
}
"""A mark by its meaning: what is not marked need not be there."""


def _mark_said(voice: Voice) -> str:
    return "no mark" if voice.row.mark is Stated.NOT_STATED else _MARKS[voice.row.mark or Stated.NO]


def _values(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    lists = [_listed(v.value) for v in voices]
    stating = [members for members in lists if members]
    if not stating or any(v.value.kind == "boolean" for v in voices):
        return
    every = list(dict.fromkeys(m for members in stating for m in members))
    lacking = [
        [] if members is None else [m for m in every if not _says(v, members, m)]
        for v, members in zip(voices, lists, strict=True)
    ]
    if not any(lacking):
        return
    disputed = {m for lacks in lacking for m in lacks}
    words = []
    for voice, lacks in zip(voices, lacking, strict=True):
        own = [m for m in every if m in disputed and m not in lacks]
        text = listed([f"`{m}`" for m in own], 12)
        words.append(voice.word(",".join(own) or "-", text))
    if len({w.key for w in words}) > 1:
        yield EnumApart(
            subject=subject,
            pointer="",
            span=opening(words),
            words=tuple(words),
            about="constant" if any(v.value.constant for v in voices) else "values",
            counted=all(
                members or len(lacks) < len(every)
                for members, lacks in zip(lists, lacking, strict=True)
            ),
        )


def _says(voice: Voice, members: tuple[str, ...], value: str) -> bool:
    return value in members or mentions(voice.row.said.plain, value)


def _listed(value: Value) -> tuple[str, ...]:
    """The values allowed, of the innermost items for an array, as the page prints them."""
    at = value
    while not (at.enum or at.constant) and at.items is not None:
        at = at.items
    return tuple(dict.fromkeys(_printed(m) for m in (at.constant or at.enum)))


def _printed(member: Scalar) -> str:
    if isinstance(member, int | float) and not isinstance(member, bool):
        return canonical(member)
    return as_text(member)


def _defaults(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    told = [(_printed(v.value.default[0]) if v.value.default else "") for v in voices]
    texts = [key and shown(v.value.default[0]) for v, key in zip(voices, told, strict=True)]
    words = _instead(voices, [v.word(*w) for v, *w in zip(voices, told, texts, strict=True)])
    if not same(words) or _unsaid(
        voices, [_as_code(v, t) for v, t in zip(voices, told, strict=True)]
    ):
        yield DefaultApart(subject=subject, pointer="", span=opening(words), words=tuple(words))


def _as_code(voice: Voice, default: str) -> str:
    """The default, unless it may be a mere word of the page's language (``Default: all``)."""
    quoted = default in voice.row.said.codes or f'"{default}"' in _said(voice)
    return "" if default.isalpha() and default.islower() and not quoted else default


def _unsaid(voices: Sequence[Voice], told: Sequence[str]) -> bool:
    """Whether a side that states no default does not print the others' anywhere in its row."""
    stated = {key for key in told if key}
    return any(
        not key and not _prints(_said(voice), other) and not _prints(voice.elsewhere, other)
        for voice, key in zip(voices, told, strict=True)
        for other in stated
    )


def _instead(voices: Sequence[Voice], words: list[Word]) -> list[Word]:
    """The words, with the number a silent side prints where the others print theirs."""
    told = {word.key for word in words if not word.silent}
    if len(told) != 1 or not any(word.silent for word in words):
        return words
    (key,) = told
    known = {n for v, w in zip(voices, words, strict=True) if w.key for n in numbers(_said(v))}
    for at, voice in enumerate(voices):
        others = numbers(_said(voice)).keys() - known
        if words[at].silent and not _prints(_said(voice), key) and len(others) == 1:
            (other,) = others
            words[at] = voice.word(other, other)
    return words


def _said(voice: Voice) -> str:
    return voice.row.said.plain


def _prints(text: str, value: str) -> bool:
    return value in numbers(text) or mentions(text, value) or spelled(text, value)


def _bounds(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    for about, names in _SIDES:
        told = [_bound(v.value, names) for v in voices]
        stated = [v.word(key, text) for v, (key, text) in zip(voices, told, strict=True)]
        words = _instead(voices, stated)
        if not same(words) or _unsaid(voices, [w.key for w in stated]):
            yield LimitApart(
                subject=subject, pointer="", span=opening(words), words=tuple(words), about=about
            )


_SIDES: Final[tuple[tuple[Literal["lower", "upper"], tuple[str, ...]], ...]] = (
    ("lower", ("minimum", "exclusive_minimum", "min_length", "min_items")),
    ("upper", ("maximum", "exclusive_maximum", "max_length", "max_items")),
)
"""Which bound of several kinds it is depends on the type, and a type told apart is one cause."""


def _bound(value: Value, names: Sequence[str]) -> tuple[str, str]:
    for name in names:
        bound = getattr(value.limits, name)
        if bound is not None:
            return canonical(bound), f"{name.replace('_', ' ')} {canonical(bound)}"
    return "", ""


def _units(subject: str, voices: Sequence[Voice]) -> Iterator[Apart]:
    if any(v.value.unit == "percent" for v in voices):
        return
    words = [v.word(v.value.unit or "", _UNITS.get(v.value.unit, "")) for v in voices]
    if len({w.key for w in words}) > 1:
        yield TypeApart(
            subject=subject, pointer="", span=opening(words), words=tuple(words), about="unit"
        )


_UNITS: Final[dict[Unit | None, str]] = {
    "s": "seconds",
    "ms": "milliseconds",
    "us": "microseconds",
    "ns": "nanoseconds",
}

_ASPECTS: Final[tuple[Callable[[str, Sequence[Voice]], Iterator[Apart]], ...]] = (
    _types,
    _marks,
    _values,
    _defaults,
    _bounds,
    _units,
)
