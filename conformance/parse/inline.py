"""Markdown's inline markup, read in one pass: text in, :class:`Text` with marks out.

A linear scanner in place of CommonMark's inline phase.  It knows what documentation
uses (code spans, links, emphasis, strikethrough, escapes, entities, inline HTML) and
keeps everything it cannot read as the characters that stand there.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Mapping
from html import unescape
from typing import Final

from conformance.model.document import Mark, MarkKind, Text
from conformance.model.span import Span
from conformance.parse.tags import (
    BREAK_TAGS,
    MARK_TAGS,
    PLAIN_TAGS,
    attributes_of,
    indent_of,
    mark_of,
)
from conformance.parse.text_builder import INVISIBLE, WIDE_BLANKS, TextBuilder, make_visible
from conformance.patterns import regex

_SPECIAL: Final = regex(rf"[\\`*_~\[\]&<\n\t{INVISIBLE}{WIDE_BLANKS}]|  |https?://")
"""What makes a text more than its characters."""
_WHOLLY_CODE: Final = regex(rf"`([^`\s{INVISIBLE}{WIDE_BLANKS}]++)`")

_LONE_TAG: Final = regex(r"</?([a-z]+)>")
_WORDS_THAT_ARE_TAGS: Final = frozenset(
    ("data", "header", "input", "label", "object", "output", "path", "source", "summary", "time")
)
"""Tags that show nothing: a text that is one of them, bare, is the word in angle brackets."""

_TAG_BODY: Final = (
    r"""[A-Za-z][\w.:-]*+(?:[^<>"'{}]|"[^"]*+"|'[^']*+'|\{(?:[^{}]|\{[^{}]*+\})*+\})*+"""
)
_TOKEN: Final = regex(
    rf"""
      (?P<text>(?:[^\\`*_~\[\]!&<\n\ \th]++|\ (?![\ \t\n])|h(?!ttps?://)|!(?!\[)
               |(?<=[A-Za-z0-9])_(?=[A-Za-z0-9]))++)
    | (?P<escape>\\[!-/:-@\[-`{{-~])
    | (?P<newline>(?:\\|[ \t]*+)\n[ \t]*+)
    | (?P<blank>[ \t]++)
    | (?P<code>`++)
    | (?P<entity>&(?:\#[0-9]{{1,7}}|\#[xX][0-9a-fA-F]{{1,6}}|[A-Za-z][A-Za-z0-9]{{1,31}});)
    | (?P<url>https?://[^\s<>\[\]()|`"']++)
    | <(?P<autolink>(?:https?://|mailto:)[^\s<>]++)>
    | (?P<comment><!--)
    | (?P<tag></?{_TAG_BODY}>)
    | (?P<run>\*++|_++|~~)
    | (?P<open>!?\[)
    | (?P<close>\])
    | (?P<other>.)
    """,
    re.X | re.S,
)
_DESTINATION: Final = regex(
    r"""\(\s*+(?:\{\{[<%]\s*+(?:rel)?ref\s*+"([^"\n]*+)"\s*+[>%]\}\}|<([^<>\n]*+)>|((?:[^\s()\\]|\\.|\((?:[^\s()\\]|\\.)*+\))*+))"""
    r"""(?:\s++(?:"[^"]*+"|'[^']*+'|\([^()]*+\)))?+\s*+\)""",
    re.S,
)
_LABEL: Final = regex(r"\[([^\[\]]{0,999}+)\]")
_ESCAPED: Final = regex(r"\\([!-/:-@\[-`{-~])")
_STYLES: Final[Mapping[str, tuple[MarkKind, MarkKind]]] = {
    "*": ("emphasis", "strong"),
    "_": ("emphasis", "strong"),
    "~": ("strike", "strike"),
}
_LIST_ITEM_TAG: Final = "li"
_MARKED_BY_STYLE: Final = frozenset({"a", "div", "span"})
"""Tags whose end has to be matched although this one marks nothing."""
_URL_ENDS: Final = ".,;:!?*_~。，；：！？、）"
_TYPE_ARGUMENTS: Final = regex(r"<[A-Z]\w*+(?:\[\])?(?:\s?,\s?[A-Za-z]\w*+)*+>")
"""What stands behind a generic type: ``List<String>``."""
_TAG_NAME: Final = regex(r"</?([A-Za-z][\w.:-]*+)")


def scan_inline(raw: str, span: Span, references: Mapping[str, str] | None = None) -> Text:
    """``raw`` as a reader sees it.

    ``references`` maps a link label, lower-cased, to its target.
    """
    raw = raw.strip(" \t\n")
    if not _SPECIAL.search(raw):
        return Text(raw, span)
    if (lone := _LONE_TAG.fullmatch(raw)) and lone[1] in _WORDS_THAT_ARE_TAGS:
        return Text(raw, span)
    if code := _WHOLLY_CODE.fullmatch(raw):
        plain = code.group(1)
        return Text(plain, span, (Mark("code", 0, len(plain)),))
    return _Scanner(raw, references or {}).scan(span)


class _Scanner:
    """State of one scan; every character is looked at a bounded number of times."""

    def __init__(self, raw: str, references: Mapping[str, str]) -> None:
        self.raw = raw
        self.references = references
        self.out = TextBuilder()
        self.brackets: list[tuple[int, int, bool]] = []
        self.runs: list[tuple[str, int, int, int]] = []
        self.waiting = dict.fromkeys(_STYLES, 0)
        self.ticks: dict[int, list[int]] | None = None
        self.last_comment_end = raw.rfind("-->")

    def scan(self, span: Span) -> Text:
        position, end = 0, len(self.raw)
        while position < end:
            match = _TOKEN.match(self.raw, position)
            if match is None:  # pragma: no cover - the last alternative takes anything
                break
            if (handler := _HANDLERS.get(match.lastgroup or "")) is None:
                self.out.add_collapsed(match.group())
                position = match.end()
            else:
                position = handler(self, match)
        return self.out.build(span)

    def blank(self, match: re.Match[str]) -> int:
        self.out.space()
        return match.end()

    def escape(self, match: re.Match[str]) -> int:
        self.out.add(match.group()[1])
        return match.end()

    def newline(self, match: re.Match[str]) -> int:
        before = match.group().partition("\n")[0]
        hard = before == "\\" or before.endswith("  ")
        (self.out.line_break if hard else self.out.soft_break)()
        return match.end()

    def entity(self, match: re.Match[str]) -> int:
        self.out.add(make_visible(unescape(match.group())))
        return match.end()

    def code(self, match: re.Match[str]) -> int:
        length = match.end() - match.start()
        closing = self._find_closing_ticks(length, match.end())
        if closing < 0:
            self.out.add(match.group())
            return match.end()
        content = self.raw[match.end() : closing].replace("\n", " ")
        if content[:1] == " " == content[-1:] and content.strip():
            content = content[1:-1]
        self._add_marked("code", content)
        return closing + length

    def _find_closing_ticks(self, length: int, position: int) -> int:
        if length == 1 and self.ticks is None:
            near = self.raw.find("`", position)
            if near < 0 or self.raw[near + 1 : near + 2] != "`":
                return near
        if self.ticks is None:
            self.ticks = {}
            for match in re.finditer("`+", self.raw):
                self.ticks.setdefault(len(match.group()), []).append(match.start())
        starts = self.ticks.get(length, [])
        index = bisect_left(starts, position)
        return starts[index] if index < len(starts) else -1

    def autolink(self, match: re.Match[str]) -> int:
        target = match.group("autolink")
        self._add_marked("link", target.removeprefix("mailto:"), target)
        return match.end()

    def _add_marked(self, kind: MarkKind, text: str, target: str = "") -> None:
        start = self.out.here()
        self.out.add(make_visible(text))
        self.out.mark(kind, start, self.out.here(), target)

    def url(self, match: re.Match[str]) -> int:
        target = match.group().rstrip(_URL_ENDS)
        if self.brackets:
            self.out.add(make_visible(target))
        else:
            self._add_marked("link", target, target)
        return match.start() + len(target)

    def comment(self, match: re.Match[str]) -> int:
        if match.end() <= self.last_comment_end:
            return self.raw.index("-->", match.end()) + 3
        self.out.add(match.group())
        return match.end()

    def open(self, match: re.Match[str]) -> int:
        index = self.out.add(match.group())
        self.brackets.append((index, match.end(), match.group() == "!["))
        return match.end()

    def close(self, match: re.Match[str]) -> int:
        if not self.brackets:
            self.out.add("]")
            return match.end()
        index, start, image = self.brackets.pop()
        target, position = self._read_target(start, match)
        if target is None:
            self.out.add("]")
            return match.end()
        self.out.blank(index)
        if not image:
            self.out.mark("link", index, self.out.here(), target)
            self.brackets.clear()
        return position

    def _read_target(self, start: int, match: re.Match[str]) -> tuple[str | None, int]:
        after = match.end()
        inside = _DESTINATION.match(self.raw, after)
        if inside:
            target = next((group for group in inside.groups() if group is not None), "")
            return _ESCAPED.sub(r"\1", unescape(target or "")), inside.end()
        if not self.references:
            return None, after
        label = _LABEL.match(self.raw, after)
        if label and label.group(1).strip():
            return self.references.get(reference_key(label.group(1))), label.end()
        if match.start() - start > 999:
            return None, after
        key = reference_key(self.raw[start : match.start()])
        return self.references.get(key), label.end() if label else after

    def run(self, match: re.Match[str]) -> int:
        char, length = match.group()[0], match.end() - match.start()
        before = self.raw[match.start() - 1 : match.start()] or " "
        after = self.raw[match.end() : match.end() + 1] or " "
        opens, closes = _judge_flanks(match.group(), before, after)
        index = self.out.add(match.group())
        left = length
        if closes:
            left = self._close_runs(char, left, index)
        if left and opens:
            self.runs.append((char, index, left, self.out.here()))
            self.waiting[char] += 1
        self.out.blank(index, char * left)
        return match.end()

    def _close_runs(self, char: str, left: int, index: int) -> int:
        """Match closing delimiters with the latest open ones; how many are left unmatched."""
        while left and self.waiting[char]:
            kind, opener, count, start = self.runs.pop()
            self.waiting[kind] -= 1
            if kind != char:
                continue
            used = min(left, count, 3)
            single, double = _STYLES[char]
            for style in {1: (single,), 2: (double,)}.get(used, (double, single)):
                self.out.mark(style, start, index)
            self.out.blank(opener, char * (count - used))
            left -= used
            if count > used:
                self.runs.append((char, opener, count - used, start))
                self.waiting[char] += 1
        return left

    def tag(self, match: re.Match[str]) -> int:
        source = match.group()
        name = (_TAG_NAME.match(source) or match).group(1)
        known = name.lower()
        glued = self.raw[match.start() - 1 : match.start()].isalnum()
        if not _is_tag(name, known) or (glued and _TYPE_ARGUMENTS.fullmatch(source)):
            self.out.add(make_visible(source))
        elif source[1] == "/":
            self.out.close(known)
            if known in BREAK_TAGS:
                self.out.line_break()
        else:
            attributes = attributes_of(source)
            self.out.indent(indent_of(attributes))
            if known == _LIST_ITEM_TAG:
                self.out.bullet()
            elif known in BREAK_TAGS:
                self.out.line_break()
            elif known == "img":
                self.out.add(make_visible(attributes.get("alt", "")))
            elif source[1].isupper() and source.endswith("/>"):
                self.out.add(make_visible(attributes.get("text", "")))
            kind = mark_of(known, attributes)
            target = attributes.get("href", "") if kind == "link" else ""
            if kind == "link" and not target:
                kind = None
            if not source.endswith("/>") and (kind or known in _MARKED_BY_STYLE):
                self.out.open(known, kind, target)
        return match.end()


_HANDLERS: Final[Mapping[str, Callable[[_Scanner, re.Match[str]], int]]] = {
    name: getattr(_Scanner, name)
    for name in (
        *("escape", "newline", "blank", "code", "entity", "url", "autolink", "comment"),
        *("tag", "run", "open", "close"),
    )
}


def reference_key(label: str) -> str:
    """A link label as references are compared: case and blanks do not matter."""
    return " ".join(label.split()).casefold()


def _is_tag(name: str, known: str) -> bool:
    if known in MARK_TAGS or known in BREAK_TAGS or known in PLAIN_TAGS:
        return True
    return known == _LIST_ITEM_TAG or (name[0].isupper() and not name.isupper())


def _judge_flanks(run: str, before: str, after: str) -> tuple[bool, bool]:
    """Whether a delimiter run can open and can close, by what stands around it.

    CommonMark 6.2, but ``**`` need not mind punctuation: ``**名称：**说明`` is strong
    in every page that has it, and literal asterisks by the letter of the rule.
    """
    space_before, space_after = before.isspace(), after.isspace()
    if run.startswith("**"):
        return not space_after, not space_before
    word_before = before.isalnum() or space_before
    word_after = after.isalnum() or space_after
    left = not space_after and (word_after or not word_before or space_before)
    right = not space_before and (word_before or not word_after or space_after)
    if run[0] == "_":
        return left and not before.isalnum(), right and not after.isalnum()
    return left, right
