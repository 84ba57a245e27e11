"""What a command is to work on, as it was asked for."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class PageChoice:
    """Pages by their paths, or those of exchanges of the project."""

    paths: tuple[Path, ...] = ()
    exchanges: tuple[str, ...] = ()
    """Names; empty for all there are."""
    docs_root: Path | None = None
    """The folder that holds ``docs_snapshot/``; None for the nearest."""


@dataclass(frozen=True, slots=True)
class RuleChoice:
    """Rules by id or family, each word one or several with commas."""

    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Witnesses:
    """Interactions that help to judge pages."""

    evidence: tuple[Path, ...] = ()
    origin: str = "recorded"
    """What one is worth that does not say so itself."""
