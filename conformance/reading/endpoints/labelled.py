"""Method and path on lines, blocks or headings of their own, with or without a label."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice

from msgspec import Struct

from conformance.model.document import (
    Block,
    CodeBlock,
    Component,
    Heading,
    ListBlock,
    Paragraph,
)
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.context import LocatedBlock, find_lone_text
from conformance.reading.endpoints.candidate import (
    ANY_METHOD,
    METHOD,
    METHODS,
    EndpointCandidate,
    make_candidates,
)
from conformance.reading.endpoints.paths import RELATIVE, TARGET, make_rooted
from conformance.reading.facets.enum_words import list_sign
from conformance.reading.rows.lines import split_lines
from conformance.reading.topics import topics_of
from conformance.vocabulary import Phrases, phrases

METHOD_WORDS = phrases("endpoints.method")
PATH_WORDS = phrases("endpoints.path")
_NUMBER = r"(?:\d{1,3}(?:\.\d{1,3}){0,3}[.)]?\s{1,3})?"
"""Of a section."""
_SOURCE_WORDS = phrases("endpoints.source")
METHOD_ALONE = regex(rf"^\W{{0,3}}{ANY_METHOD}\W{{0,3}}$")
PATH_ALONE = regex(rf"^\W{{0,2}}?{TARGET}\W{{0,2}}$")
_METHOD_NOTED = regex(rf"^\W{{0,3}}{ANY_METHOD}\W{{0,3}}?(?:[(（][^()（）]*[)）])?\W{{0,3}}$")
"""A method, and a remark in brackets."""
_METHOD_DOES = regex(rf"^\W{{0,3}}{METHOD}\W{{0,2}}?[:：–-]\s")
"""``GET: read an order``: what is done, above the path in a block of code."""
_SIGNS = regex(r"\W{0,4}")
_NUMBER_AND_SIGNS = regex(rf"{_NUMBER}\W{{0,4}}")
_END = regex(r"\W{0,4}$")
_VERB = regex("|".join(METHODS), re.IGNORECASE)
_VERB_BEHIND = regex(rf"\W{{1,6}}{ANY_METHOD}\b", re.IGNORECASE)
_ONLY_VERB_BEHIND = regex(rf"\W{{1,6}}(?P<method>{'|'.join(METHODS)})\W{{0,4}}$", re.IGNORECASE)
_PATH_BEHIND = regex(rf"\W{{1,6}}?{TARGET}", re.IGNORECASE)
_PATH_FURTHER = regex(
    rf"[\s,，;；|](?:{PATH_WORDS.pattern})\W{{1,6}}?{TARGET}\W{{0,4}}$", re.IGNORECASE
)
"""A labelled path that ends the line of a labelled method: ``Method: POST, path: /orders``."""
_METHOD_LABELS = ((METHOD_WORDS, _VERB_BEHIND), (phrases("endpoints.kind"), _ONLY_VERB_BEHIND))
"""Other labels name the method where it is all that they say: ``Type: GET``."""
_OTHER_LABEL = regex(rf"^\W{{0,4}}[^\W\d_]{{2,20}}\W{{0,4}}[:：]\W{{0,5}}?{TARGET}\W{{0,4}}$")
"""Whatever word stands before a path on the line below the method's."""
_LOWER_ALONE = regex(r"^\W{0,3}(?P<method>get|post|put|delete|patch)\W{0,3}$")
_TITLED_METHOD = regex(
    rf"^{_NUMBER}\W{{0,3}}?{METHOD}[\])】]?(?:\s*[:：–-])?\s{{0,3}}(?P<title>[^\W_][^/\n]*)$"
)
_BOXED_METHOD = regex(rf"\[{METHOD}\]\s{{0,3}}(?P<title>[^\W_][^/\n]{{1,80}})")
"""A line, too, that is a method in a box and a title: ``[GET] Orders``."""
_IN_PARENTHESES = r"\W{0,3}\((?P<title>(?:[^()]|\([^()]*\))*)\)\W{0,2}$"
_TITLED_PATH = regex(rf"^\W{{0,2}}{TARGET}{_IN_PARENTHESES}")
_PATH_WITH_METHOD = regex(
    rf"^[^\W_]?[^/(（]{{0,24}}?{TARGET}\s{{1,3}}[(（\[]{METHOD}[)）\]]\W{{0,2}}$"
)
"""``API : https://host/orders (POST)``."""
_BROKEN_ADDRESS = regex(
    r"^([ \t]*https?://[\w.\-:]+)[ \t]*\n[ \t]*(?=/[\w{]\S*[ \t]*$)", re.MULTILINE
)
"""A host whose path is the line below it."""
RELATIVE_ALONE = regex(rf"^`?{RELATIVE}`?$")
_TITLED_RELATIVE = regex(rf"^{RELATIVE}{_IN_PARENTHESES}")
_NOTE = regex(r"\s?[(（][^()（）\n]{1,24}[)）]")
"""What a label is called besides, in another language or in short: ``请求方式 (method)``."""
_CODE_LABEL = regex(rf"\s*[^\W\d_][\w ]{{1,30}}(?:{_NOTE.pattern})?\s*[:：]\s*[^\s'\"`]")
_LABELS = 4
"""Lines of a block of code that may be labels."""
_LONGEST_LABEL = 64
_LONGEST = 600
"""A longer line is no label, no method and no path."""


