"""Printed examples prepared: JSON as documentation prints it, mended, the lines of its values.

With comments, ``...`` and commas too many it is still readable.  The tokens of such a text serve
twice: to mend it, and to find the line of a value in it.  What the examples of one response show
excuses an answer that has it too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import zip_longest
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from conformance.checks import facts
from conformance.checks.body import RecordPath, find_body_facts, find_envelope, find_roots
from conformance.checks.invariants import find_all_broken
from conformance.checks.plan import Plan, make_scalar_key
from conformance.checks.walk import BodyNode
from conformance.model.operation import Confidence, Example, Invariant, Json
from conformance.patterns import regex
from conformance.reading.json_text import mark_ellipses
from conformance.schema.kinds import ITEMS, child, kind_of, member, quote_step, read_decimal

TokenKind: TypeAlias = Literal["string", "scalar", "punctuation", "comment", "ellipsis", "other"]
_TOKEN: Final = regex(
    r'(?P<string>"(?:[^"\\\n]|\\.)*")'
    r"|(?P<punctuation>[{}\[\]:,])"
    r"|(?P<ellipsis>\.{2,}|…+)"
    r"|(?P<comment>(?://|\#)[^\n]*)"
    r"|(?P<scalar>[-+\w][-+.\w]*)"
    r"|(?P<other>\S)"
)
_WIDE: Final[dict[str, str]] = {"，": ",", "：": ":"}
"""Punctuation of other scripts, typed where JSON has its own."""
_CLOSERS: Final[dict[str, str]] = {"{": "}", "[": "]"}
_DEEPEST: Final = 200
_WORDS: Final = frozenset(
    ("string", "str", "text", "integer", "int", "int32", "int64", "long", "number", "float")
) | {"double", "decimal", "boolean", "bool", "object", "array", "date", "datetime", "timestamp"}
_DOTS: Final = frozenset(("...", "..", "…"))
"""Strings that generators and hurried writers print where a value should be."""
_BLANKS: Final = (0, "", True, False, None)
"""Values that say nothing in an example whose other values are such words."""
_LEAVES: Final = 5_000
_VALUES: Final = 20_000
"""Values of one example that are looked at."""
_NUMBER: Final = "a number written as a string"
_DETAILS: Final[dict[type[facts.Fact], str]] = {
    facts.WrongUnit: "unit",
    facts.OverLimit: "limit",
    facts.Renamed: "name",
    facts.Enveloped: "pattern",
}
"""What else has to be the same."""


class Token(Struct, frozen=True):
    """A piece of a JSON text; ``line`` counts from 0."""

    kind: TokenKind
    text: str
    line: int

    @property
    def ends_value(self) -> bool:
        return self.kind in ("string", "scalar") or self.text in ("}", "]")

    @property
    def begins_value(self) -> bool:
        return self.kind in ("string", "scalar") or self.text in ("{", "[")


class Mended(Struct, frozen=True, kw_only=True):
    """What a text that is no JSON was meant to be."""

    value: Json
    tokens: tuple[Token, ...]
    repairs: tuple[str, ...]
    elided: bool
    """Whether something was left out of it on purpose (``...``) or cut off."""


def tokenize(text: str) -> tuple[Token, ...]:
    """The tokens of ``text`` in order, in linear time, whatever it is."""
    tokens: list[Token] = []
    at = line = 0
    while at < len(text):
        if text.startswith("/*", at):
            end = text.find("*/", at + 2)
            end = len(text) if end < 0 else end + 2
            tokens.append(Token("comment", text[at:end], line))
        elif hit := _TOKEN.match(text, at):
            end = hit.end()
            tokens.append(Token(hit.lastgroup, hit.group(), line))  # type: ignore[arg-type]
        else:
            end = at + 1
        line += text.count("\n", at, end)
        at = end
    return tuple(tokens)


def mend(text: str) -> Mended | None:
    """``text`` without what keeps it from being JSON; None when it is beyond repair.  Taken out are
    comments, ``...`` and commas without a value; put in are commas between two values and brackets
    left open at the end.  Nothing else is guessed."""
    mending = _Mending()
    for token in tokenize(mark_ellipses(text)):
        if not mending.take(token):
            return None
    mending.close()
    try:
        value: Json = json.loads(" ".join(t.text for t in mending.kept), parse_constant=_refuse)
    except (ValueError, RecursionError):
        return None
    repairs = tuple(dict.fromkeys(mending.repairs))
    return Mended(value=value, tokens=tuple(mending.kept), repairs=repairs, elided=mending.elided)


def _refuse(constant: str) -> Json:
    raise ValueError(constant)


class _Mending:
    """The tokens kept so far, and what was done to them."""

    def __init__(self) -> None:
        self.kept: list[Token] = []
        self.repairs: list[str] = []
        self.elided = False
        self._open: list[str] = []

    def take(self, token: Token) -> bool:
        """One more token; False when the text cannot be mended."""
        last = self.kept[-1] if self.kept else None
        if token.kind == "comment":
            self.repairs.append("a comment")
        elif token.kind == "ellipsis":
            self.repairs.append("an ellipsis")
            self.elided = True
            if last is not None and last.text == ":":
                self.kept.append(Token("string", '"..."', token.line))
        elif token.text in _WIDE:
            self.repairs.append("a wide comma or colon")
            self.kept.append(Token("punctuation", _WIDE[token.text], token.line))
        elif token.kind == "other":
            return False
        elif token.text == "," and (last is None or last.text in (",", "{", "[")):
            self.repairs.append("a comma too many")
        else:
            return self._keep(token, last)
        return True

    def close(self) -> None:
        self._drop_comma()
        for opener in reversed(self._open):
            self.repairs.append("a bracket left open")
            self.elided = True
            line = self.kept[-1].line
            self.kept.append(Token("punctuation", _CLOSERS[opener], line))

    def _keep(self, token: Token, last: Token | None) -> bool:
        if token.text in _CLOSERS:
            self._open.append(token.text)
        elif token.text in ("}", "]"):
            self._drop_comma()
            if not self._open or _CLOSERS[self._open.pop()] != token.text:
                return False
        if last is not None and last.ends_value and token.begins_value:
            if not self._open:
                return False
            self.repairs.append("a missing comma")
            self.kept.append(Token("punctuation", ",", last.line))
        self.kept.append(token)
        return len(self._open) <= _DEEPEST

    def _drop_comma(self) -> None:
        if self.kept and self.kept[-1].text == "," and self.kept[-1].kind == "punctuation":
            self.kept.pop()
            if not self.elided:
                self.repairs.append("a comma too many")


def lines_of(tokens: Sequence[Token]) -> dict[str, int]:
    """For the JSON Pointer of every value the line on which its name, or it itself, stands.  What
    nests deeper than any documentation means it is left out."""
    found: dict[str, int] = {}
    path: list[tuple[str, str | int]] = []
    """Pointer of each open container, and the name or index that comes next in it."""
    kinds: list[str] = []
    for token, after in zip_longest(tokens, tokens[1:]):
        if token.text in ("}", "]") and token.kind == "punctuation":
            kinds[-1:], path[-1:] = [], []
        elif kinds and kinds[-1] == "{" and after is not None and after.text == ":":
            name = token.text
            with suppress(ValueError):
                name = str(json.loads(name))
            path[-1] = (path[-1][0], name)
            if len(kinds) < _DEEPEST:
                found[child(path[-1][0], name)] = token.line
        elif token.text == "," and kinds and kinds[-1] == "[":
            pointer, index = path[-1]
            path[-1] = (pointer, int(index) + 1)
        elif token.begins_value:
            here = child(*path[-1]) if path else ""
            if len(kinds) < _DEEPEST:
                found.setdefault(here, token.line)
            if token.text in _CLOSERS:
                kinds.append(token.text)
                path.append((here if len(kinds) < _DEEPEST else "", 0))
    return found


class Sample(Struct, frozen=True, dict=True):
    """One example as it can be checked against the tables of its page."""

    example: Example
    value: Json
    mended: Mended | None = None
    """None when the text is JSON as it stands."""
    placeholders: Mapping[str, Json] = {}
    """Pointers of values that stand for any value: they are no evidence."""
    is_blank: bool = False

    @property
    def confidence(self) -> Confidence:
        return "high" if self.mended is None else "medium"

    @property
    def elided(self) -> bool:
        return self.mended is not None and self.mended.elided

    @property
    def json(self) -> bytes:
        """Its text, or what it was mended to."""
        mended = self.mended
        text = " ".join(t.text for t in mended.tokens) if mended else self.example.text
        return text.encode(errors="surrogatepass")

    @cached_property
    def _lines(self) -> dict[str, int]:
        return lines_of(self.mended.tokens if self.mended else tokenize(self.example.text))

    def locate(self, pointer: str) -> str:
        """``page:line`` of the value at ``pointer``, or of the nearest one around it."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        block = self.example.block or self.example.span
        line = min(find_first_line(self.example) + self._lines.get(pointer, 0), block.end_line)
        return f"{block.page}:{line}"


