"""What evidence could not be checked against anything, so that silence about it means nothing."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Unchecked:
    """Counts of what was not checked in one run."""

    unmatched: int = 0
    """Interactions of no documented operation."""
    operations_without_contract: int = 0
    """Operations that were observed and whose pages say nothing of the body."""
    without_contract: int = 0
    """Interactions of those operations."""
    undocumented_status: int = 0
    """Interactions whose status the page does not have: nothing says what their body is."""
    free_form_objects: int = 0
    """Documented objects that were observed with members, of which the page lists none."""

    def __bool__(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))
