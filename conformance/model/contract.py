"""What was read from a set of pages, and what was not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from conformance.model.operation import Kind, Location, Operation, Stated
from conformance.model.span import Span

GapKind: TypeAlias = Literal[
    "page-unreadable", "endpoint-missing", "table-garbled", "row-unread", "header-unknown",
    "type-missing", "type-unknown", "placeholder-undocumented", "example-not-json",
    "operation-conflict", "specification-invalid"
]  # fmt: skip


class Gap(Struct, frozen=True, kw_only=True):
    """Something on a page that cannot be read as what it seems to be: a fact, not a judgement."""

    kind: GapKind
    span: Span
    operation: str = ""
    """``METHOD /path`` of the operation it stands in, when there is one."""
    subject: str = ""
    """Dotted name of the thing concerned, or words that name the place (``table "Fees"``)."""
    detail: str = ""
    """What was observed, in one sentence without the page's name or line."""


class Claim(Struct, frozen=True, kw_only=True):
    """One place where a page documents an input or a member, as that place alone has it; after
    merging, only the claims show where two disagree."""

    operation: str
    occurrence: int
    """Which of the page's occurrences of an operation it belongs to, from 0."""
    subject: str
    """Dotted name; the same for all claims of one thing."""
    span: Span
    kind: Kind | None = None
    """JSON type; None when the place gives none."""
    type_text: str = ""
    """The place's own word for the type, verbatim."""
    marks: tuple[Stated, ...] = ()
    """What its name, its column of marks and its description state of whether it must be there."""
    location: Location | Literal["body", ""] = ""
    """Where an input goes, in the words of the row or of its table; empty when neither says."""


class Statement(Struct, frozen=True, kw_only=True):
    """Something a page says of an operation outside of its tables."""

    kind: Literal["method", "path", "query", "location", "only-sampled"]
    """``method``: what a sample or another heading calls the path with.  ``path``: what a sample
    calls that is no instance of the path.  ``query``: what a sample calls the path with after the
    question mark.  ``location``: where prose says that the inputs go.  ``only-sampled``: method
    and path stand in sample code and nowhere else."""
    operation: str
    word: str
    """The method in upper case; the path; the query as written; ``query`` or ``body`` for a
    location; empty for ``only-sampled``."""
    span: Span


class Coverage(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How much of the pages was read."""

    pages: int = 0
    rows: int = 0
    """Data rows of all tables."""
    rows_unread: int = 0
    """Rows neither extracted nor part of a table known to be about something else."""
    blocks: int = 0
    """List items, code blocks, components and fields of an engine's markup."""
    blocks_unread: int = 0
    """Of those, the ones that were not read although they look like documentation."""

    def __add__(self, other: Coverage) -> Coverage:
        names = self.__struct_fields__
        return Coverage(**{name: getattr(self, name) + getattr(other, name) for name in names})


class Contract(Struct, frozen=True, kw_only=True):
    """The operations a set of pages documents."""

    operations: tuple[Operation, ...] = ()
    gaps: tuple[Gap, ...] = ()
    coverage: Coverage = Coverage()


_WORDING = frozenset(
    {"description", "summary", "condition", "type_text", "title", "text", "error", "page", "span"}
    | {"confidence", "gaps", "coverage"}
)


def compare_contracts(first: Contract, second: Contract) -> tuple[str, ...]:
    """Where the two differ, as ``path: this / that``, in operations, names, places, types, marks,
    values, limits and examples; wording, spans and confidence do not count."""
    left, right = dict(_list_facts("contract", first)), dict(_list_facts("contract", second))
    paths = dict.fromkeys((*left, *right))
    return tuple(
        f"{path}: {left.get(path)} / {right.get(path)}"
        for path in paths
        if left.get(path) != right.get(path)
    )


def _list_facts(path: str, noun: Any) -> Iterator[tuple[str, tuple[type, Any]]]:
    """What ``noun`` says in its members, which go by name where they have one, else by position."""
    if isinstance(noun, Span):
        return
    if isinstance(noun, Struct):
        yield path, (type(noun), None)
        for member in noun.__struct_fields__:
            if member not in _WORDING:
                yield from _list_facts(f"{path}.{member}", getattr(noun, member))
    elif isinstance(noun, tuple) and noun and isinstance(noun[0], Struct):
        for index, member in enumerate(noun):
            names = (getattr(member, attribute, None) for attribute in ("key", "name", "status"))
            yield from _list_facts(f"{path}.{next(filter(None, names), index)}", member)
    else:
        yield path, (type(noun), noun)
