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
    detail: str = ""
    """What was wrong with the value, in words, where it was observed in traffic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejected(Fact):
    """A request that keeps to the page was turned down."""

    status: int
    vouched: bool = True
    """Whether somebody says that it is to succeed; otherwise it is a request of other people."""
    named: str = ""
    """The input that the answer names, which is documented as one that may be left out."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownInput(Fact):
    """An input that was accepted and that no page speaks of."""

    name: str
    near: str = ""
    """The documented input that has nearly this name."""


@dataclass(frozen=True, slots=True, kw_only=True)
class UnknownOperation(Fact):
    """An operation that answered and that no page documents."""

    method: str
    status: int
    methods: tuple[str, ...]
    """Those that the pages document for the same path."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed(Fact):
    """The server failed, or gave no whole answer."""

    status: int
    """0 where there was no whole answer."""
    reason: str = ""
    """What happened instead of an answer."""
