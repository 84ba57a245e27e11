"""An exchange as data: ``exchange.toml`` beside the pages it lists.

Example::

    title = "Example"
    servers = ["https://api.example.com"]     # where the docs say so
    auth = "api-key"                          # left out when the docs do not say

    [severity]                                # optional: rules taken for more or less grave
    capture-artefact = "info"

    [[rate_limit]]
    count = 2
    seconds = 1
    scope = "UID"                             # optional
    operations = ["DELETE /v1/orders"]        # optional: without it, for all of them

    [[page]]
    path = "en/orders.md"
    language = "en"
    url = "https://docs.example.com/orders"   # optional: where it was published
    retrieved = 2026-01-31                    # optional: when it was retrieved
    etag = '"5f3a"'                           # optional: as the server gave it, to ask
    last_modified = "Sat, 31 Jan 2026 ..."    # optional: whether the page has changed since
    fetch = false                             # optional: captured by hand, never fetched
    sha256 = "..."                            # of the file's bytes

    [[probe]]
    operation = "DELETE /v1/orders"
    reason = "Cancels an id that cannot exist."
    inputs.id = "random-uuid"

``[auth_details]``, ``[environment]``, ``[live]``, ``[redact]``, ``[success]`` and probes are
documented in :mod:`conformance.pages.access`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Annotated, Final
from urllib.parse import urlsplit

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.errors import InputError, UsageError
from conformance.model.finding import Severity
from conformance.model.operation import AuthScheme
from conformance.pages.access import DETAILS, AuthDetails, Environment, LiveAccess, Probe, Redaction
from conformance.pages.files import MAX_PAGE, UnreadableFileError, read_regular, walk_folder
from conformance.pages.staging import put_back
from conformance.pages.strict_toml import (
    Form,
    NotInFile,
    OptionalText,
    Positive,
    entry_error,
    read_toml,
    structure,
)
from conformance.patterns import regex

MANIFEST: Final = "exchange.toml"
KNOWN_DRIFT: Final = "known_drift.toml"

_REFRESH_HINT: Final = (
    "pages are kept byte for byte: restore the file, or, if the new text is meant: "
    "conformance init {name} --refresh"
)
_LANGUAGE: Final = regex(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")


def is_web_address(url: str) -> bool:
    """Whether ``url`` is an absolute http(s) URL as it goes over the wire, without credentials."""
    if not url.isascii() or not url.isprintable() or " " in url:
        return False
    try:
        split = urlsplit(url)
    except ValueError:
        return False
    return bool(split.scheme in ("http", "https") and split.hostname and "@" not in split.netloc)


def is_language(tag: str) -> bool:
    """Whether ``tag`` has the form of a language tag: ``en``, ``zh-TW``."""
    return bool(_LANGUAGE.match(tag))


_ADDRESS: Final = (is_web_address, "https://host/path", ", which is no web address")
_WebAddress = Annotated[str, Form(*_ADDRESS, convert=str.strip, may_be_empty=True)]
_Server = Annotated[str, Form(*_ADDRESS, convert=lambda url: url.rstrip("/"))]
_Language = Annotated[str, Form(is_language, "a language tag such as en or zh-TW")]
_Sha256 = Annotated[
    str, Form(re.compile(r"[0-9a-f]{64}\Z").match, "64 lower-case hex digits, or refresh")
]


class Page(Struct, frozen=True, kw_only=True):
    """One stored documentation page in one language."""

    path: str
    """Relative to the exchange's folder, with forward slashes; the page's name everywhere."""
    language: _Language
    """BCP 47 tag (``en``, ``ko``, ``zh-TW``)."""
    sha256: _Sha256
    """Of the file's bytes, 64 lower-case hex digits."""
    url: _WebAddress = ""
    """Where it was published; empty when the page does not say."""
    retrieved: dt.date | None = None
    """When it was retrieved; None when unknown."""
    etag: OptionalText = ""
    """The server's ETag for these bytes (RFC 9110, section 8.8); empty when unknown."""
    last_modified: OptionalText = ""
    """The server's Last-Modified, word for word; empty when unknown."""
    fetch: bool = True
    """Whether the page is what its address answers; False for one captured in another way."""


