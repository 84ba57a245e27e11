"""A type cell's words -> JSON type, format, item type, or the name of an object."""

from __future__ import annotations

import re
from difflib import get_close_matches
from functools import cache, lru_cache

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.operation import Kind, Stated
from conformance.patterns import regex
from conformance.vocabulary import kinds, normalize_text, phrases, word_set, words

_SPELLED = ("string", "integer", "boolean", "number", "object", "array", "double", "decimal")
_LIKENESS = 0.88
"""One letter too many, too few or swapped in a word of six."""
_FORMATS = frozenset(
    [
        "int32",
        "int64",
        "float",
        "double",
        "uuid",
        "date",
        "date-time",
        "decimal",
        "uri",
        "email",
        "byte",
        "binary",
    ]
)
_QUALIFIED = regex(r"\b(?:[A-Za-z_]\w{0,40}(?:\.|::)){1,6}(?P<word>[A-Za-z]\w{0,40})")
_LITERALS = frozenset(["true", "false", "null"])
_OF_NUMBERS = frozenset(["int32", "int64", "float", "double", "decimal"])
_BRACKETS = (("<", ">"), ("[", "]"), ("(", ")"))
_FORMAT_SUFFIX = regex(r"^(?P<base>[^<(\[]+?)\s*[<(\[]\s*\$?(?P<form>[\w-]+)\s*[>)\]]$")
_PRECISION = regex(r"^(?P<base>[^<(\[]+?)\s*[(\[]\s*\d{1,3}\s*[,.]\s*\d{1,3}\s*[)\]]$")
_OBJECT_NAME = regex(r"^[A-Za-z_$][\w$.-]*$")
_WORD = regex(r"[^\W\d_][\w-]*")
_NULL_SIGN = regex(r"^\?(?=\S)|(?<=\w)\?$|[|/]\s*null\b|\bnull\s*[|/]")


_NOTHING = frozenset("-–—/\\")
"""Signs in place of a type."""
_SIGNS: dict[str, Kind] = {"[]": "array", "{}": "object"}
_DEEPEST = 6
"""Arrays in arrays that a spelled out type may have."""


class TypeReading(Struct, frozen=True):
    """What a type cell says; ``known`` is False when nothing in it was understood."""

    kind: Kind | None = None
    format: str | None = None
    item: TypeReading | None = None
    """What an array holds, or each member of an object whose names are data."""
    object_name: str = ""
    """A name that is no type word: an object or enumeration documented elsewhere."""
    nullable: Stated = Stated.NOT_STATED
    known: bool = True
    max_length: int | None = None
    """Characters of a sized string (``varchar(32)``)."""


_MAPPED = regex(r"\s*[\w.]{1,40}\s*(?:,\s*(?P<generic>.{1,80}?)\s*[>\])]|\]\s*(?P<go>\S.{0,80}))")
"""What stands behind ``map<`` or ``map[``: the type of names, and that of what they name."""


@lru_cache(maxsize=8192)
def read_type(text: str) -> TypeReading:
    """Read the words of one type cell; an empty cell is a known nothing."""
    plain = " ".join(text.replace("`", "").split()).strip(" .:;*")
    if not any(map(str.isalnum, plain)):
        kind = _SIGNS.get(plain)
        return TypeReading(kind=kind, known=kind is not None or set(plain) <= _NOTHING)
    plain = _QUALIFIED.sub(_strip_package, plain)
    if plain.endswith((">", "]")) and (hit := phrases("types.maybe").begins(plain)):
        return replace(read_type(plain[hit.end : -1]), nullable=Stated.YES)
    bare = without_null(plain)
    if bare != plain:
        inner = read_type(bare) if len(bare) < len(plain) else TypeReading()
        return replace(inner, nullable=Stated.YES)
    return _read(plain, depth=0)


def _strip_package(hit: re.Match[str]) -> str:
    """A type of a programming language without its package: ``java.lang.String``."""
    return hit["word"] if normalize_text(hit["word"]) in kinds() else hit[0]


@lru_cache(maxsize=8192)
def is_type_word(text: str) -> bool:
    """Whether ``text`` alone names a type (``string``, ``array of objects``), not an object."""
    if len(text) > 40:
        return False
    reading = read_type(text)
    return reading.kind is not None and not reading.object_name


@lru_cache(maxsize=4096)
def is_precise(text: str) -> bool:
    """Whether digits in brackets say how exact a number is: ``decimal(18,8)``."""
    return _PRECISION.match(" ".join(text.split())) is not None


