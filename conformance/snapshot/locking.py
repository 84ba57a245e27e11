"""One at a time: who changes a folder holds it, and lets go of it however the process ends."""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

from conformance.errors import InputError, UsageError

_TAKEN: Final = (errno.EWOULDBLOCK, errno.EACCES)


@contextmanager
def held(folder: Path) -> Iterator[bool]:
    """Hold ``folder`` as long as the context is open; nothing is written for that.

    Yields:
        False where the file system knows no such locks (some network ones): nobody is kept off.

    Raises:
        UsageError: somebody else holds it.
        InputError: there is no such folder, or it cannot be read.
    """
    try:
        descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read: {error.strerror}") from error
    try:
        yield _lock(descriptor, folder)
    finally:
        os.close(descriptor)


def _lock(descriptor: int, folder: Path) -> bool:
    """``flock(2)``: the kernel lets go of it with the last descriptor, killed or not."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        if error.errno in _TAKEN:
            hint = "wait until it is done, then try again"
            raise UsageError(f"{folder}: another snapshot is being taken", hint=hint) from None
        return False
    return True
