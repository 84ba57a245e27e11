"""All facts about one body: its envelope if it has one, then the record in place."""

from __future__ import annotations

from collections.abc import Iterator

from conformance.checks import envelope
from conformance.checks.facts import Enveloped, Fact
from conformance.checks.plan import Plan
from conformance.checks.walk import Node, least, walk
from conformance.model.operation import Confidence, Json, Stated
from conformance.schema.pointers import child, resolve


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
        else:
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
