"""Patterns are compiled when they are first used, and are then what ``re.compile`` gives."""

from __future__ import annotations

import re
import subprocess
import sys

from conformance.patterns import regex

_COUNT = """\
from conformance import patterns
used = []
compiled = patterns._Uncompiled.__getattr__
patterns._Uncompiled.__getattr__ = lambda self, name: used.append(name) or compiled(self, name)
import conformance.cli.console
from conformance.parse import parse_page
from conformance.reading import read_documents
print(len(used) < 10)
read_documents([parse_page(b"## GET /shelves", "page.md")])
print(0 < len(used) < 300)
"""


def test_what_is_used_is_what_the_library_compiles() -> None:
    words = regex(r"(?P<word>[a-z]+)", re.IGNORECASE)
    plain = re.compile(r"(?P<word>[a-z]+)", re.IGNORECASE)
    text = "One two 3"
    assert [hit["word"] for hit in words.finditer(text)] == ["One", "two"]
    assert words.sub("-", text) == plain.sub("-", text)
    assert (words.pattern, words.flags, words.groupindex) == (
        plain.pattern, plain.flags, plain.groupindex,
    )  # fmt: skip
    assert words.match == words.match
    assert regex(rb"\d").search(b"a1")


def test_next_to_nothing_is_compiled_before_it_is_used() -> None:
    command = [sys.executable, "-c", _COUNT]
    done = subprocess.run(command, capture_output=True, text=True)  # noqa: S603 - our own lines
    assert done.stdout.split() == ["True", "True"], done.stderr
