"""Requests as other tools write them: HAR 1.2, and a line for a shell without secrets."""

from __future__ import annotations

import base64
import datetime as dt
import shlex
from collections.abc import Iterable, Iterator
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from conformance import __version__
from conformance.live.signing import variable_of
from conformance.model.interaction import Interaction, Reply, Request, header_value
from conformance.pages.exchange import Exchange
from conformance.patterns import regex

_CREATOR = {"name": "docs-conformance", "version": __version__}
_UNKNOWN = {"headersSize": -1, "bodySize": -1, "cookies": [], "httpVersion": "HTTP/1.1"}


def write_archive(entries: Iterable[tuple[dt.datetime, Interaction]]) -> bytes:
    """Interactions and the moments they began; those without a request are left out."""
    asked = ((began, made, made.request) for began, made in entries)
    listed = [_encode_entry(began, made, request) for began, made, request in asked if request]
    log = {"version": "1.2", "creator": _CREATOR, "entries": listed}
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _encode_entry(began: dt.datetime, made: Interaction, asked: Request) -> dict[str, object]:
    pairs = parse_qsl(urlsplit(asked.url).query, keep_blank_values=True)
    request = {
        "method": asked.method,
        "url": asked.url,
        "headers": _encode_fields(asked.headers),
        "queryString": _encode_fields(pairs),
        **_UNKNOWN,
    }
    if asked.body:
        request["postData"] = _encode_content(asked)
    reply = made.reply
    response = {
        "status": reply.status,
        "statusText": "",
        "headers": _encode_fields(reply.headers),
        "content": {"size": len(reply.body), **_encode_content(reply)},
        "redirectURL": "",
        **_UNKNOWN,
    }
    return {
        "startedDateTime": began.isoformat(),
        "time": 0,
        "request": request,
        "response": response,
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_origin": made.origin.value,
    }


def _encode_fields(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _encode_content(message: Request | Reply) -> dict[str, str]:
    media_type, body = header_value(message.headers, "content-type"), message.body
    try:
        return {"mimeType": media_type, "text": body.decode()}
    except UnicodeDecodeError:
        encoded = base64.b64encode(body).decode()
        return {"mimeType": media_type, "text": encoded, "encoding": "base64"}


_SPECIAL: Final = regex(r'(["$`\\])')


def curl_line(
    exchange: Exchange, request: Request, *, signed: bool = True, server: str = ""
) -> str:
    """The shell command that sends the still unsigned ``request`` to ``server``, or to what a
    variable names.  Lines that begin with ``#`` say how to work out what one command cannot."""
    scheme = (exchange.auth or "none") if signed else "none"
    address = urlsplit(request.url)
    query = f"?{address.query}" if address.query else ""
    how = list(_describe_signing(exchange, scheme))
    variable = f"${{{variable_of(exchange.environment, 'server_url')}}}"
    target = (_quote(server.rstrip("/")) or variable) + _quote(address.path + query)
    if scheme == "hmac":
        target += ("&" if query else "?") + "${signature}"
    parts = ["curl", "-X", shlex.quote(request.method), f'"{target}"']
    for name, value in request.headers:
        parts += ["-H", shlex.quote(f"{name}: {value}")]
    for header in _encode_headers(exchange, scheme):
        parts += ["-H", f'"{header}"']
    if request.body:
        parts += ["--data-binary", shlex.quote(request.body.decode(errors="replace"))]
    return "\n".join([*how, " ".join(parts)])


def _encode_headers(exchange: Exchange, scheme: str) -> Iterator[str]:
    key = variable_of(exchange.environment, "access_key")
    header = exchange.auth_details.key_header
    if scheme in ("api-key", "hmac") and header:
        yield f"{_quote(header)}: ${{{key}}}"
    elif scheme == "bearer":
        yield f"Authorization: Bearer ${{{key}}}"
    elif scheme == "jwt":
        yield "Authorization: Bearer ${token}"


def _describe_signing(exchange: Exchange, scheme: str) -> Iterator[str]:
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
    return _SPECIAL.sub(r"\\\1", text)
