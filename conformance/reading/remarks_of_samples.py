"""What the comments of a sample say of its values: ``"side": "BUY",  // BUY or SELL``."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from conformance.model.document import Text
from conformance.model.operation import Field, Kind, Scalar
from conformance.patterns import regex
from conformance.reading.facets.enum_words import read_listed
from conformance.reading.facets.enums import to_enumeration
from conformance.reading.facets.presence import read_presence
from conformance.reading.facets.value import read_value
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import FieldRow, RowName
from conformance.vocabulary import phrases

_LEAD = regex(r"[,，:：]\s*")
_COMMAS = regex(r"[,，、;；]")
_CASES = (str.islower, str.isupper, str.istitle, str.isdigit)
_WITH_VALUES = ("string", "integer", "number")
_LONG_LIST = 3
"""Values of a list with commas alone that is no label and its value."""


def with_remark(field: Field, comment: Text, shown: Sequence[Scalar]) -> Field:
    """``field`` with what a comment beside it says; ``shown`` are the values of the samples.

    A list that leaves one of them out is none of values.
    """
    value, remark = field.value, read_remark(comment)
    row = FieldRow(
        name=RowName(name=field.name),
        span=comment.span,
        description=remark.text,
        type_text=value.type_text or value.kind or remark.type_text,
        required=remark.required,
        default_text=remark.default_text,
        nullable=remark.nullable,
    )
    read = read_value(row, frozenset())
    if not read.enum and value.kind in _WITH_VALUES:
        read = replace(read, enum=_read_values(comment.plain, value.kind))
    read = replace(
        read,
        span=value.span,
        kind=value.kind or read.kind,
        type_text=value.type_text,
        enum=read.enum if set(shown) <= set(read.enum) else (),
        fields=value.fields,
        members=value.members,
        items=value.items or read.items,
        shown_null=value.shown_null,
        shown_unit=None if read.unit else value.shown_unit,
    )
    required, condition = read_presence(row)
    return replace(field, value=read, required=required, condition=condition)


def _read_values(remark: str, kind: Kind | None) -> tuple[Scalar, ...]:
    """The values of a comment that is a bare list, unless it lists examples."""
    if phrases("example.lead").found_in(remark):
        return ()
    return to_enumeration(_read_tokens(remark), remark, kind).values


def _read_tokens(remark: str) -> tuple[str, ...]:
    """The words of a comment that is a list, or of the list behind its first comma or colon."""
    whole = read_listed(remark)
    if len(whole) >= _LONG_LIST or (whole and not _COMMAS.search(remark)):
        return whole if any(all(map(case, whole)) for case in _CASES) else ()
    _, _, rest = _LEAD.sub("\n", remark, count=1).partition("\n")
    return read_listed(rest) if rest else ()
