"""Findings accepted all at once: the text of a ``known_drift.toml`` that lists them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import Final

import tomlkit

from conformance.drift.known import KnownEntry
from conformance.model.finding import Finding

HEADER: Final = """\
# Findings accepted for now. A run shows them with their reason and does not fail on them.
# An entry that has expired, or that no longer matches a finding, fails the run.
#
# [[known]]
# fingerprint = "0123456789ab"      # as the report prints it; must agree with the three below
# rule = "example-missing-field"
# operation = "GET /v1/orders"
# subject = "responses.200.orders[].id"
# reason = "Why this is accepted, in a sentence somebody can check."
# expires = 2027-01-31              # the last day on which it is accepted
"""


def accept(
    findings: Iterable[Finding], known: Iterable[KnownEntry], reason: str, expires: dt.date
) -> tuple[KnownEntry, ...]:
    """An entry for each of ``findings`` that ``known`` does not list, one of each fingerprint.

    A name that is no text (a lone surrogate) cannot be written down, so it is not accepted.
    """
    taken = {entry.fingerprint for entry in known}
    entries: dict[str, KnownEntry] = {}
    for finding in findings:
        if finding.fingerprint not in taken and _can_be_written(finding):
            entries.setdefault(finding.fingerprint, _entry(finding, reason, expires))
    return tuple(entries.values())


def known_text(entries: Iterable[KnownEntry], before: str = HEADER) -> str:
    """``before``, the text of a ``known_drift.toml``, with ``entries`` added at its end."""
    blocks = ("\n".join(_lines(entry)) for entry in entries)
    return "\n".join([before.rstrip("\n") + "\n", *(f"{block}\n" for block in blocks)])


def _entry(finding: Finding, reason: str, expires: dt.date) -> KnownEntry:
    return KnownEntry(
        fingerprint=finding.fingerprint,
        rule=finding.rule,
        operation=finding.operation,
        subject=finding.subject,
        reason=reason,
        expires=expires,
    )


def _lines(entry: KnownEntry) -> Iterator[str]:
    yield "[[known]]"
    for key in ("fingerprint", "rule", "operation", "subject", "reason"):
        yield f"{key} = {tomlkit.item(getattr(entry, key)).as_string()}"
    yield f"expires = {entry.expires.isoformat()}"


def _can_be_written(finding: Finding) -> bool:
    try:
        f"{finding.operation}{finding.subject}".encode()
    except UnicodeEncodeError:
        return False
    return finding.operation == finding.operation.strip()
