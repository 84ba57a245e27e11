"""The text of an OpenAPI or Swagger document -> its nodes, each with its line; JSON is read by the
tolerant reader of samples.  Whether a page that is one, or JSON or YAML by its name, is valid.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct

from conformance.model.document import Document
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


_LANGUAGES: Final = {".json": "json", ".yaml": "yaml", ".yml": "yaml"}


class SyntaxFault(Struct, frozen=True):
    """Where and why a text is not what it should be."""

    language: str
    line: int
    """From 1."""
    why: str

    def __str__(self) -> str:
        return f"not valid {self.language.upper()} at line {self.line}: {self.why}"


def find_syntax_fault(document: Document) -> SyntaxFault | None:
    """The first fault of a page that is one OpenAPI document, or is named as JSON or YAML."""
    named = _LANGUAGES.get(PurePosixPath(document.page).suffix.lower(), "")
    written = document.markup if document.markup in _LANGUAGES.values() else ""
    if not named and not written:
        return None
    # what begins with a brace may be YAML as well, if the name says so
    return _check_text("\n".join(document.lines), named if named == "yaml" else written or named)


@lru_cache(maxsize=4)
def _check_text(text: str, language: str) -> SyntaxFault | None:
    return _check_json(text) if language == "json" else _check_yaml(text)


def _check_json(text: str) -> SyntaxFault | None:
    try:
        json.loads(text)
    except json.JSONDecodeError as error:
        words = error.msg.removesuffix(" at")
        why = f"{words[:1].lower()}{words[1:]}, column {error.colno}"
        return SyntaxFault("json", error.lineno, why)
    except (ValueError, RecursionError):
        pass  # a number too long, or too deep a nesting, is no fault of syntax
    return None


def _check_yaml(text: str) -> SyntaxFault | None:
    import yaml  # slow to import

    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        for _ in yaml.parse(text, Loader=loader):
            pass
    except yaml.MarkedYAMLError as error:
        return _describe_yaml(error, text.split("\n"))
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        return SyntaxFault("yaml", line, f"the character U+{ord(text[error.position]):04X}")
    except (ValueError, RecursionError):
        pass
    return None


def _describe_yaml(error: Any, lines: list[str]) -> SyntaxFault:
    mark = error.problem_mark or error.context_mark
    line = min(mark.line, len(lines) - 1)
    text = lines[line]
    if "\t" in text[: len(text) - len(text.lstrip())]:
        return SyntaxFault("yaml", line + 1, "a tab in the indentation")
    begun = error.context_mark
    around = f" ({error.context} from line {begun.line + 1})" if begun and error.context else ""
    return SyntaxFault("yaml", line + 1, f"{error.problem}{around}")
