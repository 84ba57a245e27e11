"""One value in two states: type, marks, values, limits, default."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Final, Literal, TypeAlias

from conformance.checks.change.facts import (
    Change,
    Effect,
    EnumChanged,
    LimitChanged,
    RequiredChanged,
    Said,
    Side,
    TypeChanged,
)
from conformance.checks.parity.align import Member
from conformance.checks.parity.numbers import canonical, numbers, spelled
from conformance.checks.parity.prose import PageWords, mentions
from conformance.checks.wording import LONGEST_NAME, as_text, cut, documented_type, listed, shown
from conformance.model.operation import Limits, Scalar, Stated, Value
from conformance.reading.facets.types import TypeReading, read_type


@dataclass(frozen=True, slots=True)
class Voice:
    """One state's telling of a member, and the words of its page."""

    member: Member
    page: PageWords

    @property
    def value(self) -> Value:
        return self.member.value

    @property
    def words(self) -> str:
        """The describing cells of its row."""
        return self.page.row(self.value).said.plain

    @property
    def marked(self) -> bool:
        """Whether its page has a place for a mark."""
        return self.page.row(self.value).mark is not None

    def said(self, text: str) -> Said:
        return Said(text, self.member.span)


@dataclass(frozen=True, slots=True)
class Voices:
    """Both states' tellings of one member."""

    subject: str
    side: Side
    old: Voice
    new: Voice

    def base(self, old: str, new: str) -> dict[str, Any]:
        """What every fact about the member begins with."""
        return {
            "subject": self.subject,
            "pointer": "",
            "span": self.new.member.span,
            "side": self.side,
            "old": self.old.said(old),
            "new": self.new.said(new),
        }


_Aspect: TypeAlias = "Callable[[Voices], Iterator[Change]]"


def compare(voices: Voices) -> Iterator[Change]:
    """Every fact the two states do not agree about.

    Of a value of another type nothing more is told but whether it has to be there: what else
    its row says changed with the type.
    """
    types = list(_types(voices))
    yield from types
    if not any(fact.effect == "replaced" for fact in types):
        for aspect in (_formats, _units, _values, _defaults, _bounds):
            yield from aspect(voices)
    yield from _marks(voices)
    yield from _nulls(voices)


def root_types(voices: Voices) -> Iterator[TypeChanged]:
    """Whether the body as a whole is an object, an array, or something else."""
    before, after = (_kinds(v.value) for v in (voices.old, voices.new))
    if before and after and before.partition(" ")[0] != after.partition(" ")[0]:
        yield TypeChanged(**voices.base(before, after), about="type", effect="replaced")


def _types(voices: Voices) -> Iterator[TypeChanged]:
    old, new = voices.old.value, voices.new.value
    before, after = _kinds(old), _kinds(new)
    effect = _effect_of_kinds(before, after)
    if not before and not after:
        effect = "replaced" if _other_name(old, new) else None
    elif effect in ("stated", "unstated") and (_odd(old) or _odd(new)):
        effect = "replaced"
    if effect:
        texts = [_type_said(value) for value in (old, new)]
        yield TypeChanged(**voices.base(*texts), about="type", effect=effect)


def _effect_of_kinds(before: str, after: str) -> Effect | None:
    if before == after:
        return None
    if not before or after.startswith(f"{before} of "):
        return "stated"
    if not after or before.startswith(f"{after} of "):
        return "unstated"
    outer, _, item = before.rpartition(" of ")
    other, _, inner = after.rpartition(" of ")
    if outer == other:
        return _WIDER.get((item, inner), "replaced")
    return "replaced"


_WIDER: Final[dict[tuple[str | None, str | None], Effect]] = {
    ("integer", "number"): "widened",
    ("number", "integer"): "narrowed",
    ("int32", "int64"): "widened",
    ("int64", "int32"): "narrowed",
    ("float", "double"): "widened",
    ("double", "float"): "narrowed",
}
"""Types and formats of which one holds all values of the other."""


def _kinds(value: Value) -> str:
    """``array of string``: JSON types from the outside in, as far as they are known.

    Members told below a scalar make it an object for all but its own row.
    """
    found: list[str] = []
    at: Value | None = value
    spoken: TypeReading | None = read_type(value.type_text)
    while at is not None and at.kind is not None:
        own = spoken.kind if spoken else None
        found.append(own if own and own not in _NESTING else at.kind)
        inner = found[-1] == "array"
        at, spoken = (at.items, spoken.item if spoken else None) if inner else (None, None)
    return " of ".join(found)


