"""Interactions held against operations: the one way in."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from conformance.checks.gather import Gathering
from conformance.checks.match import Matcher, Prefix, Unmatched, matcher
from conformance.checks.registry import judges
from conformance.checks.reply import Examiner
from conformance.checks.routes import host_of
from conformance.checks.traffic import TrafficJudge
from conformance.checks.unchecked import UncheckedCount
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation
from conformance.model.unchecked import Unchecked


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """What came of a run."""

    findings: tuple[Finding, ...]
    """In the order in which they were first seen; one for each rule, operation and subject."""
    checked_interactions: int
    """Interactions that were held against a documented operation."""
    unmatched: tuple[Unmatched, ...]
    """Interactions nothing is documented for: when there are no others, nothing was checked."""
    prefixes: tuple[Prefix, ...] = ()
    """Base paths that no page states, found because every request has them."""
    judged_interactions: int = 0
    """Those of the checked ones whose status and body some page says something of."""
    unchecked: Unchecked = field(default_factory=Unchecked)
    """What was not checked: the absence of findings says nothing of it."""


def check(
    operations: Iterable[Operation],
    interactions: Iterable[Interaction],
    base_paths: Iterable[str] = (),
    traffic: TrafficJudge | None = None,
) -> CheckResult:
    """Hold each interaction against the operation it is of, as the ``check`` rules see it.

    Interactions may come from a generator: only those that match nothing are kept, until it is
    known whether all of a host have a base path before what is documented.  ``base_paths`` are
    such as no page states.  ``traffic`` judges the requests, too.  Never raises for what stands
    in a response or a page.
    """
    run = _Run(matcher(operations, base_paths), traffic)
    for interaction in interactions:
        run.take(interaction)
    run.retry()
    return CheckResult(
        findings=(*run.gathering.findings(), *(traffic.findings() if traffic else ())),
        checked_interactions=run.checked,
        unmatched=tuple(run.unmatched),
        prefixes=run.prefixes,
        judged_interactions=run.count.judged,
        unchecked=run.count.result(len(run.unmatched)),
    )


@dataclass(slots=True)
class _Run:
    matcher: Matcher
    traffic: TrafficJudge | None
    gathering: Gathering = field(default_factory=lambda: Gathering(judges("check")))
    unmatched: list[Unmatched] = field(default_factory=list)
    prefixes: tuple[Prefix, ...] = ()
    checked: int = 0
    count: UncheckedCount = field(default_factory=UncheckedCount)
    examiners: dict[int, Examiner] = field(default_factory=dict)
    _left: list[Interaction] = field(default_factory=list)
    """Those that matched nothing."""
    _known_hosts: set[str] = field(default_factory=set)
    """Hosts of which an interaction matched: their base path is documented."""

    def take(self, interaction: Interaction) -> None:
        """Hold one interaction against its operation."""
        matched = self.matcher.match(interaction)
        if isinstance(matched, Unmatched):
            self._left.append(interaction)
            return
        if interaction.request is not None:
            self._known_hosts.add(host_of(interaction.request.url))
        self._examine(matched, interaction)

    def retry(self) -> None:
        """Match what is left under the base path that its host turns out to have."""
        candidates = [i for i in self._left if self._host(i) not in self._known_hosts]
        self.prefixes = self.matcher.find_prefixes(candidates)
        by_host = {prefix.host: prefix.path for prefix in self.prefixes}
        for interaction in self._left:
            matched = self.matcher.match(interaction, by_host.get(self._host(interaction), ""))
            if isinstance(matched, Unmatched):
                self.unmatched.append(matched)
                self._judge_stranger(interaction, by_host)
            else:
                self._examine(matched, interaction)

    def _judge_stranger(self, interaction: Interaction, prefixes: Mapping[str, str]) -> None:
        """Hand a request on that is of no operation, where its host is the documented API's."""
        host = self._host(interaction)
        known = host in self._known_hosts or host in prefixes or self.matcher.serves(host)
        if self.traffic is not None and interaction.request is not None and known:
            path, documented = self.matcher.others(interaction.request, prefixes.get(host, ""))
            self.traffic.take_stranger(interaction, path, documented)

    def _host(self, interaction: Interaction) -> str:
        return host_of(interaction.request.url) if interaction.request is not None else ""

    def _examine(self, matched: tuple[Operation, ...], interaction: Interaction) -> None:
        self.checked += 1
        if self.traffic is not None:
            self.traffic.take(matched, interaction)
        counted: set[tuple[str, str]] = set()
        examiners = [self.examiners.setdefault(id(o), Examiner(o)) for o in matched]
        self.count.take(examiners, interaction)
        for operation, examiner in zip(matched, examiners, strict=True):
            scope = examiner.subject(interaction)
            if (operation.key, scope) not in counted:
                counted.add((operation.key, scope))
                self.gathering.examined(operation.key, scope, interaction)
            foreign = self.matcher.is_foreign(self._host(interaction), operation)
            for fact in examiner.facts(interaction, "medium" if foreign else "high"):
                self.gathering.add(fact, operation, scope, interaction)
