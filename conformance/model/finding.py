"""One thing a rule found."""

from __future__ import annotations

import hashlib
from enum import IntEnum

from msgspec import Struct, field

from conformance.model.interaction import Origin
from conformance.model.operation import Confidence
from conformance.model.span import Span


class Severity(IntEnum):
    """Ordered: a threshold is met by everything at or above it."""

    INFO = 1
    WARNING = 2
    ERROR = 3

    @property
    def label(self) -> str:
        return self.name.lower()


class Observed(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Where the thing was observed: in an interaction, or in an example of a page."""

    origin: str
    """A value of :class:`conformance.model.interaction.Origin`."""
    where: str
    """``<file>:<line>`` in a page, ``<file>#<n>`` for the n-th interaction of a file."""
    pointer: str = ""
    """JSON Pointer (RFC 6901) into the body; empty for the whole of it."""
    value: str = ""
    """The value observed, as compact JSON, shortened; empty when nothing was there."""
    excerpt: Excerpt | None = None


class Excerpt(Struct, frozen=True, forbid_unknown_fields=True):
    """Lines of a JSON body around one place in it, everything else left out."""

    text: str
    """Indented JSON (RFC 8259); long strings are shortened, lists hold the one item concerned."""
    first: int
    """First line of the place, from 0."""
    last: int
    """Last line of the place, inclusive."""


class Tally(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How often a finding was observed in evidence of one origin."""

    origin: str
    """A value of :class:`conformance.model.interaction.Origin`."""
    seen: int
    """Interactions (or printed examples) that show it."""
    examined: int
    """Those that could have shown it: the answers checked against the same response."""
    first: str = ""
    """ISO 8601 date of the earliest that shows it; empty when no date is known."""
    last: str = ""
    """ISO 8601 date of the latest that shows it; empty when no date is known."""


class Finding(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A rule's verdict on one subject, with both sides of the disagreement."""

    rule: str
    severity: Severity
    operation: str
    """``METHOD /path``; empty for a finding about a page as a whole."""
    subject: str
    """Dotted name with ``[]`` for items: ``responses.200.success.orders[].uuid``."""
    message: str
    expected: str = ""
    actual: str = ""
    confidence: Confidence = "high"
    documented: Span | None = None
    observed: Observed | None = None
    evidence: tuple[Tally, ...] = ()
    """How often it was observed, for each origin, the weightiest first; empty where pages alone
    show it."""
    related: tuple[str, ...] = field(default=())
    """Consequences of the same cause, one sentence each."""

    @property
    def made_of(self) -> Origin | None:
        """The origin of the interactions that alone show it, where no API answered them; None for
        what the API or the pages show."""
        observed = self.observed
        if observed is None:
            return None
        if observed.origin == Origin.DOCUMENTED.value and "#" not in observed.where:
            return None
        origins = {tally.origin for tally in self.evidence} or {observed.origin}
        known = [origin for origin in Origin if origin.value in origins]
        return known[0] if known and not known[0].is_of_api else None

    @property
    def about(self) -> str:
        """``METHOD /path subject``, what of the two there is."""
        return " ".join(filter(None, (self.operation, self.subject)))

    @property
    def fingerprint(self) -> str:
        """Twelve hex digits over rule, operation and subject: no line, no wording, no language."""
        return fingerprint(self.rule, self.operation, self.subject)


def fingerprint(rule: str, operation: str, subject: str) -> str:
    """The fingerprint of any finding of ``rule`` about ``subject`` of ``operation``."""
    text = "\n".join((rule, operation, subject))
    return hashlib.sha256(text.encode("utf-8", "backslashreplace")).hexdigest()[:12]
