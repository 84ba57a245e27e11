"""Requests that cannot harm an account, as a manifest declares them.

Example::

    [[probe]]
    operation = "DELETE /v1/orders/{pair}"
    reason = "The pair has no open orders: looked up before anything is cancelled."
    inputs.pair = "literal:ABC-XYZ"           # what to send for each input
    statuses = ["404"]                        # optional: answers as good as a success
    check.operation = "GET /v1/orders/{pair}" # optional: asked first, with the same inputs
    check.empty = "data.orders"               # the list that has to be empty

Words for what to send:

``random-uuid``
    Name-based UUIDs (version 5, RFC 9562) of our own, which nobody else gives out.
``unknown:TEXT{}TEXT``
    The text, with letters for ``{}`` that name nothing.
``literal:TEXT``
    The text itself.
``now-ms``, ``now-s``
    The time of sending since 1970.

Every input of a probe is sent and no other; a spoilt request never leaves out or widens what
a probe names.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from conformance.snapshot.toml_table import Table

_OPERATION: Final = re.compile(r"[A-Z]{3,10} /\S*\Z")
_CHECK: Final = re.compile(r"(GET|HEAD) /\S*\Z")
_STATUS: Final = re.compile(r"[1-5][0-9]{2}\Z")
_WORD: Final = re.compile(
    r"random-uuid\Z|now-m?s\Z|literal:.{1,200}\Z|unknown:[^{}]{0,60}\{\}[^{}]{0,60}\Z"
)
_WORDS: Final = "random-uuid, now-ms, now-s, unknown:TEXT{}TEXT or literal:TEXT"


@dataclass(frozen=True, slots=True, kw_only=True)
class Check:
    """A question that has to be answered with an empty list before a probe is sent."""

    operation: str
    """``GET /path``; placeholders and query take the probe's inputs of the same name."""
    empty: str
    """Dotted name of the list in the answer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """A request that is harmless by construction, and why."""

    operation: str
    """``METHOD /path`` as the docs have it."""
    reason: str
    """Why no account can be harmed by it."""
    inputs: tuple[tuple[str, str], ...] = ()
    """Input name and the word for what to send there, in file order."""
    statuses: tuple[str, ...] = ()
    """Statuses that are as good an answer to it as a success."""
    check: Check | None = None


def read_probe(entry: Table) -> Probe:
    """One ``[[probe]]``.

    Raises:
        InputError: something is missing, unknown or not written as it must be.
    """
    entry.only("operation", "reason", "inputs", "statuses", "check")
    inputs = entry.table("inputs")
    return Probe(
        operation=_matching(entry, "operation", _OPERATION, "METHOD /path"),
        reason=entry.text("reason"),
        inputs=tuple((name, _matching(inputs, name, _WORD, _WORDS)) for name in inputs.data),
        statuses=_statuses(entry),
        check=_check(entry.table("check")) if "check" in entry.data else None,
    )


def _statuses(entry: Table) -> tuple[str, ...]:
    for status in entry.texts("statuses"):
        if not _STATUS.match(status):
            raise entry.error(f"'statuses' holds {status!r}", "write three digits")
    return entry.texts("statuses")


def _check(table: Table) -> Check:
    table.only("operation", "empty")
    return Check(
        operation=_matching(table, "operation", _CHECK, "GET /path: a question changes nothing"),
        empty=table.text("empty"),
    )


def _matching(table: Table, key: str, pattern: re.Pattern[str], hint: str) -> str:
    value = table.text(key)
    if not pattern.match(value):
        raise table.error(f"{key!r} is {value!r}", f"write {hint}")
    return value
