"""Fields and parameters as rows of a table."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from conformance.model.operation import Field, Invariant, Kind, Stated, Value
from conformance.schema.kinds import steps
from conformance.strategies.requests import InputLocation
from conformance.vocabulary import Column
from tests.suite.rendering import words
from tests.suite.rendering.blocks import Code, Grid, Link, Words, joined
from tests.suite.rendering.phrases import (
    enumeration,
    listed_values,
    listing,
    sentences,
    shown,
)
from tests.suite.rendering.style import Style

_NEUTRAL: Final[dict[words.Language, tuple[tuple[str, str], ...]]] = {
    "en": (("yes", "no"), ("true", "false"), ("y", "n")),
    "ko": (("예", "아니오"), ("o", "x")),
    "zh": (("是", "否"),),
}
"""Marks for yes and no that do not themselves say "required"."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One field or parameter to be told."""

    field: Field
    name: str
    """As the row has it: with its parents, or behind marks."""
    path: tuple[str, ...] = ()
    """The steps to it from the top of the body."""
    place: InputLocation | None = None
    section: str = ""
    """Title of the section that tells its members; empty when none does."""
    remarks: tuple[Words, ...] = ()


def rows_of(fields: Iterable[Field], style: Style, path: tuple[str, ...] = ()) -> Iterator[Row]:
    """The rows of one table: ``fields`` and, unless sections tell them, all they hold."""
    for field in fields:
        own = (*path, field.name)
        inner = members(field.value)
        told_apart = style.nesting == "sections" and inner
        title = section_title(own) if told_apart else ""
        yield Row(field=field, name=_name(own, style), path=own, section=title)
        if not told_apart:
            yield from rows_of(inner, style, (*own, *_item_steps(field.value)))


def members(value: Value) -> tuple[Field, ...]:
    """The members of an object, or of the objects in a list."""
    while value.kind == "array" and value.items is not None:
        value = value.items
    return value.fields


def _item_steps(value: Value) -> tuple[str, ...]:
    inside = value.items if value.kind == "array" else None
    return ("[]", *_item_steps(inside)) if inside is not None else ()


def section_title(path: tuple[str, ...]) -> str:
    """A title for the section of an object, unlike any other's and unlike a member's name."""
    letters = ("".join(filter(str.isalnum, step)) for step in path)
    return "".join(step[:1].upper() + step[1:] for step in letters) + "Info"


def _name(path: tuple[str, ...], style: Style) -> str:
    named = [step for step in path if step != "[]"]
    if style.nesting in ("marks", "spaced-marks"):
        between = " " if style.nesting == "spaced-marks" else ""
        marks = between.join(style.nesting_mark * (len(named) - 1))
        return f"{marks} {named[-1]}".lstrip()
    if style.nesting == "sections":
        return named[-1]
    if style.nesting == "dots-items":
        return ".".join(path).replace(".[]", "[]")
    return ".".join(named)


def grid(rows: Iterable[Row], style: Style, invariants: tuple[Invariant, ...] = ()) -> Grid:
    """A table of ``rows`` with the columns it needs, in the page's order."""
    every = [(row, _cells(row, style, invariants)) for row in rows]
    needed = {column for _, cells in every for column, cell in cells.items() if cell}
    columns = [c for c in style.columns if c in needed | {"name", "type"}]
    return Grid(
        header=tuple(_header(column, style) for column in columns),
        rows=tuple(tuple(cells.get(c, ()) for c in columns) for _, cells in every),
    )


def _header(column: Column, style: Style) -> str:
    meant: Column = "optional" if column == "required" and style.inverted else column
    return style.cased(style.pick(words.headers(meant, style.language)))


def _cells(row: Row, style: Style, invariants: tuple[Invariant, ...]) -> dict[Column, Words]:
    field, value = row.field, row.field.value
    counted = tuple(_counts(row.path, invariants))
    condition = ((f"{field.condition.rstrip('.')}.",),) if field.condition else ()
    name = (Code(row.name),) if style.code_names else (row.name,)
    return {
        "name": name,
        "location": (style.pick(words.places(row.place, style.language)),) if row.place else (),
        "type": _type(value, row.section, style),
        "required": _mark(field, style),
        "nullable": (_NEUTRAL["en"][0][1],) if value.nullable is Stated.NO else (),
        "default": (shown(value.default[0]),) if value.default and style.default_column else (),
        "enum": enumeration(listed_values(value), "code")
        if style.enums == "column" and listed_values(value)
        else (),
        "example": (shown(value.example[0]),) if value.example else (),
        "description": joined(
            *counted, *sentences(value, style), *condition, *row.remarks, listing(value, style)
        ),
    }


def _counts(path: tuple[str, ...], invariants: tuple[Invariant, ...]) -> Iterator[Words]:
    """What a count counts, by the name of the list."""
    for invariant in invariants:
        if invariant.kind == "count" and steps(invariant.paths[0]) == path:
            yield (f"The number of {steps(invariant.paths[1])[-1]}.",)


def _mark(field: Field, style: Style) -> Words:
    """The mark of one row; a condition in the description says more than a mark could."""
    told = field.required is Stated.CONDITIONAL and field.condition
    if field.required is Stated.NOT_STATED or told:
        return (style.not_stated,) if style.not_stated else ()
    if field.required is Stated.CONDITIONAL:
        return (style.cased(style.pick(words.marks(Stated.CONDITIONAL, style.language))),)
    yes, no = style.pick(_NEUTRAL[style.language])
    if style.inverted:
        return (style.cased(no if field.required is Stated.YES else yes),)
    return (style.cased(style.pick(words.marks(field.required, style.language))),)


def _type(value: Value, section: str, style: Style) -> Words:
    """The type cell: words for the type, or a link to where its members are told."""
    if value.kind == "array" and (section or value.items is not None):
        inner = _type(value.items or value, section, style) if value.items else ()
        if not inner:
            return (style.cased(style.pick(words.types("array", None, style.language))),)
        nested = value.items is not None and value.items.kind == "array"
        before, after = ("Array[", "]") if nested else style.array.split("{}")
        return tuple(piece for piece in (before, *inner, after) if piece)
    if section:
        return (Link(section, section.lower()),)
    return (_word(value.kind, value.format, style),) if value.kind else ()


def _word(kind: Kind, form: str | None, style: Style) -> str:
    if form == "decimal":
        form = None  # said in the description
    found = words.types(kind, form, style.language)
    if found:
        return style.cased(style.pick(found))
    plain = style.cased(style.pick(words.types(kind, None, "en")))
    return f"{plain}({form})"
