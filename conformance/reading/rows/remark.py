"""What stands behind a name outside a table: a type, a mark, a default, then words.

``(string, required) - text``, ``(string: <required>) text``, ``string required text``,
``{{<required>}} String. Text``, ``- Integer, text`` are read from the left until prose begins.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import chain

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import ListItem, Text
from conformance.model.operation import Stated
from conformance.patterns import regex
from conformance.reading.facets.types import is_type_word, read_type
from conformance.reading.rows.columns import column_of
from conformance.reading.rows.row import FieldRow, cut_text, join_texts, read_required
from conformance.vocabulary import (
    columns,
    locations,
    normalize_text,
    phrases,
    required_marks,
    word_set,
)

_STEPS = 6
"""Parts looked at: bracket, shortcode, mark and type, each at most twice."""
_SEPARATORS = regex(r"[\s:：,，;；.|·•–—-]*")
_BRACKETS = regex(
    r"\((?P<round>[^()\n]{1,200}(?:\([^()\n]{0,80}\)[^()\n]{0,80})*)\)"
    r"|\[(?P<square>[^\[\]\n]{1,80})\]|（(?P<wide>[^（）\n]{1,200})）|<(?P<angle>[^<>\n]{1,40})>"
)
_LAST_BRACKET = regex(r"(?<=\s)[(（][^()（）]{1,60}[)）]\s*\.?$")
"""``Currency pair (string, optional)``: a remark that ends the words."""
_SHORTCODE = regex(r"\{\{[<%]\s*(?P<word>[\w-]{1,40})[^{}\n]{0,80}[>%]\}\}")
_TYPE = regex(
    r"(?:\[\])?[A-Za-z][\w-]*(?:\.\w+)*(?:\[\]|<[^<>\n]{1,40}>|\[\w+\])*"
    r"(?: (?:of|or) [\w.]+(?:\[\])*| \(\w+\))?"
)
_TWO_WORDS = regex(r"[A-Za-z]{3,20} [a-z]{3,10}(?!\w)")
_WORD = regex(r"\w+")
_PHRASE = regex(r"[,.;(]")
_MARK = regex(r"\*?[^\W\d_]+(?: [^\W\d_]+)?")
_PARTS = regex(
    r"(?:\"[^\"]{0,80}\"|'[^']{0,80}'|`[^`]{0,80}`|<[^<>]{0,80}>|\[[^\[\]]{0,80}\]|[^,;:，；、：])+"
)
_DASHES = regex(r"\s[-–—]\s")
_SENTENCE = regex(r" [A-Z][a-z]* [a-z]")
_ENDED = regex(r"\s*(?:$|\.(?!\s?[a-z])|[,;:()（）\[\]\n，。：；–—|-])")
_DASHED = regex(r"\s*[-–—:：]")
_SEVERAL = regex(r"[\s\[]")
"""In what is more than a lone word."""
_LEADING_NUMBER = regex(r"\d[\d ~–-]*")
_NULL = "nullable"
_LAST_WORD = regex(r"(?s:(?P<words>.*\S)[.。;；])\s+(?P<type>[A-Za-z][\w<>\[\]]{1,30})\.?\s*")
_FEWEST = 2


class Remark(Struct, frozen=True, kw_only=True):
    """The words beside a name, sorted."""

    text: Text
    """What describes."""
    type_text: str = ""
    type_target: str = ""
    required: Stated = Stated.NOT_STATED
    default_text: str = ""
    nullable: Stated = Stated.NOT_STATED
    location: str = ""
    """Where an input goes: ``(in query)``."""

    @property
    def states(self) -> bool:
        """Whether anything but words was found."""
        return bool(self.type_text) or self.required is not Stated.NOT_STATED


def read_remark(text: Text, start: int = 0) -> Remark:
    """Read ``text`` from ``start`` on, the position behind the name."""
    plain = text.plain
    found = Remark(text=Text("", text.span))
    dashed = start == 0 or bool(_DASHED.match(plain, start))
    at = start
    for _ in range(_STEPS):
        at = _skip(plain, at)
        step = _read_shortcode(plain, at, found) or _read_bracket(text, at, found)
        step = step or _mark(plain, at, found, dashed) or _read_type(text, at, found, dashed)
        if step is None:
            break
        at, found = step
    rest = cut_text(text, _skip(plain, at))
    if not found.states and (hit := _LAST_BRACKET.search(rest.plain)):
        step = _read_bracket(rest, hit.start(), replace(found, text=Text("", text.span)))
        marked = step is not None and step[1].required is not Stated.NOT_STATED
        if step and (marked or not step[1].text.plain):
            found = replace(step[1], text=found.text)
    if not found.type_text:
        found = replace(found, type_text=_read_announced_type(rest.plain))
    return replace(found, text=join_texts(rest, found.text) if found.text.plain else rest)


def read_stated_below(items: Sequence[ListItem], above: Remark) -> tuple[Remark, list[ListItem]]:
    """``above`` with what items below it state that are a type or a mark, and the other items.

    Beside other lone words these are values, too: ``text``, ``image``, ``receipt``.
    """
    found, types, kept = above, 0, []
    for item in items:
        if (labelled := _read_labelled(item.text.plain, found)) is not None:
            kept += [item] if labelled is found else []
            found = labelled
            continue
        one = read_remark(Text(f"({item.text.plain})", item.span))
        if not one.states or one.text.plain or item.text.marks or item.blocks:
            kept.append(item)
            continue
        types += bool(one.type_text)
        found = replace(found, type_text=found.type_text or one.type_text)
        if found.required is Stated.NOT_STATED:
            found = replace(found, required=one.required)
    values = types > 1 or not all(_SEVERAL.search(item.text.plain) for item in kept)
    return (above, list(items)) if values else (found, kept)


def read_stated_line(text: Text, above: Remark) -> tuple[Remark, tuple[Text, ...]]:
    """``above`` with what a paragraph below a name labels (``Type: String``), or the paragraph."""
    found = _read_labelled(text.plain, above)
    return (above, (text,)) if found is None or found is above else (found, ())


def _read_labelled(plain: str, found: Remark) -> Remark | None:
    """``Data type: Integer``, ``Required: yes``, ``Default: 5`` below a name; words that are
    labelled as a description state nothing."""
    label, _, wording = plain.partition(":")
    column, wording = column_of(label), wording.strip(" .`")
    if not wording:
        return None
    if column == "description":
        return found
    if column == "type" and is_type_word(wording):
        return replace(found, type_text=found.type_text or wording)
    if column == "default":
        return replace(found, default_text=found.default_text or wording)
    stated = read_required(wording) if column == "required" else None
    return replace(found, required=stated) if stated else None


def take_types(fields: list[FieldRow]) -> list[FieldRow]:
    """The rows with the types that most of their descriptions begin with: ``String, its name``.

    Whatever the others say, one in the bracket that ends the words is a type (``How many
    (integer)``), and so is one that no sentence begins with: ``int64 milliseconds``.
    """
    read = [read_remark(field.description) for field in fields]
    kinds = [read_type(one.type_text).kind if one.text.plain else None for one in read]
    typed = [kind in ("string", "integer", "number", "boolean") for kind in kinds]
    if 2 * sum(typed) <= len(fields):
        typed = [
            own and (_begins_with_code(one.type_text, field) or _ends_with(one.type_text, field))
            for own, one, field in zip(typed, read, fields, strict=True)
        ]
    return [
        _with_remark(field, one) if own else field
        for field, one, own in zip(fields, read, typed, strict=True)
    ]


def take_last_types(fields: Sequence[FieldRow]) -> tuple[FieldRow, ...]:
    """The rows with the types that most of their descriptions end with: ``Its name. String``."""
    hits = [
        _LAST_WORD.fullmatch(field.description.plain) if not field.type_text else None
        for field in fields
    ]
    ends = [hit if hit and read_type(hit["type"]).kind else None for hit in hits]
    if 2 * sum(map(bool, ends)) <= len(fields) or len(fields) < _FEWEST:
        return tuple(fields)
    return tuple(
        replace(f, type_text=hit["type"], description=cut_text(f.description, 0, hit.end("words")))
        if hit
        else f
        for f, hit in zip(fields, ends, strict=True)
    )


def _with_remark(field: FieldRow, one: Remark) -> FieldRow:
    unmarked = field.required is Stated.NOT_STATED
    required = one.required if unmarked else field.required
    return replace(field, type_text=one.type_text, description=one.text, required=required)


def _begins_with_code(word: str, field: FieldRow) -> bool:
    """Whether a type that is a word of code alone (``int64``) is the first of a description."""
    return word[-1:].isdigit() and field.description.plain.lstrip(" `*").startswith(word)


def _ends_with(word: str, field: FieldRow) -> bool:
    """Whether the description ends with the type in a bracket."""
    return field.description.plain.rstrip(" .").endswith((f"({word})", f"（{word}）"))


def take_shortcodes(text: Text) -> tuple[Text, tuple[str, ...]]:
    """``text`` without the shortcodes it begins with, and their words."""
    words: list[str] = []
    at = 0
    while hit := _SHORTCODE.match(text.plain, at):
        words.append(hit["word"])
        at = hit.end() + len(text.plain[hit.end() :]) - len(text.plain[hit.end() :].lstrip())
    return (cut_text(text, at), tuple(words)) if words else (text, ())


def _skip(plain: str, at: int) -> int:
    hit = _SEPARATORS.match(plain, at)
    return hit.end() if hit else at


def _read_shortcode(plain: str, at: int, found: Remark) -> tuple[int, Remark] | None:
    hit = _SHORTCODE.match(plain, at)
    if not hit:
        return None
    stated = _read_stated(hit["word"], found)
    return (hit.end(), stated) if stated else None


def _read_bracket(text: Text, at: int, found: Remark) -> tuple[int, Remark] | None:
    """``(type, mark)``, ``(type: default)``: taken when one part of it is understood."""
    hit = _BRACKETS.match(text.plain, at)
    if not hit:
        return None
    inner = next(part for part in hit.groups() if part is not None)
    read, left = found, []
    for part in _split_parts(inner, found):
        if stated := _read_stated(part.strip("`<>*'\""), read):
            read = stated
        elif not read.type_text and (_is_type(part) or _links(text, hit)):
            read = replace(
                read, type_text=part, type_target=_read_target(text, hit.start(), hit.end())
            )
        elif not read.location and normalize_text(part) in locations():
            read = replace(read, location=part)
        elif part and not _is_further_type(part):
            left.append(part)
    if read is found:
        return None
    if len(left) == 1 and ":" in inner and read.type_text and not found.type_text:
        return hit.end(), replace(read, default_text=left[0].strip("\"'`"))
    if len(left) == 2 and columns().get(normalize_text(left[0])) == "default":
        return hit.end(), replace(read, default_text=left[1].strip("\"'`"))
    wording = ", ".join(left)
    extra = Text(f"({wording})" if len(left) > 1 else wording, text.span)
    return hit.end(), replace(read, text=join_texts(read.text, extra) if left else read.text)


def _is_type(part: str) -> bool:
    """Whether words are a type, and not how many digits a value has: ``16 digit number``."""
    counted = _LEADING_NUMBER.match(part)
    if counted and phrases("measures.other").begins(part[counted.end() :]):
        return False
    return is_type_word(part)


def _split_parts(inner: str, found: Remark) -> Iterator[str]:
    """What separators part in a bracket; a type and a mark with a blank between are two, and a
    label goes with its value where dashes part: ``integer - default: 10``."""
    stretches = _DASHES.split(inner)
    labelled = len(stretches) > 1
    found_parts = ([one] if labelled and ":" in one else _PARTS.findall(one) for one in stretches)
    for part in map(str.strip, chain.from_iterable(found_parts)):
        kind, _, mark = part.rpartition(" ")
        first, _, rest = part.partition(" ")
        if kind and is_type_word(kind) and _read_stated(mark, found):
            yield from (kind, mark)
        elif rest and is_type_word(rest) and _read_stated(first, found):
            yield from (first, rest)
        else:
            yield part


def _is_further_type(part: str) -> bool:
    """``or array of strings`` behind a type: a second form of it, and no default."""
    first, _, rest = part.partition(" ")
    return first.lower() in word_set("rows.joins") and is_type_word(rest)


def _links(text: Text, hit: re.Match[str]) -> bool:
    """Whether a bracket holds a link and little else: the object it names."""
    inner = hit.end() - hit.start() - 2
    return any(
        m.kind == "link"
        and hit.start() < m.start
        and m.end < hit.end()
        and m.end - m.start > inner / 2
        for m in text.marks
    )


def _read_target(text: Text, start: int, end: int) -> str:
    links = (m.target for m in text.marks if m.kind == "link" and start <= m.start and m.end <= end)
    return next(links, "")


def _read_stated(word: str, found: Remark) -> Remark | None:
    """A mark that is all of ``word``: required, optional, nullable, or a default with its label."""
    label, _, wording = word.partition(":")
    if wording and columns().get(normalize_text(label)) == "default":
        return replace(found, default_text=wording.strip(" \"'`"))
    key = normalize_text(word)
    if columns().get(key) == _NULL:
        return replace(found, nullable=Stated.YES)
    if len(key) > 1 and key not in word_set("rows.truth") and (stated := required_marks().get(key)):
        return replace(found, required=stated)
    return None


def _mark(plain: str, at: int, found: Remark, dashed: bool) -> tuple[int, Remark] | None:
    """A bare mark word: at the end of a phrase, or right behind a type."""
    hit = _MARK.match(plain, at)
    if not hit:
        return None
    for word in dict.fromkeys((hit.group(), hit.group().split(" ")[0])):
        stated = _read_stated(word, found)
        if stated is None or stated.required is found.required is not Stated.NOT_STATED:
            continue
        end = at + len(word)
        follows = plain[end:].split(maxsplit=1)[:1]
        if _ENDED.match(plain, end):
            return end, stated
        if dashed or not follows or follows[0].startswith(".") or _begins_words(word):
            continue
        if follows[0].lower() not in word_set("rows.condition"):
            return end, stated
    return None


def _begins_words(mark: str) -> bool:
    """Whether a mark begins sentences, too: ``no more than 5``, ``must be odd``."""
    return mark.lower() in word_set("rows.answer")


def _read_type(text: Text, at: int, found: Remark, dashed: bool) -> tuple[int, Remark] | None:
    """A bare type; behind a dash or colon prose is likelier, so the phrase has to end there, or a
    sentence to begin.  A lone link to a section is the name of one."""
    if found.type_text:
        return None
    hit = _TYPE.match(text.plain, at)
    if not hit:
        return None
    two = _TWO_WORDS.match(text.plain, at)
    pair = two.group() if two and read_type(two.group()).kind == "array" else ""
    phrases = (pair, hit.group(), hit.group().partition(" (")[0], hit.group().split(" ")[0])
    for word in filter(None, dict.fromkeys(phrases)):
        end = at + len(word)
        if word.endswith(")") and _read_stated(word.rpartition("(")[2].strip(")"), found):
            continue
        if " of " in word and read_type(word).kind != "array":
            continue
        begun = not word.istitle() and _SENTENCE.match(text.plain, end)
        marked = _mark(text.plain, _skip(text.plain, end), found, dashed)
        coded = any(m.kind == "code" and (m.start, m.end) == (at, end) for m in text.marks)
        whole = not dashed or begun or marked or coded or _ENDED.match(text.plain, end)
        target = _read_target(text, at, end)
        linked = "#" in target and (marked or _ENDED.match(text.plain, end))
        if (is_type_word(word) and whole) or linked:
            return end, replace(found, type_text=word, type_target=target)
    return None


def _read_announced_type(rest: str) -> str:
    """``A string value``, ``an integer that ...``, ``List of ids``: a type in a sentence."""
    spoken = {word.lower() for word in _WORD.findall(_PHRASE.split(rest[:60])[0])}
    if {"true", "false"} <= spoken <= word_set("rows.truth") | word_set("rows.joins"):
        return "boolean"
    words = [word.strip(".,;:") for word in rest[:60].split()]
    with_article = bool(words) and words[0].lower() in word_set("rows.article")
    words = words[1:] if with_article else words
    first = words[0] if words else ""
    if not first or first.lower() in word_set("rows.adjective") or not is_type_word(first):
        return ""
    reading = read_type(first)
    if words[1:2] == ["of"] and reading.kind == "array":
        item = read_type(" ".join(words[:3])).item
        return " ".join(words[:3]) if item and item.kind else first
    noun = len(words) > 1 and words[1].lower() in word_set("rows.value")
    plain = read_type(first).kind in ("boolean", "integer")
    return first if with_article or noun or plain else ""
