"""What a finding is called, why it matters to a client and what to do about it, by rule."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NamedTuple

from conformance.model.finding import Finding


class RuleWords(NamedTuple):
    """Of one rule; filled in are ``{names}``, ``{subject}``, ``{operation}``, ``{expected}``,
    ``{actual}`` and the end of it, ``{seen}``."""

    title: str
    why: str


WORDS: Final[Mapping[str, RuleWords]] = {
    "not-json": RuleWords(
        "The answer of {operation} is documented as JSON and is none",
        "A client parses the body as the page says and fails before it has read a member.",
    ),
    "undocumented-status": RuleWords(
        "{operation} answers with status {actual}, which the page does not have",
        "A client written from the page has no branch for this status: it treats it as unknown, "
        "retries what must not be retried, or gives up on what could be.",
    ),
    "undocumented-envelope": RuleWords(
        "The documented record of {operation} is wrapped in members that the page does not list",
        "A client that looks for the members where the page has them finds none. Generated "
        "clients return empty objects without an error.",
    ),
    "missing-field": RuleWords(
        "{names}: documented as always there, and absent",
        "A client that trusts the page reads the member without looking and fails on its absence.",
    ),
    "near-miss-name": RuleWords(
        "{expected} or {actual}: the page uses both names",
        "A client that reads the wrong name gets nothing, and usually no error.",
    ),
    "undocumented-field": RuleWords(
        "{names} in answers, and not on the page",
        "Clients cannot use what they do not know of; those that refuse unknown members fail.",
    ),
    "type-mismatch": RuleWords(
        "{names}: documented as {expected}, seen as another type",
        "A typed client fails to parse the value; an untyped one adds up texts, or loses digits "
        "of a number it takes for a float.",
    ),
    "undocumented-null": RuleWords(
        "{names}: null, and the page does not say that it may be",
        "A client that does not expect null fails on it.",
    ),
    "unknown-enum-value": RuleWords(
        "{names}: {actual} is none of the documented values",
        "A client with a closed list of values fails on this one, or takes it for another.",
    ),
    "format-mismatch": RuleWords(
        "{names}: not written as documented",
        "A client that parses the documented format fails on the value.",
    ),
    "unit-mismatch": RuleWords(
        "{names}: described in {expected}, seen in {seen}",
        "A client that follows the description is off by a factor of a thousand: dates in "
        "January 1970, or tens of thousands of years ahead.",
    ),
    "limit-exceeded": RuleWords(
        "{names}: outside the documented limit",
        "Clients size fields and check input by the limit, and refuse what the API accepts.",
    ),
    "invariant-broken": RuleWords(
        "{names}: a relation that the page promises does not hold",
        "A client that relies on it counts, pages or reconciles wrongly.",
    ),
    "example-undocumented-field": RuleWords(
        "{names}: in the example and not in the table",
        "A reader cannot tell whether to rely on the member, nor what it means.",
    ),
    "example-missing-field": RuleWords(
        "{names}: in the table and not in the example",
        "A reader cannot tell whether the member is always there.",
    ),
    "example-type-mismatch": RuleWords(
        "{names}: {expected} in the table, another type in the example",
        "Readers write their types from the table and their tests from the example; one of the "
        "two fails against the API.",
    ),
    "example-unknown-enum-value": RuleWords(
        "{names}: the example shows a value that the table does not list",
        "A client with the listed values fails on the page's own example.",
    ),
    "example-unit-mismatch": RuleWords(
        "{names}: described in {expected}, shown in {seen}",
        "Whoever follows the description and whoever follows the example are a factor of a "
        "thousand apart: dates in January 1970, or tens of thousands of years ahead.",
    ),
    "example-limit-exceeded": RuleWords(
        "{names}: the example is outside the documented limit",
        "A client that checks by the limit refuses the page's own example.",
    ),
    "example-invariant-broken": RuleWords(
        "{names}: the example breaks a relation that the page promises",
        "A reader who checks one against the other cannot tell which to trust.",
    ),
    "example-not-json": RuleWords(
        "An example of {operation} is no JSON",
        "Pasted into a test or a mock server the example fails.",
    ),
    "example-is-placeholder": RuleWords(
        "{names}: the example shows a placeholder",
        "A reader cannot see what the value looks like, and tests made from the example are "
        "worth nothing.",
    ),
    "type-conflict": RuleWords(
        "{names}: {expected} in one place, {actual} in another",
        "Who follows the one place sends or expects another type than who follows the other; one "
        "of them is wrong.",
    ),
    "required-conflict": RuleWords(
        "{names}: marked as required and as not required",
        "A reader cannot tell whether the request works without it.",
    ),
    "exclusive-yet-required": RuleWords(
        "{names}: only one may be sent, and each is marked as required",
        "Whoever trusts the marks sends both, which the page itself forbids.",
    ),
    "constant-without-value": RuleWords(
        "{names}: said to be constant, and not which value",
        "A client that tells messages apart by it has nothing to compare with.",
    ),
    "method-conflict": RuleWords(
        "{operation}: the page gives another method elsewhere",
        "A request with the wrong method is refused, or does something else.",
    ),
    "path-conflict": RuleWords(
        "{operation}: documented with one path, called with another",
        "Whoever copies the wrong one gets an error.",
    ),
    "location-conflict": RuleWords(
        "{names}: documented in the {actual}, told to go in the {expected}",
        "A value that is sent in the wrong place is ignored: the request fails, or does "
        "something wider than was meant.",
    ),
    "media-type-unknown": RuleWords(
        "`{actual}` is no media type",
        "A client that asks for it, or compares it with what it gets, fails: servers answer "
        "406 or 415, parsers are not chosen.",
    ),
    "status-code-unregistered": RuleWords(
        "Status {actual} is in no registry",
        "Libraries and proxies take an unknown code for the x00 of its class (RFC 9110, section "
        "15): they blame the request, or retry, where the page means something else.",
    ),
    "success-documented-as-error": RuleWords(
        "{operation}: the success is documented with the body of an error",
        "Nobody can write a client for the success: what it looks like is documented nowhere.",
    ),
    "header-language": RuleWords(
        "{subject}: the header is in {actual} on a page in {expected}",
        "Readers, and programs that read pages, cannot tell what the columns are.",
    ),
    "capture-artefact": RuleWords(
        "Text of the site is left on the page: {names}",
        "It documents nothing, ends up in generated descriptions, and hides what is next to it.",
    ),
    "link-target-missing": RuleWords(
        "A link leads to {expected}, which the page does not have",
        "A reader who follows it lands at the top of the page without what was promised.",
    ),
    "page-unreadable": RuleWords(
        "The page cannot be read", "Nothing on it can be checked, or found by a reader."
    ),
    "endpoint-missing": RuleWords(
        "{operation}: method and path are not said in words",
        "A reader has to find them in sample code; programs that read pages do not find them.",
    ),
    "operation-conflict": RuleWords(
        "{operation}: told twice, and differently",
        "Which of the two a reader finds first decides what the client does.",
    ),
    "table-garbled": RuleWords(
        "{subject} makes no sense where it stands",
        "A reader who takes it for what it says sends inputs that do not exist, or looks for "
        "members that are none.",
    ),
    "row-unread": RuleWords(
        "A table row under {subject} cannot be read",
        "What the row documents is lost to readers and to programs.",
    ),
    "header-unknown": RuleWords(
        "The column {subject} means nothing known",
        "Programs that read pages cannot use what stands in the column.",
    ),
    "type-missing": RuleWords(
        "{names}: no type is given",
        "Typed clients cannot be written for it; generated ones fall back on anything.",
    ),
    "type-unknown": RuleWords(
        "{names}: the type cannot be understood",
        "Typed clients cannot be written for it; generated ones fall back on anything.",
    ),
    "placeholder-undocumented": RuleWords(
        "{names}: nothing describes what goes into the path",
        "Readers have to guess which identifier is meant and where it comes from.",
    ),
    "response-missing": RuleWords(
        "{operation}: no response is described",
        "A client has to find out by trying what comes back, and no answer can be checked.",
    ),
    "limit-conflict": RuleWords(
        "{names}: the documented limits exclude everything",
        "A client that keeps to the page can send nothing at all.",
    ),
    "page-without-operation": RuleWords(
        "{subject} documents no operation", "Programs that read pages find nothing on it."
    ),
    "parity-operation": RuleWords(
        "{operation}: not the same operation in all languages",
        "Readers of one language call what readers of the other do not have.",
    ),
    "parity-field": RuleWords(
        "{names}: not the same in all languages",
        "Readers of one language do not know of it, or know it by another name.",
    ),
    "parity-type": RuleWords(
        "{names}: {expected} in one language, {actual} in another",
        "Clients differ by the language their authors read; one of them fails.",
    ),
    "parity-required": RuleWords(
        "{names}: required in one language and not in another",
        "Readers of one language send too little, or too much.",
    ),
    "parity-enum": RuleWords(
        "{names}: other values in one language",
        "Readers of one language do not know all values, or know some that are none.",
    ),
    "parity-limit": RuleWords(
        "{names}: other limits in one language",
        "Readers of one language are refused, or ask for less than they may.",
    ),
    "parity-default": RuleWords(
        "{names}: another default in one language",
        "Readers of one language leave the value out and get something else than they expect.",
    ),
    "parity-example": RuleWords(
        "{names}: another example in one language",
        "One of the two was left behind by a change; readers of it work with what is past.",
    ),
    "parity-prose": RuleWords(
        "{names}: the languages do not say the same",
        "What a reader takes for granted depends on the language of the page.",
    ),
    "undocumented-operation": RuleWords(
        "{operation} is answered and on no page",
        "Clients that rely on it have no promise of what it does, nor that it stays.",
    ),
    "undocumented-parameter": RuleWords(
        "{names}: sent and accepted, and on no page",
        "Whoever sends it cannot tell whether it does anything, nor which values it takes.",
    ),
    "invalid-request-accepted": RuleWords(
        "{operation} accepts a request that the page rules out",
        "Clients come to rely on it, and break when the API begins to check.",
    ),
    "valid-request-rejected": RuleWords(
        "{operation} turns down a request that keeps to the page",
        "Whoever follows the page is refused and cannot tell why.",
    ),
    "server-error": RuleWords(
        "{operation} answers with an error of the server",
        "A client cannot tell whether anything was done, and whether to try again.",
    ),
}
"""Rule -> its words; :data:`OTHERWISE` for a rule that is not here."""

OTHERWISE: Final = RuleWords("{names}: page and observation differ", "A client follows the page.")


def advice(finding: Finding) -> str:
    """What to do, in one sentence without its full stop; empty for a rule without words."""
    if finding.rule not in WORDS:
        return ""
    if finding.rule.startswith("parity-"):
        return "correct the page that is wrong, so that all languages say the same"
    if finding.observed and "#" in finding.observed.where:
        return "if the API is right, correct the page; if the page is right, have the API corrected"
    if finding.expected and finding.actual:
        return "find out which of the two is right, and correct the other"
    return "correct the page"
