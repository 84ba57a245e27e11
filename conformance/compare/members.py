"""Aligned members walked once: what differs of those that sides share, and what a side lacks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.compare.alignment import Aligned
from conformance.compare.difference import Difference

CompareMember: TypeAlias = Callable[[Aligned], "list[Difference]"]


@dataclass(slots=True)
class MemberTree:
    """The inputs, or one answer, of an operation on all sides."""

    compare_member: CompareMember
    """What differs of one member that at least two sides have, apart from its members."""
    found: list[Difference] = field(default_factory=list)
    lone: list[Aligned] = field(default_factory=list)
    """Members that a side lacks, topmost first."""
    levels: list[tuple[Aligned, ...]] = field(default_factory=list)
    """The members of each object, where some side lacks each of them."""
    clashes: dict[int, list[Aligned]] = field(default_factory=dict)
    """Members that are not on a side where the object has another type: by the place of that
    difference among those found."""

    def walk(self, members: Sequence[Aligned]) -> None:
        """Every member, and what is below those that at least two sides have."""
        if members and all(m.missing for m in members):
            self.levels.append(tuple(members))
        for aligned in members:
            if aligned.missing:
                self.lone.append(aligned)
            if sum(map(bool, aligned.sides)) > 1:
                self._walk_shared(aligned)

    def _walk_shared(self, aligned: Aligned) -> None:
        differences = self.compare_member(aligned)
        clash = next((n for n, d in enumerate(differences) if d.area == "type"), None)
        gone = [c for c in aligned.children if clash is not None and c.missing]
        if clash is not None and gone:
            self.clashes[len(self.found) + clash] = gone
        self.found += differences
        absorbed = {id(child) for child in gone}
        self.walk([child for child in aligned.children if id(child) not in absorbed])
