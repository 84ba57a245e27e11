"""The next state of an exchange is built aside and takes its place by renaming, by one at a time.

While it is built, and while what stood there gives way to it, everything lies in one folder::

    docs_snapshot/.conformance-<random>/docs_snapshot/<name>         what is built
    docs_snapshot/.conformance-<random>/docs_snapshot/<name>.spare   what stood there
    docs_snapshot/.conformance-<random>/schemas/<name>               and its schemas, the same way

A run that is killed leaves that folder.  Whoever comes next puts back what is missing in its
place; nothing is removed before that.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import signal
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from types import FrameType
from typing import Final

from msgspec import Struct

from conformance.errors import InputError, UsageError
from conformance.pages.files import walk_folder
from conformance.patterns import regex

_PREFIX: Final = ".conformance-"
_SPARE: Final = ".spare"
_UNKNOWN: Final = regex(r"\.[A-Za-z0-9][A-Za-z0-9_-]{0,63}\.[0-9a-f]{8}")
"""Folders that releases before this one left when they were killed."""
_LAYERED: Final = (
    "nothing was changed; folders of a container's image cannot be renamed: work on a mounted copy"
)
_HINT: Final = "nothing was changed; check folder and disk"

_Listing = dict[str, tuple[int, int, int]]
"""Files by name, with what shows whether they are still the same."""


class StagedFolder(Struct, frozen=True):
    """A folder to be, and where it is built."""

    final: Path
    building: Path

    @property
    def spare(self) -> Path:
        """Where what stood in the place is kept until all is done."""
        return self.building.with_name(f"{self.building.name}{_SPARE}")


class Staging(Struct, frozen=True):
    """The folders of one exchange while its next state is built."""

    pages: StagedFolder
    schemas: StagedFolder
    _found: _Listing
    """The pages as they were at the beginning."""

    def require_unchanged(self) -> None:
        """Raises InputError: the pages' folder is not what it was at the beginning."""
        if _list_files(self.pages.final) != self._found:
            hint = "run it again"
            raise InputError(f"{self.pages.final}: changed meanwhile; nothing is stored", hint=hint)

    def publish(self) -> None:
        """Put what was built into its place, schemas first.  Raises InputError: that failed, or the
        pages were changed meanwhile; all is as it was."""
        self.require_unchanged()
        done: list[StagedFolder] = []
        with storing(self.pages.final):
            try:
                for place in (self.schemas, self.pages):
                    if place.building.exists():
                        if os.path.lexists(place.final):
                            place.final.rename(place.spare)
                        try:
                            place.building.rename(place.final)
                        except OSError:
                            if os.path.lexists(place.spare):
                                place.spare.rename(place.final)
                            raise
                        done.append(place)
            except OSError:
                for place in reversed(done):
                    with suppress(OSError):
                        place.final.rename(place.building)
                        if os.path.lexists(place.spare):
                            place.spare.rename(place.final)
                raise


@contextmanager
def staging(pages: Path, schemas: Path, *, beside: bool = True) -> Iterator[Staging]:
    """Folders to build the next state of an exchange in, gone again afterwards.

    Missing parents are created, and removed again unless something was published there.  ``beside``
    builds where it can be published, not among temporary files.  Raises InputError.
    """
    pages, schemas = pages.resolve(), schemas.resolve()
    created: list[Path] = []
    with end_cleanly(), storing(pages):
        try:
            for parent in (pages.parent, schemas.parent) if beside else ():
                missing = [
                    path for path in reversed((parent, *parent.parents)) if not path.exists()
                ]
                parent.mkdir(parents=True, exist_ok=True)
                created += missing
            workshop = tempfile.mkdtemp(prefix=_PREFIX, dir=pages.parent if beside else None)
            built = Path(workshop).resolve()
            places = [StagedFolder(p, built / p.parent.name / p.name) for p in (pages, schemas)]
            stage = Staging(places[0], places[1], _list_files(pages))
            try:
                yield stage
            finally:
                _close(Path(workshop), places)
        finally:
            for folder in reversed(created):
                with suppress(OSError):  # holds something by now, as it should
                    folder.rmdir()


