"""The smallest part of a body that shows one thing, for a person to look at.

The way to the place and what stands there; of everything else nothing.  Values under names of
secrets are replaced, so that an excerpt may be printed and sent.
"""

from __future__ import annotations

import json
from functools import lru_cache
from http import HTTPStatus
from math import isinf
from typing import Final

from conformance.evidence.body import JsonError, load_json
from conformance.live.redact import Redactor
from conformance.live.secrets import SecretNames
from conformance.model.finding import Excerpt
from conformance.model.interaction import Interaction
from conformance.model.operation import Json
from conformance.schema.kinds import tokens

_LONGEST: Final = 80
"""Characters of a string that are shown."""
_MEMBERS: Final = 12
"""Members of an object and items of a list at the place itself."""
_DEPTH: Final = 2
"""Levels shown below the place."""
_TEXT: Final = 300
"""Characters shown of a body that is no JSON."""
_LEFT_OUT: Final = "…"
_SECRET: Final = SecretNames()


def excerpt(body: bytes, pointer: str) -> Excerpt:
    """What stands in ``body`` at ``pointer`` (RFC 6901), under the names that lead to it; else the
    object or list that could have held it.  A body that is no JSON is shown from its beginning."""
    try:
        return _cut_excerpt(_decode_body(body), tokens(pointer))
    except JsonError:
        text = Redactor(_SECRET).text(body[: 4 * _TEXT].decode("utf-8", "replace"))
        shown = text[:_TEXT] + (_LEFT_OUT if len(text) > _TEXT else "")
        return Excerpt(shown, 0, shown.count("\n"))


def request_excerpt(interaction: Interaction) -> Excerpt:
    """The request, marked, and the answer below it where that refuses; without secrets."""
    request, reply = interaction.request, interaction.reply
    if request is None:
        return excerpt(reply.body, "")
    line = f"{request.method} {Redactor(_SECRET).url(request.url)}"
    sent = line[:_TEXT] + (_LEFT_OUT if len(line) > _TEXT else "")
    sent += f"\n{excerpt(request.body, '').text}" if request.body else ""
    refused = reply.status >= HTTPStatus.BAD_REQUEST
    below = f"\n\n{reply.status}\n{excerpt(reply.body, '').text}" if refused and reply.body else ""
    return Excerpt(sent + below, 0, sent.count("\n"))


@lru_cache(maxsize=2)
def _decode_body(body: bytes) -> Json:
    return load_json(body)


def _cut_excerpt(value: Json, way: tuple[str, ...]) -> Excerpt:
    lines: list[str] = []
    closing: list[str] = []
    names: tuple[str, ...] = ()
    lead = ""
    for depth, token in enumerate(way):
        inner = _take_step(value, token)
        if inner is None:
            break
        is_object = isinstance(value, dict)
        lines.append("  " * depth + lead + ("{" if is_object else "["))
        closing.append("  " * depth + ("}" if is_object else "]"))
        lead = f"{json.dumps(token, ensure_ascii=False)}: " if is_object else ""
        names += (token,) if is_object else ()
        value = inner[0]
    shown = lead + json.dumps(_prune(value, names, _DEPTH), ensure_ascii=False, indent=2)
    within = ["  " * len(closing) + line for line in shown.split("\n")]
    text = "\n".join((*lines, *within, *reversed(closing)))
    return Excerpt(text, len(lines), len(lines) + len(within) - 1)


def _prune(value: Json, names: tuple[str, ...], depth: int) -> Json:
    if isinstance(value, dict):
        if not depth:
            return {_LEFT_OUT: _LEFT_OUT} if value else {}
        members = list(value.items())[:_MEMBERS]
        shown = {name[:_LONGEST]: _prune(v, (*names, name), depth - 1) for name, v in members}
        return shown | ({_LEFT_OUT: _LEFT_OUT} if len(value) > len(members) else {})
    if isinstance(value, list):
        kept = [_prune(v, names, depth - 1) for v in value[:_MEMBERS]] if depth else []
        return [*kept, *([_LEFT_OUT] if len(value) > len(kept) else [])]
    if _SECRET.cover(names) and value is not None and not isinstance(value, bool):
        return "x" * min(len(str(value)), _LONGEST) if isinstance(value, str) else 0
    if isinstance(value, str) and len(value) > _LONGEST:
        return value[:_LONGEST] + _LEFT_OUT
    return _LEFT_OUT if isinstance(value, float) and isinf(value) else value


def _take_step(value: Json, token: str) -> tuple[Json] | None:
    """What ``token`` leads to, boxed, since it may be null."""
    if isinstance(value, dict):
        return (value[token],) if token in value else None
    if isinstance(value, list) and token.isascii() and token.isdigit() and len(token) < 19:
        return (value[int(token)],) if int(token) < len(value) else None
    return None
