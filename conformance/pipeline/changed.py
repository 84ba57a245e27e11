"""Which pages differ from a revision of the repository that they are kept in."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import UsageError
from conformance.pages.exchange import read_bytes
from conformance.pages.gitprogram import find_repository


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
