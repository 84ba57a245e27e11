"""Bodies printed on a page: JSON or not, request or response, and of which status."""

from __future__ import annotations

import ast
import json
import warnings
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from conformance.model.document import Block, CodeBlock, Paragraph
from conformance.model.operation import Example, Json
from conformance.patterns import regex
from conformance.reading.context import BlockContext, LocatedBlock
from conformance.reading.endpoints.paths_alone import find_commented_address
from conformance.reading.endpoints.samples import is_curl
from conformance.reading.http_messages import read_commands, read_form, read_messages
from conformance.reading.json_text import SampleNode, read_json_text
from conformance.reading.rows.row import ReadRows
from conformance.reading.sample_blocks import JSON_START, sample_blocks, split_alternatives
from conformance.reading.schema_from_examples import FAILED
from conformance.reading.topics import (
    ERRORS,
    announces_failure,
    nearest_status,
    status_of,
    topics_in_turn,
    topics_of,
)
from conformance.vocabulary import phrases

_JSON_LANGUAGES = frozenset(
    {"json", "json5", "jsonc", "javascript", "js", "", "text", "response", "yaml", "html"}
)
_PYTHON = frozenset({"python", "py"})
_OBJECT = regex(r"\s*\[?\s*\{\s*\"[\w.$-]{1,64}\"\s*:")
"""How JSON begins, whatever language it is said to be."""
_LONGEST_LITERAL = 20_000
_MESSAGE_LANGUAGES = _JSON_LANGUAGES | {"http", "https", "console", "shell", "bash"}
_COMMAND_LANGUAGES = frozenset({"console", "shell", "bash", "sh", "zsh", "curl", "text", ""})

_CALL, _RETURNED = frozenset({"method", "params"}), frozenset({"result", "error"})
"""Members of a request, and of a response alone (JSON-RPC 2.0, sections 4 and 5)."""
_ERROR_NAMES = frozenset(
    ("error", "errors", "code", "status", "message", "msg", "detail", "details", "type", "title")
) | frozenset(("request_id", "requestid", "timestamp", "ts", "path", "error_description", "data"))
"""Members of a body that says no more than that the request failed."""

_FEW_WORDS = 2
"""Of a line that says no more than that it is about a success."""


class LocatedExample(Struct, frozen=True, kw_only=True):
    """An example and what the words around it say it is."""

    example: Example
    side: str
    """``request``, ``response``, or empty when nothing says."""
    status: str | None
    index: int
    is_sure: bool = False
    """Whether the words that name the side speak of this example and not of all around it."""
    path: str = ""
    """What the request was sent to, where it is a command that says so."""
    is_form: bool = False
    """Whether it is the fields of a query or a form: ``side=buy&qty=2``."""


def examples_within(
    examples: Sequence[LocatedExample], start: int, end: int
) -> tuple[LocatedExample, ...]:
    """Those of ``examples``, which are in page order, at the blocks from ``start`` to ``end``."""
    first = bisect_left(examples, start, key=lambda e: e.index)
    last = bisect_left(examples, end, key=lambda e: e.index)
    return tuple(examples[first:last])


def find_examples(
    pieces: tuple[LocatedBlock, ...], tables: Iterable[ReadRows]
) -> tuple[LocatedExample, ...]:
    """Every code block that is meant as JSON, parsed or not, and JSON on a line of a paragraph.

    Code that is one of ``tables`` shows types, no values.
    """
    typed = {t.piece.place.index for t in tables if isinstance(t.piece.block, CodeBlock)}
    below_command = False
    found: list[LocatedExample] = []
    for piece in pieces:
        shown = sample_blocks(piece) if piece.place.index not in typed else ()
        examples = [example for part in shown for example in _find_examples(part)]
        for example in examples:
            answers = below_command and not example.side
            found.append(replace(example, side="response") if answers else example)
        below_command = _is_command(piece.block) or (
            below_command and isinstance(piece.block, Paragraph) and not examples
        )
    return tuple(found)


