"""What a page says twice, and differently: types, required marks, either-or pairs, limits."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Final, Literal

from conformance.checks.limits import bounds_beside_default, excluding_bounds
from conformance.checks.lint.facts import BothRequired, EmptyRange, MarksApart, TypesApart
from conformance.model.contract import Claim
from conformance.model.document import Document
from conformance.model.operation import Group, Operation, Stated, Value
from conformance.reading import PageReading
from conformance.reading.subjects import members

_REPEATED: Final = 3
"""Names that one table has again, from which on it is a table of several objects."""
_NUMBERS: Final = frozenset(("integer", "number"))
_EXCLUSIVE: Final = ("exactly-one", "at-most-one")
_SENTENCE_END: Final = re.compile(r"(?<=[.;!?。；])(?!\d)|<br */?>")
_TOKEN: Final = re.compile(r"\d+(?:\.\d+)?")
_NAME: Final = re.compile(r"[A-Za-z]\w*[_A-Z]\w*|(?<=`)\w+(?=`)")
"""What is a name wherever it stands: two words as one, or set as code."""
_OPPOSED: Final = {Stated.YES, Stated.NO}


def types_apart(document: Document, reading: PageReading) -> Iterator[TypesApart]:
    """One thing with two JSON types; an integer is a number."""
    unnested = _unnested(reading)
    for claims in _together(reading):
        typed = [t for t in claims if t.kind is not None]
        other = next((t for t in typed if not _alike(typed[0], t)), None)
        if other is not None:
            first = typed[0]
            yield TypesApart(
                operation=first.operation,
                subject=first.subject,
                span=first.span,
                other=other.span,
                confidence="low" if first.occurrence in unnested else "high",
                first=first,
                second=other,
            )


def _unnested(reading: PageReading) -> frozenset[int]:
    """Occurrences whose answers repeat so many names that their nesting must have been lost."""
    repeated: Counter[int] = Counter()
    for claims in _together(reading):
        if len(claims) > 1 and claims[0].subject.startswith("responses."):
            repeated[claims[0].occurrence] += 1
    return frozenset(number for number, count in repeated.items() if count >= _REPEATED)


def _alike(first: Claim, second: Claim) -> bool:
    return first.kind == second.kind or {first.kind, second.kind} == _NUMBERS


def marks_apart(document: Document, reading: PageReading) -> Iterator[MarksApart]:
    """One thing marked as required and as not required, in one row or in two, or by the path."""
    unnested = _unnested(reading)
    for claims in _together(reading):
        optional = next((t for t in claims if _is_optional_part(t)), None)
        if optional is not None:
            yield _marked(optional, optional, "path")
            continue
        torn = next((t for t in claims if set(t.marks) >= _OPPOSED), None)
        if torn is not None:
            yield _marked(torn, torn, "row")
            continue
        marked = [t for t in claims if _OPPOSED & set(t.marks)]
        other = next((t for t in marked if {*marked[0].marks, *t.marks} >= _OPPOSED), None)
        if other is not None and other.occurrence not in unnested:
            yield _marked(marked[0], other, "other")


def _is_optional_part(claim: Claim) -> bool:
    """Whether a row marks as not required what the path cannot do without."""
    name = claim.subject.partition(".")[2]
    within = "{" + name + "}" in claim.operation and claim.location in ("", "path")
    return within and claim.subject.startswith("parameters.") and set(claim.marks) == {Stated.NO}


def _marked(first: Claim, second: Claim, against: Literal["row", "other", "path"]) -> MarksApart:
    return MarksApart(
        operation=first.operation,
        subject=first.subject,
        span=first.span,
        other=None if first is second else second.span,
        against=against,
    )


def _together(reading: PageReading) -> Iterator[list[Claim]]:
    """The claims of each thing, in page order; an operation documented again is another thing."""
    groups: dict[tuple[int, str], list[Claim]] = {}
    for claim in reading.claims:
        groups.setdefault((claim.occurrence, claim.subject), []).append(claim)
    yield from groups.values()


def both_required(document: Document, reading: PageReading) -> Iterator[BothRequired]:
    """Either-or inputs of which more than one is marked as required."""
    for operation in reading.operations:
        for group in operation.groups:
            if group.kind in _EXCLUSIVE:
                yield from _both(operation, group, reading)


def _both(operation: Operation, group: Group, reading: PageReading) -> Iterator[BothRequired]:
    bare = {name.removesuffix("[]") for name in group.names}
    marked = {
        t.subject: t
        for t in reversed(reading.claims)
        if t.operation == operation.key
        and t.subject.partition(".")[2] in bare
        and Stated.YES in t.marks
    }
    if len(marked) > 1:
        subject = min(marked, key=lambda name: marked[name].span.line)
        yield BothRequired(
            operation=operation.key,
            subject=subject,
            span=marked[subject].span,
            other=group.span,
            names=group.names,
        )


def empty_ranges(document: Document, reading: PageReading) -> Iterator[EmptyRange]:
    """Limits that no value keeps to, none of a list, or not the default.

    What a sentence says of another name is no limit of this one, whatever was read of it.
    """
    for operation in reading.operations:
        found = list(members(operation, shown=False))
        names = {name.rpartition(".")[2].removesuffix("[]") for name, _ in found}
        for name, (value, _) in found:
            inner: Value | None = value
            while inner is not None and not (bounds := excluding_bounds(inner)):
                inner = inner.items
            default = () if inner else value.default
            bounds = bounds or bounds_beside_default(value)
            own = name.rpartition(".")[2].removesuffix("[]")
            if bounds and not _is_of_another(value.span.quote, bounds, names - {own}):
                yield EmptyRange(
                    operation=operation.key,
                    subject=name,
                    span=value.span,
                    bounds=bounds,
                    listed=bool(inner and inner.enum),
                    default=default,
                )


def _is_of_another(
    text: str, bounds: tuple[tuple[str, int | float], ...], others: set[str]
) -> bool:
    """Whether every sentence with one of the numbers names another thing of the operation."""
    sentences = _SENTENCE_END.split(text)
    for _, bound in bounds:
        having = [s for s in sentences if str(bound) in _TOKEN.findall(s)]
        if having and all(others & set(_NAME.findall(s)) for s in having):
            return True
    return False
