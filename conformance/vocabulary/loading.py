"""Vocabulary files, read once: words as tables, phrases as matchers."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

from conformance.vocabulary.matcher import Phrases
from conformance.vocabulary.phrase import PhraseError

_EDGES = " \t\r\n:：*`'\"“”‘’.。，,;；()（）[]【】#|"


@lru_cache(maxsize=16384)
def normalize_text(text: str) -> str:
    """``text`` as words are compared: NFKC, lower case, one space, bare edges."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(_EDGES)


@cache
def _load_files() -> Mapping[str, Mapping[str, Any]]:
    """``{language: its tables}``."""
    room = files("conformance.vocabulary")
    found = sorted(entry.name for entry in room.iterdir() if entry.name.endswith(".toml"))
    return {
        name.removesuffix(".toml"): tomllib.loads((room / name).read_text("utf-8"))
        for name in found
    }


def languages() -> tuple[str, ...]:
    """Languages that have a file, as BCP 47 primary tags."""
    return tuple(name for name in _load_files() if name != "any")


@cache
def characters(language: str) -> frozenset[str]:
    """The characters beyond ASCII of whatever the file of ``language`` has."""
    spelt = "".join(_walk_texts(_load_files()[language]))
    return frozenset(character for character in spelt if character > "\x7f")


def _walk_texts(value: object) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (key, *_walk_texts(inner))
    elif isinstance(value, Sequence):
        for inner in value:
            yield from _walk_texts(inner)


@cache
def words(table: str, language: str = "") -> Mapping[str, str]:
    """``{word: meaning}`` of a table, normalized; of all languages, or of one."""
    found: dict[str, str] = {}
    for name, tables in _load_files().items():
        if language in ("", name):
            for meaning, spellings in tables.get(table, {}).items():
                for word in spellings:
                    found.setdefault(normalize_text(word) or word, meaning)
    return found


@cache
def word_set(name: str) -> frozenset[str]:
    """The words called ``table.meaning`` in the files of all languages, normalized."""
    table, _, meaning = name.partition(".")
    found = (tables.get(table, {}).get(meaning, ()) for tables in _load_files().values())
    return frozenset(normalize_text(word) or word for spellings in found for word in spellings)


def counterparts(table: str, one: str, other: str) -> Iterator[tuple[str, str]]:
    """What a language has for ``one``, verbatim, and for ``other``: the n-th beside the n-th."""
    for tables in _load_files().values():
        known = tables.get(table, {})
        yield from zip(known.get(one, ()), known.get(other, ()), strict=True)


@cache
def phrases(name: str) -> Phrases:
    """The matcher of the phrases called ``table.meaning`` in the files of all languages.

    Raises :class:`~conformance.vocabulary.phrase.PhraseError` when no file has any.
    """
    table, _, meaning = name.partition(".")
    found = [p for tables in _load_files().values() for p in tables.get(table, {}).get(meaning, ())]
    if not found:
        raise PhraseError(f"no vocabulary file has phrases for {name!r}")
    return Phrases(name, tuple(found), _load_fillings())


@cache
def _load_fillings() -> Mapping[str, str]:
    """Parts of slots that are words of a language."""
    return {
        "MULTIPLES": "".join(_load_multiples()),
        "UNITS": _compile_either("durations"),
        "PLACES": _compile_either("places"),
    }


def _compile_either(table: str) -> str:
    return "|".join(map(re.escape, sorted(words(table), key=len, reverse=True)))


@cache
def _load_multiples() -> Mapping[str, int]:
    return {word: int(number) for word, number in words("multiples").items()}


def seconds_of(unit: str) -> float:
    """How long a unit of time is, by its word; 1 second for a word nobody knows."""
    return float(words("durations").get(normalize_text(unit), 1))


def multiple(sign: str) -> int:
    """How many a character after a number makes of it (``만``: 10,000); 1 for any other."""
    return _load_multiples().get(sign, 1)
