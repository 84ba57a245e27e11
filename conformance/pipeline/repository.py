"""The repository of the pages: their paths in it, and which differ from a revision."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import ConformanceError, UsageError
from conformance.pages.exchange import Exchange, read_bytes
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


@dataclass(frozen=True, slots=True)
class _Tree:
    """A revision of a repository: names of contents by paths from its root."""

    root: Path
    oids: Mapping[str, str]

    def has(self, page: Path) -> bool:
        """Whether ``page`` is in it as it is now."""
        oid = self.oids.get(page.relative_to(self.root).as_posix(), "")
        content = read_bytes(page)
        content = b"blob %d\0" % len(content) + content
        if len(oid) == 64:
            return oid == hashlib.sha256(content).hexdigest()
        return oid == hashlib.sha1(content, usedforsecurity=False).hexdigest()


def changed_pages(files: Iterable[tuple[str, Path]], revision: str) -> frozenset[str]:
    """The names of those of ``files`` that are not in ``revision`` as they are now.

    Raises:
        UsageError: a page is in no repository, or its repository has no such revision.
        InputError: git cannot be asked.
    """
    trees: list[_Tree] = []
    changed = set()
    for name, path in files:
        page = path.resolve()
        tree = next((each for each in trees if page.is_relative_to(each.root)), None)
        if tree is None:
            tree = _read_tree(page, revision)
            trees.append(tree)
        if not tree.has(page):
            changed.add(name)
    return frozenset(changed)


def _read_tree(page: Path, revision: str) -> _Tree:
    repository = find_repository(page)
    if repository is None:
        hint = "run it in a clone, or leave out --changed-since"
        raise UsageError(f"{page}: not in a git repository", hint=hint)
    entries = repository.entries(repository.commit(revision), "")
    return _Tree(repository.root.resolve(), {entry.path: entry.oid for entry in entries})
