"""Interactions from files and folders: one bad entry is one problem, and the rest goes on."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

from conformance.errors import InputError
from conformance.model.interaction import Interaction, Origin
from conformance.observe.entry import Entry, Format, Provenance
from conformance.observe.formats import FORMATS
from conformance.observe.manifest import (
    MANIFEST,
    Manifest,
    ManifestError,
    is_evidence,
    is_leftover,
    read_manifest,
)
from conformance.observe.parts import iso_date
from conformance.observe.source import Source, UnknownSyntaxError, parse

MAX_FILE = 64 * 1024 * 1024
"""Octets of a file that is read."""

_UNDERSTOOD = "understood: " + ", ".join(form.name for form in FORMATS)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read as evidence."""

    where: str
    """``<file>#<n>`` for an entry, ``<file>`` for a file as a whole."""
    message: str

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What files hold: every entry is an interaction or a problem, in file order."""

    interactions: tuple[Interaction, ...]
    problems: tuple[Problem, ...]


Found: TypeAlias = Interaction | Problem


@dataclass(frozen=True, slots=True)
class _Reader:
    """What holds for every file of one reading."""

    root: Path
    """What places are relative to."""
    unsaid: Origin
    """What an interaction is worth of which nothing says it."""

    def where(self, path: Path) -> str:
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return os.fsencode(shown.as_posix()).decode(errors="replace")


def read_evidence(
    path: Path, *, root: Path | None = None, unsaid: Origin = Origin.RECORDED
) -> Evidence:
    """All interactions of a file, or of all files in a folder and below, by path.

    ``where`` is relative to ``root``: by default the folder, or the file's
    folder.  Not read in a folder: manifests, READMEs, whatever is hidden, and
    what links to other folders lead to.  Beside a
    ``manifest.toml`` only what it lists, unchanged, is evidence.  A format is
    told by content; interactions are what a manifest, an entry or its file, in
    this order, says they are, and ``unsaid`` where nothing does: a bare body
    never tells.  Never raises for what stands in files: see :class:`Problem`.
    """
    if path.is_dir():
        found = tuple(_folder(path, _Reader(root or path, unsaid)))
    else:
        reader = _Reader(root or path.parent, unsaid)
        found = tuple(_beside_manifest(path.parent, [path.name], reader, complete=False))
    return Evidence(
        interactions=tuple(item for item in found if isinstance(item, Interaction)),
        problems=tuple(item for item in found if isinstance(item, Problem)),
    )


def _folder(folder: Path, reader: _Reader) -> Iterator[Found]:
    empty = True
    closed: list[OSError] = []
    for parent, folders, files in os.walk(folder, onerror=closed.append):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        names = sorted(name for name in files if is_evidence(name))
        empty = empty and not names and MANIFEST not in files
        yield from _beside_manifest(Path(parent), names, reader, complete=True)
    for error in closed:
        where = reader.where(Path(str(error.filename)))
        yield Problem(where, f"cannot be read: {error.strerror or error}")
    if empty and not closed:
        yield Problem(reader.where(folder), "no evidence in this folder")


def _beside_manifest(
    folder: Path, names: list[str], reader: _Reader, *, complete: bool
) -> Iterator[Found]:
    """The files of one folder, judged by its manifest when it has one.

    ``complete``: ``names`` are all there are, so whatever else is listed is missing.
    """
    manifest = None
    if (folder / MANIFEST).is_file():
        try:
            manifest = read_manifest(folder)
        except ManifestError as error:
            message = f"{error.reason}; the cassettes beside it are not read"
            yield Problem(reader.where(folder / MANIFEST), message)
            return
    listed = {cassette.file for cassette in manifest.cassettes} if manifest else set()
    for name in names:
        if name in listed or not (complete and is_leftover(folder / name)):
            yield from _file(folder / name, reader, manifest)
    for name in manifest.missing() if manifest and complete else ():
        yield Problem(reader.where(folder / name), f"listed in {MANIFEST} and not there")


def _file(path: Path, reader: _Reader, manifest: Manifest | None) -> Iterator[Found]:
    where = reader.where(path)
    try:
        data = read_octets(path)
        listed = manifest.verified(path.name, data).provenance if manifest else Provenance()
        source = parse(data)
        form = _format_of(source)
        said, raw_entries = form.frame(source)
    except UnknownSyntaxError as error:
        yield Problem(where, f"{error} ({_UNDERSTOOD})")
        return
    except InputError as error:
        yield Problem(where, str(error))
        return
    n = -1
    for n, raw in enumerate(raw_entries):
        yield _interaction(form, raw, f"{where}#{n}", (listed, said), reader.unsaid)
    if n < 0:
        yield Problem(where, f"holds no interactions ({form.name})")


def _interaction(
    form: Format, raw: object, where: str, told: tuple[Provenance, Provenance], unsaid: Origin
) -> Found:
    """One entry; ``told`` of it before and after it speaks for itself."""
    try:
        entry = form.entry(raw)
    except InputError as error:
        return Problem(where, str(error))
    listed, said = told
    known = listed.over(entry.provenance).over(said)
    return Interaction(
        request=entry.request,
        reply=entry.reply,
        origin=known.origin or unsaid,
        where=where,
        date=known.date or _day_sent(entry),
        note=known.note,
    )


def _day_sent(entry: Entry) -> str:
    """The day in the response's own Date field, when it has one."""
    return next((iso_date(v) for name, v in entry.reply.headers if name.lower() == "date"), "")


def _format_of(source: Source) -> Format:
    for form in FORMATS:
        if form.recognises(source):
            return form
    raise InputError("no format that is known", hint=_UNDERSTOOD)


def read_octets(path: Path) -> bytes:
    """The content of a regular file of at most ``MAX_FILE``; :class:`InputError` if it is none."""
    try:
        if not stat.S_ISREG(path.stat().st_mode):
            raise InputError("neither a file nor a folder")
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror or error}") from None
    if len(data) > MAX_FILE:
        raise InputError(f"larger than {MAX_FILE:,} octets", hint="split it into several files")
    return data
