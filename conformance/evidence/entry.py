"""What one entry of an evidence file says, and what a format is."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from conformance.errors import InputError
from conformance.evidence.coding import DecodingBudget
from conformance.evidence.source import Source
from conformance.model.interaction import Origin, Reply, Request


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
