"""One cause, one finding: what follows from another change, or is the same again, goes with it.

What the new page says and cannot be read is a cause, too: it is reported as that, not as missing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.registry import make_gap_findings
from conformance.compare.difference import (
    Difference,
    GroupDifference,
    MemberDifference,
    with_consequences,
)
from conformance.compare.matching import SidePage
from conformance.compare.wording import LONGEST_PLACE, cut, format_count, format_list, format_name
from conformance.model.contract import Gap, GapKind
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Origin
from conformance.patterns import regex

_FEWEST: Final = 3
"""Differences of one kind in one table that are one cause: its column came or went."""
_LISTED: Final = 12
_LOSING: Final[tuple[GapKind, ...]] = (
    "table-garbled",
    "header-unknown",
    "row-unread",
    "endpoint-missing",
    "specification-invalid",
)
"""Gaps that take differences with them."""
_WORD: Final = regex(r"\w+")


def group_causes(differences: Sequence[Difference]) -> list[Difference]:
    """The causes among ``differences``, in their order, each with its consequences."""
    return _find_columns(_bound_together(list(differences)))


def _bound_together(differences: list[Difference]) -> list[Difference]:
    """What happens to inputs that are bound together, with the input or the words that bind."""
    groups = [d for d in differences if isinstance(d, GroupDifference)]
    if not groups:
        return differences
    bound = frozenset(name for group in groups for name in group.names)
    causes: list[Difference] = [d for d in differences if _find_names(d) & bound] or [*groups[:1]]
    bound |= frozenset(name for cause in causes for name in _find_names(cause))
    followers = [
        d for d in differences if d not in causes and (d in groups or _is_mark_of(d, bound))
    ]
    consequences = (
        f"{d.subject}: {d.old.text or 'not stated'} before, {d.new.text or 'not stated'} now "
        f"({d.new.span})"
        for d in followers
    )
    return _fold(differences, causes[0], followers, *consequences)


def _find_names(found: Difference) -> frozenset[str]:
    """The input that came, went, or has another name."""
    if found.direction != "request" or not isinstance(found, MemberDifference):
        return frozenset()
    return frozenset(filter(None, (found.name, found.other_name)))


def _is_mark_of(found: Difference, names: Iterable[str]) -> bool:
    last = found.subject.rpartition(".")[2]
    every = {n for name in names for n in (name, name.removesuffix("[]"))}
    return found.direction == "request" and found.area in ("mark", "null") and last in every


def _find_columns(differences: list[Difference]) -> list[Difference]:
    """Three and more members of one object of which one state says nothing: a column of it."""
    groups: dict[object, list[Difference]] = {}
    for found in differences:
        if not isinstance(found, MemberDifference) and not (found.old.text and found.new.text):
            key = found.area, bool(found.old.text), found.subject.rpartition(".")[0]
            groups.setdefault(key, []).append(found)
    for first, *others in groups.values():
        if len(others) + 1 >= _FEWEST:
            names = [format_name(d.subject.rpartition(".")[2]) for d in others]
            likewise = f"likewise {format_list(names, _LISTED)}"
            differences = _fold(differences, first, others, likewise)
    return differences


def _fold(
    found: Iterable[Difference], cause: Difference, gone: Sequence[Difference], *consequences: str
) -> list[Difference]:
    """The differences without those that are gone with it: consequences of the cause."""
    followers = {id(one) for one in gone}
    return [
        with_consequences(one, *consequences) if one is cause else one
        for one in found
        if id(one) not in followers
    ]


def merge_findings(found: Iterable[tuple[str, Finding]]) -> Iterator[Finding]:
    """One finding for each fingerprint of an exchange, which stands beside it: the gravest, the
    first of equals."""
    groups: dict[tuple[str, str], list[Finding]] = {}
    for exchange, finding in found:
        groups.setdefault((exchange, finding.fingerprint), []).append(finding)
    for same in groups.values():
        first, *others = sorted(same, key=lambda finding: -finding.severity)
        places = dict.fromkeys(_describe_other_place(first, other) for other in others)
        yield replace(first, related=(*first.related, *places)) if places else first


def _describe_other_place(first: Finding, other: Finding) -> str:
    """Where else the same is documented, or what else is."""
    before = f", before at {other.observed.where}" if other.observed else ""
    here = first.documented and other.documented and first.documented.page == other.documented.page
    if (first.expected, first.actual) == (other.expected, other.actual) and not here:
        return f"likewise at {other.documented}{before}"
    return f"besides, at {other.documented}{before}: {other.message}"


class Loss(Struct, frozen=True):
    """Something that could be read on the old page and not on the new one."""

    gaps: tuple[Gap, ...]
    """Of one kind, one below the other."""
    text: str
    differences: tuple[Difference, ...] = ()
    """What would seem to have changed by it."""


def losses(old: SidePage, new: SidePage) -> list[Loss]:
    """The gaps of the new page that the old one does not have."""
    known = Counter(_make_key(gap, old) for gap in old.reading.gaps)
    fresh: list[Gap] = []
    for gap in new.reading.gaps:
        key = _make_key(gap, new)
        if known[key]:
            known[key] -= 1
        elif gap.kind in _LOSING:
            fresh.append(gap)
    return [Loss(run, "\n".join(_find_text(gap, new) for gap in run)) for run in _group_runs(fresh)]


def absorb(
    differences: Sequence[Difference], lost: Sequence[Loss]
) -> tuple[list[Difference], list[Loss]]:
    """The differences that stand by themselves, and the losses with those that follow from them."""
    followers: dict[int, list[Difference]] = {}
    left = []
    for found in differences:
        cause = next((n for n, loss in enumerate(lost) if _follows(found, loss)), None)
        if cause is None:
            left.append(found)
        else:
            followers.setdefault(cause, []).append(found)
    return left, [
        replace(loss, differences=(*loss.differences, *followers.get(n, ())))
        for n, loss in enumerate(lost)
    ]


def make_loss_finding(loss: Loss, operation: str, old: SidePage) -> Finding:
    """One finding for the cause; what would seem to have changed is named, not judged."""
    gap, *others = loss.gaps
    (found,) = make_gap_findings([gap])
    before = [f.old.span for f in loss.differences]
    related = []
    if others:
        more = format_count(len(others), "more place")
        related.append(f"likewise {more} up to {others[-1].span}")
    if before:
        names = dict.fromkeys(format_name(f.subject) for f in loss.differences)
        related.append(f"not compared: {format_list(names, _LISTED)}")
    return replace(
        found,
        operation=gap.operation or operation,
        subject=cut(found.subject, LONGEST_PLACE),
        message=f"{found.message}; the old page could be read here",
        observed=Observed(
            origin=Origin.DOCUMENTED.value,
            where=str(before[0]) if before else f"{old.reading.page}:1",
            value=before[0].quote if before else "",
        ),
        related=tuple(related),
    )


def _make_key(gap: Gap, page: SidePage) -> tuple[str, str]:
    """The same gap in another state: a row by its words, a table or column by its name."""
    if gap.kind == "row-unread":
        return gap.kind, " ".join(_WORD.findall(_find_text(gap, page)))
    return gap.kind, "" if gap.kind == "endpoint-missing" else gap.subject


def _find_text(gap: Gap, page: SidePage) -> str:
    return page.unread.get(gap.span, gap.span.quote)


def _group_runs(gaps: Iterable[Gap]) -> Iterator[tuple[Gap, ...]]:
    """Gaps of one kind, each on the line after the one before, or on the same."""
    run: list[Gap] = []
    for gap in gaps:
        if run and not (run[-1].kind == gap.kind and gap.span.line - run[-1].span.end_line <= 1):
            yield tuple(run)
            run = []
        run.append(gap)
    if run:
        yield tuple(run)


def _follows(found: Difference, loss: Loss) -> bool:
    """Whether it only is a difference because what it is about could not be read."""
    first = loss.gaps[0]
    if found.new.span.page != first.span.page:
        return False
    cut_off = first.kind == "specification-invalid"  # what stands behind it, nobody knows
    if isinstance(found, MemberDifference):
        # A line has the name, or most of the words of the row that is gone.
        own, row = (set(_WORD.findall(text)) for text in (found.name, found.old.span.quote))
        lines = [set(_WORD.findall(line)) for line in loss.text.split("\n")]
        named = own and any(own <= words for words in lines)
        stands = named or (row and any(2 * len(row & words) > len(row) for words in lines))
        return found.action == "removed" and (cut_off or bool(stands))
    if found.new.text or cut_off:
        return not found.new.text
    line = found.new.span.line
    below = first.kind == "header-unknown" and line > first.span.line
    return below or first.span.line <= line <= loss.gaps[-1].span.end_line
