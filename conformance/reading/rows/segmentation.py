"""Where a name begins in a word that starts with the end of a sentence.

``Product typesymbol`` is "Product type" and the name ``symbol``.  The cut that leaves the
likeliest words is taken: word frequencies are those of symspellpy's English dictionary,
unknown words count less the longer they are (P. Norvig, "Natural Language Corpus Data",
2009).  A name that the page or its folder uses elsewhere is likelier than any new one.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from conformance.model.operation import Confidence

_NAME = re.compile(r"[A-Za-z_$@][\w$@.-]*(?:\[\])?")
_LAST_WORD = re.compile(r"[A-Za-z]+$")
_HUMPS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+(?![a-z])|\d+")
_KNOWN = math.log(1e-2)
_NO_WORD = math.log(1e-3)
"""A description that ends in a digit or sign: nothing speaks against it."""
_ONE_WORD = math.log(1e-3)
"""A description of a single word, glued to the name that follows."""
_USED = math.log(10)
"""What it is worth that a word is used elsewhere on the page."""
_CLEAR = math.log(50)
"""A cut this much likelier than the next best one is no longer doubtful."""
_LONGEST = 120
"""Characters looked at: no name is longer, and a longer word is none."""
_PARTICLES = frozenset(
    ("a", "an", "and", "are", "as", "at", "be", "by", "for", "in", "is", "it", "no", "not")
) | {"of", "on", "or", "the", "to", "with"}
"""Words that end no description and name no field."""


@dataclass(frozen=True, slots=True)
class Words:
    """What is known of the words around a cut."""

    names: frozenset[str] = frozenset()
    """Names that the page or its folder uses beyond doubt."""
    used: frozenset[str] = frozenset()
    """Words that stand alone somewhere on the page, lower case."""


def cut_name(token: str, words: Words, *, whole: bool) -> tuple[str, Confidence]:
    """The name that ``token`` ends with, and how sure the cut is.

    ``whole`` says that nothing stands before the token: then it may be a name as it is.
    """
    if whole and token in words.names:
        return token, "high"
    if len(token) > _LONGEST:
        token, whole = token[-_LONGEST:], False
    ranked = sorted(_cuts(token, words, whole), reverse=True)
    if not ranked:
        return token, "low"
    best, name = ranked[0]
    clear = len(ranked) == 1 or best - ranked[1][0] > _CLEAR
    if name == token and clear:
        return name, "high"
    return name, "medium" if clear or name in words.names else "low"


def _cuts(token: str, words: Words, whole: bool) -> Iterator[tuple[float, str]]:
    if whole and _NAME.fullmatch(token):
        yield _beginning(token, words), token
    for at in range(1, len(token)):
        left, name = token[:at], token[at:]
        if _NAME.fullmatch(name) and not (left[-1].isdigit() and name[0].isdigit()):
            ending = _ending(left, words) + (_ONE_WORD if whole else 0)
            yield ending + _beginning(name, words), name


def _ending(left: str, words: Words) -> float:
    """How likely ``left`` is the end of a sentence."""
    hit = _LAST_WORD.search(left)
    if not hit:
        return _NO_WORD
    word = hit.group()
    glued = left[: hit.start()][-1:].isdigit() or word.lower() in _PARTICLES
    used = _USED if word.lower() in words.used else 0
    likelihood = _likelihood(word) + used - (_USED if glued else 0)
    if word.isupper() and 1 < len(word) <= 5:
        return max(likelihood, _NO_WORD * 2)
    return likelihood


def _beginning(name: str, words: Words) -> float:
    """How likely ``name`` is a name."""
    if name in words.names:
        return _KNOWN
    humps = _HUMPS.findall(name)
    odd = name.lower() in _PARTICLES or any(len(hump) == 1 for hump in humps)
    used = _USED if name.lower() in words.used else 0
    return sum(map(_likelihood, humps)) + used - name[0].isupper() - (2 * _USED if odd else 0)


def _likelihood(word: str) -> float:
    """Natural logarithm of the word's probability."""
    counts, total = _frequencies()
    count = counts.get(word.lower())
    if count:
        return math.log(count / total)
    return math.log(10 / total) - len(word) * math.log(10)


@cache
def _frequencies() -> tuple[dict[str, int], int]:
    """Counts by word; read only when a page has to be cut."""
    text = (files("symspellpy") / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig")
    counts = {word: int(count) for word, count in _pairs(text.splitlines())}
    return counts, sum(counts.values())


def _pairs(lines: Iterable[str]) -> Iterator[tuple[str, str]]:
    for line in lines:
        word, _, count = line.partition(" ")
        if count:
            yield word, count
