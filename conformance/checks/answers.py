"""An answer checked against what the page lets one expect of the request."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from msgspec import Struct

from conformance.checks.aggregation import FindingAggregator
from conformance.checks.facts import Accepted, Fact, Failed, Rejected, describe_absent
from conformance.checks.match import response_for
from conformance.checks.registry import map_judges
from conformance.checks.runner import check
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin, Reply, Request
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.schema.kinds import member, parameter

AUTH: Final = "auth"
"""The fault, and the subject, of a request that is not signed."""
_SAME_CAUSE: Final = "undocumented-status"


class Expectation(Struct, frozen=True, kw_only=True):
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


def judge_answer(
    operation: Operation, interaction: Interaction, expected: Expectation
) -> tuple[Finding, ...]:
    """Everything in ``interaction`` that is not as documented: the answer's status, then itself.
    Never raises for what stands in an answer."""
    fact = next(_find_facts(operation, interaction, expected), None)
    own = _find_findings(operation, interaction, fact)
    if isinstance(fact, Accepted | Failed):
        return own  # the rest of such an answer follows from that
    found = check((operation,), (interaction,)).findings
    return (*own, *(f for f in found if not (own and f.rule == _SAME_CAUSE)))


def judge_no_answer(
    operation: Operation, request: Request, reason: str, where: str, origin: Origin
) -> tuple[Finding, ...]:
    """The one finding about a request that got no whole answer."""
    nothing = Interaction(request=request, reply=Reply(status=0), origin=origin, where=where)
    failed = Failed(**describe_absent("responses", operation.span), status=0, reason=reason)
    return _find_findings(operation, nothing, failed)


def _find_facts(
    operation: Operation, interaction: Interaction, expected: Expectation
) -> Iterator[Fact]:
    status, fault = interaction.reply.status, expected.fault
    place = describe_absent(f"responses.{status}", operation.span)
    documented = bool(response_for(operation, status))
    if status >= 500 and not documented:
        yield Failed(**place, status=status)
    elif fault and _is_success(interaction.reply, expected):
        at = describe_absent(expected.subject, _find_span(operation, expected.subject))
        yield Accepted(**at, fault=fault, status=status)
    elif not fault and expected.vouched and 400 <= status < 500:
        # A status that the page does not have, where it has others, is found by itself.
        known = documented or not any(response.stated for response in operation.responses)
        if known and str(status) not in expected.statuses:
            yield Rejected(**place, status=status)


def _is_success(reply: Reply, expected: Expectation) -> bool:
    """By its status, unless a member says otherwise."""
    if not 200 <= reply.status < 300:
        return False
    try:
        body = load_json(reply.body)
    except JsonError:
        return True
    known = body if isinstance(body, dict) else {}
    return all(name not in known or str(known[name]) in values for name, values in expected.success)


def _find_findings(
    operation: Operation, interaction: Interaction, fact: Fact | None
) -> tuple[Finding, ...]:
    aggregator = FindingAggregator(map_judges("request"), noun="request")
    if fact is not None:
        aggregator.add(fact, operation, fact.subject, interaction)
    return tuple(aggregator.findings())


def _find_span(operation: Operation, subject: str) -> Span:
    """The line that documents the input, or the operation."""
    if subject == AUTH and operation.auth:
        return operation.auth[0].span
    named = {parameter(p.name): p.span for p in reversed(operation.parameters)}
    fields = operation.body.value.fields if operation.body is not None else ()
    inside = {member("body", f.name): f.span for f in reversed(fields)}
    return named.get(subject) or inside.get(subject) or operation.span
