"""Settings of a project: ``conformance.toml``, or ``[tool.conformance]`` of ``pyproject.toml``.

They stand for options that are not given.  None of them consents to anything: which
server gets requests, with which variables, and whether state may change stands on the command line
alone.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from conformance.errors import InputError
from conformance.pages.strict_toml import read_toml

FILE: Final = "conformance.toml"
_PYPROJECT: Final = "pyproject.toml"
_LISTS: Final = ("paths", "exchanges", "select", "ignore", "base-paths")
_WORDS: Final = ("fail-on", "confidence")
_SEVERITY: Final = "severity"
_KEYS: Final = (*_LISTS, *_WORDS, _SEVERITY)
_CONSENTS: Final = ("live", "allow-state-change", "host", "live-host", "variable", "live-variable")


@dataclass(frozen=True, slots=True)
class Settings:
    """What a file says for options that are not given."""

    file: Path | None = None
    values: Mapping[str, str | tuple[str, ...]] = field(default_factory=dict)
    """By key; paths as seen from the current folder."""
    severity: Mapping[str, str] = field(default_factory=dict)
    """Rule -> severity, for rules that the exchange of a page does not weigh itself."""


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
    return _settings(data, path)


def _settings(data: dict[str, Any], path: Path) -> Settings:
    for key in data:
        if key not in _KEYS:
            raise InputError(f"{path}: unknown key {key!r}", hint=_hint(key))
    values: dict[str, str | tuple[str, ...]] = {
        key: _texts(data[key], key, path) for key in _LISTS if key in data
    }
    values |= {key: _text(data[key], key, path) for key in _WORDS if key in data}
    if "paths" in values and "exchanges" in values:
        raise InputError(f"{path}: both paths and exchanges", hint="give one of them")
    if "paths" in values:
        values["paths"] = tuple(near(path.parent / one) for one in values["paths"])
    return Settings(path, values, _severities(data.get(_SEVERITY, {}), path))


def _severities(data: object, path: Path) -> dict[str, str]:
    if not isinstance(data, dict):
        raise InputError(f"{path}: {_SEVERITY!r} is no table", hint="write rule = severity in it")
    weights = {rule: _text(word, f"severity.{rule}", path) for rule, word in data.items()}
    for rule, word in weights.items():
        if word not in ("error", "warning", "info"):
            hint = "write error, warning or info"
            raise InputError(f"{path}: severity.{rule} is {word!r}", hint=hint)
    return weights


def _hint(key: str) -> str:
    if key.replace("_", "-") in _CONSENTS:
        return "only what is typed on the command line consents to it"
    close = get_close_matches(key, _KEYS, 1)
    return f"did you mean {close[0]}?" if close else f"known: {', '.join(_KEYS)}"


def _texts(value: object, key: str, path: Path) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise InputError(f"{path}: {key!r} is no array", hint="write an array of strings")
    return tuple(_text(one, key, path) for one in value)


def _text(value: object, key: str, path: Path) -> str:
    if not isinstance(value, str) or not value.strip():
        raise InputError(f"{path}: {key!r}: {value!r} is no text", hint="write it in quotes")
    return value


def near(path: Path) -> str:
    """As one would type it here."""
    here = Path.cwd()
    return str(path.relative_to(here) if path.is_relative_to(here) else path)
