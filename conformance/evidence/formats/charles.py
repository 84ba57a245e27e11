"""Sessions of Charles as JSON (``.chlsj``): an array of transactions, read as entries of a HAR."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlunsplit

from conformance.evidence.coding import DecodingBudget
from conformance.evidence.formats import har
from conformance.evidence.parts import mapping, sequence, word
from conformance.evidence.source import Entry, Format, NoAnswerError, Provenance, Source

_PORTS = {"http": 80, "https": 443}


def recognises(source: Source) -> bool:
    first = source.tree[0] if isinstance(source.tree, list) and source.tree else None
    return isinstance(first, dict) and {"protocolVersion", "scheme", "times"} <= first.keys()


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    return Provenance(), sequence(source.tree, "the session")


def entry(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the transaction")
    answer = item.get("response")
    if item.get("status") != "COMPLETE" or not isinstance(answer, dict):
        reason = word(item.get("errorMessage")) or word(item.get("status"))
        raise NoAnswerError(f"no response: {reason[:80] or 'none was kept'}")
    asked = mapping(item.get("request"), "request")
    times = mapping(item.get("times") or {}, "times")
    return har.entry(
        {
            "startedDateTime": times.get("start"),
            "request": {
                "method": item.get("method"),
                "url": _url(item),
                "headers": _fields(asked),
                "postData": _body(asked),
            },
            "response": {
                "status": answer.get("status"),
                "headers": _fields(answer),
                "content": _body(answer),
            },
        },
        budget,
    )


def _url(item: dict[str, object]) -> str:
    scheme, host, port = word(item.get("scheme")), word(item.get("host")), item.get("port")
    place = f"{host}:{port}" if isinstance(port, int) and port != _PORTS.get(scheme) else host
    return urlunsplit((scheme, place, word(item.get("path")), word(item.get("query")), ""))


def _fields(side: dict[str, object]) -> object:
    return mapping(side.get("header") or {}, "header").get("headers")


def _body(side: dict[str, object]) -> dict[str, object]:
    """Text, its content codings undone, or octets in base64; its size where it was left out."""
    body = mapping(side.get("body") or {}, "body")
    if "encoded" in body:
        return {"text": body["encoded"], "encoding": body.get("encoding", "base64")}
    sizes = mapping(side.get("sizes") or {}, "sizes")
    return {"text": body.get("text"), "size": sizes.get("body")}


FORMAT = Format("Charles session (.chlsj)", recognises, frame, entry)
