"""What is to be done to tracking issues, so that there is one for each cause: a plan.

An issue is known by the fingerprints in the first line of its body, never by its title.  What
stands on a page cannot get there.  It stays the same issue as long as any of them is found.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from enum import Enum
from typing import Final, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.drift.causes import group_findings_by_cause
from conformance.model.finding import Severity
from conformance.patterns import regex
from conformance.report.github import render_finding
from conformance.report.json_v1 import pick_members
from conformance.report.plain import code, inline, make_printable
from conformance.report.report import Report
from conformance.report.sections import COUNTED, Item, ItemState, build_sections
from conformance.report.words import describe_acceptance, format_day

_MARK: Final = regex(
    r"<!-- conformance-finding: ([A-Za-z0-9_-]{1,100})((?: [0-9a-f]{12}){1,500}) -->"
    r"[ \t]*(?:\r?\n|\Z)"
)
_MARKED: Final = 500
"""Fingerprints that are named in an issue's first line."""
_LONGEST_TITLE: Final = 200
_LONGEST_BODY: Final = 60_000
"""Characters; GitHub takes 65,536."""


class IssueStep(Enum):
    """What is done to an issue."""

    OPEN = "open"
    UPDATE = "update"
    REOPEN = "reopen"
    CLOSE = "close"
    LEAVE = "leave"
    """Nothing, for a reason worth reporting."""


_DOES: Final = {
    IssueStep.OPEN: "opened",
    IssueStep.UPDATE: "updated",
    IssueStep.REOPEN: "reopened",
    IssueStep.CLOSE: "closed",
    IssueStep.LEAVE: "left",
}


class Issue(Struct, frozen=True, kw_only=True):
    """A tracking issue that there is."""

    number: int
    title: str
    body: str
    is_open: bool
    closed: dt.datetime | None = None
    """When it was closed, in UTC; None for an open one, or where that is not known."""


class IssueAction(Struct, frozen=True, kw_only=True):
    """One thing to do, or to leave."""

    step: IssueStep
    fingerprint: str
    title: str
    why: str
    """One sentence; the comment with which an issue is reopened or closed."""
    number: int = 0
    """Of the issue; 0 for one that is to be opened."""
    body: str = ""
    """The whole text of the issue; empty where it stays as it is."""


def plan(
    reports: Sequence[Report],
    issues: Iterable[Issue],
    least: Severity = Severity.WARNING,
    most: int = 25,
) -> tuple[IssueAction, ...]:
    """The actions that leave one open issue for each cause of findings that count.  ``reports`` are
    on the exchanges whose issues are kept; other issues are left alone.  ``least`` is the lowest
    severity that gets one, ``most`` how many are opened at once."""
    known = _index_by_finding(issues)
    actions: list[IssueAction] = []
    claimed: set[int] = set()
    for report in reports:
        sections = [s for s in build_sections((report,)) if s.kind is not ItemState.APART]
        items = [item for section in sections for item in section.items]
        for item in _list_causes(items):
            exchange = item.report.exchange
            found = {
                issue.number: issue
                for finding in item.findings
                for issue in known.get((exchange, finding.fingerprint), ())
                if issue.number not in claimed
            }
            about = sorted(found.values(), key=lambda issue: (not issue.is_open, issue.number))
            claimed.update(issue.number for issue in about)
            actions += _decide(item, about, least)
        actions += _close_left(report.exchange, items, known, claimed)
    return tuple(_limit_actions(actions, most))


def mark(exchange: str, *fingerprints: str) -> str:
    """The first line of an issue's body."""
    return f"<!-- conformance-finding: {exchange} {' '.join(fingerprints[:_MARKED])} -->"


def _list_causes(items: Sequence[Item]) -> Iterator[Item]:
    own = {id(item.finding): item for item in items if item.kind in COUNTED}
    for cause in group_findings_by_cause([item.finding for item in own.values()]):
        members = [own[id(finding)] for finding in cause.findings]
        fresh = all(item.kind in (ItemState.NEW, ItemState.RETURNED) for item in members)
        oldest = members[0] if fresh else next(i for i in members if i.kind is ItemState.OPEN)
        yield replace(
            members[0],
            kind=oldest.kind,
            memory=oldest.memory,
            others=cause.findings[1:],
            reasons=cause.reasons,
        )


Issues: TypeAlias = Mapping[tuple[str, str], tuple[Issue, ...]]
"""By exchange and fingerprint."""


def _index_by_finding(issues: Iterable[Issue]) -> Issues:
    found: dict[tuple[str, str], list[Issue]] = {}
    for issue in issues:
        marked = _MARK.match(issue.body)
        for fingerprint in marked[2].split() if marked else ():
            found.setdefault((marked[1] if marked else "", fingerprint), []).append(issue)
    return {key: tuple(own) for key, own in found.items()}


def _decide(item: Item, issues: Sequence[Issue], least: Severity) -> Iterator[IssueAction]:
    if not issues:
        if item.severity >= least:
            why = "found, and no issue is about it"
            yield _make_action(IssueStep.OPEN, item, None, why, text=True)
        return
    first, *others = issues
    yield from _update_open(item, first) if first.is_open else _update_closed(item, first)
    for other in others:
        if other.is_open:
            yield _make_action(IssueStep.CLOSE, item, other, f"The same as number {first.number}.")


def _update_open(item: Item, issue: Issue) -> Iterator[IssueAction]:
    body = _normalize_body(_render_body(item))
    if issue.title != _render_title(item) or _normalize_body(issue.body) != body:
        why = "its text is no longer what was found"
        yield _make_action(IssueStep.UPDATE, item, issue, why, text=True)


