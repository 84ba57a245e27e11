"""Fields of lists: bullets and definition lists, with nested lists as members.

``**name** - text``, ``name (type, required) - text``, ``name=<type>``, a term with its
definition.  A nested list of fields holds members of the item around it; any other nested list
goes on with the item's description.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import (
    Block,
    CodeBlock,
    ListBlock,
    ListItem,
    Mark,
    Paragraph,
    Section,
    Text,
)
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.inline import split_names
from conformance.reading.rows.lines import texts_of
from conformance.reading.rows.remark import (
    Remark,
    read_remark,
    read_stated_below,
    read_stated_line,
    take_last_types,
)
from conformance.reading.rows.row import (
    FieldRow,
    FieldTable,
    RowName,
    join_texts,
    read_name,
    read_required,
    root_row,
)
from conformance.reading.topics import topics_of
from conformance.vocabulary import phrases

_COLUMNS = frozenset({"name", "type", "required"})
_BARE_NAME = regex(r"[A-Za-z_$@:][\w$@.-]*(?:\[\w*\])*(?=\s*(?:[(（:：\[]|[-–—]\s|$))")
_TYPED_NAME = regex(
    r"\s*[A-Za-z_][\w.-]{0,63}"
    r"(?= (?P<type>[a-z][\w<>\[\]-]{2,30})(?: (?P<mark>\w{1,20}))?\s*(?:\n|$))"
)
_BEFORE_SCRIPT = regex(r"[a-z][\w.]{0,63}(?=\s{1,4}[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af])")
"""``coin 币种``: a word in small letters before words of another script."""
_ONE_WORD = regex(r"[A-Za-z_$@][\w$@.-]*(?:\[\w*\])*\s+")
_ASSIGNED = regex(r"(?P<name>[\w.\[\]-]{1,80})=(?P<value>\S.*)?$")
_PLACEHOLDER = regex(r"[<\[](?P<type>[\w ]{1,40})[>\]]")
_NAMED_LINE = regex(
    r"^\s*(?:[\"'“](?P<quoted>[A-Za-z_][\w.-]{0,63})[\"'”]\s*[:：]"
    r"|(?P<name>[a-z_][\w.]{0,40})(?: [-–—] |\s{0,12}[:：]\s))"
    r"\s*(?P<words>[^\W_].*)$"
)
_NO_WORD = regex(r"[a-z0-9](?:_[a-z0-9]|[A-Z])")
"""What only a name has: ``order_id``, ``orderId``."""
_BRACKETED_LINE = regex(r"^[^\S\n]*[\[\]{}]|[\[{][^\S\n]*$", re.MULTILINE)
"""A line of JSON, or of another object in code."""
_ADDRESS = regex(r"(?:https?:/|\{[^{}\n]{1,60}\})?/[\w{:<]")
_METHODS = frozenset({"GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS"})
_TITLE = regex(r"[A-Z]\w*(?: [A-Z]\w*)+")
"""``Key Required``: words that title a case."""
_STATUS = regex(r"[1-5]\d\d(?!\d)")
_LEAST_LINES, _QUOTE = 3, 160
_LOWER_NAME = regex(r"[a-z][\w.\[\]]*")
"""A name that needs no markup behind a colon, where the words above announce names."""
_TYPED_SHARE, _NAMED_SHARE = 0.6, 0.8
_WHOLE_WORDS = 6
"""Of an item that says no more than what the items below it make."""
_MAX_DEPTH = 16
_MAX_NESTED_TEXT = 60
"""Items of a nested list that are kept as words of a description."""


class _NamedItem(Struct, frozen=True):
    """An item that begins with a name."""

    name: RowName
    markup: str
    """Kind of mark around the name; empty when nothing sets it apart."""
    remark: Remark
    defined: bool = False
    """Whether the remark stands in the item's first block, not in its text."""
    assigned: bool = False
    """Whether a value follows the name (``status=open``): then it is a type or an example."""

    @property
    def typed(self) -> bool:
        return self.remark.states or self.name.required is not Stated.NOT_STATED


