"""What can be seen on one page: facts, not judgements.

Examples are held against tables by the walk that also serves responses, and give its facts
(:mod:`conformance.checks.facts`); these are the others.
"""

from __future__ import annotations

from dataclasses import dataclass

from conformance.checks.facts import Fact
from conformance.model.operation import Field
from conformance.model.span import Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Unshown(Fact):
    """A member of which the page does not say when it is there, in none of the examples."""

    field: Field


@dataclass(frozen=True, slots=True, kw_only=True)
class Placeholder(Fact):
    """A value that stands for any value."""

    whole: bool
    """Whether the example has no other values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageFact(Fact):
    """Something the page says, against something else it says or against what is known."""

    operation: str = ""
    """``METHOD /path``; empty when the page as a whole is meant."""
    pointer: str = ""
    other: Span | None = None
    """The line that says otherwise, when it is another one."""
