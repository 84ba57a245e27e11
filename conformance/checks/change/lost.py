"""What the new page says and cannot be read: it is told as that, not as what went missing."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from conformance.checks.change.facts import Change, FieldAdded, FieldRemoved
from conformance.checks.change.pages import OperationOnPage
from conformance.checks.reading import GAP_RULES
from conformance.checks.wording import LONGEST_PLACE, cut, listed, many, named
from conformance.model.contract import Gap, GapKind
from conformance.model.finding import Finding, Observed
from conformance.model.interaction import Origin

_LOSING: Final[tuple[GapKind, ...]] = (
    "table-garbled",
    "header-unknown",
    "row-unread",
    "endpoint-missing",
)
"""Gaps that take facts with them."""
_WORD: Final = re.compile(r"\w+")
_LISTED: Final = 12


@dataclass(frozen=True, slots=True)
class Loss:
    """Something that could be read on the old page and not on the new one."""

    gaps: tuple[Gap, ...]
    """Of one kind, one below the other."""
    text: str
    """What stands there."""
    facts: tuple[Change, ...] = ()
    """What would seem to have changed by it."""


def losses(old: OperationOnPage, new: OperationOnPage) -> list[Loss]:
    """The gaps of the new page that the old one does not have."""
    known = Counter(_key(gap, old) for gap in old.reading.gaps)
    fresh: list[Gap] = []
    for gap in new.reading.gaps:
        key = _key(gap, new)
        if known[key]:
            known[key] -= 1
        elif gap.kind in _LOSING:
            fresh.append(gap)
    return [_loss(run, new) for run in _runs(fresh)]


def absorb(facts: Sequence[Change], lost: Sequence[Loss]) -> tuple[list[Change], list[Loss]]:
    """The facts that stand by themselves, and the losses with those that follow from them."""
    told: dict[int, list[Change]] = {}
    left = []
    for fact in facts:
        cause = next((n for n, loss in enumerate(lost) if _follows(fact, loss)), None)
        if cause is None:
            left.append(fact)
        else:
            told.setdefault(cause, []).append(fact)
    found = [Loss(o.gaps, o.text, (*o.facts, *told.get(n, ()))) for n, o in enumerate(lost)]
    return left, found


def loss_finding(loss: Loss, operation: str, old: OperationOnPage) -> Finding:
    """One finding for the cause; what would seem to have changed is named, not judged."""
    gap = loss.gaps[0]
    rule = GAP_RULES[gap.kind]
    verdict = rule.judge(gap)
    before = [f.old.span for f in loss.facts]
    where = str(before[0]) if before else f"{old.reading.page}:1"
    return Finding(
        rule=rule.id,
        severity=verdict.severity,
        operation=gap.operation or operation,
        subject=cut(gap.subject or gap.span.page, LONGEST_PLACE),
        message=f"{verdict.message}; the old page could be read here",
        expected=verdict.expected,
        actual=verdict.actual,
        documented=gap.span,
        observed=Observed(
            origin=Origin.DOCUMENTED.value,
            where=where,
            value=before[0].quote if before else "",
        ),
        related=tuple(_related(loss)),
    )


def _related(loss: Loss) -> Iterator[str]:
    if len(loss.gaps) > 1:
        yield f"likewise {many(len(loss.gaps) - 1, 'more place')} up to {loss.gaps[-1].span}"
    if loss.facts:
        names = dict.fromkeys(named(f.subject) for f in loss.facts)
        yield f"not compared: {listed(names, _LISTED)}"


def _key(gap: Gap, telling: OperationOnPage) -> tuple[str, str]:
    """The same gap in another state: a row by its words, a table or column by its name."""
    if gap.kind == "row-unread":
        return gap.kind, " ".join(_WORD.findall(_text(gap, telling)))
    return gap.kind, "" if gap.kind == "endpoint-missing" else gap.subject


def _text(gap: Gap, telling: OperationOnPage) -> str:
    return telling.unread.get(gap.span, gap.span.quote)


def _runs(gaps: Iterable[Gap]) -> Iterator[tuple[Gap, ...]]:
    """Gaps of one kind, each on the line after the one before, or on the same."""
    run: list[Gap] = []
    for gap in gaps:
        if run and not (run[-1].kind == gap.kind and gap.span.line - run[-1].span.end_line <= 1):
            yield tuple(run)
            run = []
        run.append(gap)
    if run:
        yield tuple(run)


def _loss(run: tuple[Gap, ...], new: OperationOnPage) -> Loss:
    return Loss(run, "\n".join(_text(gap, new) for gap in run))


def _follows(fact: Change, loss: Loss) -> bool:
    """Whether the fact only is one because what it is about could not be read."""
    first = loss.gaps[0]
    if fact.new.span.page != first.span.page:
        return False
    if isinstance(fact, FieldRemoved) and fact.about == "presence":
        return _stands_in(fact, loss.text)
    if isinstance(fact, FieldAdded | FieldRemoved) or fact.new.text:
        return False
    below = first.kind == "header-unknown" and fact.new.span.line > first.span.line
    return below or first.span.line <= fact.new.span.line <= loss.gaps[-1].span.end_line


def _stands_in(fact: FieldRemoved, text: str) -> bool:
    """Whether a line has the name, or most of the words of the row that is gone."""
    row = set(_WORD.findall(fact.old.span.quote))
    own = set(_WORD.findall(fact.name))
    for line in text.split("\n"):
        words = set(_WORD.findall(line))
        if (own and own <= words) or (row and 2 * len(row & words) > len(row)):
            return True
    return False
