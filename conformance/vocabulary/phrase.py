"""Phrases of documentation, written as people say them, compiled into bounded patterns.

A phrase is plain words with a few signs::

    not exceed {n}             words, then a number
    max[imum][ value]          what may be missing in brackets; [a|b] is one of several or none
    {greater|larger} than      one of several in braces
    rate~limit                 ``~`` is a blank, a hyphen or nothing
    only ... when              ``...`` is a bounded gap within one sentence
    ^optional   none$          the phrase begins or ends the text, signs aside
    optional !{if|when}        not when one of these follows
    !{not|no} more than        not when one of these stands before

Blanks match any white space; beside a slot or a character that is not Latin they may be missing.
A colon, comma or bracket matches its full-width form, too, and case never counts: patterns are
for texts in lower case.  A phrase that begins or ends with a Latin letter or digit matches whole
words only; other scripts have no word edges.  ``\\`` takes a sign as it is.

Slots: ``{n}`` a number; ``{value}`` a quoted value, a number or the last word of a clause,
``{literal}`` a quoted value, a number or a truth value, ``{constant}`` the same or null,
``{token}`` a quoted value or one word; ``{name}`` an identifier, ``{type}`` a type word,
``{word}`` any word, ``{counter}`` one or two letters, ``{unit}`` a unit of time,
``{place}`` query or body, ``{words}`` the rest of the sentence, ``{list}`` the rest of it
as a list, ``{inside}`` all up to a square bracket.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from conformance.errors import ConformanceError
from conformance.patterns import regex

SLOTS: Final = {
    "n": r"-?(?:\d{1,3}(?:,\d{3}){1,6}(?!\d)|\d{1,21})(?:\.\d{1,20})?(?:[eE][-+]?\d{1,2}(?!\w))?"
    r"(?:[ ]?[MULTIPLES])?",
    "value": r"[“\"'‘`][^“”\"'‘’`\n]{0,80}[”\"'’`]"
    r"|-?\d{1,20}(?:\.\d{1,20})?(?![A-Za-z0-9_%]|\.\d)|(?:true|false|null)(?![\w.])"
    r"|[A-Za-z][A-Za-z0-9_-]{0,63}(?=\s{0,3}(?:[.,;)。，）]|$|\n))",
    "literal": r"[“\"'‘`][^“”\"'‘’`\n]{1,80}[”\"'’`]"
    r"|-?\d{1,20}(?:\.\d{1,20})?(?![A-Za-z0-9_%]|\.\d)|(?:true|false)(?![\w.])",
    "constant": r"[“\"'‘`][^“”\"'‘’`\n]{0,80}[”\"'’`]"
    r"|-?\d{1,20}(?:\.\d{1,20})?(?![\w.])|(?:true|false|null)(?![\w.])",
    "token": r"[“\"'‘`][^“”\"'‘’`\n]{1,80}[”\"'’`]|[A-Za-z0-9](?a:[\w.-]){0,63}",
    "name": r"[A-Za-z_](?:[\w.\[\]-]{0,60}[\w\]])?",
    "word": r"\w{1,40}?",
    "counter": r"[^\W\d_]{1,2}",
    "place": r"(?:PLACES)(?![A-Za-z0-9_-])",
    "unit": r"(?:UNITS)(?![A-Za-z])",
    "type": r"[A-Za-z][\w<>\[\]]{0,40}",
    "words": r"[^\n.。]{0,160}",
    "list": r"[^\n.。]{3,2000}",
    "inside": r"[^\[\]]{1,4000}",
}
_QUOTES: Final = {"n": (r"[`“\"'*]{0,2}", ""), "name": (r"[`“\"'*]{0,3}", r"[`”\"'*]{0,3}")}
"""Signs around a slot that are no part of it."""
_GAP: Final = r"[^.,;:\n。，；：]{0,40}?"
_ALIKE: Final = {
    ":": " ?[:：]",
    ",": "[,，、]",
    ";": "[;；]",
    "(": "[(（]",
    ")": "[)）]",
    "/": "[/／]",
    '"': "[\"“”'‘’`]",
}
_LATIN: Final = regex(r"[A-Za-z0-9_]")
_SIGNS: Final = "[]{}|~^$\\"
_FIXED: Final = {" ": " ", "~": r"[\s-]?", "^": r"\A\W{0,8}", "$": r"\W{0,8}\Z"}
_PLAIN: Final = regex(r"[^\[\]{}|~^$\\ .!:,;()/\"]+")
"""A run of characters that stand for themselves."""


class PhraseError(ConformanceError):
    """A phrase of a vocabulary file that does not follow the rules above."""


class Compiled(Struct):
    """One phrase, or a part of one, as a pattern."""

    pattern: str
    slots: tuple[str, ...] = ()
    """Names of the groups of ``pattern``, in order."""
    first: str = ""
    """What may begin it: ``l`` Latin, ``o`` another character, both, or empty for nothing."""
    last: str = ""
    literal: str = ""
    """The part itself in lower case, where it stands for itself."""
    keys: frozenset[str] = frozenset()
    """Lower-case texts one of which any match contains; empty when none is certain."""


def compile_phrase(phrase: str, fillings: Mapping[str, str] = MappingProxyType({})) -> Compiled:
    """``phrase`` as a pattern; ``fillings`` are the vocabulary's own parts of slots.

    Raises :class:`PhraseError` for signs that do not pair or a slot nobody knows.
    """
    parser = _Parser(phrase, fillings)
    found = parser.sequence("")
    if parser.at < len(phrase):
        raise PhraseError(f"{phrase!r}: {phrase[parser.at]!r} closes nothing")
    before = "(?<![A-Za-z0-9_])" if found.first == "l" else ""
    after = "(?![A-Za-z0-9_])" if found.last == "l" else ""
    if set(found.first) == {"l", "o"}:
        before = "(?:(?<![A-Za-z0-9_])|(?![A-Za-z0-9_]))"
    if set(found.last) == {"l", "o"}:
        after = "(?:(?![A-Za-z0-9_])|(?<![A-Za-z0-9_]))"
    pattern = f"{before}{found.pattern}{after}"
    return Compiled(pattern, found.slots, found.first, found.last, keys=found.keys)


class _Parser:
    """Reads one phrase from left to right."""

    def __init__(self, phrase: str, fillings: Mapping[str, str]) -> None:
        self.phrase = phrase
        self.fillings = fillings
        self.at = 0

    def sequence(self, closers: str) -> Compiled:
        """Everything up to one of ``closers`` at this level."""
        parts: list[Compiled] = []
        while self.at < len(self.phrase) and self.phrase[self.at] not in closers:
            parts.append(self.part(parts))
        return _join_parts(parts)

    def part(self, before: list[Compiled]) -> Compiled:
        if run := _PLAIN.match(self.phrase, self.at):
            self.at = run.end()
            return _compile_literal(run.group())
        sign = self.phrase[self.at]
        if self.phrase.startswith("...", self.at):
            self.at += 3
            return Compiled(_GAP)
        if self.phrase.startswith("!{", self.at):
            return self.parse_refused(bool(before))
        self.at += 1
        return self.parse_signed(sign)

    def parse_signed(self, sign: str) -> Compiled:
        """What begins with ``sign``, which has been read."""
        if sign == "{":
            return self.braces()
        if sign == "[":
            inner = self.alternatives("]")
            pattern = f"(?:{inner.pattern})?"
            return Compiled(pattern, inner.slots, inner.first + "?", inner.last + "?")
        if sign in _FIXED:
            return Compiled(_FIXED[sign])
        if sign == "\\" and self.at < len(self.phrase):
            self.at += 1
            return _compile_literal(self.phrase[self.at - 1])
        if sign in _SIGNS:
            raise PhraseError(f"{self.phrase!r}: {sign!r} stands alone")
        if sign in _ALIKE:
            return Compiled(_ALIKE[sign], (), "o", "o")
        return _compile_literal(sign)

    def braces(self) -> Compiled:
        closing = self.phrase.find("}", self.at)
        slot = self.phrase[self.at : closing]
        if slot in SLOTS:
            self.at = closing + 1
            pattern = SLOTS[slot]
            for part, filling in self.fillings.items():
                pattern = pattern.replace(part, filling)
            before, after = _QUOTES.get(slot, ("", ""))
            return Compiled(f"{before}({pattern}){after}", (slot,), "o", "o")
        inner = self.alternatives("}")
        pattern = f"(?:{inner.pattern})"
        return Compiled(pattern, inner.slots, inner.first, inner.last, keys=inner.keys)

    def alternatives(self, closer: str) -> Compiled:
        found: list[Compiled] = []
        while True:
            found.append(self.sequence(f"|{closer}"))
            if self.at >= len(self.phrase):
                raise PhraseError(f"{self.phrase!r}: no {closer!r} at the end")
            self.at += 1
            if self.phrase[self.at - 1] == closer:
                break
        keys = [one.keys for one in found]
        return Compiled(
            "|".join(one.pattern for one in found),
            tuple(slot for one in found for slot in one.slots),
            "".join(sorted({edge for one in found for edge in one.first or "?"})),
            "".join(sorted({edge for one in found for edge in one.last or "?"})),
            keys=frozenset().union(*keys) if all(keys) else frozenset(),
        )

    def parse_refused(self, follows: bool) -> Compiled:
        """Words that must not stand before the phrase, or after it."""
        self.at += 2
        inner = self.alternatives("}")
        if follows:
            return Compiled(rf"(?!\s{{0,3}}(?:{inner.pattern}))")
        while self.phrase.startswith(" ", self.at):
            self.at += 1
        words = re.split(r"(?<!\\)\|", inner.pattern.replace(r"\s{1,4}", r"\s"))
        return Compiled("".join(rf"(?<!{word}\s)(?<!{word})" for word in words))


def _compile_literal(run: str) -> Compiled:
    """Characters that stand for themselves."""
    low = run.lower()
    first, last = ("l" if _LATIN.match(edge) else "o" for edge in (run[0], run[-1]))
    return Compiled(re.escape(low), (), first, last, low, frozenset({low}))


def _join_parts(parts: list[Compiled]) -> Compiled:
    """Parts one after the other, blanks between them as wide as their neighbours demand."""
    pattern: list[str] = []
    runs: list[str] = [""]
    sets: list[frozenset[str]] = []
    for index, part in enumerate(parts):
        if part.pattern == " ":
            pattern.append(_compile_blank(parts, index))
        else:
            pattern.append(part.pattern)
        if part.literal:
            runs[-1] += part.literal
        else:
            runs.append("")
            sets.append(part.keys)
    best = max(runs, key=len)
    choices = [s for s in sets if s]
    keys = frozenset({best}) if best else frozenset()
    if len(best) < 3 and best.isascii() and choices:
        keys = max(choices, key=lambda s: min(map(len, s)))
    return Compiled(
        "".join(pattern),
        tuple(slot for part in parts for slot in part.slots),
        _compile_edge([part.first for part in parts]),
        _compile_edge([part.last for part in reversed(parts)]),
        keys=keys,
    )


def _compile_edge(edges: list[str]) -> str:
    """What may stand at one end: the first part that cannot be missing decides."""
    found: set[str] = set()
    for edge in edges:
        found |= set(edge) - {"?"}
        if edge and "?" not in edge:
            return "".join(sorted(found))
    return "".join(sorted(found))


def _compile_blank(parts: list[Compiled], index: int) -> str:
    """White space between two parts; it may be missing where one of them is not Latin."""
    before = parts[index - 1].last if index else "l"
    after = parts[index + 1].first if index + 1 < len(parts) else "l"
    if index and parts[index - 1].pattern == _GAP:
        return r"\s{0,4}(?<![A-Za-z0-9_])"
    if index + 1 < len(parts) and parts[index + 1].pattern == _GAP:
        return r"(?![A-Za-z0-9_])\s{0,4}"
    slot = (index and parts[index - 1].slots) or (index + 1 < len(parts) and parts[index + 1].slots)
    wide = before.strip("?") == "l" and (after.strip("?") == "l" or bool(slot))
    return r"\s{1,4}" if wide else r"\s{0,4}"
