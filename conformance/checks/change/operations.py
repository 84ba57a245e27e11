"""One operation in two states: every difference of it, and what became of what it is about.

Each cause is one difference, what follows from it stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from typing import Final

from msgspec.structs import replace

from conformance.checks.change.values import compare_roots, compare_values, find_unstated_side
from conformance.compare import operations as ops
from conformance.compare.alignment import Aligned, Member, Place, fields_of
from conformance.compare.difference import (
    Action,
    Area,
    Difference,
    Direction,
    GroupDifference,
    ListDifference,
    MemberDifference,
    SideStatement,
    differ,
    with_consequences,
)
from conformance.compare.wording import format_list, format_name
from conformance.model.operation import RateLimit, Response, Stated
from conformance.model.span import Span

_LISTED: Final = 12
_FEWEST: Final = 3
"""Members that are all an object had, or has, and are one cause."""


def _is_gone(aligned: Aligned) -> bool:
    """Whether only the old state has it."""
    return aligned.sides[1] is None


def _is_new(aligned: Aligned) -> bool:
    """Whether only the new state has it."""
    return aligned.sides[0] is None


def _name_subject(aligned: Aligned) -> str:
    """As the new state has it, else as the old one had it."""
    return aligned.subjects[0 if _is_gone(aligned) else 1]


class StateMembers(ops.MemberComparison, kw_only=True):
    """Members in two states."""

    direction: Direction

    def compare(self, aligned: Aligned) -> list[Difference]:
        old, new = ops.sides_of(aligned, self.sides)
        found: list[Difference] = []
        if old.member.implied is not new.member.implied:
            # The row of an object whose members are documented in both states.
            found.append(self._compare_presence(aligned, gone=new.member.implied))
        if old.member.name != new.member.name:
            found.append(self._compare_renamed(aligned, old.member, new.member))
        if old.member.where != new.member.where:
            texts = old.member.where, new.member.where
            relocated = self._make_difference(aligned, "location", "replaced", *texts)
            found.append(replace(relocated, subject=aligned.subjects[0]))
        return [*found, *compare_values(_name_subject(aligned), self.direction, old, new)]

    def settle(self) -> list[Difference]:
        found = list(self.found)
        for place, gone in self.clashes.items():
            names = format_list(format_name(member.last.name) for member in gone)
            verb = "come" if _is_new(gone[0]) else "go"
            found[place] = with_consequences(found[place], f"with it {verb} {names}")
        groups, rest, came = _find_moved(self.lone)
        found += (self._move(group) for group in groups)
        left = {id(aligned) for aligned in rest}
        for members in self.levels:
            # All that an object had or has, and enough to be one cause.
            whole = len(members) >= _FEWEST and (
                all(map(_is_gone, members)) or all(map(_is_new, members))
            )
            if whole and all(id(member) in left for member in members):
                # Those that matter most to a client first: they speak for all.
                first, *others = sorted(members, key=lambda m: m.last.required is not Stated.YES)
                names = format_list([format_name(member.last.name) for member in others], _LISTED)
                all_there = f"likewise {names}: all there {'was' if _is_gone(first) else 'is'}"
                found.append(with_consequences(self._compare_alone(first), all_there))
                left -= {id(member) for member in members}
        for aligned in rest:
            if id(aligned) in left:
                now = came.get(id(aligned))
                elsewhere = (f"its members are in {now} now",) if now else ()
                found.append(with_consequences(self._compare_alone(aligned), *elsewhere))
        return found

    def _compare_alone(self, aligned: Aligned) -> MemberDifference:
        below = [format_name(member.last.name) for member in aligned.descendants]
        with_it = (f"and its members {format_list(below)}",) if below else ()
        gone = _is_gone(aligned)
        marked = not gone and self.sides[1].text.row(aligned.last.value).mark is not None
        found = self._compare_presence(aligned, gone=gone)
        return replace(found, marked=marked, consequences=with_it)

    def _compare_presence(self, aligned: Aligned, *, gone: bool) -> MemberDifference:
        """A row that came or went, at the page that has it."""
        name = format_name(aligned.last.name)
        if gone:
            found = self._make_difference(aligned, "member", "removed", name, "")
            return replace(found, span=found.old.span)
        return self._make_difference(aligned, "member", "added", "", name)

    def _compare_renamed(self, aligned: Aligned, old: Member, new: Member) -> MemberDifference:
        was, now = aligned.subjects
        names = format_name(old.name), format_name(new.name)
        found = self._make_difference(aligned, "name", "replaced", *names)
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
        was, now = _name_subject(before), _name_subject(after)
        likewise = format_list([format_name(a.last.name) for a, _ in group[1:]], _LISTED)
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

    def _make_difference(
        self, aligned: Aligned, area: Area, action: Action, old: str, new: str
    ) -> MemberDifference:
        """A difference at the new page's line; at the old one's for what is gone."""
        pairs = zip(aligned.homes, self.sides, strict=True)
        before, after = (home or side.operation.span for home, side in pairs)
        return MemberDifference(
            area=area,
            action=action,
            subject=_name_subject(aligned),
            span=before if _is_gone(aligned) else after,
            direction=self.direction,
            statements=(_state(old, before), _state(new, after)),
            name=aligned.first.name,
            required=aligned.first.required,
        )


def _state(text: str, span: Span) -> SideStatement:
    return SideStatement(key=text, text=text, span=span)


def _find_moved(lone: Sequence[Aligned]) -> tuple[ops.Moves, list[Aligned], dict[int, str]]:
    """The members among ``lone`` that only have another place, and those that are left.  A member
    may have gone into an object that is new: that is no change by itself.  One that came out of an
    object that is gone goes with that: third is, for such objects by identity, where their members
    are now."""
    holders: dict[int, Aligned | None] = {id(aligned): None for aligned in lone}
    holders |= {id(below): aligned for aligned in lone for below in aligned.descendants}
    every = [*lone, *(below for aligned in lone for below in aligned.descendants)]
    # By name and type: a member that has both in another object has moved.
    find = partial(
        ops.find_moves,
        key=lambda aligned: (aligned.last.name, aligned.last.value.kind),
        subject_of=_name_subject,
        old_first=True,
    )
    groups = find(lone) or find(every)
    gone = {id(aligned) for group in groups for both in group for aligned in both}
    fresh = {id(h) for key in gone if (h := holders[key]) is not None and _is_new(h)}
    came = {
        id(holder): _name_subject(after).rpartition(".")[0]
        for group in groups
        for before, after in group
        if (holder := holders[id(before)]) is not None and _is_gone(holder)
    }
    kept = [group for group in groups if id(holders[id(group[0][0])]) not in came]
    return kept, [aligned for aligned in lone if id(aligned) not in gone | fresh], came


def compare_operation(sides: Sequence[ops.OperationSide]) -> list[Difference]:
    """Every difference of an operation that both states have, at the new page's lines."""
    shared = [ops.compare_endpoints(sides), _compare_servers(sides), _compare_authentication(sides)]
    return [
        *_compare_at_new(*shared, _compare_media_of_body(sides)),
        *_compare_members(sides, ops.input_places(sides), "request"),
        *_compare_at_new(_compare_groups(sides), _compare_rates(sides)),
        *_compare_responses(sides),
    ]


