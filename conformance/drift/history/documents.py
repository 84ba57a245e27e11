"""JSON documents in the database, each once, by the hash of what they say."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import types
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import MISSING, Field, fields, is_dataclass
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from sqlalchemy import Connection, insert, select

from conformance.drift.history.place import Place, damaged
from conformance.drift.history.tables import payload
from conformance.model.finding import Severity

T = TypeVar("T")

AT_ONCE: Final = 500
"""Rows or values of one statement; databases limit them."""
_LONGEST: Final = 64 * 1024 * 1024
"""Octets of a document when it is inflated; none that was ever kept is longer."""


def keep(connection: Connection, nouns: Iterable[object]) -> list[int]:
    """The numbers of the documents for ``nouns``, in their order; those that are new are added.

    Nobody else may write at the same time.
    """
    contents = [encode(noun) for noun in nouns]
    digests = [hashlib.sha256(content).digest() for content in contents]
    missing = dict(zip(digests, contents, strict=True))
    for digest in _numbers(connection, digests):
        del missing[digest]
    rows = [{"digest": d, "content": zlib.compress(c, 9)} for d, c in missing.items()]
    for part in batches(rows):
        connection.execute(insert(payload), part)
    numbers = _numbers(connection, digests)
    return [numbers[digest] for digest in digests]


class Documents:
    """Documents that are there, read when they are asked for."""

    def __init__(self, connection: Connection, place: Place) -> None:
        self._connection = connection
        self._place = place
        self._contents: dict[int, bytes] = {}
        self._nouns: dict[tuple[type, int], object] = {}

    def fetch(self, numbers: Iterable[int]) -> None:
        """Read several at once, for when they are asked for."""
        wanted = sorted(set(numbers) - self._contents.keys())
        for part in batches(wanted):
            query = select(payload).where(payload.c.id.in_(part))
            for number, digest, deflated in self._connection.execute(query):
                self._contents[number] = self._inflated(digest, deflated)

    def read(self, kind: type[T], number: int) -> T:
        """The noun of this ``kind`` that is kept under ``number``.

        Raises:
            InputError: there is none, or not what was kept.
        """
        noun = self._nouns.get((kind, number))
        if noun is None:
            self.fetch([number])
            noun = self._nouns[kind, number] = self._decoded(kind, number)
        assert isinstance(noun, kind)  # noqa: S101 - the key says so
        return noun

    def _decoded(self, kind: type[T], number: int) -> T:
        try:
            return decode(kind, self._contents[number])
        except (ValueError, KeyError) as error:
            raise damaged(self._place, f"document {number}: {error}") from error

    def _inflated(self, digest: bytes, deflated: bytes) -> bytes:
        inflating = zlib.decompressobj()
        try:
            content = inflating.decompress(deflated, _LONGEST)
        except zlib.error as error:
            raise damaged(self._place, error) from error
        if hashlib.sha256(content).digest() != digest:
            raise damaged(self._place, "a document is not the one that was kept")
        return content


def batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """``rows`` in parts that one statement can hold."""
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _numbers(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for part in batches(sorted(set(digests))):
        query = select(payload.c.digest, payload.c.id).where(payload.c.digest.in_(part))
        found |= {bytes(digest): number for digest, number in connection.execute(query)}
    return found


_Kind = TypeVar("_Kind")


def encode(noun: object) -> bytes:
    """``noun``, a dataclass, as compact JSON (RFC 8259) in ASCII; equal nouns, equal bytes."""
    text = json.dumps(_plain(noun), ensure_ascii=True, sort_keys=True, separators=(",", ":"))
    return text.encode("ascii")


def decode(kind: type[_Kind], data: bytes) -> _Kind:
    """The noun of this ``kind`` that was encoded.

    Raises:
        ValueError: ``data`` is no encoding of one.
    """
    try:
        made: _Kind = _made(kind, json.loads(data))
    except (TypeError, KeyError, AttributeError, RecursionError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error
    return made


def _plain(value: Any) -> Any:
    if is_dataclass(value):
        given = ((field, getattr(value, field.name)) for field in fields(value))
        return {f.name: _plain(v) for f, v in given if not _is_default(f, v)}
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        return [_plain(item) for item in sorted(value)]
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value


def _is_default(field: Field[Any], value: object) -> bool:
    if field.default_factory is not MISSING:
        return bool(value == field.default_factory())
    return bool(value == field.default)


def _made(kind: Any, value: Any) -> Any:
    """``value``, as JSON has it, as the annotation ``kind`` wants it."""
    if isinstance(kind, type) and is_dataclass(kind):
        known = _hints(kind)
        return kind(**{name: _made(known[name], item) for name, item in value.items()})
    if kind in _READERS:
        return _READERS[kind](value)
    origin, of = get_origin(kind), get_args(kind)
    if origin in (Union, types.UnionType):
        return None if value is None else _made(of[0], value)
    if origin is Literal:
        return _one_of(of, value)
    return _several(origin, of, value)


def _several(origin: Any, of: tuple[Any, ...], value: list[Any]) -> Any:
    """A tuple of any length, one of a fixed form, or a set."""
    if origin is tuple and of[-1] is not ...:
        return tuple(_made(kind, item) for kind, item in zip(of, value, strict=True))
    if origin in (tuple, frozenset):
        return origin(_made(of[0], item) for item in value)
    raise TypeError(f"{origin} is no kind of member a noun has")


def _one_of(known: tuple[Any, ...], value: object) -> object:
    if value not in known:
        raise ValueError(f"{value!r} is none of {known}")
    return value


def _exactly(kind: type) -> Callable[[object], object]:
    def read(value: object) -> object:
        if type(value) is not kind:
            raise TypeError(f"{value!r} is no {kind.__name__}")
        return value

    return read


_READERS: Final[dict[Any, Callable[[Any], Any]]] = {
    **{kind: _exactly(kind) for kind in (str, int, bool)},
    Severity: lambda label: Severity[label.upper()],
    dt.date: dt.date.fromisoformat,
    dt.datetime: dt.datetime.fromisoformat,
}
"""Annotation of a member that is no noun itself -> what reads it."""


@cache
def _hints(kind: type) -> dict[str, Any]:
    return get_type_hints(kind)
