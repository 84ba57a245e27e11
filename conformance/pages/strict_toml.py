"""Hand-written TOML read strictly into Structs: every key known, every value of its type.

A Struct is the description of its table: the types of its fields, a :class:`Form` in an
``Annotated`` for what a value has to look like besides, and the name of a field for a key that is
called otherwise.  What is refused becomes one :class:`~conformance.errors.InputError` that names
the file, the table and the key.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path
from types import UnionType
from typing import Annotated, Any, Final, Literal, TypeVar, Union, cast, get_args, get_origin

from msgspec import Struct
from msgspec.structs import fields

from conformance.errors import InputError
from conformance.model.finding import Severity
from conformance.pages.files import UnreadableFileError, read_regular

T = TypeVar("T")

MAX_BYTES: Final = 1 << 20
"""A manifest is written by hand; one beyond this size (1 MiB) is something else."""
_TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "a string", int: "an integer", float: "a number", bool: "true or false",
    list: "an array", dict: "a table", dt.date: "a date", dt.datetime: "a date with a time",
    dt.time: "a time",
}  # fmt: skip
_HINTS_OF_ITEMS: Final = {
    "write a string": "write an array of strings",
    "give it a value": "write an array of strings",
    "write a table": "write [[{}]]",
}
"""What to do about a value -> what to do about an item of an array, which is called ``{}``."""
_NOT_IN_FILE: Final = "not in the file"
NotInFile = Annotated[T, _NOT_IN_FILE]
"""The type of a field that the file does not have: its default stays."""


class RefusedValueError(ValueError):
    """A value, or a table as a whole, is not what it should be."""

    def __init__(self, what: str, hint: str, *, of_table: bool = False) -> None:
        super().__init__(what)
        self.hint, self.of_table = hint, of_table
        self.keys: list[str | int] = []
        """The keys, and places in arrays, that lead to it; added on the way up."""


class Form(Struct, frozen=True):
    """What a string has to look like; by itself, any that is not empty."""

    matches: Callable[[str], object] = bool
    hint: str = ""
    """How to write it, for a string that does not match."""
    complaint: str = ""
    """What such a string is; without it, it is only quoted."""
    convert: Callable[[str], str] = str
    """What is made of a string that matches."""
    may_be_empty: bool = False

    def read(self, value: object) -> str:
        """The string, converted; :class:`RefusedValueError` for any other value."""
        if type(value) is not str:
            raise _refuse_type(value, str)
        if not value.strip() and not self.may_be_empty:
            raise RefusedValueError("empty", "give it a value")
        if value.strip() and not self.matches(value):
            raise RefusedValueError(f"{value!r}{self.complaint}", f"write {self.hint}")
        return self.convert(value)


class _Positive:
    """A finite number above zero, an integer kept as one."""

    def read(self, value: object) -> int | float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise _refuse_type(value, float)
        if not 0 < value < float("inf"):
            raise RefusedValueError(str(value), "write a number above zero")
        return value


OptionalText = Annotated[str, Form(convert=str.strip, may_be_empty=True)]
"""A string that may be empty, without blanks around it."""
Verbatim = Annotated[str, Form(may_be_empty=True)]
"""A string that may be empty."""
Positive = Annotated[int | float, _Positive()]


def read_toml(path: Path, *, follow: bool = True) -> dict[str, Any]:
    """Read ``path``, which may be a link if ``follow``.  Raises InputError: unreadable, too large,
    not UTF-8, or not TOML 1.0."""
    if not (path.exists() if follow else os.path.lexists(path)):
        raise InputError(f"{path}: no such file", hint="create it or correct the path")
    try:
        return tomllib.loads(read_regular(path, MAX_BYTES, follow=follow).decode("utf-8"))
    except UnicodeDecodeError as error:
        what = f"{path}: byte {error.start} is not UTF-8"
        raise InputError(what, hint="save it as UTF-8") from error
    except UnreadableFileError as error:
        raise InputError(f"{path}: {error}") from error
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}", hint="correct that line") from error
    except RecursionError as error:
        raise InputError(f"{path}: nested too deeply", hint="write it flat") from error


def structure(kind: type[T], table: Mapping[str, Any], path: Path) -> T:
    """The Struct ``kind`` that ``table``, read from ``path``, describes; its method ``refusals``,
    if any, yields what is wrong with the whole, as sentence and hint.  Raises InputError: an
    unknown or missing key, or a wrong value."""
    try:
        return cast("T", _read_table(kind, table))
    except RefusedValueError as error:
        keys, what, hint = error.keys, str(error), error.hint
        if not error.of_table:
            is_item = isinstance(keys[-1], int)
            name = keys[-2] if is_item else keys[-1]
            what = f"{name!r} {'holds' if is_item else 'is'} {what}"
            hint = _HINTS_OF_ITEMS.get(hint, hint).format(name) if is_item else hint
            del keys[-2 if is_item else -1 :]
        where = str(path)
        for key, following in pairwise([*keys, ""]):
            if isinstance(key, str):
                where += f", [[{key}]]" if isinstance(following, int) else f", [{key}]"
            else:
                where += f" number {key + 1}"
        raise InputError(f"{where}: {what}", hint=hint) from error


def entry_error(path: Path, key: str, number: int, what: str, hint: str) -> InputError:
    """An error about the table ``[[key]]`` with this number, counted from 0."""
    return InputError(f"{path}, [[{key}]] number {number + 1}: {what}", hint=hint)


def _refuse_type(value: object, kind: type) -> RefusedValueError:
    name = _TYPE_NAMES.get(type(value), type(value).__name__)
    return RefusedValueError(name, f"write {_TYPE_NAMES[kind]}")


@contextmanager
def _within(key: str | int) -> Iterator[None]:
    try:
        yield
    except RefusedValueError as error:
        error.keys.insert(0, key)
        raise


def _read_value(kind: Any, value: Any) -> Any:
    origin, args = get_origin(kind), get_args(kind)
    if origin is Annotated:
        return args[1].read(value)
    if origin in (Union, UnionType):  # with None, which TOML cannot write
        return _read_value(args[0], value)
    if origin is tuple:
        return tuple(_read_items(args[0], value))
    if origin is Literal or kind is Severity:
        known = get_args(kind) or [member.label for member in kind]
        if type(value) is not str:
            raise _refuse_type(value, str)
        if value not in known:
            raise RefusedValueError(repr(value), f"write {', '.join(known[:-1])} or {known[-1]}")
        return value if get_args(kind) else kind[value.upper()]
    if issubclass(kind, Struct):
        return _read_table(kind, value)
    if kind is str:
        return Form().read(value)
    if type(value) is not kind:  # a bool is an int, too
        raise _refuse_type(value, kind)
    return value


def _read_table(kind: Any, value: Any) -> Any:
    if type(value) is not dict:
        raise _refuse_type(value, dict)
    known = {f.encode_name: f for f in fields(kind) if get_args(f.type)[1:] != (_NOT_IN_FILE,)}
    for key in value:
        if key not in known:
            close = difflib.get_close_matches(key, known, n=1)
            hint = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"
            raise RefusedValueError(f"unknown key {key!r}", hint, of_table=True)
    for key, field in known.items():
        if field.required and key not in value:
            raise RefusedValueError(f"{key!r} is missing", "add it", of_table=True)
    found = {}
    for key in (key for key in known if key in value):
        with _within(key):
            found[known[key].name] = _read_value(known[key].type, value[key])
    noun = kind(**found)
    for what, hint in getattr(noun, "refusals", tuple)():
        raise RefusedValueError(what, hint, of_table=True)
    return noun


def _read_items(item: Any, value: Any) -> Iterator[Any]:
    """The items of an array; of a tuple of pairs, the members of a table with arbitrary keys."""
    pair = get_args(item) if get_origin(item) is tuple and get_args(item)[-1] is not ... else ()
    if type(value) is not (dict if pair else list):
        raise _refuse_type(value, dict if pair else list)
    members: Iterable[tuple[Any, Any]] = value.items() if type(value) is dict else enumerate(value)
    for key, one in members:
        with _within(key):
            yield (Form().read(key), _read_value(pair[1], one)) if pair else _read_value(item, one)
