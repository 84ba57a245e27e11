"""What some of the interactions came to: a value that can be sent and added to another.

Addition is associative and commutative: however interactions are divided, and in whatever order the
parts are added, the whole is the same.  Memory is bounded by what is documented, not by what was
observed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final, TypeAlias

from conformance.checks.gather import Gathering
from conformance.checks.match import Unmatched
from conformance.checks.registry import judges
from conformance.checks.tallies import Place
from conformance.checks.traffic import Requests
from conformance.checks.unchecked import UncheckedCount

_KEPT: Final = 1_000
"""Interactions of one host and kind that are named when they match nothing; all are counted."""
_GROUPS: Final = 64
"""Combinations of base paths that are tried for one host."""
_RULES: Final = judges("check")

Bases: TypeAlias = tuple[tuple[str, bool], ...]
"""Base paths that no page states, under which an interaction would be documented, each with
whether what stands behind it begins as the documented path does, and so speaks for it."""


@dataclass(slots=True)
class Lost:
    """Interactions of one host that match nothing, for one kind of reason."""

    count: int = 0
    earliest: dict[Place, Unmatched] = field(default_factory=dict)
    _last: Place = ("", -1)

    def add(self, place: Place, explain: Callable[[], Unmatched]) -> None:
        """Count one; why it matches nothing is asked only of those that are named."""
        self.count += 1
        if len(self.earliest) < _KEPT or place < self._last:
            self._keep(place, explain())

    def merge(self, other: Lost) -> None:
        """Count those of ``other`` as well."""
        self.count += other.count
        for place, unmatched in other.earliest.items():
            if len(self.earliest) < _KEPT or place < self._last:
                self._keep(place, unmatched)

    def _keep(self, place: Place, unmatched: Unmatched) -> None:
        self.earliest[place] = unmatched
        if len(self.earliest) > _KEPT:
            del self.earliest[self._last]
        if len(self.earliest) == _KEPT:
            self._last = max(self.earliest)


@dataclass(slots=True)
class UnmatchedGroup:
    """Interactions of one host that match nothing, and would under the same base paths."""

    lost: dict[str, Lost] = field(default_factory=dict)
    """By kind of reason."""
    requests: Requests = field(default_factory=Requests)
    """What was asked for that is documented nowhere."""
    under: dict[str, PartialResult] = field(default_factory=dict)
    """What they come to under each of the base paths."""
    speaking: dict[str, set[str]] = field(default_factory=dict)
    """The operations that speak for each."""

    @property
    def count(self) -> int:
        """How many they are."""
        return sum(lost.count for lost in self.lost.values())

    def merge(self, other: UnmatchedGroup) -> None:
        """Add what ``other`` has."""
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


@dataclass(slots=True)
class Host:
    """Interactions of one host that match nothing as they are."""

    known: bool = False
    """Whether another one did match: the base path of the host is documented."""
    groups: dict[Bases, UnmatchedGroup] = field(default_factory=dict)

    def group(self, bases: Bases) -> UnmatchedGroup:
        """The group of interactions that would be documented under ``bases``."""
        found = self.groups.get(bases)
        if found is None:
            found = self.groups[bases] = UnmatchedGroup()
        return found

    def settle(self) -> None:
        """Let go of what no base path can be: of a host that is known, and of too many."""
        if not self.known and len(self.groups) <= _GROUPS:
            return
        wanted = {(), *([] if self.known else islice(sorted(self.groups), _GROUPS))}
        for bases in [bases for bases in self.groups if bases not in wanted]:
            group = self.groups.pop(bases)
            self.group(()).merge_lost(group)

    def merge(self, other: Host) -> None:
        """Add what ``other`` has."""
        self.known = self.known or other.known
        for bases, group in other.groups.items():
            self.group(bases).merge(group)
        self.settle()

    def base_path(self) -> str:
        """The base path under which most interactions are documented; empty where there is none.

        It is one only where several operations or all interactions of the host speak for it.
        """
        counts: Counter[str] = Counter()
        speaking: dict[str, set[str]] = {}
        for bases, group in self.groups.items():
            for base in (base for base, speaks in bases if speaks):
                counts[base] += group.count
                speaking.setdefault(base, set()).update(group.speaking[base])
        if self.known or not counts:
            return ""
        best = min(counts, key=lambda base: (-counts[base], len(base), base))
        everything = sum(group.count for group in self.groups.values())
        return best if len(speaking[best]) > 1 or counts[best] == everything else ""


@dataclass(slots=True)
class PartialResult:
    """What some of the interactions came to."""

    gathering: Gathering = field(default_factory=lambda: Gathering(_RULES))
    requests: Requests = field(default_factory=Requests)
    count: UncheckedCount = field(default_factory=UncheckedCount)
    origins: Counter[str] = field(default_factory=Counter)
    """Interactions that were held against an operation, by origin."""
    hosts: dict[str, Host] = field(default_factory=dict)

    def merge(self, other: PartialResult) -> None:
        """Add what other interactions came to; ``other`` stays as it is."""
        self.gathering.merge(other.gathering)
        self.requests.merge(other.requests)
        self.count.merge(other.count)
        self.origins.update(other.origins)
        for name, host in other.hosts.items():
            self.host(name).merge(host)

    def host(self, name: str) -> Host:
        """What is known of the host ``name``."""
        found = self.hosts.get(name)
        if found is None:
            found = self.hosts[name] = Host()
        return found

    def settled(self) -> tuple[PartialResult, dict[str, str], dict[str, UnmatchedGroup]]:
        """All of it with every host under the base path that it turns out to have.

        Beside it that base path, and what is left of each host, by its name.
        """
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
        return whole, bases, left


def unmatched_of(groups: dict[str, UnmatchedGroup]) -> Iterator[tuple[Place, Unmatched]]:
    """The interactions that are named as of no documented operation."""
    for group in groups.values():
        for lost in group.lost.values():
            yield from lost.earliest.items()
