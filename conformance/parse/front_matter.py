"""The YAML block at the head of a Markdown page."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, Final

from conformance.patterns import regex

_SIMPLE: Final = regex(
    r"""([A-Za-z_][\w.-]*+):
        (?:[ \t]++(?:"([^"\\]*+)"|'([^']*+)'|([\w/(<.+~$;=^][^:\#"]*+)))?[ \t]*+""",
    re.X,
)
"""``key: value`` as YAML reads it too; most front matter has nothing else."""
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
            entries = _read_entries(lines[1:number])
            return (entries, number + 2) if entries or number == 1 else ((), 1)
    return (), 1


def _read_entries(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    simple = [_SIMPLE.fullmatch(line) for line in lines]
    if all(simple):
        return tuple(_read_scalar(match) for match in simple if match)
    loaded = _load("\n".join(lines))
    if loaded is not None:
        return tuple(_flatten(loaded))
    return tuple(
        (key.strip(), value.strip().strip("\"'"))
        for key, separator, value in (line.partition(":") for line in lines)
        if separator and key.strip() and not key.startswith((" ", "-", "#"))
    )


def _read_scalar(match: re.Match[str]) -> tuple[str, str]:
    key, *values = match.groups("")
    return key, "".join(values).strip()


def _load(text: str) -> Mapping[Any, Any] | None:
    """A YAML mapping with every scalar a string; None when it is none.

    The loader is the Python one: the C loader runs out of stack, and the process with
    it, on deep nesting.  Aliases and tags are not front matter's.
    """
    if "&" in text or "!" in text:
        return None
    import yaml  # rarely needed, slow to import

    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - strings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return loaded if isinstance(loaded, Mapping) else None


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
