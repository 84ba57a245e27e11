"""All facts about one body: its envelope if it has one, then the record in place."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks import envelope
from conformance.checks.facts import Enveloped, Fact, Repeated
from conformance.checks.fast import gate_of
from conformance.checks.plan import Plan, least
from conformance.checks.walk import Node, walk
from conformance.evidence.body import Repetitions, Trail, pointer_along, repetitions
from conformance.model.operation import Confidence, Json, Stated
from conformance.model.span import Span
from conformance.schema.pointers import ITEMS, child, member, resolve


def body_facts(
    plan: Plan,
    body: Json,
    subject: str,
    confidence: Confidence = "high",
    wraps: tuple[envelope.Path, ...] = (),
) -> Iterator[Fact]:
    """What can be seen in ``body`` against ``plan``, as it is asked for.

    ``subject`` is what the documentation calls the whole of it (``responses.200``); ``wraps``
    are the places of the record in the page's own examples, if not at the top.
    """
    for node in roots(plan, body, subject, confidence, wraps):
        if isinstance(node, Fact):
            yield node
        elif node.seen is body or not gate_of(node.plan).accepts(node.seen):
            yield from walk(node)


def roots(
    plan: Plan,
    body: Json,
    subject: str,
    confidence: Confidence = "high",
    wraps: tuple[envelope.Path, ...] = (),
) -> Iterator[Node | Enveloped]:
    """Where in ``body`` the documented record begins; an envelope around it comes first.

    Where nothing of the record is to be seen, it is looked for at the places of ``wraps`` alone.
    What is found in a record is no surer than that it is the record.
    """
    found = envelope.find(plan, body)
    if wraps and not (found and found.found) and not envelope.is_at_top(plan, body):
        yield from _records(wraps, plan, body, subject, confidence)
        return
    if found is None:
        yield Node(plan, body, "", subject, confidence)
        return
    yield _enveloped(found, plan, body, subject, confidence)
    if not found.found:
        return
    sure = least(confidence, found.confidence)
    yield from _records(found.paths, plan, body, subject, sure)


def _records(
    paths: tuple[envelope.Path, ...], plan: Plan, body: Json, subject: str, confidence: Confidence
) -> Iterator[Node]:
    for path in paths:
        for steps, record in envelope.records(path, body):
            pointer = "".join(child("", step) for step in steps)
            yield Node(plan, record, pointer, subject, confidence)


def _enveloped(
    found: envelope.Envelope, plan: Plan, body: Json, subject: str, confidence: Confidence
) -> Enveloped:
    promised = any(field.required is Stated.YES for field, _ in plan.members.values())
    place = found.pattern.partition("/*")[0]
    sure: Confidence = "medium" if not found.found and promised else found.confidence
    return Enveloped(
        subject=subject,
        pointer=place,
        span=plan.value.span,
        seen=resolve(place, body),
        confidence=least(confidence, sure),
        pattern=found.pattern,
        found=found.found,
        known=found.known,
        outside=tuple(list(body)[:10]) if isinstance(body, dict) else (),
    )


def repeated(
    data: bytes, plan: Plan | None, subject: str, span: Span, confidence: Confidence = "high"
) -> Iterator[Repeated]:
    """One fact for each documented member that ``data`` gives twice, at the first such place.

    What the page does not know is reported of the documented object around it, so that facts are
    bounded by what is documented.  Time is linear in the body.

    Raises:
        JsonError: as :func:`conformance.evidence.body.load_json`.
    """
    reported: set[str] = set()
    for trail, where, about, value in _places(repetitions(data), plan, subject):
        if about not in reported:
            reported.add(about)
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
                documented = inner[name][0] or known
                span = documented.value.span if documented else None
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
