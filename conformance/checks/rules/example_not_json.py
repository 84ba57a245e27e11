"""An example that is meant as JSON does not parse: pasted it fails, and it is no evidence.

An example that gives a name twice in one object parses, and means one thing to one reader and
another to the next (RFC 8259, section 4): it is told, too.

Bad:

    {"id": 7,}

Good:

    {"id": 7}
"""

from __future__ import annotations

from conformance.checks.facts import Repeated
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import named, shown
from conformance.model.contract import Gap
from conformance.model.finding import Severity


def judge(seen: Gap | Repeated) -> Verdict:
    """Says where parsing stopped, or what cannot be relied on."""
    if isinstance(seen, Repeated):
        return Verdict(
            severity=Severity.WARNING,
            message=f"the example gives {named(seen.name)} more than once in one object; which one "
            "counts is up to the reader (RFC 8259, section 4)",
            expected=f"one member {named(seen.name)}",
            actual=f"several, the last of which is {shown(seen.seen)}",
        )
    return Verdict(
        severity=Severity.WARNING,
        message=f"the example is no JSON: {seen.detail}",
        expected="JSON",
        actual="",
    )


RULE = Rule(
    id="example-not-json",
    families=("lint",),
    severity=Severity.WARNING,
    summary="A printed example is no JSON",
    facts=(Repeated,),
    judge=judge,
    doc=__doc__,
)
