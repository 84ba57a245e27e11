"""Items of lists that document several names at once."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.model.document import ListItem, Mark, Text
from conformance.patterns import regex
from conformance.reading.rows.row import cut_text, join_texts

_SEVERAL_BARE = regex(
    r"(?P<names>[a-z_][\w.]{0,63}(?:\s?[/、]\s?[a-z_][\w.]{0,63}){1,5})\s?(?=[:：])"
)
"""``order_id / client_id: ...``"""
_BARE_WORD = regex(r"[a-z_][\w.]*")
_NO_WORD = regex(r"[a-z0-9](?:_[a-z0-9]|[A-Z])")
"""What only a name has: ``order_id``, ``orderId``."""


def split_names(item: ListItem) -> Iterator[ListItem]:
    """`` `count`, `before`: ... `` as one item for each name; any other item as it is."""
    text = item.text
    names = _find_names_in_code(text) if text.marks else _find_bare_names(text.plain)
    rest = text.plain[names[-1].end :].lstrip() if names else ""
    if len(names) < 2 or not rest.startswith((":", "：", "- ", "–")):
        yield item
        return
    words = cut_text(text, names[-1].end)
    for mark in names:
        name = cut_text(text, mark.start, mark.end)
        yield replace(item, text=join_texts(name, words, ""))


def _find_names_in_code(text: Text) -> list[Mark]:
    names: list[Mark] = []
    for mark in text.marks:
        between = text.plain[names[-1].end if names else 0 : mark.start]
        if mark.kind != "code" or between.strip(" ,、，/") or (names and not between.strip()):
            break
        names.append(mark)
    return names


def _find_bare_names(plain: str) -> list[Mark]:
    hit = _SEVERAL_BARE.match(plain)
    if not hit or not _NO_WORD.search(hit["names"]):
        return []
    return [Mark("code", *one.span()) for one in _BARE_WORD.finditer(plain, 0, hit.end())]
