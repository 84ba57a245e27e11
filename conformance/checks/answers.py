"""An answer checked against what the page lets one expect of the request."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from conformance.checks.aggregation import FindingAggregator
from conformance.checks.facts import Accepted, Fact, Failed, Rejected
from conformance.checks.match import response_for
from conformance.checks.registry import judges
from conformance.checks.runner import check
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Field, Operation, Parameter
from conformance.model.span import Span
from conformance.schema.pointers import member, parameter

AUTH: Final = "auth"
"""The fault, and the subject, of a request that is not signed."""
_SAME_CAUSE: Final = "undocumented-status"


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What is known of a request before it is answered."""

    fault: str = ""
    """What is wrong with it; empty for a request that keeps to the page."""
    subject: str = ""
    """What the fault is in."""
    vouched: bool = False
    """Somebody says that it is to succeed: a valid request may still be about nothing."""
    statuses: tuple[str, ...] = ()
    """Statuses as good as a success."""
    success: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Members of an answer and their values in a success, where a status does not tell."""


def answer_findings(
    operation: Operation, interaction: Interaction, expected: Expectation
) -> tuple[Finding, ...]:
    """Everything in ``interaction`` that is not as documented: the answer's status, then itself.

    Never raises for what stands in an answer.
    """
    facts = list(_facts(operation, interaction, expected))
    own = _aggregated(operation, interaction, facts)
    if any(isinstance(fact, Accepted | Failed) for fact in facts):
        return own  # the rest of such an answer follows from that
    found = check((operation,), (interaction,)).findings
    return (*own, *(f for f in found if not (own and f.rule == _SAME_CAUSE)))


def unanswered_findings(
    operation: Operation, request: Request, reason: str, where: str, origin: Origin
) -> tuple[Finding, ...]:
    """The one finding about a request that got no whole answer."""
    nothing = Interaction(request=request, reply=Reply(status=0), origin=origin, where=where)
    place = _place("responses", operation.span)
    return _aggregated(operation, nothing, [Failed(**place, status=0, reason=reason)])


def _facts(operation: Operation, interaction: Interaction, expected: Expectation) -> Iterator[Fact]:
    reply = interaction.reply
    place = _place(f"responses.{reply.status}", operation.span)
    documented = bool(response_for(operation, reply.status))
    if reply.status >= 500 and not documented:
        yield Failed(**place, status=reply.status)
    elif expected.fault and _succeeded(reply, expected):
        subject = expected.subject
        at = _place(subject, _span(operation, subject))
        yield Accepted(**at, fault=expected.fault, status=reply.status)
    elif not expected.fault and _turned_down(operation, reply, expected):
        yield Rejected(**place, status=reply.status)


def _turned_down(operation: Operation, reply: Reply, expected: Expectation) -> bool:
    """With a status that would be found by itself where the page has others."""
    named = [response for response in operation.responses if response.stated]
    known = bool(response_for(operation, reply.status)) or not named
    rejected = 400 <= reply.status < 500 and str(reply.status) not in expected.statuses
    return expected.vouched and rejected and known


def _succeeded(reply: Reply, expected: Expectation) -> bool:
    """By its status, unless a member says otherwise."""
    if not 200 <= reply.status < 300:
        return False
    try:
        body = load_json(reply.body)
    except JsonError:
        return True
    known = body if isinstance(body, dict) else {}
    return all(name not in known or str(known[name]) in values for name, values in expected.success)


def _aggregated(
    operation: Operation, interaction: Interaction, facts: Sequence[Fact]
) -> tuple[Finding, ...]:
    aggregator = FindingAggregator(judges("request"), noun="request")
    for fact in facts:
        aggregator.add(fact, operation, fact.subject, interaction)
    return tuple(aggregator.findings())


def _place(subject: str, span: Span) -> dict[str, Any]:
    """What every fact begins with."""
    return {"subject": subject, "span": span, "present": False}


def _span(operation: Operation, subject: str) -> Span:
    """The line that documents the input, or the operation."""
    if subject == AUTH and operation.auth:
        return operation.auth[0].span
    named: list[tuple[str, Parameter | Field]] = [
        (parameter(p.name), p) for p in operation.parameters
    ]
    if operation.body is not None:
        named += [(member("body", f.name), f) for f in operation.body.value.fields]
    return next((one.span for name, one in named if name == subject), operation.span)