class _Half(Struct):
    """A method or a path that waits for the other."""

    method: str = ""
    server: str | None = None
    path: str = ""
    title: str = ""
    awaits_path: bool = False
    """Whether the heading is a method and a title: the path is a line of its own below."""

    @property
    def goes_on(self) -> bool:
        """Whether it waits below the headings within its section, too."""
        return bool(self.path or (self.method and self.title))

    @property
    def whole(self) -> bool:
        return bool(self.method and self.path)


def find_labelled_path(line: str) -> re.Match[str] | None:
    """Server and path behind a label: ``URL: https://host/orders``."""
    return (
        _find_behind_label(PATH_WORDS, line, _PATH_BEHIND, _NUMBER_AND_SIGNS)
        if "/" in line
        else None
    )


def find_labelled_method(line: str) -> str:
    """The method behind a label: ``Method: POST``; empty where there is none."""
    labels = _METHOD_LABELS if _VERB.search(line) else ()
    hits = (_find_behind_label(words, line, verb) for words, verb in labels)
    return next((hit["method"].upper() for hit in hits if hit), "")


def label_of(line: str) -> str:
    """What a line that is nothing but a label announces: ``method``, ``path`` or nothing."""
    kinds = (("method", METHOD_WORDS), ("path", PATH_WORDS)) if len(line) < _LONGEST_LABEL else ()
    return next((kind for kind, words in kinds if _find_behind_label(words, line, _END)), "")


def _find_behind_label(
    words: Phrases, line: str, wanted: re.Pattern[str], before: re.Pattern[str] = _SIGNS
) -> re.Match[str] | None:
    """What is ``wanted`` right behind a label that stands at the begin of a line."""
    hit = before.match(line)
    start = hit.end() if hit else 0
    label = words.begins(line[start : start + _LONGEST_LABEL])
    if not label:
        return None
    end = start + label.end
    note = _NOTE.match(line, end)
    return wanted.match(line, end) or (wanted.match(line, note.end()) if note else None)


def in_two_blocks(
    piece: LocatedBlock, after: Sequence[LocatedBlock]
) -> Iterator[EndpointCandidate]:
    """A method and a path that are blocks of their own, as a badge and its address."""
    if isinstance(piece.block, Component):
        yield from _read_component(piece.block, piece, after)
        return
    texts = [_join_text(p.block) for p in (piece, *after[:1])]
    if len(texts) < 2 or not all(texts):
        return
    for method, target in (texts, reversed(texts)):
        path = PATH_ALONE.match(target)
        verb = METHOD_ALONE.match(method)
        if isinstance(after[0].block, CodeBlock):
            verb = verb or _METHOD_DOES.match(method[:_LONGEST])
        if path and path["server"]:
            verb = verb or _LOWER_ALONE.match(method)
        if verb and path:
            yield from make_candidates(
                verb["method"], path["server"], path["path"], piece.block.span, piece.place.index
            )


def _read_component(
    block: Component, piece: LocatedBlock, after: Sequence[LocatedBlock]
) -> Iterator[EndpointCandidate]:
    """A component with a method around its path: ``<Route method="GET">/orders/{id}</Route>``, or
    ``{% route get %}`` above it."""
    if any(value.startswith("/") for _, value in block.attributes):
        return
    bare = (k for k, v in block.attributes if not v and k.upper() in METHODS)
    method = next((v for k, v in block.attributes if k.lower() == "method"), next(bare, "")).upper()
    text = _join_text(after[0].block) if after else ""
    if method in METHODS and text and (path := PATH_ALONE.match(text)):
        yield from make_candidates(
            method, path["server"], path["path"], block.span, piece.place.index
        )


