"""An evidence file to a tree, by what it is and not by name; trees to requests and replies."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from datetime import date, datetime
from email.utils import parsedate_to_datetime
from typing import Final, Literal
from urllib.parse import urlsplit

from msgspec import Struct

from conformance.errors import InputError
from conformance.evidence.body import JsonError, load_json, require_few_values
from conformance.evidence.coding import DecodingBudget, to_utf8
from conformance.evidence.urls import split_plain
from conformance.model.interaction import (
    Headers,
    Origin,
    Reply,
    Request,
    header_value,
    media_type_of,
)
from conformance.patterns import regex

BOM = b"\xef\xbb\xbf"
MAX_FILE_VALUES = 8_000_000
"""Values of a JSON file, those of bodies that stand in it as text included."""


class UnreadableError(InputError):
    """The file is neither JSON, nor JSON lines, nor YAML, or breaks off within one of them."""


class UnknownSyntaxError(UnreadableError):
    """Nothing in the file says what it is meant to be."""


class EvidenceFile(Struct, frozen=True):
    """An evidence file once its syntax is known."""

    data: bytes
    """The file, octet for octet."""
    syntax: Literal["json", "lines", "yaml", "flows", "messages"]
    tree: object
    """The value; for ``lines`` the tuple of lines that are not blank, each JSON or broken."""


_CASSETTE = regex(rb"^(?:---|version:|interactions:|http_interactions:)", re.MULTILINE)
_FLOW = regex(rb"[0-9]{1,9}:[0-9]{1,9}:[a-z_]{1,40};")
"""How a tnetstring begins that is a mapping."""
REQUESTED = regex(
    rb"^([A-Z]{3,10}) ((?:https?://|/)[^\s]{1,8000})(?: HTTP/[0-9.]{1,3})?[ \t\r]*$", re.MULTILINE
)
ANSWERED = regex(rb"^HTTP/[0-9.]{1,3} ([1-5][0-9]{2})\b[^\n]{0,200}$", re.MULTILINE)
"""The first lines of a request and of its answer (RFC 9112)."""
_MESSAGE = regex(rb"(?:[ \t]*(?:(?:#|//|@)[^\n]*)?\r?\n)*+[A-Z]{3,10} (?:https?://|/)\S")
_HEAD = 4096


def parse(data: bytes) -> EvidenceFile:
    """The file as JSON, JSON lines, YAML, flows or messages.  A byte order mark before the whole is
    ignored, as HAR 1.2 asks for.  Raises UnreadableError: none of these; InputError: too many
    values."""
    text = data.removeprefix(BOM)
    if not text.strip():
        raise UnreadableError("the file is empty")
    require_few_values(text, MAX_FILE_VALUES)
    try:
        return EvidenceFile(data, "json", load_json(text))
    except JsonError as error:
        if _FLOW.match(data):
            return EvidenceFile(data, "flows", None)
        lines = tuple(line for line in map(bytes.strip, text.split(b"\n")) if line)
        if len(lines) > 1 and any(map(is_record, lines[:2])):
            return EvidenceFile(data, "lines", lines)
        if text.lstrip()[:1] in (b"{", b"[") or error.reason.startswith("the text is UTF"):
            raise UnreadableError(str(error)) from None
        if _MESSAGE.match(text[:_HEAD]) and ANSWERED.search(text):
            return EvidenceFile(text, "messages", None)
        return EvidenceFile(data, "yaml", _read_yaml(text))


def is_record(line: bytes) -> bool:
    """Whether a line is an object or array of its own, and the file so not one value cut short."""
    try:
        return line[:1] in (b"{", b"[") and isinstance(load_json(line), dict | list)
    except JsonError:
        return False


def _read_yaml(text: bytes) -> object:
    from conformance.evidence.yaml_source import YamlError, load_yaml

    try:
        return load_yaml(text)
    except YamlError as error:
        if _CASSETTE.search(text[:_HEAD]):
            raise UnreadableError(f"not YAML: {error}") from None
        raise UnknownSyntaxError(f"neither JSON nor YAML; as YAML: {error}") from None


class EntryError(InputError):
    """One entry, or the frame around all of them, is not what its format promises."""


class NoAnswerError(EntryError):
    """A sound entry that is no HTTP answer: a socket, inline data, a request that was aborted."""


class Provenance(Struct, frozen=True, kw_only=True):
    """Where evidence comes from, as far as one source states it."""

    origin: Origin | None = None
    date: str = ""
    """ISO 8601 date; empty when not stated."""
    note: str = ""

    def over(self, other: Provenance) -> Provenance:
        """This, with what it does not state taken from ``other``."""
        if NO_PROVENANCE in (self, other):
            return self if other == NO_PROVENANCE else other
        origin, date = self.origin or other.origin, self.date or other.date
        return Provenance(origin=origin, date=date, note=self.note or other.note)


NO_PROVENANCE: Final = Provenance()


class Entry(Struct, frozen=True, kw_only=True):
    """An interaction as its file has it; where it stands is the reader's to add."""

    reply: Reply
    request: Request | None = None
    provenance: Provenance = Provenance()


