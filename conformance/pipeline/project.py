"""The exchanges of a project, and what it keeps about each."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

from conformance.checks.weighing import check_weights, weigh
from conformance.drift.known import KnownDrift, load_known
from conformance.model.finding import Finding
from conformance.pages.exchange import MANIFEST, Exchange, load_exchange, read_page
from conformance.pages.roots import exchange_folder, known_exchanges
from conformance.pipeline.pages import read_exchange
from conformance.schema.files import render_files

SCHEMAS = "schemas"
CASSETTES = "cassettes"


def load_exchanges(root: Path, names: Sequence[str]) -> tuple[Exchange, ...]:
    """The named exchanges under ``root``; all of them when none is named.

    Raises:
        UsageError: a name is unknown; the message lists the known ones.
        InputError: a page is missing or is not the one its manifest describes.
    """
    found = tuple(load_exchange(exchange_folder(root, n)) for n in names or known_exchanges(root))
    for exchange in found:
        for page in exchange.pages:
            read_page(exchange, page)
    return found


def languages(exchange: Exchange) -> tuple[str, ...]:
    """The languages of its pages, in manifest order."""
    return tuple(dict.fromkeys(page.language for page in exchange.pages))


def schema_files(exchange: Exchange) -> dict[str, str]:
    """Every file that belongs under ``schemas/<exchange>/``, by relative path."""
    files: dict[str, str] = {}
    for language in languages(exchange):
        contract = read_exchange(exchange, language).contract
        rendered = render_files(contract, title=f"{exchange.title} ({language})")
        files |= {f"{language}/{name}": content for name, content in rendered.items()}
    return files


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