def read_sample(example: Example, plan: Plan | None) -> Sample | None:
    """``example`` as a sample; None when it is no JSON and cannot be mended."""
    mended = None if example.parsed else mend(example.text)
    if not example.parsed and mended is None:
        return None
    value = example.value if mended is None else mended.value
    leaves = list(_walk_leaves(value))
    words = {p: v for p, v, name in leaves if _is_word(v, name, _find_listing(plan, p))}
    blank = bool(words) and all(p in words or v in _BLANKS for p, v, _ in leaves)
    none = {p: v for p, v, _ in leaves} if blank else words
    return Sample(example, value, mended, none, blank)


def find_first_line(example: Example) -> int:
    """The page's line on which the example begins; its span is where parsing stopped if it did."""
    return (example.block or example.span).line


def _walk_leaves(value: Json) -> Iterator[tuple[str, Json, str]]:
    """Pointer, value and nearest name of the scalars of ``value``, the first few thousand."""
    stack: list[tuple[str, Json, str]] = [("", value, "")]
    observed = 0
    while stack and observed < _LEAVES:
        pointer, node, name = stack.pop()
        if isinstance(node, dict):
            stack.extend((child(pointer, key), inner, key) for key, inner in node.items())
        elif isinstance(node, list):
            stack.extend((child(pointer, n), inner, name) for n, inner in enumerate(node))
        else:
            observed += 1
            yield pointer, node, name


