"""The reader's own vocabulary, turned around: from a meaning to the words for it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from typing import Final, Literal, TypeAlias, TypeVar

from conformance.model.operation import NO_LIMITS, Kind, Stated
from conformance.reading.facets.limits import read_limits
from conformance.reading.topics import topics_of
from conformance.strategies.requests import InputLocation
from conformance.vocabulary import Column, columns, kinds, locations, phrases, required_marks

Language: TypeAlias = Literal["en", "ko", "zh"]
Role: TypeAlias = Literal["request", "path", "query", "header", "body", "response"]
Meaning = TypeVar("Meaning")

LANGUAGES: Final[tuple[Language, ...]] = ("en", "ko", "zh")

HEADINGS: Final[dict[Role, dict[Language, tuple[str, ...]]]] = {
    "request": {
        "en": ("Request Parameters", "Parameters", "Request"),
        "ko": ("요청 파라미터", "요청"),
        "zh": ("请求参数", "請求參數"),
    },
    "path": {
        "en": ("Path Parameters", "URL Parameters in the Path"),
        "ko": ("경로 파라미터", "경로 변수"),
        "zh": ("路径参数", "路徑參數"),
    },
    "query": {
        "en": ("Query Parameters", "Query String"),
        "ko": ("쿼리 파라미터",),
        "zh": ("查询参数", "查詢參數"),
    },
    "header": {
        "en": ("Request Headers", "Headers"),
        "ko": ("요청 헤더",),
        "zh": ("请求头", "請求頭"),
    },
    "body": {
        "en": ("Request Body", "Body Parameters"),
        "ko": ("요청 본문",),
        "zh": ("请求体", "請求體"),
    },
    "response": {
        "en": ("Response", "Response Parameters", "Response Fields", "Returns"),
        "ko": ("응답", "응답 파라미터"),
        "zh": ("响应参数", "返回结果", "響應參數"),
    },
}

_HANGUL: Final = re.compile(r"[\uac00-\ud7a3]")
_KANA: Final = re.compile(r"[\u3040-\u30ff]")
_HAN: Final = re.compile(r"[\u4e00-\u9fff]")
_PLACES: Final = {"path", "query", "header", "body"}
_ONE_WORD: Final = re.compile(r"\w+")


def headers(column: Column, language: Language) -> tuple[str, ...]:
    """What a column may be called in a language; in English where the language has no word.

    A header over names that says which side or place they are of would make another contract.
    """
    found = _of(columns(), column, language) or _of(columns(), column, "en")
    return tuple(word for word in found if column != "name" or not _is_particular(word))


def _is_particular(header: str) -> bool:
    sides = (phrases(f"header-sides.{side}") for side in ("request", "response"))
    return any(side.found_in(header) for side in sides) or bool(_PLACES & set(topics_of(header)))


def marks(stated: Stated, language: Language) -> tuple[str, ...]:
    """How a table may mark what is required, or is not."""
    return _of(required_marks(), stated, language) or _of(required_marks(), stated, "en")


def places(place: InputLocation, language: Language) -> tuple[str, ...]:
    """How a table may say where an input goes."""
    return _of(locations(), place, language) or _of(locations(), place, "en")


@cache
def types(kind: Kind, form: str | None, language: Language) -> tuple[str, ...]:
    """Single words for a type that say nothing of bounds; empty when the format has none."""
    found = _of(kinds(), (kind, form), language) or _of(kinds(), (kind, form), "en")
    plain = (word for word in found if read_limits(word, kind) == NO_LIMITS)
    return tuple(word for word in plain if _ONE_WORD.fullmatch(word))


def _of(table: Mapping[str, Meaning], meaning: object, language: Language) -> tuple[str, ...]:
    own = (language, "any")
    return tuple(w for w, m in table.items() if m == meaning and _language(w) in own)


def _language(word: str) -> str:
    if _KANA.search(word):
        return "ja"
    if _HANGUL.search(word):
        return "ko"
    if _HAN.search(word):
        return "zh"
    return "en" if word.isascii() else "any"