def path_over_methods(pieces: Iterable[LocatedBlock]) -> Iterator[EndpointCandidate]:
    """Headings that are a method, each under a heading that is a path."""
    for piece in pieces:
        if isinstance(piece.block, Heading) and (
            verb := METHOD_ALONE.match(_join_text(piece.block))
        ):
            for heading in reversed(piece.place.headings[:-1]):
                if path := PATH_ALONE.match(heading.text.plain):
                    yield from make_candidates(
                        verb["method"],
                        path["server"],
                        path["path"],
                        piece.block.span,
                        piece.place.index,
                    )
                    break


def read_labelled(pieces: Iterable[LocatedBlock]) -> Iterator[EndpointCandidate]:
    """``Method: POST`` and ``URL: /orders``, each on a line of its own under one heading.

    A label may also be a block of its own before its value, the path a heading, or the one line
    of code after the method.
    """
    half, label, level, verb = _Half(), "", 0, ""
    for piece in pieces:
        if isinstance(piece.block, Heading) and not is_label(piece.block.text.plain[:_LONGEST]):
            titled = _read_heading(piece.block.text.plain, piece.place.headings[:-1])
            if titled.path or titled.method or piece.block.level <= level or not half.goes_on:
                half, level = titled, piece.block.level
                verb = half.method if half.awaits_path and not half.title else ""
            else:
                half.awaits_path = False  # only behind a label further below
            label = ""
            continue
        if (path := _find_path_in_bold(piece.block)) and (not half.method or half.method == verb):
            half, label, path.method = path, "", verb
            if half.whole:
                yield from _make_found(half, piece.block.span, piece.place.index)
                half = _Half()
            continue
        if half.method and isinstance(piece.block, CodeBlock) and "\n" not in piece.block.text:
            label = "path"
        lines = list(_without_sources(_list_lines(piece.block)))
        for number, (line, span) in enumerate(lines):
            begun = _read_begin(line, *(below for below, _ in lines[number + 1 : number + 2]))
            if begun and (begun.title or not half.method):
                half, label = begun, "path"
                continue
            waits = label == "path" and number + 1 < len(lines)
            label = _read_line(line, "path" if half.awaits_path else label, half)
            label = "path" if waits and not label and not half.path else label
            if half.whole:
                _read_further_path(lines[number + 1 :], half)
                yield from _make_found(half, span, piece.place.index)
                half = _Half()


def _make_found(half: _Half, span: Span, index: int) -> Iterator[EndpointCandidate]:
    return make_candidates(half.method, half.server, half.path, span, index, title=half.title)


def is_label(plain: str) -> bool:
    """Whether the words are a label, or a label and a method."""
    return bool(label_of(plain) or find_labelled_method(plain))


def _read_begin(line: str, below: str = "") -> _Half | None:
    """A method alone on the line above a whole address, or in a box before a title."""
    if boxed := _BOXED_METHOD.fullmatch(line):
        return _Half(method=boxed["method"], title=boxed["title"], awaits_path=True)
    path = PATH_ALONE.match(below)
    verb = METHOD_ALONE.match(line)
    if path and path["server"]:
        verb = verb or _LOWER_ALONE.match(line)
    return _Half(method=verb["method"].upper()) if verb and path else None


def _read_further_path(below: Sequence[tuple[str, Span]], half: _Half) -> None:
    """A path right below an address, in one run of labels: the address is that of the page."""
    further = find_labelled_path(below[0][0]) if below and half.server else None
    if further and not further["server"]:
        half.server, half.path = None, further["path"]


def _read_heading(plain: str, above: Sequence[Heading]) -> _Half:
    """A heading that is a path, with a label or a title in parentheses, and its method is stated
    below; or a method, alone or with a title, and its path is."""
    if verb := METHOD_ALONE.match(plain[:_LONGEST]):
        under_path = any(PATH_ALONE.match(heading.text.plain[:_LONGEST]) for heading in above)
        return _Half() if under_path else _Half(method=verb["method"], awaits_path=True)
    if found := _TITLED_METHOD.match(plain[:_LONGEST]):
        return _Half(method=found["method"], title=found["title"].strip(), awaits_path=True)
    if found := find_labelled_path(plain[:_LONGEST]):
        return _Half(server=found["server"], path=found["path"])
    if found := PATH_ALONE.match(plain[:_LONGEST]):
        return _Half(server=found["server"], path=found["path"])
    if alone := RELATIVE_ALONE.match(plain[:_LONGEST]):
        return _Half(path=f"/{alone['path']}")
    hit = _TITLED_PATH.match(plain[:_LONGEST])
    if not hit and not (hit := _TITLED_RELATIVE.match(plain[:_LONGEST])):
        return _Half()
    path = "/" + hit["path"].lstrip("/")
    return _Half(server=hit["server"], path=path, title=hit["title"].strip())


