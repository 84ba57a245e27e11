"""The files of all languages: every phrase compiles, no word has two meanings in one table."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import conformance.vocabulary
from conformance.vocabulary import (
    columns,
    kinds,
    languages,
    locations,
    normalize_text,
    phrases,
    required_marks,
)
from conformance.vocabulary.phrase import compile_phrase

_ROOM = Path(conformance.vocabulary.__file__).parent
_FILES: dict[str, dict[str, Any]] = {
    path.stem: tomllib.loads(path.read_text("utf-8")) for path in sorted(_ROOM.glob("*.toml"))
}
_WORDS = (
    "columns",
    "corrections",
    "required",
    "kinds",
    "locations",
    "names",
    "paging",
    "multiples",
    "durations",
    "joints",
    "places",
    "shapes",
)
"""Tables of whole words; all others hold phrases."""


def _phrases() -> Iterator[tuple[str, str, str]]:
    for language, tables in _FILES.items():
        for table, meanings in tables.items():
            if table not in _WORDS:
                for meaning, found in meanings.items():
                    yield from ((language, f"{table}.{meaning}", phrase) for phrase in found)


@pytest.mark.parametrize("language", sorted(_FILES))
def test_phrases_compile_and_match_no_empty_text(language: str) -> None:
    for _, name, phrase in (row for row in _phrases() if row[0] == language):
        assert compile_phrase(phrase).pattern, name
        assert phrases(name).search("") is None, name


@pytest.mark.parametrize("table", _WORDS)
@pytest.mark.parametrize("language", sorted(_FILES))
def test_words_have_one_meaning(language: str, table: str) -> None:
    spelled = [
        normalize_text(word) or word
        for found in _FILES[language].get(table, {}).values()
        for word in found
    ]
    assert sorted(spelled) == sorted(set(spelled))


def test_every_language_has_the_tables_of_english() -> None:
    assert set(languages()) >= {"en", "ko", "zh", "ja"}
    for language in languages():
        missing = set(_FILES["en"]) - set(_FILES[language]) - {"names", "paging"}
        assert not missing, f"{language}.toml lacks {sorted(missing)}"


def test_languages_are_told_apart() -> None:
    assert columns("ko")[normalize_text("필수 여부")] == "required"
    assert normalize_text("필수 여부") not in columns("zh")
    assert kinds("ja")["文字列"] == ("string", None)
    assert locations("zh")["请求体"] == "body"
    assert required_marks("ko")["선택"].value == "no"
