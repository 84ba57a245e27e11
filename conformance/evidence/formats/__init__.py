"""The formats evidence comes in, asked in this order; the last one takes any JSON."""

from __future__ import annotations

from conformance.evidence.formats import cassettes, har, ndjson, wire
from conformance.evidence.parts import Format

FORMATS: tuple[Format, ...] = (
    *(har.FORMAT, wire.FLOWS, har.CHARLES, har.POSTMAN),
    *(cassettes.WIREMOCK, cassettes.NOCK, wire.MESSAGES),
    *(cassettes.RUBY, cassettes.VCRPY, ndjson.FORMAT, ndjson.BARE),
)
