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
HAR, of a cassette or of an access log.  Any other object or array is a body of its own.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable
from typing import TypeAlias

from conformance.evidence.body import JsonError, load_json
from conformance.evidence.coding import DecodingBudget, from_base64
from conformance.evidence.formats import access_log, bare, har, vcr
from conformance.evidence.parts import headers, mapping, octets, provenance, reply, text
from conformance.evidence.parts import request as make_request
from conformance.evidence.source import Entry, EntryError, Format, Provenance, Source
from conformance.model.interaction import Request


def is_entry(value: object) -> bool:
    """A body may have a member ``response`` too; an interaction has a request, or a status."""
    answer = value.get("response") if isinstance(value, dict) else None
    if not (isinstance(value, dict) and isinstance(answer, dict)):
        return False
    status = answer.get("status")
    return isinstance(value.get("request"), dict) or status in range(100, 1000)


def recognises(source: Source) -> bool:
    tree = source.tree
    first = tree[0] if isinstance(tree, list) and tree else tree
    alone = source.syntax == "json" and any(recognised(first) for recognised, _ in SHAPES)
    return alone or source.syntax == "lines"


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    tree = source.tree
    return Provenance(), tree if isinstance(tree, list | tuple) else (tree,)


def entry(raw: object, budget: DecodingBudget) -> Entry:
    """One value, or one line that is yet to be parsed, by the first shape that knows it."""
    if isinstance(raw, bytes):
        try:
            value: object = load_json(raw)
        except JsonError as error:
            reason = f"not JSON at column {error.column} of its line: {error.reason}"
            raise EntryError(reason) from None
        return _entry_of(value, raw, budget)
    return _entry_of(raw, None, budget)


def _entry_of(value: object, line: bytes | None, budget: DecodingBudget) -> Entry:
    for recognised, read in SHAPES:
        if recognised(value):
            return read(value, budget)
    return bare.entry(_compact(value) if line is None else line, budget)


def _own_shape(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the interaction")
    answer = mapping(item.get("response"), "response")
    fields = headers(answer.get("headers"), "response.headers")
    asked = item.get("request")
    return Entry(
        request=None if asked is None else _request(mapping(asked, "request")),
        reply=reply(answer.get("status"), fields, _body(answer, "response"), budget),
        provenance=provenance(item),
    )


def _request(asked: dict[str, object]) -> Request:
    fields = headers(asked.get("headers"), "request.headers")
    url = asked.get("url", asked.get("uri"))
    return make_request(asked.get("method", "GET"), url, fields, _body(asked, "request"))


def _body(holder: dict[str, object], what: str) -> bytes:
    if "body_base64" in holder:
        return from_base64(text(holder["body_base64"], f"{what}.body_base64"))
    value = holder.get("body")
    if value is None or isinstance(value, str):
        return octets(value, f"{what}.body")
    return _compact(value)


_INFINITE = re.compile(r'"(?:[^"\\]|\\.)*"|(?P<infinite>Infinity)')


def _compact(value: object) -> bytes:
    """A value's compact text; a number that was too large for a double still is."""
    try:
        text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        return _INFINITE.sub(lambda hit: "1e999" if hit["infinite"] else hit[0], text).encode()
    except RecursionError:
        raise EntryError("a body nested too deeply to be written out") from None


Shape: TypeAlias = tuple[Callable[[object], bool], Callable[[object, DecodingBudget], Entry]]

SHAPES: tuple[Shape, ...] = (
    (access_log.is_entry, access_log.entry),
    (har.is_entry, har.entry),
    (vcr.is_entry, vcr.entry),
    (is_entry, _own_shape),
)
"""What an object may be, asked in this order."""

FORMAT = Format("NDJSON", recognises, frame, entry)
