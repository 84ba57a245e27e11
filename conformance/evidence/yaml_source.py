"""YAML from strangers: vetted event by event before anything is built from it.

libyaml is fast and trusting: deep nesting overflows its stack, shared aliases
multiply, a tag may name a Python object.  So a file is first read as a flat
stream of events, which costs no memory and no recursion, and only then loaded.
"""

from __future__ import annotations

import re
from typing import Any

import yaml
from msgspec import Struct, field

from conformance.errors import InputError
from conformance.patterns import regex

MAX_DEPTH = 100
"""Levels of nesting; a recorded interaction needs seven."""
MAX_EXPANSION = 10
"""How many times larger a file may become when its aliases are written out."""
MAX_NODES = 400_000
"""Keys, values and lists of a file, some ten microseconds and a kilobyte each; a recorded
interaction has about a hundred."""
MAX_NUMBER = 400
"""Characters of an unquoted number; sexagesimal ones take quadratic time to read."""

_YAML = "tag:yaml.org,2002:"
_TAGS = frozenset({None, "!", "!binary"}).union(  # the last is Ruby's spelling of !!binary
    (_YAML + name for name in ("str", "null", "map", "seq", "binary")),
    # text and nothing else, in cassettes written under Python 2
    (_YAML + "python/" + name for name in ("str", "unicode")),
)
_TAG_DIRECTIVE = regex(r"^%TAG", re.MULTILINE)
_NUMERIC = "+-0123456789_:.eE"

_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class YamlError(InputError):
    """The text is not YAML, or is YAML that is not read; ``line`` counts from 1, 0 if unknown."""

    def __init__(self, reason: str, line: int = 0) -> None:
        super().__init__(f"line {line}: {reason}" if line else reason)
        self.reason = reason
        self.line = line


class _Loader(_Base):  # type: ignore[misc]
    """Text, numbers, lists and mappings; the two Python tags build plain text."""


for _tag in ("str", "unicode"):
    _Loader.add_constructor(_YAML + "python/" + _tag, _Loader.construct_yaml_str)
_Loader.add_constructor("!binary", _Loader.construct_yaml_binary)


def load_yaml(data: bytes) -> object:
    """The one document in ``data``: mappings, lists, text, octets, numbers, dates.  Raises
    YamlError: not UTF-8 or cut off, a tag that would build objects, a key given twice, nesting
    beyond ``MAX_DEPTH``, more than ``MAX_NODES``, or aliases that multiply."""
    text = vet_text(data)
    try:
        return yaml.load(text, Loader=_Loader)  # noqa: S506 - a safe loader, on vetted text
    except yaml.YAMLError as error:
        raise _explain_error(error, data) from None
    except (ValueError, OverflowError) as error:
        raise YamlError(f"a value that cannot be: {error}") from None


def vet_text(data: bytes) -> str:
    """``data`` as text that a safe YAML loader reads in linear time and memory."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise YamlError(f"byte 0x{data[error.start]:02x} is not UTF-8", line) from None
    if directive := _TAG_DIRECTIVE.search(text):
        line = text.count("\n", 0, directive.start()) + 1
        raise YamlError("%TAG directives are not read", line)
    try:
        _Vetting(budget=MAX_EXPANSION * len(text) + 10_000).run(text)
    except yaml.YAMLError as error:
        raise _explain_error(error, data) from None
    return text


class _Level(Struct):
    """An open mapping or list."""

    anchor: str | None
    keys: set[str] | None
    """Names so far; None for a list."""
    size: int = 1
    at_key: bool = True


class _Vetting(Struct):
    """One pass over the events of a file."""

    budget: int
    """Nodes and characters the file may come to with its aliases written out."""
    levels: list[_Level] = field(default_factory=list)
    sizes: dict[str, int] = field(default_factory=dict)
    """Anchor -> size of the finished node it names."""
    documents: int = 0
    nodes: int = 0

    def run(self, text: str) -> None:
        for event in yaml.parse(text, Loader=_Base):
            line = event.start_mark.line + 1 if event.start_mark else 0
            match event:
                case yaml.ScalarEvent():
                    self._check_scalar(event, line)
                case yaml.AliasEvent():
                    self._check_alias(event.anchor or "", line)
                case yaml.MappingStartEvent() | yaml.SequenceStartEvent():
                    self._open(event, line)
                case yaml.MappingEndEvent() | yaml.SequenceEndEvent():
                    level = self.levels.pop()
                    self._add(level.anchor, level.size, line)
                case yaml.DocumentStartEvent():
                    self.documents += 1
                    if self.documents > 1:
                        raise YamlError("a second document begins; one is read", line)

    def _check_scalar(self, event: yaml.ScalarEvent, line: int) -> None:
        _check_tag(event.tag, line)
        text = event.value
        if event.implicit[0] and len(text) > MAX_NUMBER and not text.strip(_NUMERIC):
            raise YamlError(f"a number of {len(text):,} characters", line)
        self._check_key(text, line)
        self._add(event.anchor, 1 + len(text), line)

    def _check_alias(self, anchor: str, line: int) -> None:
        if anchor not in self.sizes:
            raise YamlError(f"alias *{anchor} names nothing that is complete before it", line)
        self._check_key(None, line)
        self._add(None, self.sizes[anchor], line)

    def _open(self, event: yaml.CollectionStartEvent, line: int) -> None:
        _check_tag(event.tag, line)
        self._check_key(None, line)
        if len(self.levels) >= MAX_DEPTH:
            raise YamlError(f"nested more than {MAX_DEPTH} levels deep", line)
        keys: set[str] | None = set() if isinstance(event, yaml.MappingStartEvent) else None
        self.levels.append(_Level(event.anchor, keys))

    def _check_key(self, name: str | None, line: int) -> None:
        """Note that a node begins; in a mapping every other one is a key and has to be a name."""
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise YamlError(f"more than {MAX_NODES:,} values; split it into several files", line)
        level = self.levels[-1] if self.levels else None
        if level is None or level.keys is None:
            return
        if level.at_key:
            if name is None:
                raise YamlError("a key that is not a plain name", line)
            if name in level.keys:
                raise YamlError(f"key {name[:60]!r} is given twice", line)
            level.keys.add(name)
        level.at_key = not level.at_key

    def _add(self, anchor: str | None, size: int, line: int) -> None:
        if size > self.budget:
            raise YamlError("its aliases make it many times larger than it is", line)
        if anchor is not None:
            self.sizes[anchor] = size
        if self.levels:
            self.levels[-1].size += size


def _check_tag(tag: str | None, line: int) -> None:
    if tag not in _TAGS:
        raise YamlError(f"tag {str(tag)[:80]!r} is not read: data only, no objects", line)


def _explain_error(error: yaml.YAMLError, data: bytes) -> YamlError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    if mark is not None:
        parts = (getattr(error, "context", None), getattr(error, "problem", None))
        return YamlError(", ".join(part for part in parts if part), mark.line + 1)
    position = getattr(error, "position", None)
    line = data.count(b"\n", 0, position) + 1 if isinstance(position, int) else 0
    return YamlError(str(getattr(error, "reason", error)).splitlines()[0], line)
