"""What the comments of a sample say of its values: ``"side": "BUY",  // BUY or SELL``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from conformance.model.document import Text
from conformance.model.operation import Scalar, Value
from conformance.reading.facets.enum_lists import listed
from conformance.reading.facets.enums import read_enum, to_enumeration
from conformance.reading.facets.units import read_unit
from conformance.vocabulary import phrases

_LEAD = re.compile(r"[,，:：]\s*")
_COMMAS = re.compile(r"[,，、;；]")
_CASES = (str.islower, str.isupper, str.istitle, str.isdigit)
_LONG_LIST = 3
"""Values of a list with commas alone that is no label and its value."""


def with_remark(value: Value, remark: str, name: str, shown: Sequence[Scalar]) -> Value:
    """``value`` with what a comment beside it says; ``shown`` are the values of the samples.

    A list that leaves one of them out is none of values.
    """
    if not remark:
        return value
    value = replace(value, description=remark)
    if value.kind in ("object", "array", "boolean", None):
        return value
    unit, epoch = read_unit(name, "", remark, value.kind)
    return replace(value, unit=unit, epoch=epoch, enum=_values(value, remark, name, shown))


def _values(value: Value, remark: str, name: str, shown: Sequence[Scalar]) -> tuple[Scalar, ...]:
    found = read_enum(Text(remark, value.span), value.kind, name=name).values
    if not found and not phrases("example.lead").found_in(remark):
        found = to_enumeration(_tokens(remark), remark, value.kind).values
    return found if found and set(shown) <= set(found) else ()


def _tokens(remark: str) -> tuple[str, ...]:
    """The words of a comment that is a list, or of the list behind its first comma or colon."""
    whole = listed(remark)
    if len(whole) >= _LONG_LIST or (whole and not _COMMAS.search(remark)):
        return whole if any(all(map(case, whole)) for case in _CASES) else ()
    _, _, rest = _LEAD.sub("\n", remark, count=1).partition("\n")
    return listed(rest) if rest else ()
