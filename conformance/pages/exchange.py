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
    fetch = false                             # optional: captured by hand, the address not asked
    sha256 = "..."                            # of the file's bytes

    [[probe]]
    operation = "DELETE /v1/orders"
    reason = "Cancels an id that cannot exist."
    inputs.id = "random-uuid"

``[auth_details]``, ``[environment]``, ``[live]``, ``[redact]`` and ``[success]`` are documented
in :mod:`conformance.pages.access`, probes in :mod:`conformance.pages.probes`.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import re
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Final, cast, get_args
from urllib.parse import urlsplit

from conformance.errors import InputError
from conformance.model.finding import Severity
from conformance.model.operation import AuthScheme
from conformance.pages.access import (
    AuthDetails,
    Environment,
    LiveAccess,
    auth_details,
    environment,
    live_access,
    redacted_names,
    success_members,
)
from conformance.pages.files import MAX_PAGE, UnreadableFileError, read_regular, walk_folder
from conformance.pages.probes import Probe, read_probe
from conformance.pages.toml_table import Table, read_toml

MANIFEST: Final = "exchange.toml"
KNOWN_DRIFT: Final = "known_drift.toml"

_KEYS: Final = (
    "title", "servers", "auth", "auth_details", "environment", "live", "redact", "success",
    "severity", "rate_limit", "page", "probe",
)  # fmt: skip
_PAGE_KEYS: Final = (
    "path", "language", "url", "retrieved", "etag", "last_modified", "fetch", "sha256",
)  # fmt: skip
_REFRESH_HINT: Final = (
    "pages are kept byte for byte: restore the file, or, if the new text is meant, refresh the hash"
)
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8}){0,3}\Z")
_SHA256: Final = re.compile(r"[0-9a-f]{64}\Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """One stored documentation page in one language."""

    path: str
    """Relative to the exchange's folder, with forward slashes; the page's name everywhere."""
    language: str
    """BCP 47 tag (``en``, ``ko``, ``zh-TW``)."""
    sha256: str
    """Of the file's bytes, 64 lower-case hex digits."""
    url: str = ""
    """Where it was published; empty when the page does not say."""
    retrieved: dt.date | None = None
    """When it was retrieved; None when unknown."""
    etag: str = ""
    """The server's ETag for these bytes (RFC 9110, section 8.8); empty when unknown."""
    last_modified: str = ""
    """The server's Last-Modified, word for word; empty when unknown."""
    fetch: bool = True
    """Whether the page is what its address answers; False for one captured in another way."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most ``count`` requests in ``seconds`` per ``scope`` (``UID``, ``IP``; may be empty)."""

    count: int | float
    seconds: int | float
    scope: str = ""
    operations: tuple[str, ...] = ()
    """``METHOD /path`` of those that share it; empty when all do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """What the manifest of one exchange says."""

    name: str
    """The folder's name."""
    title: str
    root: Path
    """The exchange's folder; page paths are relative to it."""
    pages: tuple[Page, ...]
    """In manifest order; never empty."""
    servers: tuple[str, ...] = ()
    """Base URLs without a trailing slash as the docs name them, which confirms none of them;
    empty when they name none."""
    auth: AuthScheme | None = None
    """None when the docs do not say."""
    rate_limits: tuple[RateLimit, ...] = ()
    probes: tuple[Probe, ...] = ()
    auth_details: AuthDetails = field(default_factory=AuthDetails)
    environment: Environment = field(default_factory=Environment)
    live: LiveAccess = field(default_factory=LiveAccess)
    redacted: tuple[str, ...] = ()
    """Names whose values are secret at this exchange, besides the usual ones."""
    success: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Members of an answer that tell a success where its status does not, and their values then."""
    severity: tuple[tuple[str, Severity], ...] = ()
    """Rule id and what its findings are worth here, in file order."""

    @property
    def known_drift(self) -> Path:
        """Where its accepted findings are listed; the file may be absent."""
        return self.root / KNOWN_DRIFT


def load_exchange(folder: Path) -> Exchange:
    """Read and check ``folder/exchange.toml``.

    Every listed page must be there, inside the folder, and every file there must be
    listed.  The bytes themselves are checked by :func:`read_page`.

    Raises:
        InputError: the manifest is missing, broken, or not true of the folder.
    """
    table = read_toml(folder / MANIFEST, follow=False)
    table.only(*_KEYS)
    scheme = _auth(table)
    exchange = Exchange(
        name=folder.resolve().name,
        title=table.text("title"),
        root=folder,
        pages=_pages(table, folder),
        servers=tuple(_server(table, url) for url in table.texts("servers")),
        auth=scheme,
        rate_limits=tuple(_rate_limit(entry) for entry in table.tables("rate_limit")),
        probes=tuple(read_probe(entry) for entry in table.tables("probe")),
        auth_details=auth_details(table.table("auth_details"), scheme),
        environment=environment(table.table("environment")),
        live=live_access(table.table("live")),
        redacted=redacted_names(table.table("redact")),
        success=success_members(table.table("success")),
        severity=_severity(table.table("severity")),
    )
    _refuse_unlisted(exchange)
    return exchange


def has_manifest(folder: Path) -> bool:
    """Whether ``folder`` is an exchange's; False for one that cannot be looked into.

    Whatever stands in the manifest's place counts: who reads it says what is wrong with it.
    """
    return os.path.lexists(folder / MANIFEST)


def read_page(exchange: Exchange, page: Page) -> bytes:
    """The page's bytes, exactly those its manifest has the hash of.

    Raises:
        InputError: the file is missing, unreadable or changed.
    """
    path = exchange.root / page.path
    content = read_bytes(path)
    actual = hashlib.sha256(content).hexdigest()
    if actual != page.sha256:
        raise InputError(
            f"{path}: sha256 is {actual[:12]}…, {MANIFEST} has {page.sha256[:12]}…",
            hint=_REFRESH_HINT,
        )
    return content


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file that is no larger than a page may be.

    Raises:
        InputError: missing, unreadable, too large, or no regular file.
    """
    if not os.path.lexists(path):
        raise InputError(f"{path}: no such file", hint="restore it or take it off the list")
    try:
        return read_regular(path, MAX_PAGE)
    except UnreadableFileError as error:
        raise InputError(f"{path}: {error}", hint=error.hint or "check the file") from error


def page_path(entry: Table, folder: Path) -> str:
    """The ``path`` of a ``[[page]]`` entry: a regular file that stays inside ``folder``.

    Raises:
        InputError: absolute, climbing, not in plain form, missing, or linked to elsewhere.
    """
    path = entry.text("path")
    parts = path.split("/")
    if "\\" in path or not path.isprintable() or {"", ".", ".."} & set(parts) or ":" in parts[0]:
        hint = "write it relative to the exchange's folder, with '/', without '..'"
        raise entry.error(f"path {path!r} does not name a file in this folder", hint)
    try:
        target = (folder / path).resolve(strict=True)
    except (OSError, RuntimeError) as error:  # RuntimeError: a loop of links, before 3.13
        hint = "restore the file or remove the entry"
        raise entry.error(f"page {path!r} is missing", hint) from error
    if not target.is_relative_to(folder.resolve()):
        raise entry.error(f"page {path!r} is a link out of the folder", "copy the page itself")
    if not target.is_file():
        raise entry.error(f"page {path!r} is not a file", "list each page by itself")
    return path


def _pages(table: Table, folder: Path) -> tuple[Page, ...]:
    pages = tuple(_page(entry, folder) for entry in table.tables("page"))
    if not pages:
        raise table.error("lists no page", "add a [[page]] for each page of the folder")
    seen: set[str] = set()
    for page in pages:
        if page.path in seen:
            raise table.error(f"page {page.path!r} is listed twice", "remove one of the two")
        seen.add(page.path)
    return pages


def _page(entry: Table, folder: Path) -> Page:
    entry.only(*_PAGE_KEYS)
    return Page(
        path=page_path(entry, folder),
        language=_matching(entry, "language", _LANGUAGE, "a language tag such as en or zh-TW"),
        sha256=_matching(entry, "sha256", _SHA256, "64 lower-case hex digits, or refresh"),
        url=_web_url(entry, entry.optional_text("url")),
        retrieved=entry.optional_date("retrieved"),
        etag=entry.optional_text("etag"),
        last_modified=entry.optional_text("last_modified"),
        fetch=entry.flag("fetch", usual=True),
    )


def _rate_limit(entry: Table) -> RateLimit:
    entry.only("count", "seconds", "scope", "operations")
    return RateLimit(
        count=entry.positive("count"),
        seconds=entry.positive("seconds"),
        scope=entry.optional_text("scope"),
        operations=entry.texts("operations"),
    )


def _severity(table: Table) -> tuple[tuple[str, Severity], ...]:
    known = {severity.label: severity for severity in Severity}
    for rule in table.data:
        if table.text(rule) not in known:
            raise table.error(f"{rule!r} is {table.text(rule)!r}", f"write {', '.join(known)}")
    return tuple((rule, known[table.text(rule)]) for rule in table.data)


def _auth(table: Table) -> AuthScheme | None:
    known = get_args(AuthScheme)
    scheme = table.optional_text("auth")
    if scheme and scheme not in known:
        raise table.error(f"'auth' is {scheme!r}", f"known schemes: {', '.join(known)}")
    return cast("AuthScheme", scheme) if scheme else None


def _server(table: Table, url: str) -> str:
    return _web_url(table, url).rstrip("/")


def _web_url(table: Table, url: str) -> str:
    """``url`` itself when it is an absolute http(s) URL without credentials, or empty."""
    if url and not is_web_address(url):
        raise table.error(f"{url!r} is no web address", "write https://host/path")
    return url


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


def _matching(table: Table, key: str, pattern: re.Pattern[str], hint: str) -> str:
    value = table.text(key)
    if not pattern.match(value):
        raise table.error(f"{key!r} is {value!r}", f"write {hint}")
    return value


def _refuse_unlisted(exchange: Exchange) -> None:
    """A file nobody lists would never be read, and nobody would notice."""
    listed = {page.path for page in exchange.pages}
    for entry in sorted(walk_folder(exchange.root), key=lambda entry: entry.name):
        if entry.error:
            raise InputError(
                f"{entry.path}: cannot be read: {entry.error}", hint="check the folder"
            )
        if entry.name not in listed and not _is_furniture(PurePosixPath(entry.name)):
            hint = "add a [[page]] for it or remove the file"
            raise InputError(f"{entry.path}: not listed in {MANIFEST}", hint=hint)


def _is_furniture(path: PurePosixPath) -> bool:
    """Whether a file of an exchange's folder is there for us and not a page of the exchange."""
    own = path.name in (MANIFEST, KNOWN_DRIFT) or path.stem.upper() == "README"
    return own and len(path.parts) == 1
