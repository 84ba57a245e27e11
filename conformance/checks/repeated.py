"""Names that a JSON text gives twice in one object, told where the documentation knows them."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks.facts import Repeated
from conformance.checks.plan import Plan
from conformance.evidence.body import Repetitions, Trail, pointer_along, repetitions
from conformance.model.operation import Confidence, Json
from conformance.model.span import Span
from conformance.schema.pointers import ITEMS, member


def repeated(
    data: bytes, plan: Plan | None, subject: str, span: Span, confidence: Confidence = "high"
) -> Iterator[Repeated]:
    """One fact for each documented member that ``data`` gives twice, at the first such place.

    What the page does not know is told of the documented object around it, so that facts are
    bounded by what is documented.  Time is linear in the body.

    Raises:
        JsonError: as :func:`conformance.evidence.body.load_json`.
    """
    told: set[str] = set()
    for trail, where, about, value in _places(repetitions(data), plan, subject):
        if about not in told:
            told.add(about)
            yield Repeated(
                subject=about,
                pointer=pointer_along(trail),
                span=where or span,
                seen=value,
                confidence=confidence,
                name=trail[1],
            )


def _places(
    found: Repetitions, plan: Plan | None, subject: str
) -> Iterator[tuple[tuple[Trail, str], Span | None, str, Json]]:
    """Way, documented line, subject and value of each, in document order."""
    waiting: list[tuple[Trail, Json, Plan | None, str]] = [(None, found.root, plan, subject)]
    while waiting:
        trail, value, known, about = waiting.pop()
        if isinstance(value, dict):
            inner = {name: _member(known, name, about) for name in value}
            for name in found.of(value):
                told = inner[name][0] or known
                span = told.value.span if told else None
                yield (trail, name), span, inner[name][1], value[name]
            waiting += [((trail, n), value[n], *inner[n]) for n in reversed(value)]
        elif isinstance(value, list):
            item = known.item if known else None
            below = about + ITEMS if item else about
            waiting += [
                ((trail, str(n)), value[n], item, below) for n in reversed(range(len(value)))
            ]


def _member(known: Plan | None, name: str, about: str) -> tuple[Plan | None, str]:
    """The documented member, or nothing under the subject of what is around it."""
    if known is None or name not in known.members:
        return None, about
    return known.members[name][1], member(about, name)
