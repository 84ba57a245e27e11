"""How a finding says who says what."""

from __future__ import annotations

from collections.abc import Sequence

from conformance.checks.parity.facts import Apart, Word
from conformance.checks.rule import Verdict
from conformance.model.finding import Severity


def verdict(fact: Apart, severity: Severity, message: str) -> Verdict:
    """A verdict whose two sides are those the finding points to."""
    first, other = _pair(fact)
    return Verdict(severity=severity, message=message, expected=first.text, actual=other.text)


def each(fact: Apart, nothing: str = "nothing") -> str:
    """``"1" in en, "2" in ko and zh``."""
    groups: dict[str, list[Word]] = {}
    for word in fact.words:
        groups.setdefault(word.key, []).append(word)
    return ", ".join(f"{words[0].text or nothing} in {_labels(words)}" for words in groups.values())


def having(fact: Apart) -> str:
    """The sides that say something."""
    return _labels([w for w in fact.words if not w.silent and w.text])


def lacking(fact: Apart) -> str:
    """The sides that say nothing."""
    return _labels([w for w in fact.words if w.silent or not w.text])


def does_not(fact: Apart) -> str:
    """``ko does not``, ``ko and zh do not``."""
    silent = [w for w in fact.words if w.silent or not w.text]
    return f"{_labels(silent)} {'does' if len(silent) == 1 else 'do'} not"


def _labels(words: Sequence[Word]) -> str:
    labels = [word.label for word in words]
    return " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1]))) if labels else "none"


def _pair(fact: Apart) -> tuple[Word, Word]:
    """What the finding points to, and the first that says otherwise."""
    first = next((w for w in fact.words if w.span == fact.span), fact.words[0])
    other = next((w for w in fact.words if w.key != first.key), fact.words[-1])
    return first, other
