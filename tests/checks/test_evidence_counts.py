"""How often something was seen, in evidence of which origin, and when."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.checks.evidence_counts import EvidenceCount, merge_repeated
from conformance.model.finding import Finding, Severity, Tally
from conformance.model.interaction import Interaction, Origin, Reply
from conformance.model.span import Span


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
    seen, examined = EvidenceCount(), EvidenceCount()
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


def test_of_each_fingerprint_one_is_told_with_its_other_lines() -> None:
    def at(page: str, line: int) -> Finding:
        return replace(finding(), documented=Span(page, line, line))

    found = merge_repeated(
        [at("a.md", 3), finding(subject="b"), at("a.md", 9), at("b.md", 5), at("a.md", 7)]
    )
    assert [each.subject for each in found] == ["a", "b"]
    assert found[0].related == ("the same on lines 7, 9",)
    assert merge_repeated([at("a.md", 3), at("b.md", 5)])[0].related == ()
    many = merge_repeated([at("a.md", line) for line in range(1, 31)])
    assert many[0].related[0].endswith("12, 13 and 17 more")
