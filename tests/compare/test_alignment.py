"""Members of several sides aligned, and what is documented in words alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from conformance.compare.alignment import (
    Aligned,
    Member,
    Place,
    align,
    fields_in_words,
    value_in_words,
)
from conformance.model.operation import Field, Value
from conformance.model.span import Span

_SPAN = Span("p", 1, 1)


def field(name: str, *inner: Field, shown: bool = False) -> Field:
    kind = "object" if inner else "string"
    return Field(name=name, value=Value(span=_SPAN, kind=kind, fields=inner), shown=shown)  # type: ignore[arg-type]


def test_members_only_shown_are_left_out_beside_others() -> None:
    fields = (field("a"), field("b", shown=True), field("c", field("d"), shown=True))
    assert [f.name for f in fields_in_words(fields)] == ["a", "c"]


def test_an_object_only_shown_stays_as_it_is() -> None:
    fields = (field("a", shown=True), field("b", shown=True))
    assert fields_in_words(fields) == fields


def test_every_level_is_looked_at() -> None:
    record = Value(
        span=_SPAN, kind="object", fields=(field("a", field("b"), field("c", shown=True)),)
    )
    listed = value_in_words(Value(span=_SPAN, kind="array", items=record))
    assert listed.items is not None
    assert [f.name for f in listed.items.fields[0].value.fields] == ["b"]


def test_a_container_is_as_the_words_have_it() -> None:
    record = Value(span=_SPAN, kind="object", fields=(field("a"),))
    listed = Value(span=_SPAN, kind="array", stated_kind="object", items=record)
    assert value_in_words(listed) == record
    single = Value(span=_SPAN, kind="object", stated_kind="array", fields=(field("a"),))
    assert value_in_words(single) == Value(span=_SPAN, kind="array", items=record)


def test_null_that_only_an_example_shows_is_not_in_words() -> None:
    assert not value_in_words(Value(span=_SPAN, kind="string", shown_null=True)).shown_null


def member(text: str) -> Member:
    """``name:kind:description``; members of an object after a slash, ``order/id,price``."""
    head, _, below = text.partition("/")
    name, kind, words = (*head.split(":"), "", "")[:3]
    inner = [member(own) for own in below.split("+")] if below else []
    fields = tuple(Field(name=m.name, value=m.value) for m in inner)
    kind = kind or ("object" if inner else "string")
    value = Value(span=Span("p", 1, 1, head), kind=kind, description=words, fields=fields)  # type: ignore[arg-type]
    return Member(name, value)


def rows(*sides: str | None, one_language: bool = False) -> list[str]:
    """Each aligned member with its name on every side, and how other names were matched."""
    places = [
        Place("r", Span("p", 1, 1), None if s is None else tuple(map(member, s.split())))
        for s in sides
    ]

    def lines(aligned: Aligned) -> Iterator[str]:
        names = " ".join(m.name if m else "-" for m in aligned.sides)
        yield f"{names} {aligned.nearness or ''}".strip()
        for child in aligned.children:
            yield from (f". {line}" for line in lines(child))

    found = align(places, one_language=one_language)
    return [line for aligned in found for line in lines(aligned)]


@pytest.mark.parametrize(
    ("sides", "expected"),
    [
        (("a b c", "c a b"), ["a a", "b b", "c c"]),
        (("a b", "a x b"), ["a a", "- x", "b b"]),
        (("a b", "x a b"), ["- x", "a a", "b b"]),
        (("order_id b", "b orderId"), ["order_id orderId separators", "b b"]),
        (
            ("a note z", "a remark z"),
            ["a a", "note remark place", "z z"],
        ),
        (("note z", "remark z"), ["note remark place", "z z"]),
        (("a note", "a remark"), ["a a", "note remark place"]),
        (
            ("a note", "a remark:integer"),
            ["a a", "- remark", "note -"],
        ),
        (
            ("a note more z", "a remark z"),
            ["a a", "- remark", "note -", "more -", "z z"],
        ),
        (("a a:integer b", "a b"), ["a a", "b b"]),
        (("a/x+y", "a/y+z"), ["a a", ". x -", ". y y", ". - z"]),
        (("a/x", "b:integer"), ["- b", "a -", ". x -"]),
        (("a b", "a", "b a"), ["a a a", "b - b"]),
        (("a", "b", "b"), ["a b b place"]),
        (("a", None, "a"), ["a - a"]),
    ],
)
def test_members_are_aligned(sides: tuple[str | None, ...], expected: list[str]) -> None:
    assert sorted(rows(*sides)) == sorted(expected)
    assert rows(*sides)[0] == expected[0]


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("a::one b::two", "b::two c::one", ["a c description", "b b"]),
        ("a::one b::one", "c::one d::one", ["a -", "- c", "b -", "- d"]),
        ("a note::price z", "a remark::price.of z", ["a a", "note remark place", "z z"]),
        ("a note::size z", "a remark::fee z", ["a a", "- remark", "note -", "z z"]),
        ("a note z", "a remark z", ["a a", "- remark", "note -", "z z"]),
        ("a orderNote z", "a note z", ["a a", "orderNote note place", "z z"]),
    ],
)  # fmt: skip
def test_descriptions_count_in_one_language(old: str, new: str, expected: list[str]) -> None:
    assert sorted(rows(old, new, one_language=True)) == sorted(expected)


def test_subjects_and_places_of_what_a_side_lacks() -> None:
    place = Place("r[]", Span("p", 9, 9), (member("order/id"), member("note")))
    other = Place("s", Span("q", 7, 7), (member("Order/id+x"),))
    order, note = align([place, other])
    assert order.subjects == ("r[].order", "s.Order")
    assert [child.subjects for child in order.children] == [
        ("r[].order.id", "s.Order.id"),
        ("r[].order.x", "s.Order.x"),
    ]
    assert note.missing == (1,)
    assert note.homes == (note.first.span, order.sides[1].span if order.sides[1] else None)


def test_a_side_without_the_object_lacks_nothing_of_it() -> None:
    without = Place("r", Span("q", 7, 7), None)
    (aligned,) = align([Place("r", Span("p", 9, 9), (member("a"),)), without])
    assert aligned.missing == ()
    assert aligned.homes[1] is None
