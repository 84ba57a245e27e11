"""Untyped trees to requests and replies, for every format alike."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import TypeAlias
from urllib.parse import urlsplit

from conformance.evidence.coding import DecodingBudget, to_utf8
from conformance.evidence.source import EntryError, NoAnswerError, Provenance
from conformance.evidence.urls import PLAIN_URL
from conformance.model.interaction import Origin, Reply, Request

Headers: TypeAlias = tuple[tuple[str, str], ...]

_KINDS = {
    type(None): "missing",
    bool: "true or false",
    int: "a number",
    float: "a number",
    str: "text",
    bytes: "octets",
    list: "a list",
    dict: "a mapping",
}
_UNDONE = frozenset({"transfer-encoding", "content-encoding"})
_METHOD = re.compile(r"[A-Za-z][A-Za-z_-]{0,31}")
_CALENDAR = re.compile(r"\d{4}-\d{2}-\d{2}")
_ORIGIN_SAID = re.compile(r"origin:\s*([a-z]+)\s*[.;,]?\s*", re.IGNORECASE)


def kind_of(value: object) -> str:
    """The value's kind in words a file's author would use."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")


def mapping(value: object, what: str) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise EntryError(f"{what} is {kind_of(value)}, not a mapping")


def sequence(value: object, what: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise EntryError(f"{what} is {kind_of(value)}, not a list")


def text(value: object, what: str) -> str:
    if isinstance(value, str):
        return value
    raise EntryError(f"{what} is {kind_of(value)}, not text", hint="put it in quotes")


def word(value: object) -> str:
    """Text as it is, and nothing for any other value: for what may be told and need not be."""
    return value if isinstance(value, str) else ""


def octets(value: object, what: str) -> bytes:
    """A body given as text (in UTF-8), as octets or not at all."""
    if value is None:
        return b""
    if isinstance(value, bytes):
        return value
    try:
        return text(value, what).encode()
    except UnicodeEncodeError as error:
        raise EntryError(f"{what} holds a lone surrogate at character {error.start}") from None


def headers(value: object, what: str) -> Headers:
    """Header fields in one order whatever the file's: by name, repeated ones as they came.

    Given as a mapping of name to text or list of texts, as a list of ``{name,
    value}``, or as a list of pairs.  Pseudo-fields of HTTP/2 (``:path``) are left
    out, blanks around a value too; a value of several lines is several fields, as
    browsers write them in archives.
    """
    if not value and isinstance(value, list | dict | None):
        return ()
    pairs = _from_mapping(value, what) if isinstance(value, dict) else _from_list(value, what)
    fields = [
        (name, line.strip())
        for name, value in pairs
        if name[:1] != ":"
        for line in (value.split("\n") if "\n" in value else (value,))
    ]
    if len(fields) > 1:
        fields.sort(key=lambda pair: pair[0].lower())
    return tuple(fields)


def _from_mapping(value: dict[object, object], what: str) -> Iterable[tuple[str, str]]:
    for name, fields in value.items():
        label = text(name, f"a name in {what}")
        for field in fields if isinstance(fields, list) else [fields]:
            yield label, text(field, f"{what}[{label!r}]")


def _from_list(value: object, what: str) -> Iterable[tuple[str, str]]:
    for n, item in enumerate(sequence(value, what)):
        at = f"{what}[{n}]"
        if isinstance(item, list) and len(item) == 2:
            yield text(item[0], at), text(item[1], at)
        else:
            pair = mapping(item, at)
            yield text(pair.get("name"), f"{at}.name"), text(pair.get("value"), f"{at}.value")


def request(method: object, url: object, fields: Headers, body: bytes) -> Request:
    """A request with a method that can be one and an absolute http(s) URL."""
    verb = text(method, "the request's method")
    if not _METHOD.fullmatch(verb):
        raise EntryError(f"the request's method is {verb[:40]!r}")
    address = text(url, "the request's URL")
    if not PLAIN_URL.fullmatch(address):
        _require_absolute(address)
    in_utf8 = to_utf8(body, _content_type(fields))
    return Request(method=verb.upper(), url=address, headers=fields, body=in_utf8)


def _require_absolute(address: str) -> None:
    try:
        parts = urlsplit(address)
        absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
    except ValueError as error:
        raise EntryError(f"the request's URL is none: {error}") from None
    if parts.scheme and parts.scheme not in ("http", "https"):
        raise NoAnswerError(f"no HTTP request: {address[:80]!r}")
    if not absolute:
        raise EntryError(f"the request's URL is not absolute: {address[:80]!r}")


def reply(
    status: object, fields: Headers, body: bytes, budget: DecodingBudget | None = None
) -> Reply:
    """A reply in UTF-8, its content codings undone, and without the fields that spoke of them.

    ``budget`` is what its file may still come to when decoded; without one it stands alone.
    """
    if isinstance(status, bool) or not isinstance(status, int | float):
        raise EntryError(f"the response's status is {kind_of(status)}, not a number")
    if isinstance(status, float):
        raise EntryError(f"the response's status is {status}, not a whole number")
    if not 100 <= status <= 999:
        raise EntryError(f"the response's status is {status}, not three digits")
    codings, kept = "", fields
    if any(name.lower() in _UNDONE for name, _ in fields):
        codings = ",".join(value for name, value in fields if name.lower() == "content-encoding")
        kept = tuple(pair for pair in fields if pair[0].lower() not in _UNDONE)
    decoded = (budget or DecodingBudget.of_file()).decode(body, codings)
    return Reply(status=status, headers=kept, body=to_utf8(decoded, _content_type(fields)))


def _content_type(fields: Headers) -> str:
    return next((value for name, value in fields if name.lower() == "content-type"), "")


def provenance(said: dict[str, object], *, date_of: object = None) -> Provenance:
    """What a mapping tells of itself.

    ``origin`` (or ``_origin``, as HAR wants its extensions named), ``date``,
    ``note`` (on one line); a ``comment`` is a note, and may begin with ``origin: <word>``.
    """
    note = word(said.get("note")) or word(said.get("comment"))
    origin = said.get("origin", said.get("_origin"))
    if origin is None and (spoken := _ORIGIN_SAID.match(note)):
        origin, note = spoken[1].lower(), note[spoken.end() :]
    day = _own_date(said.get("date")) or _recorded_date(date_of)
    return Provenance(origin=_origin(origin), date=day, note=" ".join(note.split()))


def _own_date(value: object) -> str:
    """The date that an author wrote; one that is in no calendar is a slip worth a word."""
    if value is None or value == "":
        return ""
    if day := iso_date(value):
        return day
    shown = repr(value)[:40] if isinstance(value, str) else kind_of(value)
    raise EntryError(f"date is {shown}, which is no date", hint="write it as 2024-12-31")


def _recorded_date(value: object) -> str:
    """The date that a recorder wrote, in whatever form; unknown when it is another's."""
    day = iso_date(value)
    if not day and isinstance(value, str) and _CALENDAR.match(value):
        raise EntryError(f"recorded at {value[:40]!r}, which is no date")
    return day


def _origin(value: object) -> Origin | None:
    if value is None:
        return None
    name = text(value, "origin")
    for origin in Origin:
        if origin.value == name:
            return origin
    known = ", ".join(origin.value for origin in Origin)
    raise EntryError(f"origin {name[:40]!r} is not known", hint=f"known: {known}")


def iso_date(value: object) -> str:
    """``2024-12-31`` from a date, an ISO 8601 or an HTTP date; empty for anything else."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if not isinstance(value, str):
        return ""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value).date().isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return ""
