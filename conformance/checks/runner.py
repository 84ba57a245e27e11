"""Interactions held against operations: the one way in."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial

from conformance.checks.match import Matcher, Prefix, Unmatched, matcher, without
from conformance.checks.partial import Lost, PartialResult, UnmatchedGroup, unmatched_of
from conformance.checks.reply import Examiner
from conformance.checks.routes import host_of
from conformance.checks.tallies import place_of
from conformance.checks.traffic import Others, Requests, TrafficJudge
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Unchecked
from conformance.model.operation import Operation


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """In the order in which they were first seen; one for each rule, operation and subject."""
    origins: tuple[tuple[str, int], ...]
    """Interactions that were held against a documented operation, by origin."""
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
        """Interactions that were held against a documented operation."""
        return sum(number for _, number in self.origins)


def check(
    operations: Iterable[Operation],
    interactions: Iterable[Interaction],
    base_paths: Iterable[str] = (),
    traffic: TrafficJudge | None = None,
) -> CheckResult:
    """Hold each interaction against the operation it is of, as the ``check`` rules see it.

    Interactions may come from a generator: none is kept.  ``base_paths`` are such as no page
    states.  ``traffic`` judges the requests, too.  Never raises for what stands in a response or
    a page.
    """
    checker = Checker(matcher(operations, base_paths), traffic)
    result = PartialResult()
    for interaction in interactions:
        checker.take(result, interaction)
    return checker.result(result)


@dataclass(slots=True)
class Checker:
    """What interactions are held against, made ready once for many."""

    matcher: Matcher
    traffic: TrafficJudge | None = None
    _examiners: dict[int, Examiner] = field(default_factory=dict)

    def __reduce__(self) -> tuple[type[Checker], tuple[Matcher, TrafficJudge | None]]:
        """Pickled without what was made ready: identities mean nothing to another process."""
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

    def result(self, result: PartialResult) -> CheckResult:
        """What all interactions together came to."""
        whole, bases, left = result.settled()
        traffic = (
            ()
            if self.traffic is None
            else self.traffic.findings(whole.requests, self._strangers(whole, bases, left))
        )
        lost = sorted(
            (min(lost.earliest), lost) for group in left.values() for lost in group.lost.values()
        )
        return CheckResult(
            findings=(*whole.gathering.findings(), *traffic),
            origins=tuple(sorted(whole.origins.items())),
            unmatched=tuple(one for _, one in sorted(unmatched_of(left), key=lambda p: p[0])),
            lost=tuple((one.earliest[place], one.count) for place, one in lost),
            prefixes=tuple(Prefix(host, base) for host, base in bases.items()),
            judged_interactions=whole.count.judged,
            unchecked=whole.count.result(sum(group.count for group in left.values())),
        )

    def _strangers(
        self, whole: PartialResult, bases: dict[str, str], left: dict[str, UnmatchedGroup]
    ) -> Iterator[tuple[Requests, Others]]:
        """Requests of no operation to hosts that are the documented API's."""
        for name, group in left.items():
            base = bases.get(name, "")
            if whole.hosts[name].known or base or self.matcher.serves(name):
                yield group.requests, partial(self._others, base)

    def _others(self, base: str, path: str) -> tuple[str, tuple[Operation, ...]]:
        return self.matcher.others(without(base, path))

    def _lose(self, result: PartialResult, interaction: Interaction, name: str) -> None:
        """Keep in mind one that matches nothing, and what it is under base paths it may have."""
        host, request = result.host(name), interaction.request
        tried = {} if host.known or request is None else self.matcher.prefixes(request)
        group = host.group(tuple((base, bool(keys)) for base, keys in tried.items()))
        lost = group.lost.setdefault(self.matcher.kind(interaction), Lost())
        lost.add(place_of(interaction.where), partial(self.matcher.explain, interaction))
        if self.traffic is not None:
            self.traffic.take_stranger(group.requests, interaction)
        for base, keys in tried.items():
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
        examiners = [self._examiner(operation) for operation in matched]
        result.count.take(examiners, interaction)
        for operation, examiner in zip(matched, examiners, strict=True):
            scope = examiner.subject(interaction)
            if (operation.key, scope) not in counted:
                counted.add((operation.key, scope))
                result.gathering.examined(operation.key, scope, interaction)
            foreign = self.matcher.is_foreign(host, operation)
            for fact in examiner.facts(interaction, "medium" if foreign else "high"):
                result.gathering.add(fact, operation, scope, interaction)

    def _examiner(self, operation: Operation) -> Examiner:
        found = self._examiners.get(id(operation))
        if found is None:
            found = self._examiners[id(operation)] = Examiner(operation)
        return found
