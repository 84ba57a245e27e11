"""Cassettes of Ruby's VCR: ``{http_interactions: [...], recorded_with: VCR x.y}``.

An interaction is laid out as vcrpy's, which copied it, but for its body (a
mapping that names the encoding) and ``recorded_at``.  Octets that are no text
stand as ``!binary`` or under ``base64_string``; text stands as UTF-8 whatever
encoding is named, so the name is not needed.
"""

from __future__ import annotations

from collections.abc import Iterable

from conformance.evidence.formats import vcr
from conformance.evidence.parts import mapping, provenance, sequence
from conformance.evidence.source import Format, Provenance, Source


def recognises(source: Source) -> bool:
    return isinstance(source.tree, dict) and "http_interactions" in source.tree


def frame(source: Source) -> tuple[Provenance, Iterable[object]]:
    cassette = mapping(source.tree, "the cassette")
    return provenance(cassette), sequence(cassette["http_interactions"], "http_interactions")


FORMAT = Format("Ruby VCR cassette", recognises, frame, vcr.entry)
