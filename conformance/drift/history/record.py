"""What a history is given and what it gives back; what earlier runs know of a finding."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from enum import Enum
from typing import Literal, TypeAlias

from msgspec import Struct

from conformance.drift.known import KnownEntry
from conformance.model.contract import Coverage
from conformance.model.finding import Finding

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
