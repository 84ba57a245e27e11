"""Scores as a table to publish, or as JSON to keep."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from typing import Any, Final

from benchmarks.accuracy.score import Figures, Miss, Scores, Share
from benchmarks.accuracy.spec import Key

_HEAD: Final = ("", "operations", "names", "precision", "recall", "F1", "type", "required", "enum")
_PARTS: Final = ("request", "response")


def as_table(scores: Scores, misses: int) -> str:
    """A Markdown table, and the operations with the most misses below it."""
    rows = [_HEAD, *(_row(name, getattr(scores, name)) for name in _PARTS)]
    widths = [max(len(row[n]) for row in rows) for n in range(len(_HEAD))]
    lines = [
        f"operations: {scores.both} of {scores.truth} found ({_figure(_found(scores))}); "
        f"{scores.extracted - scores.both} more are documented and not in the truth",
        "",
        *_drawn(rows, widths),
    ]
    if misses:
        lines += _worst(scores, misses)
    return "\n".join(lines) + "\n"


def as_json(scores: Scores) -> dict[str, Any]:
    """The figures, rounded to four digits, None where there is nothing to measure."""
    return {
        "operations": {
            "truth": scores.truth,
            "extracted": scores.extracted,
            "both": scores.both,
            "recall": _rounded(_found(scores)),
        },
        **{name: _figures(getattr(scores, name)) for name in _PARTS},
    }


def _found(scores: Scores) -> float | None:
    return Share(scores.both, scores.truth).value


def _figures(figures: Figures) -> dict[str, Any]:
    return {
        "operations": figures.operations,
        "names": figures.matched + figures.missed,
        "precision": _rounded(figures.precision),
        "recall": _rounded(figures.recall),
        "f1": _rounded(figures.f1),
        "type": _rounded(figures.type.value),
        "required": _rounded(figures.required.value),
        "enum": _rounded(figures.enum.value),
        "enum_names": figures.enum.of,
    }


def _row(name: str, figures: Figures) -> tuple[str, ...]:
    counts = str(figures.operations), str(figures.matched + figures.missed)
    shares = (figures.precision, figures.recall, figures.f1)
    facts = (figures.type.value, figures.required.value, figures.enum.value)
    return (name, *counts, *map(_figure, (*shares, *facts)))


def _drawn(rows: list[tuple[str, ...]], widths: list[int]) -> Iterator[str]:
    for number, row in enumerate(rows):
        cells = [f"{row[0]:<{widths[0]}}"]
        cells += (f"{cell:>{width}}" for cell, width in zip(row[1:], widths[1:], strict=True))
        yield f"| {' | '.join(cells)} |"
        if number == 0:
            rules = ["-" * widths[0], *(f"{'-' * (width - 1)}:" for width in widths[1:])]
            yield f"| {' | '.join(rules)} |"


def _worst(scores: Scores, most: int) -> Iterator[str]:
    """Operations by how much is wrong about them, then what is."""
    by_operation: dict[Key, list[Miss]] = defaultdict(list)
    for miss in scores.misses:
        by_operation[miss.operation].append(miss)
    worst = sorted(by_operation.items(), key=lambda entry: (-len(entry[1]), entry[0]))
    left = most
    for key, misses in worst:
        if left <= 0:
            break
        kinds = ", ".join(f"{n} {kind}" for kind, n in Counter(m.kind for m in misses).items())
        yield from ("", f"{_named(key)}: {kinds}")
        yield from (f"    {miss}" for miss in misses[:left])
        left -= len(misses)
    if scores.not_found:
        yield from ("", "not found:", *(f"    {_named(key)}" for key in scores.not_found[:most]))


def _named(key: Key) -> str:
    return f"{key[0]} {key[1]}"


def _figure(share: float | None) -> str:
    return "-" if share is None else f"{share:.3f}"


def _rounded(share: float | None) -> float | None:
    return None if share is None else round(share, 4)
