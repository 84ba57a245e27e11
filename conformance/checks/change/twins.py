"""The same change told by several pages of one exchange: once, with the others beside it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from conformance.model.finding import Finding


@dataclass(frozen=True, slots=True)
class Dated:
    """A finding, and the exchange its page is of."""

    exchange: str
    finding: Finding


def told_once(found: Iterable[Dated]) -> Iterator[Finding]:
    """One finding for each fingerprint of an exchange: the gravest, the first of equals."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for dated in found:
        key = dated.exchange, dated.finding.fingerprint
        groups.setdefault(key, []).append(dated.finding)
    for same in groups.values():
        first, *others = sorted(same, key=lambda f: -f.severity)
        told = dict.fromkeys(_told(first, other) for other in others)
        yield replace(first, related=(*first.related, *told)) if told else first


def _told(first: Finding, other: Finding) -> str:
    """Where else the same is told, or what else is."""
    before = f", before at {other.observed.where}" if other.observed else ""
    here = first.documented and other.documented and first.documented.page == other.documented.page
    if (first.expected, first.actual) == (other.expected, other.actual) and not here:
        return f"likewise at {other.documented}{before}"
    return f"besides, at {other.documented}{before}: {other.message}"
