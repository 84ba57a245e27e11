"""The requests of recorded traffic checked against what is documented: accepted and refused ones.

Strict, since nobody says what a recorded request was meant to be: an answer is a success only by
its status and its body, and what a recorder may have left out is not missing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Final, TypeAlias

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks import facts
from conformance.checks.aggregation import REQUEST, FindingAggregator, observe
from conformance.checks.evidence_counts import EvidenceCount, EvidencePlace, place_of, weigh_origin
from conformance.checks.input_faults import InputFaults
from conformance.checks.interactions import Mentions, is_json_success, is_succeeded
from conformance.checks.match import segments, url_path
from conformance.checks.registry import map_judges
from conformance.checks.request import KINDS, message_of
from conformance.compare.wording import LONGEST_PLACE, cut, format_name
from conformance.evidence.parts import PlainExchange
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.model.span import Span
from conformance.patterns import regex

_REFUSED: Final = (400, 404, 405, 410, 415, 422, 501)
"""Statuses that are neither about access (401, 403) nor about how often one asks (418, 429)."""
_GENERAL: Final = 3
"""An input of requests to so many operations belongs to all of them."""
_MOST: Final = 200
"""Undocumented operations that are looked at; a site has more assets than an API operations."""
_VARIABLE: Final = regex(r"\d+|[0-9a-fA-F-]{16,}")
_RULES: Final = map_judges("request") | map_judges("check")
_UNKNOWN_INPUT: Final = _RULES[facts.UnknownInput].id
_NOWHERE: Final = Span("", 0, 0, "")
Others: TypeAlias = Callable[[str], tuple[str, Sequence[Operation]]]


class Stranger(Struct):
    """Requests to one path that is of no operation."""

    path: str
    """As the one that says most has it."""
    status: int
    order: tuple[int, EvidencePlace]
    """How little that one is worth, and where it was observed."""
    observed: Observed
    evidence: EvidenceCount = field(default_factory=EvidenceCount)


class Requests(Struct):
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
        """Add what was observed of a path that is of no operation."""
        known = self.strangers.get(key, stranger)
        evidence = EvidenceCount().merge(stranger.evidence)
        if known is not stranger:
            evidence.merge(known.evidence)
        first = min(known, stranger, key=lambda one: one.order)
        self.strangers[key] = replace(first, evidence=evidence)
        if len(self.strangers) > _MOST:
            del self.strangers[max(self.strangers)]


class TrafficJudge(Struct):
    """Checks requests against the inputs of their operations, prepared once for many."""

    mentions: Mentions | None = None
    """What the pages say besides; without them no input is known to be undocumented."""
    _contracts: dict[int, InputFaults] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[TrafficJudge], tuple[Mentions | None]]:
        """Pickled without what was prepared: identities mean nothing to another process."""
        return TrafficJudge, (self.mentions,)

    def take(
        self, requests: Requests, operations: Sequence[Operation], interaction: Interaction
    ) -> None:
        """Judge one request, which is of each of ``operations``."""
        request, reply = interaction.request, interaction.reply
        if request is None or not interaction.origin.is_of_api:
            return
        inputs = list(map(self._make_faults, operations))
        own, *others = inputs
        requests.aggregator.count_examined(own.operation.key, REQUEST, interaction)
        if 200 <= reply.status < 300:
            found = own.faults(request)
            if found and is_succeeded(reply, own.operation):
                known = [{(type(f), f.subject) for f in other.faults(request)} for other in others]
                for fact in found:
                    if all((type(fact), fact.subject) in other for other in known):
                        self._note_accepted(requests, fact, own.operation, interaction)
        elif reply.status in _REFUSED:
            refusals = [next(one.find_refused(request, reply), None) for one in inputs]
            if refusals[0] is not None and all(refusals):
                requests.aggregator.add(refusals[0], own.operation, REQUEST, interaction)

    def accepts(self, operation: Operation, exchange: PlainExchange) -> bool:
        """Whether nothing at all is to be said of a request that is of ``operation`` alone."""
        if 200 <= exchange.status < 300:
            return not self._make_faults(operation).find_plain_faults(exchange)
        return exchange.status not in _REFUSED

    def _make_faults(self, operation: Operation) -> InputFaults:
        known = self._contracts.get(id(operation))
        return known or self._contracts.setdefault(id(operation), InputFaults(operation))

    def take_stranger(self, requests: Requests, interaction: Interaction) -> None:
        """Keep in mind a request that is of no operation, where it was answered with success."""
        request, reply = interaction.request, interaction.reply
        if request is None or not interaction.origin.is_of_api:
            return
        if request.method in ("OPTIONS", "HEAD") or not is_json_success(reply):
            return
        path = url_path(request.url) or "/"
        order = (-weigh_origin(interaction.origin.value), place_of(interaction.where))
        key = ("/".join(_normalize_steps(path)), request.method)
        known = requests.strangers.get(key)
        if known is None or order < known.order:
            observed = observe(interaction, scope=REQUEST)
            requests.add_stranger(key, Stranger(path, reply.status, order, observed))
            known = requests.strangers.get(key)
        if known is not None:
            known.evidence.add(interaction)

    def findings(
        self, requests: Requests, strangers: Iterable[tuple[Requests, Others]] = ()
    ) -> Iterator[Finding]:
        """All findings, in the order in which they were first observed.  ``strangers`` are those of
        the documented API's hosts, each with what gives a path without its base path and what is
        documented of it.  A path that stands on a page is documented, whatever was read of that
        page."""
        aggregator = FindingAggregator(_RULES)
        aggregator.merge(requests.aggregator)
        for of_host, others in strangers:
            for (_, method), stranger in of_host.strangers.items():
                self._judge_stranger(aggregator, method, stranger, others)
        undocumented = set(self._find_undocumented(requests))
        for finding in aggregator.findings():
            known = (finding.operation, finding.subject) not in undocumented
            if not (known and finding.rule == _UNKNOWN_INPUT):
                stated = finding.documented if finding.documented != _NOWHERE else None
                yield replace(finding, documented=stated)

    def _find_undocumented(self, requests: Requests) -> Iterator[tuple[str, str]]:
        """Operations and inputs that no page speaks of, and that do not belong to all of them."""
        for (subject, name), requested in requests.unknown.items():
            keys = [k for k in requested if self.mentions and not self.mentions.speak_of(name, k)]
            if len(keys) < _GENERAL:
                yield from ((key, cut(subject, LONGEST_PLACE)) for key in keys)

    def _judge_stranger(
        self, aggregator: FindingAggregator, method: str, stranger: Stranger, others: Others
    ) -> None:
        path, documented = others(stranger.path)
        steps = _normalize_steps(path)
        asked = _normalize_steps(stranger.path)[-len(steps) :] if documented else steps
        written = not documented or ("{" in documented[0].path and "{}" not in asked)
        if written and self.mentions and self.mentions.speak_of_path(asked):
            return
        place = documented[0].span if documented else _NOWHERE
        fact = facts.UnknownOperation(
            **facts.describe_absent("operation", place, "medium"),
            method=method,
            status=stranger.status,
            methods=tuple(dict.fromkeys(o.method for o in documented)),
        )
        shown = "/" + cut("/".join(steps), 200)
        operation = Operation(method=method, path=shown, page="", span=place)
        aggregator.add_counted(fact, operation, REQUEST, stranger.observed, stranger.evidence)

    def _note_accepted(
        self, requests: Requests, fact: facts.Fact, operation: Operation, interaction: Interaction
    ) -> None:
        if not isinstance(fact, facts.UnknownInput):
            what = (
                f"{format_name(fact.field.name)} was not sent"
                if isinstance(fact, facts.Missing)
                else ""
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


def _normalize_steps(path: str) -> list[str]:
    """The segments of a path, with a stand-in for those that are a value."""
    return ["{}" if _VARIABLE.fullmatch(step) else step for step in segments(path)]
