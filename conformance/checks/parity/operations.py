"""One operation in several languages, with its printed examples: each cause of differences once."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final
from urllib.parse import parse_qsl, urlsplit

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.parity.members import TwinMembers
from conformance.checks.samples import Token, find_first_line, lines_of, mend, tokenize
from conformance.compare import operations as ops
from conformance.compare.alignment import members_of
from conformance.compare.difference import (
    Area,
    Difference,
    MemberDifference,
    SideStatement,
    differ,
    with_consequences,
)
from conformance.compare.matching import Match, Side
from conformance.compare.page_text import PrintedRequest
from conformance.compare.wording import format_count, format_value
from conformance.evidence.urls import path_matches
from conformance.model.operation import Example, Json, Operation, Value
from conformance.model.span import Span
from conformance.schema.kinds import child, kind_of, member
from conformance.vocabulary.similar_names import pair

_MEMBER_AREAS: Final = ("member", "name", "location", "place")
_CAUSES: Final = {
    "example member": _MEMBER_AREAS,
    "example name": _MEMBER_AREAS,
    "example type": ("type",),
}
"""What in an example follows from what in a table."""
_OTHER_SAMPLE: Final = 0.5
"""Share of differing values from which two examples are of different things."""
_LONGEST: Final = 200
"""Characters of a line that are quoted."""
_FEW: Final = 4
"""Differing values below which they never are; from which on they were recorded anew."""


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
    printed = [(side, body.examples if body else ()) for side, body in bodies]
    found += _compare_samples("requestBody", printed)
    found += _compare_requests(sides)
    return list(_fold_differences(found))


def _compare_samples(
    subject: str, examples: Sequence[tuple[ops.OperationSide, Sequence[Example]]]
) -> Iterator[Difference]:
    """By the first example of each side that can be read."""
    read = ([read_side_sample(side.label, e) for e in printed] for side, printed in examples)
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
    # A status that some sides do not have, when they document any
    statements = [
        side.state(status if own else "", status if own else "", (own or responses[0]).span)
        for side, own in zip(sides, found, strict=True)
        if (responses := side.operation.responses)
    ]
    if len({s.key for s in statements}) > 1:
        yield differ("status", subject, statements)
    pairs = [(side, r) for side, r in zip(sides, found, strict=True) if r]
    if len(pairs) > 1:
        yield from ops.compare_media_types(subject, pairs)
        root = subject + ("[]" if any(ops.is_list(r) for _, r in pairs) else "")
        having = [side for side, _ in pairs]
        places = [ops.answer_place(root, r) for _, r in pairs]
        yield from TwinMembers(having, names=names).differences(places)
        yield from _compare_samples(subject, [(side, r.examples) for side, r in pairs])


def _compare_requests(sides: Sequence[ops.OperationSide]) -> Iterator[Difference]:
    """Requests printed on the pages, the n-th of each; nothing when one page prints more."""
    printed = [[r for r in s.text.requests if _is_of(s.operation, r)] for s in sides]
    if len({len(requests) for requests in printed}) > 1:
        return
    for row in zip(*printed, strict=True):
        pairs = list(zip(sides, row, strict=True))
        yield from compare_samples("parameters", [read_query(s.label, r) for s, r in pairs])
        yield from compare_samples("requestBody", [read_body(s.label, r) for s, r in pairs])


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


class SideSample(Struct, frozen=True):
    """One example of one side, read as far as it can be."""

    label: str
    page: str
    line: int
    """Of the page, where the text begins."""
    text: str
    value: Json
    tokens: tuple[Token, ...]
    elided: bool = False
    """Whether something was left out of it on purpose."""

    def at(self, pointer: str, lines: dict[str, int]) -> Span:
        """The line a value stands on; for what is not there, that of what it would be in."""
        while pointer and pointer not in lines:
            pointer = pointer.rpartition("/")[0]
        number = lines.get(pointer, 0)
        quote = self.text.split("\n")[number].strip()[:_LONGEST]
        return Span(self.page, self.line + number, self.line + number, quote)


def read_side_sample(label: str, example: Example) -> SideSample | None:
    """An example that is JSON or can be mended; None for any other."""
    page, line, text = example.span.page, find_first_line(example), example.text
    if example.parsed:
        return SideSample(label, page, line, text, example.value, tokenize(text))
    return _mend_sample(label, page, line, text)


def read_query(label: str, request: PrintedRequest) -> SideSample | None:
    """The query of a printed request, as an object; None when it has none."""
    first = request.text.split("\n", 1)[0]
    query = parse_qsl(urlsplit(first.split()[1]).query, keep_blank_values=True)
    value: dict[str, Json] = dict(query)
    place = request.span.page, request.span.line
    return SideSample(label, *place, first, value, ()) if value else None


def read_body(label: str, request: PrintedRequest) -> SideSample | None:
    """The body of a printed request; None when it has none or none that is JSON."""
    head, _, body = request.text.partition("\n\n")
    line = request.span.line + head.count("\n") + 2
    return _mend_sample(label, request.span.page, line, body) if body.strip() else None


def _mend_sample(label: str, page: str, line: int, text: str) -> SideSample | None:
    mended = mend(text)
    if mended is None:
        return None
    return SideSample(label, page, line, text, mended.value, mended.tokens, mended.elided)


def compare_samples(root: str, samples: Sequence[SideSample | None]) -> Iterator[Difference]:
    """The first side's example compared with every other's; one difference for each subject."""
    printed = [s for s in samples if s is not None]
    found: dict[str, dict[int, _Unlike]] = {}
    for number, other in enumerate(printed[1:], 1):
        for unlike in _SamplePair(printed[0], other).compare(root):
            found.setdefault(unlike.subject, {}).setdefault(number, unlike)
    lines = [lines_of(s.tokens) for s in printed] if found else []
    for subject, by_side in found.items():
        first = next(iter(by_side.values()))
        statements = []
        for number, s in enumerate(printed):  # without a difference what the first side has
            own = by_side.get(number)
            pointer, text = (own.second, own.texts[1]) if own else (first.first, first.texts[0])
            span = s.at(pointer, lines[number])
            statements.append(SideStatement(label=s.label, key=text or "-", text=text, span=span))
        more = f"{first.others} more place{'s' if first.others > 1 else ''} of the example"
        likewise = (f"the same in {more}",) if first.others else ()
        yield with_consequences(differ(first.area, subject, statements), *likewise)


class _Unlike(Struct, frozen=True):
    """Two values, or a value and its absence, at one place of two examples."""

    subject: str
    area: Area
    first: str
    """Pointer in the first example."""
    second: str
    texts: tuple[str, str]
    """What stands there; empty for what is absent."""
    others: int = 0
    """How many more places of the subject differ."""


class _SamplePair:
    def __init__(self, first: SideSample, second: SideSample) -> None:
        self.first, self.second = first, second
        self.leaves = 0

    def compare(self, root: str) -> Iterator[_Unlike]:
        """One for each subject; one for all when the examples are of different things."""
        every = list(self._walk(root, "", "", self.first.value, self.second.value))
        by_subject: dict[str, list[_Unlike]] = {}
        for unlike in every:
            by_subject.setdefault(unlike.subject, []).append(unlike)
        if len(by_subject) >= _FEW and len(every) > _OTHER_SAMPLE * max(self.leaves, 1):
            yield _Unlike(root, "example", "", "", ("one thing", "another"))
            return
        values = [s for s, found in by_subject.items() if found[0].area == "example value"]
        if len(values) >= _FEW:
            texts = "some values", f"other values in {len(values)} places"
            yield _Unlike(root, "example", "", "", texts)
            by_subject = {s: found for s, found in by_subject.items() if s not in values}
        for first, *others in by_subject.values():
            # Something is only left out of an example that says so.
            left_out = first.area == "example items" or not all(first.texts)
            if not (left_out and (self.first.elided or self.second.elided)):
                yield replace(first, others=len(others))

    def _walk(
        self, subject: str, left: str, right: str, first: Json, second: Json
    ) -> Iterator[_Unlike]:
        if isinstance(first, dict) and isinstance(second, dict):
            yield from self._compare_members(subject, left, right, first, second)
        elif isinstance(first, list) and isinstance(second, list):
            for number, (one, other) in enumerate(zip(first, second, strict=False)):
                places = child(left, number), child(right, number)
                yield from self._walk(f"{subject}[]", *places, one, other)
            if len(first) != len(second):
                self.leaves += 1
                counts = format_count(len(first), "item"), format_count(len(second), "item")
                yield _Unlike(subject, "example items", left, right, counts)
        else:
            self.leaves += 1
            if not _is_equal(first, second):
                kinds = {kind_of(value).replace("integer", "number") for value in (first, second)}
                area: Area = "example value" if len(kinds) == 1 else "example type"
                texts = format_value(first), format_value(second)
                yield _Unlike(subject, area, left, right, texts)

    def _compare_members(
        self, subject: str, left: str, right: str, first: dict[str, Json], second: dict[str, Json]
    ) -> Iterator[_Unlike]:
        absent = tuple(name for name in first if name not in second)
        extra = tuple(name for name in second if name not in first)
        near = pair(absent, extra) if absent and extra else {}
        renamed = {other for other, _ in near.values()}
        for name in (*first, *(name for name in extra if name not in renamed)):
            inner, here, there = member(subject, name), child(left, name), child(right, name)
            if name in first and name in second:
                yield from self._walk(inner, here, there, first[name], second[name])
            elif name in near:
                other = near[name][0]
                texts = f'"{name}"', f'"{other}"'
                yield _Unlike(inner, "example name", here, child(right, other), texts)
            else:
                self.leaves += 1
                texts = _print_member(name, first), _print_member(name, second)
                yield _Unlike(inner, "example member", here, there, texts)


def _print_member(name: str, members: dict[str, Json]) -> str:
    """A member as a message prints it; empty where there is none."""
    return f'"{name}": {format_value(members[name])}' if name in members else ""


def _is_equal(first: Json, second: Json) -> bool:
    """Equal as JSON values; texts for people may be in the language of the page."""
    if isinstance(first, bool) is not isinstance(second, bool):
        return False
    if isinstance(first, str) and isinstance(second, str):
        return first == second or not (first.isascii() and second.isascii())
    return first == second