def _is_word(value: Json, name: str, listing: Plan | None) -> bool:
    """Whether a value is a word for its type: none that the page lists, and none of a member that
    names a type itself (``dataType: "string"``)."""
    wording = value.strip("<>{}$ ").casefold() if isinstance(value, str) else ""
    if not wording or (wording not in _WORDS and wording not in _DOTS):
        return False
    if listing is not None:
        return not listing.lists(value)
    return not name.lower().endswith(("type", "format", "kind"))


def _find_listing(plan: Plan | None, pointer: str) -> Plan | None:
    """What is documented at ``pointer``, where the page lists the values it can have."""
    for token in pointer.split("/")[1:]:
        if plan is None:
            return None
        if plan.item is not None and token.isdigit():
            plan = plan.item
        else:
            plan = plan.members[token][1] if token in plan.members else None
    return plan if plan is not None and plan.listed else None


class OwnExamples(Struct):
    """The examples of one documented response beside what its tables say."""

    plan: Plan
    subject: str
    invariants: tuple[Invariant, ...] = ()
    wraps: dict[RecordPath, None] = field(default_factory=dict)
    """Where the documented record stands in them, if not at the top."""
    contradicts: bool = False
    """Whether one has another structure than the tables: one of the two is misread or wrong."""
    _facts: set[tuple[object, ...]] = field(default_factory=set)
    _names: dict[str, set[str]] = field(default_factory=dict)
    """Subject of an object -> the members it has in an example."""

    def show(self, fact: facts.Fact) -> bool:
        """Whether an example is as far from the tables as ``fact`` is, at the same place."""
        owner = fact.owner if isinstance(fact, facts.Extra) else ""
        if isinstance(fact, facts.Renamed):
            owner = fact.subject.removesuffix(quote_step(fact.field.name)).removesuffix(".")
        if isinstance(fact, facts.Extra | facts.Renamed) and fact.name in self._names.get(
            owner, ()
        ):
            return True
        return not self._facts.isdisjoint(_make_keys(fact))

    def add(self, sample: Sample) -> None:
        """Hold one example against the tables."""
        body = sample.value
        around = find_envelope(self.plan, body)
        if around is not None and around.found:
            self.wraps |= dict.fromkeys(around.paths)
        for fact in find_body_facts(self.plan, body, self.subject):
            if isinstance(fact, facts.Missing) and sample.elided:
                continue
            self._facts.update(_make_keys(fact))
            if isinstance(fact, facts.WrongType) and isinstance(fact.observed, str):
                self._facts.add((facts.WrongType, fact.subject, _NUMBER))
            if isinstance(fact, facts.Renamed):
                self._facts.add((facts.Missing, fact.subject))
            elif isinstance(fact, facts.Extra):
                self._facts.add((facts.ManyExtra, fact.owner))
            other = isinstance(fact, facts.WrongType | facts.Missing | facts.Renamed)
            replaced = fact.present and fact.pointer in sample.placeholders
            self.contradicts |= other and not replaced
        for node in find_roots(self.plan, body, self.subject):
            if isinstance(node, BodyNode):
                self._add_names(node)
        for broken in find_all_broken(self.plan, body, self.subject, self.invariants):
            self._facts.update(_make_keys(broken))

    def _add_names(self, node: BodyNode) -> None:
        waiting: list[tuple[str, Json]] = [(node.subject, node.observed)]
        looked_at = 0
        while waiting and looked_at < _VALUES:
            subject, observed = waiting.pop()
            looked_at += 1
            if isinstance(observed, dict):
                self._names.setdefault(subject, set()).update(observed)
                waiting += [(member(subject, name), inner) for name, inner in observed.items()]
            elif isinstance(observed, list):
                waiting += [(subject + ITEMS, item) for item in observed]


def _make_keys(fact: facts.Fact) -> Iterator[tuple[object, ...]]:
    """What two facts have in common when the one excuses the other."""
    kind, observed, detail = type(fact), fact.observed, _DETAILS.get(type(fact))
    if isinstance(fact, facts.Broken):
        yield (kind, fact.invariant.kind, fact.invariant.paths)
    elif isinstance(fact, facts.WrongType):  # a text that is no number is more than one that is
        written = isinstance(observed, str) and read_decimal(observed[:400]) is not None
        shown = _NUMBER if written else kind_of(observed).replace("integer", "number")
        yield (kind, fact.subject, shown)
    elif isinstance(fact, facts.NotListed):
        whole = isinstance(observed, dict | list)
        yield (kind, fact.subject, kind_of(observed) if whole else make_scalar_key(observed))
    elif detail:
        yield (kind, fact.subject, getattr(fact, detail))
    else:
        yield (kind, fact.subject)
