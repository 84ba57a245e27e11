"""What a project makes of findings: what it has accepted, and how grave it takes them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from conformance.checks.weighing import check_weights, weigh
from conformance.drift.known import KnownDrift, load_known
from conformance.model.finding import Finding
from conformance.pages.exchange import MANIFEST, Exchange


def known_drift(exchange: Exchange) -> KnownDrift:
    """The findings of an exchange that are accepted for now."""
    return load_known(exchange.root / "known_drift.toml")


def weighed(
    findings: Iterable[Finding], exchanges: Sequence[Exchange], files: Iterable[tuple[str, Path]]
) -> tuple[Finding, ...]:
    """``findings`` with the severities that the manifest of each page's exchange gives.

    Raises:
        UsageError: a manifest weighs a rule there is none of.
    """
    for exchange in exchanges:
        check_weights(dict(exchange.severity), str(exchange.root / MANIFEST))
    weights = {
        page: dict(exchange.severity)
        for page, path in files
        for exchange in exchanges
        if exchange.severity and path.is_relative_to(exchange.root)
    }
    return tuple(weigh(findings, weights))
