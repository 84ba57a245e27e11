"""Interactions from files and folders: one bad entry is one problem, and the rest goes on."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.errors import InputError
from conformance.evidence import parts
from conformance.evidence.body import require_few_values
from conformance.evidence.coding import BudgetError, DecodingBudget
from conformance.evidence.formats import FORMATS, har, ndjson
from conformance.evidence.manifest import (
    MANIFEST,
    MAX_CASSETTE,
    Manifest,
    ManifestError,
    is_evidence,
    is_leftover,
    read_manifest,
)
from conformance.evidence.octets import (
    STDIN,
    LineBlock,
    Octets,
    Segment,
    cut,
    find_blocks,
    open_octets,
    url_of,
)
from conformance.model.interaction import Interaction, Origin, header_value
from conformance.pages.files import read_regular

MAX_WHOLE = MAX_CASSETTE
"""Octets of a file that has to be read whole: neither NDJSON nor HAR, or listed in a manifest."""
_SMALL = 8 * 1024 * 1024
"""Octets of a file that is read whole whatever it is."""

_UNDERSTOOD = "understood: " + ", ".join(form.name for form in FORMATS)


class Problem(Struct, frozen=True):
    """Something that could not be read as evidence."""

    where: str
    """``<file>#<n>`` for an entry, ``<file>`` for a file as a whole."""
    message: str
    aside: bool = False
    """Whether it is no HTTP answer by its nature: a word about it, and no failure."""

    def __str__(self) -> str:
        return f"{self.where}: {self.message}"


class Evidence(Struct, frozen=True):
    """What files hold: every entry is an interaction or a problem, in file order."""

    interactions: tuple[Interaction, ...]
    problems: tuple[Problem, ...]

    @property
    def failures(self) -> tuple[Problem, ...]:
        """The problems that keep the reading from being whole."""
        return tuple(problem for problem in self.problems if not problem.aside)


Found: TypeAlias = Interaction | Problem
Accepts: TypeAlias = Callable[[parts.PlainExchange, Origin], bool]
"""Whether an exchange is done with, so that no interaction has to be made of it."""


class _ReadingContext(Struct, frozen=True):
    """What holds for every file of one reading."""

    root: Path
    default_origin: Origin
    """What an interaction is worth of which nothing says it."""
    budget: DecodingBudget | None
    """What the coded bodies of the whole run may come to; None where they are not kept."""

    def name_place(self, path: Path) -> str:
        if path == STDIN:
            return "stdin"
        shown = path.relative_to(self.root) if path.is_relative_to(self.root) else path
        return os.fsencode(shown.as_posix()).decode(errors="replace")


class EvidencePart(Struct, frozen=True):
    """Evidence that is held in memory at once: a whole file, some entries of one, or a problem."""

    where: str
    reader: _ReadingContext
    content: bytes | Segment | Problem
    manifest: Manifest | None = None
    """What lists it."""

    @property
    def last(self) -> int:
        """The number of its last entry in a file that is read in several parts; 0 for others."""
        content = self.content
        return content.first + len(content.entries) - 1 if isinstance(content, Segment) else 0

    def read(self, accepts: Accepts | None = None) -> Iterator[Found]:
        """Every entry as an interaction or a problem, in file order, but for those that ``accepts``
        is asked about and does."""
        if isinstance(self.content, Problem):
            yield self.content
        elif isinstance(self.content, Segment):
            form = ndjson.FORMAT if self.content.log is None else har.FORMAT
            stated = parts.provenance(self.content.log or {})
            entries = _Entries(form, self.where, parts.NO_PROVENANCE, stated, self.reader)
            asked = accepts if stated == parts.NO_PROVENANCE else None
            yield from entries.read_all(self.content.entries, self.content.first, asked)
        else:
            yield from self._whole(self.content)

    def _whole(self, data: bytes) -> Iterator[Found]:
        try:
            listed = parts.NO_PROVENANCE
            if self.manifest is not None:
                listed = self.manifest.verify_file(Path(self.where).name, data).provenance
            source = parts.parse(data)
            form = _format_of(source)
            stated, raw_entries = form.frame(source)
        except parts.UnknownSyntaxError as error:
            yield Problem(self.where, f"{error} ({_UNDERSTOOD})")
            return
        except InputError as error:
            yield Problem(self.where, str(error))
            return
        found = list(raw_entries)
        if not found:
            yield Problem(self.where, f"holds no interactions ({form.name})")
        yield from _Entries(form, self.where, listed, stated, self.reader).read_all(found, 0)


