"""Interactions checked against operations: the one way in.

What some of the interactions came to is a value that can be sent and added to another.  Addition is
associative and commutative: however interactions are divided, and in whatever order the parts are
added, the whole is the same.  Memory is bounded by what is documented, not by what was observed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from itertools import islice
from typing import Final, TypeAlias

from msgspec import Struct, field

from conformance.checks.aggregation import REQUEST, FindingAggregator
from conformance.checks.evidence_counts import (
    EvidenceCount,
    EvidencePlace,
    UncheckedCount,
    place_of,
)
from conformance.checks.facts import Fact
from conformance.checks.match import Matcher, Prefix, Unmatched, host_of, matcher, without
from conformance.checks.registry import map_judges
from conformance.checks.reply import Examiner, Scope
from conformance.checks.traffic import Others, Requests, TrafficJudge
from conformance.errors import InputError
from conformance.evidence.parts import PlainExchange
from conformance.evidence.urls import split_plain
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin, Unchecked
from conformance.model.operation import Operation

_KEPT: Final = 1_000
"""Interactions of one host and kind that are named when they match nothing; all are counted."""
_GROUPS: Final = 64
"""Combinations of base paths that are tried for one host."""
_DIFFERENCES: Final = 1_000
"""Facts about one answer that are counted to find the operation it is nearest to."""
_RULES: Final = map_judges("check")
AcceptedKind: TypeAlias = tuple[Scope, bool]
"""The documented response, and whether the request was judged as well."""
Bases: TypeAlias = tuple[tuple[str, bool], ...]
"""Base paths that no page states, under which an interaction would be documented, each with
whether what stands behind it begins as the documented path does, and so speaks for it."""


class Lost(Struct):
    """Interactions of one host that match nothing, for one kind of reason."""

    count: int = 0
    earliest: dict[EvidencePlace, Unmatched] = field(default_factory=dict)
    _last: EvidencePlace = ("", -1)

    def add(self, place: EvidencePlace, explain: Callable[[], Unmatched]) -> None:
        """Count one; why it matches nothing is asked only of those that are named."""
        self.count += 1
        if len(self.earliest) < _KEPT or place < self._last:
            self._keep(place, explain())

    def merge(self, other: Lost) -> None:
        self.count += other.count
        for place, unmatched in other.earliest.items():
            if len(self.earliest) < _KEPT or place < self._last:
                self._keep(place, unmatched)

    def _keep(self, place: EvidencePlace, unmatched: Unmatched) -> None:
        self.earliest[place] = unmatched
        if len(self.earliest) > _KEPT:
            del self.earliest[self._last]
        if len(self.earliest) == _KEPT:
            self._last = max(self.earliest)


class UnmatchedGroup(Struct):
    """Interactions of one host that match nothing, and would under the same base paths."""

    lost: dict[str, Lost] = field(default_factory=dict)
    requests: Requests = field(default_factory=Requests)
    """What was asked for that is documented nowhere."""
    under: dict[str, PartialResult] = field(default_factory=dict)
    """What they come to under each of the base paths."""
    speaking: dict[str, set[str]] = field(default_factory=dict)
    """The operations that speak for each."""

    @property
    def count(self) -> int:
        return sum(lost.count for lost in self.lost.values())

    def merge(self, other: UnmatchedGroup) -> None:
        self.merge_lost(other)
        for base, result in other.under.items():
            self.under.setdefault(base, PartialResult()).merge(result)
        for base, keys in other.speaking.items():
            self.speaking.setdefault(base, set()).update(keys)

    def merge_lost(self, other: UnmatchedGroup) -> None:
        """Add those of ``other`` as of no documented operation under whatever base path."""
        for kind, lost in other.lost.items():
            self.lost.setdefault(kind, Lost()).merge(lost)
        self.requests.merge(other.requests)


class Host(Struct):
    """Interactions of one host that match nothing as they are."""

    known: bool = False
    """Whether another one did match: the base path of the host is documented."""
    groups: dict[Bases, UnmatchedGroup] = field(default_factory=dict)

    def group(self, bases: Bases) -> UnmatchedGroup:
        return self.groups.setdefault(bases, UnmatchedGroup())

    def settle(self) -> None:
        """Let go of what no base path can be: of a host that is known, and of too many."""
        if not self.known and len(self.groups) <= _GROUPS:
            return
        wanted = {(), *([] if self.known else islice(sorted(self.groups), _GROUPS))}
        for bases in [bases for bases in self.groups if bases not in wanted]:
            group = self.groups.pop(bases)
            self.group(()).merge_lost(group)

    def merge(self, other: Host) -> None:
        self.known = self.known or other.known
        for bases, group in other.groups.items():
            self.group(bases).merge(group)
        self.settle()

    def base_path(self) -> str:
        """The base path under which most interactions are documented; empty where there is none.
        It is one only where several operations or all interactions of the host speak for it, one
        of them alone."""
        counts: Counter[str] = Counter()
        speaking: dict[str, set[str]] = {}
        sure = {base for bases in self.groups for base, alone in bases if alone}
        for bases, group in self.groups.items():
            for base in (base for base, _ in bases if base in sure and group.speaking[base]):
                counts[base] += group.count
                speaking.setdefault(base, set()).update(group.speaking[base])
        if self.known or not counts:
            return ""
        best = min(counts, key=lambda base: (-counts[base], len(base), base))
        everything = sum(group.count for group in self.groups.values())
        return best if len(speaking[best]) > 1 or counts[best] == everything else ""


class PartialResult(Struct):
    """What some of the interactions came to."""

    aggregator: FindingAggregator = field(default_factory=lambda: FindingAggregator(_RULES))
    requests: Requests = field(default_factory=Requests)
    count: UncheckedCount = field(default_factory=UncheckedCount)
    origins: Counter[str] = field(default_factory=Counter)
    """Interactions that were checked against an operation, by origin."""
    accepted: dict[AcceptedKind, EvidenceCount] = field(default_factory=dict)
    """Exchanges of which there is nothing to say, not counted in all the above."""
    hosts: dict[str, Host] = field(default_factory=dict)

    def merge(self, other: PartialResult) -> None:
        """Add what other interactions came to; ``other`` stays as it is."""
        self.aggregator.merge(other.aggregator)
        self.requests.merge(other.requests)
        self.count.merge(other.count)
        self.origins.update(other.origins)
        for kind, count in other.accepted.items():
            self.accepted.setdefault(kind, EvidenceCount()).merge(count)
        for name, host in other.hosts.items():
            self.host(name).merge(host)

    def host(self, name: str) -> Host:
        """What is known of the host ``name``."""
        return self.hosts.get(name) or self.hosts.setdefault(name, Host())

    def settle_hosts(self) -> tuple[PartialResult, dict[str, str], dict[str, UnmatchedGroup]]:
        """All of it with every host under the base path that it turns out to have.  Beside it that
        base path, and what is left of each host, by its name."""
        whole = PartialResult()
        whole.merge(self)
        bases: dict[str, str] = {}
        left: dict[str, UnmatchedGroup] = {}
        for name, host in sorted(whole.hosts.items()):
            base = host.base_path()
            if base:
                bases[name] = base
            left[name] = UnmatchedGroup()
            for group in host.groups.values():
                if base in group.under:
                    whole.merge(group.under[base])
                else:
                    left[name].merge_lost(group)
        for ((operation, scope), is_judged), count in whole.accepted.items():
            whole.origins.update(count.by_origin)
            whole.count.judged += count.count
            whole.aggregator.count_all_examined(operation, scope, count)
            if is_judged:
                whole.requests.aggregator.count_all_examined(operation, REQUEST, count)
        whole.accepted = {}
        return whole, bases, left


class CheckResult(Struct, frozen=True, kw_only=True):
    """What came of a run."""

    findings: tuple[Finding, ...]
    """In the order in which they were first observed; one for each rule, operation and subject."""
    origins: tuple[tuple[str, int], ...]
    """Interactions that were checked against a documented operation, by origin."""
    unmatched: tuple[Unmatched, ...]
    """Interactions nothing is documented for, the first of each host and kind of reason."""
    lost: tuple[tuple[Unmatched, int], ...] = ()
    """Their number for each host and kind of reason, with the first."""
    prefixes: tuple[Prefix, ...] = ()
    """Base paths that no page states, found because every request has them."""
    judged_interactions: int = 0
    """Those of the checked ones whose status and body some page says something of."""
    unchecked: Unchecked = field(default_factory=Unchecked)
    """What was not checked: the absence of findings says nothing of it."""

    @property
    def checked_interactions(self) -> int:
        return sum(number for _, number in self.origins)


def check(
    operations: Iterable[Operation],
    interactions: Iterable[Interaction],
    base_paths: Iterable[str] = (),
    traffic: TrafficJudge | None = None,
) -> CheckResult:
    """Hold each interaction against the operation it is of, as the ``check`` rules see it.
    Interactions may come from a generator: none is kept.  ``base_paths`` are such as no page
    states.  ``traffic`` judges the requests, too.  Never raises for what stands in a response or a
    page."""
    checker = Checker(matcher(operations, base_paths), traffic)
    result = PartialResult()
    for interaction in interactions:
        checker.take(result, interaction)
    return checker.result(result)


class Checker(Struct):
    """What interactions are checked against, prepared once for many."""

    matcher: Matcher
    traffic: TrafficJudge | None = None
    _examiners: dict[int, Examiner] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Checker], tuple[Matcher, TrafficJudge | None]]:
        """Pickled without what was prepared: identities mean nothing to another process."""
        return Checker, (self.matcher, self.traffic)

    def take(self, result: PartialResult, interaction: Interaction) -> None:
        """Hold one interaction against its operations, and add what comes of it to ``result``."""
        matched = self.matcher.find(interaction)
        name = host_of(interaction.request.url) if interaction.request is not None else ""
        host = result.host(name)
        if not matched:
            self._lose(result, interaction, name)
            return
        if not host.known and interaction.request is not None:
            host.known = True
            host.settle()
        self._examine(result, matched, interaction, name)

    def accepts(self, result: PartialResult, exchange: PlainExchange, origin: Origin) -> bool:
        """Count in ``result`` an exchange of which there is nothing to say, as almost every one is;
        whether it is one.  What is not is for :meth:`take`, and is not counted."""
        address = split_plain(exchange.url)
        host = result.hosts.get(address[0]) if address else None
        if address is None or host is None or not host.known:
            return False
        operation = self.matcher.only(address[1], exchange.method)
        if operation is None:
            return False
        judge = self.traffic if origin.is_of_api else None
        try:
            if judge is not None and not judge.accepts(operation, exchange):
                return False
            scope = self._make_examiner(operation).find_accepting_scope(exchange)
        except InputError:
            return False
        if scope is None:
            return False
        kind = (scope, judge is not None)
        count = result.accepted.get(kind) or result.accepted.setdefault(kind, EvidenceCount())
        count.add_one(origin, exchange.observed_on())
        return True

    def _make_examiner(self, operation: Operation) -> Examiner:
        known = self._examiners.get(id(operation))
        return known or self._examiners.setdefault(id(operation), Examiner(operation))

    def result(self, result: PartialResult) -> CheckResult:
        """What all interactions together came to."""
        whole, bases, left = result.settle_hosts()
        traffic: Iterable[Finding] = ()
        if self.traffic is not None:
            strangers = self._find_strangers(whole, bases, left)
            traffic = self.traffic.findings(whole.requests, strangers)
        every = [lost for group in left.values() for lost in group.lost.values()]
        every.sort(key=lambda lost: min(lost.earliest))
        named = sorted((p for lost in every for p in lost.earliest.items()), key=lambda p: p[0])
        return CheckResult(
            findings=(*whole.aggregator.findings(), *traffic),
            origins=tuple(sorted(whole.origins.items())),
            unmatched=tuple(one for _, one in named),
            lost=tuple((lost.earliest[min(lost.earliest)], lost.count) for lost in every),
            prefixes=tuple(Prefix(host, base) for host, base in bases.items()),
            judged_interactions=whole.count.judged,
            unchecked=whole.count.result(sum(group.count for group in left.values())),
        )

    def _find_strangers(
        self, whole: PartialResult, bases: dict[str, str], left: dict[str, UnmatchedGroup]
    ) -> Iterator[tuple[Requests, Others]]:
        """Requests of no operation to hosts that are the documented API's."""
        for name, group in left.items():
            base = bases.get(name, "")
            if whole.hosts[name].known or base or self.matcher.serves(name):
                yield group.requests, partial(self._find_others, base)

    def _find_others(self, base: str, path: str) -> tuple[str, tuple[Operation, ...]]:
        return self.matcher.others(without(base, path))

    def _lose(self, result: PartialResult, interaction: Interaction, name: str) -> None:
        """Keep in mind one that matches nothing, and what it is under base paths it may have."""
        host, request = result.host(name), interaction.request
        tried = {} if host.known or request is None else self.matcher.prefixes(request)
        group = host.group(tuple((base, alone) for base, (alone, _) in tried.items()))
        lost = group.lost.setdefault(self.matcher.kind(interaction), Lost())
        lost.add(place_of(interaction.where), partial(self.matcher.explain, interaction))
        if self.traffic is not None:
            self.traffic.take_stranger(group.requests, interaction)
        for base, (_, keys) in tried.items():
            group.speaking.setdefault(base, set()).update(keys)
            under = group.under.setdefault(base, PartialResult())
            self._examine(under, self.matcher.find(interaction, base), interaction, name)
        host.settle()

    def _examine(
        self,
        result: PartialResult,
        matched: Sequence[Operation],
        interaction: Interaction,
        host: str,
    ) -> None:
        result.origins[interaction.origin.value] += 1
        if self.traffic is not None:
            self.traffic.take(result.requests, matched, interaction)
        counted: set[tuple[str, str]] = set()
        examiners = list(map(self._make_examiner, matched))
        result.count.take(examiners, interaction)
        for examiner, found in self._collect_facts(examiners, interaction, host):
            operation, scope = examiner.operation, examiner.subject(interaction)
            if (operation.key, scope) not in counted:
                counted.add((operation.key, scope))
                result.aggregator.count_examined(operation.key, scope, interaction)
            for fact in found:
                result.aggregator.add(fact, operation, scope, interaction)

    def _collect_facts(
        self, examiners: Sequence[Examiner], interaction: Interaction, host: str
    ) -> list[tuple[Examiner, Iterable[Fact]]]:
        """What each says of the answer; of several operations that nothing tells apart the one that
        the answer differs least from is meant, and nobody knows for sure."""
        # Of one method and path another page's path, or other hosts, make another operation.
        known = {
            (e.operation.key, *sorted({*map(host_of, e.operation.servers)})) for e in examiners
        }
        found: list[tuple[Examiner, Iterable[Fact]]] = []
        for examiner in examiners:
            unsure = len(known) > 1 or self.matcher.is_foreign(host, examiner.operation)
            found.append((examiner, examiner.examine(interaction, "medium" if unsure else "high")))
        if len(known) < 2:
            return found
        listed = [(examiner, list(islice(facts, _DIFFERENCES))) for examiner, facts in found]
        least = min(len(facts) for _, facts in listed)
        return [next((examiner, facts) for examiner, facts in listed if len(facts) == least)]