def _find_path_in_bold(block: Block) -> _Half | None:
    """A paragraph whose first line is a path in bold and nothing else: it heads what is below."""
    text = block.text if isinstance(block, Paragraph) else None
    first = text.plain[: text.breaks[0]] if text and text.breaks else text.plain if text else ""
    marked = text is not None and any(
        mark.kind == "strong" and mark.end - mark.start >= len(first.strip()) for mark in text.marks
    )
    hit = PATH_ALONE.match(first.strip()[:_LONGEST]) if marked else None
    return _Half(server=hit["server"], path=hit["path"]) if hit else None


def _read_line(line: str, label: str, half: _Half) -> str:
    """Put what the line says into ``half``; the label it is, if it is one and nothing else."""
    if found := _PATH_WITH_METHOD.match(line):
        half.server, half.path, half.method = found["server"], found["path"], found["method"]
        return ""
    if method := find_labelled_method(line):
        half.method = method
        if further := _PATH_FURTHER.search(line):
            half.server, half.path = further["server"], further["path"]
        return "other"
    if found := find_labelled_path(line):
        half.server, half.path = found["server"], found["path"]
    elif announced := label_of(line):
        return announced
    elif label == "method" and (found := _find_noted_method(line)):
        half.method = found["method"]
    elif (
        label == "path"
        and (found := PATH_ALONE.match(make_rooted(line)) or _OTHER_LABEL.match(line))
    ) or (
        label == "other"
        and "example" not in topics_of(line)
        and (found := _OTHER_LABEL.match(line))
    ):
        half.server, half.path = found["server"], found["path"]
    return ""


def _find_noted_method(line: str) -> re.Match[str] | None:
    """Methods with any word for "or" between them, and a remark."""
    return _METHOD_NOTED.match(list_sign().sub("/", line.upper()))


def read_titled_path(block: CodeBlock) -> tuple[str, str | None, str] | None:
    """A path alone in a block whose title is its method: method, server and path."""
    title = block.title[:_LONGEST]
    alone = METHOD_ALONE.match(title)
    method = find_labelled_method(title) or (alone["method"] if alone else "")
    path = PATH_ALONE.match(block.text.strip()[:_LONGEST]) if method else None
    return (method, path["server"], path["path"]) if path else None


def _without_sources(lines: Iterable[tuple[str, Span]]) -> Iterator[tuple[str, Span]]:
    """Lines less those that say, or announce in the next one, where a page was taken from."""
    announced = False
    for whole, span in lines:
        line = whole[:_LONGEST]
        is_source = bool(_find_behind_label(_SOURCE_WORDS, line, _PATH_BEHIND))
        if not is_source and not (announced and PATH_ALONE.match(line)):
            yield line, span
        announced = bool(_find_behind_label(_SOURCE_WORDS, line, _END))


def _list_lines(block: Block) -> Iterator[tuple[str, Span]]:
    if isinstance(block, Heading):
        yield block.text.plain, block.span
    elif isinstance(block, Paragraph):
        text = "\n".join(line.plain for line in split_lines(block))
        lines = _BROKEN_ADDRESS.sub(r"\1", text).split("\n")
        yield from ((line.strip(), block.span) for line in lines)
    elif isinstance(block, CodeBlock):
        if "\n" not in block.text or begins_with_label(block.text):
            yield from ((line.strip(), block.span) for line in block.text.split("\n")[:_LABELS])
    elif isinstance(block, ListBlock):
        for item in block.items:
            yield from _list_lines(Paragraph(item.text, item.span))
            below = item.blocks[0] if item.blocks else None
            if isinstance(below, Paragraph | ListBlock) and label_of(item.text.plain[:_LONGEST]):
                yield from islice(_list_lines(below), 1)


def begins_with_label(text: str) -> bool:
    """Whether a block of code begins with a method and a path behind their labels."""
    first, second, *_ = [*text.strip().split("\n", 2), ""]
    label = _CODE_LABEL.match(first)
    if not label or not _CODE_LABEL.match(second):
        return False
    return bool(
        (find_labelled_method(first) and find_labelled_path(second))
        or (find_labelled_path(first) and find_labelled_method(second))
    )


def _join_text(block: Block) -> str:
    if isinstance(block, CodeBlock):
        return block.text.strip()[:_LONGEST]
    text = block.text if isinstance(block, Heading) else find_lone_text(block)
    return text.plain[:_LONGEST] if text else ""
