"""Inputs and answers that an operation says are those of another one, in words or by a link, on
its page or another: ``Response is the same as [place an order](#place-an-order)``."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Protocol

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Heading, Text
from conformance.model.operation import Body, Operation, Stated
from conformance.patterns import regex
from conformance.reading.bodies import BODY_METHODS, members_of_body, with_members_of_body
from conformance.reading.context import LocatedBlock
from conformance.reading.expansion import MAX_REPEATED
from conformance.reading.references import FolderIndex
from conformance.reading.returns import list_prose
from conformance.reading.scopes import Scope
from conformance.reading.sections import find_further_anchors
from conformance.reading.topics import FIELD_TOPICS, SIDES, topics_of
from conformance.vocabulary import Topic, phrases, word_set

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


class SameAs(Struct, frozen=True):
    """What an operation says is that of another one, where it documents none itself."""

    key: str
    """Of the operation that says so."""
    page: str
    anchor: str
    """The section of the other one, and the page it stands on."""
    topics: tuple[Topic, ...]
    """The sides that are the same."""
    optional: bool
    """Whether all of it may be left out."""


class SameAsLinks(Struct, frozen=True):
    """What the operations of a page take over from other pages, and where they stand themselves."""

    wanted: tuple[SameAs, ...] = ()
    anchors: Mapping[str, str] = {}
    """Keys of operations by the anchors of the headings they stand under."""


class LinkingPage(Protocol):
    @property
    def page(self) -> str: ...
    @property
    def same_as(self) -> SameAsLinks: ...


def resolve_same_as(
    operations: Iterable[Operation], readings: Iterable[LinkingPage]
) -> list[Operation]:
    """The operations of all pages with what they take over from each other."""
    kept, found = tuple(readings), list(operations)
    same_as: dict[tuple[str, str], list[SameAs]] = {}
    for reading in kept:
        for link in reading.same_as.wanted:
            same_as.setdefault((reading.page, link.key), []).append(link)
    if same_as:
        keys = {(r.page, anchor): key for r in kept for anchor, key in r.same_as.anchors.items()}
        by_key = {(o.page, o.key): o for o in found}
        for number, operation in enumerate(found):
            for link in same_as.get((operation.page, operation.key), ()):
                other = by_key.get((link.page, keys.get((link.page, link.anchor), "")))
                if other:
                    found[number] = _take_over(found[number], other, link)
    return found


def _take_over(operation: Operation, other: Operation, link: SameAs) -> Operation:
    """``operation`` with what it does not document itself."""
    if "response" in link.topics and not any(answer.value for answer in operation.responses):
        return replace(operation, responses=other.responses)
    documented = operation.body or any(
        p.documented and p.location != "path" for p in operation.parameters
    )
    if {"request", "body", "query"} & set(link.topics) and not documented:
        body = other.body if operation.method in BODY_METHODS else None
        body = _make_optional(body) if body and link.optional else body
        known = {p.name for p in operation.parameters}
        further = (p for p in other.parameters if p.location != "path" and p.name not in known)
        return replace(operation, parameters=(*operation.parameters, *further), body=body)
    return operation


def _make_optional(body: Body) -> Body:
    """A body of which no member has to be there."""
    fields = tuple(replace(field, required=Stated.NO) for field in members_of_body(body.value))
    value = with_members_of_body(body.value, fields)
    return replace(body, value=value, required=Stated.NOT_STATED)


def read_same_as(
    operations: Sequence[Operation],
    scopes: Sequence[Scope],
    pieces: Sequence[LocatedBlock],
    library: FolderIndex,
) -> tuple[tuple[Operation, ...], SameAsLinks]:
    """The operations with what each says is that of another and does not document itself, and
    what is still to be looked up on other pages."""
    found = list(operations)
    numbers = dict(_list_by_anchor(scopes, pieces))
    taken, wanted = 0, list[SameAs]()
    for number, scope in enumerate(scopes):
        for piece, text in ((p, t) for p in pieces[scope.start : scope.end] for t in list_prose(p)):
            hit = phrases("references.same_as").search(text.plain)
            if not hit or taken >= MAX_REPEATED:
                continue
            target = _find_target(text, hit.start)
            link = SameAs(
                key=operations[number].key,
                page="",
                anchor=target.removeprefix("#"),
                topics=_find_sides(text, hit.start, piece),
                optional=phrases("presence.all-optional").found_in(text.plain),
            )
            away = library.page_of(text.span.page, target) if target[:1] != "#" else None
            at = numbers.get(link.anchor) if target else None
            at = at if target else _find_named(text.plain, number, operations)
            if at is not None:
                taken += 1
                found[number] = _take_over(found[number], found[at], link)
            elif away:
                taken += 1
                wanted.append(replace(link, page=away[0], anchor=away[1]))
    anchors = {anchor: operations[at].key for anchor, at in numbers.items()}
    return tuple(found), SameAsLinks(tuple(wanted), anchors)


def _find_target(text: Text, start: int) -> str:
    """Where the first link of the sentence at ``start`` leads, or else that of the whole text."""
    links = [m for m in text.marks if m.kind == "link" and m.target]
    behind = [m.target for m in links if m.start >= start]
    return next(iter([*behind, *(m.target for m in links)]), "")


def _find_sides(text: Text, start: int, piece: LocatedBlock) -> tuple[Topic, ...]:
    """The sides that words say are the same: named before, stated to come back, named behind, or
    titled above."""
    plain = text.plain
    found = topics_of(plain[:start])
    if not SIDES & set(found) and phrases("references.returns").found_in(plain[:start]):
        found = ("response",)
    links = [m for m in text.marks if m.kind == "link" and m.start >= start]
    found = found or topics_of(plain[links[0].end :] if links else "")
    return found or next(filter(None, map(topics_of, piece.place.words())), ())


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
