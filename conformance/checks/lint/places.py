"""Methods and locations documented in two ways."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from conformance.checks.lint.facts import OtherMethod, OtherPath, OtherPlace
from conformance.checks.lint.standards import is_header_name
from conformance.compare.similar_names import pair
from conformance.model.contract import Claim, Statement
from conformance.model.document import Document
from conformance.reading import PageReading

_BESIDE: Final = {"query": "body", "body": "query"}


def other_methods(document: Document, reading: PageReading) -> Iterator[OtherMethod]:
    """A path called with a method that the page documents nowhere for it."""
    for statement in reading.statements:
        method, _, path = statement.operation.partition(" ")
        if statement.kind != "method" or statement.word == method:
            continue
        bare = path.rstrip("/")
        documented = {o.method: o for o in reading.operations if o.path.rstrip("/") == bare}
        if method in documented and statement.word not in documented:
            yield OtherMethod(
                operation=documented[method].key,
                subject="method",
                span=documented[method].span,
                other=statement.span,
                method=method,
                other_method=statement.word,
            )


def other_paths(document: Document, reading: PageReading) -> Iterator[OtherPath]:
    """A path called by a sample that is nearly the documented one, and no other on the page."""
    documented = {o.key.rstrip("/"): o for o in reading.operations}
    paths = {o.path.rstrip("/") for o in reading.operations}
    for statement in reading.statements:
        operation = documented.get(statement.operation)
        called = statement.word.rstrip("/")
        if statement.kind != "path" or operation is None or called in paths:
            continue
        if _is_slip(operation.path, called):
            yield OtherPath(
                operation=operation.key,
                subject="path",
                span=operation.span,
                other=statement.span,
                path=operation.path,
                other_path=called,
            )


def _is_slip(path: str, called: str) -> bool:
    """Whether the paths differ in one segment, whose names are alike.

    ``/order`` and ``/orders`` are two resources, as often as not.
    """
    wanted, given = path.strip("/").split("/"), called.strip("/").split("/")
    given = given[-len(wanted) :]
    if len(wanted) != len(given):
        return False
    both = zip(wanted, given, strict=True)
    differ = [(a, b) for a, b in both if a != b and not a.startswith("{")]
    if len(differ) != 1:
        return False
    ours, theirs = differ[0]
    plural = ours.removesuffix("s") == theirs.removesuffix("s")
    return not plural and bool(pair((ours,), (theirs,)))


def other_places(document: Document, reading: PageReading) -> Iterator[OtherPlace]:
    """Inputs that their table puts elsewhere than prose, path or HTTP do."""
    rows: dict[str, list[Claim]] = {}
    for claim in reading.claims:
        if claim.location:
            rows.setdefault(claim.operation, []).append(claim)
    wording = {s.operation: s for s in reversed(reading.statements) if s.kind == "location"}
    for operation in reading.operations:
        own = rows.get(operation.key, [])
        if operation.key in wording:
            yield from _against_prose(wording[operation.key], own)
        for row in own:
            yield from _against_http(row, operation.path)


def _against_prose(statement: Statement, rows: list[Claim]) -> Iterator[OtherPlace]:
    """Prose that speaks of the inputs as a whole, and a table that puts all of them elsewhere."""
    tabled = _BESIDE[statement.word]
    elsewhere = [row for row in rows if row.location == tabled]
    if elsewhere and not any(row.location == statement.word for row in rows):
        yield OtherPlace(
            operation=statement.operation,
            subject="requestBody" if tabled == "body" else "parameters",
            span=elsewhere[0].span,
            other=statement.span,
            names=tuple(row.subject.partition(".")[2] for row in elsewhere),
            tabled=tabled,
            stated=statement.word,
            why="prose",
        )


def _against_http(row: Claim, path: str) -> Iterator[OtherPlace]:
    name = row.subject.partition(".")[2]
    if row.subject.startswith("responses.") or "." in name:
        return
    placeholder = "{" + name + "}" in path
    if row.location in ("query", "body") and is_header_name(name):
        yield _place(row, name, "header", "header")
    elif row.location in ("query", "header", "cookie", "body") and placeholder:
        yield _place(row, name, "path", "placeholder")
    elif row.location == "path" and not placeholder:
        yield _place(row, name, "a place in the path", "no-placeholder")


def _place(row: Claim, name: str, stated: str, why: str) -> OtherPlace:
    return OtherPlace(
        operation=row.operation,
        subject=row.subject,
        span=row.span,
        names=(name,),
        tabled=row.location,
        stated=stated,
        why=why,  # type: ignore[arg-type]
    )
