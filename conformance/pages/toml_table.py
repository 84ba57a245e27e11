"""Hand-written TOML files read strictly: every key known, every value of its type.

:func:`read_toml` gives a :class:`Table`, whose getters either return a value of the
promised type or raise an :class:`~conformance.errors.InputError` that names the file,
the table and the key.
"""

from __future__ import annotations

import datetime as dt
import difflib
import os
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from conformance.errors import InputError
from conformance.pages.files import UnreadableFileError, read_regular

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


@dataclass(frozen=True, slots=True)
class Table:
    """One TOML table and the words for where it stands."""

    data: Mapping[str, Any]
    where: str
    """``<file>`` or ``<file>, [[name]] number n``, to begin an error message with."""

    def only(self, *keys: str) -> None:
        """Refuse any key that is not among ``keys``: a misspelt one would be silently ignored."""
        for key in self.data:
            if key not in keys:
                close = difflib.get_close_matches(key, keys, n=1)
                known = f"did you mean {close[0]!r}?" if close else f"known: {', '.join(keys)}"
                raise self.error(f"unknown key {key!r}", known)

    def text(self, key: str) -> str:
        """A string with something in it."""
        value: str = self._typed(key, str)
        if not value.strip():
            raise self.error(f"{key!r} is empty", "give it a value")
        return value

    def any_text(self, key: str) -> str:
        """A string, verbatim; it may be empty, but the key has to be there."""
        value: str = self._typed(key, str)
        return value

    def optional_text(self, key: str) -> str:
        """A string; the empty one when the key is absent or says nothing."""
        value: str = self._typed(key, str) if key in self.data else ""
        return value.strip()

    def texts(self, key: str) -> tuple[str, ...]:
        """An array of strings; empty when the key is absent."""
        values = self._typed(key, list) if key in self.data else []
        for value in values:
            if not isinstance(value, str) or not value.strip():
                raise self.error(f"{key!r} holds {_name(value)}", "write an array of strings")
        return tuple(values)

    def positive(self, key: str) -> int | float:
        """A finite number above zero, an integer kept as one."""
        value = self._present(key)
        if type(value) not in (int, float):
            raise self._mistyped(key, value, float)
        if not 0 < value < float("inf"):
            raise self.error(f"{key!r} is {value}", "write a number above zero")
        number: int | float = value
        return number

    def date(self, key: str) -> dt.date:
        """A local date, as TOML writes it: ``2027-01-31`` without quotes."""
        value: dt.date = self._typed(key, dt.date)
        return value

    def optional_date(self, key: str) -> dt.date | None:
        """As :meth:`date`; None when the key is absent."""
        return self.date(key) if key in self.data else None

    def flag(self, key: str, usual: bool) -> bool:
        """True or false; ``usual`` when the key is absent."""
        value: bool = self._typed(key, bool) if key in self.data else usual
        return value

    def table(self, key: str) -> Table:
        """A sub-table; an empty one when the key is absent."""
        data = self._typed(key, dict) if key in self.data else {}
        return Table(data, f"{self.where}, [{key}]")

    def tables(self, key: str) -> tuple[Table, ...]:
        """The ``[[key]]`` tables in file order; none when the key is absent."""
        values = self._typed(key, list) if key in self.data else []
        if not all(isinstance(value, dict) for value in values):
            raise self.error(f"{key!r} holds something else than tables", f"write [[{key}]]")
        return tuple(
            Table(value, f"{self.where}, [[{key}]] number {n}")
            for n, value in enumerate(values, start=1)
        )

    def error(self, what: str, hint: str) -> InputError:
        """An error about this table, for the caller to raise."""
        return InputError(f"{self.where}: {what}", hint=hint)

    def _present(self, key: str) -> Any:
        if key not in self.data:
            raise self.error(f"{key!r} is missing", "add it")
        return self.data[key]

    def _typed(self, key: str, kind: type) -> Any:
        value = self._present(key)
        if type(value) is not kind:  # exactly: a bool is an int, a datetime is a date
            raise self._mistyped(key, value, kind)
        return value

    def _mistyped(self, key: str, value: object, kind: type) -> InputError:
        return self.error(f"{key!r} is {_name(value)}", f"write {_TYPE_NAMES[kind]}")


def read_toml(path: Path, *, follow: bool = True) -> Table:
    """Read ``path`` as one table.

    Args:
        path: the file.
        follow: whether it may be a symbolic link.

    Raises:
        InputError: unreadable, too large, not UTF-8, or not TOML 1.0.
    """
    try:
        return Table(tomllib.loads(_read_text(path, follow)), str(path))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"{path}: not valid TOML: {error}", hint="correct that line") from error
    except RecursionError as error:
        raise InputError(f"{path}: nested too deeply", hint="write it flat") from error


def _read_text(path: Path, follow: bool) -> str:
    """The file's text, its size bounded before anything is parsed."""
    if not (path.exists() if follow else os.path.lexists(path)):
        raise InputError(f"{path}: no such file", hint="create it or correct the path")
    try:
        return read_regular(path, MAX_BYTES, follow=follow).decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(
            f"{path}: byte {error.start} is not UTF-8", hint="save it as UTF-8"
        ) from error
    except UnreadableFileError as error:
        raise InputError(f"{path}: {error}") from error


def _name(value: object) -> str:
    return _TYPE_NAMES.get(type(value), type(value).__name__)
