"""Sides given on the command line or kept in a snapshot: which pages are each other's twins.

A side is a folder, a file, or one language of an exchange.  Twins have the same path within
their sides; files that are given themselves are twins whatever they are called.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

from conformance.pages.exchange import Exchange
from conformance.pages.sources import Problem, Skipped, SourcePage, exchange_pages, find_sources


@dataclass(frozen=True, slots=True)
class TwinPage:
    """A page and its place within its side."""

    place: str
    source: SourcePage


@dataclass(frozen=True, slots=True, kw_only=True)
class SideSources:
    """The pages of one side; ``label/place`` names each of them in every span."""

    label: str
    pages: tuple[TwinPage, ...]
    skipped: tuple[Skipped, ...] = ()
    problems: tuple[Problem, ...] = ()


def sides_of_paths(paths: Sequence[Path]) -> tuple[SideSources, ...]:
    """One side for each path, called by as much of its folder's path as tells them apart.

    Raises:
        InputError: one of ``paths`` does not exist.
    """
    found = [find_sources([path]) for path in paths]
    files = [path for path in paths if not path.is_dir()]
    sides = []
    for label, sources in zip(labels_of(paths), found, strict=True):
        pages = tuple(
            TwinPage(
                files[0].name if len(files) == len(paths) else page.page, named_by(label, page)
            )
            for page in sources.pages
        )
        sides.append(
            SideSources(
                label=label, pages=pages, skipped=sources.skipped, problems=sources.problems
            )
        )
    return tuple(sides)


def sides_of_exchange(exchange: Exchange) -> tuple[SideSources, ...]:
    """One side for each language; a page's place is its path without the language's folder."""
    languages = dict.fromkeys(page.language for page in exchange.pages)
    return tuple(
        SideSources(
            label=language,
            pages=tuple(
                TwinPage(_without(page.page, language), page)
                for page in exchange_pages(exchange)
                if page.language == language
            ),
        )
        for language in languages
    )


def labels_of(paths: Sequence[Path]) -> list[str]:
    """As much of the path of each folder as tells them apart; else the names of the files."""
    folders = [path.resolve() if path.is_dir() else path.resolve().parent for path in paths]
    for count in range(1, max(len(folder.parts) for folder in folders) + 1):
        labels = [PurePosixPath(*folder.parts[-count:]).as_posix() for folder in folders]
        if len(set(labels)) == len(labels):
            return labels
    stems = [path.stem for path in paths]
    if len(set(stems)) == len(stems):
        return stems
    return [f"{number}:{path.name}" for number, path in enumerate(paths, 1)]


def named_by(label: str, page: SourcePage) -> SourcePage:
    """The page, called by its side; one whose side is called after it keeps its name."""
    own = PurePosixPath(page.page).stem == label
    return page if own else replace(page, page=f"{label}/{page.page}")


def _without(path: str, language: str) -> str:
    first, _, rest = path.partition("/")
    return rest if rest and first.casefold() == language.casefold() else path
