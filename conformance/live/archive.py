"""Interactions as an HTTP Archive (HAR 1.2), as browsers save them."""

from __future__ import annotations

import base64
import datetime as dt
from collections.abc import Iterable
from urllib.parse import parse_qsl, urlsplit

import orjson

from conformance import __version__
from conformance.model.interaction import Interaction, Request

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
