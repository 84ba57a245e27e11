"""A type cell's words -> JSON type, format, item type, or the name of an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from difflib import get_close_matches

from conformance.model.operation import Kind, Stated
from conformance.vocabulary import kinds, normal

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
_ARRAY_FORMS = (
    re.compile(
        r"^(?:an? )?(?:array|list|set|arraylist)s?\s*(?:of|<|\[|\(|:)\s*(?P<item>.*?)[>\])]*$"
    ),
    re.compile(r"^(?P<item>[^\s\[\]].*?)\s*\[\s*\]$"),
    re.compile(r"^\[\s*\](?P<item>\S.*)$"),
    re.compile(r"^\[\s*(?P<item>[^\[\],]+?)\s*\]$"),
    re.compile(r"^(?P<item>[a-z][\w-]*) (?:array|list|배열|数组|數組|陣列)$"),
    re.compile(r"^(?P<item>[^\s]{1,40}?)의? ?(?:배열|数组|數組|陣列|列表)$"),
)
_BRACKETS = (("<", ">"), ("[", "]"), ("(", ")"))
_NULLABLE = re.compile(
    r"^\?|\?$|\bnullable\b|\bor null\b|[|/]\s*null\b|\bnull\s*[|/]|null 가능|可为空"
)
_FORMAT_SUFFIX = re.compile(r"^(?P<base>[^<(\[]+?)\s*[<(\[]\s*\$?(?P<form>[\w-]+)\s*[>)\]]$")
_OBJECT_NAME = re.compile(r"^[A-Za-z_$][\w$.-]*$")
_WORD = re.compile(r"[^\W\d_][\w-]*")


@dataclass(frozen=True, slots=True)
class TypeReading:
    """What a type cell says; ``known`` is False when nothing in it was understood."""

    kind: Kind | None = None
    format: str | None = None
    item: TypeReading | None = None
    object_name: str = ""
    """A name that is no type word: an object or enumeration told elsewhere."""
    nullable: Stated = Stated.NOT_STATED
    known: bool = True


def read_type(text: str) -> TypeReading:
    """Read the words of one type cell; an empty cell is a known nothing."""
    plain = " ".join(text.replace("`", "").split()).strip(" .:;*")
    if not plain:
        return TypeReading()
    if _NULLABLE.search(plain.lower()):
        inner = read_type(_NULLABLE.sub(" ", plain.lower()).strip(" |/?"))
        return replace(inner, nullable=Stated.YES)
    return _read(plain, depth=0)


def is_type_word(text: str) -> bool:
    """Whether ``text`` alone names a type (``string``, ``array of objects``), not an object."""
    if len(text) > 40:
        return False
    reading = read_type(text)
    return reading.kind is not None and not reading.object_name


def _read(plain: str, depth: int) -> TypeReading:
    low = plain.lower()
    if normal(plain) in kinds() and "[" not in plain:
        return _plain(normal(plain))
    if depth < 4:
        for form in _ARRAY_FORMS:
            if hit := form.match(low):
                item = (
                    plain[hit.start("item") : hit.end("item")]
                    if len(low) == len(plain)
                    else hit["item"]
                )
                return TypeReading(kind="array", item=_item(item, depth))
    if hit := _FORMAT_SUFFIX.match(low):
        return _with_suffix(_read(hit["base"], depth + 1), hit["form"])
    return _by_words(plain, low)


def _item(text: str, depth: int) -> TypeReading | None:
    text = _balanced(text.strip())
    return _read(text, depth + 1) if text else None


def _balanced(text: str) -> str:
    """Brackets opened around ``text`` taken off, those opened in it closed, others dropped."""
    for opened, closed in _BRACKETS:
        bare = text.lstrip(opened)
        missing = bare.count(opened) - bare.count(closed)
        text = bare + closed * missing if missing >= 0 else bare.rstrip(f"{closed} ")
    return text.strip()


def _plain(word: str) -> TypeReading:
    kind, form = kinds()[word]
    return TypeReading(kind=kind, format=form)


def _with_suffix(base: TypeReading, form: str) -> TypeReading:
    """``integer <int64>``, ``string($uuid)``, ``enum (string)``."""
    if form in _FORMATS:
        return replace(base, format=form)
    if form in kinds() and base.kind is not None:
        inner = _plain(form)
        if base.kind == "array":
            return replace(base, item=inner)
        if base.kind == "string" and inner.kind != "object":
            return inner
    return base


def _by_words(plain: str, low: str) -> TypeReading:
    """A phrase: its type words when they agree, else a name told elsewhere."""
    if low.startswith(("map<", "map[", "dict<", "dict[", "map ", "hashmap<")):
        return TypeReading(kind="object")
    if _OBJECT_NAME.match(plain) and "/" not in plain:
        if near := get_close_matches(low, _SPELLED, 1, _LIKENESS):
            return replace(_plain(near[0]), known=False)
        return TypeReading(object_name=plain, known=False)
    known = kinds()
    found = [known[w] for w in (m.group().lower() for m in _WORD.finditer(low)) if w in known]
    if found and found[0][0] == "array":
        return TypeReading(kind="array", item=TypeReading(*found[1]) if len(found) > 1 else None)
    distinct = {kind for kind, _ in found}
    if len(distinct) == 1:
        return TypeReading(kind=found[0][0], format=found[0][1])
    return TypeReading(known=bool(distinct))
