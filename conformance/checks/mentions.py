"""Whether a page speaks of an input that no row documents: in prose, in general notes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from conformance.model.operation import Example, Operation, Value
from conformance.model.span import Span
from conformance.schema.json_schema import MAX_DEPTH


@dataclass
class Mentions:
    """Names in the words of pages, searched when first needed.

    A name stands for an operation wherever it stands, but for the rows and examples of other
    operations: what the notes of any page say holds for all operations.
    """

    operations: Sequence[Operation]
    load: Callable[[], Iterable[tuple[str, Sequence[str]]]]
    """Name and lines of each page."""
    besides: frozenset[tuple[str, int]] = frozenset()
    """Lines that count for no operation, by page and number: the samples in question."""
    _found: dict[str, tuple[tuple[str, int], ...]] = field(default_factory=dict)

    def speak_of(self, name: str, key: str) -> bool:
        """Whether a line that is not about operations other than ``key`` alone has the word."""
        if name not in self._found:
            self._found[name] = tuple(self._lines_with(name))
        return any(self._is_about(place, key) for place in self._found[name])

    def speak_of_path(self, steps: Sequence[str]) -> bool:
        """Whether some page has a path of these segments, ``{}`` for any value in one."""
        path = "/".join(r"[^/\s]+" if step == "{}" else re.escape(step) for step in steps)
        before = r"(?:^|[\s`'\"(|>]|://[^/\s]{1,100})"
        word = re.compile(rf"{before}/?{path}(?![\w/-])")
        return any(word.search(line) for lines in self._pages.values() for line in lines)

    def _is_about(self, place: tuple[str, int], key: str) -> bool:
        owners = self._owners.get(place)
        return owners is None or key in owners

    def _lines_with(self, name: str) -> Iterator[tuple[str, int]]:
        word = re.compile(rf"(?<![\w-]){re.escape(name)}(?![\w-])", re.IGNORECASE)
        for page, lines in self._pages.items():
            for number, line in enumerate(lines, 1):
                if (page, number) not in self.besides and word.search(line):
                    yield page, number

    @cached_property
    def _pages(self) -> Mapping[str, Sequence[str]]:
        return dict(self.load())

    @cached_property
    def _owners(self) -> Mapping[tuple[str, int], frozenset[str]]:
        """The operations whose rows and examples stand on a line."""
        found: dict[tuple[str, int], set[str]] = {}
        for operation in self.operations:
            for span in _spans(operation):
                for line in range(span.line, span.end_line + 1):
                    found.setdefault((span.page, line), set()).add(operation.key)
        return {place: frozenset(keys) for place, keys in found.items()}


def _spans(operation: Operation) -> Iterator[Span]:
    """Every row and example of an operation."""
    for one in operation.parameters:
        yield from _of_value(one.value, 0)
    if operation.body is not None:
        yield from _of_value(operation.body.value, 0)
        yield from map(_of_example, operation.body.examples)
    for response in operation.responses:
        if response.value is not None:
            yield from _of_value(response.value, 0)
        yield from map(_of_example, response.examples)


def _of_value(value: Value, depth: int) -> Iterator[Span]:
    yield value.span
    if depth < MAX_DEPTH:
        for one in value.fields:
            yield from _of_value(one.value, depth + 1)
        if value.items is not None:
            yield from _of_value(value.items, depth + 1)


def _of_example(example: Example) -> Span:
    return example.block or example.span
