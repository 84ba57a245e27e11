"""Reports to look at: every state, both kinds of excerpt, two languages, much and hostile text."""

from __future__ import annotations

import datetime as dt

from msgspec.structs import replace

from conformance.drift.history.record import History, Memory, Period, Remembered, State
from conformance.drift.known import KnownEntry, Match
from conformance.model.contract import Coverage
from conformance.model.finding import Excerpt, Finding, Observed, Severity, Tally
from conformance.model.span import Span
from conformance.report.report import LinesExcerpt, PageOrigin, Report, ShownRow, TableExcerpt

NOW = dt.datetime(2026, 11, 21, 2, 30, tzinfo=dt.UTC)
PAGE = "en/orders.md"
HEADER = ("Name", "Type", "Required", "Description")
ROWS = (
    ("market", "String", "yes", "Pair the order is in, as in quote-base."),
    ("price", "String", "yes", "Price of one unit, in the quote currency; a decimal number."),
    ("side", "String", "yes", "`bid` buys, `ask` sells."),
    ("created_at", "DateTime", "yes", "When the order was placed, ISO 8601 with an offset."),
)


def finding(number: int, **facts: object) -> Finding:
    """One of many: no two alike in subject, spread over rules, operations and severities."""
    severity = (Severity.ERROR, Severity.WARNING, Severity.INFO)[number % 3]
    name, kind, _, _ = ROWS[number % 4]
    line = 20 + number % 4
    given: dict[str, object] = {
        "rule": ("type-mismatch", "missing-field", "unit-mismatch", "enum")[number % 4],
        "severity": severity,
        "operation": f"{('GET', 'POST', 'DELETE')[number % 3]} /v1/orders/{number % 7}",
        "subject": f"responses.200.orders[].{name}{number}",
        "message": f"`{name}` is documented as {kind} and came as a number",
        "expected": kind,
        "actual": "number",
        "documented": Span(PAGE, line, line, f"| {' | '.join(ROWS[number % 4])} |"),
        "observed": Observed(
            origin="recorded",
            where=f"cassettes/venue/orders/{number % 50}.yaml#{number % 9}",
            pointer=f"/orders/0/{name}",
            value="41",
            excerpt=Excerpt(
                f'{{\n  "orders": [\n    {{\n      "{name}": 41\n    }}\n  ]\n}}', 3, 3
            ),
        ),
        "evidence": (
            Tally(
                origin="recorded",
                seen=12,
                examined=12,
                first="2026-11-03",
                last="2026-11-20",
            ),
        ),
    }
    return Finding(**(given | facts))  # type: ignore[arg-type]


def memory(state: State, first: int, last: int, gap: tuple[int, int] | None = None) -> Memory:
    """Seen from ``first`` to ``last`` days ago, but for the days of ``gap``."""
    days = [NOW - dt.timedelta(days=ago) for ago in (first, *(gap or ()), last)]
    periods = tuple(Period(*days[n : n + 2]) for n in range(0, len(days), 2))
    return Memory(
        state=state,
        first_seen=days[0],
        last_seen=days[-1],
        times_seen=max(first - last + 1 - (gap[0] - gap[1] - 1 if gap else 0), 1),
        runs=first + 1,
        periods=periods,
        checked=True,
    )


def excerpts(page: str = PAGE) -> dict[tuple[str, int, str], TableExcerpt | LinesExcerpt]:
    rows = tuple(ShownRow(20 + n, cells) for n, cells in enumerate(ROWS))
    return {
        (page, 20 + n, f"| {' | '.join(ROWS[n])} |"): TableExcerpt(
            HEADER, rows[max(n - 1, 0) : n + 2], min(n, 1)
        )
        for n in range(4)
    }


def entry(told: Finding, reason: str, days: int = 60) -> KnownEntry:
    return KnownEntry(
        fingerprint=told.fingerprint,
        rule=told.rule,
        operation=told.operation,
        subject=told.subject,
        reason=reason,
        expires=NOW.date() + dt.timedelta(days=days),
    )


TWIN = Finding(
    rule="parity-limit",
    severity=Severity.WARNING,
    operation="GET /v1/orders/5",
    subject="parameters.limit",
    message="At most `100` in en, at most `50` in ko",
    expected="100",
    actual="50",
    documented=Span(PAGE, 9, 9, "At most 100 orders are returned."),
    observed=Observed(
        origin="documented", where="ko/orders.md:9", value="최대 50 개까지 조회됩니다."
    ),
)
CONSTRUCTED = finding(
    9001,
    observed=Observed(
        origin="constructed",
        where="cassettes/venue/orders/wrapped.yaml#0",
        pointer="/data/orders",
        excerpt=Excerpt(
            '{\n  "code": 0,\n  "data": {\n    "orders": [\n      "…"\n    ]\n  }\n}', 3, 5
        ),
    ),
    evidence=(
        Tally(origin="constructed", seen=1, examined=1, first="2026-11-21", last="2026-11-21"),
    ),
    related=("orders[].price stands under `data`, too",),
)


