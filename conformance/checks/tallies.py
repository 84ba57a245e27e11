"""How often something was seen, in evidence of which origin, and when."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, TypeAlias, TypeVar

from conformance.model.finding import Finding, Tally
from conformance.model.interaction import Interaction, Origin

_PLACES: Final = 12
"""Lines named in one finding."""
_WEIGHT: Final = {origin.value: place for place, origin in enumerate(Origin)}

OrderT = TypeVar("OrderT", bound="tuple[object, ...]")
Place: TypeAlias = tuple[str, int]
"""A file of evidence, and the number of an interaction in it."""


def weight(origin: str) -> int:
    """What evidence of ``origin`` is worth: more is weightier."""
    return -_WEIGHT[origin]


def place_of(where: str) -> Place:
    """``file#10`` as a pair that follows ``file#9``."""
    file, mark, number = where.rpartition("#")
    return (file, int(number)) if mark and number.isdecimal() else (where, 0)


def keep_earliest(known: dict[str, OrderT], name: str, order: OrderT, limit: int) -> bool:
    """Remember when ``name`` was first seen; whether one of more than ``limit`` had to give way."""
    if name in known:
        known[name] = min(known[name], order)
        return False
    known[name] = order
    if len(known) <= limit:
        return False
    del known[max(known, key=known.__getitem__)]
    return True


@dataclass(slots=True)
class _Count:
    seen: int = 0
    first: str = ""
    last: str = ""

    def add(self, seen: int, first: str, last: str) -> None:
        self.seen += seen
        if first and (not self.first or first < self.first):
            self.first = first
        if last > self.last:
            self.last = last


@dataclass(slots=True)
class Seen:
    """Interactions by origin, each counted once however often it comes in a row."""

    _counts: dict[str, _Count] = field(default_factory=dict)
    _latest: str = ""

    @property
    def count(self) -> int:
        """All of them."""
        return sum(count.seen for count in self._counts.values())

    def add(self, interaction: Interaction) -> None:
        """Count ``interaction``, unless it is the one that was counted last."""
        if interaction.where != self._latest:
            self._latest = interaction.where
            self._of(interaction.origin.value).add(1, interaction.date, interaction.date)

    def merge(self, other: Seen) -> Seen:
        """This, with those of ``other`` counted as well: none may be in both."""
        for origin, count in other._counts.items():
            self._of(origin).add(count.seen, count.first, count.last)
        return self

    def of(self, examined: Seen) -> tuple[Tally, ...]:
        """These, out of those ``examined``."""
        of = {origin: count.seen for origin, count in examined._counts.items()}
        tallies = (
            Tally(
                origin=origin,
                seen=count.seen,
                examined=max(count.seen, of.get(origin, 0)),
                first=count.first,
                last=count.last,
            )
            for origin, count in self._counts.items()
        )
        return tuple(sorted(tallies, key=lambda tally: _WEIGHT[tally.origin]))

    def _of(self, origin: str) -> _Count:
        count = self._counts.get(origin)
        if count is None:
            count = self._counts[origin] = _Count()
        return count


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
