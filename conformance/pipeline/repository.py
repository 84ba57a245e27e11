"""Where pages lie in the repository: what annotations and code scanning name them by."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path

from conformance.errors import ConformanceError
from conformance.pages.exchange import Exchange
from conformance.pages.gitprogram import find_repository


def files_of(pages: Iterable[tuple[str, Path]]) -> tuple[tuple[str, str], ...]:
    """Pages with their paths from the repository's root; pages outside of it are left out."""
    root = _repository()
    return tuple(
        (page, file.relative_to(root).as_posix())
        for page, path in pages
        if (file := path.resolve()).is_relative_to(root)
    )


def files_of_exchange(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The pages of an exchange with their paths from the repository's root."""
    return files_of((page.path, exchange.root / page.path) for page in exchange.pages)


def commit_of(folder: Path) -> str:
    """The first twelve digits of the commit that is checked out around ``folder``; empty without
    a repository or git."""
    try:
        repository = find_repository(folder)
        return repository.commit("HEAD")[:12] if repository else ""
    except ConformanceError:
        return ""


def _repository(environment: Mapping[str, str] = os.environ) -> Path:
    """The root annotations are relative to: the workspace, the clone, or the current folder."""
    workspace = environment.get("GITHUB_WORKSPACE")
    here = Path.cwd().resolve()
    if workspace and here.is_relative_to(Path(workspace).resolve()):
        return Path(workspace).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)
