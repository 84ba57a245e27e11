"""A new exchange is built aside and appears whole, or not at all."""

from __future__ import annotations

import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.errors import InputError, UsageError
from conformance.snapshot.exchange import MANIFEST
from conformance.snapshot.roots import SNAPSHOT

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}\Z")


@dataclass(frozen=True, slots=True)
class Place:
    """A folder to be, and where it is built."""

    final: Path
    building: Path


@dataclass(frozen=True, slots=True)
class Staging:
    """The folders of one exchange while it is built."""

    pages: Place
    schemas: Place

    def publish(self) -> None:
        """Put both folders where they belong; what stood there goes.

        Raises:
            InputError: that failed; what stood there is there again.
        """
        moved: list[tuple[Path, Path]] = []
        try:
            for place in (self.pages, self.schemas):
                if place.final.exists():
                    moved.append((place.final, _beside(place.final)))
                    place.final.rename(moved[-1][1])
                moved.append((place.building, place.final))
                place.building.rename(place.final)
        except OSError as error:
            for old, new in reversed(moved):
                with suppress(OSError):
                    new.rename(old)
            raise InputError(f"{self.pages.final}: cannot be made: {error.strerror}") from error
        for _, new in moved:
            if new.name.startswith("."):
                shutil.rmtree(new, ignore_errors=True)


@contextmanager
def staging(root: Path, schemas: Path, name: str, *, force: bool) -> Iterator[Staging]:
    """Folders to build exchange ``name`` in, gone again unless it is published.

    Args:
        root: the folder that holds, or will hold, ``docs_snapshot``.
        schemas: the folder of its schemas.
        name: becomes a folder's name and a word on the command line.
        force: an exchange that is there already may be replaced.

    Raises:
        UsageError: a name that is none, or an exchange that is there already.
        InputError: the folders cannot be made.
    """
    pages = root / SNAPSHOT / name
    _refuse(name, (pages, schemas), force)
    made: list[Path] = []
    try:
        places = [Place(final, _make(_beside(final), made)) for final in (pages, schemas)]
        yield Staging(*places)
    except OSError as error:
        raise InputError(
            f"{pages}: cannot be made: {error}", hint="check folder and disk"
        ) from error
    finally:
        for folder in reversed(made):
            if folder.name.startswith("."):
                shutil.rmtree(folder, ignore_errors=True)
            else:
                with suppress(OSError):  # holds something by now, as it should
                    folder.rmdir()


def _refuse(name: str, folders: tuple[Path, ...], force: bool) -> None:
    if not _NAME.match(name):
        hint = "letters, digits, '-' and '_', at most 64, beginning with a letter or digit"
        raise UsageError(f"{name!r} is no name for an exchange", hint=hint)
    for folder in folders:
        if not force and folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
            what = "an exchange" if (folder / MANIFEST).exists() else "something else"
            hint = "choose another name, or replace it with --force (known_drift.toml is kept)"
            raise UsageError(f"{folder}: there is {what} of that name already", hint=hint)


def _beside(folder: Path) -> Path:
    return folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")


def _make(folder: Path, made: list[Path]) -> Path:
    """Make ``folder`` and what is missing above it, each noted in ``made``."""
    try:
        for path in reversed((folder, *folder.parents)):
            if not path.exists():
                path.mkdir()
                made.append(path)
    except OSError as error:
        raise InputError(f"{folder}: cannot be made: {error.strerror}") from error
    return folder