def _is_command(block: Block) -> bool:
    """Whether a block of code is a command that sends a request, with nothing from a file."""
    return isinstance(block, CodeBlock) and is_curl(block.text) and "@" not in block.text


def _find_examples(piece: LocatedBlock) -> Iterator[LocatedExample]:
    block = piece.block
    if not isinstance(block, CodeBlock):
        return
    messages = read_messages(block) if block.language in _MESSAGE_LANGUAGES else ()
    is_command = block.language in _COMMAND_LANGUAGES or block.text.lstrip("$> \t\n")[:5] == "curl "
    if not messages and is_command:
        messages = tuple(read_commands(block))
    form = read_form(block) if block.language in _JSON_LANGUAGES and not messages else None
    if form is not None:
        found = _read_by_words(form, piece)
        if found.side == "request" and found.status is None:
            yield replace(found, is_form=True)
        return
    for message in messages:
        if JSON_START.match(message.body.text):
            yield LocatedExample(
                example=read_example(message.body, piece.place),
                side=message.side,
                status=message.status,
                index=piece.place.index,
                is_sure=True,
                path=message.path,
            )
    if not messages and JSON_START.match(block.text):
        yield from _read_bodies(block, piece)


def _read_bodies(block: CodeBlock, piece: LocatedBlock) -> Iterator[LocatedExample]:
    is_whole = _OBJECT.match(block.text) and block.text.rstrip()[-1:] in ("}", "]")
    if not (block.language in _JSON_LANGUAGES or is_whole) and read_literal(block) is None:
        return
    for part in split_alternatives(block):
        found = _read_by_words(part, piece)
        if find_commented_address(block.text):
            found = replace(found, side="request")
        value = found.example.value
        if _shows_headers(piece, value):
            continue
        is_open = found.status is None or (found.status[0] == "2" and _has_error_status(value))
        if found.side != "request" and is_open and reports_failure(value):
            found = replace(found, side="response", status=ERRORS)
        yield found


def _read_by_words(block: CodeBlock, piece: LocatedBlock) -> LocatedExample:
    """A body with what the words around it say it is."""
    title = piece.block.title if isinstance(piece.block, CodeBlock) else ""
    side, status, sure = _read_meaning([title, *piece.place.words()])
    example = read_example(block, piece.place)
    return LocatedExample(
        example=example, side=side, status=status, index=piece.place.index, is_sure=sure
    )


def _shows_headers(piece: LocatedBlock, value: Json) -> bool:
    """Whether a sample is of headers, by the nearest words and by its names."""
    words = next((words for words in piece.place.words() if topics_of(words)), "")
    near = topics_of(words)
    if near[:1] != ("header",) or "body" in near or not isinstance(value, dict):
        return False
    alone = len(words.split()) == 1
    return bool(value) and (alone or _are_headers(value))


def _are_headers(value: Mapping[str, Json]) -> bool:
    return all("-" in name or name[:1].isupper() for name in value)


def read_literal(block: CodeBlock) -> Json:
    """What a block of Python writes that is one literal: ``{'id': 1, 'note': None}``, less the dots
    for what is left out; else None."""
    text = block.text.strip()
    if block.language not in _PYTHON or text[:1] not in ("{", "[") or len(text) > _LONGEST_LITERAL:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of escapes that mean nothing
            value = _without_dots(ast.literal_eval(text))
            return json.loads(json.dumps(value))  # type: ignore[no-any-return]
    except (ValueError, SyntaxError, TypeError, MemoryError, RecursionError):
        return None


def _without_dots(value: object) -> object:
    """A literal without ``...``; braces around them alone are an object's."""
    if isinstance(value, dict):
        return {name: _without_dots(member) for name, member in value.items()}
    if isinstance(value, list):
        return [_without_dots(item) for item in value if item is not ...]
    return {} if value == {...} else value


