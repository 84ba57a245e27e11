"""Every row as a telling of its own, before operations are built of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from conformance.extract.fields import read_location, row_kind
from conformance.extract.layout.roles import Role
from conformance.extract.layout.scopes import Placed
from conformance.extract.rows.flat import FlatSection
from conformance.extract.rows.raw import RawField
from conformance.extract.subjects import subjects
from conformance.extract.words.prose import read_stated
from conformance.model.contract import Telling
from conformance.model.operation import Operation, Stated
from conformance.model.span import Span

_ROOTS = ("parameters", "requestBody")


def find_tellings(
    operation: Operation,
    turn: int,
    settled: Sequence[Placed],
    others: Iterable[Placed],
    sections: Iterable[FlatSection],
) -> Iterator[Telling]:
    """All rows of one scope that tell something of ``operation``.

    ``turn`` counts the page's turns to an operation: one told again is told in another.
    ``settled`` are the tables it was built of, ``others`` those that were left out: rows of
    inputs told again as bare paragraphs, and tables that make no sense where they stand.
    """
    known = _Subjects(operation)
    for p in (p for p in settled if p.role.kind != "garbled"):
        yield from _of_rows(operation, turn, p.role, p.table.fields, known)
    for section in sections:
        yield from _of_rows(operation, turn, section.role, section.table.fields, known)
    for p in others:
        names = {raw.name.name.removesuffix("[]") for raw in p.table.fields}
        if p.is_run and known.are_inputs(names):
            yield from _of_rows(operation, turn, Role(kind="request"), p.table.fields, known)
        elif p.role.kind == "garbled" and not p.is_run:
            yield from _of_rows(operation, turn, p.role, p.table.fields, known)


class _Subjects:
    """The dotted names of an operation, by where they are said and by their steps."""

    def __init__(self, operation: Operation) -> None:
        self.path = operation.path
        told = list(subjects(operation))
        shared = Counter(span for span, _ in told)
        self.by_span: Mapping[Span, str] = {s: name for s, name in told if shared[s] == 1}
        """Where a whole page is one line, a place says nothing of what stands there."""
        self.by_steps: Mapping[str, str] = {name.replace("[]", ""): name for _, name in told}

    def are_inputs(self, names: Iterable[str]) -> bool:
        return all(any(f"{root}.{n}" in self.by_steps for root in _ROOTS) for n in names)

    def of(self, raw: RawField, role: Role, path: str) -> str:
        """What the row at ``path`` of its table is about; empty when the operation has no such."""
        if role.kind == "response":
            return self.by_steps.get(f"responses.{role.status or '200'}.{path}", "")
        if role.kind == "request":
            body_first = _location(raw, role, self.path) == "body"
            roots = reversed(_ROOTS) if body_first else _ROOTS
            found = (self.by_steps.get(f"{root}.{path}") for root in roots)
            return next((subject for subject in found if subject), "")
        if role.kind == "garbled":
            return f"parameters.{path}" if role.where not in (None, "body") else ""
        subject = self.by_span.get(raw.span, "")
        own = raw.name.name.removesuffix("[]").rpartition(".")[2]
        return subject if subject.removesuffix("[]").rpartition(".")[2] == own else ""


def _of_rows(
    operation: Operation, turn: int, role: Role, rows: Sequence[RawField], known: _Subjects
) -> Iterator[Telling]:
    here: dict[str, str] = {}
    """Subjects of this table by path: a row told again has no span of its own in the operation."""
    for path, raw in zip(paths(rows), rows, strict=True):
        subject = here.get(path) or known.of(raw, role, path)
        if not subject:
            continue
        here[path] = subject
        yield Telling(
            operation=operation.key,
            turn=turn,
            subject=subject,
            span=raw.span,
            kind=row_kind(raw),
            type_text=raw.type_text,
            marks=tuple(_marks(raw)),
            location=_location(raw, role, operation.path),  # type: ignore[arg-type]
        )


def paths(rows: Sequence[RawField]) -> list[str]:
    """The dotted path of every row within its table, without ``[]``."""
    base = min((row.name.depth for row in rows), default=0)
    trail: list[str] = []
    found: list[str] = []
    for row in rows:
        depth = min(row.name.depth - base, len(trail))
        own = row.name.name.replace("[]", "").strip(".")
        path = f"{trail[depth - 1]}.{own}" if depth else own
        trail = [*trail[:depth], path]
        found.append(path)
    return found


def _location(raw: RawField, role: Role, path: str) -> str:
    return (
        read_location(raw, path)
        or (role.where if role.kind in ("request", "garbled") else None)
        or ""
    )


def _marks(raw: RawField) -> Iterator[Stated]:
    for stated in (raw.name.required, raw.required, read_stated(raw.description.plain)):
        if stated is not Stated.NOT_STATED:
            yield stated
