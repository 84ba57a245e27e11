"""Interactions shown to others, without secrets: a part of a body, HAR 1.2, a line for a shell."""

from __future__ import annotations

import base64
import datetime as dt
import json
import re
import shlex
from collections.abc import Iterable, Iterator
from functools import lru_cache
from math import isinf
from typing import Final
from urllib.parse import parse_qsl, urlsplit

import orjson

from conformance import __version__
from conformance.evidence.body import JsonError, load_json
from conformance.live.redact import Redactor
from conformance.live.secrets import SecretNames
from conformance.live.signing import variable_of
from conformance.model.finding import Excerpt
from conformance.model.interaction import Interaction, Request
from conformance.model.operation import Json
from conformance.pages.exchange import Exchange
from conformance.schema.pointers import tokens

_LONGEST: Final = 80
"""Characters of a string that are shown."""
_MEMBERS: Final = 12
"""Members of an object and items of a list at the place itself."""
_DEPTH: Final = 2
"""Levels shown below the place."""
_TEXT: Final = 300
"""Characters shown of a body that is no JSON."""
_LEFT_OUT: Final = "…"


def excerpt(body: bytes, pointer: str) -> Excerpt:
    """What stands in ``body`` at ``pointer`` (RFC 6901), under the names that lead to it.

    Where nothing stands there, the object or list that could have held it.  A list on the way
    keeps the one item.  A body that is no JSON is shown from its beginning.
    """
    try:
        return _Writing(SecretNames()).place(_value(body), tokens(pointer))
    except JsonError:
        text = Redactor(SecretNames()).text(body[: 4 * _TEXT].decode("utf-8", "replace"))
        shown = text[:_TEXT] + (_LEFT_OUT if len(text) > _TEXT else "")
        return Excerpt(shown, 0, shown.count("\n"))


@lru_cache(maxsize=2)
def _value(body: bytes) -> Json:
    """Of several findings in one body the body is read once."""
    return load_json(body)


class _Writing:
    def __init__(self, secret: SecretNames) -> None:
        self._secret = secret
        self._lines: list[str] = []

    def place(self, value: Json, way: tuple[str, ...]) -> Excerpt:
        closing: list[str] = []
        names: list[str] = []
        lead = ""
        for depth, token in enumerate(way):
            inner = _step(value, token)
            if inner is None:
                break
            is_object = isinstance(value, dict)
            self._lines.append("  " * depth + lead + ("{" if is_object else "["))
            closing.append("  " * depth + ("}" if is_object else "]"))
            lead = f"{_json(token)}: " if is_object else ""
            names += [token] if is_object else []
            value = inner[0]
        first = len(self._lines)
        shown = json.dumps(self._prune(value, tuple(names), _DEPTH), ensure_ascii=False, indent=2)
        indent = "  " * len(closing)
        self._lines += [indent + line for line in (lead + shown).split("\n")]
        last = len(self._lines) - 1
        return Excerpt("\n".join((*self._lines, *reversed(closing))), first, last)

    def _prune(self, value: Json, names: tuple[str, ...], depth: int) -> Json:
        if isinstance(value, dict):
            return self._object(value, names, depth)
        if isinstance(value, list):
            kept = [self._prune(v, names, depth - 1) for v in value[:_MEMBERS]] if depth else []
            return [*kept, *([_LEFT_OUT] if len(value) > len(kept) else [])]
        if self._secret.cover(names) and value is not None and not isinstance(value, bool):
            return "x" * min(len(str(value)), _LONGEST) if isinstance(value, str) else 0
        if isinstance(value, str) and len(value) > _LONGEST:
            return value[:_LONGEST] + _LEFT_OUT
        return _LEFT_OUT if isinstance(value, float) and isinf(value) else value

    def _object(self, value: dict[str, Json], names: tuple[str, ...], depth: int) -> Json:
        if not depth:
            return {_LEFT_OUT: _LEFT_OUT} if value else {}
        kept = list(value.items())[:_MEMBERS]
        shown = {name[:_LONGEST]: self._prune(v, (*names, name), depth - 1) for name, v in kept}
        return shown | ({_LEFT_OUT: _LEFT_OUT} if len(value) > len(kept) else {})


def _step(value: Json, token: str) -> tuple[Json] | None:
    """What ``token`` leads to, boxed, since it may be null."""
    if isinstance(value, dict):
        return (value[token],) if token in value else None
    if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 19:
        return (value[int(token)],) if int(token) < len(value) else None
    return None


def _json(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


_CREATOR = {"name": "docs-conformance", "version": __version__}
_NOT_SAID = {"headersSize": -1, "bodySize": -1, "cookies": [], "httpVersion": "HTTP/1.1"}


def write_archive(entries: Iterable[tuple[dt.datetime, Interaction]]) -> bytes:
    """Interactions and the moments they began; those without a request are left out."""
    log = {
        "version": "1.2",
        "creator": _CREATOR,
        "entries": [
            _entry(began, made, made.request) for began, made in entries if made.request is not None
        ],
    }
    return orjson.dumps({"log": log}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def _entry(began: dt.datetime, made: Interaction, asked: Request) -> dict[str, object]:
    pairs = parse_qsl(urlsplit(asked.url).query, keep_blank_values=True)
    request = {
        "method": asked.method,
        "url": asked.url,
        "headers": _fields(asked.headers),
        "queryString": _fields(pairs),
        **_NOT_SAID,
    }
    if asked.body:
        request["postData"] = {"mimeType": _type(asked.headers), **_text(asked.body)}
    return {
        "startedDateTime": began.isoformat(),
        "time": 0,
        "request": request,
        "response": {
            "status": made.reply.status,
            "statusText": "",
            "headers": _fields(made.reply.headers),
            "content": {
                "size": len(made.reply.body),
                "mimeType": _type(made.reply.headers),
                **_text(made.reply.body),
            },
            "redirectURL": "",
            **_NOT_SAID,
        },
        "cache": {},
        "timings": {"send": 0, "wait": 0, "receive": 0},
        "_origin": made.origin.value,
    }


def _fields(pairs: Iterable[tuple[str, str]]) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in pairs]


def _type(fields: Iterable[tuple[str, str]]) -> str:
    return next((value for name, value in fields if name.lower() == "content-type"), "")


def _text(body: bytes) -> dict[str, str]:
    try:
        return {"text": body.decode()}
    except UnicodeDecodeError:
        return {"text": base64.b64encode(body).decode(), "encoding": "base64"}


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
