"""What was read from a set of pages, and what was not."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from conformance.model.operation import Operation
from conformance.model.span import Span

GapKind: TypeAlias = Literal[
    "page-unreadable",
    "endpoint-missing",
    "table-garbled",
    "row-unread",
    "header-unknown",
    "type-missing",
    "type-unknown",
    "example-not-json",
    "operation-conflict",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Gap:
    """Something on a page that cannot be read as what it seems to be: a fact, not a judgement."""

    kind: GapKind
    span: Span
    operation: str = ""
    """``METHOD /path`` of the operation it stands in, when there is one."""
    subject: str = ""
    """Dotted name of the thing concerned, or words that name the place (``table "Fees"``)."""
    detail: str = ""
    """What was seen, in one sentence without the page's name or line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """How much of the pages was read."""

    pages: int = 0
    rows: int = 0
    """Data rows of all tables."""
    rows_unread: int = 0
    """Rows neither extracted nor part of a table known to be about something else."""

    def __add__(self, other: Coverage) -> Coverage:
        return Coverage(
            pages=self.pages + other.pages,
            rows=self.rows + other.rows,
            rows_unread=self.rows_unread + other.rows_unread,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract:
    """The operations a set of pages documents."""

    operations: tuple[Operation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    coverage: Coverage = Coverage()