class EvidenceUnit(Struct, frozen=True):
    """A file of evidence, or a problem in its place."""

    path: Path
    reader: _ReadingContext
    manifest: Manifest | None = None
    """What lists it."""
    problem: Problem | None = None
    lines: LineBlock | None = None
    """Those that are meant, where it is not the whole file."""

    def read(self, accepts: Accepts | None = None) -> Iterator[Found]:
        """Every entry as an interaction or a problem, in file order, as of its parts."""
        for part in self.parts():
            yield from part.read(accepts)

    def parts(self) -> Iterator[EvidencePart]:
        """The file cut into what is held in memory at once: whole, unless it is large."""
        where = self.reader.name_place(self.path)
        if self.problem is not None:
            yield EvidencePart(where, self.reader, self.problem)
            return
        try:
            if self.manifest is not None:
                yield EvidencePart(where, self.reader, read_octets(self.path), self.manifest)
                return
            with open_octets(self.path) as octets:
                cut_by = _iterate_contents if self.lines is None else self.lines.cut
                yield from (EvidencePart(where, self.reader, part) for part in cut_by(octets))
        except InputError as error:
            yield EvidencePart(where, self.reader, Problem(where, str(error)))

    def blocks(self, size: int) -> Iterator[EvidenceUnit]:
        """Itself, or parts of about ``size`` octets of a larger plain file of lines, which is read
        through once to number them."""
        try:
            found: list[LineBlock] = []
            if self.manifest is None and self.problem is None:
                with open_octets(self.path) as octets:
                    found = list(find_blocks(octets, size)) if octets.is_plain else []
        except InputError:  # said by whoever reads it
            found = []
        yield from (replace(self, lines=lines) for lines in found)
        if not found:
            yield self


def _iterate_contents(octets: Octets) -> Iterator[bytes | Segment]:
    head = octets.read(_SMALL)
    if len(head) == _SMALL and (segments := cut(head, octets.read)) is not None:
        yield from segments
        return
    data = head + octets.read(MAX_WHOLE + 1 - len(head))
    if len(data) > MAX_WHOLE:
        raise InputError(f"larger than {MAX_WHOLE:,} octets", hint="split it into several files")
    yield data


def read_evidence(
    path: Path,
    *,
    root: Path | None = None,
    default_origin: Origin = Origin.RECORDED,
    budget: DecodingBudget | None = None,
) -> Evidence:
    """All interactions of a file, or of all files in a folder and below, by path.

    ``where`` is relative to ``root``: by default the folder, or the file's folder.  Manifests,
    READMEs and hidden files are not read, links to other folders not followed.  Beside a
    ``manifest.toml`` only what it lists, unchanged, is evidence.  The content decides the format.
    Origin, date and note are what manifest, entry or file (in this order) state, the origin else
    ``default_origin``.  Never raises for what stands in files: see :class:`Problem`.
    """
    units = find_units(path, root, default_origin, budget or DecodingBudget.of_run())
    found = tuple(item for unit in units for item in unit.read())
    return Evidence(
        interactions=tuple(item for item in found if isinstance(item, Interaction)),
        problems=tuple(item for item in found if isinstance(item, Problem)),
    )


def find_units(
    path: Path,
    root: Path | None = None,
    default_origin: Origin = Origin.RECORDED,
    budget: DecodingBudget | None = None,
) -> Iterator[EvidenceUnit]:
    """The evidence of a file, a folder, standard input or a URL, in parts that are read one by one;
    without a ``budget`` each part has its own."""
    top = path if path.is_dir() else path.parent
    reader = _ReadingContext(root or top, default_origin, budget)
    if path == STDIN or url_of(path):
        yield EvidenceUnit(path, reader)
    elif path.is_dir():
        empty = True
        closed: list[OSError] = []
        for parent, folders, files in os.walk(path, onerror=closed.append):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            yield from _report_linked_away(Path(parent), folders, path, reader)
            names = sorted(name for name in files if is_evidence(name))
            empty = empty and not names and MANIFEST not in files
            yield from _read_beside_manifest(Path(parent), names, reader, complete=True)
        for error in closed:
            message = f"cannot be read: {error.strerror or error}"
            yield _report_trouble(reader, Path(str(error.filename)), message)
        if empty and not closed:
            yield _report_trouble(reader, path, "no evidence in this folder")
    else:
        yield from _read_beside_manifest(path.parent, [path.name], reader, complete=False)