@lru_cache(maxsize=1024)
def read_alternatives(text: str) -> tuple[Kind, ...]:
    """The types between which a cell leaves a choice: ``integer or string``, ``string/array``."""
    joins = word_set("rows.joins")
    signed = " ".join("|" if word.lower() in joins else word for word in text.split())
    parts = [part for part in map(str.strip, re.split("[|/,]", without_null(signed))) if part]
    found = tuple(dict.fromkeys(kind for part in parts if (kind := read_type(part).kind)))
    return found if len(found) > 1 and all(map(is_type_word, parts)) else ()


def is_day(text: str) -> bool:
    """Whether a type cell says "date", which pages use for a day and for a moment alike."""
    return words("shapes").get(normalize_text(text)) == "day"


@lru_cache(maxsize=4096)
def is_enumeration(text: str) -> bool:
    """Whether a type cell says that the value is one of a list."""
    if words("shapes").get(normalize_text(text)) == "enumeration":
        return True
    return phrases("types.enumerable").found_in(text)


def without_null(plain: str) -> str:
    """A type cell without its words for "or null": ``?string``, ``string | null``."""
    if hit := _NULL_SIGN.search(plain.lower()):
        return (plain[: hit.start()] + " " + plain[hit.end() :]).strip(" |/?")
    if hit_word := phrases("types.nullable").search(plain):
        return (plain[: hit_word.start] + " " + plain[hit_word.end :]).strip(" |/?,;()")
    return plain


def _read(plain: str, depth: int) -> TypeReading:
    low = plain.lower()
    if normalize_text(plain) in kinds() and "[" not in plain:
        return _make_plain(normalize_text(plain))
    if is_day(plain):
        return TypeReading(kind="string")
    if low in _LITERALS:
        return TypeReading(known=False)
    if plain[:1] in ("{", "[") and (spelled := _read_spelled_out(plain)) is not None:
        return spelled
    if depth < 4 and (items := _read_items_words(plain, low)) is not None:
        return TypeReading(kind="array", item=_read_item(items, depth))
    if hit := _PRECISION.match(plain):
        return _read(hit["base"], depth + 1)
    if hit := _FORMAT_SUFFIX.match(plain):
        return _with_suffix(hit["base"], _read(hit["base"], depth + 1), hit["form"].lower())
    return _read_by_words(plain, low, depth)


def _read_spelled_out(plain: str, depth: int = 0) -> TypeReading | None:
    """A type written as the value itself: ``{ amount: string }``, ``[string, string][]``."""
    if plain.startswith("{"):
        whole = plain.endswith("}") and ":" in plain
        return TypeReading(kind="object") if whole else None
    arrays = re.search(r"(?:\[\s*\])*$", plain)
    inner = plain[: arrays.start()] if arrays else plain
    if not inner.endswith("]"):
        return None
    parts = inner[1:-1].split(",")
    nested = depth < _DEEPEST and inner[1:].lstrip()[:1] in ("{", "[")
    inner_type = _in_brackets(inner[1:-1].strip(), depth + 1) if nested else None
    if inner_type is None and (
        len(parts) < 2 or not all(normalize_text(part) in kinds() for part in parts)
    ):
        return None
    reading = TypeReading(kind="array", item=inner_type)
    for _ in range(plain[len(inner) :].count("]")):
        reading = TypeReading(kind="array", item=reading)
    return reading


def _in_brackets(plain: str, depth: int) -> TypeReading | None:
    """What an array in an array is of: ``[ [ string ] ]``."""
    return _read_spelled_out(plain, depth) or (
        _read(plain, depth) if plain.startswith("[") else None
    )


@cache
def _compile_array_forms() -> tuple[re.Pattern[str], ...]:
    """How a type cell says "array of", in the array words of every language."""
    names = (re.escape(word) for word, (kind, _) in kinds().items() if kind == "array")
    arrays = "|".join(sorted(names, key=len, reverse=True))
    joints = "|".join(re.escape(word) for word, use in words("joints").items() if use == "of")
    return (
        re.compile(rf"^(?:an? )?(?:{arrays})s?\s*(?:\bof\b|<|\[|\(|:)\s*(?P<item>.*?)[>\])]*$"),
        re.compile(r"^(?P<item>[^\s\[\]].*?)\s*\[\s*\]$"),
        re.compile(r"^\[\s*\](?P<item>\S.*)$"),
        re.compile(r"^\[\s*(?P<item>[^\[\],]+?)\s*\]$"),
        re.compile(rf"^(?P<item>[a-z][\w-]*) (?:{arrays})$"),
        re.compile(rf"^<\s*(?P<item>.+?)\s*>\s*(?:{arrays})$"),
        re.compile(rf"^(?P<item>\S{{1,40}}?)\s?(?:{joints})?\s?(?:{_select_not_latin(arrays)})$"),
    )


