"""JSON as documentation prints it, read with the line of every value.

Comments (one never closed above a body ends with its line), ``...``, commas too many or missing,
``=>`` for a colon, single quotes, bare names, alternatives (``"a" | "b"``), placeholders in place
of values (``"seats": integer``, ``<string>``) and several documents in one text are all read as
far as they can be.  Nothing here fails: what is no JSON gives no document.  Linear in the length
of the text, and as deep as ``_MAX_DEPTH``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Literal, NamedTuple, TypeAlias

from msgspec import Struct, field

from conformance.model.operation import Scalar
from conformance.patterns import regex
from conformance.vocabulary import phrases

SampleKind: TypeAlias = Literal["object", "array", "scalar", "null", "word", "unknown"]

_TOKEN = regex(
    r'(?P<string>"(?:[^"\\\n]|\\.)*+"|“[^”\n]*+”'
    r"|(?<![\w.])'(?:[^'\\\n]|\\.)*+')"
    r"|(?P<comment>//[^\n]*+|/\*[ \t]*[^\s*](?:[^\n*]|\*(?!/))*+(?=\n[ \t]*[{\[])"
    r"|/\*(?s:.)*?(?:\*/|\Z)|(?:^|(?<=\s))\#[^\n]*+)"
    r"|(?P<mark>[{}\[\]:,，：]|=>)"
    r"|(?P<ellipsis>\.{2,}|…+)"
    r"|(?P<hint><[^<>\n{}\"]{1,80}>)"
    r"|(?P<number>[-+]?\d++(?:\.\d++)?(?:[eE][-+]?\d++)?(?![\w.]))"
    r"|(?P<word>[A-Za-z_$@][\w$@.\-]*+)"
    r"|(?P<broken>\"[^\n]*+)"
    r"|(?P<other>\S)",
    re.MULTILINE,
)
_SHORT_INTEGER = regex(r"-?[1-9][0-9]{0,17}|0")
_NUMBERED = regex(r"^[ \t]*(\d{1,5})(?:[.:|)]?[ \t]|[.:|)]?$)", re.MULTILINE)
_OTHER_SCRIPT = regex(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_DESCRIBED = regex(
    r"^(?P<lead>[\s\[{]*[\"'“]?[\w.\-]{1,64}[\"'”]?\s*[:：]\s*)(?P<value>[^\s\"'“\[{</][^\"{}\[\]]*)$"
)
_JOINED_REMARK = regex(
    r"(\"(?:[^\"\\\n]|\\.)*+\")"
    r"|(?<=[\s,])//(.*?)(?=\s\s[\"{}\[\]]|\s\"[\w.\-]{1,64}\"\s?:|$)"
)
"""A comment of a sample whose lines were run together, up to where the next one began; or a text,
in which none begins."""
_BARE_WORDS = regex(
    r"\"(?:[^\"\\\n]|\\.)*+\"|'[^'\n]*+'|/\*(?s:.)*?(?:\*/|\Z)"
    r"|^(?P<lead>[ \t]*+)(?://|\#)(?P<remark>[^\n]*+)|//[^\n]*+"
    r"|(?P<words>(?![-+\d.eE]{1,40}+\s*+(?:[,\]}]|$))[^\s\"'\[\]{}<>,，:：/#]"
    r"[^\n\"'\[\]{}<>,，:：/#]{1,80}+)(?!\s*+[:：])",
    re.MULTILINE,
)
"""A text, a comment, or words where a member or a value may stand."""
_DOTS = regex(r"\s*(?:\.{2,}|…)")
_MEMBER = regex(r"^\s*\"[\w.\-]{1,64}\"\s*[:：]")
_MAX_DEPTH = 64
_MISMATCHED = 3
"""Containers that one closing bracket may close."""
_LITERALS: dict[str, Scalar] = {"true": True, "false": False}
_NOTHING = frozenset({"null", "none", "nil", "nan", "undefined"})
_WIDE = {"，": ",", "：": ":", "=>": ":"}


class SampleNode(Struct):
    """One value of a sample.

    ``kind`` is ``word`` for a bare word or ``<hint>`` in place of a value, ``unknown`` for one
    that was left out.
    """

    kind: SampleKind
    line: int
    """From 0, that of its name where it has one."""
    value: Scalar = None
    """Of a scalar; the placeholder itself for a word."""
    members: dict[str, SampleNode] = field(default_factory=dict)
    items: list[SampleNode] = field(default_factory=list)
    comment: str = ""
    """What a comment on the same line says of it."""
    is_elided: bool = False
    """Whether an ellipsis stands among its members."""
    column: int = 0
    """From 0, where it or its name begins in the line."""


class _JsonToken(NamedTuple):
    kind: str
    text: str
    line: int
    column: int


@lru_cache(maxsize=64)
def read_json_text(text: str) -> tuple[SampleNode, ...]:
    """The objects and arrays that ``text`` consists of, in order; none of them may be changed.

    A sample of all that fails belongs to every operation of its page.
    """
    if "\n" not in text.strip():
        text = _JOINED_REMARK.sub(lambda hit: hit[1] or f"/*{hit[2]} */", text)
    text = _as_document(_without_prose(mark_ellipses(without_line_numbers(text))))
    return tuple(_JsonReader(list(_split_tokens(text))).documents())


def mark_ellipses(text: str) -> str:
    """``text`` with ``...`` where it has words for that: ``(truncated)``, ``... and so on``."""
    return _BARE_WORDS.sub(_mark_ellipsis, text)


def _mark_ellipsis(hit: re.Match[str]) -> str:
    words = hit["words"] or hit["remark"]
    if not words or not _says_more(words):
        return hit[0]
    return f"{hit['lead'] or ''}..."


@lru_cache(maxsize=1024)
def _says_more(words: str) -> bool:
    return bool(_DOTS.match(words)) or phrases("samples.left-out").found_in(words)


def _without_prose(text: str) -> str:
    """``"price": 最高价`` as a value left out with a comment: words describe what comes there."""
    if not _OTHER_SCRIPT.search(text):
        return text
    return "\n".join(map(_with_remark, text.split("\n")))


def _with_remark(line: str) -> str:
    hit = _DESCRIBED.match(line)
    value = hit["value"].partition("//")[0] if hit else ""
    if hit is None or not _OTHER_SCRIPT.search(value):
        return line
    return f"{hit['lead']}..., // {hit['value'].rstrip().rstrip(',')}"


def _as_document(text: str) -> str:
    """Members without the braces around them, as one object."""
    return f"{{{text}\n}}" if _MEMBER.match(text) else text


def without_line_numbers(text: str) -> str:
    """``text`` less the numbers a viewer printed before every line, its lines kept."""
    lines = text.split("\n")
    filled = [line for line in lines if line.strip()]
    if len(filled) < 3 or not _NUMBERED.match(filled[0]) or not _NUMBERED.match(filled[-1]):
        return text
    hits = [_NUMBERED.match(line) for line in filled]
    numbers = [int(hit[1]) for hit in hits if hit]
    if len(numbers) < len(filled) or numbers != list(range(numbers[0], numbers[0] + len(numbers))):
        return text
    return "\n".join(_NUMBERED.sub("", line) for line in lines)


def _split_tokens(text: str) -> Iterator[_JsonToken]:
    line = at = begin = 0
    for hit in _TOKEN.finditer(text):
        start = hit.start()
        if passed := text.count("\n", at, start):
            line += passed
            begin = text.rindex("\n", at, start) + 1
        at = start
        found = hit[0]
        if found in _WIDE:
            found = _WIDE[found]
        yield _JsonToken(hit.lastgroup or "other", found, line, start - begin)


class _JsonReader:
    """A walk of the tokens with the open containers on a stack."""

    def __init__(self, tokens: list[_JsonToken]) -> None:
        self.tokens = tokens
        self.at = 0
        self.open: list[SampleNode] = []
        self.closers: list[SampleKind] = []
        """What each is by its brackets: ``{1, 2}`` is an array in those of an object."""
        self.name: _JsonToken | None = None
        """The member whose value comes next."""
        self.remark = ""
        """A comment between that name and its value."""
        self.fresh = False
        """Whether an array waits for its next item."""
        self.last: SampleNode | None = None

    def documents(self) -> Iterator[SampleNode]:
        tokens, end = self.tokens, len(self.tokens)
        while self.at < end:
            token = tokens[self.at]
            self.at += 1
            if not self.open:
                if self._begins_document(token):
                    yield self._enter(token)
            elif token.kind == "comment":
                self._read_remark(token)
            elif token.kind == "mark":
                self._mark(token)
            elif self.open[-1].kind == "object" and self.name is None:
                self.open[-1].is_elided |= token.kind == "ellipsis"
                if self._peek() == "?":  # a member that may be absent
                    self.at += 1
                if self._peek() == ":" and self._may_be_name(token):
                    self.name = token
                    self.at += 1
            elif self.name is not None or self.fresh:
                self._read_value(token)

    def _may_be_name(self, token: _JsonToken) -> bool:
        """A number is one only where a member begins: ``2018-10-10 11:11`` has none."""
        if token.kind == "number":
            return self.tokens[self.at - 2].text in ("{", ",")
        return token.kind in ("string", "word", "hint")

    def _read_value(self, token: _JsonToken) -> None:
        """A value, or the name of the next member where that of the last has none."""
        if self._begins_next(token):
            self._leave_out()
            self.name = token
            self.at += 1
        else:
            self._read_scalar(token)

    def _begins_next(self, token: _JsonToken) -> bool:
        """Whether a member begins on a line below a name that has no value."""
        below = self.name is not None and self.name.line < token.line
        return below and self._peek() == ":" and token.kind in ("string", "word")

    def _leave_out(self) -> None:
        """A name without a value, which at most a comment describes: ``total: // of all lines``."""
        if self.name is not None and self.open[-1].kind == "object":
            node = SampleNode("unknown", self.name.line, comment=self.remark)
            self._put(node)
            self.last = node

    def _begins_document(self, token: _JsonToken) -> bool:
        """A brace, or a bracket that does not hold a word of prose."""
        if token.text == "[" and token.kind == "mark":
            following = self.tokens[self.at] if self.at < len(self.tokens) else None
            return following is not None and (
                following.kind in ("string", "number", "ellipsis", "comment")
                or following.text in ("{", "[", "]")
                or following.text.lower() in (*_LITERALS, *_NOTHING)
            )
        return token.text == "{" and token.kind == "mark"

    def _peek(self) -> str:
        return self.tokens[self.at].text if self.at < len(self.tokens) else ""

    def _mark(self, token: _JsonToken) -> None:
        if token.text in "{[":
            self._enter(token)
        elif token.text in "}]":
            self._leave(token)
        elif token.text == ",":
            self._leave_out()
            self.name = None
            self.fresh = self.open[-1].kind == "array"

    def _enter(self, token: _JsonToken) -> SampleNode:
        kind: SampleKind = "object" if token.text == "{" else "array"
        closer = kind
        if kind == "object" and self._lists_values():
            kind = "array"
        node = SampleNode(kind, token.line, column=token.column)
        if self._stands_for_open(kind):
            node = self.open[-1]
        elif 0 < len(self.open) < _MAX_DEPTH:
            self._put(node)
        self.open.append(node)
        self.closers.append(closer)
        self.fresh = node.kind == "array"
        self.last = node
        return node

    def _stands_for_open(self, kind: SampleKind) -> bool:
        """Whether braces open within those of an object before any member: ``{{"id": 1}}``."""
        around = self.open[-1] if self.open else None
        bare = self.name is None and around is not None and not around.members
        return bare and around is not None and kind == around.kind == "object"

    def _lists_values(self) -> bool:
        """Whether braces hold values without names: ``{1, "a"}``."""
        ahead = [t for t in self.tokens[self.at : self.at + 8] if t.kind != "comment"][:3]
        kinds = [token.kind for token in ahead]
        marks = [token.text for token in ahead[1::2]]
        return marks == [","] and set(kinds[::2]) <= {"string", "number"} and len(kinds) == 3

    def _leave(self, token: _JsonToken) -> None:
        """Close the nearest container of this sort; one that was never opened says nothing."""
        kind = "object" if token.text == "}" else "array"
        near = range(len(self.open) - 1, max(-1, len(self.open) - 1 - _MISMATCHED), -1)
        at = next((n for n in near if self.closers[n] == kind), None)
        if at is None:
            return
        self._leave_out()
        self.last = self.open[at]
        del self.open[at:], self.closers[at:]
        self.name, self.fresh = None, False

    def _read_scalar(self, token: _JsonToken) -> None:
        node = _read_scalar(token)
        if node is not None and node.kind == "word" and self._goes_on_as_array():
            node = SampleNode("array", token.line, items=[node])
        if node is not None:
            node.comment = self._pass_alternatives(token) if node.kind == "scalar" else ""
            self._put(node)
            self.last = node

    def _pass_alternatives(self, token: _JsonToken) -> str:
        """The values between which signs leave a choice, which are passed: ``"on" | "off"``."""
        texts = [token.text]
        while self._peek() == "|" and len(self.tokens) > self.at + 1:
            texts.append(self.tokens[self.at + 1].text)
            self.at += 2
        return " | ".join(texts) if len(texts) > 1 else ""

    def _goes_on_as_array(self) -> bool:
        """Whether empty brackets follow, which are passed: ``string[]``."""
        marks = [token.text for token in self.tokens[self.at : self.at + 2]]
        self.at += 2 * (marks == ["[", "]"])
        return marks == ["[", "]"]

    def _put(self, node: SampleNode) -> None:
        """``node`` into the innermost container; a name given twice keeps its first value."""
        parent = self.open[-1]
        if parent.kind == "array":
            parent.items.append(node)
        elif self.name is not None:
            node.line, node.column = self.name.line, self.name.column
            parent.members.setdefault(_unquote_text(self.name.text), node)
        self.name, self.remark, self.fresh = None, "", False

    def _read_remark(self, token: _JsonToken) -> None:
        if self.name is not None:
            self.remark = self.remark or token.text.strip("/*# \t")
            return
        if self.last is not None and self.last.line == token.line and not self.last.comment:
            self.last.comment = token.text.strip("/*# \t")


