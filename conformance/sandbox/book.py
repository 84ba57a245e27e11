"""The orders a sandbox knows: those that are open, and those that are finished."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Final, TypeAlias

from conformance.compare.wording import as_text
from conformance.errors import InputError
from conformance.evidence.body import load_json
from conformance.model.operation import Json, Scalar
from conformance.patterns import regex

_WORD: Final = regex(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|[0-9]+")
_LISTS: Final = frozenset({"list", "array", "set"})
_IDENTITY: Final = regex(r"(?:order|ord|client|custom|user|cl)*(?:id|uuid|guid|identifier)")
"""An identity, after nothing but what an order is called and whose it is."""
CANCELLING: Final = ("cancel", "revoke")
FAILING: Final = ("fail", "reject", "error", "invalid", "refus", "unprocess", "not")
PENDING: Final = ("open", "new", "pending", "live", "active", "wait", "unfilled")
ORDERS: Final = ("order",)
"""Beginnings of words; ``cancel`` stands for ``cancelled`` and ``cancellation``, too."""
Order: TypeAlias = Mapping[str, Scalar]
"""What is known of one order, by the stems of the names its members have anywhere."""
_HINT: Final = 'write {"open": [{"id": "..."}], "finished": [...]}, or a list of open orders'
_LARGEST: Final = 16 * 2**20


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, singular: ``orderIDList`` is ``order``, ``id``, ``list``.
    A name without Latin letters is one word."""
    found = [word.lower() for word in _WORD.findall(name)]
    return tuple(map(_make_singular, found)) or (name.casefold(),)


def stem(name: str) -> str:
    """A name by which an input, a member and a list of the same thing know each other.  ``ids[]``,
    ``id`` and ``id_list`` have one stem."""
    kept = [word for word in words(name) if word not in _LISTS]
    return "".join(kept) or name


def is_identity(name: str) -> bool:
    """Whether a member of this name tells one order from another."""
    return _IDENTITY.fullmatch(stem(name)) is not None


def speaks_of(text: str, beginnings: Iterable[str]) -> bool:
    """Whether a word of ``text`` begins with one of ``beginnings``."""
    return any(word.startswith(tuple(beginnings)) for word in words(text))


def _make_singular(word: str) -> str:
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2
    return word[:-1] if plural else word


@dataclass(slots=True)
class Book:
    """Open and finished orders.  Hold ``lock`` from looking an order up to finishing it."""

    open: list[Order] = field(default_factory=list)
    finished: list[Order] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock, repr=False)

    def find(self, name: str, text: str) -> tuple[Order | None, bool]:
        """The order with ``text`` as its member ``name``, and whether it is open."""
        for orders, is_open in ((self.open, True), (self.finished, False)):
            for order in orders:
                if name in order and as_text(order[name]) == text:
                    return order, is_open
        return None, False

    def matching(self, wanted: Mapping[str, tuple[str, ...]]) -> list[Order]:
        """Open orders that have no member other than ``wanted``; one they lack is no objection."""
        return [
            order
            for order in self.open
            if all(as_text(order[n]) in texts for n, texts in wanted.items() if n in order)
        ]

    def finish(self, orders: Iterable[Order]) -> None:
        gone = {id(order): order for order in orders}
        self.open = [order for order in self.open if id(order) not in gone]
        self.finished += gone.values()


def read_orders(path: Path) -> Book:
    """The orders in a JSON file: ``{"open": [{...}], "finished": [{...}]}`` or a list of open ones.
    Raises InputError: the file cannot be read, or holds something else."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise InputError(f"larger than {_LARGEST} bytes", hint="seed fewer orders")
        return book_of(load_json(data))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def book_of(seeds: Json) -> Book:
    """The book that ``seeds``, in the form of :func:`read_orders`, describes.  Raises InputError:
    it is something else."""
    parts = {"open": seeds} if isinstance(seeds, list) else seeds
    if not isinstance(parts, dict) or not set(parts) <= {"open", "finished"}:
        raise InputError("no orders", hint=_HINT)
    return Book(
        open=list(_find_orders(parts.get("open", []), "open")),
        finished=list(_find_orders(parts.get("finished", []), "finished")),
    )


def _find_orders(listed: Json, where: str) -> Iterator[Order]:
    if not isinstance(listed, list):
        raise InputError(f"{where!r} is no list", hint=_HINT)
    for number, order in enumerate(listed):
        members = order.items() if isinstance(order, dict) else ()
        known = {name: v for name, v in members if isinstance(v, str | int | float)}
        if not any(map(is_identity, known)):
            hint = "give each order an id, a text or a number"
            raise InputError(f"{where}[{number}] has no identity", hint=hint)
        yield {stem(name): value for name, value in known.items()}
