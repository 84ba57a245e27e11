"""What is documented in words, apart from what only examples show."""

from __future__ import annotations

from conformance.compare.alignment import fields_in_words, value_in_words
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
