"""What an interaction says by itself: the inputs of its request, and whether it went well.

Also whether a page speaks of an input that no row documents: in prose, in general notes.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Final
from urllib.parse import parse_qsl, unquote

from msgspec import Struct

from conformance.checks.match import segments, url_path
from conformance.compare.wording import as_text
from conformance.evidence.body import JsonError, load_json
from conformance.evidence.urls import query_pairs
from conformance.model.interaction import Interaction, Reply, Request
from conformance.model.operation import Json, Operation, Stated, Value
from conformance.model.span import Span
from conformance.patterns import regex
from conformance.reading.examples import collect_shown_values, reports_failure
from conformance.reading.schema_from_examples import FAILED
from conformance.schema.json_schema import MAX_DEPTH

_INDEX: Final = regex(r"\[[0-9]*\]\Z")
"""``ids[]`` and ``ids[0]`` are the input ``ids``."""
_PARTS: Final = regex(r"[\W_]")
_SHORTEST: Final = 2
"""Letters of an input that members may be named after."""
_CODE: Final = 3
"""Letters of a code that another one is glued to."""
_CALL: Final = regex(rb"\s*(?:/\*\*/\s*)?([\w$.]{1,100})\s*\((.*)\)[\s;]*", re.DOTALL)
_OUTCOME: Final = regex(
    r"(?:.*_)?(?:ret|err|error|status|result|res|biz)?_?(?:code|no)|status|success|ok|result|errors?|err"
)
"""Names, folded, of members that say how a request went, where they are scalars."""
_WELL: Final = regex(r"0+|20+|ok|success(?:ful)?|succeed(?:ed)?|true|", re.IGNORECASE)


def find_requested_values(request: Request, name: str) -> frozenset[str] | None:
    """Everything given for input ``name`` as text, as it stands and in lower case.  Looked for in
    the query, in a JSON body's members and in a form; a list separated by commas counts whole and
    in its parts.  None when the request has no such input."""
    wanted = strip_mark(name)
    given = [text for found, text in _find_inputs(request) if strip_mark(found) == wanted]
    if not given:
        return None
    parts = {part.strip() for text in given for part in (text, *text.split(","))}
    return frozenset(form for part in parts for form in (part, part.casefold()))


def is_named_by_data(
    name: str, absent: Iterable[str], around: Iterable[str], request: Request | None, path: str
) -> bool:
    """Whether a member has the name of what was asked for, or of a member ``around`` it, in place
    of one of an example.  ``{"btc-usd": []}`` for ``?symbol=btc-usd``, where the example of another
    symbol has its name; ``vol_btc`` for ``/ticker/btcusd`` or in ``{"btc_usd": {}}``, where it has
    ``vol_eth``, and ``BTC``, where it has ``ETH``. ``path`` is the documented one."""
    given: frozenset[str] | None = None
    for other in absent:
        differing = _find_differing_part(name.casefold(), other.casefold())
        if differing is None:
            continue
        if given is None:
            asked = _collect_given(request, path) if request is not None else frozenset()
            given = asked | {text.casefold() for text in around if len(text) >= _SHORTEST}
        if differing in given:
            return True
        # What is given may begin or end with it, and the rest be another code.
        codes = [text for text in given if len(text) - len(differing) >= _CODE]
        ends = any(text.startswith(differing) or text.endswith(differing) for text in codes)
        if ends and (differing != name.casefold() or (name.isupper() and other.isupper())):
            return True
    return False


def _find_differing_part(name: str, other: str) -> str | None:
    """The one part of ``name`` that ``other`` has another for; else all of it."""
    parts, others = _PARTS.split(name), _PARTS.split(other)
    if len(parts) == len(others):
        differing = [here for here, there in zip(parts, others, strict=True) if here != there]
        if len(differing) == 1:
            return differing[0] if len(differing[0]) >= _SHORTEST else None
    return name


def _collect_given(request: Request, path: str) -> frozenset[str]:
    """Everything that a request gives, in its address and its body, in lower case."""
    texts = [text for _, text in _find_inputs(request)]
    sent, template = segments(url_path(request.url) or ""), segments(path)
    pairs = zip(reversed(sent), reversed(template), strict=False)
    texts += [unquote(here) for here, there in pairs if "{" in there]
    return frozenset(text.casefold() for text in texts if len(text) >= _SHORTEST)


def strip_mark(name: str) -> str:
    """The name of an input without the mark of a list."""
    return _INDEX.sub("", name)


def _find_inputs(request: Request) -> Iterator[tuple[str, str]]:
    yield from query_pairs(request.url)
    body = json_body(request)
    if isinstance(body, dict):
        yield from ((name, text) for name, value in body.items() for text in texts_of(value))
    elif request.body and body is None:
        with suppress(ValueError):
            yield from parse_qsl(request.body.decode(), keep_blank_values=True)


def json_body(request: Request) -> Json:
    """The request's body where it is JSON; None when there is none or it is something else."""
    try:
        return load_json(request.body) if request.body else None
    except JsonError:
        return None


def find_called_json(interaction: Interaction) -> bytes | None:
    """What a function that the request names is called with in the answer (JSONP)."""
    request, body = interaction.request, interaction.reply.body
    if request is None or body.lstrip()[:1] in (b"{", b"[", b""):
        return None
    found = _CALL.fullmatch(body)
    named = found is not None and found[1].decode() in (text for _, text in _find_inputs(request))
    return found[2] if found is not None and named else None


