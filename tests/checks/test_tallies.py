"""How often something was seen, in evidence of which origin, and when."""

from __future__ import annotations

from conformance.checks.tallies import Seen, added_up
from conformance.model.finding import Finding, Severity, Tally
from conformance.model.interaction import Interaction, Origin, Reply


def interaction(where: str, origin: Origin, date: str = "") -> Interaction:
    return Interaction(reply=Reply(status=200), origin=origin, where=where, date=date)


def finding(*evidence: Tally, subject: str = "a") -> Finding:
    return Finding(
        rule="missing-field",
        severity=Severity.ERROR,
        operation="GET /a",
        subject=subject,
        message="m",
        evidence=evidence,
    )


def test_each_interaction_counts_once_for_its_origin_with_its_dates() -> None:
    seen, examined = Seen(), Seen()
    for number, (origin, date) in enumerate(
        [
            (Origin.CONSTRUCTED, ""),
            (Origin.LIVE, "2026-11-05"),
            (Origin.LIVE, "2026-11-03"),
            (Origin.LIVE, ""),
        ]
    ):
        one = interaction(f"f#{number}", origin, date)
        examined.add(one)
        if number != 3:
            seen.add(one)
            seen.add(one)
    assert seen.count == 3
    assert seen.of(examined) == (
        Tally(origin="live", seen=2, examined=3, first="2026-11-03", last="2026-11-05"),
        Tally(origin="constructed", seen=1, examined=1),
    )


def test_findings_of_one_fingerprint_are_added_up() -> None:
    live = Tally(origin="live", seen=1, examined=2, first="2026-11-03", last="2026-11-03")
    later = Tally(origin="live", seen=1, examined=1, first="2026-11-04", last="2026-11-04")
    sandbox = Tally(origin="sandbox", seen=1, examined=1)
    merged = added_up([finding(sandbox), finding(live), finding(later), finding(subject="b")])
    both = Tally(origin="live", seen=2, examined=3, first="2026-11-03", last="2026-11-04")
    assert merged == (finding(both, sandbox), finding(subject="b"))
