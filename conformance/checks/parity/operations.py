"""One operation in several languages: every difference of it, each cause once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from msgspec.structs import replace

from conformance.checks.parity.examples import body_sample, compare_samples, query_sample, sample
from conformance.checks.parity.members import TwinMembers
from conformance.compare import operations as ops
from conformance.compare.alignment import members_of
from conformance.compare.difference import (
    Difference,
    MemberDifference,
    SideStatement,
    differ,
    with_consequences,
)
from conformance.compare.matching import Match, Side
from conformance.compare.page_text import PrintedRequest
from conformance.evidence.urls import path_matches
from conformance.model.operation import Example, Operation, Response, Value
from conformance.model.span import Span

_MEMBER_AREAS: Final = ("member", "name", "location", "place")
_CAUSES: Final = {
    "example member": _MEMBER_AREAS,
    "example name": _MEMBER_AREAS,
    "example type": ("type",),
}
"""What in an example follows from what in a table."""


def compare_presence(sides: Sequence[Side], match: Match) -> Iterator[Difference]:
    """The operation itself, where a side has none.  A side that lacks the whole page may not be
    translated yet: it is a difference, too."""
    first = next(placed for placed in match if placed)
    statements = []
    for side, placed in zip(sides, match, strict=True):
        page = side.page_at(first.page.stem)
        key = placed.operation.key if placed else ""
        home = page.home if page else Span(side.label, 1, 1)
        span = placed.operation.span if placed else home
        statements.append(SideStatement(label=side.label, key=key, text=key, span=span))
    if None in match:
        yield differ("operation", "", statements, first.operation.span)


def compare_twins(sides: Sequence[ops.OperationSide]) -> list[Difference]:
    """Every difference of an operation that at least two sides have."""
    if len(sides) < 2:
        return []
    names = frozenset(name for side in sides for name in _list_names(side.operation))
    found: list[Difference] = [*ops.compare_endpoints(sides), *_compare_servers(sides)]
    found += _compare_inputs(sides, names)
    found += _compare_groups(sides)
    found += _compare_rates(sides)
    for status in dict.fromkeys(r.status for s in sides for r in s.operation.responses):
        found += _compare_response(status, sides, names)
    bodies = [(side, side.operation.body) for side in sides]
    found += _compare_samples(
        "requestBody", [(side, body.examples if body else ()) for side, body in bodies]
    )
    found += _compare_requests(sides)
    return list(_fold_differences(found))


def _compare_samples(
    subject: str, examples: Sequence[tuple[ops.OperationSide, Sequence[Example]]]
) -> Iterator[Difference]:
    """By the first example of each side that can be read."""
    read = ([sample(side.label, e) for e in printed] for side, printed in examples)
    return compare_samples(subject, [next(filter(None, own), None) for own in read])


def _compare_servers(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """A side that names more servers than another is no other side."""
    for found in ops.compare_servers(sides):
        first, *others = (set(s.key.split()) for s in found.statements)
        if any(first.isdisjoint(other) for other in others):
            yield found


def _compare_groups(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """Inputs bound together in one way on one side and in another on the other."""
    for found in ops.compare_groups(sides):
        if not found.one_sided:
            stated = tuple(s for s in found.statements if not s.silent)
            yield replace(found, statements=stated, span=stated[0].span)


def _compare_inputs(sides: Sequence[ops.OperationSide], names: frozenset[str]) -> list[Difference]:
    """All inputs in another place are one cause: a method, or a word over a table."""
    places = ops.input_places(sides)
    found = TwinMembers(sides, names=names).differences(places)
    located = [d for d in found if isinstance(d, MemberDifference) and d.area == "location"]
    if len(located) < 2 or len(located) < min(len(p.members or ()) for p in places):
        return found
    first, *others = located
    likewise = ", ".join(f"`{d.name}`" for d in others)
    cause = with_consequences(first, f"likewise {likewise}")
    return [cause if d is first else d for d in found if d not in others]


def _list_names(operation: Operation) -> Iterator[str]:
    """Every parameter and field of an operation, at any depth."""
    waiting: list[Value] = [p.value for p in operation.parameters]
    waiting += [r.value for r in operation.responses if r.value]
    waiting += [operation.body.value] if operation.body else []
    yield from (p.name for p in operation.parameters)
    for value in waiting:  # grows while it is walked
        yield from (f.name for f in members_of(value))
        waiting += (f.value for f in members_of(value))


def _compare_rates(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """Rates of requests, where every side gives some and one has none of another's."""
    rates = [{(r.count, r.seconds): r for r in side.operation.rate_limits} for side in sides]
    if all(rates) and any(rates[0].keys().isdisjoint(other) for other in rates[1:]):
        statements = []
        for side, own in zip(sides, rates, strict=True):
            text = ", ".join(f"{count} in {seconds:g} s" for count, seconds in sorted(own))
            statements.append(side.state(text, text, next(iter(own.values())).span))
        yield differ("rate limit", "rateLimit", statements)


