"""What lies in a folder tree: each file once, whatever links there are."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePath


@dataclass(frozen=True, slots=True)
class Entry:
    """A file, or a folder that could not be listed."""

    path: Path
    name: str
    """From the folder the walk began in, as :func:`page_name` writes it."""
    error: str = ""
    """Why the folder could not be listed."""


def walk_folder(top: Path) -> Iterator[Entry]:
    """All files below ``top``, hidden ones excepted, in no promised order.

    A link to a folder is followed once all real folders are done, and only to what was
    not seen before: loops end, and a file is found at its real place if that is below
    ``top``.
    """
    real, linked, seen = deque([top]), deque[Path](), set[tuple[int, int]]()
    while real or linked:
        folder = (real or linked).popleft()
        try:
            if _is_new(folder, seen):
                files, folders, links = _listed(folder)
                real += folders
                linked += links
                yield from (Entry(path, page_name(path.relative_to(top))) for path in files)
        except OSError as error:
            yield Entry(folder, page_name(folder.relative_to(top)), error.strerror or str(error))


def page_name(path: PurePath) -> str:
    """``path`` with forward slashes; bytes of a file name that are not UTF-8 as ``\\xNN``."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_new(folder: Path, seen: set[tuple[int, int]]) -> bool:
    status = folder.stat()
    key = (status.st_dev, status.st_ino)
    new = key not in seen
    seen.add(key)
    return new


def _listed(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Files, real folders and linked folders directly in ``folder``, hidden ones excepted."""
    files: list[Path] = []
    folders: list[Path] = []
    links: list[Path] = []
    with os.scandir(folder) as listing:
        for entry in listing:
            if entry.name.startswith("."):
                continue
            kind = files if not _is_folder(entry) else links if entry.is_symlink() else folders
            kind.append(folder / entry.name)
    return files, folders, links


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # whoever opens it will learn why
