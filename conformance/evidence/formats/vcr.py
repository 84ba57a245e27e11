"""Cassettes of vcrpy, in YAML or JSON (``{version: 1, interactions: [...]}``), and their like.

Besides what vcrpy itself writes, the cassette and each interaction may have ``origin``, ``date``
and ``note``; vcrpy ignores them.  Ruby's (``{http_interactions: [...], recorded_with: VCR x.y}``),
which vcrpy copied, have ``recorded_at``, and bodies that name their encoding: octets that are no
text stand as ``!binary`` or under ``base64_string``, text as UTF-8 whatever encoding is named;
Betamax writes the same as JSON.  go-vcr's have a ``url``, and the ``code`` beside a status of text.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial

from conformance.evidence import parts
from conformance.evidence.coding import DecodingBudget, from_base64
from conformance.evidence.parts import request as make_request
from conformance.model.interaction import Request


def recognises(source: parts.EvidenceFile) -> bool:
    """A body may have a member ``interactions`` too; a cassette has a version, or requests."""
    tree = source.tree
    if not (isinstance(tree, dict) and "interactions" in tree):
        return False
    items = tree["interactions"]
    first = items[0] if isinstance(items, list) and items else None
    return "version" in tree or (isinstance(first, dict) and "request" in first)


def frame(
    source: parts.EvidenceFile, name: str = "interactions"
) -> tuple[parts.Provenance, Iterable[object]]:
    cassette = parts.mapping(source.tree, "the cassette")
    return parts.provenance(cassette), parts.sequence(cassette.get(name), name)


def is_entry(value: object) -> bool:
    """Whether a lone mapping is an interaction as cassettes have it."""
    if not (isinstance(value, dict) and "request" in value):
        return False
    answer = value.get("response")
    return isinstance(answer, dict) and isinstance(answer.get("status"), dict)


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
    if "base64_string" in value:
        encoded = value["base64_string"]
        if not isinstance(encoded, str):
            raise parts.refused(f"{what}.base64_string", encoded, "text")
        return from_base64(encoded)
    return parts.octets(value.get("string"), f"{what}.string")


FORMAT = parts.Format("vcrpy cassette", recognises, frame, entry)


RUBY = parts.Format(
    "Ruby VCR cassette",
    lambda source: isinstance(source.tree, dict) and "http_interactions" in source.tree,
    partial(frame, name="http_interactions"),
    entry,
)
