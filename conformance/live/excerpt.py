"""The smallest part of a body that shows one thing, for a person to look at.

The way to the place and what stands there; of everything else nothing.  Values under names of
secrets are replaced, so that an excerpt may be printed and sent.
"""

from __future__ import annotations

import json
from functools import lru_cache
from math import isinf
from typing import Final

from conformance.evidence.body import JsonError, load_json
from conformance.live.redact import Redactor
from conformance.live.secrets import SecretNames
from conformance.model.finding import Excerpt
from conformance.model.operation import Json
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
    """What stands in ``body`` at ``pointer`` (RFC 6901), under the names that lead to it; else the
    object or list that could have held it.  A body that is no JSON is shown from its beginning."""
    try:
        return _Writing(SecretNames()).place(_value(body), tokens(pointer))
    except JsonError:
        text = Redactor(SecretNames()).text(body[: 4 * _TEXT].decode("utf-8", "replace"))
        shown = text[:_TEXT] + (_LEFT_OUT if len(text) > _TEXT else "")
        return Excerpt(shown, 0, shown.count("\n"))


@lru_cache(maxsize=2)
def _value(body: bytes) -> Json:
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
            lead = f"{json.dumps(token, ensure_ascii=False)}: " if is_object else ""
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
