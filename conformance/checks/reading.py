"""What extraction could not read, as findings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from conformance.checks.rule import Rule
from conformance.checks.rules.examples import example_not_json
from conformance.checks.rules.extraction import (
    endpoint_missing,
    header_unknown,
    operation_conflict,
    page_unreadable,
    placeholder_undocumented,
    row_unread,
    table_garbled,
    type_missing,
    type_unknown,
)
from conformance.model.contract import Gap, GapKind
from conformance.model.finding import Finding

GAP_RULES: Final[dict[GapKind, Rule]] = {
    "page-unreadable": page_unreadable,
    "endpoint-missing": endpoint_missing,
    "table-garbled": table_garbled,
    "row-unread": row_unread,
    "header-unknown": header_unknown,
    "type-missing": type_missing,
    "type-unknown": type_unknown,
    "placeholder-undocumented": placeholder_undocumented,
    "example-not-json": example_not_json,
    "operation-conflict": operation_conflict,
}
"""The rule for each kind of gap."""


def gap_findings(gaps: Iterable[Gap]) -> Iterator[Finding]:
    """One finding for each gap."""
    for gap in gaps:
        rule = GAP_RULES[gap.kind]
        verdict = rule.judge(gap)
        yield Finding(
            rule=rule.id,
            severity=verdict.severity,
            operation=gap.operation,
            subject=gap.subject or gap.span.page,
            message=verdict.message,
            expected=verdict.expected,
            actual=verdict.actual,
            documented=gap.span,
        )
