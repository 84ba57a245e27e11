"""A request as a line for a shell, every secret a variable of the environment."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator
from typing import Final
from urllib.parse import urlsplit

from conformance.live.credentials import variable_of
from conformance.model.interaction import Request
from conformance.pages.exchange import Exchange

_SPECIAL: Final = re.compile(r'(["$`\\])')


def curl_line(
    exchange: Exchange, request: Request, *, signed: bool = True, server: str = ""
) -> str:
    """What to type to send ``request``, which is not signed yet, as this package does.

    It goes to ``server``, or where that is empty to what a variable of the environment names.
    Lines that begin with ``#`` say how to work out what a single command cannot.
    """
    scheme = (exchange.auth or "none") if signed else "none"
    address = urlsplit(request.url)
    query = f"?{address.query}" if address.query else ""
    how = list(_how(exchange, scheme))
    variable = f"${{{variable_of(exchange.environment, 'server_url')}}}"
    target = (_quote(server.rstrip("/")) or variable) + _quote(address.path + query)
    if scheme == "hmac":
        target += ("&" if query else "?") + "${signature}"
    parts = ["curl", "-X", shlex.quote(request.method), f'"{target}"']
    for name, value in request.headers:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    for header in _headers(exchange, scheme):
        parts += ["-H", f'"{header}"']
    if request.body:
        parts += ["--data-binary", shlex.quote(request.body.decode(errors="replace"))]
    return "\n".join([*how, " ".join(parts)])


def _headers(exchange: Exchange, scheme: str) -> Iterator[str]:
    key = variable_of(exchange.environment, "access_key")
    header = exchange.auth_details.key_header
    if scheme in ("api-key", "hmac") and header:
        yield f"{_quote(header)}: ${{{key}}}"
    elif scheme == "bearer":
        yield f"Authorization: Bearer ${{{key}}}"
    elif scheme == "jwt":
        yield "Authorization: Bearer ${token}"


def _how(exchange: Exchange, scheme: str) -> Iterator[str]:
    key = variable_of(exchange.environment, "access_key")
    secret = variable_of(exchange.environment, "secret_key")
    details = exchange.auth_details
    if scheme in ("api-key", "hmac") and not details.key_header:
        yield f"# ${{{key}}} goes into a header that the pages do not name"
    if scheme == "jwt":
        yield f"# token: a JWT, HS256 with ${{{secret}}}: access_key = ${{{key}}}, nonce = a UUID,"
        yield f"# query_hash = the SHA512 of the query {details.query}, query_hash_alg = SHA512"
    elif scheme == "hmac":
        names = details.timestamp_parameter, details.signature_parameter
        yield f"# signature: {names[0]}=MILLISECONDS&{names[1]}=HEX"
        yield f"# HEX: HMAC-SHA256 with ${{{secret}}} over query, the timestamp in it, and body"


def _quote(text: str) -> str:
    """For use between double quotes."""
    return _SPECIAL.sub(r"\\\1", text)
