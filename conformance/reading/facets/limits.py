"""Bounds in words: "Max. 20", "cannot be greater than 50", "1-100", "최대 20개", "不得超过 100"."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import islice
from typing import Any

from msgspec.structs import replace

from conformance.model.operation import NO_LIMITS, Kind, Limits
from conformance.patterns import regex
from conformance.vocabulary import PhraseMatch, multiple, phrases

_LISTED = regex(r"\[[^\[\]]{0,4000}\]")
"""Beside an array brackets list what its items may be, and say nothing of their number."""
_ENDED = regex(r"\s*(?:$|\n|[.,;)\]。，；）】])")
_OPENED = regex(r"(?:^|\n|[.。;；,，、:：(（\[【]|\s[-–—])\s*$")
_BRACKET = regex(r"[(（\[]\s*$")
_COMMA = regex(r"[,，、]")
_CLOSED = regex(r"\s*[)）\]】]")
_SENTENCE = regex(r"[.。;；\n]")
_MAX_HITS = 50
_CHARACTERS = phrases("measures.characters")

_SHORT = regex(r"[kKmMbB](?![A-Za-z])")


def read_limits(text: str, kind: Kind | None) -> Limits:
    """Bounds of a value of ``kind`` found in ``text``; an empty Limits when there are none.

    What a number bounds follows from the type: items of an array, the length of a
    string when the words speak of characters, otherwise the value itself.  A negated word
    bounds the other side: "not less than 5" is a minimum.  Where one side is given two
    numbers it is left open, for they are bounds of different things.
    """
    if kind in ("object", "boolean"):
        return NO_LIMITS
    if not any(map(str.isdigit, text)):
        return _apply_sign(NO_LIMITS, text, kind)
    if kind == "array":
        text = _LISTED.sub(" ", text)
    found = {side: _find_hits(text, side, kind) for side in ("minimum", "maximum")}
    limits = NO_LIMITS
    for side, hits in found.items():
        limits = _set(limits, side, _find_only_number(hits), text, kind)
    if limits == NO_LIMITS:
        limits = _in_range(text, kind)
    if kind in ("integer", "number"):
        taken = [hit for hits in found.values() for hit in hits]
        for cue, bound in (("above", "exclusive_minimum"), ("below", "exclusive_maximum")):
            beyond = [h for h in _find_hits(text, cue, kind) if not _overlaps(h, taken)]
            if number := _find_only_number(beyond):
                limits = replace(limits, **_bound(bound, _read_number(number)))
    return _apply_sign(limits, text, kind)


def _apply_sign(limits: Limits, text: str, kind: Kind | None) -> Limits:
    """``limits`` with what words for a sign say of the value, where no number bounds it below."""
    if kind not in ("integer", "number"):
        return limits
    if limits.minimum is not None or limits.exclusive_minimum is not None:
        return limits
    if phrases("limits.positive").found_in(text):
        return replace(limits, exclusive_minimum=0)
    return replace(limits, minimum=0) if phrases("limits.non-negative").found_in(text) else limits


def _find_hits(text: str, cue: str, kind: Kind | None) -> list[PhraseMatch]:
    """Matches of a cue whose number counts what the value counts."""
    hits = islice(phrases(f"limits.{cue}").finditer(text), _MAX_HITS)
    bounds = (hit for hit in hits if hit.text[:1] not in "<>" or _is_bound(text, hit))
    if kind == "string":
        decimals = phrases("measures.decimals")
        return [hit for hit in bounds if not decimals.begins(text[hit.spans["n"][1] :][:24])]
    return [hit for hit in bounds if not _is_about_another(text, hit, kind)]


def _is_bound(text: str, hit: PhraseMatch) -> bool:
    """Whether a sign is about the value itself: ``Size (>0)``; not ``needed when size > 10`` nor
    one in a bracket of a later sentence."""
    before = text[: hit.start]
    sentence = _SENTENCE.split(before)[-1]
    in_bracket = before.rstrip().endswith(("(", "（"))
    return not (phrases("enum.condition").found_in(sentence) or (in_bracket and sentence != before))


def _is_about_another(text: str, hit: PhraseMatch, kind: Kind | None) -> bool:
    """Whether the number is one of days, decimal places ... and not of the value itself, or is
    written short: ``10k``.  The length of a number is how many digits it has."""
    end = hit.spans["n"][1]
    if _SHORT.match(text, end) or (kind != "array" and _CHARACTERS.found_in(hit.text)):
        return True
    return phrases("measures.other").begins(text[end : end + 24]) is not None


def _find_only_number(hits: Iterable[PhraseMatch]) -> str:
    """The one number that all of ``hits`` name; empty when there is none or more."""
    numbers = {_read_number(hit["n"]): hit["n"] for hit in hits}
    return next(iter(numbers.values())) if len(numbers) == 1 else ""


def _overlaps(hit: PhraseMatch, others: Iterable[PhraseMatch]) -> bool:
    return any(hit.start < other.end and other.start < hit.end for other in others)


def _in_range(text: str, kind: Kind | None) -> Limits:
    """Both ends of the first range that stands as one: in brackets, behind a cue, or alone."""
    for hit in islice(phrases("limits.range").finditer(text), _MAX_HITS):
        low, high = list(hit.slots.values())[:2]
        if _read_number(low) < _read_number(high) and _stands_alone(text, hit):
            limits = _set(NO_LIMITS, "minimum", low, text, kind)
            return _set(limits, "maximum", high, text, kind)
    return NO_LIMITS


def _stands_alone(text: str, hit: PhraseMatch) -> bool:
    before, after = text[: hit.start].rstrip(" ")[-60:], text[hit.end : hit.end + 24]
    if _COMMA.search(hit.text):
        if not _BRACKET.search(before):
            return phrases("limits.range-before").found_in(before) and bool(_ENDED.match(after))
        return bool(_CLOSED.match(after))
    opened = not hit.text[0].isdigit() and hit.text[0] != "-"
    opened = opened or bool(_OPENED.search(before))
    opened = opened or phrases("limits.range-before").found_in(before)
    measured = bool(after.strip()) and phrases("limits.range-after").begins(after.lstrip(" )]"))
    return opened and bool(_ENDED.match(after) or measured)


def _set(limits: Limits, bound: str, digits: str, text: str, kind: Kind | None) -> Limits:
    if not digits:
        return limits
    value = _read_number(digits)
    end = bound[:3]
    if kind == "array":
        whole = value == int(value) and value >= 0
        return replace(limits, **{f"{end}_items": int(value)}) if whole else limits
    if kind == "string":
        counted = phrases("measures.characters").found_in(text)
        if counted and value == int(value) and value >= 0:
            return replace(limits, **{f"{end}_length": int(value)})
        return limits
    measures = ("measures.items", "measures.characters")
    if kind is None and any(phrases(measure).found_in(text) for measure in measures):
        return limits
    return replace(limits, **_bound(bound, value))


def _bound(name: str, value: int | float) -> Any:
    """Keyword arguments for one numeric bound."""
    return {name: value}


def _read_number(digits: str) -> int | float:
    plain = digits.replace(",", "").rstrip(".")
    if (times := multiple(plain[-1])) > 1:
        return _read_number(plain[:-1].rstrip()) * times
    if "e" in plain.lower():
        exact = float(plain)
        return int(exact) if exact.is_integer() else exact
    return float(plain) if "." in plain else int(plain)
