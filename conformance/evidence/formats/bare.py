"""A JSON body and nothing else: no request, no status, no headers."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.evidence.body import load_json
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.source import Entry, EntryError, Format, Provenance, Source
from conformance.model.interaction import Reply


def recognises(source: Source) -> bool:
    return source.syntax == "json" and isinstance(source.tree, dict | list)


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    return Provenance(), (source.data,)


def entry(raw: object, budget: DecodingBudget) -> Entry:
    """The body, octet for octet, if it is JSON; its status is unknown and therefore 0."""
    del budget  # a bare body has no coding
    if not isinstance(raw, bytes):
        raise EntryError("a body is octets")
    if not isinstance(load_json(raw), dict | list):
        raise EntryError("neither an interaction nor a body: a bare JSON value")
    return Entry(reply=Reply(status=0, body=raw))


FORMAT = Format("bare JSON body", recognises, frame, entry)
