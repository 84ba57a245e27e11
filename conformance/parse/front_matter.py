"""The YAML block at the head of a Markdown page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import yaml

_LOADER: Final[Any] = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
"""Reads every scalar as a string; the C one where there is libyaml, it is 20 times faster."""
_LIMIT: Final = 400
"""Lines within which front matter has to end."""


def read_front_matter(lines: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """Entries as flat strings, and the first line (from 1) below the front matter.

    Without front matter, or when it is no plain YAML mapping that ends, there are no
    entries; a block that merely cannot be read as YAML is still front matter, its
    ``key: value`` lines the entries.
    """
    if not lines or lines[0].rstrip() != "---":
        return (), 1
    for number, line in enumerate(lines[1:_LIMIT], start=1):
        if line.rstrip() in ("---", "..."):
            entries = _entries(lines[1:number])
            return (entries, number + 2) if entries or number == 1 else ((), 1)
    return (), 1


def _entries(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    text = "\n".join(lines)
    if "&" not in text and "!" not in text:
        try:
            loaded = yaml.load(text, Loader=_LOADER)  # noqa: S506 - strings only
        except (yaml.YAMLError, RecursionError, ValueError):
            loaded = None
        if isinstance(loaded, Mapping):
            return tuple(_flatten(loaded))
    return tuple(
        (key.strip(), value.strip().strip("\"'"))
        for key, separator, value in (line.partition(":") for line in lines)
        if separator and key.strip() and not key.startswith((" ", "-", "#"))
    )


def _flatten(loaded: Mapping[Any, Any]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in loaded.items():
        if isinstance(value, list):
            flat.extend((str(key), str(item)) for item in value)
        elif isinstance(value, Mapping):
            flat.extend((f"{key}.{name}", str(item)) for name, item in value.items())
        else:
            flat.append((str(key), str(value)))
    return flat
