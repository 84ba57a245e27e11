"""Every rule, in the order in which reports show them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from difflib import get_close_matches
from types import ModuleType
from typing import Final

from conformance.checks.change import rules as change
from conformance.checks.facts import Fact
from conformance.checks.parity import rules as parity
from conformance.checks.rule import Family, Rule
from conformance.checks.rules import (
    examples,
    extraction,
    requests,
    responses,
    standards,
    statements,
    values,
)
from conformance.errors import UsageError
from conformance.model.contract import Gap
from conformance.model.finding import Finding


def _rules_of(module: ModuleType) -> Iterator[Rule]:
    """The rules that a module defines, in the order of its lines."""
    for rule in vars(module).values():
        if isinstance(rule, Rule) and rule.judge.__module__ == module.__name__:
            yield rule


RULES: Final[tuple[Rule, ...]] = (
    *_rules_of(responses),
    *_rules_of(values),
    *_rules_of(examples),
    *_rules_of(statements),
    *_rules_of(standards),
    *_rules_of(extraction),
    *parity.RULES,
    *_rules_of(change),
    *_rules_of(requests),
)
_BY_ID: Final = {rule.id: rule for rule in RULES}


def rule(name: str) -> Rule:
    """The rule with id ``name``.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    if name in _BY_ID:
        return _BY_ID[name]
    close = get_close_matches(name, _BY_ID, 1)
    hint = f"did you mean {close[0]}?" if close else "conformance rules lists them"
    raise UsageError(f"no rule {name!r}", hint=hint)


def judges(family: Family) -> dict[type[Fact], Rule]:
    """The one rule of ``family`` for each kind of fact it judges."""
    return {kind: r for r in RULES if family in r.families for kind in r.facts}


def gap_findings(gaps: Iterable[Gap]) -> Iterator[Finding]:
    """One finding for each gap, by the rule that has the name of its kind."""
    for gap in gaps:
        verdict = _BY_ID[gap.kind].judge(gap)
        yield Finding(
            rule=gap.kind,
            severity=verdict.severity,
            operation=gap.operation,
            subject=gap.subject or gap.span.page,
            message=verdict.message,
            expected=verdict.expected,
            actual=verdict.actual,
            documented=gap.span,
        )
