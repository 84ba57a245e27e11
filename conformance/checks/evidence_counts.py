"""What is counted of evidence: how often something was observed, and what no page says."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Final, TypeAlias, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.plan import has_free_object, walk_documented_values
from conformance.checks.reply import Examiner, Ready
from conformance.compare.wording import format_list
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding, Tally
from conformance.model.interaction import Interaction, Origin, Unchecked

_PLACES: Final = 12
"""Lines named in one finding."""
_WEIGHT: Final = {origin.value: place for place, origin in enumerate(Origin)}
OrderT = TypeVar("OrderT", bound="tuple[object, ...]")
EvidencePlace: TypeAlias = tuple[str, int]
"""A file of evidence, and the number of an interaction in it."""


def weight(origin: str) -> int:
    """What evidence of ``origin`` is worth: more is weightier."""
    return -_WEIGHT[origin]


def place_of(where: str) -> EvidencePlace:
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


class _Count(Struct):
    seen: int = 0
    first: str = ""
    last: str = ""

    def add(self, seen: int, first: str, last: str) -> None:
        self.seen += seen
        if first and (not self.first or first < self.first):
            self.first = first
        if last > self.last:
            self.last = last


class EvidenceCount(Struct):
    """Interactions by origin, each counted once however often it comes in a row."""

    _counts: defaultdict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    _latest: str = ""

    @property
    def count(self) -> int:
        return sum(count.seen for count in self._counts.values())

    @property
    def by_origin(self) -> dict[str, int]:
        return {origin: count.seen for origin, count in self._counts.items()}

    def add_one(self, origin: Origin, day: str) -> None:
        """Count one that was not counted before."""
        self._counts[origin.value].add(1, day, day)

    def add(self, interaction: Interaction) -> None:
        """Count ``interaction``, unless it is the one that was counted last."""
        if interaction.where != self._latest:
            self._latest = interaction.where
            self.add_one(interaction.origin, interaction.date)

    def merge(self, other: EvidenceCount) -> EvidenceCount:
        """This, with those of ``other`` counted as well: none may be in both."""
        for origin, count in other._counts.items():
            self._counts[origin].add(count.seen, count.first, count.last)
        return self

    def of(self, examined: EvidenceCount) -> tuple[Tally, ...]:
        """These, out of those ``examined``."""
        of = examined.by_origin
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


def once_each(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each fingerprint, the first, with the other lines of its page it was found on."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.fingerprint, []).append(finding)
    return tuple(_with_places(*alike) for alike in found.values())


def _with_places(first: Finding, *others: Finding) -> Finding:
    if (own := first.documented) is None:
        return first
    spans = [other.documented for other in others if other.documented]
    lines = sorted({s.line for s in spans if s.page == own.page} - {own.line})
    if not lines:
        return first
    shown = format_list(map(str, lines), _PLACES)
    place = f"the same on line{'s' if len(lines) > 1 else ''} {shown}"
    return replace(first, related=(*first.related, place))


_VALUES = 10_000
"""Values of one body that are looked at."""


class UncheckedCount(Struct):
    """Takes matched interactions one by one, in memory bounded by what is documented."""

    judged: int = 0
    """Interactions of which something was checked against a page."""
    _without_contract: int = 0
    _statuses: int = 0
    _operations: set[str] = field(default_factory=set)
    _free: set[tuple[str, str]] = field(default_factory=set)

    def take(self, examiners: Sequence[Examiner], interaction: Interaction) -> None:
        """Count ``interaction``, which is of the operations that ``examiners`` are for."""
        status = interaction.reply.status
        documented = [e for e in examiners if e.contracts(status)]
        contracts = [(e, r) for e in documented for r in e.contracts(status) if r.says_much]
        if contracts:
            self.judged += 1
            self._count_free(contracts, interaction)
        elif documented and not interaction.reply.body:
            self.judged += 1
        elif documented or not any(e.operation.responses for e in examiners):
            self._without_contract += 1
            self._operations.update(e.operation.key for e in examiners)
        else:
            self._statuses += 1

    def merge(self, other: UncheckedCount) -> None:
        self.judged += other.judged
        self._without_contract += other._without_contract
        self._statuses += other._statuses
        self._operations |= other._operations
        self._free |= other._free

    def result(self, unmatched: int) -> Unchecked:
        """The counts, beside ``unmatched`` interactions."""
        return Unchecked(
            unmatched=unmatched,
            operations_without_contract=len(self._operations),
            without_contract=self._without_contract,
            undocumented_status=self._statuses,
            free_form_objects=len(self._free),
        )

    def _count_free(
        self, contracts: Sequence[tuple[Examiner, Ready]], interaction: Interaction
    ) -> None:
        for examiner, ready in contracts:
            if ready.plan is None or not has_free_object(ready.plan):
                continue
            try:
                body = load_json(interaction.reply.body)
            except JsonError:
                return
            found = walk_documented_values(ready.plan, body, ready.subject)
            for plan, observed, subject in islice(found, _VALUES):
                if observed and isinstance(observed, dict) and plan.is_free:
                    self._free.add((examiner.operation.key, subject))
