"""Whether what an address answers is still the page that was stored from it.

A server that has no such page any more seldom says so: it answers 200 and shows a login, a
consent page, an application that a script fills, the start page.  Such an answer must not take
the place of a page, so each is compared with the stored one first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain
from typing import Final

from msgspec import Struct

from conformance.patterns import regex

_DAMAGED: Final = 0.01
"""Share of characters that could not be read, from which on a text counts as damaged."""
_LEFT: Final = 10
"""A page of which less than one part in so many is left is another page."""
_PASSWORD: Final = regex(r"<input\b[^<>]{0,400}?\btype\s{0,9}=\s{0,9}[\"']?password", re.I)
_CLOSED: Final = regex(r"</html\s{0,99}>\s{0,999}\Z", re.I)
_TAIL: Final = 2000
"""Characters at the end in which an HTML document is closed; comments of servers may follow."""
_FORMS: Final = {"html": "HTML", "markdown": "Markdown or text", "flat": "text on one line"}


class Traits(Struct, frozen=True, kw_only=True):
    """What a page is like."""

    form: str
    """``html``, ``markdown`` or ``flat``: how it is read."""
    language: str
    """Primary tag, found from its words; empty when undecided."""
    operations: int
    substance: int
    """Headings, table rows and code samples on it."""
    unreadable: float = 0.0
    """Share of its characters that are none in any charset."""
    closed: bool = False
    """Whether it ends as an HTML document ends."""
    asks_for_password: bool = False


class Refusal(Struct, frozen=True):
    """Why an answer does not take the place of a page, and what to do about it."""

    reason: str
    hint: str = ""


def refusal(language: str, old: Traits, new: Traits) -> Refusal | None:
    """Why answer ``new`` is no more the page stored as ``old`` in ``language`` (a primary tag);
    None when it may be."""
    reasons = chain(_list_reasons(old, new), _list_reasons_in_text(language, old, new))
    return next(map(Refusal, reasons), None)


def _list_reasons(old: Traits, new: Traits) -> Iterator[str]:
    reshaped = old.form != new.form
    if new.unreadable > _DAMAGED >= old.unreadable:
        yield f"{new.unreadable:.0%} of the answer is no text in any charset"
    if new.asks_for_password and not old.asks_for_password and not new.operations:
        yield "not the page any more: the answer asks for a password"
    if old.operations > 0 and not new.operations:
        yield (
            "not the page any more: no operation on what was answered"
            f"{f', as {_FORMS[new.form]}' if reshaped else ''}, {old.operations} "
            "on the stored page (a login, a consent page, a page that a script fills?)"
        )
    if reshaped:
        yield (
            f"answered as {_FORMS[new.form]}, and the stored page is {_FORMS[old.form]}: "
            "it was captured in another way"
        )


def _list_reasons_in_text(language: str, old: Traits, new: Traits) -> Iterator[str]:
    if old.closed and not new.closed:
        yield "the answer breaks off: it is HTML that is not closed"
    if new.substance * _LEFT < old.substance:
        yield (
            f"not the page any more: {new.substance} headings, rows and samples on what was "
            f"answered, {old.substance} on the stored page"
        )
    if old.language == language and new.language not in ("", language):
        yield f"answered in another language: {new.language}, not {language}"


def misread(content: bytes, charset: str, lines: Sequence[str]) -> tuple[Refusal | None, str]:
    """Whether a server's charset gives another text than the ``lines`` read from the bytes alone.

    A stored page has nothing but its bytes, so one that is right only with the declared charset is
    refused; where the bytes prove the server wrong, a note is enough.
    """
    declared = _decode(content, charset) if charset else None
    if not charset or (
        declared is not None and declared.splitlines() == "\n".join(lines).splitlines()
    ):
        return None, ""
    if declared is None or _decode(content, "utf-8") is not None:
        return None, f"the server calls it {charset}, which its bytes are not; they were believed"
    reason = f"its letters are right only as {charset}, which the server says and its bytes do not"
    return Refusal(reason, "save the page as UTF-8 from a browser and give the file"), ""


def _decode(content: bytes, charset: str) -> str | None:
    try:
        return content.decode(charset).removeprefix("\ufeff")
    except (LookupError, ValueError):
        return None


def asks_for_password(text: str) -> bool:
    """Whether a page of HTML has a field for a password."""
    return bool(_PASSWORD.search(text))


def is_closed(text: str) -> bool:
    """Whether a page of HTML was received to its end, as far as one can tell."""
    return bool(_CLOSED.search(text[-_TAIL:]))
