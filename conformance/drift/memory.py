"""What earlier runs know of a finding: the nouns between the history and the reports."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from conformance.model.finding import Finding


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


@dataclass(frozen=True, slots=True)
class Period:
    """A time during which every run that could see a finding saw it."""

    first: dt.datetime
    last: dt.datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Memory:
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


@dataclass(frozen=True, slots=True)
class Remembered:
    """A finding of an earlier run, as it was last seen."""

    finding: Finding
    memory: Memory


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """One run in the light of those before it."""

    run: dt.datetime
    """When the run was."""
    since: dt.datetime | None = None
    """The state at this time is what the run is compared with; None: the run before it."""
    previous: dt.datetime | None = None
    """When the run before it was; None for the first."""
    runs: int = 1
    """How many runs of the exchange are remembered, this one included."""
    memories: Mapping[str, Memory] = field(default_factory=dict)
    """By fingerprint: of every finding of the run, known ones included."""
    gone: tuple[Remembered, ...] = ()
    """Findings that the run does not have: fixed since, or not checked by it."""
