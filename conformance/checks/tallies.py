"""How often something was seen, in evidence of which origin, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from conformance.model.finding import Finding, Tally
from conformance.model.interaction import Interaction, Origin

_PLACES: Final = 12
"""Lines named in one finding."""
_WEIGHT: Final = {origin.value: place for place, origin in enumerate(Origin)}


@dataclass(slots=True)
class Seen:
    """Interactions by origin, each counted once however often it is told in a row."""

    _counts: dict[str, Tally] = field(default_factory=dict)
    _latest: str = ""

    @property
    def count(self) -> int:
        """All of them."""
        return sum(tally.seen for tally in self._counts.values())

    def add(self, interaction: Interaction) -> None:
        """Count ``interaction``, unless it is the one that was counted last."""
        if interaction.where == self._latest:
            return
        self._latest = interaction.where
        origin, date = interaction.origin.value, interaction.date
        one = Tally(origin=origin, seen=1, examined=0, first=date, last=date)
        known = self._counts.get(origin)
        self._counts[origin] = _sum(known, one) if known else one

    def of(self, examined: Seen) -> tuple[Tally, ...]:
        """These, out of those ``examined``."""
        return _by_weight(
            replace(tally, examined=max(tally.seen, examined._seen(origin)))
            for origin, tally in self._counts.items()
        )

    def _seen(self, origin: str) -> int:
        tally = self._counts.get(origin)
        return tally.seen if tally else 0


def once_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each fingerprint, the first, with the other lines of its page it was found on."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.fingerprint, []).append(finding)
    return tuple(_with_places(*alike) for alike in found.values())


def _with_places(first: Finding, *others: Finding) -> Finding:
    spans = [other.documented for other in others if other.documented and first.documented]
    here = {s.line for s in spans if first.documented and s.page == first.documented.page}
    lines = sorted(here - {first.documented.line if first.documented else 0})
    if not lines:
        return first
    shown = ", ".join(map(str, lines[:_PLACES]))
    more = f" and {len(lines) - _PLACES} more" if len(lines) > _PLACES else ""
    place = f"the same on line{'s' if len(lines) > 1 else ''} {shown}{more}"
    return replace(first, related=(*first.related, place))


def _sum(one: Tally, other: Tally) -> Tally:
    dates = sorted(date for t in (one, other) for date in (t.first, t.last) if date)
    return Tally(
        origin=one.origin,
        seen=one.seen + other.seen,
        examined=one.examined + other.examined,
        first=dates[0] if dates else "",
        last=dates[-1] if dates else "",
    )


def _by_weight(tallies: Iterable[Tally]) -> tuple[Tally, ...]:
    return tuple(sorted(tallies, key=lambda tally: _WEIGHT[tally.origin]))
