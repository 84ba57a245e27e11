"""Whether a page that is an OpenAPI document, or JSON or YAML by its name, is valid as such."""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import PurePosixPath
from typing import Any, Final

from msgspec import Struct

from conformance.model.document import Document

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
