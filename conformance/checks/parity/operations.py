"""One operation on all sides -> every fact they do not agree about."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final, Literal, TypeAlias

from conformance.checks.parity.align import Member, align, inputs, members_of
from conformance.checks.parity.examples import (
    Sample,
    body_sample,
    compare_samples,
    query_sample,
    sample,
)
from conformance.checks.parity.facts import (
    Apart,
    ExampleApart,
    FieldApart,
    LimitApart,
    OperationApart,
    RequiredApart,
    TypeApart,
    Word,
)
from conformance.checks.parity.prose import Message, PageWords, Words
from conformance.checks.parity.sides import Side, Told, Twins, page_of, shape
from conformance.checks.parity.trees import Tree
from conformance.checks.parity.wordings import Passage, compare_paragraphs
from conformance.evidence.urls import path_matches
from conformance.model.operation import Example, Group, Operation, Response, Value
from conformance.model.span import Span

About: TypeAlias = Literal["operation", "endpoint", "servers", "status", "media type"]


@dataclass(frozen=True, slots=True)
class Teller:
    """One side that tells the operation."""

    label: str
    operation: Operation
    words: PageWords

    def word(self, key: str, text: str, span: Span | None = None) -> Word:
        return Word(label=self.label, key=key, text=text, span=span or self.operation.span)


def lacking(sides: Sequence[Side], twins: Twins) -> Iterator[OperationApart]:
    """The operation itself, where a side has none; nothing when its page is not there at all.

    A side that lacks the whole page is one that may not be translated yet: the finding says so.
    """
    told = next(t for t in twins if t)
    words = []
    for side, own in zip(sides, twins, strict=True):
        if own is not None:
            key = own.operation.key
            words.append(Word(label=side.label, key=key, text=key, span=own.operation.span))
        else:
            home = page_of(side, told.place) or Span(side.label, 1, 1)
            words.append(Word(label=side.label, key="", text="", span=home))
    if any(word.silent for word in words):
        yield _operation("operation", "", words, told.operation.span)


def compare_twins(sides: Sequence[Side], twins: Twins) -> list[Apart]:
    """Every fact of an operation that at least two sides tell."""
    tellers = [
        Teller(side.label, told.operation, told.words)
        for side, told in zip(sides, twins, strict=True)
        if told
    ]
    if len(tellers) < 2:
        return []
    facts: list[Apart] = [*_endpoint(tellers), *_servers(tellers)]
    facts += _inputs(tellers)
    facts += _groups(tellers)
    facts += _rates(tellers)
    for status in _statuses(tellers):
        facts += _response(status, tellers)
    facts += compare_samples("requestBody", _request_samples(tellers))
    facts += _messages(tellers)
    return list(_folded(facts))


def compare_pages(told: Sequence[tuple[str, PageWords, Span]]) -> list[Apart]:
    """What the paragraphs of twin pages claim, one the contrary of the other."""
    if len(told) < 2:
        return []
    sides = [
        [Passage(label, said, at) for said, at in words.paragraphs]
        or [Passage(label, Words(""), span)]
        for label, words, span in told
    ]
    return list(compare_paragraphs(sides))


def _endpoint(tellers: Sequence[Teller]) -> Iterator[Apart]:
    """Nothing when a side names no endpoint: the name it goes by is not the page's word."""
    if any(t.operation.confidence == "low" for t in tellers):
        return
    words = [t.word(shape(t.operation), t.operation.key) for t in tellers]
    if len({w.key for w in words}) > 1:
        yield _operation("endpoint", "endpoint", words)


def _servers(tellers: Sequence[Teller]) -> Iterator[Apart]:
    told = [sorted(s.rstrip("/").lower() for s in t.operation.servers) for t in tellers]
    if all(told) and any(set(told[0]).isdisjoint(other) for other in told[1:]):
        words = [t.word(" ".join(s), " ".join(s)) for t, s in zip(tellers, told, strict=True)]
        yield _operation("servers", "servers", words)


def _inputs(tellers: Sequence[Teller]) -> list[Apart]:
    lists = [inputs(t.operation) for t in tellers]
    around = [t.operation.span for t in tellers]
    facts = _tree(tellers).compare(align("", lists, around))
    return _moved_together(facts, lists)


