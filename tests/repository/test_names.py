"""Names in the package: a reader who meets a class knows which one is meant."""

from __future__ import annotations

import ast
from collections import Counter
from pathlib import Path

import conformance

_PACKAGE = Path(conformance.__file__).parent


def test_no_class_name_is_used_twice() -> None:
    trees = [ast.parse(path.read_text("utf-8")) for path in _PACKAGE.rglob("*.py")]
    classes = [n for tree in trees for n in ast.walk(tree) if isinstance(n, ast.ClassDef)]
    names = Counter(found.name.lstrip("_") for found in classes)
    assert not {name: count for name, count in names.items() if count > 1}
    assert len(names) > 100
