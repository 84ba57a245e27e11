"""Whether a probe proves what it says of one request, as far as page and HTTP let it be proved.

A manifest says that a request can match nothing.  That is worth something only if the server has
to look at what narrows it, so the page and the form of the request have a say, too.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from conformance.live.harmless import placed_inputs
from conformance.model.interaction import Request
from conformance.model.operation import Operation, Stated
from conformance.pages.probes import Probe
from conformance.strategies.inputs import Key, inputs_of

_IGNORES_BODIES: Final = frozenset(("GET", "HEAD", "DELETE"))
"""Methods whose body means nothing (RFC 9110, sections 9.3.1, 9.3.2 and 9.3.5)."""
_JSON: Final = re.compile(r"application/(?:[\w.-]+\+)?json(?:;\s*charset=\"?utf-8\"?)?", re.I)


def disproof(
    probe: Probe, request: Request, documented: Iterable[Operation], base: str = ""
) -> str:
    """Why ``request`` is not proved harmless by ``probe``, which it fits; empty where it is.

    ``documented`` is every operation that the request may be one of, ``base`` the path of the
    server's address, without a slash at its end.
    """
    if not probe.narrows:
        return "narrows nothing"
    form = _wrong_form(request)
    if form:
        return form
    operations = tuple(documented)
    known = [{i.key for i in inputs_of(operation)} for operation in operations]
    places = placed_inputs(probe, request, base)
    unknown = [name for place, name in places if any((place, name) not in keys for keys in known)]
    if unknown or not operations:
        return f"sends what no page has there: {', '.join(unknown) or 'its operation'}"
    needed = {key for key in places if all(_requires(operation, key) for operation in operations)}
    return _wide(probe, {name for _, name in needed})


def _wrong_form(request: Request) -> str:
    """How the server may read another request than was meant."""
    headers = {name.lower(): value for name, value in request.headers}
    if headers.keys() - {"content-type"}:
        return "names no header, and one was to be sent"
    if request.body and request.method in _IGNORES_BODIES:
        return f"has a body, which servers may ignore at {request.method}"
    if request.body and not _JSON.fullmatch(headers.get("content-type", "")):
        return "has a body of JSON that would not be sent as JSON"
    return ""


def _requires(operation: Operation, key: Key) -> bool:
    return any(i.key == key and i.required is Stated.YES for i in inputs_of(operation))


def _wide(probe: Probe, needed: set[str]) -> str:
    """What a server may do without, or take as leave to do more; ``needed`` are required names."""
    more = sorted(probe.literals - needed)
    if more:
        return f"sends what no page requires and no check asks for: {', '.join(more)}"
    if probe.check is None and not probe.removes and not probe.narrowing & needed:
        return "narrows by nothing that its page requires"
    return ""
