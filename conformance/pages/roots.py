"""Where the exchanges are: the folder that holds ``docs_snapshot/``."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from conformance.errors import InputError, UsageError
from conformance.pages.exchange import MANIFEST, has_manifest
from conformance.pages.files import walk_folder
from conformance.pages.staging import put_back

SNAPSHOT: Final = "docs_snapshot"


def find_root(start: Path | None = None) -> Path:
    """The folder that holds ``docs_snapshot/``: ``start``, or where that is the ``docs_snapshot``
    the one around it; without it, the nearest of the current folder and its parents.  Raises
    UsageError: there is none."""
    if start is not None:
        if (start / SNAPSHOT).is_dir():
            return start
        if start.is_dir() and start.resolve().name == SNAPSHOT:
            return start.resolve().parent
        hint = f"name the folder with {SNAPSHOT}/ in it"
        raise UsageError(f"{start}: holds no {SNAPSHOT}/", hint=hint)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SNAPSHOT).is_dir():
            return folder
    hint = "go to the project's folder, or name it with --docs-root"
    raise UsageError(f"{here}: no {SNAPSHOT}/ here or in any parent folder", hint=hint)


def known_exchanges(root: Path) -> tuple[str, ...]:
    """Names of the exchanges under ``root/docs_snapshot``, sorted.

    One that a run took out of its place to replace it, and was killed, is put back first.

    Raises InputError: the folder cannot be read, or one in it holds files but no manifest;
    UsageError: another run is replacing an exchange at this moment.
    """
    put_back(root / SNAPSHOT)
    try:
        folders = sorted(path for path in (root / SNAPSHOT).iterdir() if _is_exchange(path))
    except OSError as error:
        raise InputError(
            f"{root / SNAPSHOT}: cannot be read: {error.strerror}", hint="check the folder"
        ) from error
    return tuple(path.name for path in folders)


def exchange_folder(root: Path, name: str) -> Path:
    """The folder of the exchange called ``name``.  Raises UsageError: there is no such exchange;
    the message lists those there are."""
    names = known_exchanges(root)
    if name not in names:
        known = ", ".join(names) or "none"
        raise UsageError(f"unknown exchange {name!r}", hint=f"known in {root / SNAPSHOT}: {known}")
    return root / SNAPSHOT / name


def _is_exchange(folder: Path) -> bool:
    """Whether ``folder`` is an exchange; an empty or hidden one is nothing, not an error."""
    if folder.name.startswith(".") or not folder.is_dir():
        return False
    if has_manifest(folder):
        return True
    if any(walk_folder(folder)):
        hint = f"describe the exchange in {folder / MANIFEST} or move the folder away"
        raise InputError(f"{folder}: pages without {MANIFEST}", hint=hint)
    return False