def read_list(block: ListBlock, *, announced: bool = False) -> FieldTable | None:
    """Fields of a list; None for a list of anything else.

    Most items have to name a type or a mark.  Where the words above announce fields
    (``announced``), names that markup sets apart are enough.
    """
    if whole := _read_whole_body(block):
        return whole
    block = replace(block, items=tuple(one for item in block.items for one in split_names(item)))
    items = [_read_item(item) for item in block.items]
    if any(map(_is_status, items)) or all(i and _STATUS.fullmatch(i.name.name) for i in items):
        return None
    lesser = _find_lesser(block, items)
    named = [item for item, less in zip(items, lesser, strict=True) if item and not less]
    typed = [item for item in named if item.typed and not item.assigned]
    apart = [item for item in named if item.markup and not item.assigned]
    if announced and all(item and _LOWER_NAME.fullmatch(item.name.name) for item in items):
        apart = named
    if block.kind == "definition":
        apart = named
    by_type = bool(typed) and len(typed) >= _TYPED_SHARE * lesser.count(False)
    by_words = announced and bool(apart) and len(apart) >= _NAMED_SHARE * lesser.count(False)
    if not by_type and not by_words:
        return None
    return FieldTable(
        fields=take_last_types(tuple(_read_rows(block, items, lesser, 0))),
        span=block.span,
        columns=_COLUMNS if typed else frozenset({"name", "description"}),
    )


def _is_status(item: _NamedItem | None) -> bool:
    """``**Code:** 404 Not Found``: a label and the status of an answer, beside its content; or
    ``**URL:** /crates``, one of the address."""
    if item is None or item.typed or not item.name.name[0].isupper():
        return False
    if _ADDRESS.match(item.remark.text.plain):
        is_method = item.name.name in _METHODS
        return is_method or phrases("endpoints.path").begins(item.name.name) is not None
    if column_of(item.name.name) != "code":
        return False
    return _STATUS.match(item.remark.text.plain) is not None


def _read_whole_body(block: ListBlock) -> FieldTable | None:
    """The fields below a lone item that names no field but the whole: ``Array of `Label`:``."""
    if len(block.items) != 1:
        return None
    (item,) = block.items
    words = item.text.plain.rstrip(" :：")
    if _find_leading_mark(item.text) or len(words.split()) > _WHOLE_WORDS:
        return None
    member, colon, _ = words.partition(":")  # ``orders: list``
    if colon and " " not in member and not (is_type_word(member) or topics_of(member)):
        return None
    kind = "array" if phrases("references.list_of").found_in(words) else read_type(words).kind
    inner = list(_find_lists(item.blocks))
    if kind not in ("array", "object") or len(inner) != 1:
        return None
    members = read_list(inner[0], announced=True)
    if members is None or members.root:
        return None
    return replace(members, span=block.span, root=root_row(kind, item.span))


def read_lines(block: Paragraph | CodeBlock, keys: str = "") -> FieldTable | None:
    """Fields on the first lines of a paragraph or block, each a name, a sign and words about it.

    Names that could be words have to be several, since a sentence may begin so, too, unless the
    sample above (``keys``) has them.  In a block of code, where no other text follows, most lines
    have to be such.
    """
    if isinstance(block, CodeBlock) and _BRACKETED_LINE.search(block.text):
        return None
    items: list[ListItem] = []
    quoted = lines = 0
    for text in texts_of(block):
        hit = _NAMED_LINE.match(text.plain)
        if not hit and isinstance(block, Paragraph):
            break
        lines += 1
        if not hit:
            continue
        name, words = hit["quoted"] or hit["name"], hit["words"]
        mark = Mark("strong", 0, len(name))
        items.append(ListItem(Text(f"{name}: {words}", text.span, (mark,)), (), text.span))
        quoted += bool(hit["quoted"] or _NO_WORD.search(name) or f'"{name}"' in keys)
    least = _LEAST_LINES if isinstance(block, Paragraph) else 2
    if (not quoted and len(items) < least) or len(items) < _TYPED_SHARE * lines:
        return None
    return read_list(ListBlock(tuple(items), "bullet", block.span), announced=True)


def find_nested_lists(block: ListBlock) -> Iterator[ListBlock]:
    """Every list inside ``block``."""
    stack = [inner for item in block.items for inner in _find_lists(item.blocks)]
    while stack:
        inner = stack.pop()
        yield inner
        stack.extend(deeper for item in inner.items for deeper in _find_lists(item.blocks))


