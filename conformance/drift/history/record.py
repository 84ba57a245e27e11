"""What a history is given and gives back, and where findings stand by what runs looked at."""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Callable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.checks.registry import RULES
from conformance.drift.known import KnownEntry
from conformance.model.contract import Coverage
from conformance.model.finding import Finding
from conformance.model.interaction import Origin

SightingKind: TypeAlias = Literal["seen", "gone", "not checked"]


class State(Enum):
    """Where a finding stands, those that want attention first."""

    NEW = "new"
    """Never seen before the run it is compared with."""
    RETURNED = "returned"
    """Seen once, gone, and there again."""
    OPEN = "open"
    """Seen before and not known to be gone."""
    KNOWN = "known"
    """Accepted for now: it has an entry in ``known_drift.toml`` that has not expired."""
    FIXED = "fixed"
    """Seen before; a run that would have seen it did not."""


class Period(Struct, frozen=True):
    """A time during which every run that could see a finding saw it."""

    first: dt.datetime
    last: dt.datetime


class Memory(Struct, frozen=True, kw_only=True):
    """What is remembered of one finding; all times are in UTC."""

    state: State
    first_seen: dt.datetime
    last_seen: dt.datetime
    times_seen: int
    """Runs that saw it."""
    runs: int
    """Runs since it was first seen that could have seen it, that one included."""
    periods: tuple[Period, ...] = ()
    """Oldest first; between two of them it was gone."""
    checked: bool = True
    """Whether the run could have seen it: False where its page or its kind of evidence was not
    part of the run, so that its absence says nothing."""


class Remembered(Struct, frozen=True):
    """A finding of an earlier run, as it was last seen."""

    finding: Finding
    memory: Memory


class History(Struct, frozen=True, kw_only=True):
    """One run in the light of those before it."""

    run: dt.datetime
    since: dt.datetime | None = None
    """The state at this time is what the run is compared with; None: the run before it."""
    previous: dt.datetime | None = None
    """When the run before it was; None for the first."""
    runs: int = 1
    """How many runs of the exchange are remembered, this one included."""
    memories: Mapping[str, Memory] = {}
    """By fingerprint: of every finding of the run, known ones included."""
    gone: tuple[Remembered, ...] = ()
    """Findings that the run does not have: fixed since, or not checked by it."""


