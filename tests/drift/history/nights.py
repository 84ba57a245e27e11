"""Runs by hand, in as few words as a test needs."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any

from conformance.drift.history.record import RunDetails, RunRecord, RunScope
from conformance.drift.known import KnownEntry
from conformance.model.contract import Coverage
from conformance.model.finding import Excerpt, Finding, Observed, Severity, Tally, fingerprint
from conformance.model.span import Span

RULE, OPERATION, PAGE = "missing-field", "GET /v1/orders", "en/orders.md"
FIRST = dt.datetime(2026, 11, 1, 2, 30, tzinfo=dt.UTC)
"""The first night."""
ALL = RunScope(
    rules=frozenset({RULE}),
    pages=frozenset({PAGE}),
    documenting=frozenset({PAGE}),
    operations=frozenset({OPERATION}),
    examined=frozenset({(OPERATION, "recorded")}),
)
NOTHING = RunScope()


def night(number: int) -> dt.datetime:
    return FIRST + dt.timedelta(days=number)


def finding(name: str = "id", *, seen: int = 1) -> Finding:
    """About a member of that name, seen so often in recordings."""
    return Finding(
        rule=RULE,
        severity=Severity.ERROR,
        operation=OPERATION,
        subject=subject(name),
        message=f"{name} is documented and not there (in {seen} of {seen} interactions)",
        expected="a member",
        actual="nothing",
        documented=Span(PAGE, 12, 12, f"| {name} | String |"),
        observed=Observed(
            origin="recorded",
            where=f"{name}.yaml#{seen}",
            pointer=f"/{name}",
            excerpt=Excerpt('{\n  "a": 1\n}', 1, 1),
        ),
        evidence=(Tally(origin="recorded", seen=seen, examined=seen, last="2026-11-01"),),
    )


def subject(name: str) -> str:
    return f"responses.200.{name}"


def mark(name: str = "id") -> str:
    """The fingerprint of that finding."""
    return fingerprint(RULE, OPERATION, subject(name))


def known(name: str = "id", expires: dt.date = dt.date(2027, 1, 1)) -> KnownEntry:
    return KnownEntry(
        fingerprint=mark(name),
        rule=RULE,
        operation=OPERATION,
        subject=subject(name),
        reason="They were told.",
        expires=expires,
    )


def run(
    number: int, found: Iterable[str] = "", *, exchange: str = "venue", **more: Any
) -> RunRecord:
    """A run in that night which found these (names of one letter); all else by name."""
    accepted: Iterable[str] = more.pop("accepted", "")
    account = RunDetails(
        title="Venue",
        coverage=Coverage(pages=1, rows=2),
        operations=1,
        evidence=(("recorded", 3),),
        known=tuple(known(name) for name in accepted),
        pages=((PAGE, "0" * 64),),
    )
    facts = {"scope": ALL, "account": account, "version": "1.0", **more}
    return RunRecord(
        exchange=exchange,
        started=night(number),
        finished=night(number) + dt.timedelta(minutes=1),
        findings=tuple(more.pop("findings", None) or (finding(name) for name in found)),
        **{name: value for name, value in facts.items() if name != "findings"},
    )
