"""Where in a page's words the part in dispute stands."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from conformance.model.finding import Finding
from conformance.report.plain import printable

_LONGEST_NEEDLE: Final = 200
"""Characters; nothing longer is searched for in a quoted line."""

_TELLING: Final = 6
"""Characters of a word that is taken to stand on a page for what it means."""


def locate(quote: str, finding: Finding) -> tuple[int, int] | None:
    """Where in ``quote`` the disputed part stands: start and end, or None when it does not.

    The documented word itself, if it stands there once and alone; else the subject's name, as
    much of its dotted path as the page writes out.
    """
    for word in (finding.expected, finding.actual):
        places = _places(quote, word)
        if len(places) == 1:
            return places[0]
    for name in _names(finding.subject):
        places = _places(quote, name)
        if places:
            return places[0]
    return None


def locate_cell(cells: Sequence[str], finding: Finding) -> tuple[int, int, int] | None:
    """Which of the cells of a row is disputed, and where in it: its index, start and end.

    A cell that is the documented word comes first, then one that holds it once and alone, or
    at least the first of several words (a unit, a type); then the one with the subject's name.
    """
    first = finding.expected.partition(" ")[0]
    words = (first,) if len(first) >= _TELLING and first != finding.expected else ()
    for word in (finding.expected, finding.actual, *words):
        needle = _needle(word)
        for number, cell in enumerate(cells):
            if needle and cell.strip() == needle:
                return number, 0, len(cell)
        found = [(number, *place) for number, c in enumerate(cells) for place in _places(c, word)]
        if len(found) == 1:
            return found[0]
    for name in _names(finding.subject):
        for number, cell in enumerate(cells):
            if places := _places(cell, name):
                return number, *places[0]
    return None


def _places(quote: str, word: str) -> list[tuple[int, int]]:
    """Where ``word`` stands in ``quote`` as a word of its own."""
    needle = _needle(word)
    if not needle or needle not in quote:
        return []
    pattern = rf"(?<!\w){re.escape(needle)}(?!\w)"
    return [match.span() for match in re.finditer(pattern, quote)]


def _needle(word: str) -> str:
    """``word`` as it would stand on a page; empty when it is nothing to search for."""
    shown = printable(word).strip().strip('"')
    return shown if len(shown) <= _LONGEST_NEEDLE else ""


def _names(subject: str) -> Iterator[str]:
    """Ends of a dotted subject, longest first: ``orders[].id``, ``orders.id``, ``id``."""
    parts = subject.split(".")[-8:]
    for count in range(len(parts)):
        name = ".".join(parts[count:])
        yield name
        if "[]" in name:
            yield name.replace("[]", "")