def _report_linked_away(
    parent: Path, names: list[str], top: Path, reader: _ReadingContext
) -> Iterator[EvidenceUnit]:
    for link in (path for name in names if (path := parent / name).is_symlink()):
        if not link.resolve().is_relative_to(top.resolve()):
            message = "a link to another folder, which is not followed: name that folder itself"
            yield _report_trouble(reader, link, message)


def _report_trouble(reader: _ReadingContext, path: Path, message: str) -> EvidenceUnit:
    return EvidenceUnit(path, reader, problem=Problem(reader.name_place(path), message))


def _read_beside_manifest(
    folder: Path, names: list[str], reader: _ReadingContext, *, complete: bool
) -> Iterator[EvidenceUnit]:
    """The files of one folder, judged by its manifest, if any.  ``complete``: ``names`` are all
    there are, so whatever else is listed is missing."""
    manifest = None
    if os.path.lexists(folder / MANIFEST):
        try:
            manifest = read_manifest(folder)
        except ManifestError as error:
            message = f"{error.reason}; the cassettes beside it are not read"
            yield _report_trouble(reader, folder / MANIFEST, message)
            return
    listed = {cassette.file for cassette in manifest.cassettes} if manifest else set()
    for name in names:
        if name in listed or not (complete and is_leftover(folder / name)):
            yield EvidenceUnit(folder / name, reader, manifest)
    for name in manifest.missing() if manifest and complete else ():
        yield _report_trouble(reader, folder / name, f"listed in {MANIFEST} and not there")


@dataclass(slots=True)
class _Entries:
    """The entries of one file, whose coded bodies share one budget."""

    form: parts.Format
    file: str
    listed: parts.Provenance
    """What the manifest says of them, before they speak for themselves."""
    stated: parts.Provenance
    """What the file says of them where they do not."""
    reader: _ReadingContext
    _budget: DecodingBudget = field(init=False)
    _over: list[tuple[int, BudgetError]] = field(default_factory=list)
    """Entries whose bodies no budget was left for."""

    def __post_init__(self) -> None:
        self._budget = DecodingBudget.of_file(self.reader.budget)

    def read_all(
        self, raw_entries: Iterable[object], first: int, accepts: Accepts | None = None
    ) -> Iterator[Found]:
        """Entries that follow each other, and one problem for all that are over the budget."""
        plain, origin = self.form.plain, self.reader.default_origin
        for n, raw in enumerate(raw_entries, first):
            if accepts is None or (one := plain(raw)) is None or not accepts(one, origin):
                yield from self.read(raw, n)
        yield from self.report_left_out()

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
            yield Problem(where, str(error), aside=isinstance(error, parts.NoAnswerError))
            return
        known = self.listed.over(entry.provenance).over(self.stated)
        yield Interaction(
            request=entry.request,
            reply=entry.reply,
            origin=known.origin or self.reader.default_origin,
            where=where,
            date=known.date or parts.iso_date(header_value(entry.reply.headers, "date")),
            note=known.note,
        )

    def report_left_out(self) -> Iterator[Problem]:
        """One problem for all entries that were over the budget."""
        if self._over:
            first, error = self._over[0]
            count = len(self._over)
            what = "this one is" if count == 1 else f"{count:,} from here on are"
            yield Problem(f"{self.file}#{first}", f"{error}; {what} not checked, the others are")


def _format_of(source: parts.EvidenceFile) -> parts.Format:
    for form in FORMATS:
        if form.recognises(source):
            return form
    raise InputError("no format that is known", hint=_UNDERSTOOD)


def read_octets(path: Path) -> bytes:
    """The content of a regular file of at most ``MAX_WHOLE``; :class:`InputError` if it is none."""
    return read_regular(path, MAX_WHOLE, too_large="split it into several files")
