"""An input is tabled in one place, and goes in another by the rest of the page or by HTTP.

Prose that says "query" above a table of the body; a header among the query parameters; a
placeholder of the path that the table puts into the query, or an input "in the path" that the
path has no place for.

Bad:

    ## Query parameters

    | Name          | Type   |
    | ------------- | ------ |
    | Authorization | string |

Good:

    ## Headers

    | Name          | Type   |
    | ------------- | ------ |
    | Authorization | string |
"""

from __future__ import annotations

from conformance.checks.lint.facts import OtherPlace
from conformance.checks.rule import Rule, Verdict
from conformance.compare.wording import listed, named
from conformance.model.finding import Severity


def judge(fact: OtherPlace) -> Verdict:
    """Both places, and who says so."""
    names = listed(map(named, fact.names), 4)
    return Verdict(
        severity=Severity.WARNING,
        message=_MESSAGES[fact.why].format(names=names, tabled=fact.tabled, told=fact.told),
        expected=fact.told,
        actual=fact.tabled,
    )


_MESSAGES = {
    "prose": "{names}: the table says {tabled}, the text says {told}",
    "header": "{names} is an HTTP header and is tabled as going in the {tabled}",
    "placeholder": "{names} is part of the path and is tabled as going in the {tabled}",
    "no-placeholder": "{names} is tabled as part of the path, and the path has no place for it",
}


RULE = Rule(
    id="location-conflict",
    families=("lint",),
    severity=Severity.WARNING,
    summary="An input is tabled where it does not go",
    facts=(OtherPlace,),
    judge=judge,
    doc=__doc__,
)
