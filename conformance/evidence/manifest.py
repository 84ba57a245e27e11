"""The manifest beside a folder of cassettes: what each is worth, and that it is unchanged.

``manifest.toml`` holds one table per cassette, written by hand, and the hashes,
written by :func:`refresh_manifest`, which come last::

    [[cassette]]
    file = "all-cancelled.yaml"
    case = "all-cancelled"          # for test ids; without it the file's stem
    origin = "constructed"          # live, recorded, documented, constructed, sandbox
    date = 2024-12-31
    note = "Which facts it stands on."

    [sha256]
    "all-cancelled.yaml" = "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae"
"""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections import Counter
from pathlib import Path

from msgspec import Struct

from conformance.errors import InputError
from conformance.evidence.parts import EntryError, Provenance, mapping, provenance, sequence, text
from conformance.model.interaction import Origin
from conformance.pages.files import UnreadableFileError, read_regular, write_atomic
from conformance.patterns import regex

MANIFEST = "manifest.toml"
MAX_MANIFEST = 4 * 1024 * 1024
"""Octets of a manifest, which lists a file in about three hundred."""
MAX_CASSETTE = 64 * 1024 * 1024
"""Octets of a file that is hashed."""
_HASHES = regex(r"^\[sha256\][^\S\n]*$", re.MULTILINE)
_RECORDING = regex(r"\.([0-9a-f]{8})\.yaml\Z")
_REFRESH = "when the change is meant: conformance init NAME --refresh"


class ManifestError(InputError):
    """A manifest is absent, broken or contradictory; ``reason`` leaves out its path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path}: {reason}")
        self.reason = reason


class Cassette(Struct, frozen=True, kw_only=True):
    """One file of interactions and what it is worth."""

    file: str
    """Name within the manifest's folder."""
    case: str
    """Short kebab-case name, for test ids."""
    origin: Origin
    date: str
    """ISO 8601: the day of the observation, or the day it was written down."""
    note: str
    sha256: str
    """Lower-case hex digits; empty when the manifest has none yet."""
    docs: str = ""
    """sha256 of the page it was recorded beside; empty when not stated."""

    @property
    def provenance(self) -> Provenance:
        return Provenance(origin=self.origin, date=self.date, note=self.note)


class Manifest(Struct, frozen=True):
    folder: Path
    cassettes: tuple[Cassette, ...]

    def cassette(self, file: str) -> Cassette:
        """The entry of ``file``; :class:`InputError` when there is none."""
        for cassette in self.cassettes:
            if cassette.file == file:
                return cassette
        what = f"not listed in {MANIFEST}, so its worth as evidence is unknown"
        raise InputError(what, hint="add a [[cassette]] with its origin, date and note")

    def verify_file(self, file: str, data: bytes) -> Cassette:
        """The entry of ``file``, if ``data`` is what was hashed; :class:`InputError` if not."""
        cassette = self.cassette(file)
        if not cassette.sha256:
            raise InputError(f"has no sha256 in {MANIFEST}", hint=_REFRESH)
        if sha256(data) != cassette.sha256:
            raise InputError(f"differs from its sha256 in {MANIFEST}", hint=_REFRESH)
        return cassette

    def missing(self) -> tuple[str, ...]:
        """Listed files that are not there."""
        names = (cassette.file for cassette in self.cassettes)
        return tuple(name for name in names if not (self.folder / name).is_file())


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of ``folder``; :class:`ManifestError` when absent, broken or contradictory."""
    return _read_manifest(folder, _load(folder / MANIFEST)[1])


def refresh_manifest(folder: Path) -> tuple[str, ...]:
    """Write the hashes of all listed cassettes, atomically; the names of those whose hash changed.
    Nothing is written when a listed file is missing or a file is not listed."""
    path = folder / MANIFEST
    written, tree = _load(path)
    manifest = _read_manifest(folder, tree)
    listed = {cassette.file for cassette in manifest.cassettes}
    for name in manifest.missing():
        raise ManifestError(path, f"{name} is listed and not there")
    for file in sorted(folder.iterdir()):
        known = file.name in listed or is_leftover(file)
        if file.is_file() and is_evidence(file.name) and not known:
            raise ManifestError(path, f"{file.name} is not listed: say what it is worth first")
    old = {cassette.file: cassette.sha256 for cassette in manifest.cassettes}
    new = {name: sha256(_read_content(path, folder / name)) for name in old}
    found = _HASHES.search(written)
    head = (written[: found.start()] if found else written).rstrip()
    lines = (f'{json.dumps(name, ensure_ascii=False)} = "{value}"' for name, value in new.items())
    refreshed = "\n".join([head, "", "[sha256]", *lines, ""])
    if tomllib.loads(refreshed) != {**tree, "sha256": new}:
        raise ManifestError(path, "the table [sha256] has to come last")
    if refreshed != written:
        write_atomic(path, refreshed.encode())
    return tuple(name for name in old if old[name] != new[name])


def is_evidence(name: str) -> bool:
    """Whether a file of this name is read for interactions: not the manifest, README or hidden."""
    return not (name == MANIFEST or name.startswith(".") or name.upper().startswith("README"))


def recording_name(case: str, data: bytes) -> str:
    """The name of a recording's file holds a hash of its content: at every moment the one manifest
    lists whole files."""
    return f"{case}.{sha256(data)[:8]}.yaml"


def is_leftover(path: Path) -> bool:
    """Whether a file that is not listed is all that an interrupted recording has left behind."""
    named = _RECORDING.search(path.name)
    try:
        return named is not None and sha256(read_regular(path, MAX_CASSETTE))[:8] == named[1]
    except UnreadableFileError:
        return False


def _read_content(manifest: Path, file: Path) -> bytes:
    try:
        return read_regular(file, MAX_CASSETTE)
    except UnreadableFileError as error:
        raise ManifestError(manifest, f"{file.name}: {error}") from None


def _load(path: Path) -> tuple[str, dict[str, object]]:
    try:
        written = read_regular(path, MAX_MANIFEST, follow=False).decode()
        return written, tomllib.loads(written)
    except UnreadableFileError as error:
        raise ManifestError(path, str(error)) from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ManifestError(path, f"not TOML: {error}") from None


def _read_manifest(folder: Path, tree: dict[str, object]) -> Manifest:
    try:
        hashes = mapping(tree.get("sha256", {}), "sha256")
        tables = sequence(tree.get("cassette"), "cassette")
        cassettes = tuple(_read_cassette(table, n, hashes) for n, table in enumerate(tables))
        for name, times in Counter(cassette.file for cassette in cassettes).items():
            if times > 1:
                raise EntryError(f"{name} is listed twice")
        return Manifest(folder, cassettes)
    except EntryError as error:
        raise ManifestError(folder / MANIFEST, str(error)) from None


def _read_cassette(table: object, n: int, hashes: dict[str, object]) -> Cassette:
    at = f"cassette[{n}]"
    entry = mapping(table, at)
    file = text(entry.get("file"), f"{at}.file")
    if not file or Path(file).name != file:
        raise EntryError(f"{at}.file is {file[:60]!r}, not the name of a file in this folder")
    stated = provenance(entry)
    if stated.origin is None:
        raise EntryError(f"{file} has no origin")
    return Cassette(
        file=file,
        case=text(entry.get("case", Path(file).stem), f"{at}.case"),
        origin=stated.origin,
        date=stated.date,
        note=stated.note,
        sha256=text(hashes.get(file, ""), f"sha256[{file!r}]").lower(),
        docs=text(entry.get("docs", ""), f"{at}.docs"),
    )
