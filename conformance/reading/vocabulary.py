"""Names that moved to :mod:`conformance.vocabulary`."""

from __future__ import annotations

import re

from conformance.vocabulary import (
    columns,
    kinds,
    locations,
    normal,
    required_marks,
    topics,
)

COLUMNS = columns()
REQUIRED = required_marks()
KINDS = kinds()
LOCATIONS = locations()
TOPICS = topics()

TRUTH_VALUES = frozenset(("true", "false", "0", "1"))
"""Marks of a column of marks that are values anywhere else."""
UNDER_CONDITION = frozenset(
    ["if", "when", "for", "unless", "only", "in", "on", "by", "with", "to", "as"]
)
"""Words after a mark that make it conditional, or a word of a sentence."""
ARTICLES = frozenset(["a", "an", "one"])
ADJECTIVES = frozenset(["long", "short", "double", "time", "date", "set"])
"""Type words that mean something else at the beginning of a sentence."""
VALUE_NOUNS = frozenset(["value", "values", "number", "string", "array", "list"])
"""What a type word stands before where a sentence begins with it ("Boolean value, ...")."""

TYPE_LINKS = frozenset(("of", "or", "and", "null", "nullable", "enum"))
"""What stands between the type words of one type."""
TYPE_NAMES_OF_FIELDS = frozenset(
    ["timestamp", "date", "datetime", "uuid", "url", "uri", "file", "text", "hash"]
)
"""Words that name a type and, as often, a field."""
EXAMPLE_LABELS = ("예시", "예제", "示例", "例子", "範例", "例")
"""Words for "example" in scripts without blanks, where the value may follow at once."""

_BRACKETED = re.compile(r"[(（\[][^()（）\[\]]{0,40}[)）\]]")
_SIDES = ("request", "path", "query", "header", "body", "response")


def names_side(text: str) -> bool:
    """Whether ``text`` is nothing but words for a request or response and its fields."""
    left = rest = normal(_BRACKETED.sub(" ", text))
    for topic, announcing in TOPICS:
        if topic in _SIDES:
            for hit in reversed(list(announcing.finditer(rest))):
                rest = f"{rest[: hit.start]} {rest[hit.end :]}"
    remaining = rest.split()
    return remaining != left.split() and all(COLUMNS.get(word) == "name" for word in remaining)
