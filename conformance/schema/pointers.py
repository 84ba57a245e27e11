"""The three ways to point at a value: JSON Pointer, dotted subject, source span.

A pointer (RFC 6901) names one place in one body, ``/orders/3/uuid``; a subject names what the
documentation calls it, ``responses.200.orders[].uuid``; a span is where it says so.
"""

from __future__ import annotations

import re
from typing import Any, Final

from conformance.errors import UsageError
from conformance.patterns import regex

ITEMS: Final = "[]"
_PLAIN: Final = regex(r"[^\s.\[\]\"]+")
_NOTHING: Final = object()
_INDEX: Final = regex(r"0|[1-9][0-9]*")
_STEP: Final = regex(r'"((?:[^"\\]|\\.)*)"|\[\]|[^.\[\]"]+')


def child(pointer: str, token: str | int) -> str:
    """The pointer to a member or item of what ``pointer`` points to."""
    return f"{pointer}/{str(token).replace('~', '~0').replace('/', '~1')}"


def tokens(pointer: str) -> tuple[str, ...]:
    """The reference tokens of a pointer, unescaped.  Raises UsageError: not a JSON Pointer (RFC
    6901, section 3): it neither is empty nor begins with a slash."""
    if pointer and not pointer.startswith("/"):
        raise UsageError(f"not a JSON Pointer: {pointer!r}", hint="one begins with a slash")
    return tuple(t.replace("~1", "/").replace("~0", "~") for t in pointer.split("/")[1:])


def resolve(pointer: str, body: Any) -> Any:
    """What ``pointer`` points to in ``body``.  Raises KeyError: nothing is there."""
    found = body
    for token in tokens(pointer):
        if isinstance(found, dict) and token in found:
            found = found[token]
        elif isinstance(found, list) and _INDEX.fullmatch(token) and len(token) < 19:
            found = found[int(token)] if int(token) < len(found) else _NOTHING
        else:
            found = _NOTHING
        if found is _NOTHING:
            raise KeyError(pointer)
    return found


def member(subject: str, name: str) -> str:
    """The subject of a member; a name that is not plain (dots, brackets, blanks) is quoted."""
    return ".".join(filter(None, (subject, quote_step(name))))


def parameter(name: str) -> str:
    """The subject of an input outside the body: ``parameters.ids`` for ``ids[]``."""
    return member("parameters", name.removesuffix(ITEMS) or name)


def quote_step(name: str) -> str:
    """A name as one step of a dotted subject."""
    if _PLAIN.fullmatch(name):
        return name
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def steps(subject: str) -> tuple[str, ...]:
    """The steps of a dotted subject, unquoted; ``[]`` is a step of its own."""
    return tuple(
        re.sub(r"\\(.)", r"\1", found[1]) if found[1] is not None else found[0]
        for found in _STEP.finditer(subject)
    )