_NESTING: Final = ("object", "array")


def _odd(value: Value) -> bool:
    """Whether there is a word for the type, and no type in it."""
    return value.kind is None and bool(value.type_text.strip())


def _other_name(old: Value, new: Value) -> bool:
    """Two words, of which neither is a type; those of a translation are another matter."""
    words = [" ".join(v.type_text.split()).casefold() for v in (old, new)]
    return all(w and w.isascii() for w in words) and words[0] != words[1]


def _type_said(value: Value) -> str:
    if _kinds(value) == read_type(value.type_text).kind:
        return cut(value.type_text, LONGEST_NAME)
    said = documented_type(value)
    return "" if said == "no type" else said


def _innermost(value: Value) -> Value:
    """The items of an array, of which the words of its row are told."""
    while value.kind == "array" and value.items is not None:
        value = value.items
    return value


def _formats(voices: Voices) -> Iterator[TypeChanged]:
    old, new = (_innermost(v.value).format for v in (voices.old, voices.new))
    kinds = {_innermost(v.value).kind for v in (voices.old, voices.new)}
    if old == new or len(kinds) > 1:
        return
    effect = _stated(old, new) or _WIDER.get((old, new), "replaced")
    yield TypeChanged(**voices.base(old or "", new or ""), about="format", effect=effect)


def _units(voices: Voices) -> Iterator[TypeChanged]:
    old, new = (_innermost(v.value).unit for v in (voices.old, voices.new))
    if old != new:
        effect = _stated(old, new) or "replaced"
        yield TypeChanged(**voices.base(old or "", new or ""), about="unit", effect=effect)


def _stated(old: object, new: object) -> Effect | None:
    """Whether one of the two says nothing."""
    if not old:
        return "stated"
    return None if new else "unstated"


def _marks(voices: Voices) -> Iterator[RequiredChanged]:
    before, after = voices.old.member.required, voices.new.member.required
    if before is after:
        return
    if {before, after} == _BLANK and voices.old.marked and voices.new.marked:
        return  # an empty cell among marks says no
    yield RequiredChanged(
        **voices.base(*_mark_texts(before, after)), about="mark", before=before, after=after
    )


_BLANK: Final = {Stated.NOT_STATED, Stated.NO}
_MARKED: Final = {
    Stated.YES: "required",
    Stated.NO: "not required",
    Stated.CONDITIONAL: "conditional",
    Stated.NOT_STATED: "",
}


def _mark_texts(before: Stated, after: Stated) -> tuple[str, str]:
    return _MARKED[before], _MARKED[after]


def _nulls(voices: Voices) -> Iterator[RequiredChanged]:
    before, after = voices.old.value.nullable, voices.new.value.nullable
    if before is after or Stated.CONDITIONAL in (before, after):
        return
    texts = [_NULLABLE.get(stated, "") for stated in (before, after)]
    yield RequiredChanged(
        **voices.base(texts[0], texts[1]), about="null", before=before, after=after
    )


_NULLABLE: Final = {Stated.YES: "nullable", Stated.NO: "not nullable"}


def _values(voices: Voices) -> Iterator[EnumChanged]:
    if "boolean" in (voices.old.value.kind, voices.new.value.kind):
        return
    old, new = _listed(voices.old.value), _listed(voices.new.value)
    removed = tuple(v for v in old if v not in new)
    added = tuple(v for v in new if v not in old)
    if not removed and not added:
        return
    effect = _stated(old, new)
    if effect == "stated" and all(mentions(voices.old.words, value) for value in added):
        return
    if effect == "unstated" and all(mentions(voices.new.words, value) for value in removed):
        return
    texts = [listed([f"`{v}`" for v in values], 12) for values in (old, new)]
    constant = voices.old.value.constant or voices.new.value.constant
    yield EnumChanged(
        **voices.base(texts[0], texts[1]),
        about="constant" if constant else "values",
        effect=effect or _effect_of_values(old, added, removed, voices.side),
        added=added,
        removed=removed,
    )


def _effect_of_values(
    old: tuple[str, ...], added: tuple[str, ...], removed: tuple[str, ...], side: Side
) -> Effect:
    """Where some are gone and others new, what hurts on this side is told."""
    if set(removed) == set(old):
        return "replaced"
    if removed and added:
        return "narrowed" if side == "request" else "widened"
    return "narrowed" if removed else "widened"


