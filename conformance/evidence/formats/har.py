"""HTTP Archives, HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/).

``content.text`` is the body with its content codings undone already; the
response's headers still name them.  The log and each entry may say their
origin in ``_origin`` or at the beginning of their ``comment``.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from conformance.evidence.coding import (
    BodyTooLargeError,
    CodingError,
    DecodingBudget,
    from_base64,
)
from conformance.evidence.parts import (
    Headers,
    headers,
    mapping,
    octets,
    provenance,
    sequence,
    text,
    word,
)
from conformance.evidence.parts import reply as make_reply
from conformance.evidence.parts import request as make_request
from conformance.evidence.source import Entry, EntryError, Format, NoAnswerError, Provenance, Source
from conformance.model.interaction import Reply, Request


def recognises(source: Source) -> bool:
    log = source.tree.get("log") if isinstance(source.tree, dict) else None
    return isinstance(log, dict) and ("entries" in log or "creator" in log)


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    log = mapping(mapping(source.tree, "the archive").get("log"), "log")
    return provenance(log), sequence(log.get("entries"), "log.entries")


def is_entry(value: object) -> bool:
    """Whether a lone mapping is an entry of an archive."""
    if not (isinstance(value, dict) and "request" in value):
        return False
    answer = value.get("response")
    return isinstance(answer, dict) and isinstance(answer.get("content"), dict)


def entry(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the entry")
    answer = mapping(item.get("response"), "response")
    if answer.get("status") == 0:
        reason = word(answer.get("_error")) or word(answer.get("statusText")) or "status 0"
        raise NoAnswerError(f"no response: the request was blocked or failed ({reason[:80]})")
    return Entry(
        request=_request(mapping(item.get("request"), "request")),
        reply=_reply(answer, budget),
        provenance=provenance(item, date_of=item.get("startedDateTime")),
    )


def _request(asked: dict[str, object]) -> Request:
    fields = headers(asked.get("headers"), "request.headers")
    return make_request(asked.get("method"), asked.get("url"), fields, _posted(asked))


def _posted(asked: dict[str, object]) -> bytes:
    """The request's body: its text, or its parameters as the form that a browser sends.

    Empty when the parts of a multipart form are all that was kept of it.
    """
    if asked.get("postData") is None:
        return b""
    data = mapping(asked["postData"], "request.postData")
    if data.get("text"):
        return _decoded(data, "request.postData")
    if word(data.get("mimeType")).lower().startswith("multipart/"):
        return b""
    params = sequence(data.get("params") or [], "request.postData.params")
    pairs = [mapping(pair, f"request.postData.params[{n}]") for n, pair in enumerate(params)]
    return urlencode([(word(p.get("name")), word(p.get("value"))) for p in pairs]).encode()


def _reply(answer: dict[str, object], budget: DecodingBudget) -> Reply:
    content = mapping(answer.get("content", {}), "response.content")
    size = content.get("size")
    if content.get("text") is None and isinstance(size, int | float) and size > 0:
        octets_of = f" of {size:,} octets" if isinstance(size, int) else ""
        raise EntryError(f"the body{octets_of} was left out of the archive")
    body = _decoded(content, "response.content")
    fields = headers(answer.get("headers"), "response.headers")
    try:
        return make_reply(answer.get("status"), fields, body, budget)
    except BodyTooLargeError:
        raise
    except CodingError:
        return make_reply(answer.get("status"), _without_coding(fields), body)


def _decoded(content: dict[str, object], what: str) -> bytes:
    if word(content.get("encoding")).lower() == "base64":
        return from_base64(text(content.get("text", ""), f"{what}.text"))
    return octets(content.get("text"), f"{what}.text")


def _without_coding(fields: Headers) -> Headers:
    """Without the coding that was undone before the archive was written."""
    return tuple(pair for pair in fields if pair[0].lower() != "content-encoding")


FORMAT = Format("HAR 1.2", recognises, frame, entry)
