"""HTTP Archives, HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), and what is like them.

``content.text`` is the body with its content codings undone already; the response's headers still
name them.  The log and each entry may say their origin in ``_origin`` or at the beginning of their
``comment``.  Read as entries of a HAR are sessions of Charles (``.chlsj``, an array of
transactions) and what Postman saves: the examples of a collection (2.x), ``{{variables}}`` put in,
and Newman's JSON report of a run.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlencode, urlunsplit

import msgspec
from msgspec import Struct

from conformance.errors import InputError
from conformance.evidence import coding, parts
from conformance.evidence.body import load_json, require_few_values
from conformance.evidence.urls import PORTS
from conformance.model.interaction import Headers, Reply
from conformance.patterns import regex

_LOG_MEMBERS: Final = frozenset(("version", "creator", "browser", "pages", "entries", "comment"))
"""What the log of an archive may have (HAR 1.2)."""


def recognises(source: parts.EvidenceFile) -> bool:
    log = source.tree.get("log") if isinstance(source.tree, dict) else None
    if not isinstance(log, dict) or not isinstance(source.tree, dict):
        return False
    is_alone = source.tree.keys() == {"log"} and log.keys() <= _LOG_MEMBERS
    return is_alone or "entries" in log or "creator" in log


def frame(source: parts.EvidenceFile) -> tuple[parts.Provenance, Iterable[object]]:
    log = parts.mapping(parts.mapping(source.tree, "the archive").get("log"), "log")
    return parts.provenance(log), parts.sequence(log.get("entries"), "log.entries")


def is_entry(value: object) -> bool:
    """Whether a lone mapping is an entry of an archive."""
    return parts.has_response(value, "content")


def entry(raw: object, budget: coding.DecodingBudget) -> parts.Entry:
    if isinstance(raw, msgspec.Raw):
        text_of_entry = bytes(raw)
        require_few_values(text_of_entry, parts.MAX_FILE_VALUES)
        raw = load_json(text_of_entry)
    item = parts.mapping(raw, "the entry")
    answer = parts.mapping(item.get("response"), "response")
    if answer.get("status") == 0:
        reason = (
            parts.word(answer.get("_error")) or parts.word(answer.get("statusText")) or "status 0"
        )
        raise parts.NoAnswerError(f"no response: the request was blocked or failed ({reason[:80]})")
    asked = parts.mapping(item.get("request"), "request")
    fields = parts.headers(asked.get("headers"), "request.headers")
    return parts.Entry(
        request=parts.request(asked.get("method"), asked.get("url"), fields, _read_posted(asked)),
        reply=_reply(answer, budget),
        provenance=parts.provenance(item, date_of=item.get("startedDateTime")),
    )


def _read_posted(asked: dict[str, object]) -> bytes:
    """The request's body: its text, or its parameters as a form; empty for an archived multipart
    form."""
    if asked.get("postData") is None:
        return b""
    data = parts.mapping(asked["postData"], "request.postData")
    if data.get("text"):
        return _decode_content(data, "request.postData")
    if parts.word(data.get("mimeType")).lower().startswith("multipart/"):
        return b""
    params = parts.sequence(data.get("params") or [], "request.postData.params")
    pairs = [parts.mapping(pair, f"request.postData.params[{n}]") for n, pair in enumerate(params)]
    return urlencode(
        [(parts.word(p.get("name")), parts.word(p.get("value"))) for p in pairs]
    ).encode()


def _reply(answer: dict[str, object], budget: coding.DecodingBudget) -> Reply:
    content = parts.mapping(answer.get("content", {}), "response.content")
    size = content.get("size")
    if content.get("text") is None and isinstance(size, int | float) and size > 0:
        octets_of = f" of {size:,} octets" if isinstance(size, int) else ""
        raise parts.EntryError(f"the body{octets_of} was left out of the archive")
    body = _decode_content(content, "response.content")
    fields = parts.headers(answer.get("headers"), "response.headers")
    try:
        return parts.reply(answer.get("status"), fields, body, budget)
    except coding.CodingError as error:
        if isinstance(error, coding.BodyTooLargeError):
            raise
        kept = tuple(pair for pair in fields if pair[0].lower() != "content-encoding")
        return parts.reply(answer.get("status"), kept, body)  # it was undone before it was written


def _decode_content(content: dict[str, object], what: str) -> bytes:
    if parts.word(content.get("encoding")).lower() == "base64":
        return coding.from_base64(parts.text(content.get("text", ""), f"{what}.text"))
    return parts.octets(content.get("text"), f"{what}.text")


class _HarField(Struct, gc=False):
    name: str
    value: str


class _Content(Struct, gc=False):
    text: str
    encoding: str = ""

    def octets(self) -> bytes:
        is_coded = self.encoding.lower() == "base64"
        return coding.from_base64(self.text) if is_coded else self.text.encode()


class _PlainRequest(Struct, gc=False):
    method: str
    url: str
    headers: list[_HarField] = []
    postData: _Content | None = None  # noqa: N815


class _PlainResponse(Struct, gc=False):
    status: int
    content: _Content
    headers: list[_HarField] = []


class _PlainEntry(Struct, gc=False):
    """An entry that says nothing of its origin."""

    request: _PlainRequest
    response: _PlainResponse
    startedDateTime: str = ""  # noqa: N815
    comment: None = None
    note: None = None
    origin: None = None
    origin_: None = msgspec.field(default=None, name="_origin")
    date: None = None


_PLAIN: Final = msgspec.json.Decoder(_PlainEntry)


def plain(raw: object) -> parts.PlainExchange | None:
    if not isinstance(raw, msgspec.Raw):
        return None
    try:
        found = _PLAIN.decode(raw)
        asked, answer = found.request, found.response
        if asked.postData is not None and not asked.postData.text:
            return None  # its parameters, or the parts of a form
        return parts.PlainExchange(
            asked.method,
            asked.url,
            _read_pairs(asked.headers),
            asked.postData.octets() if asked.postData else b"",
            answer.status,
            _read_pairs(answer.headers),
            answer.content.octets(),
            parts.read_recorded_date(found.startedDateTime),
        )
    except (msgspec.MsgspecError, RecursionError, InputError):
        return None


def _read_pairs(fields: list[_HarField]) -> Headers:
    return tuple([(field.name, field.value) for field in fields]) if fields else ()


FORMAT = parts.Format("HAR 1.2", recognises, frame, entry, plain)


def recognises_charles(source: parts.EvidenceFile) -> bool:
    first = parts.get_first(source.tree)
    return isinstance(first, dict) and {"protocolVersion", "scheme", "times"} <= first.keys()


def charles_entry(raw: object, budget: coding.DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the transaction")
    answer = item.get("response")
    if item.get("status") != "COMPLETE" or not isinstance(answer, dict):
        reason = parts.word(item.get("errorMessage")) or parts.word(item.get("status"))
        raise parts.NoAnswerError(f"no response: {reason[:80] or 'none was kept'}")
    asked = parts.mapping(item.get("request"), "request")
    times = parts.mapping(item.get("times") or {}, "times")
    scheme, host, port = (
        parts.word(item.get("scheme")),
        parts.word(item.get("host")),
        item.get("port"),
    )
    place = f"{host}:{port}" if isinstance(port, int) and port != PORTS.get(scheme) else host
    charles_url = urlunsplit(
        (scheme, place, parts.word(item.get("path")), parts.word(item.get("query")), "")
    )
    sent = _read_charles_fields(asked), _read_charles_body(asked)
    answered = answer.get("status"), _read_charles_fields(answer), _read_charles_body(answer)
    archived = _archive_entry((item.get("method"), charles_url, *sent), answered)
    return entry(archived | {"startedDateTime": times.get("start")}, budget)


def _archive_entry(
    asked: tuple[object, object, object, object], answered: tuple[object, object, object]
) -> dict[str, object]:
    """An entry of an archive: method, address, fields and body, and status, fields and body."""
    request = dict(zip(("method", "url", "headers", "postData"), asked, strict=True))
    response = dict(zip(("status", "headers", "content"), answered, strict=True))
    return {"request": request, "response": response}


def _read_charles_fields(side: dict[str, object]) -> object:
    return parts.mapping(side.get("header") or {}, "header").get("headers")


def _read_charles_body(side: dict[str, object]) -> dict[str, object]:
    body = parts.mapping(side.get("body") or {}, "body")
    if "encoded" in body:
        return {"text": body["encoded"], "encoding": body.get("encoding", "base64")}
    sizes = parts.mapping(side.get("sizes") or {}, "sizes")
    return {"text": body.get("text"), "size": sizes.get("body")}


CHARLES = parts.Format(
    "Charles session (.chlsj)",
    recognises_charles,
    lambda source: (parts.Provenance(), parts.sequence(source.tree, "the session")),
    charles_entry,
)


_VARIABLE = regex(r"\{\{([^{}]{1,100})\}\}")


def recognises_postman(source: parts.EvidenceFile) -> bool:
    if not isinstance(source.tree, dict):
        return False
    run, info = source.tree.get("run"), source.tree.get("info")
    is_run = isinstance(run, dict) and "executions" in run
    return is_run or (isinstance(info, dict) and "item" in source.tree and "schema" in info)


def postman_frame(source: parts.EvidenceFile) -> tuple[parts.Provenance, Iterable[object]]:
    tree = parts.mapping(source.tree, "the collection")
    if "run" in tree:
        executions = parts.mapping(tree["run"], "run").get("executions")
        return parts.Provenance(), parts.sequence(executions, "run.executions")
    variables = {
        parts.word(each.get("key")): parts.word(each.get("value"))
        for each in parts.sequence(tree.get("variable") or [], "variable")
        if isinstance(each, dict)
    }
    return parts.Provenance(), _read_examples(tree, variables)


def _read_examples(collection: dict[str, object], variables: dict[str, str]) -> Iterator[object]:
    left = [collection]
    while left:
        item = left.pop()
        inner = parts.sequence(item.get("item") or [], "item")
        left += (each for each in reversed(inner) if isinstance(each, dict))
        for saved in parts.sequence(item.get("response") or [], "response"):
            answer = parts.mapping(saved, "response")
            asked = answer.get("originalRequest") or item.get("request")
            yield {"request": asked, "response": answer, "variables": variables}


def postman_entry(raw: object, budget: coding.DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the example")
    answer = item.get("response")
    if not isinstance(answer, dict):
        raise parts.NoAnswerError("no response: the request failed")
    asked = parts.mapping(item.get("request"), "request")
    variables = {
        k: parts.word(v) for k, v in parts.mapping(item.get("variables") or {}, "variables").items()
    }
    written, posted = _read_postman_url(asked.get("url")), asked.get("body")
    url = _VARIABLE.sub(lambda name: variables.get(name[1], name[0]), written)
    body = _read_postman_body(posted) if isinstance(posted, dict) else None
    sent = (asked.get("method", "GET"), url, _read_postman_fields(asked), body)
    answered = (answer.get("code"), _read_postman_fields(answer), _read_content(answer))
    return entry(_archive_entry(sent, answered), budget)


def _read_postman_url(url: object) -> str:
    if not isinstance(url, dict):
        return parts.word(url)
    if isinstance(url.get("raw"), str):
        return parts.word(url["raw"])
    host, path = (".".join(_list_words(url.get("host"))), "/".join(_list_words(url.get("path"))))
    port = f":{url['port']}" if url.get("port") else ""
    pairs = [
        (parts.word(each.get("key")), parts.word(each.get("value")))
        for each in parts.sequence(url.get("query") or [], "query")
        if isinstance(each, dict) and not each.get("disabled")
    ]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{parts.word(url.get('protocol')) or 'https'}://{host}{port}/{path}{query}"


def _list_words(value: object) -> list[str]:
    return [parts.word(each) for each in value] if isinstance(value, list) else [parts.word(value)]


def _read_postman_fields(side: dict[str, object]) -> list[object]:
    return [
        [each.get("key"), each.get("value")]
        for each in parts.sequence(side.get("header") or [], "header")
        if isinstance(each, dict) and not each.get("disabled")
    ]


def _read_postman_body(body: dict[str, object]) -> dict[str, object]:
    if body.get("mode") == "urlencoded":
        pairs = parts.sequence(body.get("urlencoded") or [], "body.urlencoded")
        named = [parts.mapping(pair, "body.urlencoded") for pair in pairs]
        return {"params": [{"name": p.get("key"), "value": p.get("value")} for p in named]}
    return {"text": body.get("raw") or ""}


def _read_content(answer: dict[str, object]) -> dict[str, object]:
    stream = answer.get("stream")
    if not isinstance(stream, dict):
        return {"text": answer.get("body") or ""}
    try:
        data = bytes(parts.sequence(stream.get("data"), "response.stream.data"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise parts.EntryError("response.stream.data holds what is no octet") from None
    return {"text": base64.b64encode(data).decode(), "encoding": "base64"}


POSTMAN = parts.Format(
    "Postman collection or run", recognises_postman, postman_frame, postman_entry
)
