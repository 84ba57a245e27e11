"""Cassettes of vcrpy and their like, and stubs that play an API as it once answered.

Cassettes stand in YAML or JSON (``{version: 1, interactions: [...]}``).  Besides what vcrpy itself
writes, the cassette and each interaction may have ``origin``, ``date`` and ``note``; vcrpy ignores
them.  Those of Ruby (``{http_interactions: [...], recorded_with: VCR x.y}``), which vcrpy copied,
have ``recorded_at``, and bodies that name their encoding: octets that are no text stand as
``!binary`` or under ``base64_string``, text as UTF-8 whatever encoding is named; Betamax writes the
same as JSON.  Those of go-vcr have a ``url``, and the ``code`` beside a status of text.

WireMock: a mapping (``{request: {method, urlPath ...}, response: {status, jsonBody ...}}``) or
``{mappings: [...]}``.  It keeps no host; a mapping without the marks of the recorder (``uuid``,
``persistent``) was written by hand, and one whose path is a pattern stands for no one request.
nock: the array of ``nock.recorder`` with ``output_objects``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import partial
from typing import Final
from urllib.parse import urlencode

from conformance.evidence import parts
from conformance.evidence.coding import DecodingBudget, from_base64
from conformance.evidence.parts import request as make_request
from conformance.model.interaction import Origin, Request


def recognises(source: parts.EvidenceFile) -> bool:
    """A body may have a member ``interactions`` too; a cassette has a version, or requests."""
    tree = source.tree
    if not (isinstance(tree, dict) and "interactions" in tree):
        return False
    first = parts.get_first(tree["interactions"])
    return "version" in tree or (isinstance(first, dict) and "request" in first)


def frame(
    source: parts.EvidenceFile, name: str = "interactions"
) -> tuple[parts.Provenance, Iterable[object]]:
    cassette = parts.mapping(source.tree, "the cassette")
    return parts.provenance(cassette), parts.sequence(cassette.get(name), name)


def is_entry(value: object) -> bool:
    """Whether a lone mapping is an interaction as cassettes have it."""
    return parts.has_response(value, "status")


def _read_status(answer: dict[str, object]) -> object:
    """The status of an answer; go-vcr has it beside its reason phrase: ``status: 200 OK``."""
    if isinstance(answer.get("status"), str):
        return answer.get("code")
    return parts.mapping(answer.get("status"), "response.status").get("code")


def entry(raw: object, budget: DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the interaction")
    answer = parts.mapping(item.get("response"), "response")
    fields = parts.headers(answer.get("headers"), "response.headers")
    body = body_of(answer.get("body"), "response.body")
    return parts.Entry(
        request=request(item.get("request")),
        reply=parts.reply(_read_status(answer), fields, body, budget),
        provenance=parts.provenance(item, date_of=item.get("recorded_at")),
    )


def request(raw: object) -> Request:
    asked = parts.mapping(raw, "request")
    fields = parts.headers(asked.get("headers"), "request.headers")
    body = body_of(asked.get("body"), "request.body")
    return make_request(asked.get("method"), asked.get("uri", asked.get("url")), fields, body)


def body_of(value: object, what: str) -> bytes:
    """A body given as text or octets, or under ``string`` or ``base64_string``."""
    if not isinstance(value, dict):
        return parts.octets(value, what)
    encoded = value.get("base64_string")
    if isinstance(encoded, str):
        return from_base64(encoded)
    if "base64_string" in value:
        raise parts.refused(f"{what}.base64_string", encoded, "text")
    return parts.octets(value.get("string"), f"{what}.string")


VCRPY = parts.Format("vcrpy cassette", recognises, frame, entry)


RUBY = parts.Format(
    "Ruby VCR cassette",
    lambda source: isinstance(source.tree, dict) and "http_interactions" in source.tree,
    partial(frame, name="http_interactions"),
    entry,
)


_NOWHERE: Final = "http://localhost"
"""The host of a stub that keeps none."""
_BY_RECORDER: Final = frozenset({"uuid", "persistent"})
_PATHS: Final = frozenset({"url", "urlPath", "urlPattern", "urlPathPattern", "urlPathTemplate"})


def _is_mapping(value: object) -> bool:
    if not (isinstance(value, dict) and isinstance(asked := value.get("request"), dict)):
        return False
    absolute = parts.word(asked.get("url")).startswith(("http:", "https:"))
    return bool(_PATHS & asked.keys()) and not absolute and isinstance(value.get("response"), dict)


def _list_stubs(source: parts.EvidenceFile) -> object:
    return source.tree.get("mappings") if isinstance(source.tree, dict) else source.tree


def _read_mappings(source: parts.EvidenceFile) -> tuple[parts.Provenance, Iterable[object]]:
    listed = _list_stubs(source)
    alone = listed is None or listed is source.tree
    return parts.NO_PROVENANCE, [source.tree] if alone else parts.sequence(listed, "mappings")


def _read_mapping(raw: object, budget: DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the stub")
    asked = parts.mapping(item.get("request"), "request")
    answer = parts.mapping(item.get("response"), "response")
    if "bodyFileName" in answer:
        name = parts.word(answer["bodyFileName"])[:80]
        raise parts.EntryError(f"the body is in another file: {name}")
    path = asked.get("url", asked.get("urlPath"))
    if path is None or answer.keys() & {"fault", "proxyBaseUrl"}:
        raise parts.NoAnswerError("a stub for a pattern of addresses, or one without an answer")
    query = parts.mapping(asked.get("queryParameters", {}), "request.queryParameters")
    sent = next(iter(parts.sequence(asked.get("bodyPatterns", []), "request.bodyPatterns")), None)
    wanted = parts.mapping(sent, "a pattern") if sent is not None else {}
    encoded = answer.get("base64Body")
    fields = parts.headers(answer.get("headers"), "response.headers")
    body = parts.octets_of_json(answer.get("jsonBody", answer.get("body")), "response.body")
    if encoded is not None:
        body = from_base64(parts.text(encoded, "response.base64Body"))
    posted = wanted.get("equalToJson", wanted.get("equalTo"))
    asked_body = parts.octets_of_json(posted, "request.bodyPatterns")
    url = _build_address(_NOWHERE, parts.text(path, "request.url"), _read_pairs(query))
    origin = None if _BY_RECORDER & item.keys() else Origin.CONSTRUCTED
    return parts.Entry(
        request=parts.request(asked.get("method", "GET"), url, (), asked_body),
        reply=parts.reply(answer.get("status", 200), fields, body, budget),
        provenance=parts.Provenance(origin=origin, note=parts.word(item.get("name"))),
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


WIREMOCK = parts.Format(
    "WireMock stubs",
    lambda source: _is_mapping(source.tree) or _is_mapping(parts.get_first(_list_stubs(source))),
    _read_mappings,
    _read_mapping,
)


def _is_nock(tree: object) -> bool:
    first = parts.get_first(tree)
    return isinstance(first, dict) and {"scope", "method", "path", "response"} <= first.keys()


def _read_nock(raw: object, budget: DecodingBudget) -> parts.Entry:
    item = parts.mapping(raw, "the stub")
    named = item.get("rawHeaders", item.get("headers"))
    if isinstance(named, list) and all(isinstance(one, str) for one in named):
        named = [list(pair) for pair in zip(named[::2], named[1::2], strict=False)]
    answer, scope = item.get("response"), parts.word(item.get("scope")).rstrip("/")
    texts = [one for one in answer if isinstance(one, str)] if isinstance(answer, list) else []
    is_texts = bool(texts) and texts == answer
    body = _from_hex(texts) if is_texts else parts.octets_of_json(answer, "response")
    url = _build_address(scope, parts.word(item.get("path")), ())
    asked = parts.headers(item.get("reqheaders"), "reqheaders")
    sent = parts.octets_of_json(item.get("body"), "body")
    fields = parts.headers(named, "rawHeaders")
    return parts.Entry(
        request=parts.request(item.get("method"), url, asked, sent),
        reply=parts.reply(item.get("status", 200), fields, body, budget),
    )


def _from_hex(chunks: list[str]) -> bytes:
    """An answer that is coded, as hexadecimal digits; a list of texts is a body like any other."""
    try:
        return bytes.fromhex("".join(chunks))
    except ValueError:
        return parts.octets_of_json(chunks, "response")


NOCK = parts.Format(
    "nock recording",
    lambda source: _is_nock(source.tree),
    lambda source: (parts.NO_PROVENANCE, parts.sequence(source.tree, "the recording")),
    _read_nock,
)