def reports_failure(value: Json) -> bool:
    """Whether a body is that of a failed request: it says so in one of the usual ways."""
    if not isinstance(value, dict):
        return False
    lower = {name.lower(): member for name, member in value.items()}
    if lower.get("success") is False or lower.get("ok") is False:
        return True
    if str(lower.get("status")).lower() in FAILED:
        return True
    if lower.keys() & {"error", "errors"} and lower.keys() <= _ERROR_NAMES:
        return any(lower.get(name) for name in ("error", "errors"))
    code = lower.get("code")
    failed = isinstance(code, int) and (code < 0 or 400 <= code < 600)
    return (failed or _has_error_status(value)) and lower.keys() <= _ERROR_NAMES


def _has_error_status(value: Json) -> bool:
    """Whether a body names the status of HTTP it comes with, that of an error."""
    status = value.get("status") if isinstance(value, dict) else None
    return isinstance(status, int) and 400 <= status < 600


def sides_by_names(
    examples: tuple[LocatedExample, ...],
    asked: Collection[str],
    *,
    has_body: bool = True,
    body: Collection[str] = (),
) -> tuple[LocatedExample, ...]:
    """Examples with their sides where their names know better than the words around them.

    Under a heading about inputs, those that have none of the inputs ``asked`` are answers; so are
    all of them where a request has no body (``has_body``).  Beside an answer that words announce,
    one that no words are about and that has inputs alone is a request; so is a call of JSON-RPC.
    Beside a request that is sure to be one, it is the answer, and so is one without any of the
    inputs at any depth.  So is the only one under a heading
    about the body where the ``body`` that is documented has none of its names.  Where nothing else
    says what is sent, the first of two that no words are about is sent and the other answered.
    """
    if has_body and not asked and _is_call_and_answer(examples):
        first, second, *others = examples
        return (replace(first, side="request"), replace(second, side="response"), *others)
    if body and len(examples) == 1 and _is_answer_below(examples[0], frozenset(body)):
        return (replace(examples[0], side="response"),)
    sure = {e.side for e in examples if e.is_sure}
    sent = [_collect_top_names(e) for e in examples if e.is_sure and e.side == "request"]
    return tuple(
        _assign_by_names(e, set(asked), has_body, sure, set().union(*sent)) for e in examples
    )


def _is_call_and_answer(examples: Sequence[LocatedExample]) -> bool:
    """Whether two bodies with other names, of which no words are about the first and none say that
    the second is sent, stand before nothing but failures."""
    if len(examples) < 2 or any((e.status or "2")[0] not in "45" for e in examples[2:]):
        return False
    first, second = examples[:2]
    unsaid = not (first.side or first.status or second.side == "request")
    answered = (second.status or "2")[0] == "2"
    return unsaid and answered and _collect_top_names(first) != _collect_top_names(second)


def _is_answer_below(only: LocatedExample, body: frozenset[str]) -> bool:
    """Whether a sample below the rows of a body shows none of them, however deep."""
    if only.side != "request" or only.path or only.status is not None:
        return False
    waiting = list(read_json_text(only.example.text))
    names: set[str] = set()
    while waiting:
        node = waiting.pop()
        names.update(node.members)
        waiting += [*node.items, *node.members.values()]
    return bool(names) and body.isdisjoint(names)


def find_shown_side(placed: LocatedExample, *, has_body: bool) -> str:
    """The side of an example before names are asked; a list is an answer where nothing is sent."""
    is_list = isinstance(placed.example.value, list)
    return "response" if is_list and not has_body and not placed.is_sure else placed.side


