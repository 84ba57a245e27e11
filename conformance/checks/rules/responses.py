"""Rules for a response checked against what is documented of it."""

from __future__ import annotations

from typing import Final

from conformance.checks import facts
from conformance.checks.rule import ERROR, INFO, PAGE_OR_API, TWICE, WARNING, Verdict, check, rule
from conformance.compare.wording import (
    NEARNESS,
    cut,
    format_count,
    format_documented_type,
    format_list,
    format_name,
    format_value,
    name_kind,
)
from conformance.model.operation import Stated

_OK: Final = 200
_ERROR: Final = 400


@check(
    ERROR,
    "A body that is documented as JSON cannot be read as JSON",
    title="The answer of {operation} is documented as JSON and is none",
    why="A client parses the body as the page says and fails before it has read a member.",
    asks=("Is the answer JSON?", *PAGE_OR_API),
)
def not_json(fact: facts.Unreadable | facts.Repeated | facts.OtherMediaType) -> Verdict:
    """A body that is documented as JSON cannot be read as JSON.

    It is empty, cut short, HTML or something else.  A body that gives a name twice in one
    object is worth a warning: names should be unique (RFC 8259, section 4), and which of the
    two counts is up to the reader; here it is the last.  A body that is JSON and is announced
    as something else by its Content-Type is worth an ``info``.

    Bad:
        <html><body>502 Bad Gateway</body></html>
    Good:
        {"id": 7}
    """
    if isinstance(fact, facts.Repeated):
        return Verdict(
            WARNING,
            f"{format_name(fact.name)} is given more than once in one object; which one counts "
            "is up to the reader (RFC 8259, section 4)",
            f"one member {format_name(fact.name)}",
            f"several, the last of which is {format_value(fact.observed)}",
        )
    if isinstance(fact, facts.OtherMediaType):
        message = f"the body is JSON and is announced as {cut(fact.announced)}"
        return Verdict(INFO, message, cut(fact.documented), cut(fact.announced))
    what = f"{fact.looks_like}, not JSON" if fact.looks_like else "not JSON"
    place = f" (line {fact.line}, column {fact.column}: {cut(fact.reason)})"
    what = f"{what}{place}" if fact.present else "empty"
    return Verdict(
        ERROR, f"documented as JSON; the body is {what}", "JSON", fact.looks_like or "no JSON"
    )


@check(
    WARNING,
    "A response has a status that the page does not have",
    title="{operation} answers with status {actual}, which the page does not have",
    why="A client written from the page has no branch for this status: it treats it as "
    "unknown, retries what must not be retried, or gives up on what could be.",
    asks=(
        "When does the API answer with status {actual}, and with what body?",
        "The page gets a section for it.",
        "It was an accident: no change.",
    ),
)
def undocumented_status(fact: facts.OtherStatus) -> Verdict:
    """A response has a status that the page does not have.

    Worth an ``info`` where the page promises nothing about it: it names no status at all, or
    none of an error and the response is one.  So is 200 where another success is documented:
    clients take one for the other, and recorders that keep bodies alone write 200.

    Bad: the page has 200 and 400
        HTTP 409
    Good:
        HTTP 400
    """
    named = tuple(dict.fromkeys(r.status for r in fact.documented if r.stated))
    known = format_list(named)
    promised = fact.stated and not (
        fact.status >= _ERROR and all(name[:1] in "123" for name in named)
    )
    alike = fact.status == _OK and any(name.startswith("2") for name in named)
    if promised:
        documented = f"documented are {known}"
    elif fact.stated:
        documented = f"of errors the page names none, only {known}"
    else:
        documented = "the page names no status codes"
    return Verdict(
        WARNING if promised and not alike else INFO,
        f"status {fact.status} was observed; {documented}",
        known or "none is stated",
        str(fact.status),
        related=("the body of such a response could not be checked",),
    )


