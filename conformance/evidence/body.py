"""Bodies as received: bytes to JSON, exactly, or an error that says where it breaks."""

from __future__ import annotations

import codecs
import json
import re
from collections import Counter
from collections.abc import Mapping
from typing import Final, TypeAlias, cast

import orjson
from msgspec import Struct

from conformance.errors import InputError
from conformance.model.operation import Json
from conformance.patterns import regex

MAX_VALUES = 2_000_000
"""Values of a body that is judged, some 200 octets each; the largest real answers have 500,000."""


_DEEPEST: Final = 1000
"""Levels of nesting that are always read; orjson stops soon after."""


class JsonError(InputError):
    """The text is not JSON (RFC 8259); ``line`` and ``column`` count characters from 1."""

    def __init__(self, reason: str, line: int = 1, column: int = 1, position: int = 0) -> None:
        super().__init__(f"not JSON at line {line}, column {column}: {reason}")
        self.reason = reason
        self.line = line
        self.column = column
        self.position = position


def load_json(data: bytes) -> Json:
    """The value of a JSON text in UTF-8, with integers of any size kept exact.

    Equal to ``json.loads`` on every text it accepts, but for lone surrogates: each stays the
    escape it is written as (``\\ud800``), so that whatever holds it can be printed.  A number
    too large for a double is infinite.  Refused with :class:`JsonError`: NaN and Infinity, a
    byte order mark, any encoding but UTF-8, text after the value, nesting of more than about a
    thousand levels.  Of members with one name the last counts, as RFC 8259 section 4 observes
    of most readers; :func:`repetitions` reports them.
    """
    try:
        value = orjson.loads(data)
    except orjson.JSONDecodeError as error:
        if any(word in error.msg for word in _GRAMMATICAL):
            return _load_exactly(data)
        raise _explain_error(data, error) from None
    # whether a number that orjson would round may stand in ``data``; sometimes true in vain
    marks = data.translate(_MARKS)
    may_hold_wide_integer = _WIDE in marks and (_WIDE_INSIDE in marks or marks.startswith(_WIDE))
    return _load_exactly(data) if may_hold_wide_integer else cast("Json", value)


_GRAMMATICAL = ("surrogate in string", "infinity")
"""Words of orjson's about what it refuses and the grammar of JSON (RFC 8259) allows."""


def require_few_values(data: bytes, limit: int = MAX_VALUES) -> None:
    """Refuse what would take the memory of millions of values, before any of them is built.
    Counted are the characters that begin or end a value, in strings as well.  Raises InputError:
    ``data`` may have more than ``limit`` values, or nests too deep."""
    if len(data) < min(limit, _DEEPEST) or data.lstrip()[:1] not in (b"{", b"["):
        return
    opened = data.count(b"[") + data.count(b"{")
    if opened + data.count(b",") > limit:
        raise InputError(f"more than {limit:,} JSON values, too many to judge")
    if opened >= _DEEPEST:
        try:
            orjson.loads(data)
        except orjson.JSONDecodeError as error:
            if "depth" in error.msg:
                raise InputError("JSON nested too deep to judge") from None


class Repetitions(Struct, frozen=True):
    """A JSON text's value, and which names its objects give more than once."""

    root: Json
    _names: Mapping[int, tuple[str, ...]]
    """By the identity of the object."""
    _held: tuple[dict[str, Json], ...]
    """Keeps these objects alive, so that identities stay unique."""

    def of(self, members: dict[str, Json]) -> tuple[str, ...]:
        """The names that ``members``, an object within ``root``, was given twice or more."""
        return self._names.get(id(members), ())

    def __bool__(self) -> bool:
        return bool(self._names)


def repeats_names(data: bytes, value: Json) -> bool:
    """Whether an object of ``data``, loaded as ``value``, gives a name twice: a dropped name took a
    colon with it, which is quick to count."""
    colons = data.count(b":")
    if colons < 2:
        return False
    if b"\\u003" not in data:
        try:
            return orjson.dumps(value).count(b":") != colons
        except orjson.JSONEncodeError:  # wide integers, deep nesting
            pass
    return bool(repetitions(data))


