"""The words documentation uses: one TOML file for each language, one table for each meaning.

To teach the reader a word, add it to the file of its language; to teach it a language, add a
file.  ``any.toml`` holds signs that belong to no language.  Pages mix languages, so every word
counts on every page.  Nothing is read before it is needed.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Literal, TypeAlias, cast

from conformance.model.operation import Kind, Location, Stated, Unit
from conformance.patterns import regex
from conformance.vocabulary.matcher import PhraseFilter as PhraseFilter
from conformance.vocabulary.matcher import PhraseMatch as PhraseMatch
from conformance.vocabulary.matcher import Phrases as Phrases
from conformance.vocabulary.phrase import PhraseError

Column: TypeAlias = Literal[
    "name", "type", "required", "optional", "location", "default", "enum", "limits", "minimum",
    "maximum", "length", "example", "description", "code", "nullable", "index", "parent",
    "readonly", "writeonly", "level",
]  # fmt: skip
Topic: TypeAlias = Literal[
    "request", "path", "query", "header", "body", "response", "error", "example", "enum", "change",
    "limit", "auth", "other",
]  # fmt: skip
TOPICS: tuple[Topic, ...] = (
    "change", "limit", "error", "enum", "example", "header", "response", "path", "query", "body",
    "request", "other", "auth",
)  # fmt: skip
"""What a heading, caption or tab announces, the strongest first: "Response Parameters" is about
the response, "Error response" about errors, "Request Example" is an example."""
UNITS: tuple[Unit, ...] = ("ns", "us", "ms", "s")
"""Units of time, the longest word first: "milliseconds" holds "seconds"."""
_SIDES: frozenset[Topic] = frozenset(("request", "path", "query", "header", "body", "response"))
_BRACKETED = regex(r"[(（\[][^()（）\[\]]{0,40}[)）\]]")
_EDGES = " \t\r\n:：*`'\"“”‘’.。，,;；()（）[]【】#|"


@lru_cache(maxsize=16384)
def normalize_text(text: str) -> str:
    """``text`` as words are compared: NFKC, lower case, one space, bare edges."""
    return " ".join(unicodedata.normalize("NFKC", text).lower().split()).strip(_EDGES)


@cache
def _load_files() -> Mapping[str, Mapping[str, Any]]:
    """``{language: its tables}``."""
    found = sorted(files("conformance.vocabulary").iterdir(), key=lambda entry: entry.name)
    return {
        entry.name.removesuffix(".toml"): tomllib.loads(entry.read_text("utf-8"))
        for entry in found
        if entry.name.endswith(".toml")
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


def _list_spellings(name: str) -> list[str]:
    """What the files of all languages have for ``table.meaning``, as it stands there."""
    table, _, meaning = name.partition(".")
    return [w for tables in _load_files().values() for w in tables.get(table, {}).get(meaning, ())]


@cache
def word_set(name: str) -> frozenset[str]:
    """The words called ``table.meaning`` in the files of all languages, normalized."""
    return frozenset(normalize_text(word) or word for word in _list_spellings(name))


def counterparts(one: str, other: str) -> Iterator[tuple[str, str]]:
    """The words that a language corrects ``one`` and ``other`` by: the n-th beside the n-th."""
    for tables in _load_files().values():
        known = tables.get("corrections", {})
        yield from zip(known.get(one, ()), known.get(other, ()), strict=True)


@cache
def phrases(name: str) -> Phrases:
    """The matcher of the phrases called ``table.meaning`` in the files of all languages.  Raises
    PhraseError: no file has any."""
    found = _list_spellings(name)
    if not found:
        raise PhraseError(f"no vocabulary file has phrases for {name!r}")
    return Phrases(name, tuple(found), _load_fillings())


@cache
def _load_fillings() -> Mapping[str, str]:
    """Parts of slots that are words of a language."""
    return {
        "MULTIPLES": "".join(words("multiples")),
        "UNITS": _compile_either("durations"),
        "PLACES": _compile_either("places"),
    }


def _compile_either(table: str) -> str:
    return "|".join(map(re.escape, sorted(words(table), key=len, reverse=True)))


def seconds_of(unit: str) -> float:
    """How long a unit of time is, by its word; 1 second for a word nobody knows."""
    return float(words("durations").get(normalize_text(unit), 1))


def multiple(sign: str) -> int:
    """How many a character after a number makes of it (``만``: 10,000); 1 for any other."""
    return int(words("multiples").get(sign, 1))


@cache
def columns(language: str = "") -> Mapping[str, Column]:
    """What a column is about, by its header's words."""
    return cast("Mapping[str, Column]", words("columns", language))


@cache
def required_marks(language: str = "") -> Mapping[str, Stated]:
    """What a cell of a column for required marks says."""
    return {word: Stated(meaning) for word, meaning in words("required", language).items()}


@cache
def kinds(language: str = "") -> Mapping[str, tuple[Kind, str | None]]:
    """JSON type and format of a word in a type cell."""
    found: dict[str, tuple[Kind, str | None]] = {}
    for word, meaning in words("kinds", language).items():
        kind, _, form = meaning.partition(" ")
        found[word] = (cast("Kind", kind), form or None)
    return found


@cache
def locations(language: str = "") -> Mapping[str, Location | Literal["body"]]:
    """Where an input goes, by the words of a cell."""
    return cast('Mapping[str, Location | Literal["body"]]', words("locations", language))


@cache
def topics() -> tuple[tuple[Topic, Phrases], ...]:
    """Every topic with the phrases that announce it, the strongest first."""
    return tuple((topic, phrases(f"topics.{topic}")) for topic in TOPICS)


@cache
def units() -> tuple[tuple[Unit, Phrases], ...]:
    """Every unit of time with its phrases."""
    return tuple((unit, phrases(f"units.{unit}")) for unit in UNITS)


def names_side(text: str) -> bool:
    """Whether ``text`` is nothing but words for a request or response and its fields."""
    left = rest = normalize_text(_BRACKETED.sub(" ", text))
    for topic, announcing in topics():
        if topic in _SIDES:
            for hit in reversed(list(announcing.finditer(rest))):
                rest = f"{rest[: hit.start]} {rest[hit.end :]}"
    remaining = [word for word in rest.split() if word not in word_set("joints.of")]
    return remaining != left.split() and all(columns().get(word) == "name" for word in remaining)
