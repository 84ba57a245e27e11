"""What a rule is: one kind of fact, judged."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from conformance.checks.facts import Fact
from conformance.model.finding import Severity

Family: TypeAlias = Literal["lint", "parity", "check", "request", "change"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What a rule makes of one fact."""

    severity: Severity
    message: str
    """One sentence, without the page's or the file's name."""
    expected: str = ""
    actual: str = ""
    related: tuple[str, ...] = ()
    """Consequences of the same cause, one sentence each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A named check."""

    id: str
    """Kebab-case, never used again for anything else."""
    families: tuple[Family, ...]
    severity: Severity
    """What it is worth when nothing speaks for more or less."""
    summary: str
    """One line, as a heading would say it."""
    facts: tuple[type[Fact], ...]
    """The kinds of fact it judges."""
    judge: Callable[[Any], Verdict]
    """The verdict on a fact of one of these kinds."""
    doc: str
    """Its page: what it means, ``Bad:`` and ``Good:`` examples."""

    def __reduce__(self) -> tuple[Callable[[str], Rule], tuple[str]]:
        """Pickled by its name: another process has it, too."""
        return _named, (self.id,)


def _named(name: str) -> Rule:
    from conformance.checks.registry import rule as registered  # it imports all rules

    return registered(name)


def rule(
    id: str,  # noqa: A002 - what it is called everywhere
    *,
    families: tuple[Family, ...],
    severity: Severity,
    summary: str,
    facts: tuple[type[Fact], ...],
) -> Callable[[Callable[[Any], Verdict]], Rule]:
    """Make a rule of the function that judges its facts; the function's docstring is its page."""

    def make_rule(judge: Callable[[Any], Verdict]) -> Rule:
        return Rule(
            id=id,
            families=families,
            severity=severity,
            summary=summary,
            facts=facts,
            judge=judge,
            doc=inspect.cleandoc(judge.__doc__ or ""),
        )

    return make_rule
