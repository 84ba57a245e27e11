"""How a value of the right type has to be written, as tables.

One table serves the walk and the compiled schemas, so that both say the same.
"""

from __future__ import annotations

import re
from typing import Final

from conformance.model.operation import Json, Value

PATTERNS: Final[dict[str, str]] = {
    # RFC 9562, section 4: any version, any variant, upper or lower case.
    "uuid": r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}",
    # RFC 3339 and the looser ISO 8601 that documentation means by it: the zone may be left
    # out, a blank may stand for the T.
    "date-time": (
        r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])[Tt ]"
        r"([01][0-9]|2[0-3]):[0-5][0-9](:([0-5][0-9]|60)([.,][0-9]+)?)?"
        r"( ?([Zz]|UTC|[+-]([01][0-9]|2[0-3])(:?[0-5][0-9])?))?"
    ),
    "date": r"[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])",
    # JSON's number, and the forms it leaves out: a sign, a bare point, leading zeros.
    "decimal": r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]+)?",
}
"""Formats of strings; each pattern is for the whole string and takes time linear in it."""

RANGES: Final[dict[str, tuple[int, int]]] = {
    "int32": (-(2**31), 2**31 - 1),
    "int64": (-(2**63), 2**63 - 1),
}
"""Formats of numbers, with the least and the greatest."""

_COMPILED: Final = {name: re.compile(pattern) for name, pattern in PATTERNS.items()}


def written_as_documented(value: Value, seen: Json) -> bool:
    """Whether ``seen`` keeps to the documented format; true where that is for another type."""
    pattern, bounds = _COMPILED.get(value.format or ""), RANGES.get(value.format or "")
    if pattern is not None and isinstance(seen, str):
        return pattern.fullmatch(seen) is not None
    if bounds is not None and isinstance(seen, int | float) and not isinstance(seen, bool):
        return bounds[0] <= seen <= bounds[1]
    return True
