"""Interactions as JSON values: one a line (NDJSON), one alone, or an array of them.

The format's own shape, all but ``response.status`` optional::

    {"request": {"method": "GET", "url": "https://host/path?a=b",
                 "headers": {"Accept": "text/html"}, "body": "text"},
     "response": {"status": 200, "headers": {"Content-Type": "application/json"},
                  "body": "text"},
     "origin": "recorded", "date": "2024-12-31", "note": "from where"}

Headers are a mapping of name to text or list of texts, or a list of pairs.  A
body is text, taken as UTF-8; or octets as ``body_base64``; or any other JSON
value, which stands for its compact text (a name it gives twice is lost: of
such a body only its text tells).  A line may as well be an entry of a
HAR or of a cassette, or a line of an access log as Kong writes it and as nginx and Apache are
told to: of these two the names are the configuration's, and the usual ones are known; so is a flat
object of method, url, status and body.  A log that
keeps no bodies shows which operations were asked for, and with what status they were answered.
Any other object or array is a body of its own, with no request, no status and no headers.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Final, TypeAlias

import msgspec
from msgspec import Struct

from conformance.errors import InputError
from conformance.evidence import parts
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.coding import DecodingBudget, from_base64
from conformance.evidence.formats import cassettes, har
from conformance.model.interaction import Reply, Request
from conformance.patterns import regex


def read_bare_entry(raw: object, budget: DecodingBudget) -> parts.Entry:
    """The body, octet for octet, if it is JSON; its status is unknown and therefore 0."""
    del budget  # a bare body has no coding
    if not isinstance(raw, bytes):
        raise parts.EntryError("a body is octets")
    if not isinstance(load_json(raw), dict | list):
        raise parts.EntryError("neither an interaction nor a body: a bare JSON value")
    return parts.Entry(reply=Reply(status=0, body=raw))


BARE = parts.Format(
    "bare JSON body",
    lambda source: source.syntax == "json" and isinstance(source.tree, dict | list),
    lambda source: (parts.Provenance(), (source.data,)),
    read_bare_entry,
)


_REQUEST_LINE: Final = regex(r"([A-Z]{3,10}) (\S+) HTTP/[0-9.]+")
_METHOD: Final = ("request_method", "method", "verb")
_PATH: Final = ("request_uri", "uri", "url", "path")
_QUERY: Final = ("args", "query_string", "query")
_HOST: Final = ("http_host", "host", "server_name", "vhost", "virtual_host")
_STATUS: Final = ("status", "status_code", "response_code")
_DATE: Final = ("time_iso8601", "@timestamp", "timestamp", "time", "date")
_SENT: Final = ("response_body", "resp_body", "body")


def is_log_line(value: object) -> bool:
    """Whether a mapping is such a line: a status and a request line, or what makes one up."""
    if not isinstance(value, dict):
        return False
    if isinstance(value.get("latencies"), dict):  # Kong
        return isinstance(value.get("request"), dict) and isinstance(value.get("response"), dict)
    if "response" in value or not _read_status(value):
        return False
    _, path = _read_requested(value) or ("", "")
    return "://" in path or bool(path and _find_first(value, _HOST))


def log_entry(raw: object, budget: DecodingBudget) -> parts.Entry:
    """The request, the status, and the body where the log keeps it."""
    line = parts.mapping(raw, "the line")
    if "latencies" in line:
        return _read_kong(line, budget)
    method, path = _read_requested(line) or ("", "")
    query = _find_first(line, _QUERY).removeprefix("?")
    if query and "?" not in path:
        path = f"{path}?{query}"
    scheme = "http" if line.get("scheme") == "http" else "https"
    url = path if "://" in path else f"{scheme}://{_find_first(line, _HOST)}{path}"
    asked = parts.octets(line.get("request_body"), "request_body")
    body = next((line[name] for name in _SENT if line.get(name)), None)
    return parts.Entry(
        request=parts.request(method, url, (), asked),
        reply=_read_logged_reply(_read_status(line), (), body, budget),
        provenance=parts.Provenance(date=parts.iso_date(_find_first(line, _DATE))),
    )


def _read_kong(line: dict[str, object], budget: DecodingBudget) -> parts.Entry:
    asked = parts.mapping(line["request"], "request")
    answer = parts.mapping(line["response"], "response")
    fields = parts.headers(answer.get("headers"), "response.headers")
    sent = parts.octets(asked.get("body"), "request.body")
    asked_fields = parts.headers(asked.get("headers"), "request")
    return parts.Entry(
        request=parts.request(asked.get("method"), asked.get("url"), asked_fields, sent),
        reply=_read_logged_reply(answer.get("status"), fields, answer.get("body"), budget),
    )


def _read_logged_reply(
    status: object, fields: tuple[tuple[str, str], ...], body: object, budget: DecodingBudget
) -> Reply:
    if body is not None:
        return parts.reply(status, fields, parts.octets_of_json(body, "the body"), budget)
    made = parts.reply(status, fields, b"")
    return Reply(status=made.status, headers=made.headers, is_kept=False)


def _read_requested(line: dict[str, object]) -> tuple[str, str] | tuple[()]:
    if found := _REQUEST_LINE.fullmatch(parts.word(line.get("request"))):
        return found[1], found[2]
    method, path = _find_first(line, _METHOD), _find_first(line, _PATH)
    return (method, path) if method.isupper() and path.startswith(("/", "http")) else ()


def _read_status(line: dict[str, object]) -> int:
    found = next((line[name] for name in _STATUS if name in line), None)
    text = str(found) if isinstance(found, int | str) and not isinstance(found, bool) else ""
    return int(text) if re.fullmatch("[1-9][0-9]{2}", text) else 0


def _find_first(line: dict[str, object], names: tuple[str, ...]) -> str:
    return next((found for name in names if (found := parts.word(line.get(name)))), "")


def is_entry(value: object) -> bool:
    """A body may have a member ``response`` too; an interaction has a request, or a status."""
    if not (isinstance(value, dict) and isinstance(answer := value.get("response"), dict)):
        return False
    return isinstance(value.get("request"), dict) or answer.get("status") in range(100, 1000)


def recognises(source: parts.EvidenceFile) -> bool:
    first = parts.get_first(source.tree) or source.tree
    alone = source.syntax == "json" and any(recognised(first) for recognised, _ in SHAPES)
    return alone or source.syntax == "lines"


def frame(source: parts.EvidenceFile) -> tuple[parts.Provenance, Iterable[object]]:
    tree = source.tree
    return parts.Provenance(), tree if isinstance(tree, list | tuple) else (tree,)


def entry(raw: object, budget: DecodingBudget) -> parts.Entry:
    """One value, or one line that is yet to be parsed, by the first shape that knows it."""
    value = raw
    if isinstance(raw, bytes):
        try:
            value = load_json(raw)
        except JsonError as error:
            reason = f"not JSON at column {error.column} of its line: {error.reason}"
            raise parts.EntryError(reason) from None
    for recognised, read in SHAPES:
        if recognised(value):
            return read(value, budget)
    whole = raw if isinstance(raw, bytes) else parts.octets_of_json(raw, "the body")
    return read_bare_entry(whole, budget)


def _own_shape(raw: object, budget: DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the interaction")
    answer = parts.mapping(item.get("response"), "response")
    fields = parts.headers(answer.get("headers"), "response.headers")
    asked = item.get("request")
    return parts.Entry(
        request=None if asked is None else _read_request(parts.mapping(asked, "request")),
        reply=parts.reply(answer.get("status"), fields, _read_body(answer, "response"), budget),
        provenance=parts.provenance(item),
    )


def _read_request(asked: dict[str, object]) -> Request:
    fields = parts.headers(asked.get("headers"), "request.headers")
    url = asked.get("url", asked.get("uri"))
    return parts.request(asked.get("method", "GET"), url, fields, _read_body(asked, "request"))


def _read_body(holder: dict[str, object], what: str) -> bytes:
    if "body_base64" in holder:
        return from_base64(parts.text(holder["body_base64"], f"{what}.body_base64"))
    return parts.octets_of_json(holder.get("body"), f"{what}.body")


Shape: TypeAlias = tuple[Callable[[object], bool], Callable[[object, DecodingBudget], parts.Entry]]

SHAPES: tuple[Shape, ...] = (
    (is_log_line, log_entry),
    (har.is_entry, har.entry),
    (cassettes.is_entry, cassettes.entry),
    (is_entry, _own_shape),
)
"""What an object may be, asked in this order."""


_NOTHING: Final = msgspec.Raw(b"null")


class _LineRequest(Struct, gc=False):
    url: str
    method: str = "GET"
    headers: dict[str, str] = {}
    body: msgspec.Raw = _NOTHING
    body_base64: None = None


class _LineResponse(Struct, gc=False):
    status: int
    headers: dict[str, str] = {}
    body: msgspec.Raw = _NOTHING
    body_base64: None = None
    content: None = None
    """What the response of a HAR has."""


class _PlainLine(Struct, gc=False):
    """An interaction of the format's own shape that says nothing of its origin."""

    request: _LineRequest
    response: _LineResponse
    date: str = ""
    note: None = None
    comment: None = None
    origin: None = None
    origin_: None = msgspec.field(default=None, name="_origin")
    latencies: None = None
    """What a line of Kong has."""


_PLAIN: Final = msgspec.json.Decoder(_PlainLine)
_TEXT: Final = msgspec.json.Decoder(str)


def plain(raw: object) -> parts.PlainExchange | None:
    if not isinstance(raw, bytes):
        return None
    try:
        found = _PLAIN.decode(raw)
        asked, answer = found.request, found.response
        return parts.PlainExchange(
            asked.method,
            asked.url,
            tuple(asked.headers.items()),
            _encode_body(asked.body),
            answer.status,
            tuple(answer.headers.items()),
            _encode_body(answer.body),
            parts.own_date(found.date),
        )
    except (msgspec.MsgspecError, RecursionError, InputError):
        return None


def _encode_body(value: msgspec.Raw) -> bytes:
    text = bytes(value)
    if text[:1] == b'"':
        return _TEXT.decode(text).encode()
    return b"" if text == b"null" else text


FORMAT = parts.Format("NDJSON", recognises, frame, entry, plain)
