"""Every rule, in the order in which reports show them."""

from __future__ import annotations

from difflib import get_close_matches
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

RULES: Final[tuple[Rule, ...]] = (
    *responses.RULES,
    *values.RULES,
    *examples.RULES,
    *statements.RULES,
    *standards.RULES,
    *extraction.RULES,
    *parity.RULES,
    *change.RULES,
    *requests.RULES,
)


def rule(name: str) -> Rule:
    """The rule with id ``name``.

    Raises:
        UsageError: there is none; the message names the nearest.
    """
    for known in RULES:
        if known.id == name:
            return known
    close = get_close_matches(name, [known.id for known in RULES], 1)
    hint = f"did you mean {close[0]}?" if close else "conformance rules lists them"
    raise UsageError(f"no rule {name!r}", hint=hint)


def judges(family: Family) -> dict[type[Fact], Rule]:
    """The one rule of ``family`` for each kind of fact it judges."""
    return {kind: r for r in RULES if family in r.families for kind in r.facts}