def _listed(value: Value) -> tuple[str, ...]:
    """The values allowed, of the innermost items for an array, as the page prints them."""
    at = value
    while not (at.enum or at.constant) and at.items is not None:
        at = at.items
    return tuple(dict.fromkeys(_printed(m) for m in (at.constant or at.enum)))


def _printed(member: Scalar) -> str:
    if isinstance(member, int | float) and not isinstance(member, bool):
        return canonical(member)
    return as_text(member)


def _defaults(voices: Voices) -> Iterator[LimitChanged]:
    old, new = (v.value.default for v in (voices.old, voices.new))
    keys = [_printed(told[0]) if told else "" for told in (old, new)]
    if keys[0] == keys[1] or _prints_both(voices, keys):
        return
    texts = [shown(told[0]) if told else "" for told in (old, new)]
    effect = _stated(old, new) or "replaced"
    yield LimitChanged(**voices.base(texts[0], texts[1]), about="default", effect=effect)


def _prints_both(voices: Voices, keys: list[str]) -> bool:
    """Whether the state that does not state it has it in its row all the same."""
    before, after = keys
    if before and after:
        return False
    silent, text = (voices.new, before) if before else (voices.old, after)
    words = silent.words
    return text in numbers(words) or mentions(words, text) or spelled(words, text)


_BOUNDS: Final[tuple[tuple[Literal["lower limit", "upper limit"], tuple[str, ...], int], ...]] = (
    ("lower limit", ("minimum", "exclusive_minimum", "min_length", "min_items"), -1),
    ("upper limit", ("maximum", "exclusive_maximum", "max_length", "max_items"), 1),
)
"""Which of several kinds of bound it is depends on the type, and that is told by itself."""


def _bounds(voices: Voices) -> Iterator[LimitChanged]:
    old, new = (_limits(v.value) for v in (voices.old, voices.new))
    if _moved(old, new):
        yield from _turned(voices, old, new)
        return
    for about, names, direction in _BOUNDS:
        before, after = (_bound(limits, names) for limits in (old, new))
        if before[:2] == after[:2]:
            continue
        if _prints_both(voices, [_number(before), _number(after)]):
            continue
        effect = _stated(before, after)
        if before and after:
            effect = _effect_of_bounds(before, after, direction)
        if effect is None:
            continue
        texts = [told[2] if told else "" for told in (before, after)]
        yield LimitChanged(**voices.base(texts[0], texts[1]), about=about, effect=effect)


def _moved(old: Limits, new: Limits) -> bool:
    """Whether a number that was a bound on one side is one on the other now."""
    sides = [[bool(_bound(limits, names)) for _, names, _ in _BOUNDS] for limits in (old, new)]
    return sorted(sides[0]) == sorted(sides[1]) and sides[0] != sides[1]


def _turned(voices: Voices, old: Limits, new: Limits) -> Iterator[LimitChanged]:
    texts = [
        next(bound[2] for _, names, _ in _BOUNDS if (bound := _bound(limits, names)))
        for limits in (old, new)
    ]
    about = next(about for about, names, _ in _BOUNDS if _bound(new, names))
    yield LimitChanged(**voices.base(texts[0], texts[1]), about=about, effect="replaced")


def _limits(value: Value) -> Limits:
    """Its own limits, or those of its items."""
    at = value
    while at.limits == Limits() and at.items is not None:
        at = at.items
    return at.limits


_Limit: TypeAlias = tuple[int | float, bool, str]
"""The bound, whether it is itself allowed, and how a message prints it."""
_Bound: TypeAlias = _Limit | tuple[()]


def _bound(limits: Limits, names: tuple[str, ...]) -> _Bound:
    for name in names:
        bound = getattr(limits, name)
        if bound is not None:
            said = f"{name.replace('_', ' ')} {canonical(bound)}"
            return bound, not name.startswith("exclusive"), said
    return ()


def _number(bound: _Bound) -> str:
    return canonical(bound[0]) if bound else ""


def _effect_of_bounds(before: _Limit, after: _Limit, direction: int) -> Effect:
    old, new = direction * before[0], direction * after[0]
    return "widened" if (new, after[1]) > (old, before[1]) else "narrowed"
