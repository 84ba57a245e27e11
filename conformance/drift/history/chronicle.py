"""All runs of one exchange, and what each of them saw: facts, and where findings stand by them."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from conformance.drift.history.record import Scope
from conformance.drift.history.states import Life, Trace, could_see, is_news, life, state
from conformance.drift.memory import Memory, Period


@dataclass(frozen=True, slots=True)
class Run:
    """A run, as far as findings are judged by it."""

    started: dt.datetime
    complete: bool
    scope: Scope


@dataclass(frozen=True, slots=True)
class Seen:
    """A finding in a run."""

    run: int
    """The run's place in the chronicle."""
    payload: int
    """What it was seen as; a number by which the chronicle can be asked for its trace."""
    known: bool = False
    """Whether it was accepted on the day."""


@dataclass(frozen=True, slots=True)
class Chronicle:
    """Runs in order, the one that is looked at last, and what they saw."""

    runs: Sequence[Run]
    """At least one."""
    seen: Mapping[str, Sequence[Seen]]
    """By fingerprint; each at least once, in order."""
    trace: Callable[[int], Trace]
    """Of a payload."""
    accepted: frozenset[str] = frozenset()
    """What is accepted at the time of the last run."""
    _could: dict[tuple[int, int], bool] = field(default_factory=dict)
    """Answers once found, by payload and scope: nights are much alike."""

    @property
    def last(self) -> int:
        """The place of the run that is looked at."""
        return len(self.runs) - 1

    def baseline(self, since: dt.datetime | None) -> int:
        """The run to compare with: the one before, or the last that began by ``since``."""
        if since is None:
            return self.last - 1
        return bisect.bisect_right([run.started for run in self.runs], since) - 1

    def life(self, fingerprint: str) -> Life:
        """The life of a finding up to the last run."""
        seen = self.seen[fingerprint]

        def could(place: int, run: int) -> bool:
            return self.sees(seen[place], run)

        return life([each.run for each in seen], len(self.runs), could)

    def sees(self, seen: Seen, run: int) -> bool:
        """Whether run number ``run`` could have seen what was last seen so."""
        of = self.runs[run]
        key = (seen.payload, id(of.scope))
        if key not in self._could:
            self._could[key] = could_see(self.trace(seen.payload), of.scope)
        return of.complete and self._could[key]

    def memory(self, fingerprint: str, told: Life, baseline: int) -> Memory:
        """What is remembered of a finding as of the last run, beside run ``baseline``."""
        last = self.seen[fingerprint][-1]
        return Memory(
            state=state(told, baseline, accepted=fingerprint in self.accepted),
            first_seen=self.runs[told.stretches[0].first].started,
            last_seen=self.runs[last.run].started,
            times_seen=told.times_seen,
            runs=told.looked,
            periods=tuple(
                Period(self.runs[s.first].started, self.runs[s.last].started)
                for s in told.stretches
            ),
            checked=last.run == self.last or self.sees(last, self.last),
        )

    def present(self) -> Iterator[str]:
        """What the last run saw."""
        return (name for name, seen in self.seen.items() if seen[-1].run == self.last)

    def gone(self, baseline: int) -> Iterator[tuple[str, Life]]:
        """What the last run does not have and is worth a word beside run ``baseline``."""
        for fingerprint, seen in self.seen.items():
            if seen[-1].run != self.last:
                told = self.life(fingerprint)
                if is_news(told, baseline):
                    yield fingerprint, told
