"""The words documentation uses: one TOML file for each language, one table for each meaning.

To teach the reader a word, add it to the file of its language; to teach it a language, add a
file.  ``any.toml`` holds signs that belong to no language.  Pages mix languages, so every word
counts on every page.  Nothing is read before it is needed.
"""

from __future__ import annotations

from conformance.vocabulary.loading import (
    characters,
    counterparts,
    languages,
    multiple,
    normalize_text,
    phrases,
    seconds_of,
    word_set,
    words,
)
from conformance.vocabulary.matcher import PhraseFilter, PhraseMatch, Phrases
from conformance.vocabulary.tables import (
    Column,
    Topic,
    columns,
    kinds,
    locations,
    names_side,
    required_marks,
    topics,
    units,
)

__all__ = [
    "Column",
    "PhraseFilter",
    "PhraseMatch",
    "Phrases",
    "Topic",
    "characters",
    "columns",
    "counterparts",
    "kinds",
    "languages",
    "locations",
    "multiple",
    "names_side",
    "normalize_text",
    "phrases",
    "required_marks",
    "seconds_of",
    "topics",
    "units",
    "word_set",
    "words",
]
