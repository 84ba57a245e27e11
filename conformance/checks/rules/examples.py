"""Rules for the examples a page prints, checked against its own tables."""

from __future__ import annotations

from msgspec.structs import replace

from conformance.checks import facts
from conformance.checks.rule import ERROR, INFO, TABLE_OR_EXAMPLE, WARNING, Verdict, lint
from conformance.checks.rules.responses import not_json, undocumented_envelope, undocumented_field
from conformance.checks.rules.values import (
    format_mismatch,
    invariant_broken,
    limit_exceeded,
    type_mismatch,
    undocumented_null,
    unit_mismatch,
    unknown_enum_value,
)
from conformance.compare.wording import format_documented_type, format_name, format_value
from conformance.model.contract import Gap
from conformance.model.operation import Stated


@lint(
    WARNING,
    "An example has a member that its table does not list",
    title="{names}: in the example and not in the table",
    why="A reader cannot tell whether to rely on the member, nor what it means.",
    advice="give the member a row, or take it out of the example",
    asks=(
        "Is it part of the answer?",
        "Yes: it gets a row.",
        "No: it is taken out of the example.",
    ),
    facet="names",
)
def example_undocumented_field(fact: facts.Extra | facts.ManyExtra | facts.Enveloped) -> Verdict:
    """An example has a member that the table beside it does not list.

    An example that wraps the documented record in an envelope which the page does not list is
    one finding, and the record is then checked where it stands; it is worth an ``info``,
    because the example itself shows the reader how the record comes, and what wraps it is
    commonly documented once for all pages.  Nothing is said of objects whose members the page lists
    nowhere.

    Bad: the table lists ``id`` and ``price``
        {"id": 7, "price": "1.5", "fee": "0.1"}
    Good:
        {"id": 7, "price": "1.5"}
    """
    if isinstance(fact, facts.Enveloped):
        return replace(undocumented_envelope.judge(fact), severity=INFO)
    return replace(undocumented_field.judge(fact), severity=WARNING)


@lint(
    WARNING,
    "A documented member is in no example",
    title="{names}: in the table and not in the example",
    why="A reader cannot tell whether the member is always there.",
    advice="show the member in the example, or state when it is left out",
    asks=(
        "Is it part of the answer?",
        "Yes: the example is to show it.",
        "Sometimes: the table is to say so.",
        "No longer.",
    ),
    facet="names",
)
def example_missing_field(fact: facts.Missing | facts.Unshown) -> Verdict:
    """A documented member is in no example of the page.

    A warning when the page says that it is always there; an ``info`` when the page says nothing
    of it.  Optional and conditional members, and those that some item of a list or another
    example has, are left alone.

    Bad: the table marks ``price`` as always included
        {"id": 7}
    Good:
        {"id": 7, "price": "1.5"}
    """
    name = format_name(fact.field.name)
    promised = isinstance(fact, facts.Missing)
    always = " as always there" if promised else ""
    return Verdict(
        WARNING if promised else INFO,
        f"{name} is documented{always} and the example does not have it",
        f"{name}, {format_documented_type(fact.field.value)}",
        "no such member",
    )


@lint(
    ERROR,
    "An example shows a value of another type than its table says",
    title="{names}: {expected} in the table, another type in the example",
    why="Readers write their types from the table and their tests from the example; one "
    "of the two fails against the API.",
    asks=("Which type is right?", *TABLE_OR_EXAMPLE),
    facet="type",
)
def example_type_mismatch(fact: facts.WrongType | facts.BadFormat | facts.Null) -> Verdict:
    """An example shows a value of another type, or written otherwise, than its table says.

    An integer is a number.  null where the page does not speak of null, and an empty string
    where a date or a number in quotes is documented, are worth an ``info``.

    Bad: the table says that ``pages`` is a string
        {"pages": 1}
    Good:
        {"pages": "1"}
    """
    if isinstance(fact, facts.WrongType):
        return type_mismatch.judge(fact)
    if isinstance(fact, facts.BadFormat):
        return format_mismatch.judge(fact)
    never = fact.value.nullable is Stated.NO
    severity = WARNING if never else INFO
    return replace(undocumented_null.judge(fact), severity=severity)


@lint(
    ERROR,
    "An example shows a value that its table does not list",
    title="{names}: the example shows a value that the table does not list",
    why="A client with the listed values fails on the page's own example.",
    asks=(
        "Which values are there?",
        "The example's, too: it is added to the table.",
        "The table's: the example is wrong.",
    ),
    facet="values",
)
def example_unknown_enum_value(fact: facts.NotListed) -> Verdict:
    """An example shows a value that is none of those its table lists, or not the constant one.

    An empty string says "nothing" rather than something else: it is worth an ``info``.

    Bad: the table says ``BUY`` or ``SELL``
        {"side": "SHORT"}
    Good:
        {"side": "BUY"}
    """
    verdict = unknown_enum_value.judge(fact)
    return replace(verdict, severity=INFO) if fact.observed == "" else verdict


