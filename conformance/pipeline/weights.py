"""What a project makes of findings: what it has accepted, and how grave it takes them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.registry import (
    Selection,
    check_overrides,
    override_severities,
    select_usual_words,
    selection,
)
from conformance.checks.rule import Family
from conformance.drift.known import KnownDrift, load_known
from conformance.model.finding import Finding, Severity
from conformance.pages.exchange import KNOWN_DRIFT, MANIFEST, Exchange
from conformance.pipeline import RuleChoice


def load_known_drift(exchange: Exchange) -> KnownDrift:
    """The findings of an exchange that are accepted for now."""
    return load_known(exchange.root / KNOWN_DRIFT)


def apply_severities(
    findings: Iterable[Finding], exchanges: Sequence[Exchange], files: Iterable[tuple[str, Path]]
) -> tuple[Finding, ...]:
    """``findings`` with the severities of each page's manifest.  Raises UsageError: a manifest
    weighs an unknown rule."""
    for exchange in exchanges:
        check_overrides(dict(exchange.severity), str(exchange.root / MANIFEST))
    weights = {
        page: dict(exchange.severity)
        for page, path in files
        for exchange in exchanges
        if exchange.severity and path.is_relative_to(exchange.root)
    }
    return tuple(override_severities(findings, weights))


def apply_own_severities(exchange: Exchange, findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """``findings`` on the pages of one exchange as grave as its manifest takes them."""
    files = [(page.path, exchange.root / page.path) for page in exchange.pages]
    return apply_severities(findings, [exchange], files)


class RulePreferences(Struct, frozen=True):
    """Which findings are wanted, and how grave the project takes them."""

    selection: Selection
    severity: Mapping[str, Severity]

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """The findings that are wanted, with the project's severities."""
        return [
            replace(finding, severity=self.severity.get(finding.rule, finding.severity))
            for finding in findings
            if self.selection.keeps(finding.rule)
        ]


def read_preferences(choice: RuleChoice, families: Sequence[Family]) -> RulePreferences:
    """The choice of rules of the command line, else of the settings.  Raises UsageError: a word
    names no rule, or none is left."""
    usual = choice.usual
    select = choice.select or select_usual_words(usual.select, families, usual.where)
    ignore = choice.ignore or select_usual_words(usual.ignore, families, usual.where)
    check_overrides(usual.severity, usual.where)
    return RulePreferences(selection(select, ignore, families), usual.severity)
