"""Known drift: findings accepted for now, each with a reason and a day on which that ends.

In a ``known_drift.toml`` (see :data:`HEADER`) the fingerprint decides; rule, operation and subject
are there to be read, and must give that fingerprint, so that an entry cannot say one thing and
accept another.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Final

from msgspec import Struct

from conformance.model.finding import Finding, fingerprint
from conformance.pages.strict_toml import (
    Form,
    OptionalText,
    Verbatim,
    entry_error,
    read_toml,
    structure,
)

_Fingerprint = Annotated[
    str,
    Form(
        re.compile(r"[0-9a-f]{12}\Z").match,
        "the twelve hex digits of the report",
        ", which is malformed",
    ),
]
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


class KnownEntry(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One accepted finding."""

    fingerprint: _Fingerprint
    """As :attr:`conformance.model.finding.Finding.fingerprint`."""
    rule: str
    subject: Verbatim
    """Empty for a finding about an operation as a whole."""
    reason: str
    """Why it is accepted; shown with every run."""
    expires: dt.date
    """The last day on which it is accepted."""
    operation: OptionalText = ""
    """Empty for a finding about a page as a whole."""

    def refusals(self) -> Iterator[tuple[str, str]]:
        """Whether the entry says one thing and accepts another, and what to do about it."""
        actual = fingerprint(self.rule, self.operation, self.subject)
        if actual != self.fingerprint:
            yield (
                f"fingerprint {self.fingerprint} is not that of rule, operation and subject",
                f"theirs is {actual}: copy all four from one finding",
            )

    def days_left(self, today: dt.date) -> int:
        """0 on the last day, negative once expired."""
        return (self.expires - today).days


class KnownDrift(Struct, frozen=True, kw_only=True):
    """The entries of one file, no two with the same fingerprint."""

    path: Path
    entries: tuple[KnownEntry, ...] = ()


class _File(Struct, frozen=True):
    known: tuple[KnownEntry, ...] = ()


class Match(Struct, frozen=True):
    """A finding and the entry that knows it."""

    finding: Finding
    entry: KnownEntry


class Partition(Struct, frozen=True, kw_only=True):
    """Findings by what is known of them; every finding is in one of the first three."""

    new: tuple[Finding, ...] = ()
    known: tuple[Match, ...] = ()
    """Listed and accepted today: expected failures."""
    expired: tuple[Match, ...] = ()
    """Listed, but the day has passed: these count again."""
    stale: tuple[KnownEntry, ...] = ()
    """Entries that match no finding: the drift is gone and the entry should be, too."""


def load_known(path: Path) -> KnownDrift:
    """Read a ``known_drift.toml``; a file that is not there knows nothing.  Raises InputError: not
    TOML, an unknown or missing key, a wrong type, an empty reason, a malformed or repeated
    fingerprint, or one that rule, operation and subject do not give."""
    if not path.exists() and not path.is_symlink():
        return KnownDrift(path=path)
    read = structure(_File, read_toml(path), path)
    for number, entry in enumerate(read.known):
        if entry.fingerprint in [each.fingerprint for each in read.known[:number]]:
            what = f"{entry.fingerprint} is listed twice"
            raise entry_error(path, "known", number, what, "remove one of the two")
    return KnownDrift(path=path, entries=read.known)


def split(findings: Iterable[Finding], known: KnownDrift, today: dt.date) -> Partition:
    """Tell new findings from known and expired ones, and name the entries nobody needs.  Several
    findings may share a fingerprint (one drift in several places); an entry covers them all.
    The order of findings and of entries is kept."""
    entries = {entry.fingerprint: entry for entry in known.entries}
    every = tuple(findings)
    matches = [Match(f, entries[f.fingerprint]) for f in every if f.fingerprint in entries]
    met = {match.entry.fingerprint for match in matches}
    return Partition(
        new=tuple(f for f in every if f.fingerprint not in entries),
        known=tuple(match for match in matches if match.entry.days_left(today) >= 0),
        expired=tuple(match for match in matches if match.entry.days_left(today) < 0),
        stale=tuple(entry for entry in known.entries if entry.fingerprint not in met),
    )


def accept(
    findings: Iterable[Finding], known: Iterable[KnownEntry], reason: str, expires: dt.date
) -> tuple[KnownEntry, ...]:
    """An entry for each of ``findings`` that ``known`` does not list, one of each fingerprint.  A
    name that is no text (a lone surrogate) cannot be written down, so it is not accepted."""
    listed = {entry.fingerprint for entry in known}
    entries: dict[str, KnownEntry] = {}
    for finding in findings:
        known_already = finding.fingerprint in listed or finding.fingerprint in entries
        if not known_already and _can_be_written(finding):
            entries[finding.fingerprint] = KnownEntry(
                fingerprint=finding.fingerprint,
                rule=finding.rule,
                operation=finding.operation,
                subject=finding.subject,
                reason=reason,
                expires=expires,
            )
    return tuple(entries.values())


def render_known(entries: Iterable[KnownEntry], before: str = HEADER) -> str:
    """``before``, the text of a ``known_drift.toml``, with ``entries`` added at its end."""
    import tomlkit  # only what writes needs it

    texts = [before.rstrip("\n") + "\n"]
    for entry in entries:
        keys = ("fingerprint", "rule", "operation", "subject", "reason")
        members = [f"{key} = {tomlkit.item(getattr(entry, key)).as_string()}" for key in keys]
        expires = f"expires = {entry.expires.isoformat()}"
        texts.append("\n".join(("[[known]]", *members, expires)) + "\n")
    return "\n".join(texts)


def _can_be_written(finding: Finding) -> bool:
    try:
        f"{finding.operation}{finding.subject}".encode()
    except UnicodeEncodeError:
        return False
    return finding.operation == finding.operation.strip()