def _compare_members(
    sides: Sequence[ops.OperationSide], places: Sequence[Place], direction: Direction
) -> list[Difference]:
    return StateMembers(sides, direction=direction).differences(places, one_language=True)


def _compare_at_new(*found: Iterable[Difference]) -> Iterator[Difference]:
    return (replace(one, span=one.new.span) for many in found for one in many)


def _compare_servers(sides: Sequence[ops.OperationSide]) -> Iterator[ListDifference]:
    for found in ops.compare_servers(sides):
        old = sides[0].operation.servers
        action: Action = "narrowed" if found.removed else "widened"
        if len(found.removed) == len({s.rstrip("/").lower() for s in old}):
            action = "replaced"
        yield replace(found, action=action)


def _compare_authentication(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """By scheme; where one page only says that some is needed, they may well agree."""
    old, new = ({auth.scheme for auth in side.operation.auth} for side in sides)
    both = old | new
    if old == new or ("unspecified" in both and old and new and "none" not in both):
        return
    statements = []
    for side, schemes in zip(sides, (old, new), strict=True):
        text, own = ", ".join(sorted(schemes)), side.operation.auth
        statements.append(side.state(text, text, own[0].span if own else None))
    action: Action = find_unstated_side(old, new) or "replaced"
    if new == {"none"} and not old:
        action = "widened"
    elif old and new and "none" in both:
        action = "narrowed" if "none" in old else "widened"
    area: Area = "authentication scheme" if action == "replaced" else "authentication"
    yield differ(area, "authentication", statements, action=action)


def _compare_media_of_body(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    types = [(side, side.operation.body.media_type) for side in sides if side.operation.body]
    if len(types) == 2 and len({text.lower() for _, text in types}) > 1:
        statements = [side.state(text, text) for side, text in types]
        yield differ("media type", "requestBody.mediaType", statements)


def _compare_groups(sides: Sequence[ops.OperationSide]) -> Iterator[GroupDifference]:
    for found in ops.compare_groups(sides):
        old, new = found.old.key, found.new.key
        action: Action | None = find_unstated_side(old, new)
        if action is None:
            action = "narrowed" if new == "exactly-one" else "replaced"
            action = "widened" if old == "exactly-one" else action
        yield replace(found, action=action)


def _compare_rates(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """Rates of one scope, the most restrictive of each."""
    by_scope: list[dict[str, RateLimit]] = [{} for _ in sides]
    for own, side in zip(by_scope, sides, strict=True):
        for rate in side.operation.rate_limits:
            scope = rate.scope.casefold()
            own[scope] = min(own.get(scope, rate), rate, key=_measure_rate)
    old, new = by_scope
    if len(old) == len(new) == 1:  # the words for the scope may be others
        new = dict(zip(old, new.values(), strict=True))
    for name in dict.fromkeys((*old, *new)):
        both = before, after = old.get(name), new.get(name)
        if _measure_rate(before) == _measure_rate(after):
            continue
        statements = []
        for side, known in zip(sides, both, strict=True):
            by = f" by {known.scope}" if known and known.scope else ""
            text = f"{known.count} in {known.seconds:g} s{by}" if known else ""
            statements.append(side.state(text, text, known.span if known else None))
        narrower: Action = "narrowed" if _measure_rate(after) < _measure_rate(before) else "widened"
        action = find_unstated_side(before, after) or narrower
        yield differ("rate limit", "rateLimit", statements, action=action)


def _measure_rate(rate: RateLimit | None) -> float:
    """Requests in a second."""
    return rate.count / rate.seconds if rate else 0


def _compare_responses(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    old, new = ({r.status: r for r in side.operation.responses} for side in sides)
    pairs = [(before, new[status]) for status, before in old.items() if status in new]
    gone = [r for status, r in old.items() if status not in new]
    added = [r for status, r in new.items() if status not in old]
    if len(gone) == len(added) == 1 and not (gone[0].stated and added[0].stated):
        pairs.append((gone.pop(), added.pop()))  # one page shows it without its status
    for pair in pairs:
        subject = f"responses.{pair[1].status}"
        both = list(zip(sides, pair, strict=True))
        yield from _compare_at_new(ops.compare_media_types(subject, both))
        roots = [ops.MemberSide(s.label, Member("", r.value), s.text) for s, r in both if r.value]
        if len(roots) == 2:
            yield from compare_roots(subject, "response", *roots)
        places = [ops.answer_place(subject + ("[]" if ops.is_list(r) else ""), r) for r in pair]
        yield from _compare_members(sides, places, "response")
    yield from _compare_lone_answers(sides, gone, added)


def _compare_lone_answers(
    sides: Sequence[ops.OperationSide], gone: Sequence[Response], added: Sequence[Response]
) -> Iterator[Difference]:
    """Answers one state has; where the other names none, one that says no more than success is
    no news."""
    for number, lone in enumerate((gone, added)):
        other = sides[1 - number]
        for response in lone:
            members = [format_name(member.name) for member in fields_of(response.value)]
            status = response.status
            if not (members or other.operation.responses or not status.startswith("2")):
                continue
            statements = [sides[number].state(status, status, response.span)]
            statements.insert(1 - number, other.state("", ""))
            yield MemberDifference(
                area="status",
                action="added" if number else "removed",
                subject=f"responses.{status}",
                span=response.span,
                direction="response",
                statements=tuple(statements),
                name=status,
                consequences=(f"and its members {format_list(members)}",) if members else (),
            )
