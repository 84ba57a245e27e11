"""Rules for what a page states twice, and differently."""

from __future__ import annotations

from conformance.checks.limits import BOUND_WORDS
from conformance.checks.lint.facts import (
    BothRequired,
    EmptyRange,
    MarksApart,
    OtherMethod,
    OtherPath,
    OtherPlace,
    TypesApart,
    Unvalued,
)
from conformance.checks.rule import ERROR, INFO, WARNING, Verdict, lint
from conformance.compare.wording import LONGEST_NAME, cut, listed, named, shown


@lint("type-conflict", WARNING, "One input or member is told with two types")
def type_conflict(fact: TypesApart) -> Verdict:
    """A page tells the type of one input or member twice, and differently.

    In two rows of a table, or in a table and in a form that stands beside it.  An integer is a
    number; two inputs or members that only share a name are two things.  Where a table tells
    many names twice, it tells of several objects, and a conflict in it is worth an ``info``.

    Bad:

        | Name | Type          |
        | ---- | ------------- |
        | ids  | Array[String] |
        | ids  | String        |

    Good:

        | Name | Type          |
        | ---- | ------------- |
        | ids  | Array[String] |
    """
    # Both words as the page has them.
    first, second = (
        cut(fact.first.type_text, LONGEST_NAME),
        cut(fact.second.type_text, LONGEST_NAME),
    )
    return Verdict(
        INFO if fact.confidence == "low" else WARNING,
        f"documented as {first} here and as {second} on line {fact.second.span.line}",
        expected=first,
        actual=second,
    )


@lint("required-conflict", WARNING, "One input or member is marked as required and as not required")
def required_conflict(fact: MarksApart) -> Verdict:
    """One input or member is marked as required and as not required.

    By its name, its column of marks and its description, in one row or in several; or it is
    part of the path, which cannot do without it, and marked as not required.  Marks that mean
    the same (``O``, ``√``, ``Yes``) agree; a mark that names a condition contradicts neither.

    Bad:

        | Name | Required | Description         |
        | ---- | -------- | ------------------- |
        | id   | Yes      | Optional. The order |

    Good:

        | Name | Required | Description |
        | ---- | -------- | ----------- |
        | id   | Yes      | The order   |
    """
    # Says where the second mark stands.
    if fact.against == "path":
        return Verdict(
            WARNING,
            "marked as not required, and the path cannot do without it",
            expected="required",
            actual="not required",
        )
    where = "on another line" if fact.against == "other" else "in the same row"
    return Verdict(
        WARNING,
        f"marked as required and, {where}, as not required",
        expected="one mark",
        actual="required and not required",
    )


@lint(
    "exclusive-yet-required", WARNING, "Inputs that exclude each other are all marked as required"
)
def exclusive_yet_required(fact: BothRequired) -> Verdict:
    """Inputs of which only one may be given are both marked as required.

    Whoever trusts the marks sends both, which the page itself forbids.

    Bad:

        | Name   | Required | Description                                |
        | ------ | -------- | ------------------------------------------ |
        | id     | Yes      |                                            |
        | client | Yes      | Either id or client is required, not both. |

    Good:

        | Name   | Required    | Description                                |
        | ------ | ----------- | ------------------------------------------ |
        | id     | Conditional |                                            |
        | client | Conditional | Either id or client is required, not both. |
    """
    # Names all that exclude each other.
    names = listed(map(named, fact.names))
    return Verdict(
        WARNING,
        f"of {names} only one may be given, and more than one is marked as required",
        expected="a mark that says that one of them is required",
        actual="each is marked as required",
    )


