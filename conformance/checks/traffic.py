"""The requests of recorded traffic checked against what is documented: accepted and refused ones.

Strict, since nobody says what a recorded request was meant to be: an answer is a success only by
its status and its body, and what a recorder may have left out is not missing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import chain
from typing import Final, TypeAlias

from conformance.checks import facts
from conformance.checks.aggregation import REQUEST, FindingAggregator, observe
from conformance.checks.evidence_counts import EvidenceCount, EvidencePlace, place_of, weight
from conformance.checks.interactions import (
    Mentions,
    bare,
    is_json_success,
    json_body,
    requested_values,
    succeeded,
)
from conformance.checks.match import segments, url_path
from conformance.checks.plan import Plan, least, plan
from conformance.checks.registry import judges
from conformance.checks.request import (
    KINDS,
    InputContract,
    is_for_access,
    is_placeholder,
    message_of,
)
from conformance.checks.walk import BodyNode, walk
from conformance.compare.wording import LONGEST_PLACE, cut, named
from conformance.evidence.parts import PlainExchange
from conformance.evidence.urls import query_pairs
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Headers, Interaction, Reply, Request
from conformance.model.operation import Field, Json, Operation, Parameter, Stated
from conformance.model.span import Span
from conformance.schema.pointers import member, parameter

_VALUE_FACTS: Final = (facts.WrongType, facts.NotListed, facts.OverLimit)
_REFUSED: Final = (400, 404, 405, 410, 415, 422, 501)
"""Statuses that are neither about access (401, 403) nor about how often one asks (418, 429)."""
_GONE: Final = (405, 410, 501)
_GENERAL: Final = 3
"""An input of requests to so many operations belongs to all of them."""
_MOST: Final = 200
"""Undocumented operations that are looked at; a site has more assets than an API operations."""
_TEXT: Final = 4_000
"""Characters of a refusal that are searched for names."""
_VARIABLE: Final = re.compile(r"\d+|[0-9a-fA-F-]{16,}")
_RULES: Final = judges("request") | judges("check")
_UNKNOWN_INPUT: Final = _RULES[facts.UnknownInput].id
_NOWHERE: Final = Span("", 0, 0, "")
Others: TypeAlias = Callable[[str], tuple[str, Sequence[Operation]]]


@dataclass(slots=True)
class Stranger:
    """Requests to one path that is of no operation."""

    path: str
    """As the one that says most has it."""
    status: int
    order: tuple[int, EvidencePlace]
    """How little that one is worth, and where it was seen."""
    observed: Observed
    seen: EvidenceCount = field(default_factory=EvidenceCount)


@dataclass(slots=True)
class Requests:
    """What requests came to: a value, in memory bounded by what is documented."""

    aggregator: FindingAggregator = field(default_factory=lambda: FindingAggregator(_RULES))
    unknown: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    """Subjects and names of undocumented inputs, and the operations asked with them."""
    strangers: dict[tuple[str, str], Stranger] = field(default_factory=dict)
    """By path, with stand-ins for what differs, and method: the first of the alphabet."""

    def merge(self, other: Requests) -> None:
        self.aggregator.merge(other.aggregator)
        for unknown, keys in other.unknown.items():
            self.unknown.setdefault(unknown, set()).update(keys)
        for key, stranger in other.strangers.items():
            self.add_stranger(key, stranger)

    def add_stranger(self, key: tuple[str, str], stranger: Stranger) -> None:
        """Add what was seen of a path that is of no operation."""
        known = self.strangers.get(key, stranger)
        seen = EvidenceCount().merge(stranger.seen)
        if known is not stranger:
            seen.merge(known.seen)
        first = min(known, stranger, key=lambda one: one.order)
        self.strangers[key] = replace(first, seen=seen)
        if len(self.strangers) > _MOST:
            del self.strangers[max(self.strangers)]


@dataclass(slots=True)
class TrafficJudge:
    """Holds requests against the inputs of their operations, made ready once for many."""

    mentions: Mentions | None = None
    """What the pages say besides; without them no input is known to be undocumented."""
    _contracts: dict[int, _Inputs] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[TrafficJudge], tuple[Mentions | None]]:
        """Pickled without what was made ready: identities mean nothing to another process."""
        return TrafficJudge, (self.mentions,)

    def take(
        self, requests: Requests, operations: Sequence[Operation], interaction: Interaction
    ) -> None:
        """Judge one request, which is of each of ``operations``."""
        request, reply = interaction.request, interaction.reply
        if request is None or not interaction.origin.is_of_api:
            return
        inputs = list(map(self._inputs, operations))
        own, *others = inputs
        requests.aggregator.examined(own.operation.key, REQUEST, interaction)
        if 200 <= reply.status < 300:
            found = own.faults(request)
            if found and succeeded(reply, own.operation):
                known = [{(type(f), f.subject) for f in other.faults(request)} for other in others]
                for fact in found:
                    if all((type(fact), fact.subject) in other for other in known):
                        self._accepted(requests, fact, own.operation, interaction)
        elif reply.status in _REFUSED:
            refusals = [next(one.refused(request, reply), None) for one in inputs]
            if refusals[0] is not None and all(refusals):
                requests.aggregator.add(refusals[0], own.operation, REQUEST, interaction)

    def accepts(self, operation: Operation, exchange: PlainExchange) -> bool:
        """Whether nothing at all is to be said of a request that is of ``operation`` alone."""
        if 200 <= exchange.status < 300:
            return not self._inputs(operation).plain_faults(exchange)
        return exchange.status not in _REFUSED

    def _inputs(self, operation: Operation) -> _Inputs:
        known = self._contracts.get(id(operation))
        return known or self._contracts.setdefault(id(operation), _Inputs(operation))

    def take_stranger(self, requests: Requests, interaction: Interaction) -> None:
        """Keep in mind a request that is of no operation, where it was answered with success."""
        request, reply = interaction.request, interaction.reply
        if request is None or not interaction.origin.is_of_api:
            return
        if request.method in ("OPTIONS", "HEAD") or not is_json_success(reply):
            return
        path = url_path(request.url) or "/"
        order = (-weight(interaction.origin.value), place_of(interaction.where))
        key = ("/".join(_steps(path)), request.method)
        known = requests.strangers.get(key)
        if known is None or order < known.order:
            requests.add_stranger(
                key, Stranger(path, reply.status, order, observe(interaction, scope=REQUEST))
            )
            known = requests.strangers.get(key)
        if known is not None:
            known.seen.add(interaction)

    def findings(
        self, requests: Requests, strangers: Iterable[tuple[Requests, Others]] = ()
    ) -> Iterator[Finding]:
        """All findings, in the order in which they were first observed.

        ``strangers`` are those of the documented API's hosts, each with what gives a path without
        its base path and what is documented of it.  A path that stands on a page is documented,
        whatever was read of that page.
        """
        aggregator = FindingAggregator(_RULES)
        aggregator.merge(requests.aggregator)
        for of_host, others in strangers:
            for (_, method), stranger in of_host.strangers.items():
                self._judge_stranger(aggregator, method, stranger, others)
        undocumented = set(self._undocumented(requests))
        for finding in aggregator.findings():
            known = (finding.operation, finding.subject) not in undocumented
            if not (known and finding.rule == _UNKNOWN_INPUT):
                stated = finding.documented if finding.documented != _NOWHERE else None
                yield replace(finding, documented=stated)

    def _undocumented(self, requests: Requests) -> Iterator[tuple[str, str]]:
        """Operations and inputs that no page speaks of, and that do not belong to all of them."""
        for (subject, name), requested in requests.unknown.items():
            keys = [
                key for key in requested if self.mentions and not self.mentions.speak_of(name, key)
            ]
            if len(keys) < _GENERAL:
                yield from ((key, cut(subject, LONGEST_PLACE)) for key in keys)

    def _judge_stranger(
        self, aggregator: FindingAggregator, method: str, stranger: Stranger, others: Others
    ) -> None:
        path, documented = others(stranger.path)
        steps = _steps(path)
        written = not documented or ("{" in documented[0].path and "{}" not in steps)
        if written and self.mentions and self.mentions.speak_of_path(steps):
            return
        place = documented[0].span if documented else _NOWHERE
        fact = facts.UnknownOperation(
            **facts.absent("operation", place, "medium"),
            method=method,
            status=stranger.status,
            methods=tuple(dict.fromkeys(o.method for o in documented)),
        )
        shown = "/" + cut("/".join(steps), 200)
        operation = Operation(method=method, path=shown, page="", span=place)
        aggregator.add_counted(fact, operation, REQUEST, stranger.observed, stranger.seen)

    def _accepted(
        self, requests: Requests, fact: facts.Fact, operation: Operation, interaction: Interaction
    ) -> None:
        if not isinstance(fact, facts.UnknownInput):
            what = (
                f"{named(fact.field.name)} was not sent" if isinstance(fact, facts.Missing) else ""
            )
            fact = facts.Accepted(
                subject=fact.subject,
                span=fact.span,
                observed=fact.observed,
                present=fact.present,
                confidence=fact.confidence,
                fault=KINDS[type(fact)],
                status=interaction.reply.status,
                detail=what or message_of(fact),
            )
        elif self.mentions is None:
            return
        else:
            requests.unknown.setdefault((fact.subject, fact.name), set()).add(operation.key)
        requests.aggregator.add(fact, operation, REQUEST, interaction)


def _steps(path: str) -> list[str]:
    """The segments of a path, with a stand-in for those that are a value."""
    return ["{}" if _VARIABLE.fullmatch(step) else step for step in segments(path)]


_Requested: TypeAlias = tuple[tuple[str, str], Headers, bytes]
"""Query, header fields and body of a request."""
_MANY: Final = 1000
"""Requests of an operation whose faults are remembered."""
_SHORT: Final = 4000
"""Characters of URL and body up to which they are."""


@dataclass(slots=True)
class _Inputs:
    """All inputs of an operation, made ready for many requests."""

    operation: Operation
    contract: InputContract = field(init=False)
    body: Plan | None = field(init=False)
    named: dict[str, Parameter | Field] = field(init=False)
    """By name without the mark of a list, wherever it is documented to go."""
    complete: bool = field(init=False)
    """Whether the table of the inputs was read so well that what is not in it is undocumented."""
    judged: dict[_Requested, tuple[facts.Fact, ...]] = field(default_factory=dict)
    """The faults of the last requests."""

    def __post_init__(self) -> None:
        operation = self.operation
        self.contract = InputContract(operation)
        self.body = plan(operation.body.value) if operation.body else None
        members = operation.body.value.fields if operation.body else ()
        inputs: tuple[Parameter | Field, ...] = (*operation.parameters, *members)
        self.named = {bare(one.name): one for one in inputs}
        tabled = [
            one
            for one in inputs
            if (one.location == "query" if isinstance(one, Parameter) else not one.shown)
        ]
        sure = all(one.confidence == "high" for one in self.named.values())
        self.complete = bool(tabled) and sure and operation.confidence == "high"

    def faults(self, request: Request) -> tuple[facts.Fact, ...]:
        """What of the request the page rules out or does not speak of.

        Values in the path are left alone: recorders and tests put stand-ins there.  So a query,
        header fields and a body that were judged before need not be judged again.
        """
        judge = partial(self._faults, request)
        return self._recall(request.url, request.headers, request.body, judge)

    def plain_faults(self, exchange: PlainExchange) -> tuple[facts.Fact, ...]:
        """The same of a request that nothing was made of yet; raises InputError."""
        return self._recall(
            exchange.url, exchange.asked, exchange.sent, lambda: self.faults(exchange.request())
        )

    def _recall(
        self, url: str, headers: Headers, body: bytes, judge: Callable[[], Iterable[facts.Fact]]
    ) -> tuple[facts.Fact, ...]:
        requested = (url.partition("?")[1:], headers, body)
        found = self.judged.get(requested)
        if found is None:
            found = tuple(judge())
            if len(url) + len(body) <= _SHORT:
                if len(self.judged) >= _MANY:
                    self.judged.clear()
                self.judged[requested] = found
        return found

    def _faults(self, request: Request) -> Iterator[facts.Fact]:
        if not (
            request.body or "?" in request.url or request.headers or "{" in self.operation.path
        ):
            return
        sent = json_body(request)
        inputs = self.contract.facts(self.contract.given(request, ("query",)), ("query",))
        members: Iterator[facts.Fact] = iter(())
        if isinstance(sent, dict) and self.body is not None and self.body.names_members:
            members = walk(BodyNode(self.body, sent, "", "body", self.operation.confidence))
        for fact in chain(inputs, members):
            if isinstance(fact, _VALUE_FACTS):
                if not _is_let_by(fact):
                    yield fact
            elif isinstance(fact, facts.Extra) and fact.owner == "body":
                yield from self._unknown(fact, fact.subject)
            elif isinstance(fact, facts.Extra | facts.Renamed) and fact.subject[:4] != "body":
                yield from self._unknown(fact, parameter(fact.name))
        yield from self._missing(request, sent)

    def refused(self, request: Request, reply: Reply) -> Iterator[facts.Rejected]:
        """That a request as documented was turned down, where the answer itself says why not."""
        status = reply.status
        stated = any(r.stated and r.status == str(status) for r in self.operation.responses)
        if stated or self.faults(request):
            return
        sure = least(self.operation.confidence, "medium")
        name = next(self._optional_in(reply, request), "") if status in (400, 422) else ""
        plain = "{" not in self.operation.path and not (self.named or request.body)
        if name or status in _GONE or (status == 404 and plain):
            place = facts.absent(f"responses.{status}", self.operation.span, sure)
            yield facts.Rejected(**place, status=status, vouched=False, named=name)

    def _optional_in(self, reply: Reply, request: Request) -> Iterator[str]:
        """Inputs that the answer names, which may be left out by the page, and were."""
        bound = {bare(name) for group in self.operation.groups for name in group.names}
        words = set(re.findall(r"[\w-]+", reply.body[:_TEXT].decode(errors="replace")))
        for name, one in self.named.items():
            may = one.required in (Stated.NO, Stated.NOT_STATED) and name not in bound
            if len(name) > 2 and name in words and may and requested_values(request, name) is None:
                yield name

    def _unknown(
        self, fact: facts.Extra | facts.Renamed, subject: str
    ) -> Iterator[facts.UnknownInput]:
        name = fact.name
        if self.complete and name not in self.named and not is_for_access(name):
            yield facts.UnknownInput(
                subject=subject,
                span=self.operation.span,
                observed=fact.observed,
                name=name,
                near=fact.field.name if isinstance(fact, facts.Renamed) else "",
            )

    def _missing(self, request: Request, sent: Json) -> Iterator[facts.Missing]:
        """What is required and nowhere in a request that was kept whole."""
        if not (request.headers or request.body or query_pairs(request.url)):
            return
        members = set(map(bare, sent)) if isinstance(sent, dict) else None
        for name, one in self.named.items():
            in_body = isinstance(one, Field)
            if one.required is not Stated.YES or one.value.default or is_for_access(name):
                continue
            # Recorders leave headers out, and in a path nothing can be missing.
            elsewhere = isinstance(one, Parameter) and one.location != "query"
            if elsewhere or (in_body and members is None) or name in (members or ()):
                continue
            if requested_values(request, name) is None:
                subject = member("body", one.name) if in_body else parameter(name)
                sure = least(self.operation.confidence, one.confidence)
                field = one if isinstance(one, Field) else Field(name=name, value=one.value)
                yield facts.Missing(**facts.absent(subject, one.span, sure), field=field)


_NUMBER: Final = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


def _is_let_by(fact: facts.Fact) -> bool:
    """Whether the value is no evidence: empty, a stand-in, a key, or only written otherwise."""
    seen = fact.observed
    name = fact.subject.rpartition(".")[2]
    if seen in (None, "") or is_for_access(name):
        return True
    if isinstance(seen, str):
        if is_placeholder(seen):
            return True
        if isinstance(fact, facts.WrongType):
            return fact.value.kind in ("integer", "number") and bool(_NUMBER.fullmatch(seen))
        if isinstance(fact, facts.NotListed):
            listed = {str(value).casefold() for value in (*fact.value.enum, *fact.value.constant)}
            return all(part.strip().casefold() in listed for part in seen.split(","))
    return False