def texts_of(value: Json) -> Iterator[str]:
    """The scalars of a member, each as text."""
    for item in value if isinstance(value, list) else [value]:
        if isinstance(item, str | int | float):
            yield as_text(item)


def is_succeeded(reply: Reply, operation: Operation) -> bool:
    """Whether every member of its body that says how a 2xx went says so."""
    if not reply.body.strip():
        return reply.status == 204
    try:
        body = load_json(reply.body)
    except JsonError:
        return False
    if not isinstance(body, dict):
        return True
    shown = [
        collect_shown_values(example)
        for response in operation.responses
        if response.status.startswith("2")
        for example in response.examples
    ]
    return not reports_failure(body) and all(
        _is_well(name, value)
        or any(value == one.get(name) for one in shown)
        or _is_state(name, body, operation)
        for name, value in body.items()
        if _OUTCOME.fullmatch(_fold_name(name))
    )


def _is_state(name: str, body: Mapping[str, Json], operation: Operation) -> bool:
    """Whether a member is documented as a state of the record (open, filled), not as an outcome.  A
    number is one where there are more than two of them, in a record that is whole."""
    value, folded = body[name], _fold_name(name)
    answers = [r.value for r in operation.responses if r.status.startswith("2") and r.value]
    found = [(field, answer) for answer in answers for field in answer.fields if field.name == name]
    if isinstance(value, int):
        return folded == "status" and any(
            len(field.value.enum) > 2
            and value in field.value.enum
            and all(f.name in body for f in answer.fields if f.required is not Stated.NO)
            for field, answer in found
        )
    if not isinstance(value, str) or value.isdigit() or value.lower() in FAILED:
        return False
    return any(value in f.value.enum or folded == "status" for f, _ in found)


def _is_well(name: str, value: Json) -> bool:
    """Whether an outcome says that all is well; a list of results does, one of errors does not."""
    if isinstance(value, list):
        return not value or _fold_name(name) == "result"
    if isinstance(value, dict) or value is None:
        return True
    if value == 0 and _fold_name(name) in ("success", "ok"):
        return False
    return bool(_WELL.fullmatch(str(value)))


def _fold_name(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", name).replace("-", "_").lower()


def is_json_success(reply: Reply) -> bool:
    """Whether a 2xx with JSON says nothing of a failure; what it is of is not known."""
    if not (200 <= reply.status < 300 and reply.body.lstrip()[:1] in (b"{", b"[")):
        return False
    try:
        return not reports_failure(load_json(reply.body))
    except JsonError:
        return False


class Mentions(Struct, dict=True):
    """Names in the words of pages, searched when first needed.  A name stands for an operation
    wherever it stands, but for the rows and examples of other operations: what the notes of any
    page say holds for all operations."""

    operations: Sequence[Operation]
    load: Callable[[], Iterable[tuple[str, Sequence[str]]]]
    """Name and lines of each page."""
    besides: frozenset[tuple[str, int]] = frozenset()
    """Lines that count for no operation, by page and number: the samples in question."""
    _found: dict[str, tuple[tuple[str, int], ...]] = {}

    def speak_of(self, name: str, key: str) -> bool:
        """Whether a line that is not about operations other than ``key`` alone has the word."""
        if name not in self._found:
            word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
            self._found[name] = tuple(
                (page, number)
                for page, lines in self._pages.items()
                for number, line in enumerate(lines, 1)
                if (page, number) not in self.besides and word.search(line)
            )
        return any(key in self._owners.get(place, (key,)) for place in self._found[name])

    def speak_of_path(self, steps: Sequence[str]) -> bool:
        """Whether some page has a path of these segments, ``{}`` for any value in one."""
        path = "/".join(r"[^/\s]+" if step == "{}" else re.escape(step) for step in steps)
        before = r"(?:^|[\s`'\"(|>]|://[^/\s]{1,100})"
        word = re.compile(rf"{before}/?{path}(?![\w/-])")
        return any(word.search(line) for lines in self._pages.values() for line in lines)

    @cached_property
    def _pages(self) -> Mapping[str, Sequence[str]]:
        return dict(self.load())

    @cached_property
    def _owners(self) -> Mapping[tuple[str, int], set[str]]:
        """The operations whose rows and examples stand on a line."""
        found: dict[tuple[str, int], set[str]] = {}
        for operation in self.operations:
            for span in _find_spans(operation):
                for line in range(span.line, span.end_line + 1):
                    found.setdefault((span.page, line), set()).add(operation.key)
        return found


def _find_spans(operation: Operation) -> Iterator[Span]:
    """Every row and example of an operation."""
    body, answers = operation.body, operation.responses
    values = [parameter.value for parameter in operation.parameters]
    values += [one.value for one in (body, *answers) if one is not None and one.value is not None]
    for value in values:
        yield from _walk_value(value, 0)
    for one in (body, *answers):
        yield from (e.block or e.span for e in one.examples) if one is not None else ()


def _walk_value(value: Value, depth: int) -> Iterator[Span]:
    yield value.span
    if depth < MAX_DEPTH:
        for one in value.fields:
            yield from _walk_value(one.value, depth + 1)
        if value.items is not None:
            yield from _walk_value(value.items, depth + 1)
