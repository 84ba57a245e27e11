"""Inputs the page binds together: "either A or B, not both"."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Literal, TypeAlias

from conformance.model.operation import Group
from conformance.model.span import Span
from conformance.vocabulary import phrases

GroupKind: TypeAlias = Literal["exactly-one", "at-most-one", "at-least-one"]

_BINDINGS = ("either", "one-of", "must")
_SENTENCES = re.compile(r"(?<=[.!?。！？])\s+|\n")


def find_groups(texts: Iterable[tuple[str, Span]], names: Sequence[str]) -> tuple[Group, ...]:
    """Groups over the inputs ``names`` stated in ``texts``; one group for the same inputs."""
    by_bare = {name.removesuffix("[]").lower(): name for name in names}
    found: dict[tuple[str, ...], Group] = {}
    for text, span in texts:
        for group in _in_text(text, span, by_bare):
            order = tuple(n for n in names if n in group.names)
            known = found.get(order)
            if known is None or known.kind != "exactly-one":
                found[order] = Group(kind=group.kind, names=order, span=group.span)
    return tuple(found.values())


def _in_text(text: str, span: Span, by_bare: dict[str, str]) -> Iterator[Group]:
    bindings = [b for b in _BINDINGS if phrases(f"groups.{b}").may_stand_in(text)]
    for sentence in _SENTENCES.split(text) if bindings else ():
        for binding in bindings:
            for hit in phrases(f"groups.{binding}").finditer(sentence):
                said = [name.removesuffix("[]").lower() for name in hit.slots.values()]
                names = tuple(by_bare[s] for s in said if s in by_bare)
                if len(set(names)) >= 2 and len(names) == len(said):
                    here = replace(span, quote=sentence.strip()[:160])
                    yield Group(kind=_kind(sentence, text), names=names, span=here)


def _kind(sentence: str, text: str) -> GroupKind:
    exclusive = any(map(phrases("groups.not-both").found_in, (sentence, text)))
    if exclusive:
        return "exactly-one" if phrases("groups.needed").found_in(sentence) else "at-most-one"
    return "at-least-one"
