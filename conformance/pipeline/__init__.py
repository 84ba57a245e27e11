"""The stages in order, and for every command one function that gives its whole outcome.

sources -> read -> contract -> check -> report

Each is imported from its own module, so that a command loads what it needs and nothing else.  Here
is what a command is to work on, as it was requested.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from conformance.model.finding import Severity

STDIN: Final = "stdin"
"""The name of a file that holds what came on standard input."""


class PageChoice(Struct, frozen=True):
    """Pages by their paths, or those of exchanges of the project."""

    paths: tuple[Path, ...] = ()
    exchanges: tuple[str, ...] = ()
    """Names; empty for all there are."""
    docs_root: Path | None = None
    """The folder that holds ``docs_snapshot/``; None for the nearest."""


class RuleSettings(Struct, frozen=True):
    """Rules as the settings of a project choose and weigh them, those of every command."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """By rule."""
    where: str = ""


class RuleChoice(Struct, frozen=True):
    """Rules by id or family, each word one or several with commas."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    usual: RuleSettings = RuleSettings()


class EvidenceChoice(Struct, frozen=True):
    """Interactions that help to judge pages."""

    evidence: tuple[Path, ...] = ()
    origin: str = "recorded"
    """What one is worth that does not say so itself."""
