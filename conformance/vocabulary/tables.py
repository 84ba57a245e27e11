"""Tables of words by what they mean: column headers, marks, types, locations, units, topics."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Literal, TypeAlias, cast

from conformance.model.operation import Kind, Location, Stated, Unit
from conformance.patterns import regex
from conformance.vocabulary.loading import normalize_text, phrases, word_set, words
from conformance.vocabulary.matcher import Phrases

Column: TypeAlias = Literal[
    "name",
    "type",
    "required",
    "optional",
    "location",
    "default",
    "enum",
    "limits",
    "minimum",
    "maximum",
    "length",
    "example",
    "description",
    "code",
    "nullable",
    "index",
    "parent",
    "readonly",
    "writeonly",
    "level",
]

Topic: TypeAlias = Literal[
    "request",
    "path",
    "query",
    "header",
    "body",
    "response",
    "error",
    "example",
    "enum",
    "change",
    "limit",
    "auth",
    "other",
]

TOPICS: tuple[Topic, ...] = (
    "change",
    "limit",
    "error",
    "enum",
    "example",
    "header",
    "response",
    "path",
    "query",
    "body",
    "request",
    "other",
    "auth",
)
"""What a heading, caption or tab announces, the strongest first: "Response Parameters" is about
the response, "Error response" about errors, "Request Example" is an example."""

_SIDES: frozenset[Topic] = frozenset(("request", "path", "query", "header", "body", "response"))
_BRACKETED = regex(r"[(（\[][^()（）\[\]]{0,40}[)）\]]")

UNITS: tuple[Unit, ...] = ("ns", "us", "ms", "s")
"""Units of time, the longest word first: "milliseconds" holds "seconds"."""


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
