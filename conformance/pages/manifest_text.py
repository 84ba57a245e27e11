"""The text of ``exchange.toml``: what the pages state of the exchange, each fact with its line."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, TypeVar

import tomlkit
from msgspec import Struct
from tomlkit.items import AoT

from conformance.errors import InputError
from conformance.model.operation import Auth, RateLimit
from conformance.model.span import Span
from conformance.pages import exchange
from conformance.pages.access import DETAILS, is_field_name
from conformance.pages.files import write_atomic

Fact = TypeVar("Fact")

_NO_SCHEME: Final = ("none", "unspecified")
_OF_BYTES: Final = ("retrieved", "etag", "last_modified", "sha256")
"""Keys of a page that hold for its bytes and no others."""
_SHOWN: Final = 20
"""Different rate limits that are listed; the pages have them all."""


class ExchangeFacts(Struct, frozen=True, kw_only=True):
    """What operations say that may hold for their exchange as a whole, as often as they say it."""

    servers: tuple[tuple[str, Span], ...] = ()
    auth: tuple[Auth, ...] = ()
    rate_limits: tuple[RateLimit, ...] = ()


def manifest_text(title: str, pages: Iterable[exchange.Page], facts: ExchangeFacts) -> str:
    """The whole file.  What pages state in one way is an entry; where they differ, or a manifest
    has no words for it, comments leave the choice to a person."""
    lines = [
        "# What is known of this exchange.  Entries with a line beside them were read there;",
        "# what the pages do not say is left out.",
        f"title = {_quote(title)}",
        *_render_servers(facts.servers),
        *_render_auth(facts.auth),
        *_render_rate_limits(facts.rate_limits),
    ]
    for page in pages:
        lines += ["", *_render_page(page)]
    return "\n".join(lines) + "\n"


def merge_text(old: str, new: str, *, title: str = "") -> str:
    """``old`` brought up to date with ``new``, the file as the pages alone give it; people's words
    stay.

    All keys, tables and comments of ``old`` stay but pages no longer listed, and what describes the
    bytes of the others.  Raises InputError: its pages are listed in a way that cannot be merged.
    """
    document: Any = tomlkit.parse(old)
    fresh = tomllib.loads(new)
    wanted = tomllib.loads(old)
    listed = {entry["path"]: entry for entry in fresh["page"]}
    wanted |= {key: value for key, value in fresh.items() if key not in wanted}
    wanted["page"] = list(_merge_pages(wanted["page"], listed))
    if title:
        wanted["title"] = document["title"] = title
    rendered: Any = tomlkit.parse(new)
    for key in [key for key in rendered if key not in document]:
        document[key] = rendered[key]
    if isinstance(document["page"], AoT):
        _merge_entries(document["page"], wanted["page"])
    text = tomlkit.dumps(document)
    if tomllib.loads(text) != wanted:
        hint = "list each page once, as a [[page]] of its own"
        raise InputError(f"{exchange.MANIFEST}: its pages cannot be merged", hint=hint)
    return text


def _merge_pages(
    old: Iterable[dict[str, Any]], listed: Mapping[str, dict[str, Any]]
) -> Iterator[dict[str, Any]]:
    known = {str(entry.get("path")): entry for entry in old}
    for path in [path for path in known if path in listed]:
        entry, fresh = known[path], listed[path]
        is_same = entry.get("sha256") == fresh["sha256"]
        kept = {key: value for key, value in entry.items() if is_same or key not in _OF_BYTES}
        yield fresh | kept | {key: value for key, value in fresh.items() if key in _OF_BYTES}
    yield from (entry for path, entry in listed.items() if path not in known)


def _merge_entries(entries: Any, wanted: Sequence[dict[str, Any]]) -> None:
    paths = {entry["path"] for entry in wanted}
    for n in reversed(range(len(entries))):
        if entries[n].get("path") not in paths:
            del entries[n]
    for n, values in enumerate(wanted):
        if n == len(entries):
            entries.append(tomlkit.table())
        for key in [key for key in entries[n] if key not in values]:
            del entries[n][key]
        for key, value in values.items():
            if entries[n].get(key) != value:
                entries[n][key] = value


def renew_text(text: str, renewals: Mapping[str, Mapping[str, object]]) -> str:
    """An ``exchange.toml`` with other values for some keys of some pages, by path; an empty value
    takes the key out.  All else stays."""
    document: Any = tomlkit.parse(text)
    for entry in document.get("page", ()):
        for key, value in renewals.get(str(entry["path"]), {}).items():
            if value:
                entry[key] = value
            else:
                entry.pop(key, None)
    return tomlkit.dumps(document)


def _render_page(page: exchange.Page) -> Iterator[str]:
    yield "[[page]]"
    yield f"path = {_quote(page.path)}"
    yield f"language = {_quote(page.language)}"
    for key in ("url", "etag", "last_modified"):
        if value := getattr(page, key):
            yield f"{key} = {_quote(value)}"
    if page.retrieved:
        yield f"retrieved = {page.retrieved.isoformat()}"
    yield f"sha256 = {_quote(page.sha256)}"


def _render_servers(facts: Sequence[tuple[str, Span]]) -> Iterator[str]:
    places = _group_spans(facts)
    if not places:
        return
    yield "# As the pages name them; nothing is sent there before a person confirms a host:"
    yield "#     [live]"
    yield '#     hosts = ["..."]'
    yield "servers = ["
    for server, spans in places.items():
        mark = "" if exchange.is_web_address(server) else "# "
        yield f"    {mark}{_quote(server)},  # {_cite(spans)}"
    yield "]"


def _render_auth(facts: Sequence[Auth]) -> Iterator[str]:
    places = _group_spans((auth.scheme, auth.span) for auth in facts)
    schemes = [scheme for scheme in places if scheme not in _NO_SCHEME] or list(places)[:1]
    if len(schemes) > 1:
        yield "# The pages name several ways to authenticate; an exchange has one here."
    for scheme, spans in places.items():
        mark = "" if schemes == [scheme] else "# "
        yield f"{mark}auth = {_quote(scheme)}  # {_cite(spans)}"
    if len(schemes) == 1 and "key_header" in DETAILS.get(schemes[0], ()):
        yield from _render_key_header(_group_spans((a.header, a.span) for a in facts if a.header))


def _render_key_header(headers: Mapping[str, Sequence[Span]]) -> Iterator[str]:
    for name, spans in headers.items():
        if len(headers) == 1 and is_field_name(name):
            yield from ("", "[auth_details]", f"key_header = {_quote(name)}  # {_cite(spans)}")


def _render_rate_limits(facts: Sequence[RateLimit]) -> Iterator[str]:
    places = _group_spans(
        ((limit.count, limit.seconds, limit.scope), limit.span) for limit in facts
    )
    if places:
        yield ""
    if len(places) > 1:
        yield "# Operations have rate limits of their own; one that holds for all would be listed:"
    mark = "" if len(places) == 1 else "# "
    for (count, seconds, scope), spans in list(places.items())[:_SHOWN]:
        yield f"{mark}[[rate_limit]]  # {_cite(spans)}"
        yield f"{mark}count = {count}"
        yield f"{mark}seconds = {seconds:g}"
        if scope:
            yield f"{mark}scope = {_quote(scope)}"
    if len(places) > _SHOWN:
        yield f"# ... and {len(places) - _SHOWN} more"


def _group_spans(facts: Iterable[tuple[Fact, Span]]) -> Mapping[Fact, list[Span]]:
    places: dict[Fact, list[Span]] = {}
    for fact, span in facts:
        places.setdefault(fact, []).append(span)
    return places


def _cite(spans: Sequence[Span]) -> str:
    more = f" and {len(spans) - 1} more" if len(spans) > 1 else ""
    return f"{spans[0]}{more}"


def _quote(text: str) -> str:
    """A TOML string; a lone surrogate as its escape in words."""
    plain = text.encode("utf-8", "backslashreplace").decode()
    return tomlkit.item(plain).as_string()


def refresh_manifest(folder: Path) -> tuple[str, ...]:
    """Write the sha256 of every listed page; gives the pages it changed, which lose ``etag`` and
    ``last_modified``.  All else stays; written whole or not at all.  Raises InputError."""
    path = folder / exchange.MANIFEST
    paths = exchange.read_listed_paths(folder)
    for number, name in enumerate(paths):
        exchange.require_inside(folder, name, number)
    contents = ((name, exchange.read_bytes(folder / name)) for name in paths)
    hashes = {name: hashlib.sha256(content).hexdigest() for name, content in contents}
    text = path.read_bytes().decode()  # line ends stay as they are
    listed = tomllib.loads(text)["page"]
    changed = tuple(e["path"] for e in listed if e.get("sha256") != hashes[e["path"]])
    if changed:
        renewals = {n: {"sha256": hashes[n], "etag": "", "last_modified": ""} for n in changed}
        write_atomic(path, renew_text(text, renewals).encode())
    exchange.load_exchange(folder)
    return changed
