"""The formats evidence comes in, asked in this order; the last one takes any JSON."""

from __future__ import annotations

from conformance.evidence.formats import (
    bare,
    charles,
    har,
    mitmproxy,
    ndjson,
    postman,
    ruby_vcr,
    vcr,
)
from conformance.evidence.source import Format

FORMATS: tuple[Format, ...] = (
    har.FORMAT,
    mitmproxy.FORMAT,
    charles.FORMAT,
    postman.FORMAT,
    ruby_vcr.FORMAT,
    vcr.FORMAT,
    ndjson.FORMAT,
    bare.FORMAT,
)
