"""One operation in two states: every difference of it, and what became of what it is about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from conformance.checks.change.members import compare_members
from conformance.checks.change.values import compare_roots, stated
from conformance.compare.alignment import Member, fields_of
from conformance.compare.difference import (
    Action,
    Area,
    Difference,
    GroupDifference,
    ListDifference,
    MemberDifference,
    SideStatement,
    differ,
)
from conformance.compare.facets import MemberSide, OperationSide
from conformance.compare.operations import (
    answer_place,
    compare_endpoints,
    compare_groups,
    compare_media_types,
    compare_servers,
    input_places,
    is_list,
)
from conformance.compare.wording import listed, named
from conformance.model.operation import RateLimit, Response


def compare_operation(sides: Sequence[OperationSide]) -> list[Difference]:
    """Every difference of an operation that both states have, at the new page's lines."""
    return [
        *map(_at_new, compare_endpoints(sides)),
        *_servers(sides),
        *_authentication(sides),
        *_media_of_body(sides),
        *compare_members(sides, input_places(sides), "request"),
        *_groups(sides),
        *_rates(sides),
        *_responses(sides),
    ]


def _at_new(found: Difference) -> Difference:
    return replace(found, span=found.new.span)


def _servers(sides: Sequence[OperationSide]) -> Iterator[ListDifference]:
    for found in compare_servers(sides):
        old = sides[0].operation.servers
        action: Action = "narrowed" if found.removed else "widened"
        if len(found.removed) == len({s.rstrip("/").lower() for s in old}):
            action = "replaced"
        yield replace(found, span=found.new.span, action=action)


def _changed(
    area: Area, action: Action, subject: str, statements: Sequence[SideStatement]
) -> Difference:
    return replace(differ(area, subject, statements, statements[1].span), action=action)


def _authentication(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    """By scheme; where one page only says that some is needed, they may well agree."""
    old, new = ({auth.scheme for auth in side.operation.auth} for side in sides)
    both = old | new
    if old == new or ("unspecified" in both and old and new and "none" not in both):
        return
    statements = []
    for side, schemes in zip(sides, (old, new), strict=True):
        text, own = ", ".join(sorted(schemes)), side.operation.auth
        statements.append(side.state(text, text, own[0].span if own else None))
    action: Action = stated(old, new) or "replaced"
    if new == {"none"} and not old:
        action = "widened"
    elif old and new and "none" in both:
        action = "narrowed" if "none" in old else "widened"
    area: Area = "authentication scheme" if action == "replaced" else "authentication"
    yield _changed(area, action, "authentication", statements)


def _media_of_body(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    types = [side.operation.body.media_type for side in sides if side.operation.body]
    if len(types) == 2 and len({text.lower() for text in types}) > 1:
        statements = [side.state(text, text) for side, text in zip(sides, types, strict=True)]
        yield _changed("media type", "replaced", "requestBody.mediaType", statements)


def _groups(sides: Sequence[OperationSide]) -> Iterator[GroupDifference]:
    for found in compare_groups(sides):
        old, new = found.old.key, found.new.key
        action: Action | None = stated(old, new)
        if action is None:
            action = "narrowed" if new == "exactly-one" else "replaced"
            action = "widened" if old == "exactly-one" else action
        yield replace(found, span=found.new.span, action=action)


def _rates(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    """Rates of one scope, the most restrictive of each."""
    old, new = (_by_scope(side.operation.rate_limits) for side in sides)
    if len(old) == len(new) == 1:  # the words for the scope may be others
        new = dict(zip(old, new.values(), strict=True))
    for scope in dict.fromkeys((*old, *new)):
        before, after = old.get(scope), new.get(scope)
        if _rate(before) == _rate(after):
            continue
        narrower: Action = "narrowed" if _rate(after) < _rate(before) else "widened"
        statements = [
            side.state(_printed(rate), _printed(rate), rate.span if rate else None)
            for side, rate in zip(sides, (before, after), strict=True)
        ]
        yield _changed("rate limit", stated(before, after) or narrower, "rateLimit", statements)


def _by_scope(rates: Sequence[RateLimit]) -> dict[str, RateLimit]:
    found: dict[str, RateLimit] = {}
    for rate in rates:
        known = found.setdefault(rate.scope.casefold(), rate)
        if _rate(rate) < _rate(known):
            found[rate.scope.casefold()] = rate
    return found


def _rate(rate: RateLimit | None) -> float:
    """Requests in a second."""
    return rate.count / rate.seconds if rate else 0


def _printed(rate: RateLimit | None) -> str:
    if rate is None:
        return ""
    scope = f" by {rate.scope}" if rate.scope else ""
    return f"{rate.count} in {rate.seconds:g} s{scope}"


def _responses(sides: Sequence[OperationSide]) -> Iterator[Difference]:
    old, new = ({r.status: r for r in side.operation.responses} for side in sides)
    pairs = [(before, new[status]) for status, before in old.items() if status in new]
    gone = [r for status, r in old.items() if status not in new]
    added = [r for status, r in new.items() if status not in old]
    if len(gone) == len(added) == 1 and not (gone[0].stated and added[0].stated):
        pairs.append((gone.pop(), added.pop()))  # one page shows it without its status
    for pair in pairs:
        yield from _response(sides, pair)
    yield from _lone_answers(sides, gone, added)


def _response(
    sides: Sequence[OperationSide], pair: tuple[Response, Response]
) -> Iterator[Difference]:
    subject = f"responses.{pair[1].status}"
    both = list(zip(sides, pair, strict=True))
    yield from map(_at_new, compare_media_types(subject, both))
    roots = [MemberSide(s.label, Member("", r.value), s.text) for s, r in both if r.value]
    if len(roots) == 2:
        yield from compare_roots(subject, "response", *roots)
    places = [answer_place(subject + ("[]" if is_list(r) else ""), r) for r in pair]
    yield from compare_members(sides, places, "response")


def _lone_answers(
    sides: Sequence[OperationSide], gone: Sequence[Response], added: Sequence[Response]
) -> Iterator[Difference]:
    """Answers one state has; where the other names none, one that says no more than success is
    no news."""
    for number, lone in enumerate((gone, added)):
        other = sides[1 - number]
        for response in lone:
            members = [named(member.name) for member in fields_of(response.value)]
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
                consequences=(f"and its members {listed(members)}",) if members else (),
            )
