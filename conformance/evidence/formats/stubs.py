"""Stubs that play an API as it once answered: those of WireMock and of nock.

WireMock: a mapping (``{request: {method, urlPath ...}, response: {status, jsonBody ...}}``) or
``{mappings: [...]}``.  It keeps no host; a mapping without the marks of the recorder (``uuid``,
``persistent``) was written by hand, and one whose path is a pattern stands for no one request.
nock: the array of ``nock.recorder`` with ``output_objects``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import urlencode

from conformance.evidence.coding import DecodingBudget, from_base64
from conformance.evidence.parts import (
    NO_PROVENANCE,
    Entry,
    EntryError,
    EvidenceFile,
    Format,
    NoAnswerError,
    Provenance,
    headers,
    mapping,
    octets,
    reply,
    request,
    sequence,
    text,
    word,
)
from conformance.model.interaction import Origin

_NOWHERE: Final = "http://localhost"
"""The host of a stub that keeps none."""
_BY_RECORDER: Final = frozenset({"uuid", "persistent"})
_PATHS: Final = frozenset({"url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate"})


def _read_body(value: object, what: str) -> bytes:
    """Text as it is; any other JSON value as compact text."""
    if value is None or isinstance(value, str):
        return octets(value, what)
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode()


def _is_mapping(value: object) -> bool:
    if not (isinstance(value, dict) and isinstance(asked := value.get("request"), dict)):
        return False
    absolute = word(asked.get("url")).startswith(("http:", "https:"))
    return bool(_PATHS & asked.keys()) and not absolute and isinstance(value.get("response"), dict)


def _find_first(tree: object, name: str) -> object:
    items = tree.get(name) if isinstance(tree, dict) else tree
    return items[0] if isinstance(items, list) and items else None


def _read_mappings(source: EvidenceFile) -> tuple[Provenance, Iterable[object]]:
    tree = source.tree
    listed = tree.get("mappings") if isinstance(tree, dict) else None
    return NO_PROVENANCE, (tree,) if listed is None else sequence(listed, "mappings")


def _read_mapping(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the stub")
    asked = mapping(item.get("request"), "request")
    answer = mapping(item.get("response"), "response")
    if "bodyFileName" in answer:
        raise EntryError(f"the body is in another file: {word(answer['bodyFileName'])[:80]}")
    path = asked.get("url", asked.get("urlPath"))
    if path is None or answer.keys() & {"fault", "proxyBaseUrl"}:
        raise NoAnswerError("a stub for a pattern of addresses, or one without an answer")
    query = mapping(asked.get("queryParameters", {}), "request.queryParameters")
    sent = next(iter(sequence(asked.get("bodyPatterns", []), "request.bodyPatterns")), None)
    wanted = mapping(sent, "a pattern") if sent is not None else {}
    encoded = answer.get("base64Body")
    fields = headers(answer.get("headers"), "response.headers")
    body = (
        from_base64(text(encoded, "response.base64Body"))
        if encoded is not None
        else _read_body(answer.get("jsonBody", answer.get("body")), "response.body")
    )
    return Entry(
        request=request(
            asked.get("method", "GET"),
            _build_address(_NOWHERE, text(path, "request.url"), _read_pairs(query)),
            (),
            _read_body(wanted.get("equalToJson", wanted.get("equalTo")), "request.bodyPatterns"),
        ),
        reply=reply(answer.get("status", 200), fields, body, budget),
        provenance=Provenance(
            origin=None if _BY_RECORDER & item.keys() else Origin.CONSTRUCTED,
            note=word(item.get("name")),
        ),
    )


def _read_pairs(query: dict[str, object]) -> Iterator[tuple[str, str]]:
    """The inputs that have to be one value."""
    for name, wanted in query.items():
        value = wanted.get("equalTo") if isinstance(wanted, dict) else wanted
        if isinstance(value, str | int | float):
            yield name, str(value)


def _build_address(host: str, path: str, pairs: Iterable[tuple[str, str]]) -> str:
    query = urlencode([*pairs])
    sign = "&" if "?" in path else "?"
    return f"{host}/{path.removeprefix('/')}" + (sign + query if query else "")


WIREMOCK = Format(
    "WireMock stubs",
    lambda source: _is_mapping(source.tree) or _is_mapping(_find_first(source.tree, "mappings")),
    _read_mappings,
    _read_mapping,
)


def _is_nock(tree: object) -> bool:
    first = tree[0] if isinstance(tree, list) and tree else None
    return isinstance(first, dict) and {"scope", "method", "path", "response"} <= first.keys()


def _read_nock(raw: object, budget: DecodingBudget) -> Entry:
    item = mapping(raw, "the stub")
    named = item.get("rawHeaders", item.get("headers"))
    if isinstance(named, list) and all(isinstance(one, str) for one in named):
        named = [list(pair) for pair in zip(named[::2], named[1::2], strict=False)]
    answer = item.get("response")
    if isinstance(answer, list) and answer and all(isinstance(one, str) for one in answer):
        body = _from_hex(answer)
    else:
        body = _read_body(answer, "response")
    return Entry(
        request=request(
            item.get("method"),
            _build_address(word(item.get("scope")).rstrip("/"), word(item.get("path")), ()),
            headers(item.get("reqheaders"), "reqheaders"),
            _read_body(item.get("body"), "body"),
        ),
        reply=reply(item.get("status", 200), headers(named, "rawHeaders"), body, budget),
    )


def _from_hex(chunks: list[str]) -> bytes:
    """An answer that is coded, as hexadecimal digits; a list of texts is a body like any other."""
    try:
        return bytes.fromhex("".join(chunks))
    except ValueError:
        return _read_body(chunks, "response")


NOCK = Format(
    "nock recording",
    lambda source: _is_nock(source.tree),
    lambda source: (NO_PROVENANCE, sequence(source.tree, "the recording")),
    _read_nock,
)
