"""Aligned members -> facts, each cause once and what follows from it beside it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from conformance.checks.parity.align import Aligned, Member
from conformance.checks.parity.facts import Apart, FieldApart, Nearness, TypeApart, Word
from conformance.checks.parity.prose import PageWords
from conformance.checks.parity.values import Voice, compare
from conformance.checks.parity.wordings import Passage, compare_words
from conformance.checks.wording import listed, named


@dataclass(slots=True)
class Tree:
    """The inputs, or one response, of one operation on all sides that tell it."""

    labels: Sequence[str]
    pages: Sequence[PageWords]
    names: frozenset[str] = frozenset()
    """The parameters and fields of the operation, on any side."""
    found: list[Apart] = field(default_factory=list)
    _lone: list[Aligned] = field(default_factory=list)
    """Members some sides lack, topmost first."""
    _causes: list[tuple[FieldApart | TypeApart, frozenset[str]]] = field(default_factory=list)
    """Facts that take members with them, and the names of those."""

    def compare(self, members: Iterable[Aligned]) -> list[Apart]:
        """Every fact of the tree."""
        for aligned in members:
            self._walk(aligned)
        self._settle()
        return self.found

    def _walk(self, aligned: Aligned) -> None:
        if aligned.missing:
            self._lone.append(aligned)
            if len([m for m in aligned.sides if m]) < 2:
                return
        facts: list[Apart] = [*_names(aligned, self.labels), *_places(aligned, self.labels)]
        voices = self._voices(aligned)
        facts += compare(aligned, voices)
        passages = [
            Passage(v.label, v.row.said, v.member.span, v.page, v.member.name) for v in voices
        ]
        facts += compare_words(aligned.subject, passages, facts, self.names)
        self.found += facts
        clash = next((f for f in facts if isinstance(f, TypeApart) and f.about == "type"), None)
        gone = [child for child in aligned.children if clash and child.missing]
        if clash and gone:
            self._causes.append((clash, frozenset(_descendants(gone))))
        for child in aligned.children:
            if child not in gone:
                self._walk(child)

    def _voices(self, aligned: Aligned) -> list[Voice]:
        return [
            Voice(label, member, words.row(member.value), words)
            for label, member, words in zip(self.labels, aligned.sides, self.pages, strict=True)
            if member
        ]

    def _settle(self) -> None:
        """Members some sides lack: moved, gone with another, or a cause of their own."""
        moved, rest = _moved(self._lone)
        self.found += (_move(group, self.labels) for group in moved)
        for aligned in rest:
            if aligned.children:
                fact = _absence(aligned, self.labels)
                self.found.append(fact)
                self._causes.append((fact, frozenset(_descendants(aligned.children))))
        gone: dict[int, list[str]] = {}
        taken = {name: fact for fact, names in reversed(self._causes) for name in names}
        for aligned in rest:
            cause = taken.get(aligned.first.name)
            if not aligned.children and cause is None:
                self.found.append(_absence(aligned, self.labels))
            elif not aligned.children:
                gone.setdefault(id(cause), []).append(_elsewhere(aligned, self.labels))
        self.found = [_with(fact, gone.get(id(fact), [])) for fact in self.found]


def _elsewhere(aligned: Aligned, labels: Sequence[str]) -> str:
    """Where the sides that have a member have it."""
    told = ", ".join(_having(aligned, labels))
    return f"{told} has {named(aligned.first.name)} as {aligned.subject}"


def _with(fact: Apart, consequences: Sequence[str]) -> Apart:
    if not consequences:
        return fact
    return replace(fact, consequences=(*fact.consequences, *consequences))


def _names(aligned: Aligned, labels: Sequence[str]) -> Iterator[FieldApart]:
    if len({m.name for m in aligned.sides if m}) > 1:
        yield _field(aligned, labels, "name", aligned.nearness, lambda m: m.name)


def _places(aligned: Aligned, labels: Sequence[str]) -> Iterator[FieldApart]:
    if len({m.where for m in aligned.sides if m}) > 1:
        yield _field(aligned, labels, "place", None, lambda m: m.where)


def _field(
    aligned: Aligned,
    labels: Sequence[str],
    about: Literal["presence", "name", "place"],
    nearness: Nearness | None,
    say: Callable[[Member], str],
) -> FieldApart:
    words = tuple(
        Word(label=label, key=say(m), text=say(m), span=m.span)
        for label, m in zip(labels, aligned.sides, strict=True)
        if m
    )
    return FieldApart(
        subject=aligned.subject,
        pointer="",
        span=words[0].span,
        words=words,
        about=about,
        name=aligned.first.name,
        nearness=nearness,
        confidence="medium" if nearness in ("place", "word-order") else "high",
    )


def _absence(aligned: Aligned, labels: Sequence[str]) -> FieldApart:
    words = tuple(
        Word(
            label=label,
            key=member.name if member else "",
            text=named(member.name) if member else "",
            span=span,
        )
        for label, member, home in zip(labels, aligned.sides, aligned.homes, strict=True)
        if (span := member.span if member else home)
    )
    below = list(_descendants(aligned.children))
    members = (f"and its members {listed(map(named, below))}",) if below else ()
    return FieldApart(
        subject=aligned.subject,
        pointer="",
        span=next(w.span for w in words if not w.silent),
        words=words,
        about="presence",
        name=aligned.first.name,
        consequences=members,
    )


def _moved(lone: Sequence[Aligned]) -> tuple[list[list[tuple[Aligned, Aligned]]], list[Aligned]]:
    """Members of one name that some sides have in one object and the others in another.

    Those that went the same way together are one group; the rest is given back.
    """
    by_name: dict[str, list[Aligned]] = {}
    for aligned in lone:
        by_name.setdefault(aligned.first.name, []).append(aligned)
    groups: dict[tuple[str, str], list[tuple[Aligned, Aligned]]] = {}
    gone: set[int] = set()
    for same in by_name.values():
        if len(same) == 2 and _complete(*same):
            key = (_parent(same[0].subject), _parent(same[1].subject))
            groups.setdefault(key, []).append((same[0], same[1]))
            gone.update(map(id, same))
    return list(groups.values()), [a for a in lone if id(a) not in gone]


def _complete(one: Aligned, other: Aligned) -> bool:
    """Whether each side has exactly one of the two."""
    pairs = zip(one.sides, other.sides, strict=True)
    return all((a is None) is not (b is None) for a, b in pairs)


def _move(group: Sequence[tuple[Aligned, Aligned]], labels: Sequence[str]) -> FieldApart:
    one, other = group[0]
    words = tuple(
        Word(label=label, key=at.subject, text=at.subject, span=member.span)
        for n, label in enumerate(labels)
        for at in (one, other)
        if (member := at.sides[n])
    )
    return FieldApart(
        subject=one.subject,
        pointer="",
        span=words[0].span,
        words=words,
        about="place",
        name=one.first.name,
        nearness="moved",
        consequences=tuple(f"likewise {named(a.first.name)}" for a, _ in group[1:]),
    )


def _parent(subject: str) -> str:
    return subject.rpartition(".")[0]


def _having(aligned: Aligned, labels: Sequence[str]) -> Iterator[str]:
    return (label for label, m in zip(labels, aligned.sides, strict=True) if m)


def _descendants(children: Iterable[Aligned]) -> Iterator[str]:
    for child in children:
        yield child.first.name
        yield from _descendants(child.children)
