"""What can be seen when a request is sent that keeps to the documentation, or does not."""

from __future__ import annotations

from dataclasses import dataclass

from conformance.checks.facts import Fact


@dataclass(frozen=True, slots=True, kw_only=True)
class Accepted(Fact):
    """A request that the page rules out had success."""

    fault: str
    """What was wrong with it: ``missing``, ``type``, ``enum``, ``limit``, ``group``, ``auth``."""
    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Fact):
    """A request that keeps to the page was turned down."""

    status: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Fact):
    """The server failed, or gave no whole answer."""

    status: int
    """0 where there was no whole answer."""
    reason: str = ""
    """What happened instead of an answer."""
