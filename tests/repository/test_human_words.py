"""Words of a human language stand in the vocabulary files, and in no pattern for pages."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import conformance

_ROOM = Path(conformance.__file__).parent
_ROOMS = ("reading", "compare", "checks/parity", "checks/change")
_FILES = [
    *sorted(
        path.relative_to(_ROOM).as_posix()
        for room in _ROOMS
        for path in (_ROOM / room).rglob("*.py")
        if path.name != "rules.py"  # examples of what rules find are in its texts
    ),
    "checks/rules/statements.py",
]
_CORRECTIONS = sorted(
    path.relative_to(_ROOM).as_posix() for path in (_ROOM / "drift").rglob("*.py")
)
_OTHER_SCRIPTS = re.compile("[\u1100-\u11ff\u3040-\u30ff\u3130-\u318f\u3400-\u9fff\uac00-\ud7af]")
_NO_WORDS = re.compile(r"\(\?P<\w+>|\(\?P=\w+\)|\\[A-Za-z]|\[[^\]]*\]")
_WORD = re.compile(r"[A-Za-z]{3,}")
_TOKENS = frozenset(
    re.findall(
        r"\w+",
        "get post put delete patch head options http https wss curl host request requests axios "
        "session client net method data raw binary json xml html mdx markdown txt www form "
        "urlencoded octet stream plain true false null undefined nan "
        "default int str string path uuid float "
        "interface type export declare readonly array "
        "import require index readme schema tocs model def url web socket subscribe "
        "application multipart text image audio video",
    )
)
"""Words of protocols, programs, file names, and of JSON Schema."""
_LABELS = {
    "reading/rows/flat.py": "labels that a generator of pages leaves when its markup is flattened",
    "reading/topics.py": "reason phrases that HTTP registers for a status",
}
"""Files whose words are those of a program or a standard."""
_GENERIC = [
    name for name in _FILES if name not in _LABELS and not name.startswith("reading/engines/")
]
"""An engine's file knows the labels that its generator prints."""


def _texts(path: Path) -> Iterator[tuple[int, str]]:
    """String constants of a module, without its docstrings."""
    tree = ast.parse(path.read_text("utf-8"))
    docs = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in docs:
            yield node.lineno, node.value


def _patterns(path: Path) -> Iterator[tuple[int, str]]:
    """The expressions that a module compiles or searches with."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and node.args:
            called = ast.unparse(node.func)
            if called == "regex" or called.startswith("re."):
                yield node.lineno, " ".join(_constants(node.args[0]))


def _constants(node: ast.AST) -> Iterator[str]:
    """The texts of an expression, without those that name a table of the vocabulary."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif not isinstance(node, ast.Call):
        for child in ast.iter_child_nodes(node):
            yield from _constants(child)


@pytest.mark.parametrize("name", [*_FILES, *_CORRECTIONS])
def test_no_words_of_other_scripts(name: str) -> None:
    found = [(line, text) for line, text in _texts(_ROOM / name) if _OTHER_SCRIPTS.search(text)]
    assert found == []


@pytest.mark.parametrize("name", _GENERIC)
def test_no_words_in_patterns(name: str) -> None:
    found = {
        (line, word)
        for line, pattern in _patterns(_ROOM / name)
        for word in _WORD.findall(_NO_WORDS.sub(" ", pattern))
        if word.lower() not in _TOKENS
    }
    assert sorted(found) == []


@pytest.mark.parametrize("name", sorted(_LABELS))
def test_exceptions_are_needed(name: str) -> None:
    words = {
        word.lower()
        for _, pattern in _patterns(_ROOM / name)
        for word in _WORD.findall(_NO_WORDS.sub(" ", pattern))
    }
    assert words - _TOKENS
