"""Paired members -> facts, each cause once and what follows from it beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from conformance.checks.change.facts import (
    Change,
    FieldAdded,
    FieldRemoved,
    Said,
    Side,
    TypeChanged,
)
from conformance.checks.change.members import Pair
from conformance.checks.change.moves import moved
from conformance.checks.change.values import Voice, Voices, compare
from conformance.checks.parity.align import Member
from conformance.checks.parity.prose import PageWords
from conformance.checks.wording import listed, named
from conformance.model.operation import Stated

_LISTED: Final = 12
_FEWEST: Final = 3
"""Members that are all an object had, or has, and are told as one."""


@dataclass(slots=True)
class Tree:
    """The inputs, or one response, of one operation in both states."""

    side: Side
    old: PageWords
    new: PageWords
    found: list[Change] = field(default_factory=list)
    _lone: list[Pair] = field(default_factory=list)
    """Members one state lacks, topmost first."""
    _whole: list[tuple[Pair, ...]] = field(default_factory=list)
    """All the members of an object, where one state lacks each of them."""
    _clashes: dict[int, list[Pair]] = field(default_factory=dict)
    """Members that are lost, or won, with a type: by the place of that fact among those found."""

    def compare(self, pairs: Sequence[Pair]) -> list[Change]:
        """Every fact of the tree."""
        self._walk(pairs)
        self._settle()
        return self.found

    def _walk(self, pairs: Sequence[Pair]) -> None:
        lone = [p for p in pairs if p.old is None or p.new is None]
        self._lone += lone
        if len(pairs) >= _FEWEST and (
            all(p.old is None for p in pairs) or all(p.new is None for p in pairs)
        ):
            self._whole.append(tuple(pairs))
        for pair in pairs:
            if pair.old is not None and pair.new is not None:
                self._both(pair, pair.old, pair.new)

    def _both(self, pair: Pair, old: Member, new: Member) -> None:
        if old.name != new.name:
            self.found.append(_renamed(pair, old, new, self.side))
        if old.where != new.where:
            self.found.append(_relocated(pair, old, new, self.side))
        voices = Voices(pair.subject, self.side, Voice(old, self.old), Voice(new, self.new))
        facts = list(compare(voices))
        clash = next((n for n, f in enumerate(facts) if _is_clash(f)), None)
        gone = [c for c in pair.children if clash is not None and None in (c.old, c.new)]
        if clash is not None and gone:
            self._clashes[len(self.found) + clash] = gone
        self.found += facts
        self._walk([c for c in pair.children if c not in gone])

    def _settle(self) -> None:
        """Members one state lacks: moved to another object, gone with a type, or by themselves."""
        for place, gone in self._clashes.items():
            names = listed(named(p.either.name) for p in gone)
            told = f"with it {'come' if gone[0].old is None else 'go'} {names}"
            self.found[place] = _with(self.found[place], told)
        groups, rest, came = moved(self._lone)
        self.found += (_move(group, self.side) for group in groups)
        left = {id(pair) for pair in rest}
        for every in self._whole:
            if all(id(pair) in left for pair in every):
                self.found.append(self._all_of(every))
                left -= {id(pair) for pair in every}
        for pair in rest:
            if id(pair) in left:
                fact = self._alone(pair)
                now = came.get(id(pair))
                self.found.append(_with(fact, f"its members are in {now} now") if now else fact)

    def _all_of(self, pairs: Sequence[Pair]) -> Change:
        """Those that matter most to a client first: they speak for all."""
        first, *others = sorted(pairs, key=lambda p: p.either.required is not Stated.YES)
        names = listed([named(p.either.name) for p in others], _LISTED)
        return _with(self._alone(first), f"likewise {names}: all there {_is(first)}")

    def _alone(self, pair: Pair) -> Change:
        below = list(_descendants(pair.children))
        with_it = (f"and its members {listed(map(named, below))}",) if below else ()
        told = pair.either
        if pair.new is not None:
            return FieldAdded(
                **_base(pair, self.side, "", named(told.name)),
                name=told.name,
                required=told.required,
                marked=self.new.row(told.value).mark is not None,
                consequences=with_it,
            )
        return FieldRemoved(
            **_base(pair, self.side, named(told.name), ""),
            about="presence",
            name=told.name,
            required=told.required,
            consequences=with_it,
        )


def _is(pair: Pair) -> str:
    return "was" if pair.new is None else "is"


def _with(fact: Change, consequence: str) -> Change:
    return replace(fact, consequences=(*fact.consequences, consequence))


def _is_clash(fact: Change) -> bool:
    return isinstance(fact, TypeChanged) and fact.about == "type"


def _base(pair: Pair, side: Side, old: str, new: str) -> dict[str, Any]:
    """What a fact about a member begins with: told of the new state, or of the old one's line."""
    return {
        "subject": pair.subject,
        "pointer": "",
        "span": pair.new_home if pair.new else pair.old_home,
        "side": side,
        "old": Said(old, pair.old_home),
        "new": Said(new, pair.new_home),
    }


def _renamed(pair: Pair, old: Member, new: Member, side: Side) -> FieldRemoved:
    unsure = pair.nearness in ("place", "description", "word-order")
    base = _base(pair, side, named(old.name), named(new.name))
    return FieldRemoved(
        **{**base, "subject": pair.was},
        about="name",
        name=old.name,
        now=new.name,
        required=old.required,
        nearness=pair.nearness,
        positional=old.where == new.where == "path",
        confidence="medium" if unsure else "high",
        consequences=(f"{pair.was} is gone", f"{pair.subject} is new"),
    )


def _relocated(pair: Pair, old: Member, new: Member, side: Side) -> FieldRemoved:
    base = _base(pair, side, old.where, new.where)
    return FieldRemoved(
        **{**base, "subject": pair.was}, about="place", name=old.name, required=old.required
    )


def _move(group: Sequence[tuple[Pair, Pair]], side: Side) -> FieldRemoved:
    """Members that went the same way together, the first of them told."""
    before, after = group[0]
    likewise = listed([named(a.either.name) for a, _ in group[1:]], _LISTED)
    return FieldRemoved(
        subject=before.subject,
        pointer="",
        span=after.new_home,
        side=side,
        old=Said(before.subject, before.old_home),
        new=Said(after.subject, after.new_home),
        about="place",
        name=before.either.name,
        required=before.either.required,
        consequences=(f"likewise {likewise}",) if likewise else (),
    )


def _descendants(children: Iterable[Pair]) -> Iterator[str]:
    for child in children:
        yield child.either.name
        yield from _descendants(child.children)
