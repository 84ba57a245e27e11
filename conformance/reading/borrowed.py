"""Answers and inputs that a page says are those of another operation, by a link or in words:
``Response is the same as [place an order](#place-an-order)``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from conformance.model.document import Heading
from conformance.model.operation import Body, Operation, Stated
from conformance.patterns import regex
from conformance.reading.bodies import BODY_METHODS, members_of_body, with_members_of_body
from conformance.reading.context import LocatedBlock
from conformance.reading.expansion import MAX_REPEATED
from conformance.reading.returns import texts_of
from conformance.reading.scopes import Scope
from conformance.reading.sections import find_further_anchors
from conformance.reading.topics import FIELD_TOPICS, topics_of
from conformance.vocabulary import phrases, word_set

_LABEL = regex(r"^[^:：\n]{1,40}[:：]\s*")
_CALL = regex(
    r"(?:(?P<method>GET|POST|PUT|DELETE|PATCH)\s+|(?<![\w/.]))(?P<path>/[A-Za-z][^\s`)）]{1,200})"
)
_END = regex(r"[(（,，;；。\n]|\.(?=\s|$)")
_WORDS = regex(r"[a-z0-9]+")
_LONGEST = 80
"""Characters of a line that says no more than that it is the same."""
_FAR = 12
"""Operations above among which one is named by words of its title."""


def with_borrowed(
    operations: Sequence[Operation], scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> tuple[Operation, ...]:
    """The operations with what each says is that of another and does not document itself."""
    same = phrases("references.same_as")
    found = list(operations)
    numbers: dict[str, int] = {}
    lent = 0
    for number, scope in enumerate(scopes):
        for text in (t for p in pieces[scope.start : scope.end] for t in texts_of(p)):
            hit = same.search(text.plain)
            if not hit or lent >= MAX_REPEATED:
                continue
            links = [m.target[1:] for m in text.marks if m.kind == "link" and m.target[:1] == "#"]
            if links:
                numbers = numbers or dict(_list_by_anchor(scopes, pieces))
                at = numbers.get(links[0])
            else:
                at = _find_named(text.plain, number, operations)
            if at is not None:
                lent += 1
                topics = topics_of(text.plain[: hit.start])
                optional = phrases("presence.all-optional").found_in(text.plain)
                found[number] = _borrow(found[number], found[at], topics, optional)
    return tuple(found)


def _find_named(plain: str, number: int, operations: Sequence[Operation]) -> int | None:
    """The operation that a labelled line names: the one above, one by its call, or the nearest of
    those above whose title has the words: ``Body: same as Create an order``."""
    label = _LABEL.match(plain)
    wording = plain[label.end() :] if label else ""
    if (
        not wording
        or len(plain) > _LONGEST
        or not FIELD_TOPICS & set(topics_of(plain[: len(plain) - len(wording)]))
    ):
        return None
    if phrases("references.same_above").found_in(wording):
        return number - 1 if number else None
    if call := _CALL.search(wording):
        paths = (
            at for at, o in enumerate(operations) if o.path.rstrip("/") == call["path"].rstrip("/")
        )
        verb = call["method"]
        found = [at for at in paths if at != number and verb in (None, operations[at].method)]
        return found[0] if found and (verb or len(found) == 1) else None
    words = _strip_generic(_END.split(wording)[0])
    above = range(number - 1, max(-1, number - 1 - _FAR), -1)
    return next((at for at in above if words and _has_words(operations[at].summary, words)), None)


def _strip_generic(wording: str) -> str:
    """Words less those that every reference has."""
    generic = sorted(word_set("references.generic"), key=len, reverse=True)
    latin = "|".join(word for word in generic if word.isascii())
    others = "|".join(word for word in generic if not word.isascii())
    bare = re.sub(rf"\b(?:{latin})s?\b|{others}", " ", wording.lower())
    return " ".join(bare.replace("`", " ").split())


def _has_words(title: str, words: str) -> bool:
    """Whether a title has all the words: as words of their own, or in a script without blanks."""
    plain = title.lower()
    if words.isascii():
        return set(words.split()) <= set(_WORDS.findall(plain))
    return words.replace(" ", "") in plain.replace(" ", "")


def _borrow(
    operation: Operation, lender: Operation, topics: Sequence[str], optional: bool
) -> Operation:
    if "response" in topics and not any(answer.value for answer in operation.responses):
        return replace(operation, responses=lender.responses)
    documented = operation.body or any(
        p.documented and p.location != "path" for p in operation.parameters
    )
    if {"request", "body"} & set(topics) and not documented:
        body = lender.body if operation.method in BODY_METHODS else None
        body = _make_optional(body) if body and optional else body
        known = {p.name for p in operation.parameters}
        further = (p for p in lender.parameters if p.location != "path" and p.name not in known)
        return replace(operation, parameters=(*operation.parameters, *further), body=body)
    return operation


def _make_optional(body: Body) -> Body:
    """A body of which no member has to be there."""
    fields = tuple(replace(field, required=Stated.NO) for field in members_of_body(body.value))
    value = with_members_of_body(body.value, fields)
    return replace(body, value=value, required=Stated.NOT_STATED)


def _list_by_anchor(
    scopes: Sequence[Scope], pieces: Sequence[LocatedBlock]
) -> Iterator[tuple[str, int]]:
    """Anchors of headings, and those set right before one, with the number of their operation."""
    further: dict[str, list[str]] = {}
    for anchor, heading in find_further_anchors(tuple(pieces)):
        further.setdefault(heading, []).append(anchor)
    for number, scope in enumerate(scopes):
        for piece in pieces[scope.start : scope.end]:
            if isinstance(piece.block, Heading):
                own = piece.block.anchor
                yield from ((anchor, number) for anchor in (own, *further.get(own, ())))
