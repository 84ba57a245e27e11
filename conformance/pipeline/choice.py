"""What a command is to work on, as it was requested."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from conformance.model.finding import Severity

STDIN: Final = "stdin"
"""The name of a file that holds what came on standard input."""


@dataclass(frozen=True, slots=True)
class PageChoice:
    """Pages by their paths, or those of exchanges of the project."""

    paths: tuple[Path, ...] = ()
    exchanges: tuple[str, ...] = ()
    """Names; empty for all there are."""
    docs_root: Path | None = None
    """The folder that holds ``docs_snapshot/``; None for the nearest."""


@dataclass(frozen=True, slots=True)
class RuleSettings:
    """Rules as the settings of a project choose and weigh them, those of every command."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Severity] = field(default_factory=dict)
    """By rule."""
    where: str = ""


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Rules by id or family, each word one or several with commas."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    usual: RuleSettings = RuleSettings()


@dataclass(frozen=True, slots=True)
class EvidenceChoice:
    """Interactions that help to judge pages."""

    evidence: tuple[Path, ...] = ()
    origin: str = "recorded"
    """What one is worth that does not say so itself."""
