"""Two folders change places in one step, so that a name never means half of either."""

from __future__ import annotations

import ctypes
import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import Final

_AT_FDCWD: Final = -100
_RENAME_EXCHANGE: Final = 2
_UNKNOWN: Final = (errno.ENOSYS, errno.EINVAL, errno.ENOTSUP, errno.EOPNOTSUPP)
"""What a kernel or file system says that cannot do it."""


def swap(first: Path, second: Path, spare: Path) -> None:
    """Let two folders change places.

    Linux does it in one step (``renameat2``).  Where that is unknown it takes three, by way of
    ``spare``, a free name beside ``first``: whoever is killed between them leaves the folder
    that was ``second`` there, for :func:`bring_back`.

    Raises:
        OSError: that failed; both are where they were.
    """
    if _exchange(first, second):
        return
    second.rename(spare)
    try:
        first.rename(second)
    except OSError:
        spare.rename(second)
        raise
    with suppress(OSError):  # the new one is in its place; the old one goes anyway
        spare.rename(first)


def bring_back(spare: Path, lost: Path) -> None:
    """Undo what was broken off in the middle of :func:`swap`; nothing when nothing was."""
    if spare.is_dir() and not lost.exists():
        spare.rename(lost)


def _exchange(first: Path, second: Path) -> bool:
    """Whether kernel and file system could do it at once."""
    renameat2 = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if renameat2 is None:
        return False
    names = (os.fsencode(first), os.fsencode(second))
    if renameat2(_AT_FDCWD, names[0], _AT_FDCWD, names[1], _RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in _UNKNOWN:
        return False
    raise OSError(number, os.strerror(number), str(second))
