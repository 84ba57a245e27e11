"""A folder whose files are kept up to date: what is made no longer goes, what is not ours stays."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from conformance.errors import InputError
from conformance.pages.files import write_atomic

INDEX: Final = ".written.json"
"""Lists the files of a folder that were written here, each with the sha256 of its bytes."""
_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def keep_folder(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Make ``folder`` hold ``files``, each whole or not at all.

    Files that were written here earlier and are not among them are removed, unless somebody
    has changed them since; nothing else is touched.

    Returns:
        A line on each file that is no longer needed and stays.

    Raises:
        InputError: the folder or a file in it cannot be written.
    """
    made = {name: _bytes(content) for name, content in files.items()}
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InputError(
            f"{folder}: cannot be made: {error.strerror or error}", hint="name another folder"
        ) from error
    before = _written(folder / INDEX)
    ours = before | {name: _sha256(content) for name, content in made.items()}
    _write_index(folder, ours)  # should the run end early, what it wrote is known to be ours
    for name, content in made.items():
        write_atomic(folder / name, content)
    notes: list[str] = []
    left = {
        name for name in before.keys() - made.keys() if not _removed(folder, name, before, notes)
    }
    _write_index(folder, {name: ours[name] for name in (*made, *left)})
    return notes


def _removed(folder: Path, name: str, written: Mapping[str, str], notes: list[str]) -> bool:
    """Whether the file is gone or not ours any more; what stays gets a line in ``notes``."""
    path = folder / name
    try:
        if path.is_symlink() or not path.is_file():
            return True
        if _sha256(path.read_bytes()) != written[name]:
            notes.append(f"{path}: no longer needed, and kept: it was changed by hand")
            return True
        path.unlink()
    except OSError as error:
        notes.append(f"{path}: no longer needed, and cannot be removed: {error.strerror}")
        return False
    return True


def _written(index: Path) -> dict[str, str]:
    """What was written here before; nothing where the list cannot be read."""
    try:
        hashes = json.loads(index.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    if not isinstance(hashes, dict):
        return {}
    return {
        name: digest
        for name, digest in hashes.items()
        if _NAME.fullmatch(name) and isinstance(digest, str)
    }


def _write_index(folder: Path, written: Mapping[str, str]) -> None:
    text = json.dumps(dict(sorted(written.items())), indent=1)
    write_atomic(folder / INDEX, f"{text}\n".encode())


def _bytes(content: str | bytes) -> bytes:
    return content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
