"""Phrases of one meaning as one matcher that costs next to nothing where none can stand."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Final

from msgspec import Struct

from conformance.vocabulary.phrase import Compiled, compile_phrase

_REMEMBERED: Final = 240
"""Characters of a text that a matcher remembers to hold none of its phrases."""
_MOST_REMEMBERED: Final = 1024


class PhraseMatch(Struct, frozen=True):
    """Where a phrase stands in a text."""

    text: str
    """The words matched."""
    start: int
    end: int
    slots: Mapping[str, str]
    """What filled the slots of the phrase; a second slot of one name is ``n2``, and so on."""
    spans: Mapping[str, tuple[int, int]]
    """Where each slot stands."""

    def __getitem__(self, slot: str) -> str:
        return self.slots[slot]


class _Phrase:
    """One phrase; its expression is compiled when a text holds one of its words."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self.keys = tuple(compiled.keys)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """For texts in lower case, which spares the slow rules for case."""
        return re.compile(self.compiled.pattern)

    def is_possible(self, low: str) -> bool:
        return not self.keys or _is_any_in(self.keys, low)

    def match(self, hit: re.Match[str], text: str) -> PhraseMatch:
        """``hit`` in the lower-case form of ``text`` with the words as ``text`` has them."""
        found: dict[str, str] = {}
        spans: dict[str, tuple[int, int]] = {}
        for number, slot in enumerate(self.compiled.slots, 1):
            start, end = hit.span(number)
            if start >= 0:
                name = slot if slot not in found else f"{slot}{len(found) + 1}"
                found[name], spans[name] = text[start:end], (start, end)
        start, end = hit.span()
        return PhraseMatch(text[start:end], start, end, found, spans)


class Phrases:
    """Several phrases with one meaning, as one bounded matcher.

    A text is first asked for the words that a phrase must contain, so that most texts
    cost next to nothing.  The match that begins first counts, of two the longer one.
    """

    def __init__(self, name: str, found: tuple[str, ...], fillings: Mapping[str, str]) -> None:
        self.name = name
        self.phrases = found
        self._fillings = fillings
        self._barren: set[str] = set()
        """Short texts in which none of the phrases stands: pages say the same again and again.
        A part of one may still be matched, for it ends elsewhere."""

    @cached_property
    def _all(self) -> tuple[tuple[_Phrase, ...], tuple[str, ...]]:
        """The phrases, and texts one of which stands in whatever matches."""
        found = tuple(_Phrase(compile_phrase(p, self._fillings)) for p in self.phrases)
        return found, _find_shortest_keys(found)

    @cached_property
    def _latin(self) -> tuple[tuple[_Phrase, ...], tuple[str, ...]]:
        """The same for a text of ASCII alone."""
        found = tuple(p for p in self._all[0] if not p.keys or any(k.isascii() for k in p.keys))
        return found, _find_shortest_keys(found)

    @property
    def keys(self) -> tuple[str, ...]:
        """Texts one of which stands in whatever matches."""
        return self._all[1]

    @property
    def pattern(self) -> str:
        """All phrases as one regular expression for lower case, to be part of a larger one."""
        return "|".join(phrase.compiled.pattern for phrase in self._all[0])

    def _find_possible(self, text: str) -> tuple[str, Sequence[_Phrase]]:
        """``text`` in lower case, and the phrases that may stand in it."""
        low = _lower_text(text)
        phrases, keys = self._latin if low.isascii() else self._all
        if _is_any_in(keys, low):
            return low, [phrase for phrase in phrases if phrase.is_possible(low)]
        return low, ()

    def _remember(self, text: str) -> None:
        """That none of the phrases stands in ``text``."""
        if len(text) <= _REMEMBERED:
            if len(self._barren) >= _MOST_REMEMBERED:
                self._barren.clear()
            self._barren.add(text)

    def may_stand_in(self, text: str) -> bool:
        """False when none of the phrases can stand in ``text`` or a part of it; cheap."""
        return bool(self._find_possible(text)[1])

    def found_in(self, text: str) -> bool:
        """Whether one of the phrases stands in ``text``."""
        if text in self._barren:
            return False
        low, possible = self._find_possible(text)
        for phrase in possible:
            if phrase.regex.search(low):
                return True
        self._remember(text)
        return False

    def search(self, text: str) -> PhraseMatch | None:
        """The first match in ``text``."""
        if text in self._barren:
            return None
        low, possible = self._find_possible(text)
        hits = [(hit, p) for p in possible if (hit := p.regex.search(low))]
        if not hits:
            self._remember(text)
        return _find_first(hits, text)

    def begins(self, text: str) -> PhraseMatch | None:
        """The match with which ``text`` begins, if it does."""
        if text in self._barren:
            return None
        low, possible = self._find_possible(text)
        if not possible:
            self._remember(text)
        return _find_first([(hit, p) for p in possible if (hit := p.regex.match(low))], text)

    def is_whole(self, text: str) -> bool:
        """Whether ``text`` is one of the phrases and nothing else."""
        hit = self.begins(text)
        return hit is not None and hit.end == len(text)

    def finditer(self, text: str) -> Iterator[PhraseMatch]:
        """All matches, from left to right, none within another."""
        if text in self._barren:
            return
        low, possible = self._find_possible(text)
        hits = [(hit, p) for p in possible for hit in p.regex.finditer(low)]
        if not hits:
            self._remember(text)
            return
        hits.sort(key=lambda pair: (pair[0].start(), -pair[0].end()))
        done = 0
        for hit, phrase in hits:
            if hit.start() >= done:
                done = max(hit.end(), done)
                yield phrase.match(hit, text)


class PhraseFilter:
    """Texts in which none of several matchers can find anything, found by one look at each."""

    def __init__(self, matchers: Iterable[Phrases]) -> None:
        self._matchers = tuple(matchers)

    @cached_property
    def _keys(self) -> tuple[str, ...]:
        return tuple(sorted({key for matcher in self._matchers for key in matcher.keys}))

    def may_stand_in(self, text: str) -> bool:
        """False when no phrase of any matcher can stand in ``text``."""
        return _is_any_in(self._keys, _lower_text(text))


def _find_shortest_keys(found: tuple[_Phrase, ...]) -> tuple[str, ...]:
    """Keys of all phrases without those that hold another; the empty text when one has none."""
    keys = {key for phrase in found for key in phrase.keys or ("",)}
    return tuple(sorted(k for k in keys if not any(o != k and o in k for o in keys)))


def _is_any_in(keys: tuple[str, ...], low: str) -> bool:
    for key in keys:  # noqa: SIM110 - a generator would cost more than the look-ups
        if key in low:
            return True
    return False


def _find_first(hits: list[tuple[re.Match[str], _Phrase]], text: str) -> PhraseMatch | None:
    if not hits:
        return None
    hit, phrase = min(hits, key=lambda pair: (pair[0].start(), -pair[0].end()))
    return phrase.match(hit, text)


def _lower_text(text: str) -> str:
    """``text`` as phrases have it: in lower case with straight apostrophes, and as many characters
    as it has, where some would become several."""
    low = text.lower()
    if len(low) != len(text):
        low = "".join(c.lower() if len(c.lower()) == 1 else c for c in text)
    return low.replace("’", "'")
