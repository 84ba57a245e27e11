"""One cause, one finding: what follows from another change, or is the same again, goes with it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from conformance.compare.difference import (
    Difference,
    GroupDifference,
    MemberDifference,
    with_consequences,
)
from conformance.compare.wording import listed, named
from conformance.model.finding import Finding

_FEWEST: Final = 3
"""Differences of one kind in one table that are one cause: its column came or went."""
_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class ExchangeFinding:
    """A finding, and the exchange its page is of."""

    exchange: str
    finding: Finding


def group_causes(differences: Sequence[Difference]) -> list[Difference]:
    """The causes among ``differences``, in their order, each with its consequences."""
    return _columns(_bound_together(list(differences)))


def _bound_together(differences: list[Difference]) -> list[Difference]:
    """What happens to inputs that are bound together, with the input or the words that bind."""
    groups = [d for d in differences if isinstance(d, GroupDifference)]
    if not groups:
        return differences
    bound = frozenset(name for group in groups for name in group.names)
    causes: list[Difference] = [d for d in differences if _names(d) & bound] or [*groups[:1]]
    bound |= frozenset(name for cause in causes for name in _names(cause))
    followers = [
        d
        for d in differences
        if d not in causes and (d in groups or (d.area in ("mark", "null") and _is_of(d, bound)))
    ]
    return _fold(differences, causes[0], followers, *map(_consequence, followers))


def _names(found: Difference) -> frozenset[str]:
    """The input that came, went, or has another name."""
    if found.direction != "request" or not isinstance(found, MemberDifference):
        return frozenset()
    return frozenset(filter(None, (found.name, found.other_name)))


def _is_of(found: Difference, names: Iterable[str]) -> bool:
    last = found.subject.rpartition(".")[2]
    return found.direction == "request" and last in {
        n for o in names for n in (o, o.removesuffix("[]"))
    }


def _consequence(found: Difference) -> str:
    old, new = found.old.text or "not stated", found.new.text or "not stated"
    return f"{found.subject}: {old} before, {new} now ({found.new.span})"


def _columns(differences: list[Difference]) -> list[Difference]:
    """Three and more members of one object of which one state says nothing: a column of it."""
    groups: dict[object, list[Difference]] = {}
    for found in differences:
        if not isinstance(found, MemberDifference) and not (found.old.text and found.new.text):
            key = found.area, bool(found.old.text), found.subject.rpartition(".")[0]
            groups.setdefault(key, []).append(found)
    for first, *others in groups.values():
        if len(others) + 1 >= _FEWEST:
            names = [named(d.subject.rpartition(".")[2]) for d in others]
            likewise = f"likewise {listed(names, _LISTED)}"
            differences = _fold(differences, first, others, likewise)
    return differences


def _fold(
    differences: Iterable[Difference],
    cause: Difference,
    followers: Sequence[Difference],
    *consequences: str,
) -> list[Difference]:
    """The differences without the followers, which are consequences of the cause."""
    gone = {id(found) for found in followers}
    return [
        with_consequences(found, *consequences) if found is cause else found
        for found in differences
        if id(found) not in gone
    ]


def merge_findings(found: Iterable[ExchangeFinding]) -> Iterator[Finding]:
    """One finding for each fingerprint of an exchange: the gravest, the first of equals."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for one in found:
        groups.setdefault((one.exchange, one.finding.fingerprint), []).append(one.finding)
    for same in groups.values():
        first, *others = sorted(same, key=lambda finding: -finding.severity)
        places = dict.fromkeys(_other_place(first, other) for other in others)
        yield replace(first, related=(*first.related, *places)) if places else first


def _other_place(first: Finding, other: Finding) -> str:
    """Where else the same is documented, or what else is."""
    before = f", before at {other.observed.where}" if other.observed else ""
    here = first.documented and other.documented and first.documented.page == other.documented.page
    if (first.expected, first.actual) == (other.expected, other.actual) and not here:
        return f"likewise at {other.documented}{before}"
    return f"besides, at {other.documented}{before}: {other.message}"
