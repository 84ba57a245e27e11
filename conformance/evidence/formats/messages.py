"""HTTP messages as they go over the wire (RFC 9112), one request and its answer after another.

As ``.http`` files keep them and command-line clients print them: the request may leave out its
version, lines of ``###`` part two of them, and lines before the first that begin with a ``#`` are
remarks.  The body of an answer goes on to the next request or to such a line.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise
from typing import Final

from conformance.evidence.coding import DecodingBudget
from conformance.evidence.parts import (
    ANSWERED,
    NO_PROVENANCE,
    REQUESTED,
    Entry,
    EntryError,
    EvidenceFile,
    Format,
    NoAnswerError,
    Provenance,
    reply,
)
from conformance.evidence.parts import request as make_request
from conformance.model.interaction import Headers
from conformance.patterns import regex

_PARTED: Final = regex(rb"^###[^\n]*$", re.MULTILINE)
_OF_SENDING: Final = frozenset({"content-length", "transfer-encoding", "content-encoding"})
"""Fields that say how a body was sent: it is kept as it was read."""
_FIELD: Final = regex(r"([!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}):[ \t]*(.*)")


def _read_frame(source: EvidenceFile) -> tuple[Provenance, Iterable[object]]:
    starts = [hit.start() for hit in REQUESTED.finditer(source.data)]
    parts = (source.data[at:end] for at, end in pairwise([*starts, len(source.data)]))
    return NO_PROVENANCE, list(parts)


def _read_entry(raw: object, budget: DecodingBudget) -> Entry:
    if not isinstance(raw, bytes):
        raise EntryError("messages are octets")
    data = raw[: end.start()] if (end := _PARTED.search(raw)) else raw
    status = ANSWERED.search(data)
    if status is None:
        raise NoAnswerError("a request without an answer")
    line, asked, sent = _read_parts(data[: status.start()])
    _, answered, body = _read_parts(data[status.start() :])
    fields = tuple(one for one in answered if one[0].lower() not in _OF_SENDING)
    method, address = line.split(" ")[:2]
    if address.startswith("/"):
        host = next((text for name, text in asked if name.lower() == "host"), "localhost")
        address = f"https://{host}{address}"
    return Entry(
        request=make_request(method, address, asked, sent),
        reply=reply(int(status[1]), fields, body, budget),
    )


def _read_parts(message: bytes) -> tuple[str, Headers, bytes]:
    """The first line of a message, its header fields, and its body without the blanks around it."""
    text = message.replace(b"\r\n", b"\n")
    head, _, body = text.partition(b"\n\n")
    lines = head.decode(errors="replace").split("\n")
    hits = (_FIELD.fullmatch(line.strip()) for line in lines[1:])
    return lines[0].strip(), tuple((hit[1], hit[2]) for hit in hits if hit), body.strip()


FORMAT = Format(
    "HTTP messages", lambda source: source.syntax == "messages", _read_frame, _read_entry
)
