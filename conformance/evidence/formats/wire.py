"""What went over the wire: HTTP messages as they are, and flows as mitmproxy saves them.

Messages (RFC 9112), one request and its answer after another, as ``.http`` files keep them and
command-line clients print them: the request may leave out its version, lines of ``###`` part two of
them, and lines before the first that begin with a ``#`` are remarks.  The body of an answer goes on
to the next request or to such a line.

Flows (``-w FILE``) are tnetstrings, one after the other: ``<octets>:<content><kind>``; kinds are
text ``;``, octets ``,``, numbers ``#`` ``^``, truth ``!``, nothing ``~``, lists ``]`` and mappings
``}``.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import pairwise
from typing import Final

from conformance.evidence import parts
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.urls import PORTS
from conformance.model.interaction import Headers
from conformance.patterns import regex

_PARTED: Final = regex(rb"^###[^\n]*$", re.MULTILINE)
_OF_SENDING: Final = frozenset({"content-length", "transfer-encoding", "content-encoding"})
"""Fields that say how a body was sent: it is kept as it was read."""
_FIELD: Final = regex(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*)")


def _cut_messages(source: parts.EvidenceFile) -> tuple[parts.Provenance, Iterable[object]]:
    starts = [hit.start() for hit in parts.REQUESTED.finditer(source.data)]
    chunks = (source.data[at:end] for at, end in pairwise([*starts, len(source.data)]))
    return parts.NO_PROVENANCE, list(chunks)


def _read_messages(raw: object, budget: DecodingBudget) -> parts.Entry:
    if not isinstance(raw, bytes):
        raise parts.EntryError("messages are octets")
    data = raw[: end.start()] if (end := _PARTED.search(raw)) else raw
    status = parts.ANSWERED.search(data)
    if status is None:
        raise parts.NoAnswerError("a request without an answer")
    line, asked, sent = _read_parts(data[: status.start()])
    _, answered, body = _read_parts(data[status.start() :])
    fields = tuple(one for one in answered if one[0].lower() not in _OF_SENDING)
    method, address = line.split(" ")[:2]
    if address.startswith("/"):
        host = next((text for name, text in asked if name.lower() == "host"), "localhost")
        address = f"https://{host}{address}"
    return parts.Entry(
        request=parts.request(method, address, asked, sent),
        reply=parts.reply(int(status[1]), fields, body, budget),
    )


def _read_parts(message: bytes) -> tuple[str, Headers, bytes]:
    """The first line of a message, its header fields, and its body without the blanks around it."""
    text = message.replace(b"\r\n", b"\n")
    head, _, body = text.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    hits = (_FIELD.fullmatch(line.strip()) for line in lines[1:])
    return lines[0].strip(), tuple((hit[1], hit[2]) for hit in hits if hit), body.strip()


MESSAGES = parts.Format(
    "HTTP messages", lambda source: source.syntax == "messages", _cut_messages, _read_messages
)


_MOST_NESTED = 20
_SCALARS: Final[Mapping[bytes, Callable[[bytes], object]]] = {
    b",": bytes,
    b";": lambda content: content.decode("utf-8", "replace"),
    b"#": int,
    b"^": float,
    b"!": lambda content: content == b"true",
    b"~": lambda _: None,
}
_SIZE = regex(rb"([0-9]{1,9}):")


def _read_flows(data: bytes) -> Iterator[object]:
    at = 0
    while at < len(data):
        size = _SIZE.match(data, at)
        end = size.end() + int(size[1]) + 1 if size else len(data)
        yield data[at:end]
        at = end


def _read_flow(raw: object, budget: DecodingBudget) -> parts.Entry:
    if not isinstance(raw, bytes):
        raise parts.EntryError("a flow is octets")
    flow, _ = _read_value(raw, 0, 0)
    item = parts.mapping(flow, "the flow")
    if not isinstance(item.get("request"), dict):
        raise parts.NoAnswerError("no HTTP request: a flow of another kind")
    asked, answer = parts.mapping(item["request"], "request"), item.get("response")
    if not isinstance(answer, dict):
        raise parts.NoAnswerError("no response: the connection failed or was closed")
    fields = parts.headers(_read_texts(asked.get("headers")), "request.headers")
    answered = parts.headers(_read_texts(answer.get("headers")), "response.headers")
    method, url = _read_text(asked.get("method")), _read_url(asked)
    return parts.Entry(
        request=parts.request(method, url, fields, _read_octets(asked)),
        reply=parts.reply(answer.get("status_code"), answered, _read_octets(answer), budget),
        provenance=parts.Provenance(date=_read_day(asked.get("timestamp_start"))),
    )


def _read_day(moment: object) -> str:
    try:
        return dt.datetime.fromtimestamp(float(str(moment)), dt.UTC).date().isoformat()
    except (ValueError, OverflowError, OSError):
        return ""


def _read_url(asked: dict[str, object]) -> str:
    scheme, port = _read_text(asked.get("scheme")), asked.get("port")
    fields = {name.lower(): value for name, value in _read_texts(asked.get("headers"))}
    place = _read_text(asked.get("authority")) or fields.get("host", "")
    if not place:
        place = _read_text(asked.get("host"))
        place += "" if port == PORTS.get(scheme) else f":{port}"
    return f"{scheme}://{place}{_read_text(asked.get('path'))}"


def _read_texts(pairs: object) -> list[list[str]]:
    listed = (parts.sequence(pair, "a header") for pair in parts.sequence(pairs or [], "headers"))
    return [[_read_text(part) for part in pair] for pair in listed]


def _read_text(value: object) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return value if isinstance(value, str) else ""


def _read_octets(side: dict[str, object]) -> bytes:
    content = side.get("content")
    return content if isinstance(content, bytes) else b""


def _read_value(data: bytes, at: int, depth: int) -> tuple[object, int]:
    size = _SIZE.match(data, at)
    end = size.end() + int(size[1]) if size else len(data)
    if size is None or end >= len(data) or depth > _MOST_NESTED:
        raise parts.EntryError("the flow breaks off, or is none")
    kind, content = data[end : end + 1], data[size.end() : end]
    if kind in b"]}":
        return _read_several(data, size.end(), end, depth, is_list=kind == b"]"), end + 1
    if kind not in _SCALARS:
        raise parts.EntryError(f"the flow holds a value of an unknown kind: {kind!r}")
    try:
        return _SCALARS[kind](content), end + 1
    except ValueError:
        what = f"the flow holds {content[:20]!r} where a number should be"
        raise parts.EntryError(what) from None


def _read_several(data: bytes, at: int, end: int, depth: int, *, is_list: bool) -> object:
    found: list[object] = []
    while at < end:
        value, at = _read_value(data, at, depth + 1)
        found.append(value)
    if at != end or (not is_list and len(found) % 2):
        raise parts.EntryError("the flow breaks off, or is none")
    if is_list:
        return found
    return {_read_text(name): value for name, value in zip(found[::2], found[1::2], strict=True)}


FLOWS = parts.Format(
    "mitmproxy flows",
    lambda source: source.syntax == "flows",
    lambda source: (parts.Provenance(), _read_flows(source.data)),
    _read_flow,
)