def _select_not_latin(alternatives: str) -> str:
    """Words of scripts that put no blank between words."""
    return "|".join(word for word in alternatives.split("|") if not word.isascii())


def _read_items_words(plain: str, low: str) -> str | None:
    """The words for the items of an array; None for another type, empty when it names none."""
    for form in _compile_array_forms():
        if hit := form.match(low):
            start, end = hit.span("item")
            return plain[start:end] if len(low) == len(plain) else hit["item"]
    return None


def _read_item(text: str, depth: int) -> TypeReading | None:
    text = _balance_brackets(text.strip())
    return _read(text, depth + 1) if text else None


def _balance_brackets(text: str) -> str:
    """Brackets opened around ``text`` taken off, those opened in it closed, others dropped."""
    for opened, closed in _BRACKETS:
        bare = text.lstrip(opened)
        missing = bare.count(opened) - bare.count(closed)
        text = bare + closed * missing if missing >= 0 else bare.rstrip(f"{closed} ")
    return text.strip()


def _make_plain(word: str) -> TypeReading:
    kind, form = kinds()[word]
    return TypeReading(kind=kind, format=form)


def _with_suffix(word: str, base: TypeReading, form: str) -> TypeReading:
    """``integer <int64>``, ``string($uuid)``, ``enum (int)``, ``varchar(32)``."""
    if form.isdigit():
        sized = base.kind == "string" and int(form) > 0
        return replace(base, max_length=int(form)) if sized else base
    inner = _make_plain(form) if form in kinds() else TypeReading()
    if is_enumeration(word):
        typed = inner if inner.kind in ("string", "integer", "number", "boolean") else base
        named = typed.kind == "string" and form in _FORMATS
        return replace(typed, format=typed.format or form) if named else typed
    if base.kind == "string" and (form in _OF_NUMBERS or inner.kind in ("integer", "number")):
        moment = phrases("time.epoch").found_in(form)
        return base if moment else replace(base, format="decimal")
    if form in _FORMATS:
        return replace(base, format=form)
    if inner.kind is None or base.kind is None:
        return base
    if base.kind == "array":
        return replace(base, item=inner)
    return inner if base.kind == inner.kind else base


def _read_by_words(plain: str, low: str, depth: int) -> TypeReading:
    """A phrase: its type words when they agree, else a name documented elsewhere."""
    if hit := phrases("types.map").begins(low):
        text = _MAPPED.fullmatch(plain[hit.end :])
        content = (text["generic"] or text["go"]) if text and len(low) == len(plain) else ""
        return TypeReading(
            kind="object", item=_read_item(content, depth) if content and depth < 4 else None
        )
    if phrases("types.iso-moment").found_in(plain):
        return TypeReading(kind="string", format="date-time")
    if _OBJECT_NAME.match(plain) and "/" not in plain:
        if near := get_close_matches(low, _SPELLED, 1, _LIKENESS):
            return replace(_make_plain(near[0]), known=False)
        return TypeReading(object_name=plain, known=False)
    known = kinds()
    found = [known[w] for w in (m.group().lower() for m in _WORD.finditer(low)) if w in known]
    if found and found[0][0] == "array":
        return TypeReading(kind="array", item=TypeReading(*found[1]) if len(found) > 1 else None)
    distinct = {kind for kind, _ in found}
    if len(distinct) == 1:
        form = next((form for _, form in found if form), None)
        return TypeReading(kind=found[0][0], format=form)
    before = normalize_text(low.partition("(")[0])
    if before in known and before != low and found[-1][0] in ("object", "array"):
        return _make_plain(before)
    if distinct and not phrases("types.alternative").found_in(plain):
        return _combine_words(found)
    return TypeReading(known=bool(distinct))


def _combine_words(found: list[tuple[Kind, str | None]]) -> TypeReading:
    """Type words side by side: a number written as a string, or the last word's type."""
    distinct = {kind for kind, _ in found}
    if distinct <= {"string", "number", "integer"} and "string" in distinct:
        return TypeReading(kind="string", format="decimal")
    if distinct == {"number", "integer"}:
        return TypeReading(kind="integer")
    return TypeReading(*found[-1])