@lint("limit-conflict", WARNING, "The limits of a value exclude everything")
def limit_conflict(fact: EmptyRange) -> Verdict:
    """The limits of a value, or its limits and its listed values, exclude everything.

    Nothing that a client sends or receives can keep to them: one of the numbers is wrong, or
    stands in the row of another name.  So it is with a default beside the limits, but for 0 and
    less, which commonly stand for no value.

    Bad:

        | Name  | Type    | Description                     |
        | ----- | ------- | ------------------------------- |
        | limit | integer | At least 100 and at most 10.    |

    Good:

        | Name  | Type    | Description                     |
        | ----- | ------- | ------------------------------- |
        | limit | integer | At least 10 and at most 100.    |
    """
    # Quotes the bounds in words.
    bounds = [BOUND_WORDS[name].format(cut(str(bound), 40)) for name, bound in fact.bounds]
    whatever = "none of the listed values is" if fact.listed else "no value is"
    if fact.default:
        whatever = f"its default {shown(fact.default[0])} is not"
    return Verdict(
        WARNING,
        f"documented as {' and '.join(bounds)}, and {whatever} that",
        expected="limits that some value keeps to",
        actual=", ".join(bounds),
    )


@lint("constant-without-value", WARNING, "A value is said to be constant, and not which")
def constant_without_value(fact: Unvalued) -> Verdict:
    """A value is said to be constant, and the page does not say which value it is.

    Bad:

        | Name | Type   | Description             |
        | ---- | ------ | ----------------------- |
        | type | string | Message type, constant. |

    Good:

        | Name | Type   | Description                       |
        | ---- | ------ | --------------------------------- |
        | type | string | Message type. It is always "NEW". |
    """
    # The word the page uses is quoted.
    return Verdict(
        WARNING,
        f"said to be {fact.wording!r}, without the value",
        expected="the constant value",
        actual="no value",
    )


@lint("method-conflict", ERROR, "Heading and sample call one path with two methods")
def method_conflict(fact: OtherMethod) -> Verdict:
    """A heading and a sample, or a heading and the line below it, call one path with two methods.

    Paths that the page documents with both methods are left alone.

    Bad:

        ## POST /orders

        curl -X GET https://api.example.com/orders

    Good:

        ## POST /orders

        curl -X POST https://api.example.com/orders
    """
    # One of the two requests fails.
    return Verdict(
        ERROR,
        f"documented as {fact.method} and called with {fact.other_method} by a sample",
        expected=fact.method,
        actual=fact.other_method,
    )


@lint("path-conflict", WARNING, "Heading and sample name two paths that are nearly the same")
def path_conflict(fact: OtherPath) -> Verdict:
    """The sample of an operation calls a path that is nearly the documented one.

    One segment differs, by a letter, by its case or by the order of its words; which of the two
    works, the page does not say.

    Bad:

        ## GET /query-fills

        curl -X GET https://api.example.com/fills-query

    Good:

        ## GET /query-fills

        curl -X GET https://api.example.com/query-fills
    """
    # One of the two requests fails.
    return Verdict(
        WARNING,
        f"documented as {fact.path} and called as {fact.other_path} by a sample",
        expected=fact.path,
        actual=fact.other_path,
    )


@lint("location-conflict", WARNING, "An input is tabled where it does not go")
def location_conflict(fact: OtherPlace) -> Verdict:
    """An input is tabled in one place, and goes in another by the rest of the page or by HTTP.

    Prose that says "query" above a table of the body; a header among the query parameters; a
    placeholder of the path that the table puts into the query, or an input "in the path" that
    the path has no place for.

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
    # Both places, and who says so.
    names = listed(map(named, fact.names), 4)
    return Verdict(
        WARNING,
        _MESSAGES[fact.why].format(names=names, tabled=fact.tabled, stated=fact.stated),
        expected=fact.stated,
        actual=fact.tabled,
    )


_MESSAGES = {
    "prose": "{names}: the table says {tabled}, the text says {stated}",
    "header": "{names} is an HTTP header and is tabled as going in the {tabled}",
    "placeholder": "{names} is part of the path and is tabled as going in the {tabled}",
    "no-placeholder": "{names} is tabled as part of the path, and the path has no place for it",
}
