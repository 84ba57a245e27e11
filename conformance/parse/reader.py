"""A page's bytes to a :class:`Document`: its markup, front matter, blocks and language."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final, Literal, TypeAlias

from conformance.model.document import (
    Block,
    Document,
    Heading,
    ListBlock,
    Markup,
    Paragraph,
    SpecificationBlock,
    Table,
    Text,
    walk,
)
from conformance.parse.flat import read_flat
from conformance.parse.markdown import read_markdown
from conformance.parse.source import Source, decode, split_lines
from conformance.patterns import regex

_SIMPLE: Final = regex(
    r"""([A-Za-z_][\w.-]*+):
        (?:[ \t]++(?:"([^"\\]*+)"|'([^']*+)'|([\w/(<.+~$;=^][^:\#"]*+)))?[ \t]*+""",
    re.X,
)
"""``key: value`` as YAML reads it too; most front matter has nothing else."""
_LIMIT: Final = 400
"""Lines within which front matter has to end."""


def read_front_matter(lines: Sequence[str]) -> tuple[tuple[tuple[str, str], ...], int]:
    """Entries as flat strings, and the first line (from 1) below the front matter.

    Without front matter, or when it is no plain YAML mapping that ends, there are no
    entries; a block that merely cannot be read as YAML is still front matter, its
    ``key: value`` lines the entries.
    """
    if not lines or lines[0].rstrip() != "---":
        return (), 1
    for number, line in enumerate(lines[1:_LIMIT], start=1):
        if line.rstrip() in ("---", "..."):
            entries = _read_entries(lines[1:number])
            return (entries, number + 2) if entries or number == 1 else ((), 1)
    return (), 1


def _read_entries(lines: Sequence[str]) -> tuple[tuple[str, str], ...]:
    simple = [_SIMPLE.fullmatch(line) for line in lines]
    if all(simple):
        found = (match.groups("") for match in simple if match)
        return tuple((key, "".join(values).strip()) for key, *values in found)
    loaded = _load("\n".join(lines))
    if loaded is not None:
        return tuple(_flatten(loaded))
    return tuple(
        (key.strip(), value.strip().strip("\"'"))
        for key, separator, value in (line.partition(":") for line in lines)
        if separator and key.strip() and not key.startswith((" ", "-", "#"))
    )


def _load(text: str) -> Mapping[Any, Any] | None:
    """A YAML mapping with every scalar a string; None when it is none.

    The loader is the Python one: the C loader runs out of stack, and the process with
    it, on deep nesting.  Aliases and tags are not front matter's.
    """
    if "&" in text or "!" in text:
        return None
    import yaml  # rarely needed, slow to import

    try:
        loaded = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 - strings only
    except (yaml.YAMLError, RecursionError, ValueError):
        return None
    return loaded if isinstance(loaded, Mapping) else None


def _flatten(loaded: Mapping[Any, Any]) -> list[tuple[str, str]]:
    flat: list[tuple[str, str]] = []
    for key, value in loaded.items():
        if isinstance(value, list):
            flat.extend((str(key), str(item)) for item in value)
        elif isinstance(value, Mapping):
            flat.extend((f"{key}.{name}", str(item)) for name, item in value.items())
        else:
            flat.append((str(key), str(value)))
    return flat


_DOCUMENT: Final = regex(r"^[ \t]*+<(?:!doctype\s+html|html|head|body)\b", re.I | re.M)
_DOCUMENT_WITHIN: Final = 2000
"""Characters from the start in which a whole HTML document has to begin."""
_CLOSING_TAG: Final = regex(
    r"</(?:p|div|td|th|tr|table|li|ul|ol|dl|dd|h[1-6]|section|article|main|span|pre|body|html)\s*>",
    re.I,
)
_MARKDOWN_SIGN: Final = regex(
    r"""^(?:
        [ \t>]*+(?:\#{1,6}[ \t]+\S | ``` | ~~~ | :::\w | :?-+:?[ \t]*+\|[-:|\ \t]*+$)
      | [ \t>]*+\|[^\n]*\|[ \t]*+$
      | ---[ \t]*+$
    )""",
    re.M | re.X,
)
_LIST_SIGN: Final = regex(r"^(?:[-*+]|\d{1,4}[.)]) \S", re.M)
_FLAT_LINE: Final = 200
"""Characters a line must have before it can be a whole page."""


def detect_markup(text: str, lines: Sequence[str]) -> Markup:
    """``html`` for a document or fragment of tags, ``flat`` when one line holds most of a
    text without markup, else ``markdown``.
    """
    head = text[:_DOCUMENT_WITHIN]
    if (document := _DOCUMENT.search(head)) and not _MARKDOWN_SIGN.search(
        head, 0, document.start()
    ):
        return "html"
    if _MARKDOWN_SIGN.search(text):
        return "markdown"
    closing = sum(1 for _ in _CLOSING_TAG.finditer(text))
    if closing >= 2 and text.lstrip()[:1] == "<" and not _LIST_SIGN.search(text):
        return "html"
    longest = max(map(len, lines), default=0)
    filled = sum(len(line.strip()) for line in lines)
    if not closing and longest >= _FLAT_LINE and longest * 2 > filled:
        return "flat"
    return "markdown"


SpecificationLanguage: TypeAlias = Literal["json", "yaml"]

_VERSION: Final = r"""["']?(?:openapi|swagger)["']?[ \t]*:[ \t]*["']?[123](?:\.\d|["'\s,]|$)"""
_VERSION_LINE: Final = regex(rf"^{_VERSION}", re.M)
_VERSION_MEMBER: Final = regex(rf"[{{,]\s*{_VERSION}")
_PARTS_LINE: Final = regex(r"""^["']?(?:paths|components|webhooks|definitions)["']?:""", re.M)
_PARTS_MEMBER: Final = regex(r"""[{,]\s*["']?(?:paths|components|webhooks|definitions)["']?:""")
_FIRST_MEMBER: Final = regex(r"""\ufeff?\s*\{\s*"[\w$-]+"\s*:""")
_FIRST_LINE: Final = regex(
    r"""(?:[ \t]*+(?:\#[^\n]*+)?\n|---[^\n]*+\n|%[^\n]*+\n)*+["']?[\w$-]+["']?:"""
)


def specification_language(text: str) -> SpecificationLanguage | None:
    """How ``text`` is written if all of it is an OpenAPI or Swagger document; else None."""
    if text.lstrip("\ufeff \t\r\n")[:1] == "{":
        whole = text.rstrip().endswith("}") or _is_broken_off(text)
        if not whole or not _VERSION_MEMBER.search(text):
            return None
        return "json" if _PARTS_MEMBER.search(text) else None
    if not _FIRST_LINE.match(text) or not _VERSION_LINE.search(text):
        return None
    return "yaml" if _PARTS_LINE.search(text) else None


def _is_broken_off(text: str) -> bool:
    """Whether ``text`` is the beginning of one object, not a page that begins with one."""
    return bool(_FIRST_MEMBER.match(text)) and not _MARKDOWN_SIGN.search(text)


_SCRIPTS: Final = (
    ("ko", regex("[\uac00-\ud7a3\u1100-\u11ff]"), 3),
    ("ja", regex("[\u3040-\u30ff]"), 5),
    ("zh", regex("[\u4e00-\u9fff\u3400-\u4dbf]"), 3),
    ("en", regex("[A-Za-z]"), 1),
)
"""Language, its script, and how many Latin letters one of its characters is worth.

Kana weighs more than Han: Japanese prose mixes both.
"""
_LATIN: Final = regex(r"(?:[^A-Za-z]*+[A-Za-z]){12}")
_SAMPLE: Final = 6_000
"""Characters of prose that are looked at."""
_ENOUGH: Final = 12
"""Weight below which nothing is decided."""


def detect_language(blocks: tuple[Block, ...]) -> str:
    """``ko``, ``ja``, ``zh`` or ``en`` by the weight of their characters; empty when undecided."""
    sample = " ".join(_take_sample(_join_prose(blocks)))[:_SAMPLE]
    if sample.isascii():
        return "en" if _LATIN.match(sample) else ""
    weights = {tag: len(script.findall(sample)) * worth for tag, script, worth in _SCRIPTS}
    tag = max(weights, key=lambda candidate: weights[candidate])
    return tag if weights[tag] >= _ENOUGH else ""


def _take_sample(texts: Iterable[str]) -> Iterator[str]:
    size = 0
    for text in texts:
        if size > _SAMPLE:
            return
        size += len(text)
        yield text


def _join_prose(blocks: tuple[Block, ...]) -> Iterator[str]:
    for block in walk(blocks):
        match block:
            case Heading() | Paragraph():
                yield _without_code(block.text)
            case Table():
                for row in block.rows:
                    yield from map(_without_code, row.cells)
            case ListBlock():
                for item in block.items:
                    yield _without_code(item.text)


def _without_code(text: Text) -> str:
    pieces: list[str] = []
    end = 0
    for mark in text.marks:
        if mark.kind == "code" and mark.start >= end:
            pieces.append(text.plain[end : mark.start])
            end = mark.end
    return " ".join([*pieces, text.plain[end:]])


def parse_page(data: bytes, page: str) -> Document:
    """Blocks of a Markdown, MDX, HTML or flattened page, or of an OpenAPI document.

    Which it is, its content says.

    ``page`` is the name its spans carry.  Never fails: bytes that are no text become
    replacement characters, markup that makes no sense stays text.
    """
    text = decode(data)
    lines = split_lines(text)
    source = Source(page, lines)
    if written := specification_language(text):
        whole = SpecificationBlock(text=text, language=written, span=source.span(1, len(lines)))
        return Document(page, written, "", "", (whole,), lines)
    markup = detect_markup(text, lines)
    metadata: tuple[tuple[str, str], ...] = ()
    if markup == "flat":
        blocks = read_flat(source)
    elif markup == "html":
        from conformance.parse.html import read_html  # with Beautiful Soup, slow to import

        blocks, metadata = read_html(source, text)
    else:
        metadata, first = read_front_matter(lines)
        blocks = read_markdown(source, first)
    headings = (block.text.plain for block in walk(blocks) if isinstance(block, Heading))
    title = dict(metadata).get("title", "") or next(headings, "")
    language = detect_language(blocks) or dict(metadata).get("lang", "").partition("-")[0].lower()
    return Document(page, markup, title, language, blocks, lines, metadata)
