"""An example has a member that the table beside it does not list.

An example that wraps the documented record in an envelope which the page does not list is one
finding, and the record is then checked where it stands; it is worth an ``info``, because the
example itself shows the reader how the record comes, and what wraps it is commonly told once for
all pages.  Nothing is said of objects whose members the page lists nowhere.

Bad: the table lists ``id`` and ``price``

    {"id": 7, "price": "1.5", "fee": "0.1"}

Good:

    {"id": 7, "price": "1.5"}
"""

from __future__ import annotations

from dataclasses import replace

from conformance.checks.facts import Enveloped, Extra, ManyExtra
from conformance.checks.rule import Rule, Verdict
from conformance.checks.rules import undocumented_envelope, undocumented_field
from conformance.model.finding import Severity


def judge(fact: Extra | ManyExtra | Enveloped) -> Verdict:
    """A table without the member, or an example with one too many: the page cannot tell which."""
    if isinstance(fact, Enveloped):
        return replace(undocumented_envelope.judge(fact), severity=Severity.INFO)
    return replace(undocumented_field.judge(fact), severity=Severity.WARNING)


RULE = Rule(
    id="example-undocumented-field",
    families=("lint",),
    severity=Severity.WARNING,
    summary="An example has a member that its table does not list",
    facts=(Extra, ManyExtra, Enveloped),
    judge=judge,
    doc=__doc__,
)
