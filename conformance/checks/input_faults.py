"""The inputs of one operation, checked against those of many recorded requests."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import partial
from itertools import chain
from typing import Final, TypeAlias
from urllib.parse import parse_qsl

from conformance.checks import facts
from conformance.checks.interactions import find_requested_values, json_body, strip_mark
from conformance.checks.plan import Plan, find_least, plan
from conformance.checks.request import InputContract, is_for_access, is_placeholder, read_form
from conformance.checks.walk import BodyNode, walk
from conformance.evidence.parts import PlainExchange
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Headers, Reply, Request
from conformance.model.operation import Field, Json, Operation, Parameter, Stated
from conformance.patterns import regex
from conformance.schema.kinds import member, parameter

_VALUE_FACTS: Final = (facts.WrongType, facts.NotListed, facts.OverLimit)
_GONE: Final = (405, 410, 501)
_TEXT: Final = 4_000
"""Characters of a refusal that are searched for names."""
_Requested: TypeAlias = tuple[tuple[str, str], Headers, bytes]
"""Query, header fields and body of a request."""
_MANY: Final = 1000
"""Requests of an operation whose faults are remembered."""
_SHORT: Final = 4000
"""Characters of URL and body up to which they are."""
_NUMBER: Final = regex(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")


@dataclass(slots=True)
class InputFaults:
    """All inputs of an operation, prepared for many requests."""

    operation: Operation
    contract: InputContract = field(init=False)
    body: Plan | None = field(init=False)
    named: dict[str, Parameter | Field] = field(init=False)
    """By name without the mark of a list, wherever it is documented to go."""
    complete: bool = field(init=False)
    """Whether the table of the inputs was read so well that what is not in it is undocumented."""
    judged: dict[_Requested, tuple[facts.Fact, ...]] = field(default_factory=dict)
    """The faults of the last requests."""
    valued: frozenset[str] = field(init=False)
    """Inputs whose values are judged, and not only that they are there; in lower case as well."""
    faultless: set[tuple[object, ...]] = field(default_factory=set)
    """What was judged of requests without a body that had no faults."""

    def __post_init__(self) -> None:
        operation = self.operation
        self.contract = InputContract(operation)
        self.body = plan(operation.body.value) if operation.body else None
        members = operation.body.value.fields if operation.body else ()
        inputs: tuple[Parameter | Field, ...] = (*operation.parameters, *members)
        self.named = {strip_mark(one.name): one for one in inputs}
        tabled = [
            one
            for one in inputs
            if (one.location == "query" if isinstance(one, Parameter) else not one.shown)
        ]
        sure = all(one.confidence == "high" for one in self.named.values())
        judged = {n for n in self.named if not (n.isidentifier() and is_for_access(n))}
        self.valued = frozenset((*judged, *map(str.lower, judged)))
        self.complete = bool(tabled) and sure and operation.confidence == "high"

    def faults(self, request: Request) -> tuple[facts.Fact, ...]:
        """What of the request the page rules out or does not speak of.  Values in the path are left
        alone: recorders and tests put stand-ins there.  So a query, header fields and a body that
        were judged before need not be judged again."""
        judge = partial(self._find_faults, request)
        return self._recall(request.url, request.headers, request.body, judge)

    def find_plain_faults(self, exchange: PlainExchange) -> tuple[facts.Fact, ...]:
        """The same of a request that nothing was made of yet; raises InputError."""
        judge = partial(self._find_uncached_faults, exchange)
        return self._recall(exchange.url, exchange.asked, exchange.sent, judge)

    def _find_uncached_faults(self, exchange: PlainExchange) -> tuple[facts.Fact, ...]:
        """Signatures and nonces are always others: they need not be judged with each of them."""
        if exchange.sent or len(exchange.url) > _SHORT:
            return self.faults(exchange.request())
        query = exchange.url.partition("#")[0].partition("?")[2]
        pairs = parse_qsl(query, keep_blank_values=True)
        shape = (
            tuple(
                [(name, text if strip_mark(name) in self.valued else "") for name, text in pairs]
            ),
            tuple([one for one in exchange.asked if one[0].lower() in self.valued]),
            bool(exchange.asked),
        )
        if shape in self.faultless:
            return ()
        found = self.faults(exchange.request())
        if not found:
            if len(self.faultless) >= _MANY:
                self.faultless.clear()
            self.faultless.add(shape)
        return found

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

    def _find_faults(self, request: Request) -> Iterator[facts.Fact]:
        if not (
            request.body or "?" in request.url or request.headers or "{" in self.operation.path
        ):
            return
        sent = json_body(request)
        if sent is None:
            sent = read_form(request, self.body)
        inputs = self.contract.facts(self.contract.read_given(request, ("query",)), ("query",))
        members: Iterator[facts.Fact] = iter(())
        if isinstance(sent, dict) and self.body is not None and self.body.names_members:
            members = walk(BodyNode(self.body, sent, "", "body", self.operation.confidence))
        for fact in chain(inputs, members):
            if isinstance(fact, _VALUE_FACTS):
                if not _is_let_by(fact):
                    yield fact
            elif isinstance(fact, facts.Extra) and fact.owner == "body":
                yield from self._judge_unknown(fact, fact.subject)
            elif isinstance(fact, facts.Extra | facts.Renamed) and fact.subject[:4] != "body":
                yield from self._judge_unknown(fact, parameter(fact.name))
        yield from self._find_missing(request, sent)

    def find_refused(self, request: Request, reply: Reply) -> Iterator[facts.Rejected]:
        """That a request as documented was turned down, where the answer itself says why not."""
        status = reply.status
        stated = any(r.stated and r.status == str(status) for r in self.operation.responses)
        if stated or self.faults(request):
            return
        sure = find_least(self.operation.confidence, "medium")
        name = next(self._find_optional(reply, request), "") if status in (400, 422) else ""
        plain = "{" not in self.operation.path and not (self.named or request.body)
        if name or status in _GONE or (status == 404 and plain):
            place = facts.describe_absent(f"responses.{status}", self.operation.span, sure)
            yield facts.Rejected(**place, status=status, vouched=False, named=name)

    def _find_optional(self, reply: Reply, request: Request) -> Iterator[str]:
        """Inputs that the answer names, which may be left out by the page, and were."""
        bound = {strip_mark(name) for group in self.operation.groups for name in group.names}
        words = set(re.findall(r"[\w-]+", reply.body[:_TEXT].decode(errors="replace")))
        for name, one in self.named.items():
            may = one.required in (Stated.NO, Stated.NOT_STATED) and name not in bound
            if (
                len(name) > 2
                and name in words
                and may
                and find_requested_values(request, name) is None
            ):
                yield name

    def _judge_unknown(
        self, fact: facts.Extra | facts.Renamed, subject: str
    ) -> Iterator[facts.UnknownInput]:
        name = fact.name
        if self.complete and name not in self.named and not is_for_access(name):
            span = self.operation.span
            near = fact.field.name if isinstance(fact, facts.Renamed) else ""
            yield facts.UnknownInput(
                subject=subject, span=span, observed=fact.observed, name=name, near=near
            )

    def _find_missing(self, request: Request, sent: Json) -> Iterator[facts.Missing]:
        """What is required and nowhere in a request that was kept whole."""
        if not (request.headers or request.body or query_pairs(request.url)):
            return
        members = set(map(strip_mark, sent)) if isinstance(sent, dict) else None
        for name, one in self.named.items():
            in_body = isinstance(one, Field)
            if one.required is not Stated.YES or one.value.default or is_for_access(name):
                continue
            # Recorders leave headers out, and in a path nothing can be missing.
            elsewhere = isinstance(one, Parameter) and one.location != "query"
            if elsewhere or (in_body and members is None) or name in (members or ()):
                continue
            if find_requested_values(request, name) is None:
                subject = member("body", one.name) if in_body else parameter(name)
                sure = find_least(self.operation.confidence, one.confidence)
                field = one if isinstance(one, Field) else Field(name=name, value=one.value)
                yield facts.Missing(**facts.describe_absent(subject, one.span, sure), field=field)


def _is_let_by(fact: facts.Fact) -> bool:
    """Whether the value is no evidence: empty, a stand-in, a key, or only written otherwise."""
    observed = fact.observed
    name = fact.subject.rpartition(".")[2]
    if observed in (None, "") or is_for_access(name):
        return True
    if isinstance(observed, str):
        if is_placeholder(observed):
            return True
        if isinstance(fact, facts.WrongType):
            return fact.value.kind in ("integer", "number") and bool(_NUMBER.fullmatch(observed))
        if isinstance(fact, facts.NotListed):
            listed = {str(value).casefold() for value in (*fact.value.enum, *fact.value.constant)}
            return all(part.strip().casefold() in listed for part in observed.split(","))
    return False