@check(
    WARNING,
    "The documented record stands under a path that is not documented",
    title="The documented record of {operation} is wrapped in members that the page does not list",
    why="A client that looks for the members where the page has them finds none. "
    "Generated clients return empty objects without an error.",
    asks=(
        "Does the API wrap the record as it was observed?",
        "Yes: the page is to list the members around it.",
        "No: the record is the whole answer.",
    ),
)
def undocumented_envelope(fact: facts.Enveloped) -> Verdict:
    """The documented record stands under a path that the page does not have.

    One finding for the envelope, none for each of its members; the record is then checked where
    it is.  When the envelope has an empty place where records may stand, nothing of the record
    was observed: the finding says so, and is less sure.  Pages leave an envelope out so often that
    it is a warning at most.  So is a body that is the record itself, where the page has it in a
    member.  A plain list of records is no more than noted where the page shows
    no body.

    Bad: the page lists ``id`` and ``price`` as the response
        {"code": 0, "data": {"orders": [{"id": 7, "price": "1.5"}]}}
    Good:
        {"id": 7, "price": "1.5"}
    """
    place = f"`{cut(fact.pattern)}`"
    members = format_count(fact.known, "documented member")
    if fact.inside:
        within = format_name(fact.inside)
        return Verdict(
            WARNING,
            f"what is documented under {within} was observed at the top level",
            f"the documented members under {within}",
            f"{fact.found} of {members} at the top level",
        )
    if fact.found:
        message = f"the documented record was observed under {place}, not at the top level"
        if fact.is_open:
            message = "the documented record was observed in a list, and the page shows no body"
        actual = f"{fact.found} of {members} under {place}"
    else:
        message = (
            f"none of the {members} was observed; {place} is empty and may be their place, "
            "so nothing of the record could be checked"
        )
        actual = f"none of {members}"
    outside = f"the body's own members are {format_list(map(format_name, fact.outside))}"
    related = (outside,) if fact.outside else ()
    severity = INFO if fact.is_open else WARNING
    return Verdict(
        severity, message, "the documented members at the top level", actual, related=related
    )


@check(
    ERROR,
    "A response lacks a member that the page says is always there",
    title="{names}: documented as always there, and absent",
    why="A client that trusts the page reads the member without looking and fails on its absence.",
    asks=("Is it always there?", *PAGE_OR_API),
    facet="names",
)
def missing_field(fact: facts.Missing | facts.Empty) -> Verdict:
    """A response lacks a member that the page says is always there.

    Members whose presence is optional, conditional or not stated may be absent.  An object
    without any member, where the page lists some and says of none that it is always there, is
    worth one ``info``.

    Bad: the page marks ``price`` as always included
        {"id": 7}
    Good:
        {"id": 7, "price": "1.5"}
    """
    if isinstance(fact, facts.Empty):
        count = len(fact.names)
        which = "the one member" if count == 1 else f"any of the {count} members"
        message = (
            "an object without members was observed; the page does not say of "
            f"{which} that it is always there"
        )
        return Verdict(INFO, message, format_list(map(format_name, fact.names)), "no members")
    return Verdict(
        ERROR,
        f"{format_name(fact.field.name)} is documented as always there and was not observed",
        f"{format_name(fact.field.name)}, {format_documented_type(fact.field.value)}",
        "no such member",
    )


@rule(
    ("lint", "check"),
    WARNING,
    "A documented name and the one observed are nearly the same",
    title="{expected} or {actual}: the page uses both names",
    why="A client that reads the wrong name gets nothing, and usually no error.",
    advice="use one name on the whole page, the one that the API uses",
    asks=("Which of the two names is right?", *TWICE),
    facet="names",
)
def near_miss_name(fact: facts.Renamed) -> Verdict:
    """A documented member is absent, and one with nearly its name is there.

    Names are near when they differ by case, by separators, by one letter, or (least surely) in
    the order of their words.  The value is then checked as that of the documented member.

    Bad: the page says ``closeAt``
        {"closedAt": 1700000000000}
    Good:
        {"closeAt": 1700000000000}
    """
    promised = fact.field.required is Stated.YES
    return Verdict(
        ERROR if promised else WARNING,
        f"{format_name(fact.field.name)} is documented and {format_name(fact.name)} was observed; "
        f"{NEARNESS[fact.similarity]}",
        format_name(fact.field.name),
        format_name(fact.name),
    )


@check(
    WARNING,
    "A response has a member that the page does not list",
    title="{names} in answers, and not on the page",
    why="Clients cannot use what they do not know of; those that refuse unknown members fail.",
    asks=("Is it part of the answer?", "Yes: it gets a row.", "No."),
    facet="names",
)
def undocumented_field(fact: facts.Extra | facts.ManyExtra) -> Verdict:
    """A response has a member that the page does not list.

    Nothing is said of the members of an object whose page lists none.  A member that is nearly
    named like an absent documented one is ``near-miss-name``.  More than thirty different
    members that are not documented are one finding about the object: it is a map, or something
    else.

    Bad: the page lists ``id`` and ``price``
        {"id": 7, "price": "1.5", "fee": "0.1"}
    Good:
        {"id": 7, "price": "1.5"}
    """
    closed = "; the page says it has no others" if fact.closed else ""
    if isinstance(fact, facts.Extra):
        message = f"{format_name(fact.name)} was observed and is not documented{closed}"
        actual = f"{format_name(fact.name)}, {name_kind(fact.observed)}"
    else:
        count = format_count(fact.count, "different member")
        message = f"{count} or more are not documented{closed}"
        actual = format_list(map(format_name, fact.names)) + " …"
    return Verdict(ERROR if fact.closed else WARNING, message, "only documented members", actual)
