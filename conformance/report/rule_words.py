"""What is said of a finding beside its message: why it matters to a client, and what to do."""

from __future__ import annotations

from typing import Final, NamedTuple

from conformance.checks.registry import RULES
from conformance.model.finding import Finding


class RuleWords(NamedTuple):
    """Title and reason of one rule, as :class:`conformance.checks.rule.Rule` has them."""

    title: str
    why: str


WORDS: Final = {rule.id: RuleWords(rule.title, rule.why) for rule in RULES if rule.title}
"""Rule -> its words; :data:`OTHERWISE` for a rule that is not here."""
OTHERWISE: Final = RuleWords("{names}: page and observation differ", "A client follows the page.")


_NOTHING: Final = ("", "none", "no value", "an empty cell")
"""What the page has in place of what it should have: there are no two to choose from."""


def advice(finding: Finding) -> str:
    """What to do, in one sentence without its full stop; empty for a rule without words."""
    if finding.rule not in WORDS:
        return ""
    if finding.rule.startswith("parity-"):
        return "correct the page that is wrong, so that all languages say the same"
    if finding.observed and "#" in finding.observed.where:
        return "if the API is right, correct the page; if the page is right, have the API corrected"
    if finding.expected and finding.actual not in _NOTHING:
        return "find out which of the two is right, and correct the other"
    return "correct the page"