@contextmanager
def end_cleanly() -> Iterator[None]:
    """Let SIGTERM end the process as an exception does, unless somebody handles it or this is not
    the main thread."""
    first = threading.current_thread() is threading.main_thread()
    if not first or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _end_process)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _end_process(number: int, _: FrameType | None) -> None:
    signal.signal(number, signal.SIG_IGN)  # a second one would break off the cleaning
    raise SystemExit(128 + number)


@contextmanager
def storing(folder: Path) -> Iterator[None]:
    """What the system says when it cannot store, as an error of this package."""
    try:
        yield
    except OSError as error:
        hint = _LAYERED if error.errno == errno.EXDEV else _HINT
        why = error.strerror or str(error)
        if isinstance(error, shutil.Error) and error.args and error.args[0]:
            why = str(error.args[0][0][-1])
        raise InputError(f"{folder}: cannot be stored: {why}", hint=hint) from error


@contextmanager
def exclusive(folder: Path, *, wait: bool = False) -> Iterator[bool]:
    """Keep other runs off ``folder`` while the context is open; yields False where no lock can be
    had.  Raises UsageError: another run has it, unless this one is to ``wait``."""
    from filelock import FileLock, Timeout  # only what writes needs it

    name = hashlib.sha256(os.fsencode(folder.resolve())).hexdigest()[:32]
    lock = FileLock(
        Path(tempfile.gettempdir()) / f"conformance-{name}.lock", timeout=-1 if wait else 0
    )
    try:
        lock.acquire()
    except Timeout:
        hint = "wait until it is done, then try again"
        raise UsageError(f"{folder}: another run is changing it", hint=hint) from None
    except (OSError, NotImplementedError):
        yield False
        return
    try:
        yield True
    finally:
        lock.release()


def put_back(pages: Path) -> tuple[str, ...]:
    """Put back what a killed run moved out of ``pages``; a line on each.  Raises UsageError: it is
    being replaced now; InputError: it cannot be put back."""
    if not any(_find_missing(pages)):
        return ()
    with exclusive(pages):
        return tuple(_restore(spare, final) for spare, final in tuple(_find_missing(pages)))


def clear(pages: Path) -> tuple[str, ...]:
    """Remove what killed runs left in ``pages``, after putting back what is missing; a line on
    each.  Raises InputError: something cannot be put back; nothing was removed."""
    lines = [_restore(spare, final) for spare, final in tuple(_find_missing(pages))]
    for left in sorted(pages.glob(".*")) if pages.is_dir() else ():
        if left.name.startswith(_PREFIX):
            shutil.rmtree(left, ignore_errors=True)
            lines.append(f"{left}: left behind by a run that was killed; removed")
        elif _UNKNOWN.fullmatch(left.name):
            lines.append(
                f"{left}: left behind by a run that was killed; see whether it holds pages, "
                "probes or known drift that you miss, then remove it"
            )
    return tuple(lines)


def _find_missing(pages: Path) -> Iterator[tuple[Path, Path]]:
    for spare in sorted(pages.glob(f"{_PREFIX}*/*/*{_SPARE}")):
        final = pages.parent / spare.parent.name / spare.name.removesuffix(_SPARE)
        if not os.path.lexists(final):
            yield spare, final


def _restore(spare: Path, final: Path) -> str:
    try:
        spare.rename(final)
    except OSError as error:
        what = f"{final}: was being replaced by a run that was killed, and cannot be put back"
        raise InputError(f"{what}: {error.strerror}", hint=f"move {spare} there") from error
    return f"{final}: put back as it was: a run was killed while it replaced it"


def _close(workshop: Path, places: Sequence[StagedFolder]) -> None:
    """Remove the folder, unless the only copy of something is in it."""
    for place in places:
        if os.path.lexists(place.spare) and not os.path.lexists(place.final):
            with suppress(OSError):
                place.spare.rename(place.final)
            if not os.path.lexists(place.final):
                return
    shutil.rmtree(workshop, ignore_errors=True)


def _list_files(folder: Path) -> _Listing:
    listing: _Listing = {}
    for entry in walk_folder(folder):
        with suppress(OSError):
            status = entry.path.stat()
            listing[entry.name] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return listing
