"""Counting what agrees."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal, TypeAlias

from benchmarks.accuracy.spec import Described, Key, Member, Members

Part: TypeAlias = Literal["request", "response"]
MissKind: TypeAlias = Literal["missed", "extra", "type", "required", "enum"]


@dataclass(frozen=True, slots=True)
class Miss:
    """One name, or one fact about a name, on which the two disagree."""

    operation: Key
    part: Part
    kind: MissKind
    name: str
    detail: str = ""

    def __str__(self) -> str:
        told = f": {self.detail}" if self.detail else ""
        return f"{self.kind} {self.part} {self.name}{told}"


@dataclass(frozen=True, slots=True)
class Share:
    """``right`` of ``of``."""

    right: int = 0
    of: int = 0

    def counting(self, right: bool) -> Share:
        return Share(self.right + right, self.of + 1)

    @property
    def value(self) -> float | None:
        """From 0.0 to 1.0; None of nothing."""
        return self.right / self.of if self.of else None


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of one part."""

    matched: int = 0
    missed: int = 0
    extra: int = 0
    type: Share = Share()
    """Of the matched names that have a type in the truth."""
    required: Share = Share()
    """Of the matched names; requests alone."""
    enum: Share = Share()
    """Of the matched names that have an enumeration in the truth: those with the same values."""
    operations: int = 0

    @property
    def precision(self) -> float | None:
        return Share(self.matched, self.matched + self.extra).value

    @property
    def recall(self) -> float | None:
        return Share(self.matched, self.matched + self.missed).value

    @property
    def f1(self) -> float | None:
        """The harmonic mean of precision and recall."""
        return Share(2 * self.matched, 2 * self.matched + self.extra + self.missed).value


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """How one extraction compares with the truth."""

    truth: int
    """Operations of the truth."""
    extracted: int
    both: int
    request: Figures
    response: Figures
    misses: tuple[Miss, ...] = field(default=())
    not_found: tuple[Key, ...] = ()
    not_in_truth: tuple[Key, ...] = ()


def score(
    extracted: Mapping[Key, Described],
    truth: Mapping[Key, Described],
    *,
    ignored: Collection[str] = (),
    requests_only: bool = False,
) -> Scores:
    """Compare operations both sides know; the others are counted and named.

    Args:
        ignored: names of inputs that are left out on both sides.
        requests_only: the truth describes no answers.
    """
    both = sorted(extracted.keys() & truth.keys())
    request, response, misses = Figures(), Figures(), list[Miss]()
    for key in both:
        got, want = extracted[key], truth[key]
        pair = _without(got.request, ignored), _without(want.request, ignored)
        request = _counted(request, key, "request", *pair, misses)
        if want.response and not requests_only:
            response = _counted(response, key, "response", got.response, want.response, misses)
    return Scores(
        truth=len(truth),
        extracted=len(extracted),
        both=len(both),
        request=request,
        response=response,
        misses=tuple(misses),
        not_found=tuple(sorted(truth.keys() - extracted.keys())),
        not_in_truth=tuple(sorted(extracted.keys() - truth.keys())),
    )


def _counted(
    figures: Figures, key: Key, part: Part, got: Members, want: Members, misses: list[Miss]
) -> Figures:
    """``figures`` with one operation more."""
    matched = sorted(got.keys() & want.keys())
    misses += (Miss(key, part, "missed", name) for name in sorted(want.keys() - got.keys()))
    misses += (Miss(key, part, "extra", name) for name in sorted(got.keys() - want.keys()))
    figures = replace(
        figures,
        matched=figures.matched + len(matched),
        missed=figures.missed + len(want) - len(matched),
        extra=figures.extra + len(got) - len(matched),
        operations=figures.operations + 1,
    )
    for name in matched:
        for kind, right, detail in _facts(part, got[name], want[name]):
            figures = replace(figures, **{kind: getattr(figures, kind).counting(right)})
            if not right:
                misses.append(Miss(key, part, kind, name, detail))
    return figures


def _facts(part: Part, got: Member, want: Member) -> Iterator[tuple[MissKind, bool, str]]:
    """What is compared of a name both know: the fact, whether it agrees, both sides of it."""
    if want.type:
        told = f"{got.type or 'none'}, should be {want.type}"
        yield "type", got.type == want.type, told
    if part == "request":
        told = f"{_yes(got.required)}, should be {_yes(want.required)}"
        yield "required", got.required == want.required, told
    if want.enum:
        told = f"{_listed(got.enum)}, should be {_listed(want.enum)}"
        yield "enum", got.enum == want.enum, told


def _without(members: Members, ignored: Collection[str]) -> Members:
    return {name: member for name, member in members.items() if name not in ignored}


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"


def _listed(values: frozenset[str]) -> str:
    shown = sorted(values)[:8]
    return " ".join(shown) + (f" ... ({len(values)})" if len(values) > 8 else "") or "none"