def _read_scalar(token: _JsonToken) -> SampleNode | None:
    low = token.text.lower()
    if token.kind in ("string", "broken"):
        return SampleNode("scalar", token.line, _unquote_text(token.text))
    if token.kind == "number":
        return SampleNode("scalar", token.line, _read_number(token.text))
    if token.kind == "word" and low in _LITERALS:
        return SampleNode("scalar", token.line, _LITERALS[low])
    if token.kind == "word" and low in _NOTHING:
        return SampleNode("null", token.line)
    if token.kind in ("word", "hint"):
        return SampleNode("word", token.line, token.text.strip("<>"))
    return SampleNode("unknown", token.line) if token.kind == "ellipsis" else None


def _read_number(text: str) -> int | float:
    if _SHORT_INTEGER.fullmatch(text):  # most numbers; JSON's reader takes ten times as long
        return int(text)
    try:
        number: int | float = json.loads(text.lstrip("+"))
    except ValueError:
        return 0 if text.lstrip("+-").isdigit() else float(text)
    return number


def _unquote_text(text: str) -> str:
    if text.startswith('"'):
        if "\\" not in text and text.isprintable() and text.find('"', 1) == len(text) - 1:
            return text[1:-1]  # nothing that JSON's reader would change or refuse
        try:
            return str(json.loads(text))
        except ValueError:
            return text.strip('"')
    return text.strip("'“”<>")
