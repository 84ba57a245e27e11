"""Every row as a claim of its own, before operations are built of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from conformance.model.contract import Claim
from conformance.model.operation import Operation, Stated, subjects
from conformance.model.span import Span
from conformance.reading.classification import ClassifiedTable
from conformance.reading.facets.kind import row_kind
from conformance.reading.facets.presence import read_location, read_stated
from conformance.reading.roles import Role
from conformance.reading.rows.flat import FlatSection
from conformance.reading.rows.row import FieldRow

_ROOTS = ("parameters", "requestBody")


def find_claims(
    operation: Operation,
    occurrence: int,
    settled: Sequence[ClassifiedTable],
    others: Iterable[ClassifiedTable],
    sections: Iterable[FlatSection],
) -> Iterator[Claim]:
    """All rows of one scope that state something of ``operation``.

    ``occurrence`` counts the places where the page documents an operation.
    ``settled`` are the tables it was built of, ``others`` those that were left out: rows of
    inputs documented again as bare paragraphs, and tables that make no sense where they stand.
    """
    known = _Subjects(operation)
    for p in (p for p in settled if p.role.kind != "garbled"):
        yield from _claim_rows(operation, occurrence, p.role, p.table.fields, known)
    for section in sections:
        yield from _claim_rows(operation, occurrence, section.role, section.table.fields, known)
    for p in others:
        names = {raw.name.name.removesuffix("[]") for raw in p.table.fields}
        if p.from_paragraphs and known.are_inputs(names):
            yield from _claim_rows(
                operation, occurrence, Role(kind="request"), p.table.fields, known
            )
        elif p.role.kind == "garbled" and not p.from_paragraphs:
            yield from _claim_rows(operation, occurrence, p.role, p.table.fields, known)


class _Subjects:
    """The dotted names of an operation, by where they are stated and by their steps."""

    def __init__(self, operation: Operation) -> None:
        self.path = operation.path
        known = list(subjects(operation))
        shared = Counter(span for span, _ in known)
        self.by_span: Mapping[Span, str] = {s: name for s, name in known if shared[s] == 1}
        """Where a whole page is one line, a place says nothing of what stands there."""
        self.by_steps: Mapping[str, str] = {name.replace("[]", ""): name for _, name in known}

    def are_inputs(self, names: Iterable[str]) -> bool:
        return all(any(f"{root}.{n}" in self.by_steps for root in _ROOTS) for n in names)

    def of(self, raw: FieldRow, role: Role, path: str) -> str:
        """What the row at ``path`` of its table is about; empty when the operation has no such."""
        if role.kind == "response":
            return self.by_steps.get(f"responses.{role.status or '200'}.{path}", "")
        if role.kind == "request":
            body_first = _find_location(raw, role, self.path) == "body"
            roots = reversed(_ROOTS) if body_first else _ROOTS
            found = (self.by_steps.get(f"{root}.{path}") for root in roots)
            return next((subject for subject in found if subject), "")
        if role.kind == "garbled":
            return f"parameters.{path}" if role.where not in (None, "body") else ""
        return self.at(raw)

    def at(self, raw: FieldRow) -> str:
        """What stands at the row's own place under its name, wherever a sample has put it."""
        subject = self.by_span.get(raw.span, "")
        own = raw.name.name.removesuffix("[]").rpartition(".")[2]
        there = subject.removesuffix("[]").rpartition(".")[2]
        same = there == own or (raw.name.any_case and there.lower() == own.lower())
        return subject if same else ""


def _claim_rows(
    operation: Operation, occurrence: int, role: Role, rows: Sequence[FieldRow], known: _Subjects
) -> Iterator[Claim]:
    here: dict[str, str] = {}
    """Subjects of this table by path: one documented again has no span there."""
    for path, raw in zip(paths(rows), rows, strict=True):
        subject = known.at(raw) or here.get(path) or known.of(raw, role, path)
        if not subject:
            continue
        here[path] = subject
        yield Claim(
            operation=operation.key,
            occurrence=occurrence,
            subject=subject,
            span=raw.span,
            kind=row_kind(raw),
            type_text=raw.type_text,
            marks=tuple(_find_marks(raw)),
            location=_find_location(raw, role, operation.path),  # type: ignore[arg-type]
        )


def paths(rows: Sequence[FieldRow]) -> list[str]:
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


def _find_location(raw: FieldRow, role: Role, path: str) -> str:
    if own := read_location(raw, path):
        return own
    if role.with_path and "{" + raw.name.name + "}" in path:
        return "path"
    return (role.where if role.kind in ("request", "garbled") else None) or ""


def _find_marks(raw: FieldRow) -> Iterator[Stated]:
    for stated in (raw.name.required, raw.required, read_stated(raw.description.plain)):
        if stated is not Stated.NOT_STATED:
            yield stated