def _update_closed(item: Item, issue: Issue) -> Iterator[IssueAction]:
    if item.kind in (ItemState.NEW, ItemState.RETURNED) or _came_after(item, issue):
        yield _make_action(IssueStep.REOPEN, item, issue, "It is there again.", text=True)
    elif item.kind is ItemState.OPEN:
        why = "somebody closed it, and the finding is still there: accept it, or reopen the issue"
        yield _make_action(IssueStep.LEAVE, item, issue, why)


def _came_after(item: Item, issue: Issue) -> bool:
    """Whether the finding came back after the issue was closed, and nobody reopened it yet."""
    periods = item.memory.periods if item.memory else ()
    since = periods[-1].first if periods and item.kind is ItemState.OPEN else None
    return bool(since and issue.closed and issue.closed < since)


def _normalize_body(body: str) -> str:
    """A text as it is stored: line ends and blanks at its end may have become others."""
    return body.replace("\r\n", "\n").rstrip()


def _make_action(
    step: IssueStep, item: Item, issue: Issue | None, why: str, text: bool = False
) -> IssueAction:
    return IssueAction(
        step=step,
        fingerprint=item.finding.fingerprint,
        title=_render_title(item),
        why=why,
        number=issue.number if issue else 0,
        body=_render_body(item) if text else "",
    )


def _close_left(
    exchange: str, items: Sequence[Item], known: Issues, claimed: Collection[int]
) -> Iterator[IssueAction]:
    own = {item.finding.fingerprint: item for item in items}
    issues = {i.number: i for (of, _), own in known.items() if of == exchange for i in own}
    for number, issue in issues.items():
        if issue.is_open and number not in claimed:
            marked = _MARK.match(issue.body)
            about = [own[f] for f in (marked[2].split() if marked else ()) if f in own]
            yield from _close_settled(issue, about)


def _close_settled(issue: Issue, about: Sequence[Item]) -> Iterator[IssueAction]:
    kinds = {item.kind: item for item in reversed(about)}
    if ItemState.KNOWN in kinds:
        yield from _update_open(kinds[ItemState.KNOWN], issue)
    elif ItemState.UNCHECKED in kinds:
        item = kinds[ItemState.UNCHECKED]
        yield _make_action(IssueStep.LEAVE, item, issue, "the run could not have seen it")
    elif ItemState.FIXED in kinds:
        item = kinds[ItemState.FIXED]
        day = format_day(item.memory.last_seen.date()) if item.memory else ""
        last = f" It was last seen on {day}." if day else ""
        why = f"Fixed: a run that would have seen it did not.{last}"
        yield _make_action(IssueStep.CLOSE, item, issue, why)
    else:
        marked = _MARK.match(issue.body)
        yield IssueAction(
            step=IssueStep.LEAVE,
            fingerprint=marked[2].split()[0] if marked else "",
            title=issue.title,
            why="not found, and no run remembers it: close it if it is fixed",
            number=issue.number,
        )


def _limit_actions(actions: Iterable[IssueAction], most: int) -> Iterator[IssueAction]:
    opened = 0
    for action in actions:
        if action.step is IssueStep.OPEN:
            opened += 1
            if opened > most:
                why = f"{most} issues are opened at once: it waits for the next run"
                yield replace(action, step=IssueStep.LEAVE, why=why, body="")
                continue
        yield action


def _render_title(item: Item) -> str:
    finding = item.finding
    where = item.report.exchange or item.report.title
    text = f"{where}: {finding.rule}: {finding.message}"
    shown = " ".join(make_printable(text).replace("@", "@\u2060").split())
    return shown if len(shown) <= _LONGEST_TITLE else f"{shown[: _LONGEST_TITLE - 1]}…"


def _render_body(item: Item) -> str:
    plain = replace(item, memory=None, entry=None)
    it = "any finding of the cause" if item.others else "it"
    accepted = item.entry if item.kind is ItemState.KNOWN else None
    until = f"**Accepted for now**, {describe_acceptance(accepted, None)}" if accepted else ""
    blocks = [
        *render_finding(f"## {inline(item.report.title)}:", plain),
        *([f"{until}: {inline(accepted.reason)}"] if accepted else []),
        f"Kept by `conformance track`: {code(item.finding.fingerprint)} is the hash of rule, "
        f"operation and subject. The issue is closed when a run no longer finds {it}.",
    ]
    fingerprints = dict.fromkeys(finding.fingerprint for finding in item.findings)
    return "\n\n".join((mark(item.report.exchange, *fingerprints), *_shorten_blocks(blocks)))


def _shorten_blocks(blocks: Iterable[str]) -> Iterator[str]:
    room = _LONGEST_BODY
    for block in blocks:
        room -= len(block) + 2
        if room > 0:
            yield block
        else:
            yield "(Left out: too long.)"
            room += len(block)


def actions_json(actions: Sequence[IssueAction], *, dry_run: bool) -> str:
    names = "step number fingerprint title why body"
    wires = [{**pick_members(one, names), "number": one.number or None} for one in actions]
    return json.dumps(wires, indent=2) + "\n"


def actions_text(actions: Sequence[IssueAction], *, dry_run: bool) -> str:
    """What was done, or would be, a line each and a summary."""
    lines = []
    for action in actions:
        which = f"#{action.number}" if action.number else "new"
        does = action.step.value if dry_run else _DOES[action.step]
        head = f"{does:<8} {which:<6} {action.fingerprint}"
        lines.append(f"{head} {make_printable(action.title)} ({action.why})")
    counts = Counter(action.step for action in actions)
    summary = ", ".join(f"{counts[s]} {word}" for s, word in _DOES.items() if counts[s])
    would = "would be: " if dry_run and summary else ""
    return "\n".join([*lines, f"{would}{summary or 'nothing to do'}"]) + "\n"
