"""Where findings stand, worked out of what runs looked at and found."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.drift.history.record import Memory, Period, RunScope, State
from conformance.model.finding import Finding
from conformance.model.interaction import Origin

_ORIGINS: Final = tuple(origin.value for origin in Origin)
"""The weightiest first."""
_ASKING: Final = frozenset(rule.id for rule in RULES if rule.families == ("request",))
"""Rules about answers to requests sent on purpose."""


class SightingBasis(Struct, frozen=True):
    """What a run has to look at to see a finding again where it was last seen."""

    rule: str
    operation: str
    page: str
    """Empty for a finding without a page."""
    origin: str
    """The weightiest evidence it was seen in; empty where the pages alone show it."""
    by_asking: bool = False
    """Whether only a request made for the purpose can show it."""


class Streak(Struct, frozen=True):
    """Runs that follow one another and all saw a finding."""

    first: int
    last: int
    payload: int
    """What the last of them saw it as; a number by which the timeline finds its trace."""


class Presence(Struct, frozen=True):
    """Runs between which a finding was never known to be gone."""

    first: int
    """The run that saw it first."""
    last: int
    """The run that saw it last."""
    gone: int | None = None
    """The run that found it gone; None while none did."""


class Lifetime(Struct, frozen=True):
    """One finding through the runs; it was seen at least once."""

    stretches: tuple[Presence, ...]
    """Oldest first; all but the last have ended."""
    times_seen: int
    looked: int
    """Runs that saw it or could have, from the first that did."""


def trace(finding: Finding) -> SightingBasis:
    """What ``finding`` rests on."""
    # The weightiest evidence it was counted in, or else the one interaction it was seen in.
    origins = [tally.origin for tally in finding.evidence]
    if not origins and finding.observed and finding.observed.origin != Origin.DOCUMENTED.value:
        origins = [finding.observed.origin]
    return SightingBasis(
        rule=finding.rule,
        operation=finding.operation,
        page=finding.documented.page if finding.documented else "",
        origin=min(origins, key=_weigh_origin, default=""),
        by_asking=finding.rule in _ASKING,
    )


def could_see(last: SightingBasis, scope: RunScope) -> bool:
    """Whether a complete run of this ``scope`` would have seen what was ``last`` seen so.  Its rule
    was checked; what was seen in evidence needs the operation examined in evidence as weighty, what
    only requests show needs those requests; what the pages show needs its operation read, or its
    page with another: one that lost all of them (a login wall, a script-only page) says nothing
    about what was on it."""
    if last.rule not in scope.rules or (last.by_asking and last.operation not in scope.asked):
        return False
    if last.origin:
        weightier = (o for o in _ORIGINS if _weigh_origin(o) < _weigh_origin(last.origin))
        origins = (last.origin, *weightier)
        return any((last.operation, origin) in scope.examined for origin in origins)
    if last.operation:
        return last.operation in scope.operations or last.page in scope.documenting
    return not last.page or last.page in scope.pages


def derive_lifetime(
    streaks: Sequence[Streak], runs: int, could: Callable[[Streak, int], bool]
) -> Lifetime:
    """The life of a finding through ``runs`` runs.  ``streaks``: in order; at least one.  ``runs``:
    how many there are.  ``could``: called with a streak and a later run that did not see it:
    whether that run could have seen what was seen at the end of the streak."""
    stretches: list[Presence] = []
    times_seen = looked = sum(streak.last - streak.first + 1 for streak in streaks)
    first = streaks[0].first
    following = (*(streak.first for streak in streaks[1:]), runs)
    for streak, until in zip(streaks, following, strict=True):
        missed = [run for run in range(streak.last + 1, until) if could(streak, run)]
        looked += len(missed)
        if missed or until == runs:
            stretches.append(Presence(first, streak.last, missed[0] if missed else None))
            first = until
    return Lifetime(stretches=tuple(stretches), times_seen=times_seen, looked=looked)


def judge_state(life: Lifetime, baseline: int, *, accepted: bool) -> State:
    """Where a finding stands after the last run, beside how it stood after run ``baseline``.
    ``life``: its life up to the last run.  ``baseline``: the run to compare with; -1 for the time
    before the first.  ``accepted``: whether it is accepted for now."""
    last = life.stretches[-1]
    if last.gone is not None:
        return State.FIXED
    if accepted:
        return State.KNOWN
    if life.stretches[0].first > baseline:
        return State.NEW
    return State.RETURNED if last.first > baseline else State.OPEN


def _weigh_origin(origin: str) -> int:
    return _ORIGINS.index(origin) if origin in _ORIGINS else -1


class Run(Struct, frozen=True):
    """A run, as far as findings are judged by it."""

    started: dt.datetime
    complete: bool
    scope: RunScope


class RunTimeline(Struct, frozen=True):
    """Runs in order, the one that is looked at last, and what they saw."""

    runs: Sequence[Run]
    """At least one."""
    streaks: Mapping[str, Sequence[Streak]]
    """By fingerprint; each at least once, in order."""
    trace: Callable[[int], SightingBasis]
    """Of a payload."""
    accepted: frozenset[str] = frozenset()
    """What is accepted at the time of the last run."""
    _could: dict[tuple[int, int], bool] = {}
    """Answers once found, by payload and scope: nights are much alike."""

    @property
    def last(self) -> int:
        return len(self.runs) - 1

    def baseline(self, since: dt.datetime | None) -> int:
        """The run to compare with: the one before, or the last that began by ``since``."""
        if since is None:
            return self.last - 1
        return bisect.bisect_right([run.started for run in self.runs], since) - 1

    def derive_lifetime(self, fingerprint: str) -> Lifetime:
        return derive_lifetime(self.streaks[fingerprint], len(self.runs), self.could_see)

    def could_see(self, last: Streak, run: int) -> bool:
        """Whether run number ``run`` could have seen what was ``last`` seen so."""
        of = self.runs[run]
        key = (last.payload, id(of.scope))
        if key not in self._could:
            self._could[key] = could_see(self.trace(last.payload), of.scope)
        return of.complete and self._could[key]

    def memory(self, fingerprint: str, baseline: int) -> Memory:
        """What is remembered of a finding as of the last run, beside run ``baseline``."""
        life = self.derive_lifetime(fingerprint)
        last = self.streaks[fingerprint][-1]
        return Memory(
            state=judge_state(life, baseline, accepted=fingerprint in self.accepted),
            first_seen=self.runs[life.stretches[0].first].started,
            last_seen=self.runs[last.last].started,
            times_seen=life.times_seen,
            runs=life.looked,
            periods=tuple(
                Period(self.runs[s.first].started, self.runs[s.last].started)
                for s in life.stretches
            ),
            checked=last.last == self.last or self.could_see(last, self.last),
        )

    def list_present(self) -> Iterator[str]:
        return (name for name, seen in self.streaks.items() if seen[-1].last == self.last)

    def list_gone(self, baseline: int) -> Iterator[str]:
        """What the last run does not have and is worth a word beside run ``baseline``."""
        for fingerprint, seen in self.streaks.items():
            if seen[-1].last != self.last and self.is_news(fingerprint, baseline):
                yield fingerprint

    def is_news(self, fingerprint: str, baseline: int) -> bool:
        """Whether a finding is worth a word beside run ``baseline``: it was not known to be gone by
        then.  Its whole life, which takes a look at every run since, is not needed for that."""
        last = self.streaks[fingerprint][-1]
        return not any(self.could_see(last, run) for run in range(last.last + 1, baseline + 1))
