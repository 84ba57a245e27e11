"""One value the page names: the default, the only one, an example."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.model.document import Text
from conformance.model.operation import Json, Kind, Scalar
from conformance.patterns import regex
from conformance.vocabulary import PhraseMatch, phrases

_SENTENCE = regex(r"[.。\n]")
_BULLET = regex(r"(?m)^\s*[-•*·]\s")
_COMMA = regex(r"[,，、]")
_QUOTES = "`“”\"'‘’"
_PHRASE = regex(r"[^\W\d_]{2}\s+[^\W_]|\d\s+[^\W\d_]{2}")
"""Words side by side: ``last 24 hours``."""
_VALUE_WORD = regex(r"(?a:[\w.+-]+)")
_SLOTS = ("value", "literal", "constant", "token", "n")


def read_constant(text: Text, kind: Kind | None) -> tuple[Scalar, ...]:
    """``It is always "UTC"``: the one value it has; empty when none is named, or under a condition:
    ``When the type is market it is always "IOC"``."""
    plain = with_quotes(text)
    hit = phrases("constant.value").search(plain)
    if hit is None or plain[: hit.start].endswith(tuple(_QUOTES)) or _is_one_case(plain, hit.start):
        return ()
    sentence = _SENTENCE.split(plain[: hit.start])[-1]
    if any(phrases("enum.condition").found_in(part) for part in _COMMA.split(sentence)):
        return ()
    return _read_value(hit, kind)


def _is_one_case(plain: str, at: int) -> bool:
    """Whether what stands there is stated in one of several bullets: of one case, not of all."""
    bullets = [bullet.start() for bullet in _BULLET.finditer(plain)]
    return len(bullets) > 1 and bullets[0] < at


def read_default(text: Text, kind: Kind | None) -> tuple[Scalar, ...]:
    """``Default is 20``; empty when none is named or two differ."""
    plain = with_quotes(text)
    hits = (hit for hit in phrases("default.value").finditer(plain) if not _is_example(plain, hit))
    apart = (
        hit
        for hit in hits
        if not phrases("default.relative").begins(plain[hit.end :][:40].lstrip())
    )
    found = {value for hit in apart if (value := _read_value(hit, kind))}
    return found.pop() if len(found) == 1 else ()


def read_marked_default(plain: str, values: tuple[Scalar, ...]) -> tuple[Scalar, ...]:
    """The last of ``values`` before the only mark: ``asc: upwards, desc: downwards (default)``."""
    hits = list(phrases("default.mark").finditer(plain)) if values else []
    before = plain[: hits[0].start] if len(hits) == 1 else ""
    known = {str(value): value for value in values}
    words = (word.strip(".+-") for word in reversed(_VALUE_WORD.findall(before)))
    return next(((known[word],) for word in words if word in known), ())


def with_quotes(text: Text) -> str:
    """The words with code spans in backticks alone, so that a value is not taken for a word."""
    if not text.marks:
        return text.plain
    plain, done = [], 0
    for mark in sorted(text.marks, key=lambda mark: mark.start):
        if mark.kind == "code" and mark.start >= done:
            code = text.plain[mark.start : mark.end].strip(_QUOTES)
            plain += [text.plain[done : mark.start], "`", code, "`"]
            done = mark.end
    return "".join(plain) + text.plain[done:]


def _is_example(text: str, hit: PhraseMatch) -> bool:
    """Whether the sentence before the match gives an example."""
    sentence = _SENTENCE.split(text[: hit.start][-120:])[-1]
    return phrases("example.lead").found_in(sentence)


def read_default_cell(text: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """The content of a column for defaults; dashes and a phrase in plain words are no default."""
    wording = text.strip()
    quoted = wording[:1] in _QUOTES and wording[-1:] in _QUOTES
    return () if _PHRASE.search(wording) and not quoted else _read_cell(wording, kind)


def read_example_cell(text: str, kind: Kind | None) -> tuple[Json, ...]:
    """The content of a column for examples."""
    return tuple(_read_cell(text, kind)) if text else ()


def _read_cell(text: str, kind: Kind | None) -> tuple[Scalar, ...]:
    plain = text.strip().strip(_QUOTES)
    if not plain or phrases("default.none").found_in(plain):
        return ()
    return read_typed_value(plain, kind)


def _read_value(hit: PhraseMatch, kind: Kind | None) -> tuple[Scalar, ...]:
    token = next(hit[slot] for slot in _SLOTS if slot in hit.slots)
    quoted = token[:1] in _QUOTES
    if not quoted and phrases("default.none").found_in(token):
        return ()
    return read_typed_value(token.strip(_QUOTES) if quoted else token, kind)


def read_typed_value(token: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """``token`` as one scalar of ``kind``; empty when it cannot be one."""
    try:
        if kind == "integer":
            return (int(token.replace(",", "")),)
        if kind == "number":
            return (float(token) if "." in token else int(token),)
    except ValueError:
        return ()
    if kind == "boolean":
        return (token.lower() == "true",) if token.lower() in {"true", "false"} else ()
    return (token,) if kind in (None, "string") else ()


def read_typed_values(tokens: Iterable[str], kind: Kind | None) -> tuple[Scalar, ...]:
    """Tokens as values of ``kind``; empty when one of them cannot be such a value."""
    found = [read_typed_value(token, kind) for token in tokens]
    return tuple(value[0] for value in found) if all(found) else ()