class ConfiguredRateLimit(Struct, frozen=True, kw_only=True):
    """At most ``count`` requests in ``seconds`` per ``scope`` (``UID``, ``IP``; may be empty)."""

    count: Positive
    seconds: Positive
    scope: OptionalText = ""
    operations: tuple[str, ...] = ()
    """``METHOD /path`` of those that share it; empty when all do."""


class Exchange(Struct, frozen=True, kw_only=True):
    """What the manifest of one exchange says."""

    title: str
    pages: tuple[Page, ...] = field(default=(), name="page")
    """In manifest order; never empty."""
    name: NotInFile[str] = ""
    root: NotInFile[Path] = Path()
    """The exchange's folder; page paths are relative to it."""
    servers: tuple[_Server, ...] = ()
    """Base URLs as the docs name them, without a trailing slash; unconfirmed."""
    auth: AuthScheme | None = None
    """None when the docs do not say."""
    rate_limits: tuple[ConfiguredRateLimit, ...] = field(default=(), name="rate_limit")
    probes: tuple[Probe, ...] = field(default=(), name="probe")
    auth_details: AuthDetails = AuthDetails()
    environment: Environment = Environment()
    live: LiveAccess = LiveAccess()
    redact: Redaction = Redaction()
    success: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Members of an answer that mark a success where its status does not, and their values then."""
    severity: tuple[tuple[str, Severity], ...] = ()
    """Rule id and what its findings are worth here, in file order."""

    def refusals(self) -> Iterator[tuple[str, str]]:
        """What the manifest as a whole gets wrong, and what to do about it."""
        if not self.pages:
            yield "lists no page", "add a [[page]] for each page of the folder"
        for path, count in Counter(page.path for page in self.pages).items():
            if count > 1:
                yield f"page {path!r} is listed twice", "remove one of the two"

    @property
    def page_files(self) -> list[tuple[str, Path]]:
        """What each page is called in findings, and the file it is."""
        return [(page.path, self.root / page.path) for page in self.pages]


def load_exchange(folder: Path) -> Exchange:
    """Read and check ``folder/exchange.toml``: pages and files have to match; :func:`read_page`
    checks their bytes.  Raises InputError: missing, broken, or not true of the folder."""
    path = folder / MANIFEST
    table = read_toml(path, follow=False)
    read = structure(Exchange, table, path)
    exchange = replace(read, name=folder.resolve().name, root=folder)
    for key in table.get("auth_details", {}):
        known = DETAILS.get(exchange.auth or "", ())
        if key not in known:
            hint = f"known with this auth: {', '.join(known) or 'none'}"
            raise InputError(f"{path}, [auth_details]: unknown key {key!r}", hint=hint)
    for number, page in enumerate(exchange.pages):
        require_inside(folder, page.path, number)
    listed = {page.path for page in exchange.pages}  # others would never be read, unnoticed
    for entry in sorted(walk_folder(exchange.root), key=lambda entry: entry.name):
        if entry.error:
            hint = "check the folder"
            raise InputError(f"{entry.path}: cannot be read: {entry.error}", hint=hint)
        if entry.name not in listed and not _is_furniture(PurePosixPath(entry.name)):
            hint = "add a [[page]] for it or remove the file"
            raise InputError(f"{entry.path}: not listed in {MANIFEST}", hint=hint)
    return exchange


def has_manifest(folder: Path) -> bool:
    """Whether ``folder`` has something in a manifest's place; reading it says what is wrong with
    it."""
    return os.path.lexists(folder / MANIFEST)


def read_page(exchange: Exchange, page: Page) -> bytes:
    """The page's bytes.  Raises InputError: missing, unreadable or not those of the manifest's
    hash."""
    path = exchange.root / page.path
    content = read_bytes(path)
    actual = hashlib.sha256(content).hexdigest()
    if actual != page.sha256:
        what = f"{path}: sha256 is {actual[:12]}…, {MANIFEST} has {page.sha256[:12]}…"
        raise InputError(what, hint=_REFRESH_HINT.format(name=exchange.name))
    return content


def read_bytes(path: Path) -> bytes:
    """The bytes of a page's file.  Raises InputError: missing, unreadable, too large, or no regular
    file."""
    if not os.path.lexists(path):
        raise InputError(f"{path}: no such file", hint="correct the path, or restore the file")
    try:
        return read_regular(path, MAX_PAGE)
    except UnreadableFileError as error:
        raise InputError(f"{path}: {error}", hint=error.hint or "check the file") from error


def read_listed_paths(folder: Path) -> tuple[str, ...]:
    """The paths of a manifest of which nothing else need be right.  Raises InputError."""
    path = folder / MANIFEST
    tables = read_toml(path, follow=False).get("page", [])
    is_listed = isinstance(tables, list) and all(isinstance(table, dict) for table in tables)
    paths = [{k: v for k, v in t.items() if k == "path"} for t in tables] if is_listed else tables
    listing = structure(_PathListing, {"page": paths}, path)
    return tuple(entry.path for entry in listing.page)


class _PathEntry(Struct, frozen=True):
    path: str


class _PathListing(Struct, frozen=True):
    page: tuple[_PathEntry, ...]


def require_inside(folder: Path, path: str, number: int) -> None:
    """Raises InputError: ``path`` is not in plain form, missing, or no regular file inside
    ``folder``."""

    def error(what: str, hint: str) -> InputError:
        return entry_error(folder / MANIFEST, "page", number, what, hint)

    parts = path.split("/")
    if "\\" in path or not path.isprintable() or {"", ".", ".."} & set(parts) or ":" in parts[0]:
        hint = "write it relative to the exchange's folder, with '/', without '..'"
        raise error(f"path {path!r} does not name a file in this folder", hint)
    try:
        target = (folder / path).resolve(strict=True)
    except (OSError, RuntimeError) as reason:  # RuntimeError: a loop of links, before 3.13
        hint = "restore the file or remove the entry"
        raise error(f"page {path!r} is missing", hint) from reason
    if not target.is_relative_to(folder.resolve()):
        raise error(f"page {path!r} is a link out of the folder", "copy the page itself")
    if not target.is_file():
        raise error(f"page {path!r} is not a file", "list each page by itself")


def _is_furniture(path: PurePosixPath) -> bool:
    own = path.name in (MANIFEST, KNOWN_DRIFT) or path.stem.upper() == "README"
    return own and len(path.parts) == 1


SNAPSHOT: Final = "docs_snapshot"


def find_root(start: Path | None = None) -> Path:
    """The folder that holds ``docs_snapshot/``: ``start``, the one around it, or the nearest of the
    current folder and its parents.  Raises UsageError: there is none."""
    if start is not None:
        if (start / SNAPSHOT).is_dir():
            return start
        if start.is_dir() and start.resolve().name == SNAPSHOT:
            return start.resolve().parent
        hint = f"name the folder with {SNAPSHOT}/ in it"
        raise UsageError(f"{start}: holds no {SNAPSHOT}/", hint=hint)
    here = Path.cwd()
    for folder in (here, *here.parents):
        if (folder / SNAPSHOT).is_dir():
            return folder
    hint = "go to the project's folder, or name it with --docs-root"
    raise UsageError(f"{here}: no {SNAPSHOT}/ here or in any parent folder", hint=hint)


def find_known_exchanges(root: Path) -> tuple[str, ...]:
    """Names of the exchanges under ``root/docs_snapshot``, sorted; one that a killed run moved away
    is put back first.  Raises InputError: a folder cannot be read or has files and no manifest;
    UsageError: another run is replacing an exchange."""
    folder = root / SNAPSHOT
    put_back(folder)
    try:
        return tuple(path.name for path in sorted(filter(_is_exchange, folder.iterdir())))
    except OSError as error:
        what = f"{folder}: cannot be read: {error.strerror}"
        raise InputError(what, hint="check the folder") from error


def exchange_folder(root: Path, name: str) -> Path:
    """Raises UsageError: there is no such exchange; the message lists those there are."""
    names = find_known_exchanges(root)
    if name not in names:
        known = ", ".join(names) or "none"
        raise UsageError(f"unknown exchange {name!r}", hint=f"known in {root / SNAPSHOT}: {known}")
    return root / SNAPSHOT / name


def _is_exchange(folder: Path) -> bool:
    if folder.name.startswith(".") or not folder.is_dir():
        return False
    if has_manifest(folder):
        return True
    if any(walk_folder(folder)):
        hint = f"describe the exchange in {folder / MANIFEST} or move the folder away"
        raise InputError(f"{folder}: pages without {MANIFEST}", hint=hint)
    return False