def _moved_together(facts: list[Apart], lists: Sequence[Sequence[Member]]) -> list[Apart]:
    """All inputs told in another place: one cause, a method or a word over a table."""
    places = [
        f for f in facts if isinstance(f, FieldApart) and f.about == "place" and not f.nearness
    ]
    if len(places) < 2 or len(places) < min(map(len, lists)):
        return facts
    names = ", ".join(f"`{f.name}`" for f in places[1:])
    first = replace(places[0], consequences=(f"likewise {names}",))
    return [first if f is places[0] else f for f in facts if f not in places[1:]]


def _tree(tellers: Sequence[Teller]) -> Tree:
    names = frozenset(name for t in tellers for name in _all_names(t.operation))
    return Tree([t.label for t in tellers], [t.words for t in tellers], names)


def _all_names(operation: Operation) -> Iterator[str]:
    """Every parameter and field of an operation, at any depth."""
    waiting: list[Value] = [p.value for p in operation.parameters]
    waiting += [r.value for r in operation.responses if r.value]
    waiting += [operation.body.value] if operation.body else []
    yield from (p.name for p in operation.parameters)
    for value in waiting:  # grows while it is walked
        yield from (f.name for f in members_of(value))
        waiting += (f.value for f in members_of(value))


def _groups(tellers: Sequence[Teller]) -> Iterator[Apart]:
    """Inputs bound together in one way on one side and in another on the other."""
    told = [{frozenset(g.names): g for g in t.operation.groups} for t in tellers]
    for names in dict.fromkeys(n for groups in told for n in groups):
        pairs = [(t, g[names]) for t, g in zip(tellers, told, strict=True) if names in g]
        if len({g.kind for _, g in pairs}) > 1:
            words = tuple(t.word(g.kind, _bound(g), g.span) for t, g in pairs)
            yield RequiredApart(
                subject=f"parameters.{'|'.join(sorted(names))}",
                pointer="",
                span=words[0].span,
                words=words,
                about="group",
            )


def _bound(group: Group) -> str:
    return f"{group.kind.replace('-', ' ')} of {', '.join(group.names)}"


def _rates(tellers: Sequence[Teller]) -> Iterator[Apart]:
    """Rates of requests, where every side gives some and one has none of another's."""
    told = [{(r.count, r.seconds): r for r in t.operation.rate_limits} for t in tellers]
    if not all(told) or not any(told[0].keys().isdisjoint(other) for other in told[1:]):
        return
    words = []
    for teller, rates in zip(tellers, told, strict=True):
        text = ", ".join(f"{count} in {seconds:g} s" for count, seconds in sorted(rates))
        words.append(teller.word(text, text, next(iter(rates.values())).span))
    yield LimitApart(
        subject="rateLimit", pointer="", span=words[0].span, words=tuple(words), about="rate"
    )


def _statuses(tellers: Sequence[Teller]) -> list[str]:
    return list(dict.fromkeys(r.status for t in tellers for r in t.operation.responses))


def _response(status: str, tellers: Sequence[Teller]) -> Iterator[Apart]:
    found = [_answer(t.operation, status) for t in tellers]
    subject = f"responses.{status}"
    if not all(found):
        yield from _lone_status(subject, status, tellers, found)
    pairs = [(t, r) for t, r in zip(tellers, found, strict=True) if r]
    if len(pairs) < 2:
        return
    media = [t.word(r.media_type, r.media_type, r.span) for t, r in pairs]
    if len({w.key for w in media}) > 1:
        yield _operation("media type", f"{subject}.mediaType", media)
    told = [t for t, _ in pairs]
    lists = [
        [Member(f.name, f.value, f.required) for f in members_of(r.value)] if r.value else []
        for _, r in pairs
    ]
    around = [r.value.span if r.value else r.span for _, r in pairs]
    root = subject + ("[]" if _is_list(pairs) else "")
    yield from _tree(told).compare(align(root, lists, around))
    yield from compare_samples(subject, [_sample(t, r.examples) for t, r in pairs])


