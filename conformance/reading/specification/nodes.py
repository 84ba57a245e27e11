"""The text of an OpenAPI or Swagger document -> its nodes, each with its line; JSON is read by the
tolerant reader of samples.
"""

from __future__ import annotations

import json
from typing import Final

from conformance.model.operation import Json
from conformance.reading.json_text import SampleNode, read_json_text

MAX_DEPTH: Final = 100
_MAX_WRITTEN: Final = 20_000
"""Nodes of an example that are written out."""


def read_nodes(text: str, language: str) -> SampleNode | None:
    """The root of ``text``; None when it is no object."""
    if language == "yaml" and text.lstrip()[:1] not in "{[":
        from conformance.reading.specification.yaml_nodes import read_yaml  # slow to import

        root = read_yaml(text)
    else:
        root = next(iter(read_json_text(text)), None)
    return root if root is not None and root.kind == "object" else None


def value_of(node: SampleNode) -> Json:
    """``node`` as JSON; an example too large is cut."""
    budget = [_MAX_WRITTEN]
    return _build_value(node, budget, 0)


def _build_value(node: SampleNode, budget: list[int], depth: int) -> Json:
    budget[0] -= 1
    if budget[0] < 0 or depth > MAX_DEPTH:
        return None
    if node.kind == "object":
        return {
            name: _build_value(child, budget, depth + 1) for name, child in node.members.items()
        }
    if node.kind == "array":
        return [_build_value(child, budget, depth + 1) for child in node.items]
    return node.value


def write_node(node: SampleNode) -> str:
    """``node`` as the text of an example."""
    return json.dumps(value_of(node), ensure_ascii=False, indent=2)
