"""Bytes of an evidence file to a tree, by what they are and not by name; what an entry states."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Literal

from conformance.errors import InputError
from conformance.evidence.body import JsonError, load_json, require_few_values
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.yaml_source import YamlError, load_yaml
from conformance.model.interaction import Origin, Reply, Request

BOM = b"\xef\xbb\xbf"

MAX_FILE_VALUES = 8_000_000
"""Values of a JSON file, those of bodies that stand in it as text included."""


class UnreadableError(InputError):
    """The file is neither JSON, nor JSON lines, nor YAML, or breaks off within one of them."""


class UnknownSyntaxError(UnreadableError):
    """Nothing in the file says what it is meant to be."""


@dataclass(frozen=True, slots=True)
class Source:
    """An evidence file once its syntax is known."""

    data: bytes
    """The file, octet for octet."""
    syntax: Literal["json", "lines", "yaml", "flows"]
    tree: object
    """The value; for ``lines`` the tuple of lines that are not blank, each JSON or broken."""


_CASSETTE = re.compile(rb"^(?:---|version:|interactions:|http_interactions:)", re.MULTILINE)
_FLOW = re.compile(rb"[0-9]{1,9}:[0-9]{1,9}:[a-z_]{1,40};")
"""How a tnetstring begins that is a mapping."""
_HEAD = 4096


def parse(data: bytes) -> Source:
    """The file as JSON, JSON lines, YAML or flows; :class:`UnreadableError` if it is none.

    :class:`InputError` for one that holds more than ``MAX_FILE_VALUES``.

    A byte order mark before the whole is ignored, as HAR 1.2 asks for.
    """
    text = data.removeprefix(BOM)
    if not text.strip():
        raise UnreadableError("the file is empty")
    require_few_values(text, MAX_FILE_VALUES)
    try:
        return Source(data, "json", load_json(text))
    except JsonError as error:
        return _not_one_value(data, text, error)


def _not_one_value(data: bytes, text: bytes, error: JsonError) -> Source:
    if _FLOW.match(data):
        return Source(data, "flows", None)
    lines = tuple(line for line in map(bytes.strip, text.split(b"\n")) if line)
    if len(lines) > 1 and any(map(is_record, lines[:2])):
        return Source(data, "lines", lines)
    if text.lstrip()[:1] in (b"{", b"[") or error.reason.startswith("the text is UTF"):
        raise UnreadableError(str(error)) from None
    return Source(data, "yaml", _yaml(text))


def is_record(line: bytes) -> bool:
    """Whether a line is an object or array of its own, and the file so not one value cut short."""
    if line[:1] not in (b"{", b"["):
        return False
    try:
        load_json(line)
    except JsonError:
        return False
    return True


def _yaml(text: bytes) -> object:
    try:
        return load_yaml(text)
    except YamlError as error:
        if _CASSETTE.search(text[:_HEAD]):
            raise UnreadableError(f"not YAML: {error}") from None
        raise UnknownSyntaxError(f"neither JSON nor YAML; as YAML: {error}") from None


class EntryError(InputError):
    """One entry, or the frame around all of them, is not what its format promises."""


class NoAnswerError(EntryError):
    """A sound entry that is no HTTP answer: a socket, inline data, a request that was aborted."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where evidence comes from, as far as one source tells."""

    origin: Origin | None = None
    date: str = ""
    """ISO 8601 date; empty when not told."""
    note: str = ""

    def over(self, other: Provenance) -> Provenance:
        """This, with what it does not tell taken from ``other``."""
        return Provenance(
            origin=self.origin or other.origin,
            date=self.date or other.date,
            note=self.note or other.note,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """An interaction as its file has it; where it stands is the reader's to add."""

    reply: Reply
    request: Request | None = None
    provenance: Provenance = Provenance()


@dataclass(frozen=True, slots=True)
class Format:
    """A way to write interactions down, as three functions."""

    name: str
    """As a user knows it."""
    recognises: Callable[[Source], bool]
    """Whether a file looks like this format, sound or not."""
    frame: Callable[[Source], tuple[Provenance, Iterable[object]]]
    """What the file says of all its entries, and the entries; :class:`EntryError` if unsound."""
    entry: Callable[[object, DecodingBudget], Entry]
    """One of those entries read; :class:`EntryError` or another InputError if unsound.

    Its coded bodies are decoded at the cost of the file's budget.
    """