def _is_list(pairs: Sequence[tuple[Teller, Response]]) -> bool:
    return any(r.value and r.value.kind == "array" for _, r in pairs)


def _answer(operation: Operation, status: str) -> Response | None:
    return next((r for r in operation.responses if r.status == status), None)


def _lone_status(
    subject: str, status: str, tellers: Sequence[Teller], found: Sequence[Response | None]
) -> Iterator[Apart]:
    """A status some sides do not have, when they document any."""
    words = []
    for teller, response in zip(tellers, found, strict=True):
        if response is not None:
            words.append(teller.word(status, status, response.span))
        elif teller.operation.responses:
            words.append(teller.word("", "", teller.operation.responses[0].span))
    if len({w.key for w in words}) > 1:
        yield _operation("status", subject, words)


def _request_samples(tellers: Sequence[Teller]) -> list[Sample | None]:
    return [_sample(t, t.operation.body.examples if t.operation.body else ()) for t in tellers]


def _messages(tellers: Sequence[Teller]) -> Iterator[Apart]:
    """Requests printed on the pages, the n-th of each; nothing when one page prints more."""
    printed = [[m for m in t.words.messages if _asks_for(m, t.operation)] for t in tellers]
    if len({len(messages) for messages in printed}) > 1:
        return
    for row in zip(*printed, strict=True):
        pairs = list(zip(tellers, row, strict=True))
        yield from compare_samples("parameters", [query_sample(t.label, m) for t, m in pairs])
        yield from compare_samples("requestBody", [body_sample(t.label, m) for t, m in pairs])


def _asks_for(message: Message, operation: Operation) -> bool:
    if message.method != operation.method:
        return False
    return message.path.rstrip("/").endswith(operation.path.rstrip("/")) or (
        path_matches(operation.path, message.path) is not None
    )


def _sample(teller: Teller, examples: Sequence[Example]) -> Sample | None:
    """The first example that can be read."""
    return next((s for e in examples if (s := sample(teller.label, e))), None)


def _operation(
    about: About, subject: str, words: Sequence[Word], span: Span | None = None
) -> OperationApart:
    return OperationApart(
        subject=subject,
        pointer="",
        span=span or words[0].span,
        words=tuple(words),
        about=about,
    )


_ABSORBED: Final[dict[str, Callable[[Apart], bool]]] = {
    "member": lambda fact: isinstance(fact, FieldApart),
    "name": lambda fact: isinstance(fact, FieldApart),
    "type": lambda fact: isinstance(fact, TypeApart) and fact.about == "type",
}
"""What in an example follows from what in a table."""


def _folded(facts: Sequence[Apart]) -> Iterator[Apart]:
    """The facts, differences of examples that follow from another fact told with that."""
    causes = [f for f in facts if isinstance(f, FieldApart | TypeApart)]
    followers: dict[int, list[str]] = {}
    rest: list[Apart] = []
    for fact in facts:
        cause = _cause(fact, causes) if isinstance(fact, ExampleApart) else None
        if cause is None:
            rest.append(fact)
        else:
            said = ", ".join(f"{w.text or 'nothing'} in {w.label} ({w.span})" for w in fact.words)
            followers.setdefault(id(cause), []).append(f"the examples differ likewise: {said}")
    for fact in rest:
        told = followers.get(id(fact), [])
        yield replace(fact, consequences=(*fact.consequences, *told)) if told else fact


def _cause(fact: ExampleApart, causes: Sequence[Apart]) -> Apart | None:
    absorbs = _ABSORBED.get(fact.about)
    if absorbs is None:
        return None
    return next((c for c in causes if absorbs(c) and _same_place(c.subject, fact.subject)), None)


def _same_place(table: str, example: str) -> bool:
    """Whether both subjects are of one member, which an example may show inside an envelope."""
    root, _, tail = table.partition(".")
    tail = tail.partition(".")[2] if root == "responses" else tail
    inside = bool(tail) and example.startswith(root) and example.endswith(f".{tail}")
    return example == table or inside


def told_of(twins: Twins) -> Iterator[Told]:
    """The sides' tellings of one operation."""
    return (t for t in twins if t)
