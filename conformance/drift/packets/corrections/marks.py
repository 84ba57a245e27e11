"""Inputs that exclude each other, each marked as required: the marks go."""

from __future__ import annotations

import re
from typing import Final

from conformance.drift.packets.cells import RowAt, row_at
from conformance.drift.packets.packet import Advice, Docs, Edit, Proposal
from conformance.model.contract import Claim
from conformance.model.finding import Finding
from conformance.model.operation import Stated
from conformance.reading.rows.row import read_required

_STAR: Final = re.compile(r"\s*\\?\*+(?=\s*`?\s*$)")
_NAME: Final = re.compile(r"`([^`]+)`")
_NEAR: Final = 7
"""Lines below a name within which a form marks it."""


def correct(finding: Finding, docs: Docs) -> Advice | None:
    """Certain: the page says itself that only one of them may be given."""
    names = {name.removesuffix("[]") for name in _NAME.findall(finding.message)}
    page = finding.documented.page if finding.documented else ""
    marked = [
        t
        for t in docs.tellings(finding.operation)
        if t.span.page == page and t.subject.partition(".")[2] in names and Stated.YES in t.marks
    ]
    edits = tuple(edit for telling in marked for edit in _unmarked(docs, telling))
    if not edits:
        return None
    listed = " and ".join(f"`{name}`" for name in sorted(names))
    return Proposal(
        says=f"{listed} lose their marks of required inputs; that one of them is, the page "
        "says in words.",
        edits=edits,
    )


def _unmarked(docs: Docs, telling: Claim) -> tuple[Edit, ...]:
    row = row_at(docs, telling.span)
    if row is None:
        return _in_form(docs, telling)
    if row.has("required"):
        return row.edit("required", _conditional(docs, row))
    return row.edit("name", _STAR.sub("", row.raw("name")))


def _conditional(docs: Docs, row: RowAt) -> str:
    """The page's own word for a condition; an empty cell where it has none."""
    for telling in docs.tellings_on(row.page):
        other = row_at(docs, telling.span)
        raw = other.raw("required") if other else ""
        if raw and read_required(raw) is Stated.CONDITIONAL:
            return raw
    return ""


def _in_form(docs: Docs, telling: Claim) -> tuple[Edit, ...]:
    """The line of a form that says nothing but that it is required, and the blank one below."""
    lines = docs.by_page[telling.span.page].document.lines
    for number in range(telling.span.line + 1, min(telling.span.line + _NEAR, len(lines) + 1)):
        if read_required(lines[number - 1]) is Stated.YES:
            blank = number < len(lines) and not lines[number].strip()
            return (Edit(telling.span.page, number, number + blank, ()),)
    return ()
