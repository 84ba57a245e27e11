"""The formats evidence comes in, asked in this order; the last one takes any JSON."""

from __future__ import annotations

from conformance.evidence.formats import har, messages, mitmproxy, ndjson, stubs, vcr
from conformance.evidence.parts import Format

FORMATS: tuple[Format, ...] = (
    *(har.FORMAT, mitmproxy.FORMAT, har.CHARLES, har.POSTMAN),
    *(stubs.WIREMOCK, stubs.NOCK, messages.FORMAT),
    *(vcr.RUBY, vcr.FORMAT, ndjson.FORMAT, ndjson.BARE),
)
