"""HTTP messages of code blocks: printed as they go over the wire, or sent by a curl command.

A block may hold a request, its response, or both one after the other, or several commands.
Lines that are nothing but ``# Request`` or ``Response:`` part them as well.  A command of HTTPie
(``http POST :8000/x name=Ada n:=1``) is read as the curl command that sends the same.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from itertools import islice, pairwise
from typing import Literal, TypeAlias
from urllib.parse import unquote_plus

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import CodeBlock
from conformance.patterns import regex
from conformance.reading.topics import topics_of
from conformance.vocabulary import names_side

Side: TypeAlias = Literal["request", "response"]

_START = regex(
    r"^[ \t]*(?:[<>][ \t])?(?:HTTP/\d(?:\.\d)?[ \t]+(?P<status>[1-5]\d\d)\b[^\n]*"
    r"|(?P<method>GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+\S+[ \t]+HTTP/\d(?:\.\d)?[ \t]*)$",
    re.MULTILINE,
)
_TITLE = regex(
    r"^[ \t]*(?:(?://+|#+)[ \t]*(?P<comment>[^\n\[{]{3,40})"
    r"|(?P<label>[^\W\d_][^\n\[{\"':：]{1,30})[:：][ \t]*)(?P<opening>[\[{]?)[ \t]*$"
)
_TITLED = 2
"""Lines of a block that one which titles a message is among."""
_REQUEST_LINE = regex(
    r"[ \t]*(?:GET|POST|PUT|PATCH|DELETE|HEAD|OPTIONS)[ \t]+(?:https?://|/)\S*[ \t]*"
)
_STATUS_LINE = regex(r"[ \t]*(?P<status>[1-5]\d\d)(?:[ \t]+[A-Za-z][A-Za-z ]{1,30})?[ \t]*")
_HEADER = regex(r"[ \t]*(?:[<>][ \t])?[A-Za-z][\w-]*[ \t]*:[^\n]*")
_PRINTED = regex(r"(?<!\\)\n\s*(?P<body>[{\[](?:.*[\]}])?)", re.DOTALL)
"""What stands below a command: JSON, up to the last of its brackets."""
_CURL = regex(r"(?:^|[\s;|&$>])curl\s", re.IGNORECASE)
_DATA = regex(
    r"\s(?:-d|--data(?:-\w+)?|--json)[ \t=]{0,4}(?:\\?\n[ \t]*)?"
    r"(?:\$'(?P<ansi>(?:[^'\\]|\\.)*+)'|'(?P<plain>(?:[^']|'\"[^\"'\n]*\"'|'\\''|'\"'\"')*+)'"
    r"|\"(?P<escaped>(?:[^\"\\]|\\.)*)\"|(?P<bare>[{\[](?:[^\n]*[}\]](?=\s*(?:\n|$))"
    r"|[^\n]*(?:\n(?![}\]])[^\n]*){0,200}\n[}\]])))",
    re.DOTALL,
)
"""What a command sends; JSON without quotes ends with its line, or at the next line that closes."""
_REOPENED = regex(r"'\"(?P<between>[^\"\n]*)\"'|'\\''")
"""Within single quotes of a shell: the quotes closed, something in other quotes, opened again."""
_ADDRESS = regex(r"(?<![\w'\"=:])[\"']?https?://[^\s\"'/]+(?P<path>/[^\s\"'?#]*)")
_MOST_DATA = 60
_FIELD = regex(r"[A-Za-z_][\w.-]{0,63}=")
_FORM = regex(r"[A-Za-z_][\w.-]{0,63}=[^&\s={}]*(?:&[A-Za-z_][\w.-]{0,63}=[^&\s={}]*)*")
_NUMBER = regex(r"0|[1-9]\d{0,14}")
_LINE_GOES_ON = regex(r"[ \t]\\[ \t]*$", re.MULTILINE)
"""Behind each line of a body in a command that a generator broke up."""
_ESCAPED = regex(r"\\([\"\\$`])")


class HttpMessage(Struct, frozen=True):
    """One message of a code block."""

    side: Side
    status: str | None
    """Of a response."""
    body: CodeBlock
    """The rest of the block that is its body, empty when it has none."""
    path: str = ""
    """Of a request, where it is known."""


def read_commands(block: CodeBlock) -> Iterator[HttpMessage]:
    """The requests with a body that the curl commands of a block send (curl(1), ``--data``), and
    the JSON that is printed below them."""
    spelt, quoted = spell_out_httpie(block.text), block.text.split("\n")
    starts = [hit.start() for hit in _CURL.finditer(spelt)]
    for start, end in pairwise([*starts, len(spelt)]):
        found = list(islice(_DATA.finditer(spelt, start, end), _MOST_DATA))
        address = _ADDRESS.search(spelt, start, end)
        behind = max((hit.end() for hit in (*found, address) if hit), default=end)
        if answer := _PRINTED.search(spelt, behind, end):
            lines = spelt[: answer.end()].split("\n")
            first = spelt.count("\n", 0, answer.start("body"))
            sent_below = "<<" in spelt[behind : answer.start()]  # a here-document
            side: Side = "request" if sent_below else "response"
            yield HttpMessage(side, None, _cut_part(block, lines, first, len(lines)))
        if not found or address is None:
            continue
        data, name = found[0], str(found[0].lastgroup)
        sent = [_unquote_argument(str(one.lastgroup), one[str(one.lastgroup)]) for one in found]
        are_fields = all(map(_FIELD.match, sent))
        text = _as_json("&".join("+".join(s.split()) for s in sent) if are_fields else sent[0])
        first = spelt.count("\n", 0, data.start(name))
        lines = text.split("\n")
        part = _cut_part(block, [*[""] * first, *lines], first, first + len(lines))
        quote = quoted[first].strip()[:160]
        part = replace(part, span=replace(part.span, quote=quote))
        yield HttpMessage("request", None, part, address["path"])


def read_form(block: CodeBlock) -> CodeBlock | None:
    """A block that is a query or a form of several fields and nothing else, as a JSON object."""
    text = "".join(block.text.split()).lstrip("?&")
    if "&" not in text or not _FORM.fullmatch(text):
        return None
    return replace(block, text=_as_json(text))


def _as_json(text: str) -> str:
    """The fields of a form as members: ``side=buy&qty=2``; any other text as it is."""
    if not _FORM.fullmatch(text):
        return text
    pairs = (pair.partition("=") for pair in text.split("&"))
    return json.dumps({name: _read_scalar(unquote_plus(value)) for name, _, value in pairs})


def _read_scalar(value: str) -> str | int | bool:
    if value in ("true", "false"):
        return value == "true"
    return int(value) if _NUMBER.fullmatch(value) else value


def _unquote_argument(quoting: str, text: str) -> str:
    """What a shell makes of a quoted argument (POSIX.1-2024, section 2.2)."""
    if quoting == "plain":
        text = _LINE_GOES_ON.sub("", text)
        return _REOPENED.sub(lambda hit: "'" if hit["between"] is None else hit["between"], text)
    if quoting == "bare":
        return text
    return text.replace("\\'", "'") if quoting == "ansi" else _ESCAPED.sub(r"\1", text)


def read_messages(block: CodeBlock) -> tuple[HttpMessage, ...]:
    """The messages of a block that begins with one; none for any other block."""
    first = _START.search(block.text)
    above = block.text[: first.start()] if first else ""
    if first and _CURL.search(spell_out_httpie(above)):
        return (*read_commands(block), *_read_messages(block))
    if first is None or above.strip():
        return tuple(_read_titled_messages(block)) or tuple(_read_bare_message(block))
    return tuple(_read_messages(block))


def _read_bare_message(block: CodeBlock) -> Iterator[HttpMessage]:
    """A body below a method and a path, or a status, without the version of the protocol; headers
    may stand between, and behind it a line ``Response:`` and what comes back."""
    lines = block.text.split("\n")
    if status := _STATUS_LINE.fullmatch(lines[0]):
        body = _cut_part(block, lines, 1, len(lines))
        if body.text[:1] in ("{", "["):
            yield HttpMessage("response", status["status"], body)
        return
    if not _REQUEST_LINE.fullmatch(lines[0]):
        return
    at = 1
    while at < len(lines) and _HEADER.fullmatch(lines[at]) and not _read_title(lines[at]):
        at += 1
    titles = [(n, hit) for n in range(at, len(lines)) if (hit := _read_title(lines[n]))]
    end = titles[0][0] if titles else len(lines)
    if "\n".join(lines[at:end]).lstrip()[:1] in ("{", "["):
        yield HttpMessage("request", None, _cut_part(block, lines, at, end))
    yield from _read_below_titles(block, lines, titles)


def _read_titled_messages(block: CodeBlock) -> Iterator[HttpMessage]:
    """The parts of a block that begins with a line which titles a request or response."""
    lines = block.text.split("\n")
    if not any(map(_read_title, lines[:_TITLED])):
        return
    titles = [(at, hit) for at, line in enumerate(lines) if (hit := _read_title(line))]
    if not titles or any(line.strip() for line in lines[: titles[0][0]]):
        return
    yield from _read_below_titles(block, lines, titles)


def _read_below_titles(
    block: CodeBlock, lines: list[str], titles: Sequence[tuple[int, tuple[Side, str]]]
) -> Iterator[HttpMessage]:
    ends = [at for at, _ in titles[1:]] + [len(lines)]
    for (at, (side, opening)), end in zip(titles, ends[: len(titles)], strict=True):
        begin = at + 1
        if begin < end and _stands_above_body(lines[begin : begin + 2]):
            begin += 1
        part = list(lines)
        if opening:
            begin, part[at] = at, opening
        yield HttpMessage(side, None, _cut_part(block, part, begin, end))


def _stands_above_body(lines: Sequence[str]) -> bool:
    """Whether the first of two lines is the address, or words above a bracket that opens a body."""
    first, below = lines[0].lstrip(), "".join(lines[1:]).strip()
    return bool(_REQUEST_LINE.fullmatch(lines[0])) or (
        first[:1] not in ("{", "[") and below in ("{", "[")
    )


def _read_title(line: str) -> tuple[Side, str] | None:
    """The side that a comment or a label names with all its words, and the bracket that follows."""
    hit = _TITLE.match(line)
    wording = (hit["comment"] or hit["label"]) if hit else ""
    if not hit or not names_side(wording):
        return None
    side: Side = "response" if "response" in topics_of(wording) else "request"
    return side, hit["opening"]


def _read_messages(block: CodeBlock) -> Iterator[HttpMessage]:
    lines = block.text.split("\n")
    starts = [(number, hit) for number, line in enumerate(lines) if (hit := _START.match(line))]
    ends = [number for number, _ in starts[1:]] + [len(lines)]
    for (number, hit), end in zip(starts, ends, strict=True):
        at = number + 1
        while at < end and _HEADER.fullmatch(lines[at]):
            at += 1
        side: Side = "response" if hit["status"] else "request"
        yield HttpMessage(side, hit["status"], _cut_part(block, lines, at, end))


def _cut_part(block: CodeBlock, lines: list[str], start: int, end: int) -> CodeBlock:
    """Lines of a block as a block of their own, blank ones at its edges left out."""
    while start < end and not lines[start].strip():
        start += 1
    while start < end and not lines[end - 1].strip():
        end -= 1
    first = min(block.span.line + start, block.span.end_line)
    last = min(max(first, block.span.line + end - 1), block.span.end_line)
    span = replace(block.span, line=first, end_line=last)
    return replace(block, text="\n".join(lines[start:end]), span=span)


_COMMAND = regex(
    r"\s*(?:\$ +)?https? +(?:--?[\w-]+(?:=\S+)? +)*(?:(?P<method>GET|POST|PUT|PATCH|DELETE) +)?"
    r"(?P<url>(?:https?://)?(?:[\w.-]+)?(?::\d{2,5})?/[^\s'\"]*)(?P<rest>(?:\s.*)?)"
)
_ITEM = regex(
    r"(?P<name>[\w.\[\]-]{1,80})(?P<sign>:=|==|=|:)"
    r"(?:'(?P<quoted>[^']*)'|\"(?P<double>[^\"]*)\"|(?P<bare>\{[^{}]*\}|\S*))"
)
_PLACEHOLDER = regex(r"[<{]\s*(?P<words>[^<>{}]{1,60}?)\s*[>}]")
_EITHER = regex(r"\s+or\s+|\s*\|\s*")


def spell_out_httpie(text: str) -> str:
    """The text, its commands of HTTPie spelt as those of curl."""
    lines = text.split("\n")
    if not any(line.lstrip(" $").startswith(("http ", "https ")) for line in lines):
        return text
    at = 0
    while at < len(lines):
        end = at
        while lines[end].endswith("\\") and end + 1 < len(lines):
            end += 1
        command = " ".join(line.removesuffix("\\") for line in lines[at : end + 1])
        if hit := _COMMAND.fullmatch(command):
            lines[at : end + 1] = [_as_curl(hit), *[""] * (end - at)]
        at = end + 1
    return "\n".join(lines)


def _as_curl(hit: re.Match[str]) -> str:
    url = hit["url"] if "://" in hit["url"] else f"http://{hit['url']}"
    url = url.replace("://:", "://localhost:").replace(":///", "://localhost/")
    body: list[str] = []
    query: list[str] = []
    for item in _ITEM.finditer(hit["rest"]):
        value = next((v for v in (item["quoted"], item["double"], item["bare"]) if v), "")
        if item["sign"] == "==":
            query.append(f"{item['name']}={value}")
        elif item["sign"] in ("=", ":="):
            shown = value if item["sign"] == ":=" else _print_shown(value)
            body.append(f"{json.dumps(item['name'])}: {shown}")
    method = hit["method"] or ("POST" if body else "GET")
    url += ("?" + "&".join(query)) if query else ""
    quoted = ("{" + ", ".join(body) + "}").replace("'", "'\\''")
    return f'curl -X {method} "{url}"' + (f" -d '{quoted}'" if body else "")


def _print_shown(value: str) -> str:
    """A value as JSON; of a placeholder that names choices (``{35 or 50}``) those alone."""
    hit = _PLACEHOLDER.fullmatch(value)
    words = hit["words"] if hit else ""
    return json.dumps("|".join(_EITHER.split(words)) if _EITHER.search(words) else value)
