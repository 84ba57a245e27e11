"""A body that is documented as JSON cannot be read as JSON.

It is empty, cut short, HTML or something else.  A body that gives a name twice in one object is
worth a warning: names should be unique (RFC 8259, section 4), and which of the two counts is up to
the reader; here it is the last.  A body that is JSON and is announced as something else by its
Content-Type is worth an ``info``.

Bad:

    <html><body>502 Bad Gateway</body></html>

Good:

    {"id": 7}
"""

from __future__ import annotations

from conformance.checks.facts import OtherMediaType, Repeated, Unreadable
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import cut, named, shown
from conformance.model.finding import Severity


def judge(fact: Unreadable | Repeated | OtherMediaType) -> Verdict:
    """Says where reading stopped, and what the body looks like instead."""
    if isinstance(fact, Repeated):
        return Verdict(
            severity=Severity.WARNING,
            message=f"{named(fact.name)} is given more than once in one object; which one counts "
            "is up to the reader (RFC 8259, section 4)",
            expected=f"one member {named(fact.name)}",
            actual=f"several, the last of which is {shown(fact.seen)}",
        )
    if isinstance(fact, OtherMediaType):
        return Verdict(
            severity=Severity.INFO,
            message=f"the body is JSON and is announced as {cut(fact.announced, 80)}",
            expected=cut(fact.documented, 80),
            actual=cut(fact.announced, 80),
        )
    return Verdict(
        severity=Severity.ERROR,
        message=f"documented as JSON; {_what(fact)}",
        expected="JSON",
        actual=fact.looks_like or "no JSON",
    )


def _what(fact: Unreadable) -> str:
    if not fact.present:
        return "the body is empty"
    what = f"{fact.looks_like}, not JSON" if fact.looks_like else "not JSON"
    return f"the body is {what} (line {fact.line}, column {fact.column}: {cut(fact.reason, 120)})"


RULE = Rule(
    id="not-json",
    families=("check",),
    severity=Severity.ERROR,
    summary="A body that is documented as JSON cannot be read as JSON",
    facts=(Unreadable, Repeated, OtherMediaType),
    judge=judge,
    doc=__doc__,
)