def _find_lesser(block: ListBlock, items: Sequence[_NamedItem | None]) -> list[bool]:
    """Which items go on with the one above: code spans below a name in bold that is none."""
    first = items[0] if items else None
    in_code = first and any(m.kind == "code" and not m.start for m in block.items[0].text.marks)
    if first is None or in_code or first.markup != "strong":
        return [False] * len(items)
    return [item is not None and item.markup == "code" for item in items]


def _read_rows(
    block: ListBlock, items: Sequence[_NamedItem | None], lesser: Sequence[bool], depth: int
) -> Iterator[FieldRow]:
    more: dict[int, list[Text]] = {}
    last = 0
    for number, less in enumerate(lesser):
        last = last if less else number
        if less and len(more.setdefault(last, [])) < _MAX_NESTED_TEXT:
            more[last].append(_as_line(block.items[number]))
    for number, (source, item) in enumerate(zip(block.items, items, strict=True)):
        if item is None or lesser[number]:
            continue
        members: list[tuple[ListBlock, list[_NamedItem | None]]] = []
        remark, description = item.remark, [item.remark.text]
        for inner in _walk_texts(source.blocks[item.defined :]):
            if isinstance(inner, Text):
                description.extend(read_stated_line(inner, remark)[1])
            elif depth < _MAX_DEPTH and (found := _read_members(inner, item)):
                members.append((inner, found))
            else:
                remark, kept = read_stated_below(inner.items[:_MAX_NESTED_TEXT], remark)
                description.extend(map(_as_line, kept))
        item = replace(item, remark=remark)
        yield _read_row(item, source, depth, [*description, *more.get(number, ())])
        for inner, found in members:
            yield from _read_rows(inner, found, [False] * len(found), depth + 1)


def _read_row(
    item: _NamedItem, source: ListItem, depth: int, description: Iterable[Text]
) -> FieldRow:
    remark = item.remark
    stated = remark.required if remark.required is not Stated.NOT_STATED else item.name.required
    text = Text("", source.span)
    for part in description:
        if part.plain.strip():
            text = join_texts(text, part)
    return FieldRow(
        name=replace(item.name, depth=depth),
        span=source.span,
        description=text,
        type_text=remark.type_text,
        type_target=remark.type_target,
        has_type_cell=bool(remark.type_text),
        required=stated,
        default_text=remark.default_text,
        nullable=remark.nullable,
        location=remark.location,
        confidence="high" if item.markup and item.typed else "medium",
    )


def _read_members(block: ListBlock, parent: _NamedItem) -> list[_NamedItem | None] | None:
    """The items of a nested list when they are members of ``parent``."""
    kind = read_type(parent.remark.type_text).kind
    if kind not in (None, "object", "array"):
        return None
    items = [_read_item(item) for item in block.items]
    named = [item for item in items if item and not item.assigned]
    typed = sum(1 for item in named if item.typed)
    alike = sum(1 for item in named if item.markup and item.markup == parent.markup)
    enough = _TYPED_SHARE * len(items)
    apart = parent.markup == "strong" or kind == "object"
    if typed >= enough or (apart and alike >= enough and not parent.assigned):
        return items
    return None


def _read_item(item: ListItem) -> _NamedItem | None:
    text = item.text
    mark = _find_leading_mark(text)
    if mark is None:
        return _read_bare_item(item)
    word = text.plain[mark.start : mark.end]
    if hit := _ASSIGNED.match(word):
        return _read_assigned_item(text, hit, mark)
    name = read_name(Text(word.rstrip(" :："), item.span))
    if name is None or _TITLE.fullmatch(word.rstrip(" :：")):
        return None
    tail = _read_tail_mark(text.plain, mark.end)
    name = replace(name, depth=0, target=mark.target, required=tail or name.required)
    remark, defined = _read_remark(item, mark.end + bool(tail))
    if name.rest:
        glued = _with_rest(name.rest, remark)
        if glued is None:
            return None
        remark = glued
    follows = text.plain[mark.end :][:1] == "="
    return _NamedItem(replace(name, rest=""), mark.kind, remark, defined, follows)


