"""Whether what an address answers is still the page that was stored from it.

A server that has no such page any more seldom says so: it answers 200 and shows a login, a
consent page, an application that a script fills, the start page.  Such an answer must not take
the place of a page, so each is compared with the stored one first.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

_DAMAGED: Final = 0.01
"""Share of characters that could not be read, from which on a text counts as damaged."""
_LEFT: Final = 10
"""A page of which less than one part in so many is left is another page."""
_PASSWORD: Final = re.compile(r"<input\b[^<>]{0,400}?\btype\s{0,9}=\s{0,9}[\"']?password", re.I)
_CLOSED: Final = re.compile(r"</html\s{0,99}>\s{0,999}\Z", re.I)
_TAIL: Final = 2000
"""Characters at the end in which an HTML document is closed; comments of servers may follow."""
_FORMS: Final = {"html": "HTML", "markdown": "Markdown or text", "flat": "text on one line"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Traits:
    """What a page is like."""

    form: str
    """``html``, ``markdown`` or ``flat``: how it is read."""
    language: str
    """Primary tag, found from its words; empty when undecided."""
    operations: int
    """Operations it documents."""
    substance: int
    """Headings, table rows and code samples on it."""
    unreadable: float = 0.0
    """Share of its characters that are none in any charset."""
    closed: bool = False
    """Whether it ends as an HTML document ends."""
    asks_for_password: bool = False


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why an answer does not take the place of a page, and what to do about it."""

    reason: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Pair:
    """A page as it is stored, and what its address answers now."""

    language: str
    """Primary tag of the manifest's."""
    old: Traits
    new: Traits


def refusal(pair: Pair) -> Refusal | None:
    """Why the answer is not the page any more; None when it may be."""
    return next((Refusal(words(pair)) for is_so, words in _CASES if is_so(pair)), None)


def misread(content: bytes, charset: str, lines: Sequence[str]) -> tuple[Refusal | None, str]:
    """Whether the charset a server names gives another text than was read from the bytes alone.

    A stored page has nothing but its bytes, so one that is read rightly only with what the
    server declared is refused.  Where the bytes themselves say that the server is wrong
    (they are UTF-8, or nothing in the charset it names), a note is enough.

    Args:
        content: what was answered.
        charset: as the server names it; empty when it names none.
        lines: the text as it was read.
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


def _is_damaged(pair: Pair) -> bool:
    return pair.new.unreadable > _DAMAGED >= pair.old.unreadable


def _is_login(pair: Pair) -> bool:
    new = pair.new
    return new.asks_for_password and not pair.old.asks_for_password and not new.operations


def _lost_its_operations(pair: Pair) -> bool:
    return pair.old.operations > 0 and not pair.new.operations


def _has_another_form(pair: Pair) -> bool:
    return pair.old.form != pair.new.form


def _is_cut_off(pair: Pair) -> bool:
    return pair.old.closed and not pair.new.closed


def _is_nearly_empty(pair: Pair) -> bool:
    return pair.new.substance * _LEFT < pair.old.substance


def _is_in_another_language(pair: Pair) -> bool:
    return pair.old.language == pair.language and pair.new.language not in ("", pair.language)


def _nothing_left(pair: Pair) -> str:
    form = "" if not _has_another_form(pair) else f", as {_FORMS[pair.new.form]}"
    return (
        f"not the page any more: no operation on what was answered{form}, {pair.old.operations} "
        "on the stored page (a login, a consent page, a page that a script fills?)"
    )


_CASES: Final[tuple[tuple[Callable[[Pair], bool], Callable[[Pair], str]], ...]] = (
    (
        _is_damaged,
        lambda p: f"{p.new.unreadable:.0%} of the answer is no text in any charset",
    ),
    (_is_login, lambda _: "not the page any more: the answer asks for a password"),
    (_lost_its_operations, _nothing_left),
    (
        _has_another_form,
        lambda p: (
            f"answered as {_FORMS[p.new.form]}, and the stored page is {_FORMS[p.old.form]}: "
            "it was captured in another way"
        ),
    ),
    (_is_cut_off, lambda _: "the answer breaks off: it is HTML that is not closed"),
    (
        _is_nearly_empty,
        lambda p: (
            f"not the page any more: {p.new.substance} headings, rows and samples on what was "
            f"answered, {p.old.substance} on the stored page"
        ),
    ),
    (
        _is_in_another_language,
        lambda p: f"answered in another language: {p.new.language}, not {p.language}",
    ),
)
"""What an answer may be instead of the page, the plainest first, and the words for it."""
