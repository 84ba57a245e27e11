"""What came of taking a snapshot of one exchange."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from conformance.model.finding import Finding
from conformance.pages.visits import Outcome, Visit


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """One exchange after its pages were asked for."""

    exchange: str
    """The folder's name."""
    visits: tuple[Visit, ...] = ()
    """One for each page of the manifest, in its order."""
    changes: tuple[Finding, ...] = ()
    """What the changed pages mean for a client."""
    problems: tuple[str, ...] = ()
    """What of the two states could not be compared, in sentences."""
    schemas: tuple[str, ...] = ()
    """Generated files that were written or removed along with the pages."""
    stored: bool = False
    """Whether anything was written: not with ``dry_run``, and not when nothing was new."""
    failure: str = ""
    """Why nothing could be stored; empty when it was, or there was nothing to store."""

    @property
    def counts(self) -> Mapping[Outcome, int]:
        """How many pages came out how."""
        return Counter(visit.outcome for visit in self.visits)

    @property
    def is_whole(self) -> bool:
        """Whether every page that was asked for could be had, and what was new was stored."""
        return not self.failure and not self.counts.get(Outcome.KEPT)
