"""Hand-written TOML read strictly into dataclasses: every key known, every value of its type.

A dataclass is the description of its table: the types of its fields, a :class:`Form` in an
``Annotated`` for what a value has to look like besides, and ``metadata={"key": ...}`` for a key
that is called otherwise.  cattrs converts; what it refuses becomes one
:class:`~conformance.errors.InputError` that names the file, the table and the key.
"""

from __future__ import annotations

import datetime as dt
import os
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Annotated, Any, Final, TypeVar

from conformance.errors import InputError
from conformance.pages.files import UnreadableFileError, read_regular

T = TypeVar("T")

MAX_BYTES: Final = 1 << 20
"""A manifest is written by hand; one beyond this size (1 MiB) is something else."""

_TYPE_NAMES: Final[Mapping[type, str]] = {
    str: "a string",
    int: "an integer",
    float: "a number",
    bool: "true or false",
    list: "an array",
    dict: "a table",
    dt.date: "a date",
    dt.datetime: "a date with a time",
    dt.time: "a time",
}
_HINTS_OF_ITEMS: Final = {
    "write a string": "write an array of strings",
    "give it a value": "write an array of strings",
    "write a table": "write [[{}]]",
}
"""What to do about a value -> what to do about an item of an array, which is called ``{}``."""
NOT_IN_FILE: Final = {"key": ""}
"""Metadata of a field that the file does not have: its default stays."""


class RefusedValueError(ValueError):
    """A value or a table is not what it should be; where it stands is added later."""

    def __init__(self, what: str, hint: str, *, of_table: bool = False) -> None:
        super().__init__(what)
        self.hint = hint
        self.of_table = of_table
        """Whether ``what`` is about a table as a whole, and not about one value."""


@dataclass(frozen=True, slots=True)
class Form:
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
            raise refuse_type(value, str)
        if not value.strip() and not self.may_be_empty:
            raise RefusedValueError("empty", "give it a value")
        if value.strip() and not self.matches(value):
            raise RefusedValueError(f"{value!r}{self.complaint}", f"write {self.hint}")
        return self.convert(value)


class _Positive:
    """A finite number above zero, an integer kept as one."""

    def read(self, value: object) -> int | float:
        if not isinstance(value, int | float) or isinstance(value, bool):
            raise refuse_type(value, float)
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
    """The dataclass ``kind`` that ``table``, read from ``path``, describes; its method
    ``refusals``, if any, yields what is wrong with the whole, as sentence and hint.  Raises
    InputError: an unknown or missing key, or a wrong value."""
    from conformance.pages import toml_hooks  # with cattrs, which takes long to import

    try:
        return toml_hooks.converter().structure(table, kind)
    except (RefusedValueError, *toml_hooks.ERRORS) as error:
        reason, keys = toml_hooks.find_first_reason(error)
        what, hint = str(reason), reason.hint
        if not reason.of_table:
            is_item = isinstance(keys[-1], int)
            name = keys[-2] if is_item else keys[-1]
            what = f"{name!r} {'holds' if is_item else 'is'} {what}"
            if is_item and hint in _HINTS_OF_ITEMS:
                hint = _HINTS_OF_ITEMS[hint].format(name)
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


def refuse_type(value: object, kind: type) -> RefusedValueError:
    name = _TYPE_NAMES.get(type(value), type(value).__name__)
    return RefusedValueError(name, f"write {_TYPE_NAMES[kind]}")


def exactly(kind: type) -> Callable[[object, object], Any]:
    """A hook for cattrs that takes values of ``kind`` alone: a bool is an int, too."""

    def read(value: object, _: object) -> Any:
        if type(value) is not kind:
            raise refuse_type(value, kind)
        return value

    return read
