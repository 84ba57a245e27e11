"""What differs of one operation: endpoint, servers, groups, media types, and its members."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from conformance.compare.alignment import Aligned, Place, fields_of, inputs_of
from conformance.compare.difference import (
    Difference,
    GroupDifference,
    ListDifference,
    SideStatement,
    differ,
)
from conformance.compare.facets import OperationSide
from conformance.compare.matching import shape_of
from conformance.compare.wording import listed
from conformance.model.operation import Group, Response


def compare_endpoints(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    """Nothing when a side names no endpoint: the name it goes by is not the page's word."""
    shapes = [shape_of(side.operation) for side in sides]
    if len(set(shapes)) > 1 and not any(s.operation.confidence == "low" for s in sides):
        pairs = zip(sides, shapes, strict=True)
        statements = [side.state(shape, side.operation.key) for side, shape in pairs]
        yield differ("endpoint", "endpoint", statements)


def compare_servers(sides: Sequence[OperationSide]) -> Iterator[ListDifference]:
    """Servers, where every side names some."""
    lists = [
        tuple(dict.fromkeys(s.rstrip("/").lower() for s in side.operation.servers))
        for side in sides
    ]
    if all(lists) and len(set(map(frozenset, lists))) > 1:
        pairs = zip(sides, lists, strict=True)
        statements = [side.state(" ".join(sorted(s)), listed(s)) for side, s in pairs]
        yield ListDifference(
            area="servers",
            subject="servers",
            span=statements[0].span,
            statements=tuple(statements),
            removed=tuple(s for s in lists[0] if s not in lists[-1]),
            added=tuple(s for s in lists[-1] if s not in lists[0]),
        )


def compare_groups(sides: Sequence[OperationSide]) -> Iterator[GroupDifference]:
    """Inputs that are bound together, in another way or not on every side."""
    groups = [{frozenset(g.names): g for g in side.operation.groups} for side in sides]
    for names in dict.fromkeys(names for own in groups for names in own):
        pairs = [(side, own.get(names)) for side, own in zip(sides, groups, strict=True)]
        if len({group.kind if group else "" for _, group in pairs}) > 1:
            statements = tuple(_bound(side, group) for side, group in pairs)
            yield GroupDifference(
                area="group",
                subject=f"parameters.{'|'.join(sorted(names))}",
                span=statements[0].span,
                statements=statements,
                names=names,
            )


def _bound(side: OperationSide, group: Group | None) -> SideStatement:
    if group is None:
        return side.state("", "")
    text = f"{group.kind.replace('-', ' ')} of {', '.join(group.names)}"
    return side.state(group.kind, text, group.span)


def compare_media_types(
    subject: str, pairs: Sequence[tuple[OperationSide, Response]]
) -> Iterator[Difference]:
    """The media type of one answer."""
    if len({response.media_type.lower() for _, response in pairs}) > 1:
        statements = [side.state(r.media_type.lower(), r.media_type, r.span) for side, r in pairs]
        yield differ("media type", f"{subject}.mediaType", statements, direction="response")


def input_places(sides: Sequence[OperationSide]) -> list[Place]:
    """What each side sends."""
    return [Place("", s.operation.span, inputs_of(s.operation)) for s in sides]


def answer_place(subject: str, response: Response) -> Place:
    """What a side gets as one answer."""
    span = response.value.span if response.value else response.span
    return Place(subject, span, fields_of(response.value))


def is_list(response: Response) -> bool:
    """Whether the body of an answer is an array."""
    return response.value is not None and response.value.kind == "array"


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
