"""Flows as mitmproxy saves them (``-w FILE``): tnetstrings, one after the other.

``<octets>:<content><kind>``; kinds are text ``;``, octets ``,``, numbers ``#`` ``^``, truth ``!``,
nothing ``~``, lists ``]`` and mappings ``}``.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from typing import Final

from conformance.evidence import parts
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.urls import PORTS
from conformance.patterns import regex

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


def entry(raw: object, budget: DecodingBudget) -> parts.Entry:
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
    return parts.Entry(
        request=parts.request(
            _read_text(asked.get("method")), _read_url(asked), fields, _read_octets(asked)
        ),
        reply=parts.reply(
            answer.get("status_code"),
            parts.headers(_read_texts(answer.get("headers")), "response.headers"),
            _read_octets(answer),
            budget,
        ),
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
        raise parts.EntryError(
            f"the flow holds {content[:20]!r} where a number should be"
        ) from None


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


FORMAT = parts.Format(
    "mitmproxy flows",
    lambda source: source.syntax == "flows",
    lambda source: (parts.Provenance(), _read_flows(source.data)),
    entry,
)
