"""Files read with care and written whole; folders whose files are kept up to date."""

from __future__ import annotations

import hashlib
import json
import os
import re
import stat
import tempfile
from collections import deque
from collections.abc import Iterator, Mapping
from pathlib import Path, PurePath
from typing import Final

from msgspec import Struct

from conformance.errors import InputError
from conformance.patterns import regex


class FolderEntry(Struct, frozen=True):
    """A file, a folder that could not be listed, or a link that is not followed."""

    path: Path
    name: str
    """From the folder the walk began in, as :func:`page_name` writes it."""
    error: str = ""
    skipped: str = ""


def walk_folder(top: Path) -> Iterator[FolderEntry]:
    """All files below ``top``, hidden ones excepted, in no promised order.  Links to folders come
    last, each folder once; a link to a folder around ``top`` is not followed."""
    around = top.resolve().parents
    real, linked, seen = deque([top]), deque[Path](), set[tuple[int, int]]()
    while real or linked:
        is_link = not real
        folder = (real or linked).popleft()
        name = page_name(folder.relative_to(top))
        try:
            if is_link and folder.resolve() in around:
                yield FolderEntry(folder, name, skipped="a link to a folder around it")
                continue
            status = folder.stat()
            key = (status.st_dev, status.st_ino)
            new = key not in seen
            seen.add(key)
            if new:
                found: tuple[list[Path], list[Path], list[Path]] = ([], [], [])
                with os.scandir(folder) as listing:
                    for entry in listing:
                        if not entry.name.startswith("."):
                            kind = (2 if entry.is_symlink() else 1) if _is_folder(entry) else 0
                            found[kind].append(folder / entry.name)
                files, folders, links = found
                real += folders
                linked += links
                yield from (FolderEntry(path, page_name(path.relative_to(top))) for path in files)
        except OSError as error:
            yield FolderEntry(folder, name, error.strerror or str(error))


def page_name(path: PurePath) -> str:
    """``path`` with forward slashes; bytes of a file name that are not UTF-8 as ``\\xNN``."""
    return path.as_posix().encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _is_folder(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir()
    except OSError:
        return False  # whoever opens it will learn why


MAX_PAGE: Final = 20_000_000
"""Bytes of one documentation page; the largest that are published have two million."""

_SHORTENED: Final = 100
"""Characters of a file's name that its temporary name has."""
_TEMPORARY: Final = regex(r"\.(?P<name>.+)\.[a-z0-9_]{8}", re.DOTALL)
"""Names that :func:`write_atomic` gives to files that are not yet whole."""


class UnreadableFileError(InputError):
    """A file cannot be read as one; the message leaves out its name."""


def read_regular(
    path: Path, limit: int, *, follow: bool = True, too_large: str = "is it the right file?"
) -> bytes:
    """The bytes of a regular file, ``limit`` at most; no pipe is waited for.  ``follow``: ``path``
    may be a symbolic link; ``too_large`` is the hint for a larger file.  Raises
    UnreadableFileError."""
    try:
        _require_regular(path.stat() if follow else path.lstat())
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | (0 if follow else os.O_NOFOLLOW)
        with os.fdopen(os.open(path, flags), "rb") as file:
            _require_regular(os.fstat(file.fileno()))  # it may have changed in between
            data = file.read(limit + 1)
    except (OSError, ValueError) as error:
        why = getattr(error, "strerror", None) or error
        raise UnreadableFileError(f"cannot be read: {why}") from error
    if len(data) > limit:
        raise UnreadableFileError(f"larger than {limit:,} octets", hint=too_large)
    return data


def _require_regular(status: os.stat_result) -> None:
    if stat.S_ISLNK(status.st_mode):
        raise UnreadableFileError("a symbolic link", hint="put the file itself there")
    if not stat.S_ISREG(status.st_mode):
        raise UnreadableFileError("no regular file")


def write_atomic(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``; its permissions are kept, its folder must exist.

    The new file is flushed to disk beside the old one and renamed over it (POSIX ``rename`` is
    atomic); a symbolic link is followed.  Raises InputError: it cannot be written; ``path`` is as
    before.
    """
    target = path.resolve()
    try:
        _replace(target, content)
    except OSError as error:
        what = f"{path}: cannot be written: {error.strerror or error}"
        hint = "check that the folder exists and may be written to"
        raise InputError(what, hint=hint) from error


def remove_temporaries(folder: Path, names: re.Pattern[str]) -> None:
    """Remove what a killed :func:`write_atomic` left of files called ``names`` in ``folder`` and
    below."""
    for path in folder.rglob(".*"):
        found = _TEMPORARY.fullmatch(path.name)
        if found and (names.fullmatch(found["name"]) or len(found["name"]) == _SHORTENED):
            path.unlink(missing_ok=True)


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:_SHORTENED]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_choose_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _choose_mode(target: Path) -> int:
    """Permissions for the new file: the old one's, or what the umask leaves of 0666."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask


INDEX: Final = ".written.json"
"""Lists the files of a folder that were written here, each with the sha256 of its bytes."""
_NAME: Final = regex(r"[A-Za-z0-9][A-Za-z0-9._-]{0,199}")


def keep_folder(folder: Path, files: Mapping[str, str | bytes]) -> list[str]:
    """Make ``folder`` hold ``files``; a line on each old file that stays.  Files written here
    earlier and not changed since are removed, nothing else is touched.  Raises InputError."""
    made = {
        name: content if isinstance(content, bytes) else content.encode("utf-8", "backslashreplace")
        for name, content in files.items()
    }
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"{folder}: cannot be made: {error.strerror or error}"
        raise InputError(what, hint="name another folder") from error
    before = _read_index(folder / INDEX)
    ours = before | {name: _hash_content(content) for name, content in made.items()}
    _write_index(folder, ours)  # should the run end early, what it wrote is known to be ours
    for name, content in made.items():
        write_atomic(folder / name, content)
    notes: list[str] = []
    old = before.keys() - made.keys()
    left = {name for name in old if not _remove_file(folder, name, before, notes)}
    _write_index(folder, {name: ours[name] for name in (*made, *left)})
    return notes


def _remove_file(folder: Path, name: str, written: Mapping[str, str], notes: list[str]) -> bool:
    """Whether the file is gone or not ours any more; what stays gets a line in ``notes``."""
    path = folder / name
    try:
        if path.is_symlink() or not path.is_file():
            return True
        if _hash_content(path.read_bytes()) != written[name]:
            notes.append(f"{path}: no longer needed, and kept: it was changed by hand")
            return True
        path.unlink()
    except OSError as error:
        notes.append(f"{path}: no longer needed, and cannot be removed: {error.strerror}")
        return False
    return True


def _read_index(index: Path) -> dict[str, str]:
    try:
        hashes = json.loads(index.read_bytes())
    except (OSError, ValueError, RecursionError):
        return {}
    found = hashes.items() if isinstance(hashes, dict) else ()
    return {name: h for name, h in found if _NAME.fullmatch(name) and isinstance(h, str)}


def _write_index(folder: Path, written: Mapping[str, str]) -> None:
    text = json.dumps(dict(sorted(written.items())), indent=1)
    write_atomic(folder / INDEX, f"{text}\n".encode())


def _hash_content(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()
