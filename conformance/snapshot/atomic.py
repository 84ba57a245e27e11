"""Files that are either the old one or the new one, never half of either."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from conformance.errors import InputError


def write_atomic(path: Path, content: bytes) -> None:
    """Replace ``path`` by ``content``; its permissions are kept, its folder must exist.

    The new file is written beside the old one, flushed to disk and renamed over it
    (POSIX ``rename`` is atomic), so a reader or a killed run sees one of the two whole.
    A symbolic link is followed: what it points to is replaced.

    Raises:
        InputError: the folder is missing or cannot be written to; ``path`` is as before.
    """
    target = path.resolve()
    try:
        _replace(target, content)
    except OSError as error:
        raise InputError(
            f"{path}: cannot be written: {error.strerror or error}",
            hint="check that the folder exists and may be written to",
        ) from error


def _replace(target: Path, content: bytes) -> None:
    descriptor, name = tempfile.mkstemp(prefix=f".{target.name[:100]}.", dir=target.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        Path(name).chmod(_mode(target))
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _mode(target: Path) -> int:
    """Permissions for the new file: the old one's, or what the umask leaves of 0666."""
    if target.exists():
        return target.stat().st_mode & 0o7777
    umask = os.umask(0)
    os.umask(umask)
    return 0o666 & ~umask