def _compare_response(
    status: str, sides: Sequence[ops.OperationSide], names: frozenset[str]
) -> Iterator[Difference]:
    subject = f"responses.{status}"
    answers = [{r.status: r for r in reversed(side.operation.responses)} for side in sides]
    found = [own.get(status) for own in answers]
    yield from _compare_status(subject, status, sides, found)
    pairs = [(side, r) for side, r in zip(sides, found, strict=True) if r]
    if len(pairs) > 1:
        yield from ops.compare_media_types(subject, pairs)
        root = subject + ("[]" if any(ops.is_list(r) for _, r in pairs) else "")
        having = [side for side, _ in pairs]
        yield from TwinMembers(having, names=names).differences(
            [ops.answer_place(root, r) for _, r in pairs]
        )
        yield from _compare_samples(subject, [(side, r.examples) for side, r in pairs])


def _compare_status(
    subject: str, status: str, sides: Sequence[ops.OperationSide], found: Sequence[Response | None]
) -> Iterator[Difference]:
    """A status that some sides do not have, when they document any."""
    statements = [
        side.state(status if own else "", status if own else "", (own or responses[0]).span)
        for side, own in zip(sides, found, strict=True)
        if (responses := side.operation.responses)
    ]
    if len({s.key for s in statements}) > 1:
        yield differ("status", subject, statements)


def _compare_requests(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """Requests printed on the pages, the n-th of each; nothing when one page prints more."""
    printed = [[r for r in s.text.requests if _is_of(s.operation, r)] for s in sides]
    if len({len(requests) for requests in printed}) > 1:
        return
    for row in zip(*printed, strict=True):
        pairs = list(zip(sides, row, strict=True))
        yield from compare_samples("parameters", [query_sample(s.label, r) for s, r in pairs])
        yield from compare_samples("requestBody", [body_sample(s.label, r) for s, r in pairs])


def _is_of(operation: Operation, request: PrintedRequest) -> bool:
    ends = request.path.rstrip("/").endswith(operation.path.rstrip("/"))
    fits = ends or path_matches(operation.path, request.path) is not None
    return fits and request.method == operation.method


def _fold_differences(found: Sequence[Difference]) -> Iterator[Difference]:
    """The differences; one of examples that follows from another is a consequence of that."""
    followers: dict[int, list[str]] = {}
    rest: list[Difference] = []
    for difference in found:
        causes = _CAUSES.get(difference.area, ())
        cause = next((d for d in found if d.area in causes and _is_cause(d, difference)), None)
        if cause is None:
            rest.append(difference)
        else:
            stated = (
                f"{s.text or 'nothing'} in {s.label} ({s.span})" for s in difference.statements
            )
            likewise = f"the examples differ likewise: {', '.join(stated)}"
            followers.setdefault(id(cause), []).append(likewise)
    for difference in rest:
        yield with_consequences(difference, *followers.get(id(difference), ()))


def _is_cause(table: Difference, example: Difference) -> bool:
    """Whether both are of one member, which an example may show inside an envelope."""
    root, _, tail = table.subject.partition(".")
    tail = tail.partition(".")[2] if root == "responses" else tail
    subject = example.subject
    inside = bool(tail) and subject.startswith(root) and subject.endswith(f".{tail}")
    return subject == table.subject or inside
