"""Whether something is there, under which condition, and whether it may be null."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

from conformance.model.operation import Location, Stated
from conformance.patterns import regex
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import locations, normalize_text, phrases

_SENTENCE = regex(r"[.。;；\n]")


def read_location(raw: FieldRow, path: str) -> Location | Literal["body"] | None:
    """Where the row's own cell puts an input of an operation with ``path``; None when it has none.

    "URL" is the path for a part of it, else the query.
    """
    word = normalize_text(raw.location)
    stated = locations().get(word) if word else None
    within = "{" + raw.name.name + "}" in path
    return "query" if stated == "path" and word in ("url", "uri") and not within else stated


def read_presence(raw: FieldRow, *, is_input: bool = False) -> tuple[Stated, str]:
    """Whether the row says it is always there, and the page's words for a condition.

    A member that a column calls required and words give a condition is there under it.
    """
    text = raw.description.plain
    condition = read_condition(text)
    stated = raw.required
    if stated is Stated.NOT_STATED:
        stated = read_stated(text)
    if condition and (stated is Stated.NOT_STATED or (stated is Stated.YES and not is_input)):
        return Stated.CONDITIONAL, condition
    return stated, condition


def read_condition(text: str) -> str:
    """The page's words for when something is there; empty when it names no condition."""
    hit = phrases("presence.condition").search(text)
    return " ".join(hit.text.split()) if hit else ""


def is_elsewhere_empty(text: str) -> bool:
    """Whether a member applies to some cases only, so that it is empty in the others."""
    return phrases("presence.applicable").found_in(text)


@lru_cache(maxsize=4096)
def read_stated(text: str) -> Stated:
    """A required mark in prose (``[Optional] ...``, ``Required. ...``)."""
    if phrases("presence.optional").found_in(text):
        return Stated.NO
    hit = phrases("presence.required").search(text)
    if hit is None:
        return Stated.NOT_STATED
    sentence = _SENTENCE.split(text[: hit.start])[-1]
    return Stated.CONDITIONAL if phrases("enum.condition").found_in(sentence) else Stated.YES


def read_nullable(text: str) -> Stated:
    """Whether the words allow null, or rule it out."""
    if phrases("nullable.no").found_in(text):
        return Stated.NO
    return Stated.YES if phrases("nullable.yes").found_in(text) else Stated.NOT_STATED