class RunScope(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a run looked at: what it does not find here is gone, what lies outside is not known."""

    rules: frozenset[str] = frozenset()
    pages: frozenset[str] = frozenset()
    documenting: frozenset[str] = frozenset()
    """Those of them on which an operation was read."""
    operations: frozenset[str] = frozenset()
    """``METHOD /path`` of the operations that were read, in any language."""
    examined: frozenset[tuple[str, str]] = frozenset()
    """Operation and origin: it was examined in evidence of that origin."""
    asked: frozenset[str] = frozenset()
    """Operations that every kind of request was made to, to the last one."""


class RunDetails(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a report shows of a run besides its findings."""

    title: str = ""
    coverage: Coverage = Coverage()
    operations: int = 0
    evidence: tuple[tuple[str, int], ...] = ()
    """How many interactions were checked, by origin."""
    known: tuple[KnownEntry, ...] = ()
    """Every entry that was accepted on the day, whether or not something matched it."""
    expired: tuple[KnownEntry, ...] = ()
    """Entries that something matched although their day had passed."""
    stale: tuple[KnownEntry, ...] = ()
    """Entries that the run could have matched and did not."""
    pages: tuple[tuple[str, str], ...] = ()
    """Each page's name and the sha256 of its bytes."""


class RunRecord(Struct, frozen=True, kw_only=True):
    """One run over one exchange: all that is remembered of it."""

    exchange: str
    started: dt.datetime
    """With a time zone; runs are ordered by it."""
    finished: dt.datetime
    findings: tuple[Finding, ...] = ()
    """All of them, accepted ones included; of each fingerprint the first counts."""
    complete: bool = True
    """Whether it came to its end, found operations and could read all of its evidence; one that
    did not says nothing about what it did not find."""
    scope: RunScope = RunScope()
    version: str = ""
    account: RunDetails = RunDetails()

    @property
    def accepted(self) -> frozenset[str]:
        """Fingerprints of what was accepted on the day."""
        return frozenset(entry.fingerprint for entry in self.account.known)


class StoredRun(Struct, frozen=True):
    """A run, remembered."""

    number: int
    """Its name; not an order."""
    record: RunRecord
    history: History


class RunSummary(Struct, frozen=True, kw_only=True):
    """A run in one line."""

    number: int
    exchange: str
    started: dt.datetime
    finished: dt.datetime
    complete: bool
    version: str
    findings: int
    """Fingerprints seen, accepted ones included."""
    known: int
    """Accepted ones among them."""
    new: int
    """Seen for the first time."""
    returned: int
    """Seen again after they were gone."""
    fixed: int
    """Gone: seen before, and this run could have seen them."""
    evidence: tuple[tuple[str, int], ...] = ()
    """How many interactions were checked, by origin."""


class FindingTimeline(Struct, frozen=True):
    """One finding through all runs of its exchange."""

    exchange: str
    finding: Finding
    """As it was last seen."""
    memory: Memory
    """As of the latest run."""
    sightings: tuple[RunSighting, ...] = ()
    """One for each run since it was first seen, oldest first; empty where not requested."""


class RunSighting(Struct, frozen=True, kw_only=True):
    """What one run saw of one finding."""

    run: int
    started: dt.datetime
    kind: SightingKind
    finding: Finding | None = None
    """As it was seen; None where it was not."""
    known: bool = False
    """Whether it was accepted on the day."""


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


def life(seen: Sequence[int], runs: int, could: Callable[[int, int], bool]) -> Lifetime:
    """The life of a finding through ``runs`` runs.  ``seen``: the runs that saw it, in order; at
    least one.  ``runs``: how many there are.  ``could``: called with a place in ``seen`` and a run
    that did not see it: whether that run could have seen what was seen there."""
    stretches: list[Presence] = []
    looked, first = len(seen), seen[0]
    for place, (number, until) in enumerate(zip(seen, (*seen[1:], runs), strict=True)):
        missed = [run for run in range(number + 1, until) if could(place, run)]
        looked += len(missed)
        if missed or until == runs:
            stretches.append(Presence(first, number, missed[0] if missed else None))
            first = until
    return Lifetime(stretches=tuple(stretches), times_seen=len(seen), looked=looked)


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


class Occurrence(Struct, frozen=True):
    """A finding in a run."""

    run: int
    payload: int
    """What it was seen as; a number by which the timeline finds its trace."""
    known: bool = False
    """Whether it was accepted on the day."""


class RunTimeline(Struct, frozen=True):
    """Runs in order, the one that is looked at last, and what they saw."""

    runs: Sequence[Run]
    """At least one."""
    seen: Mapping[str, Sequence[Occurrence]]
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

    def life(self, fingerprint: str) -> Lifetime:
        seen = self.seen[fingerprint]
        places = [each.run for each in seen]
        return life(places, len(self.runs), lambda place, run: self.sees(seen[place], run))

    def sees(self, seen: Occurrence, run: int) -> bool:
        """Whether run number ``run`` could have seen what was last seen so."""
        of = self.runs[run]
        key = (seen.payload, id(of.scope))
        if key not in self._could:
            self._could[key] = could_see(self.trace(seen.payload), of.scope)
        return of.complete and self._could[key]

    def memory(self, fingerprint: str, life: Lifetime, baseline: int) -> Memory:
        """What is remembered of a finding as of the last run, beside run ``baseline``."""
        last = self.seen[fingerprint][-1]
        return Memory(
            state=judge_state(life, baseline, accepted=fingerprint in self.accepted),
            first_seen=self.runs[life.stretches[0].first].started,
            last_seen=self.runs[last.run].started,
            times_seen=life.times_seen,
            runs=life.looked,
            periods=tuple(
                Period(self.runs[s.first].started, self.runs[s.last].started)
                for s in life.stretches
            ),
            checked=last.run == self.last or self.sees(last, self.last),
        )

    def list_present(self) -> Iterator[str]:
        return (name for name, seen in self.seen.items() if seen[-1].run == self.last)

    def list_gone(self, baseline: int) -> Iterator[tuple[str, Lifetime]]:
        """What the last run does not have and is worth a word beside run ``baseline``."""
        for fingerprint, seen in self.seen.items():
            if seen[-1].run != self.last and self.is_news(fingerprint, baseline):
                yield fingerprint, self.life(fingerprint)

    def is_news(self, fingerprint: str, baseline: int) -> bool:
        """Whether a finding is worth a word beside run ``baseline``: it was not known to be gone by
        then.  Its whole life, which takes a look at every run since, is not needed for that."""
        last = self.seen[fingerprint][-1]
        return not any(self.sees(last, run) for run in range(last.run + 1, baseline + 1))