def _assign_by_names(
    placed: LocatedExample, asked: set[str], has_body: bool, sure: set[str], sent: set[str]
) -> LocatedExample:
    names, shown = _collect_top_names(placed), collect_shown_names(placed.example)
    if names >= _CALL and not names & _RETURNED and not placed.is_sure:
        return replace(placed, side="request")
    if placed.side == "request" and not placed.is_sure:
        if names and names <= asked and find_shown_side(placed, has_body=has_body) == "request":
            return placed
        if has_body and asked and asked <= shown:
            return placed  # around them is what the rows leave out
        if not has_body and "response" in sure:
            return placed  # the answer is another one
        if not has_body or (asked and names and not names & asked):
            failed = placed.status is None and reports_failure(placed.example.value)
            return replace(placed, side="response", status=ERRORS if failed else placed.status)
    elif not placed.side and has_body and names and names <= asked:
        return replace(placed, side="request") if "response" in sure else placed
    elif not placed.side and names:
        is_unlike = bool(sent) and 2 * len(names & (asked | sent)) < len(names)
        if (has_body and is_unlike) or (asked and asked.isdisjoint(shown)):
            return replace(placed, side="response")
    return placed


def _collect_top_names(placed: LocatedExample) -> set[str]:
    """The names of the first record, of a sample that is no JSON as far as it can be read."""
    value = placed.example.value
    if not placed.example.parsed:
        node = next(iter(read_json_text(placed.example.text)), None)
        node = node.items[0] if node and node.items else node
        return set(node.members) if node else set()
    if isinstance(value, list) and value:
        value = value[0]
    return set(value) if isinstance(value, dict) else set()


def collect_shown_values(example: Example) -> dict[str, Json]:
    """The members of a body, of a sample that is no JSON the plain ones that can be read."""
    if example.parsed:
        return example.value if isinstance(example.value, dict) else {}
    first = next(iter(read_json_text(example.text)), None)
    members = first.members.items() if first else ()
    return {name: node.value for name, node in members if node.kind == "scalar"}


def collect_shown_names(example: Example) -> set[str]:
    """Member names at any depth, of a sample that is no JSON as far as it can be read."""
    names: set[str] = set()
    waiting: list[object] = [example.value if example.parsed else [*read_json_text(example.text)]]
    while waiting:
        node = waiting.pop()
        if isinstance(node, SampleNode):
            node = node.members or node.items
        if isinstance(node, dict):
            names.update(node)
            waiting.extend(node.values())
        elif isinstance(node, list):
            waiting.extend(node)
    return names


def _read_meaning(words: list[str]) -> tuple[str, str | None, bool]:
    """The side that the nearest words that say one name, the status, and how sure that is."""
    status = nearest_status(words)
    for wording, topics in topics_in_turn(words):
        if announces_failure(wording):
            return "response", status if status and status[0] in "345" else ERRORS, True
        if "response" in topics or "error" in topics or (status_of(wording) and not topics):
            return "response", status, True
        if phrases("outcomes.success").found_in(wording) and (
            "request" in topics or (not topics and len(wording.split()) <= _FEW_WORDS)
        ):
            return "response", status, True  # what a successful request gets
        if {"request", "body", "query"} & set(topics):
            return "request", status, bool({"body", "example"} & set(topics))
    return "", status, False


def read_example(block: CodeBlock, place: BlockContext) -> Example:
    """Parse one block as JSON, exactly as it stands."""
    title = block.title or place.caption or (place.labels[-1] if place.labels else "")
    try:
        value: Json = read_literal(block) or json.loads(block.text, parse_constant=_refuse)
    except RecursionError:
        return _build_unparsed(block, title, "nested too deeply", 1)
    except json.JSONDecodeError as error:
        return _build_unparsed(block, title, f"{error.msg}, column {error.colno}", error.lineno)
    except ValueError as error:
        return _build_unparsed(block, title, str(error), 1)
    return Example(text=block.text, span=block.span, parsed=True, value=value, title=title)


def _refuse(constant: str) -> Json:
    raise ValueError(f"{constant} is no JSON")


def _build_unparsed(block: CodeBlock, title: str, why: str, line: int) -> Example:
    """The span is the line where parsing stopped: that is where to look."""
    lines = block.text.split("\n")
    span = block.span.at_line(line - 1, lines[min(line, len(lines)) - 1])
    return Example(
        text=block.text, span=span, parsed=False, error=why, title=title, block=block.span
    )
