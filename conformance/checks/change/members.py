"""Inputs and members of an answer in two states: each cause once, what follows beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, TypeAlias

from conformance.checks.change.values import compare_values
from conformance.compare.alignment import Aligned, Member, Place, align
from conformance.compare.difference import (
    Action,
    Area,
    Difference,
    Direction,
    MemberDifference,
    SideStatement,
    with_consequences,
)
from conformance.compare.facets import OperationSide, sides_of
from conformance.compare.operations import MemberTree
from conformance.compare.wording import listed, named
from conformance.model.operation import Stated
from conformance.model.span import Span

_LISTED: Final = 12
_FEWEST: Final = 3
"""Members that are all an object had, or has, and are one cause."""
_Moves: TypeAlias = "list[list[tuple[Aligned, Aligned]]]"
"""Groups of (as it was, as it is) that went the same way together."""


def compare_members(
    sides: Sequence[OperationSide], places: Sequence[Place], direction: Direction
) -> list[Difference]:
    """Every difference of one object."""
    comparison = _StateMembers(sides, direction)
    tree = MemberTree(comparison.compare)
    tree.walk(align(places, one_language=True))
    return comparison.settle(tree)


def _gone(aligned: Aligned) -> bool:
    """Whether only the old state has it."""
    return aligned.sides[1] is None


def _new(aligned: Aligned) -> bool:
    """Whether only the new state has it."""
    return aligned.sides[0] is None


def _subject(aligned: Aligned) -> str:
    """As the new state has it, else as the old one had it."""
    return aligned.subjects[0 if _gone(aligned) else 1]


@dataclass(frozen=True, slots=True)
class _StateMembers:
    sides: Sequence[OperationSide]
    direction: Direction

    def compare(self, aligned: Aligned) -> list[Difference]:
        """What differs of a member that both states have."""
        old, new = sides_of(aligned, self.sides)
        found: list[Difference] = []
        if old.member.implied is not new.member.implied:
            found.append(self._implied(aligned, gone=new.member.implied))
        if old.member.name != new.member.name:
            found.append(self._renamed(aligned, old.member, new.member))
        if old.member.where != new.member.where:
            texts = old.member.where, new.member.where
            relocated = self._difference(aligned, "location", "replaced", *texts)
            found.append(replace(relocated, subject=aligned.subjects[0]))
        return [*found, *compare_values(_subject(aligned), self.direction, old, new)]

    def settle(self, tree: MemberTree) -> list[Difference]:
        """Members one state lacks: moved to another object, gone with a type, or by themselves."""
        found = list(tree.found)
        for place, gone in tree.clashes.items():
            names = listed(named(member.last.name) for member in gone)
            verb = "come" if _new(gone[0]) else "go"
            found[place] = with_consequences(found[place], f"with it {verb} {names}")
        groups, rest, came = _moved(tree.lone)
        found += (self._move(group) for group in groups)
        left = {id(aligned) for aligned in rest}
        for members in tree.levels:
            if _is_whole(members) and all(id(member) in left for member in members):
                found.append(self._all_of(members))
                left -= {id(member) for member in members}
        for aligned in rest:
            if id(aligned) in left:
                now = came.get(id(aligned))
                elsewhere = (f"its members are in {now} now",) if now else ()
                found.append(with_consequences(self._alone(aligned), *elsewhere))
        return found

    def _all_of(self, members: Sequence[Aligned]) -> Difference:
        """Those that matter most to a client first: they speak for all."""
        first, *others = sorted(members, key=lambda m: m.last.required is not Stated.YES)
        names = listed([named(member.last.name) for member in others], _LISTED)
        verb = "was" if _gone(first) else "is"
        return with_consequences(self._alone(first), f"likewise {names}: all there {verb}")

    def _alone(self, aligned: Aligned) -> MemberDifference:
        below = [named(member.last.name) for member in aligned.descendants]
        with_it = (f"and its members {listed(below)}",) if below else ()
        name = named(aligned.last.name)
        if _gone(aligned):
            found = self._difference(aligned, "member", "removed", name, "")
            return with_consequences(found, *with_it)
        row = self.sides[1].text.row(aligned.last.value)
        found = self._difference(aligned, "member", "added", "", name)
        return replace(found, marked=row.mark is not None, consequences=with_it)

    def _implied(self, aligned: Aligned, *, gone: bool) -> MemberDifference:
        """A row that came or went of an object whose members are documented in both states."""
        name = named(aligned.last.name)
        if gone:
            found = self._difference(aligned, "member", "removed", name, "")
            return replace(found, span=found.old.span)
        return self._difference(aligned, "member", "added", "", name)

    def _renamed(self, aligned: Aligned, old: Member, new: Member) -> MemberDifference:
        was, now = aligned.subjects
        found = self._difference(aligned, "name", "replaced", named(old.name), named(new.name))
        unsure = aligned.nearness in ("place", "description", "word-order")
        return replace(
            found,
            subject=was,
            other_name=new.name,
            nearness=aligned.nearness,
            positional=old.where == new.where == "path",
            confidence="medium" if unsure else "high",
            consequences=(f"{was} is gone", f"{now} is new"),
        )

    def _move(self, group: Sequence[tuple[Aligned, Aligned]]) -> MemberDifference:
        """Members that went the same way together, the first of them for all."""
        before, after = group[0]
        was, now = _subject(before), _subject(after)
        likewise = listed([named(aligned.last.name) for aligned, _ in group[1:]], _LISTED)
        return MemberDifference(
            area="place",
            subject=was,
            span=after.last.span,
            direction=self.direction,
            statements=(_state(was, before.last.span), _state(now, after.last.span)),
            name=before.last.name,
            required=before.last.required,
            consequences=(f"likewise {likewise}",) if likewise else (),
        )

    def _difference(
        self, aligned: Aligned, area: Area, action: Action, old: str, new: str
    ) -> MemberDifference:
        """A difference at the new page's line; at the old one's for what is gone."""
        homes = [
            home or side.operation.span
            for home, side in zip(aligned.homes, self.sides, strict=True)
        ]
        return MemberDifference(
            area=area,
            action=action,
            subject=_subject(aligned),
            span=homes[0 if _gone(aligned) else 1],
            direction=self.direction,
            statements=(_state(old, homes[0]), _state(new, homes[1])),
            name=aligned.first.name,
            required=aligned.first.required,
        )


def _state(text: str, span: Span) -> SideStatement:
    return SideStatement(key=text, text=text, span=span)


def _is_whole(members: Sequence[Aligned]) -> bool:
    """Whether they are all an object had or has, and enough to be one cause."""
    return len(members) >= _FEWEST and (all(map(_gone, members)) or all(map(_new, members)))


def _moved(lone: Sequence[Aligned]) -> tuple[_Moves, list[Aligned], dict[int, str]]:
    """The members among ``lone`` that only have another place, and those that are left.

    A member may have gone into an object that is new: that is no change by itself.  One that came
    out of an object that is gone goes with that: third is, for such objects by identity, where
    their members are now.
    """
    holders: dict[int, Aligned | None] = {id(aligned): None for aligned in lone}
    holders |= {id(below): aligned for aligned in lone for below in aligned.descendants}
    every = [*lone, *(below for aligned in lone for below in aligned.descendants)]
    groups = _same_ways(lone) or _same_ways(every)
    gone = {id(aligned) for group in groups for both in group for aligned in both}
    fresh = {id(h) for key in gone if (h := holders[key]) is not None and _new(h)}
    came = {
        id(holder): _subject(after).rpartition(".")[0]
        for group in groups
        for before, after in group
        if (holder := holders[id(before)]) is not None and _gone(holder)
    }
    kept = [group for group in groups if id(holders[id(group[0][0])]) not in came]
    return kept, [aligned for aligned in lone if id(aligned) not in gone | fresh], came


def _same_ways(members: Iterable[Aligned]) -> _Moves:
    groups: dict[tuple[str, str], list[tuple[Aligned, Aligned]]] = {}
    for before, after in _same_names(members):
        parents = _subject(before).rpartition(".")[0], _subject(after).rpartition(".")[0]
        groups.setdefault(parents, []).append((before, after))
    return list(groups.values())


def _same_names(members: Iterable[Aligned]) -> Iterator[tuple[Aligned, Aligned]]:
    """Members of one name and type, once in each state."""
    by_name: dict[object, list[Aligned]] = {}
    for aligned in members:
        by_name.setdefault((aligned.last.name, aligned.last.value.kind), []).append(aligned)
    for same in by_name.values():
        before, after = [m for m in same if _gone(m)], [m for m in same if _new(m)]
        if len(before) == len(after) == 1:
            yield before[0], after[0]