@lint(
    ERROR,
    "An example shows a moment in another unit than its table says",
    title="{names}: described in {expected}, shown in {observed}",
    why="Whoever follows the description and whoever follows the example are a factor "
    "of a thousand apart: dates in January 1970, or tens of thousands of years "
    "ahead.",
    asks=("Which unit is right?", *TABLE_OR_EXAMPLE),
    facet="unit",
)
def example_unit_mismatch(fact: facts.WrongUnit) -> Verdict:
    """An example shows a moment in another unit than its table says.

    Seconds, milliseconds, microseconds and nanoseconds since 1970 are known by their number of
    digits (10, 13, 16, 19).  0, -1 and durations are left alone.

    Bad: the table says milliseconds since 1970
        {"createdAt": 1525080718}
    Good:
        {"createdAt": 1525080718000}
    """
    return unit_mismatch.judge(fact)


@lint(
    ERROR,
    "An example is outside the bounds its table gives",
    title="{names}: the example is outside the documented limit",
    why="A client that checks by the limit refuses the page's own example.",
    asks=("What is the limit?", *TABLE_OR_EXAMPLE),
    facet="limits",
)
def example_limit_exceeded(fact: facts.OverLimit) -> Verdict:
    """An example shows a number, a length or a size outside the bounds its table gives.

    Bad: the table says "at most 3 items"
        {"ids": [1, 2, 3, 4]}
    Good:
        {"ids": [1, 2, 3]}
    """
    return limit_exceeded.judge(fact)


@lint(
    WARNING,
    "An example breaks a relation between its values that the page promises",
    title="{names}: the example breaks a relation that the page promises",
    why="A reader who checks one against the other cannot tell which to trust.",
    asks=(
        "Does the relation always hold?",
        "Yes: the example is to show it.",
        "No: the page is not to promise it.",
    ),
    facet="examples",
)
def example_invariant_broken(fact: facts.Broken) -> Verdict:
    """An example breaks a relation between its values that the page promises.

    A count that is not the number of items it counts, a value both among the successes and
    among the failures.  Worth a warning: examples are shortened, and a number is forgotten
    then.  An example that says itself that something is left out (``...``) is left alone.

    Bad: the page says that ``count`` is the number of orders
        {"count": 3, "orders": [{"id": 7}]}
    Good:
        {"count": 1, "orders": [{"id": 7}]}
    """
    return replace(invariant_broken.judge(fact), severity=WARNING)


@lint(
    WARNING,
    "A printed example is no JSON",
    title="An example of {operation} is no JSON",
    why="Pasted into a test or a mock server the example fails.",
    advice="correct the example until it parses as JSON; remarks belong beside it",
    facet="examples",
)
def example_not_json(observed: Gap | facts.Repeated) -> Verdict:
    """An example that is meant as JSON does not parse: pasted it fails, and it is no evidence.

    An example that gives a name twice in one object parses, and means one thing to one reader
    and another to the next (RFC 8259, section 4): it is told, too.

    Bad:
        {"id": 7,}
    Good:
        {"id": 7}
    """
    if isinstance(observed, facts.Repeated):
        message = (
            f"the example gives {format_name(observed.name)} more than once in one object; "
            "which one counts is up to the reader (RFC 8259, section 4)"
        )
        return replace(not_json.judge(observed), message=message)
    return Verdict(WARNING, f"the example is no JSON: {observed.detail}", "JSON", "")


@lint(
    INFO,
    "An example shows a placeholder instead of a value",
    title="{names}: the example shows a placeholder",
    why="A reader cannot see what the value looks like, and tests made from the example "
    "are worth nothing.",
    advice="show a value as the API sends it",
    asks=("What does a real value look like?",),
    facet="examples",
)
def example_is_placeholder(fact: facts.Placeholder) -> Verdict:
    """An example shows the name of a type, or ``...``, where a reader looks for a value.

    Such values are no evidence of anything; no other rule looks at them.  0 and empty strings
    count as placeholders only beside such words: alone they are values.

    Bad:
        {"id": 0, "name": "string"}
    Good:
        {"id": 7, "name": "Alice"}
    """
    what = (
        "every value of the example"
        if fact.whole
        else f"{format_value(fact.observed)} is no value: it"
    )
    message = f"{what} stands for any value and shows nothing"
    return Verdict(INFO, message, "a value as the API gives it", format_value(fact.observed))
