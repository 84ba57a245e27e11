"""Whether words before a list say that it is one of values."""

from __future__ import annotations

from conformance.vocabulary import normalize_text, phrases

_LEAST = 4
"""Letters of a word with which a name may end."""


def is_choice(label: str, name: str) -> bool:
    """Whether the words before a list, or the name of the value, are those of a choice."""
    words = (label, normalize_text(name).replace("_", " "))
    return any(phrases("enum.label").found_in(word) for word in words if word)


def is_label(label: str, name: str) -> bool:
    """Whether words are a label for a choice, or end as the name of the value does."""
    *_, last = normalize_text(label).split() or [""]
    last = last.removesuffix("s") or last
    named = normalize_text(name).replace("_", " ").removesuffix("s")
    own = last == named.split(" ")[-1] or (len(last) >= _LEAST and named.endswith(last))
    return own or phrases("enum.label").found_in(label)
