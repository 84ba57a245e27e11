"""Settings of a project: ``conformance.toml``, or ``[tool.conformance]`` of ``pyproject.toml``.

They stand for options that are not given.  None of them consents to anything: which
server gets requests, with which variables, and whether state may change stands on the command line
alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field
from msgspec.structs import fields

from conformance.errors import InputError
from conformance.model.finding import Severity
from conformance.pages.strict_toml import read_toml, structure

FILE: Final = "conformance.toml"
_PYPROJECT: Final = "pyproject.toml"
_CONSENTS: Final = ("live", "allow-state-change", "host", "live-host", "variable", "live-variable")


class _SettingsTable(Struct, frozen=True, kw_only=True):
    """The keys of a file, by the names of their fields."""

    paths: tuple[str, ...] = ()
    exchanges: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    base_paths: tuple[str, ...] = field(default=(), name="base-paths")
    fail_on: str = field(default="", name="fail-on")
    confidence: str = ""
    severity: tuple[tuple[str, Severity], ...] = ()

    def refusals(self) -> Iterator[tuple[str, str]]:
        if self.paths and self.exchanges:
            yield "both paths and exchanges", "give one of them"


_KEYS: Final = {f.encode_name: f.name for f in fields(_SettingsTable)}


class Settings(Struct, frozen=True):
    """What a file says for options that are not given."""

    file: Path | None = None
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """By key; paths as seen from the current folder."""
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """By rule, for rules that the exchange of a page does not weigh itself."""


def find_settings(start: Path) -> Settings:
    """The nearest settings, up to the root of the repository.  Raises InputError: a file is no
    TOML, or holds something else."""
    for folder in (start, *start.parents):
        for name in (FILE, _PYPROJECT):
            if (folder / name).is_file() and (found := _read(folder / name)) is not None:
                return found
        if (folder / ".git").exists():
            break
    return Settings()


def read_settings(path: Path) -> Settings:
    """The settings in a named file.  Raises InputError: unreadable, or not settings."""
    found = _read(path)
    if found is None:
        raise InputError(f"{path}: no [tool.conformance]", hint=f"known keys: {', '.join(_KEYS)}")
    return found


def _read(path: Path) -> Settings | None:
    """None where a ``pyproject.toml`` has no table of ours."""
    data = read_toml(path)
    if path.name == _PYPROJECT:
        tool = data.get("tool")
        if not isinstance(tool, dict) or "conformance" not in tool:
            return None
        data = tool["conformance"]
    if not isinstance(data, dict):
        raise InputError(f"{path}: [tool.conformance] is no table")
    for key in data:
        if key.replace("_", "-") in _CONSENTS:
            hint = "only what is typed on the command line consents to it"
            raise InputError(f"{path}: unknown key {key!r}", hint=hint)
    table = structure(_SettingsTable, data, path)
    values = {key: getattr(table, name) for key, name in _KEYS.items() if key != "severity"}
    values["paths"] = tuple(shorten_path(path.parent / one) for one in table.paths)
    given = {key: value for key, value in values.items() if value}
    return Settings(path, given, dict(table.severity))


def shorten_path(path: Path) -> str:
    """As one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
