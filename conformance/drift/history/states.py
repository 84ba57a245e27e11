"""Where a finding stands, worked out of what runs looked at and found."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.checks.registry import RULES
from conformance.drift.history.record import (
    Scope,
)
from conformance.drift.memory import State
from conformance.model.finding import Finding
from conformance.model.interaction import Origin

_ORIGINS: Final = tuple(origin.value for origin in Origin)
"""The weightiest first."""


_ASKING: Final = frozenset(rule.id for rule in RULES if rule.families == ("request",))
"""Rules about answers to requests that were made to find out."""


@dataclass(frozen=True, slots=True)
class Trace:
    """What a run has to look at to see a finding again where it was last seen."""

    rule: str
    operation: str
    page: str
    """Empty for a finding that no page tells."""
    origin: str
    """The weightiest evidence it was seen in; empty where the pages alone show it."""
    by_asking: bool = False
    """Whether only a request made for the purpose can show it."""


@dataclass(frozen=True, slots=True)
class Stretch:
    """Runs between which a finding was never known to be gone."""

    first: int
    """The run that saw it first."""
    last: int
    """The run that saw it last."""
    gone: int | None = None
    """The run that found it gone; None while none did."""


@dataclass(frozen=True, slots=True)
class Life:
    """One finding through the runs; it was seen at least once."""

    stretches: tuple[Stretch, ...]
    """Oldest first; all but the last have ended."""
    times_seen: int
    looked: int
    """Runs that saw it or could have, from the first that did."""


def trace(finding: Finding) -> Trace:
    """What ``finding`` rests on."""
    return Trace(
        rule=finding.rule,
        operation=finding.operation,
        page=finding.documented.page if finding.documented else "",
        origin=_weightiest(finding),
        by_asking=finding.rule in _ASKING,
    )


def could_see(last: Trace, scope: Scope) -> bool:
    """Whether a complete run of this ``scope`` would have seen what was ``last`` seen so.

    Its rule was asked; what was seen in evidence needs the operation examined in evidence as
    weighty, what only requests show needs them made; what the pages show needs its operation
    read, or its page with another: one that lost all of them (a login wall, a script-only page)
    says nothing about what it told.
    """
    if last.rule not in scope.rules or (last.by_asking and last.operation not in scope.asked):
        return False
    if last.origin:
        return any((last.operation, origin) in scope.examined for origin in _as_weighty(last))
    if last.operation:
        return last.operation in scope.operations or last.page in scope.documenting
    return not last.page or last.page in scope.pages


def life(seen: Sequence[int], runs: int, could: Callable[[int, int], bool]) -> Life:
    """The life of a finding through ``runs`` runs.

    Args:
        seen: the runs that saw it, in order; at least one.
        runs: how many there are.
        could: called with a place in ``seen`` and a run that did not see it: whether that run
            could have seen what was seen there.
    """
    stretches: list[Stretch] = []
    looked, first = len(seen), seen[0]
    for place, (number, until) in enumerate(zip(seen, (*seen[1:], runs), strict=True)):
        missed = [run for run in range(number + 1, until) if could(place, run)]
        looked += len(missed)
        if missed or until == runs:
            stretches.append(Stretch(first, number, missed[0] if missed else None))
            first = until
    return Life(stretches=tuple(stretches), times_seen=len(seen), looked=looked)


def state(told: Life, baseline: int, *, accepted: bool) -> State:
    """Where a finding stands after the last run, beside how it stood after run ``baseline``.

    Args:
        told: its life up to the last run.
        baseline: the run to compare with; -1 for the time before the first.
        accepted: whether it is accepted for now.
    """
    last = told.stretches[-1]
    if last.gone is not None:
        return State.FIXED
    if accepted:
        return State.KNOWN
    if told.stretches[0].first > baseline:
        return State.NEW
    return State.RETURNED if last.first > baseline else State.OPEN


def is_news(told: Life, baseline: int) -> bool:
    """Whether a finding that is not seen any more is worth a word beside run ``baseline``.

    It is not when it was known to be gone by then.
    """
    gone = told.stretches[-1].gone
    return gone is None or gone > baseline


def _weightiest(finding: Finding) -> str:
    """Of the evidence it was counted in, or else of the one interaction it was seen in."""
    origins = [tally.origin for tally in finding.evidence]
    if not origins and finding.observed and finding.observed.origin != Origin.DOCUMENTED.value:
        origins = [finding.observed.origin]
    return min(origins, key=_weight, default="")


def _as_weighty(last: Trace) -> Iterable[str]:
    """Its own origin and the weightier ones; only its own when it is none we know."""
    return (*(o for o in _ORIGINS if _weight(o) < _weight(last.origin)), last.origin)


def _weight(origin: str) -> int:
    return _ORIGINS.index(origin) if origin in _ORIGINS else -1