def repetitions(data: bytes) -> Repetitions:
    """Which objects of a JSON text give a name twice; :class:`JsonError` as :func:`load_json`."""
    load_json(data)
    repeated: dict[int, tuple[str, ...]] = {}
    objects: list[dict[str, Json]] = []

    def remember(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
        members = dict(pairs)
        if len(members) < len(pairs):
            times = Counter(name for name, _ in pairs)
            repeated[id(members)] = tuple(name for name in members if times[name] > 1)
            objects.append(members)
        return members

    root = _load_exactly(data, object_pairs_hook=remember)
    return Repetitions(root, repeated, tuple(objects))


Trail: TypeAlias = "tuple[Trail, str] | None"
"""The way to a value, last step first: pointers are spelled out for those found only."""


def pointer_along(trail: Trail) -> str:
    """The JSON Pointer of the value at the end of ``trail``."""
    steps: list[str] = []
    while trail is not None:
        trail, step = trail
        steps.append("/" + step.replace("~", "~0").replace("/", "~1"))
    return "".join(reversed(steps))


# In these marks digits and the minus sign are "0", what may stand before a number
# is ":", and all else is blank.  An integer that 64 bits cannot hold is then one
# fixed text, found at the speed of memory; a regular expression takes ten times
# as long, and twenty digits within a string or a fraction are not mistaken for it.
_MARKS = bytes(
    ord("0") if chr(byte) in "-0123456789" else ord(":") if chr(byte) in ":,[ \t\r\n" else ord(" ")
    for byte in range(256)
)
_WIDE = b"0" * 20
_WIDE_INSIDE = b":" + _WIDE


_ESCAPE = regex(
    rb"\\(?:u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}"
    rb"|(?P<lone>u[dD][89a-fA-F][0-9a-fA-F]{2})|.)",
    re.DOTALL,
)
_LONGEST_INTEGER = 4_000
"""Digits that Python reads and writes within its limits."""


def _load_exactly(data: bytes, **options: object) -> Json:
    text = _ESCAPE.sub(_encode_escape, data) if b"\\u" in data else data
    try:
        value = json.loads(text, parse_int=_read_integer, parse_constant=_refuse, **options)  # type: ignore[arg-type]
    except RecursionError:
        raise JsonError("nested too deeply") from None
    except json.JSONDecodeError as error:
        raise JsonError(error.msg, error.lineno, error.colno, error.pos) from None
    return cast("Json", value)


def _encode_escape(escape: re.Match[bytes]) -> bytes:
    return b"\\" + escape[0] if escape["lone"] else escape[0]


def _read_integer(digits: str) -> int | float:
    return int(digits) if len(digits) < _LONGEST_INTEGER else float(digits)


def _refuse(constant: str) -> Json:
    raise JsonError(f"{constant.removeprefix('-')} is no JSON number")


_FOREIGN = (
    (codecs.BOM_UTF8, "a byte order mark stands before the text (RFC 8259, section 8.1)"),
    (codecs.BOM_UTF32_LE, "the text is UTF-32, not UTF-8"),
    (codecs.BOM_UTF32_BE, "the text is UTF-32, not UTF-8"),
    (codecs.BOM_UTF16_LE, "the text is UTF-16, not UTF-8"),
    (codecs.BOM_UTF16_BE, "the text is UTF-16, not UTF-8"),
)
_NO_NUMBERS = ("NaN", "Infinity")


def _explain_error(data: bytes, error: orjson.JSONDecodeError) -> JsonError:
    for mark, reason in _FOREIGN:
        if data.startswith(mark):
            return JsonError(reason)
    try:
        text = data.decode()
    except UnicodeDecodeError as broken:
        return _locate_error(
            data[: broken.start].decode(), f"byte 0x{data[broken.start]:02x} is not UTF-8"
        )
    if not text.strip():
        return JsonError("the text is empty")
    if "\0" in text[:4]:
        return JsonError("the text has NUL characters, as UTF-16 read as UTF-8 does")
    reason = next(
        (f"{word} is no JSON number" for word in _NO_NUMBERS if text.startswith(word, error.pos)),
        error.msg,
    )
    return _locate_error(text[: error.pos], reason)


def _locate_error(before: str, reason: str) -> JsonError:
    line = before.count("\n") + 1
    return JsonError(reason, line, len(before) - before.rfind("\n"), len(before))
