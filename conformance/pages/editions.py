"""The next state of an exchange whose pages were asked for again: built aside, then published."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from conformance.errors import InputError
from conformance.pages.exchange import MANIFEST, Exchange, load_exchange, read_page
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import renewed_text
from conformance.pages.staging import Place, Staging, staging, storing
from conformance.pages.visits import Outcome, Visit


@dataclass(frozen=True, slots=True)
class Edition:
    """The folders of one exchange while its next state is built."""

    exchange: Exchange
    """As it is stored."""
    stage: Staging
    dry_run: bool

    def build(self, visits: Sequence[Visit]) -> Exchange:
        """The exchange with what ``visits`` brought, aside, and held to its manifest there.

        Raises:
            InputError: it cannot be written, or was changed since the pages were asked for.
        """
        folder = self.stage.pages.building
        self.stage.require_unchanged()
        with storing(self.stage.pages.final):
            self._copy(self.stage.pages)
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
        with storing(self.stage.schemas.final):
            if self.stage.schemas.final.is_dir():
                self._copy(self.stage.schemas)
            else:
                self.stage.schemas.building.mkdir(parents=True)
        return self.stage.schemas.building

    def publish_manifest(self) -> None:
        """The manifest alone: no page has changed.

        Raises:
            InputError: it cannot be written; it is as it was.
        """
        self.stage.require_unchanged()
        content = (self.stage.pages.building / MANIFEST).read_bytes()
        write_atomic(self.stage.pages.final / MANIFEST, content)

    def publish(self) -> None:
        """Put schemas and pages in their places; :meth:`Staging.publish` says how."""
        self.stage.publish()

    def _copy(self, place: Place) -> None:
        """Files are linked where they are only moved about, copied where nothing may be touched."""
        copy = shutil.copy2 if self.dry_run else _linked
        shutil.copytree(place.final, place.building, symlinks=True, copy_function=copy)


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
    with staging(exchange.root, schemas, beside=not dry_run) as stage:
        yield Edition(exchange, stage, dry_run)


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
