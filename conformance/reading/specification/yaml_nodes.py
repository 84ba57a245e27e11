"""The text of an OpenAPI or Swagger document in YAML -> its nodes, each with its line.

It is read event by event: nothing is expanded, built by tag or nested without bound, and a text
that breaks off gives what stood before.
"""

from __future__ import annotations

from typing import Any, Final

import yaml

from conformance.model.operation import Scalar
from conformance.patterns import regex
from conformance.reading.json_text import SampleNode
from conformance.reading.specification.nodes import MAX_DEPTH

_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_MAX_MERGED: Final = 100
"""Members that a merge key (``<<``) may add."""
_INTEGER: Final = regex(r"[-+]?\d{1,400}")
_NUMBER: Final = regex(r"[-+]?(?:\d{1,400}(?:\.\d{0,400})?|\.\d{1,400})(?:[eE][-+]?\d{1,4})?")
_WORDS: Final[dict[str, Scalar]] = {"true": True, "True": True, "false": False, "False": False}
_NULLS: Final = frozenset(("", "~", "null", "Null", "NULL"))


def read_yaml(text: str) -> SampleNode | None:
    """The root of ``text``, of any kind; None when it has none."""
    reader = _YamlReader()
    try:
        for event in yaml.parse(text, Loader=_Loader):
            if not reader.take(event):
                break
    except (yaml.YAMLError, ValueError):
        pass
    return reader.root


class _YamlReader:
    """The nodes that the events of one document make."""

    def __init__(self) -> None:
        self.root: SampleNode | None = None
        self.open: list[tuple[SampleNode, tuple[str, int] | None]] = []
        """Containers around the next node, each with the key that waits for its value."""
        self.anchors: dict[str, SampleNode] = {}

    def take(self, event: Any) -> bool:
        """Take one event; False when the document is at its end or nests too deep."""
        if isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            is_object = isinstance(event, yaml.MappingStartEvent)
            node = SampleNode("object" if is_object else "array", _read_line(event))
            self._put(node, event.anchor)
            self.open.append((node, None))
            return len(self.open) < MAX_DEPTH
        if isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            self.open.pop()
        elif isinstance(event, yaml.ScalarEvent):
            self._read_scalar(event)
        elif isinstance(event, yaml.AliasEvent):
            node = self.anchors.get(event.anchor or "") or SampleNode("unknown", _read_line(event))
            self._put(node, None)
        return not isinstance(event, yaml.DocumentEndEvent)

    def _read_scalar(self, event: Any) -> None:
        line = _read_line(event)
        if self.open and self.open[-1][0].kind == "object" and self.open[-1][1] is None:
            self.open[-1] = (self.open[-1][0], (event.value, line))
            return
        value = _resolve(event.value) if event.implicit[0] else event.value
        self._put(SampleNode("null" if value is None else "scalar", line, value), event.anchor)

    def _put(self, node: SampleNode, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = node
        if not self.open:
            self.root = self.root or node
            return
        parent, key = self.open[-1]
        if parent.kind == "array":
            parent.items.append(node)
        elif key is None:
            self.open[-1] = (parent, ("", node.line))
        else:
            _add(parent, key, node)
            self.open[-1] = (parent, None)


def _read_line(event: Any) -> int:
    """From 0."""
    return int(event.start_mark.line)


def _add(parent: SampleNode, key: tuple[str, int], node: SampleNode) -> None:
    name, line = key
    if name == "<<" and node.kind == "object" and len(node.members) <= _MAX_MERGED:
        for inner, child in node.members.items():
            parent.members.setdefault(inner, child)
    else:
        node.line = min(node.line, line) if node.kind in ("object", "array") else node.line
        parent.members[name] = node


def _resolve(text: str) -> Scalar:
    """A plain scalar by the core schema of YAML 1.2, in which ``on`` and ``no`` are words."""
    if text in _NULLS:
        return None
    if text in _WORDS:
        return _WORDS[text]
    if _INTEGER.fullmatch(text):
        return int(text)
    return float(text) if _NUMBER.fullmatch(text) else text
