"""Several names at once: in one line behind what announces them, or at the head of an item.

``Query parameters: `limit` (integer, optional), `side` (required)`` is a line that announces
inputs and a list of two; ``Query parameter: `limit` - how many`` one of one.  An item
`` `count`, `before`: ... `` is one for each name.  Lines ``limit int // how many`` below a label
are a list too.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from conformance.model.document import Block, ListBlock, ListItem, Mark, Paragraph, Text
from conformance.patterns import regex
from conformance.reading.rows.lines import split_lines
from conformance.reading.rows.remark import read_remark
from conformance.reading.rows.row import cut_text, join_texts, read_name
from conformance.reading.topics import announces_fields, topics_of
from conformance.vocabulary import normalize_text, required_marks, word_set

_LABEL = 60
_LINE = 2000
_SIGNS = " ,;、，；\n"
_REMARK = regex(r"\s*[(（][^()（）]{1,160}[)）]")
_DASH = regex(r"\s[-–—]\s+\w")
_DASHES = frozenset("-–—")
_ENDS = _DASHES | frozenset(",，")
_QUERY = regex(r"\?(?P<pairs>[A-Za-z_][\w.-]*=[^&\s]*(?:&[A-Za-z_][\w.-]*=[^&\s]*)*)")
"""Inputs as an address shows them: ``?state=open&page=2``."""
_OBJECT = regex(
    r"\{\s*(?P<names>[A-Za-z_]\w*(?:\[\])?\??(?:\s*,\s*[A-Za-z_]\w*(?:\[\])?\??)*)\s*\}"
)
"""Members as code writes them in short: ``{ amount, tags[], note? }``."""
_PLACES = frozenset({"path", "query", "header", "body"})
"""Topics of a label that announces inputs of one place, be it a single one."""
_COMMENTED = regex(
    r"(?P<name>[A-Za-z_]\w{0,63})(?: [\w\[\]<>]{2,30}){0,2} ?(?<!:)//(?!/) ?(?=[^\W_])[^\n]*"
)
"""A name, perhaps with its type and a mark, and words behind the sign of a comment."""
_LITERALS = frozenset({"true", "false", "null", "json", "ok"})


def split_inline_fields(block: Block) -> Iterator[Block]:
    """The block with every such line as its announcement and a list."""
    if isinstance(block, Paragraph):
        if "//" in block.text.plain and (commented := _split_commented(block)):
            yield from commented
            return
        whole = _split_parts(block.text)
        lines = [line.text for line in split_lines(block)] if whole is None else [block.text]
        parts = [_split_parts(line) for line in lines] if whole is None else [whole]
        if not any(parts):
            yield block
            return
        for line, found in zip(lines, parts, strict=True):
            yield Paragraph(found[0] if found else line, line.span)
            if found:
                yield found[1]
    elif isinstance(block, ListBlock):
        yield replace(block, items=tuple(map(_split_item, block.items)))
    else:
        yield block


def _split_commented(block: Paragraph) -> list[Block]:
    """The lines up to a label that announces fields, and those below it as a list; none where one
    of them is anything else."""
    lines = [line.text for line in split_lines(block)]
    for at, line in enumerate(lines[:-1]):
        label = line.plain.strip()
        if label.endswith((":", "：")) and announces_fields(label):
            hits = [_COMMENTED.fullmatch(field.plain.strip()) for field in lines[at + 1 :]]
            names = [hit["name"] for hit in hits if hit]
            if len(names) < len(hits):
                return []
            fields = (
                replace(cut_text(field, 0), marks=(Mark("code", 0, len(name)),))
                for field, name in zip(lines[at + 1 :], names, strict=True)
            )
            items = tuple(ListItem(field, (), field.span) for field in fields)
            above = (Paragraph(text, text.span) for text in lines[: at + 1])
            return [*above, ListBlock(items, "bullet", lines[at + 1].span.to(lines[-1].span))]
    return []


def _split_item(item: ListItem) -> ListItem:
    if parts := _split_parts(item.text):
        label, fields = parts
        return replace(item, text=label, blocks=(fields, *item.blocks))
    return item


def _split_parts(text: Text) -> tuple[Text, ListBlock] | None:
    """The announcement and its fields; None for a line of any other kind."""
    codes = [mark for mark in text.marks if mark.kind == "code"]
    if not codes or len(text.plain) > _LINE or not 0 < codes[0].start <= _LABEL:
        return None
    label = cut_text(text, 0, codes[0].start)
    if not label.plain.endswith((":", "：")) or not announces_fields(label.plain):
        return None
    marked = required_marks().keys() & set(normalize_text(label.plain).strip(":：").split())
    of_inputs = bool(marked or _PLACES & set(topics_of(label.plain)))
    if of_inputs and _is_described(text.plain, codes[0].end, marked=bool(marked)):
        fields = [cut_text(text, codes[0].start)]
    else:
        fields = _read_shown(text, codes[0]) or _read_listed(text, codes, alone=of_inputs)
    items = tuple(ListItem(field, (), text.span) for field in fields)
    return (label, ListBlock(items, "bullet", text.span)) if items else None


def _is_described(plain: str, at: int, *, marked: bool) -> bool:
    """Whether words behind a name describe it: after a dash, or below a label that ``marked`` it
    at once (``Required parameter: `pier` as its key``)."""
    word = next(iter(plain[at:].split(maxsplit=1)), "")
    if marked and word[:1].isalpha() and word.lower() not in word_set("rows.joins"):
        return True
    return bool(_DASH.match(plain, at))


def _read_shown(text: Text, code: Mark) -> list[Text]:
    """The names in the query or the object that one mark of code shows."""
    query = _QUERY.fullmatch(text.plain, code.start, code.end)
    names = _OBJECT.fullmatch(text.plain, code.start, code.end)
    if text.plain[code.end :].strip(_SIGNS + ".。") or not (query or names):
        return []
    words = [pair.partition("=")[0] for pair in query["pairs"].split("&")] if query else []
    words = words or [word.strip() for word in names["names"].split(",")] if names else words
    return [Text(word, text.span, (Mark("code", 0, len(word)),)) for word in words]


def _read_listed(text: Text, codes: list[Mark], *, alone: bool) -> list[Text]:
    """Names in code, each with a remark in brackets, up to a dash; one ``alone`` where only an
    input can be meant."""
    fields: list[Text] = []
    at = codes[0].start
    for mark in codes:
        if mark.end <= at:
            continue
        joint = text.plain[at : mark.start].strip(_SIGNS)
        if len(fields) > 1 and joint[:1] in _DASHES:
            break
        if joint and joint.lower() not in word_set("rows.joins"):
            return []
        remark = _REMARK.match(text.plain, mark.end)
        at = remark.end() if remark else mark.end
        fields.append(cut_text(text, mark.start, at))
    rest = text.plain[at:].strip(" .。")
    if rest and (len(fields) < 2 or rest[0] not in _ENDS):
        return []
    return fields if _are_fields(fields, alone=alone) else []


def _are_fields(fields: list[Text], *, alone: bool) -> bool:
    """Whether each is a name, and more than one lone word in code says so, or the label does."""
    for field in fields:
        word = field.plain[: field.marks[0].end] if field.marks else ""
        name = read_name(replace(field, plain=word))
        if name is None or name.rest or word.lower() in _LITERALS or word.isdigit():
            return False
    return alone or len(fields) > 1 or read_remark(fields[0], fields[0].marks[0].end).states


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
