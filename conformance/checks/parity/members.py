"""Inputs and members of an answer in several languages: each cause once, what follows beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from conformance.checks.parity.prose import Passage, compare_words
from conformance.checks.parity.values import compare_values
from conformance.compare.alignment import Aligned, Member, Place, align
from conformance.compare.difference import (
    Area,
    Difference,
    MemberDifference,
    SideStatement,
    with_consequences,
)
from conformance.compare.facets import OperationSide, sides_of
from conformance.compare.operations import MemberTree
from conformance.compare.wording import listed, named


def compare_members(
    sides: Sequence[OperationSide], places: Sequence[Place], names: frozenset[str]
) -> list[Difference]:
    """Every difference of one object; ``names`` are those of the operation's members anywhere."""
    comparison = _TwinMembers(sides, names)
    tree = MemberTree(comparison.compare)
    tree.walk(align(places))
    return comparison.settle(tree)


@dataclass(frozen=True, slots=True)
class _TwinMembers:
    sides: Sequence[OperationSide]
    names: frozenset[str]

    @property
    def labels(self) -> list[str]:
        return [side.label for side in self.sides]

    def compare(self, aligned: Aligned) -> list[Difference]:
        """What differs of a member that at least two sides have."""
        sides = sides_of(aligned, self.sides)
        found: list[Difference] = []
        if len({side.member.implied for side in sides}) > 1:
            found.append(self._absence(aligned))
        if len({side.member.name for side in sides}) > 1:
            found.append(self._named(aligned, "name", lambda m: m.name))
        if len({side.member.where for side in sides}) > 1:
            found.append(self._named(aligned, "location", lambda m: m.where))
        found += compare_values(aligned.subject, sides)
        passages = [
            Passage(s.label, s.row.described, s.member.span, s.page, s.member.name) for s in sides
        ]
        return [*found, *compare_words(aligned.subject, passages, found, self.names)]

    def _named(
        self, aligned: Aligned, area: Area, state: Callable[[Member], str]
    ) -> MemberDifference:
        statements = tuple(
            SideStatement(label=label, key=state(member), text=state(member), span=member.span)
            for label, member in zip(self.labels, aligned.sides, strict=True)
            if member
        )
        nearness = aligned.nearness if area == "name" else None
        return MemberDifference(
            area=area,
            subject=aligned.subject,
            span=statements[0].span,
            statements=statements,
            name=aligned.first.name,
            nearness=nearness,
            confidence="medium" if nearness in ("place", "word-order") else "high",
        )

    def settle(self, tree: MemberTree) -> list[Difference]:
        """Members some sides lack: moved, gone with another, or a cause of their own."""
        found = list(tree.found)
        causes = {
            member.first.name: place
            for place, gone in reversed(tree.clashes.items())
            for child in gone
            for member in (child, *child.descendants)
        }
        moved, rest = _moved(tree.lone)
        found += (self._move(group) for group in moved)
        for aligned in rest:
            if aligned.children:
                for member in aligned.descendants:
                    causes.setdefault(member.first.name, len(found))
                found.append(self._absence(aligned))
        followers: dict[int, list[str]] = {}
        for aligned in rest:
            cause = causes.get(aligned.first.name)
            if not aligned.children and cause is None:
                found.append(self._absence(aligned))
            elif not aligned.children and cause is not None:
                followers.setdefault(cause, []).append(self._elsewhere(aligned))
        return [with_consequences(d, *followers.get(n, ())) for n, d in enumerate(found)]

    def _elsewhere(self, aligned: Aligned) -> str:
        """Where the sides that have a member have it."""
        having = [s for s, m in zip(self.labels, aligned.sides, strict=True) if m]
        return f"{', '.join(having)} has {named(aligned.first.name)} as {aligned.subject}"

    def _absence(self, aligned: Aligned) -> MemberDifference:
        only_shown = all(member.implied for member in aligned.sides if member)
        statements = tuple(
            SideStatement(
                label=label,
                key=member.name if member and member.implied is only_shown else "",
                text=named(member.name) if member and member.implied is only_shown else "",
                span=span,
            )
            for label, member, home in zip(self.labels, aligned.sides, aligned.homes, strict=True)
            if (span := member.span if member else home)
        )
        below = [named(m.first.name) for m in aligned.descendants] if aligned.missing else []
        return MemberDifference(
            area="member",
            subject=aligned.subject,
            span=next(s.span for s in statements if not s.silent),
            statements=statements,
            name=aligned.first.name,
            consequences=(f"and its members {listed(below)}",) if below else (),
        )

    def _move(self, group: Sequence[tuple[Aligned, Aligned]]) -> MemberDifference:
        one, other = group[0]
        statements = tuple(
            SideStatement(label=label, key=at.subject, text=at.subject, span=member.span)
            for number, label in enumerate(self.labels)
            for at in (one, other)
            if (member := at.sides[number])
        )
        return MemberDifference(
            area="place",
            subject=one.subject,
            span=statements[0].span,
            statements=statements,
            name=one.first.name,
            consequences=tuple(f"likewise {named(a.first.name)}" for a, _ in group[1:]),
        )


def _moved(
    lone: Sequence[Aligned],
) -> tuple[list[list[tuple[Aligned, Aligned]]], list[Aligned]]:
    """Members of one name that some sides have in one object and the others in another.

    Those that went the same way together are one group; the rest is given back.
    """
    groups: dict[tuple[str, str], list[tuple[Aligned, Aligned]]] = {}
    for one, other in _same_names(lone):
        parents = one.subject.rpartition(".")[0], other.subject.rpartition(".")[0]
        groups.setdefault(parents, []).append((one, other))
    gone = {id(aligned) for group in groups.values() for both in group for aligned in both}
    return list(groups.values()), [aligned for aligned in lone if id(aligned) not in gone]


def _same_names(lone: Sequence[Aligned]) -> Iterator[tuple[Aligned, Aligned]]:
    """Two members of one name, of which each side has exactly one."""
    by_name: dict[str, list[Aligned]] = {}
    for aligned in lone:
        by_name.setdefault(aligned.first.name, []).append(aligned)
    for same in by_name.values():
        if len(same) == 2 and all(
            (a is None) is not (b is None)
            for a, b in zip(same[0].sides, same[1].sides, strict=True)
        ):
            yield same[0], same[1]