class PlainExchange(Struct, gc=False):
    """What an entry is almost always, as its text has it: nothing is decoded, sorted or checked, so
    that it can be looked at before any of that is done."""

    method: str
    url: str
    asked: Headers
    """Header fields of the request."""
    sent: bytes
    status: int
    answered: Headers
    body: bytes
    day: str
    """When the entry states that it was; empty where it does not."""

    def request(self) -> Request:
        """The request made sure of; raises InputError."""
        require_few_values(self.sent)
        return request(self.method, self.url, _sort_headers(self.asked), self.sent)

    def media_type(self) -> str:
        """That of the response; what is JSON as it stands has neither coding nor charset."""
        return media_type_of(header_value(self.answered, "content-type").partition("\n")[0])

    def observed_on(self) -> str:
        """ISO 8601 date; empty when unknown."""
        return self.day or iso_date(header_value(self.answered, "date").strip())


class Format(Struct, frozen=True):
    """A way to write interactions down, as three functions."""

    name: str
    recognises: Callable[[EvidenceFile], bool]
    """Whether a file looks like this format, sound or not."""
    frame: Callable[[EvidenceFile], tuple[Provenance, Iterable[object]]]
    """What the file says of all its entries, and the entries; :class:`EntryError` if unsound."""
    entry: Callable[[object, DecodingBudget], Entry]
    """One of those entries read, at the cost of the file's budget; InputError if it is unsound."""
    plain: Callable[[object], PlainExchange | None] = lambda _: None
    """The text of one of them as a plain exchange; None where it has to be read with care."""


_KINDS = {
    type(None): "missing", bool: "true or false", int: "a number", float: "a number", str: "text",
    bytes: "octets", list: "a list", dict: "a mapping",
}  # fmt: skip
_UNDONE = frozenset({"transfer-encoding", "content-encoding"})
_METHOD = regex(r"[A-Za-z][A-Za-z_-]{0,31}")
_CALENDAR = regex(r"\d{4}-\d{2}-\d{2}")
_ORIGIN_STATED = regex(r"origin:\s*([a-z]+)\s*[.;,]?\s*", re.IGNORECASE)


def kind_of(value: object) -> str:
    """The value's kind in words a file's author would use."""
    return _KINDS.get(type(value), f"a {type(value).__name__}")


_MEMBER = regex(r"[\w.-]+")
_INFINITE = regex(r'"(?:[^"\\]|\\.)*"|(?P<infinite>Infinity)')


def refused(what: str, value: object, wanted: str, *, hint: str = "") -> EntryError:
    """The error of an entry whose ``what`` is missing, or is not what it should be."""
    if value is None:
        return EntryError(f"has no `{what}`" if _MEMBER.fullmatch(what) else f"{what} is missing")
    return EntryError(f"{what} is {kind_of(value)}, not {wanted}", hint=hint)


def mapping(value: object, what: str) -> dict[str, object]:
    if isinstance(value, dict):
        return value
    raise refused(what, value, "a mapping")


def sequence(value: object, what: str) -> list[object]:
    if isinstance(value, list):
        return value
    raise refused(what, value, "a list")


def text(value: object, what: str) -> str:
    if isinstance(value, str):
        return value
    raise refused(what, value, "text", hint="put it in quotes")


def word(value: object) -> str:
    """Text as it is, and nothing for any other value: for what may be stated and need not be."""
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


def octets_of_json(value: object, what: str) -> bytes:
    """A body given as text or not at all; any other JSON value as compact text, in which a number
    too large for a double stays so."""
    if value is None or isinstance(value, str):
        return octets(value, what)
    try:
        compact = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _INFINITE.sub(lambda hit: "1e999" if hit["infinite"] else hit[0], compact).encode()
    except RecursionError:
        raise EntryError("a body nested too deeply to be written out") from None


def get_first(items: object) -> object:
    """The first of a list; None of anything else."""
    return items[0] if isinstance(items, list) and items else None


