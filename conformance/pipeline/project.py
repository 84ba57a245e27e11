"""A project: its exchanges, what it keeps about each, and the repository it lies in."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from msgspec import Struct

from conformance.errors import ConformanceError, UsageError
from conformance.model.contract import Contract
from conformance.pages.exchange import (
    Exchange,
    exchange_folder,
    find_known_exchanges,
    find_root,
    load_exchange,
    read_bytes,
    read_page,
)
from conformance.pages.gitprogram import find_repository
from conformance.pipeline import PageChoice
from conformance.pipeline.pages import read_exchange
from conformance.schema.files import render_files

SCHEMAS = "schemas"
CASSETTES = "cassettes"


def load_exchanges(root: Path, names: Sequence[str]) -> tuple[Exchange, ...]:
    """The named exchanges under ``root``, or all.  Raises UsageError: a name is unknown;
    InputError: a page is missing or changed."""
    found = tuple(
        load_exchange(exchange_folder(root, n)) for n in names or find_known_exchanges(root)
    )
    for exchange in found:
        for page in exchange.pages:
            read_page(exchange, page)
    return found


def choose_pages(
    choice: PageChoice, option: str = "PATH"
) -> tuple[list[Path], tuple[Exchange, ...]]:
    """The paths that are meant, and their exchanges, if not given by path.  Raises UsageError:
    paths and exchanges are given, or an exchange is unknown."""
    if choice.paths and choice.exchanges:
        raise UsageError(f"give either {option} or --exchange, not both")
    if choice.paths:
        return list(choice.paths), ()
    exchanges = load_exchanges(find_root(choice.docs_root), choice.exchanges)
    return [exchange.root for exchange in exchanges], exchanges


def languages(exchange: Exchange) -> tuple[str, ...]:
    """The languages of its pages, in manifest order."""
    return tuple(dict.fromkeys(page.language for page in exchange.pages))


def find_stored(exchange: Exchange, root: Path) -> tuple[Path, ...]:
    """The folder of the evidence that the project at ``root`` keeps of it, if there is one."""
    folder = root / CASSETTES / exchange.name
    return (folder,) if folder.is_dir() else ()


def schema_files(exchange: Exchange) -> dict[str, str]:
    """Every file that belongs under ``schemas/<exchange>/``, by relative path."""
    tags = languages(exchange)
    return render_schemas(exchange, {tag: read_exchange(exchange, tag).contract for tag in tags})


def render_schemas(exchange: Exchange, contracts: Mapping[str, Contract]) -> dict[str, str]:
    """The same of contracts that have been read, by language."""
    files: dict[str, str] = {}
    for language, contract in contracts.items():
        rendered = render_files(contract, title=f"{exchange.title} ({language})")
        files |= {f"{language}/{name}": content for name, content in rendered.items()}
    return files


def files_of(pages: Iterable[tuple[str, Path]]) -> tuple[tuple[str, str], ...]:
    """Pages with their paths from the repository's root; pages outside of it are left out."""
    root = _find_repository()
    return tuple(
        (page, file.relative_to(root).as_posix())
        for page, path in pages
        if (file := path.resolve()).is_relative_to(root)
    )


def files_of_exchange(exchange: Exchange) -> tuple[tuple[str, str], ...]:
    """The pages of an exchange with their paths from the repository's root."""
    return files_of((page.path, exchange.root / page.path) for page in exchange.pages)


def commit_of(folder: Path) -> str:
    """Twelve digits of the commit checked out around ``folder``; empty without a repository or
    git."""
    try:
        repository = find_repository(folder)
        return repository.commit("HEAD")[:12] if repository else ""
    except ConformanceError:
        return ""


def _find_repository(environment: Mapping[str, str] = os.environ) -> Path:
    """The root annotations are relative to: the workspace, the clone, or the current folder."""
    workspace = environment.get("GITHUB_WORKSPACE")
    here = Path.cwd().resolve()
    if workspace and here.is_relative_to(Path(workspace).resolve()):
        return Path(workspace).resolve()
    return next((folder for folder in (here, *here.parents) if (folder / ".git").exists()), here)


class _Tree(Struct, frozen=True):
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


def find_changed_pages(files: Iterable[tuple[str, Path]], revision: str) -> frozenset[str]:
    """The names of those of ``files`` that ``revision`` does not have as they are now.  Raises
    UsageError: no repository, or no such revision; InputError: git fails."""
    trees: list[_Tree] = []
    changed = set()
    for name, path in files:
        page = path.resolve()
        tree = next((each for each in trees if page.is_relative_to(each.root)), None)
        if tree is None:
            repository = find_repository(page)
            if repository is None:
                hint = "run it in a clone, or leave out --changed-since"
                raise UsageError(f"{page}: not in a git repository", hint=hint)
            entries = repository.entries(repository.commit(revision), "")
            tree = _Tree(repository.root.resolve(), {entry.path: entry.oid for entry in entries})
            trees.append(tree)
        if not tree.has(page):
            changed.add(name)
    return frozenset(changed)