def _with_rest(rest: str, remark: Remark) -> Remark | None:
    """``**name** (type)`` all in one mark: what follows the name has to be a type or a mark."""
    inner = read_remark(Text(f" {rest}", remark.text.span), 1)
    if not inner.states or inner.text.plain:
        return None
    return replace(inner, text=remark.text, type_text=inner.type_text or remark.type_text)


def _read_bare_item(item: ListItem) -> _NamedItem | None:
    """A name without markup: a term, or a word before a bracket, a colon, a dash or a type that
    markup sets apart."""
    plain = item.text.plain
    apart = _BEFORE_SCRIPT.match(plain)
    hit = apart or _BARE_NAME.match(plain) or _name_before_type(item.text)
    name = read_name(Text(hit.group().lstrip(":").rstrip(), item.span)) if hit else None
    if hit is None or name is None or name.rest:
        return None
    meaning = column_of(name.name)
    states_type = meaning == "type" and is_type_word(" ".join(plain[hit.end() :].split()[:1]))
    is_label = states_type or (meaning and name.name[0].isupper())
    if is_label and not apart and not item.blocks:
        return None
    return _NamedItem(name, "", *_read_remark(item, hit.end()))


def _name_before_type(text: Text) -> re.Match[str] | None:
    """``depth *integer*``: one word, then a type in other letters, or alone with a mark."""
    if (hit := _TYPED_NAME.match(text.plain)) and is_type_word(hit["type"]):
        return hit if not hit["mark"] or read_required(hit["mark"]) else None
    mark = text.marks[0] if text.marks else None
    if mark is None or mark.kind not in ("emphasis", "code"):
        return None
    hit = _ONE_WORD.fullmatch(text.plain[: mark.start])
    return hit if hit and read_type(text.plain[mark.start : mark.end]).kind else None


def _read_assigned_item(text: Text, hit: re.Match[str], mark: Mark) -> _NamedItem:
    """``name=<type>`` in one code mark."""
    kind = _PLACEHOLDER.fullmatch(hit["value"] or "")
    remark = read_remark(text, mark.end)
    if kind and not remark.type_text:
        remark = replace(remark, type_text=kind["type"])
    return _NamedItem(RowName(name=hit["name"]), mark.kind, remark, assigned=kind is None)


def _read_remark(item: ListItem, start: int) -> tuple[Remark, bool]:
    """What stands behind the name in its text or, where nothing does, in its first block; and
    what the paragraphs below label."""
    remark = read_remark(item.text, start)
    first = item.blocks[0] if item.blocks else None
    defined = isinstance(first, Paragraph) and not (remark.text.plain or remark.states)
    if defined and isinstance(first, Paragraph):
        remark = read_remark(first.text)
    for below in item.blocks[defined:_MAX_NESTED_TEXT]:
        if isinstance(below, Paragraph):
            remark, _ = read_stated_line(below.text, remark)
    return remark, defined


def _find_leading_mark(text: Text) -> Mark | None:
    """The markup that sets the first word apart: the outer one where one stands in another."""
    apart = [m for m in text.marks if m.kind in ("strong", "code") and m.end > m.start]
    first = min(apart, key=lambda m: (m.start, -m.end, m.kind == "code"), default=None)
    return None if first is None or text.plain[: first.start].strip(" :") else first


def _read_tail_mark(plain: str, end: int) -> Stated | None:
    """An asterisk or question mark glued to the name's markup."""
    return {"*": Stated.YES, "?": Stated.NO}.get(plain[end : end + 1])


def _walk_texts(blocks: tuple[Block, ...]) -> Iterator[Text | ListBlock]:
    for block in blocks:
        if isinstance(block, Paragraph):
            yield block.text
        elif isinstance(block, ListBlock):
            yield block
        elif isinstance(block, Section):
            yield from _walk_texts(block.blocks)


def _find_lists(blocks: tuple[Block, ...]) -> Iterator[ListBlock]:
    return (inner for inner in _walk_texts(blocks) if isinstance(inner, ListBlock))


def _as_line(item: ListItem) -> Text:
    """An item as a line of a description; what it labels (``Values: a, b``) needs no dash."""
    label, _, wording = item.text.plain.partition(":")
    if wording.strip() and column_of(label):
        return item.text
    return join_texts(Text("-", item.span), item.text, " ")