def has_response(value: object, member: str) -> bool:
    """Whether a mapping has a request, and a response with a mapping called ``member``."""
    answer = value.get("response") if isinstance(value, dict) and "request" in value else None
    return isinstance(answer, dict) and isinstance(answer.get(member), dict)


def headers(value: object, what: str) -> Headers:
    """Header fields sorted by name, repeated ones as they came.  Given as a mapping of name to text
    or texts, as a list of ``{name, value}``, or as pairs. Pseudo-fields of HTTP/2 (``:path``) are
    left out; a value of several lines is several fields, as browsers archive them."""
    if not value and isinstance(value, list | dict | None):
        return ()
    if isinstance(value, dict):
        return _sort_headers(_from_mapping(value, what))
    return _sort_headers(_from_list(value, what))


def _sort_headers(pairs: Iterable[tuple[str, str]]) -> Headers:
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
        if isinstance(item, dict):  # most are as they should be, and need no name for an error
            name, field = item.get("name"), item.get("value")
            if isinstance(name, str) and isinstance(field, str):
                yield name, field
                continue
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
    if split_plain(address) is None:
        try:
            parts = urlsplit(address)
            absolute = parts.scheme in ("http", "https") and bool(parts.hostname)
        except ValueError as error:
            raise EntryError(f"the request's URL is none: {error}") from None
        if parts.scheme and parts.scheme not in ("http", "https"):
            raise NoAnswerError(f"no HTTP request: {address[:80]!r}")
        if not absolute:
            raise EntryError(f"the request's URL is not absolute: {address[:80]!r}")
    in_utf8 = to_utf8(body, header_value(fields, "content-type"))
    return Request(method=verb.upper(), url=address, headers=fields, body=in_utf8)


def reply(
    status: object, fields: Headers, body: bytes, budget: DecodingBudget | None = None
) -> Reply:
    """A reply in UTF-8, its content codings undone and their fields removed; ``budget`` is what its
    file may still come to when decoded."""
    if isinstance(status, bool) or not isinstance(status, int | float):
        raise refused("the response's status", status, "a number")
    if isinstance(status, float):
        raise EntryError(f"the response's status is {status}, not a whole number")
    if not 100 <= status <= 999:
        raise EntryError(f"the response's status is {status}, not three digits")
    codings, kept = "", fields
    if any(name.lower() in _UNDONE for name, _ in fields):
        codings = ",".join(value for name, value in fields if name.lower() == "content-encoding")
        kept = tuple(pair for pair in fields if pair[0].lower() not in _UNDONE)
    decoded = (budget or DecodingBudget.of_file()).decode(body, codings)
    in_utf8 = to_utf8(decoded, header_value(fields, "content-type"))
    return Reply(status=status, headers=kept, body=in_utf8)


def provenance(stated: dict[str, object], *, date_of: object = None) -> Provenance:
    """What a mapping states of itself: ``origin`` or ``_origin``, ``date``, ``note`` or
    ``comment``, which may begin with ``origin: <word>``."""
    note = word(stated.get("note")) or word(stated.get("comment"))
    origin = stated.get("origin", stated.get("_origin"))
    if origin is None and (spoken := _ORIGIN_STATED.match(note)):
        origin, note = spoken[1].lower(), note[spoken.end() :]
    day = own_date(stated.get("date")) or read_recorded_date(date_of)
    return Provenance(origin=_read_origin(origin), date=day, note=" ".join(note.split()))


def own_date(value: object) -> str:
    if value is None or value == "":
        return ""
    if day := iso_date(value):
        return day
    shown = repr(value)[:40] if isinstance(value, str) else kind_of(value)
    raise EntryError(f"date is {shown}, which is no date", hint="write it as 2024-12-31")


def read_recorded_date(value: object) -> str:
    day = iso_date(value)
    if not day and isinstance(value, str) and _CALENDAR.match(value):
        raise EntryError(f"recorded at {value[:40]!r}, which is no date")
    return day


def _read_origin(value: object) -> Origin | None:
    if value is None:
        return None
    name, known = text(value, "origin"), {origin.value: origin for origin in Origin}
    if name not in known:
        raise EntryError(f"origin {name[:40]!r} is not known", hint=f"known: {', '.join(known)}")
    return known[name]


def iso_date(value: object) -> str:
    """``2024-12-31`` from a date, an ISO 8601 or an HTTP date; empty for anything else."""
    if isinstance(value, date):
        return value.isoformat()[:10]
    if not value or not isinstance(value, str):  # most answers in logs have none
        return ""
    for read in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            return read(value).date().isoformat()
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return ""
