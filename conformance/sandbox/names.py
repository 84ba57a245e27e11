"""What the names in a contract say of orders: word lists, and nothing of any one exchange."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

_WORD: Final = re.compile(r"[A-Z]+s?(?![a-z])|[A-Z]?[a-z]+|[0-9]+")

_LISTS: Final = frozenset({"list", "array", "set"})
_IDENTITY: Final = re.compile(r"(?:order|ord|client|custom|user|cl)*(?:id|uuid|guid|identifier)")
"""An identity, after nothing but what an order is called and whose it is."""

CANCELLING: Final = ("cancel", "revoke")
FAILING: Final = ("fail", "reject", "error", "invalid", "refus", "unprocess", "not")
PENDING: Final = ("open", "new", "pending", "live", "active", "wait", "unfilled")
ORDERS: Final = ("order",)
"""Beginnings of words; ``cancel`` stands for ``cancelled`` and ``cancellation``, too."""


def words(name: str) -> tuple[str, ...]:
    """The words of a name in lower case, singular: ``orderIDList`` is ``order``, ``id``, ``list``.

    A name without Latin letters is one word.
    """
    found = tuple(_singular(word.lower()) for word in _WORD.findall(name))
    return found or (name.casefold(),)


def stem(name: str) -> str:
    """A name by which an input, a member and a list of the same thing know each other.

    ``ids[]``, ``id`` and ``id_list`` have one stem.
    """
    kept = [word for word in words(name) if word not in _LISTS]
    return "".join(kept) or name


def is_identity(name: str) -> bool:
    """Whether a member of this name tells one order from another."""
    return _IDENTITY.fullmatch(stem(name)) is not None


def speaks_of(text: str, beginnings: Iterable[str]) -> bool:
    """Whether a word of ``text`` begins with one of ``beginnings``."""
    return any(word.startswith(tuple(beginnings)) for word in words(text))


def _singular(word: str) -> str:
    plural = word.endswith("s") and not word.endswith(("ss", "us", "is")) and len(word) > 2
    return word[:-1] if plural else word
