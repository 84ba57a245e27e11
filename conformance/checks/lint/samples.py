"""A printed example made ready: its value, mended where need be, and the lines of what is in it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from conformance.checks.lint.json_text import Mended, lines_of, mend, tokenize
from conformance.checks.plan import Plan
from conformance.model.operation import Confidence, Example, Json
from conformance.schema.pointers import child

_WORDS: Final = frozenset(
    ("string", "str", "text", "integer", "int", "int32", "int64", "long", "number", "float")
) | {"double", "decimal", "boolean", "bool", "object", "array", "date", "datetime", "timestamp"}
_DOTS: Final = frozenset(("...", "..", "…"))
"""Strings that generators and hurried writers print where a value should be."""
_BLANKS: Final = (0, "", True, False, None)
"""Values that say nothing in an example whose other values are such words."""
_LEAVES: Final = 5_000


@dataclass(frozen=True)
class Sample:
    """One example as it can be held against the tables of its page."""

    example: Example
    value: Json
    mended: Mended | None = None
    """None when the text is JSON as it stands."""
    placeholders: Mapping[str, Json] = field(default_factory=dict)
    """Pointers of values that stand for any value: they are no evidence."""
    is_blank: bool = False
    """Whether nothing in it is a real value."""

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

    def where(self, pointer: str) -> str:
        """``page:line`` of the value at ``pointer``, or of the nearest one around it."""
        while pointer and pointer not in self._lines:
            pointer = pointer.rpartition("/")[0]
        block = self.example.block or self.example.span
        line = min(first_line(self.example) + self._lines.get(pointer, 0), block.end_line)
        return f"{block.page}:{line}"


def read_sample(example: Example, plan: Plan | None) -> Sample | None:
    """``example`` as a sample; None when it is no JSON and cannot be mended."""
    mended = None if example.parsed else mend(example.text)
    if not example.parsed and mended is None:
        return None
    value = example.value if mended is None else mended.value
    leaves = list(_leaves(value))
    words = {p: v for p, v, name in leaves if _is_word(v, name) and not _is_listed(plan, p, v)}
    blank = bool(words) and all(p in words or v in _BLANKS for p, v, _ in leaves)
    none = {p: v for p, v, _ in leaves} if blank else words
    return Sample(example, value, mended, none, blank)


def first_line(example: Example) -> int:
    """The page's line on which the example begins; its span is where parsing stopped if it did."""
    return (example.block or example.span).line


def _leaves(value: Json) -> Iterator[tuple[str, Json, str]]:
    """Pointer, value and nearest name of the scalars of ``value``, the first few thousand."""
    stack: list[tuple[str, Json, str]] = [("", value, "")]
    seen = 0
    while stack and seen < _LEAVES:
        pointer, node, name = stack.pop()
        if isinstance(node, dict):
            stack.extend((child(pointer, key), inner, key) for key, inner in node.items())
        elif isinstance(node, list):
            stack.extend((child(pointer, n), inner, name) for n, inner in enumerate(node))
        else:
            seen += 1
            yield pointer, node, name


def _is_word(value: Json, name: str) -> bool:
    """A member that names a type (``dataType: "string"``) means its value."""
    if not isinstance(value, str) or name.lower().endswith(("type", "format", "kind")):
        return False
    wording = value.strip("<>{}$ ").casefold()
    return wording in _WORDS or wording in _DOTS


def _is_listed(plan: Plan | None, pointer: str, value: Json) -> bool:
    """Whether the page lists ``value`` as one the member can have."""
    for token in pointer.split("/")[1:]:
        if plan is None:
            return False
        if plan.item is not None and token.isdigit():
            plan = plan.item
        else:
            plan = plan.members[token][1] if token in plan.members else None
    return plan is not None and bool(plan.listed) and plan.lists(value)
