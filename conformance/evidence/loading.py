"""Interactions from files and folders: one bad entry is one problem, and the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from conformance.errors import InputError
from conformance.evidence.body import require_few_values
from conformance.evidence.coding import BudgetError, DecodingBudget
from conformance.evidence.entry import Entry, Format, NoAnswerError, Provenance
from conformance.evidence.formats import FORMATS
from conformance.evidence.manifest import (
    MANIFEST,
    MAX_CASSETTE,
    Manifest,
    ManifestError,
    is_evidence,
    is_leftover,
    read_manifest,
)
from conformance.evidence.parts import iso_date
from conformance.evidence.source import Source, UnknownSyntaxError, parse
from conformance.model.interaction import Interaction, Origin
from conformance.pages.files import read_regular

MAX_FILE = MAX_CASSETTE
"""Octets of a file that is read."""

_UNDERSTOOD = "understood: " + ", ".join(form.name for form in FORMATS)


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that could not be read as evidence."""

    where: str
    """``<file>#<n>`` for an entry, ``<file>`` for a file as a whole."""
    message: str
    aside: bool = False
    """Whether it is no HTTP answer by its nature: a word about it, and no failure."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


@dataclass(frozen=True, slots=True)
class Evidence:
    """What files hold: every entry is an interaction or a problem, in file order."""

    interactions: tuple[Interaction, ...]
    problems: tuple[Problem, ...]

    @property
    def failures(self) -> tuple[Problem, ...]:
        """The problems that keep the reading from being whole."""
        return tuple(problem for problem in self.problems if not problem.aside)


Found: TypeAlias = Interaction | Problem


@dataclass(frozen=True, slots=True)
class _Reader:
    """What holds for every file of one reading."""

    root: Path
    """What places are relative to."""
    unsaid: Origin
    """What an interaction is worth of which nothing says it."""
    budget: DecodingBudget
    """What the coded bodies of the whole run may come to."""

    def where(self, path: Path) -> str:
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return os.fsencode(shown.as_posix()).decode(errors="replace")


def read_evidence(
    path: Path,
    *,
    root: Path | None = None,
    unsaid: Origin = Origin.RECORDED,
    budget: DecodingBudget | None = None,
) -> Evidence:
    """All interactions of a file, or of all files in a folder and below, by path.

    ``where`` is relative to ``root``: by default the folder, or the file's
    folder.  Not read in a folder: manifests, READMEs and whatever is hidden; a
    link to another folder is not followed, and a problem where it leads out of
    this one.  Beside a
    ``manifest.toml`` only what it lists, unchanged, is evidence.  A format is
    told by content; interactions are what a manifest, an entry or its file, in
    this order, says they are, and ``unsaid`` where nothing does: a bare body
    never tells.  ``budget`` is what may be decoded in the run this belongs to.
    Never raises for what stands in files: see :class:`Problem`.
    """
    top = path if path.is_dir() else path.parent
    reader = _Reader(root or top, unsaid, budget or DecodingBudget.of_run())
    if path.is_dir():
        found = tuple(_folder(path, reader))
    else:
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
        yield from _linked_away(Path(parent), folders, folder, reader)
        names = sorted(name for name in files if is_evidence(name))
        empty = empty and not names and MANIFEST not in files
        yield from _beside_manifest(Path(parent), names, reader, complete=True)
    for error in closed:
        where = reader.where(Path(str(error.filename)))
        yield Problem(where, f"cannot be read: {error.strerror or error}")
    if empty and not closed:
        yield Problem(reader.where(folder), "no evidence in this folder")


def _linked_away(parent: Path, names: list[str], top: Path, reader: _Reader) -> Iterator[Problem]:
    """Links to folders outside ``top``: what lies inside is found at its real place."""
    for link in (path for name in names if (path := parent / name).is_symlink()):
        if not link.resolve().is_relative_to(top.resolve()):
            message = "a link to another folder, which is not followed: name that folder itself"
            yield Problem(reader.where(link), message)


def _beside_manifest(
    folder: Path, names: list[str], reader: _Reader, *, complete: bool
) -> Iterator[Found]:
    """The files of one folder, judged by its manifest when it has one.

    ``complete``: ``names`` are all there are, so whatever else is listed is missing.
    """
    manifest = None
    if os.path.lexists(folder / MANIFEST):
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
    entries = _Entries(form, where, listed, said, reader)
    n = -1
    for n, raw in enumerate(raw_entries):
        yield from entries.read(raw, n)
    if n < 0:
        yield Problem(where, f"holds no interactions ({form.name})")
    yield from entries.left_out()


@dataclass(slots=True)
class _Entries:
    """The entries of one file, whose coded bodies share one budget."""

    form: Format
    file: str
    listed: Provenance
    """What the manifest says of them, before they speak for themselves."""
    said: Provenance
    """What the file says of them where they do not."""
    reader: _Reader
    _budget: DecodingBudget = field(init=False)
    _over: list[tuple[int, BudgetError]] = field(default_factory=list)
    """Entries whose bodies no budget was left for."""

    def __post_init__(self) -> None:
        self._budget = DecodingBudget.of_file(self.reader.budget)

    def read(self, raw: object, n: int) -> Iterator[Found]:
        """Entry ``n`` as an interaction or a problem; nothing yet for one over the budget."""
        where = f"{self.file}#{n}"
        try:
            entry = self.form.entry(raw, self._budget)
            require_few_values(entry.reply.body)
            require_few_values(entry.request.body if entry.request else b"")
        except BudgetError as error:
            self._over.append((n, error))
            return
        except InputError as error:
            yield Problem(where, str(error), aside=isinstance(error, NoAnswerError))
            return
        known = self.listed.over(entry.provenance).over(self.said)
        yield Interaction(
            request=entry.request,
            reply=entry.reply,
            origin=known.origin or self.reader.unsaid,
            where=where,
            date=known.date or _day_sent(entry),
            note=known.note,
        )

    def left_out(self) -> Iterator[Problem]:
        """One problem for all entries that were over the budget."""
        if self._over:
            first, error = self._over[0]
            count = len(self._over)
            what = "this one is" if count == 1 else f"{count:,} from here on are"
            yield Problem(f"{self.file}#{first}", f"{error}; {what} not checked, the others are")


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
    return read_regular(path, MAX_FILE, too_large="split it into several files")
