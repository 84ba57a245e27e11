"""What Postman saves: the examples of a collection (2.x), and Newman's JSON report of a run.

Both are read as entries of a HAR; ``{{variables}}`` of the collection are put in.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from conformance.evidence.coding import DecodingBudget
from conformance.evidence.formats import har
from conformance.evidence.parts import mapping, sequence, word
from conformance.evidence.source import Entry, EntryError, Format, NoAnswerError, Provenance, Source

_VARIABLE = re.compile(r"\{\{([^{}]{1,100})\}\}")


def recognises(source: Source) -> bool:
    if not isinstance(source.tree, dict):
        return False
    run, info = source.tree.get("run"), source.tree.get("info")
    is_run = isinstance(run, dict) and "executions" in run
    return is_run or (isinstance(info, dict) and "item" in source.tree and "schema" in info)


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    tree = mapping(source.tree, "the collection")
    if "run" in tree:
        executions = mapping(tree["run"], "run").get("executions")
        return Provenance(), sequence(executions, "run.executions")
    variables = {
        word(each.get("key")): word(each.get("value"))
        for each in sequence(tree.get("variable") or [], "variable")
        if isinstance(each, dict)
    }
    return Provenance(), _examples(tree, variables)


def _examples(collection: dict[str, object], variables: dict[str, str]) -> Iterator[object]:
    """Every saved example, folder by folder, with what was asked and the variables."""
    left = [collection]
    while left:
        item = left.pop()
        inner = sequence(item.get("item") or [], "item")
        left += (each for each in reversed(inner) if isinstance(each, dict))
        for saved in sequence(item.get("response") or [], "response"):
            answer = mapping(saved, "response")
            asked = answer.get("originalRequest") or item.get("request")
            yield {"request": asked, "response": answer, "variables": variables}


def entry(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the example")
    answer = item.get("response")
    if not isinstance(answer, dict):
        raise NoAnswerError("no response: the request failed")
    asked = mapping(item.get("request"), "request")
    variables = {k: word(v) for k, v in mapping(item.get("variables") or {}, "variables").items()}
    url = _VARIABLE.sub(lambda name: variables.get(name[1], name[0]), _url(asked.get("url")))
    posted = asked.get("body")
    return har.entry(
        {
            "request": {
                "method": asked.get("method", "GET"),
                "url": url,
                "headers": _fields(asked),
                "postData": _posted(posted) if isinstance(posted, dict) else None,
            },
            "response": {
                "status": answer.get("code"),
                "headers": _fields(answer),
                "content": _content(answer),
            },
        },
        budget,
    )


def _url(url: object) -> str:
    """As it was written, or put together from its parts."""
    if not isinstance(url, dict):
        return word(url)
    if isinstance(url.get("raw"), str):
        return word(url["raw"])
    host, path = (".".join(_words(url.get("host"))), "/".join(_words(url.get("path"))))
    port = f":{url['port']}" if url.get("port") else ""
    pairs = [
        (word(each.get("key")), word(each.get("value")))
        for each in sequence(url.get("query") or [], "query")
        if isinstance(each, dict) and not each.get("disabled")
    ]
    query = f"?{urlencode(pairs)}" if pairs else ""
    return f"{word(url.get('protocol')) or 'https'}://{host}{port}/{path}{query}"


def _words(value: object) -> list[str]:
    return [word(each) for each in value] if isinstance(value, list) else [word(value)]


def _fields(side: dict[str, object]) -> list[object]:
    return [
        [each.get("key"), each.get("value")]
        for each in sequence(side.get("header") or [], "header")
        if isinstance(each, dict) and not each.get("disabled")
    ]


def _posted(body: dict[str, object]) -> dict[str, object]:
    if body.get("mode") == "urlencoded":
        pairs = sequence(body.get("urlencoded") or [], "body.urlencoded")
        named = [mapping(pair, "body.urlencoded") for pair in pairs]
        return {"params": [{"name": p.get("key"), "value": p.get("value")} for p in named]}
    return {"text": body.get("raw") or ""}


def _content(answer: dict[str, object]) -> dict[str, object]:
    """The body as text, or as the octets that Newman lists, their content codings undone."""
    stream = answer.get("stream")
    if not isinstance(stream, dict):
        return {"text": answer.get("body") or ""}
    try:
        data = bytes(sequence(stream.get("data"), "response.stream.data"))  # type: ignore[arg-type]
    except (TypeError, ValueError):
        raise EntryError("response.stream.data holds what is no octet") from None
    return {"text": base64.b64encode(data).decode(), "encoding": "base64"}


FORMAT = Format("Postman collection or run", recognises, frame, entry)
