"""The next state of an exchange is built aside, then takes the place of the last in one step."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from conformance.errors import InputError
from conformance.snapshot.exchange import MANIFEST, Exchange, load_exchange, read_page
from conformance.snapshot.files import write_atomic
from conformance.snapshot.folders import walk_folder
from conformance.snapshot.manifest_text import renewed_text
from conformance.snapshot.staging import Place
from conformance.snapshot.swapping import bring_back, swap
from conformance.snapshot.visits import Outcome, Visit

_PREFIX: Final = ".conformance-"
_SPARE: Final = ".spare"
_PAGES: Final = "pages"
_SCHEMAS: Final = "schemas"
_LAYERED: Final = (
    "nothing was changed; folders of a container's image cannot be renamed: work on a mounted copy"
)
_HINT: Final = "nothing was changed; check folder and disk, or use --dry-run"

_Listing = dict[str, tuple[int, int, int]]
"""Files by name, with what tells whether they are still the same."""


@dataclass(slots=True)
class Edition:
    """The folders of one exchange while its next state is built."""

    exchange: Exchange
    """As it is stored."""
    pages: Place
    schemas: Place
    dry_run: bool
    _found: _Listing

    def build(self, visits: Sequence[Visit]) -> Exchange:
        """The exchange with what ``visits`` brought, aside, and held to its manifest there.

        Raises:
            InputError: it cannot be written, or was changed since the pages were asked for.
        """
        folder = self.pages.building
        self._refuse_changed()
        with _stored(self.pages.final):
            self._copy(self.pages)
        for visit in visits:
            if visit.outcome is Outcome.CHANGED:
                write_atomic(_inside(folder, visit.page.path), visit.content)
        text = (folder / MANIFEST).read_bytes().decode()
        renewals = {visit.page.path: visit.renewal for visit in visits}
        write_atomic(folder / MANIFEST, renewed_text(text, renewals).encode())
        built = load_exchange(folder)
        for page in built.pages:
            read_page(built, page)
        return built

    def copy_schemas(self) -> Path:
        """The folder of the schemas, aside, as it is now; empty where there is none."""
        with _stored(self.schemas.final):
            if self.schemas.final.is_dir():
                self._copy(self.schemas)
            else:
                self.schemas.building.mkdir(parents=True)
        return self.schemas.building

    def publish_manifest(self) -> None:
        """The manifest alone: no page has changed.

        Raises:
            InputError: it cannot be written; it is as it was.
        """
        self._refuse_changed()
        content = (self.pages.building / MANIFEST).read_bytes()
        write_atomic(self.pages.final / MANIFEST, content)

    def publish(self) -> None:
        """Put schemas and pages in their places.

        The schemas first: whoever is killed in between leaves the old pages, which the next
        snapshot finds changed once more.

        Raises:
            InputError: that failed; both are as they were.
        """
        self._refuse_changed()
        built = [place for place in (self.schemas, self.pages) if place.building.exists()]
        done: list[Place] = []
        with _stored(self.pages.final):
            try:
                for place in built:
                    _put(place)
                    done.append(place)
            except OSError:
                for place in reversed(done):
                    with suppress(OSError):
                        _take_back(place)
                raise

    def _copy(self, place: Place) -> None:
        """Files are linked where they are only moved about, copied where nothing may be touched."""
        copy = shutil.copy2 if self.dry_run else _linked
        shutil.copytree(place.final, place.building, symlinks=True, copy_function=copy)

    def _refuse_changed(self) -> None:
        if _listing(self.pages.final) != self._found:
            raise InputError(
                f"{self.pages.final}: changed while its pages were fetched; they are not stored",
                hint="run it again",
            )


@contextmanager
def edition(exchange: Exchange, schemas: Path, *, dry_run: bool) -> Iterator[Edition]:
    """Folders to build the next state of ``exchange`` in, gone again afterwards.

    Args:
        exchange: as it is stored.
        schemas: the folder of its schemas.
        dry_run: build elsewhere; what is built cannot be published.

    Raises:
        InputError: the folders cannot be made.
    """
    final = exchange.root.resolve()
    with _stored(final):
        beside = None if dry_run else final.parent
        workshop = Path(tempfile.mkdtemp(prefix=_PREFIX, dir=beside)).resolve()
    try:
        pages = Place(final, workshop / _PAGES / final.name)
        generated = Place(schemas.resolve(), workshop / _SCHEMAS / schemas.name)
        yield Edition(exchange, pages, generated, dry_run, _listing(final))
    finally:
        shutil.rmtree(workshop, ignore_errors=True)


def clear(pages: Path, schemas: Path) -> None:
    """Take away what a snapshot that was killed left behind; nobody else may be taking one.

    Args:
        pages: the folder that holds the folders of exchanges.
        schemas: the folder that holds those of their schemas.
    """
    for left in pages.glob(f"{_PREFIX}*"):
        for kind, parent in ((_PAGES, pages), (_SCHEMAS, schemas)):
            with suppress(OSError):
                for spare in (left / kind).glob(f"*{_SPARE}"):
                    bring_back(spare, parent / spare.name.removesuffix(_SPARE))
        shutil.rmtree(left, ignore_errors=True)


@contextmanager
def _stored(folder: Path) -> Iterator[None]:
    """What the system says when it cannot, as an error of ours."""
    try:
        yield
    except OSError as error:
        hint = _LAYERED if error.errno == errno.EXDEV else _HINT
        raise InputError(f"{folder}: cannot be stored: {_why(error)}", hint=hint) from error


def _why(error: OSError) -> str:
    """copytree gathers what went wrong: the first of it is enough."""
    if isinstance(error, shutil.Error) and error.args and error.args[0]:
        first = error.args[0][0]
        return str(first[-1])
    return error.strerror or str(error)


def _put(place: Place) -> None:
    """What was built to its place; what stood there to where it was built."""
    if place.final.exists():
        spare = place.building.with_name(f"{place.building.name}{_SPARE}")
        swap(place.building, place.final, spare)
    else:
        place.final.parent.mkdir(exist_ok=True)
        place.building.rename(place.final)


def _take_back(place: Place) -> None:
    if place.building.exists():
        _put(place)
    else:
        place.final.rename(place.building)


def _linked(source: str, target: str) -> str:
    """The same file under another name, or a copy where file systems know no such thing."""
    try:
        os.link(source, target, follow_symlinks=False)
    except OSError:
        return str(shutil.copy2(source, target))
    return target


def _inside(folder: Path, name: str) -> Path:
    """The file of a page; one that is a link to elsewhere would be written there."""
    path = folder / name
    if not path.resolve().is_relative_to(folder.resolve()):
        raise InputError(f"{name}: is a link to elsewhere", hint="put the page itself there")
    return path


def _listing(folder: Path) -> _Listing:
    listing: _Listing = {}
    for entry in walk_folder(folder):
        with suppress(OSError):
            status = entry.path.stat()
            listing[entry.name] = (status.st_ino, status.st_mtime_ns, status.st_size)
    return listing