def every_state() -> Report:
    """New, returned, fixed, open, known and not checked; two languages, table and prose."""
    new, returned, opened, known = finding(1), finding(3), finding(2), finding(8)
    fixed, unchecked = finding(5), finding(4, severity=Severity.INFO)
    memories = {
        new.fingerprint: memory(State.NEW, 0, 0),
        returned.fingerprint: memory(State.RETURNED, 18, 0, (12, 2)),
        opened.fingerprint: memory(State.OPEN, 12, 0),
        TWIN.fingerprint: memory(State.OPEN, 17, 0),
        known.fingerprint: memory(State.KNOWN, 18, 0),
    }
    return Report(
        findings=(new, returned, opened, TWIN),
        set_apart=(CONSTRUCTED,),
        coverage=Coverage(pages=2, rows=40, rows_unread=1),
        operations=7,
        evidence=(("recorded", 120), ("constructed", 1)),
        known=(
            Match(known, entry(known, "The vendor was told and corrects the page in December.")),
        ),
        title="Venue",
        exchange="venue",
        today=NOW.date(),
        excerpts={
            **excerpts(),
            (PAGE, 9, TWIN.documented.quote if TWIN.documented else ""): LinesExcerpt(
                8, ("", "At most 100 orders are returned.", ""), (1, 1)
            ),
            ("ko/orders.md", 9, "최대 50 개까지 조회됩니다."): LinesExcerpt(
                8, ("## 주문 조회", "최대 50 개까지 조회됩니다.", ""), (1, 1)
            ),
        },
        sources={
            PAGE: PageOrigin(
                url="https://docs.venue.example/orders",
                language="en",
                retrieved=dt.date(2026, 11, 20),
            ),
            "ko/orders.md": PageOrigin(url="https://docs.venue.example/ko/orders", language="ko"),
        },
        history=History(
            run=NOW,
            runs=19,
            memories=memories,
            gone=(
                Remembered(fixed, memory(State.FIXED, 18, 1)),
                Remembered(unchecked, memory(State.OPEN, 9, 3)),
            ),
        ),
    )


def many(count: int) -> Report:
    """As many findings as asked for, each of a cause of its own, a third of them new."""
    findings = tuple(finding(n, operation=f"GET /v1/orders/{n}") for n in range(count))
    memories = {
        told.fingerprint: memory(State.NEW, 0, 0)
        if number % 3 == 0
        else memory(State.OPEN, 1 + number % 18, 0)
        for number, told in enumerate(findings)
    }
    return Report(
        findings=findings,
        coverage=Coverage(pages=1, rows=4),
        operations=21,
        evidence=(("recorded", 50),),
        title="Venue",
        exchange="venue",
        excerpts=excerpts(),
        sources={PAGE: PageOrigin(url="https://docs.venue.example/orders", language="en")},
        history=History(run=NOW, runs=19, memories=memories),
    )


def hostile(text: str) -> Report:
    """``text`` wherever a page, a server, a manifest or a file's name can put some."""
    quote = f"| {text} |"
    finding = Finding(
        rule=f"r {text}",
        severity=Severity.ERROR,
        operation=f"GET /{text}",
        subject=f"responses.{text}",
        message=f"`{text}` {text}",
        expected=text,
        actual=text,
        documented=Span(f"ko/{text}.md", 2, 2, quote),
        observed=Observed(
            origin="recorded",
            where=f"{text}.yaml#0",
            pointer=f"/{text}",
            value=text,
            excerpt=Excerpt(f'{{\n  "{text}": "{text}"\n}}', 1, 1),
        ),
        related=(text, f"`{text}`"),
    )
    prose = replace(finding, subject="other", documented=Span("en/x.md", 9, 9, text))
    return replace(
        every_state(),
        findings=(finding, prose),
        known=(Match(prose, entry(prose, text)),),
        title=text,
        exchange=text,
        excerpts={
            (f"ko/{text}.md", 2, quote): TableExcerpt(
                (text, text), (ShownRow(1, (text, text)), ShownRow(2, (text, f"a {text}"))), 1
            ),
            ("en/x.md", 9, text): LinesExcerpt(8, (text, text, text), (1, 1)),
        },
        sources={
            f"ko/{text}.md": PageOrigin(url=text, language=text),
            "en/x.md": PageOrigin(url=f"https://docs.example/{text}", language=f"en-{text}"),
        },
    )
