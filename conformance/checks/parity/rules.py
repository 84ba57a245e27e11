"""The rules of twins: what a difference between languages is worth, one table for all areas.

In a message ``{each}`` is what each side states; ``{having}`` are the sides that state something,
the first of it being ``{text}``, and ``{lacking}`` those that do not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final, Unpack

from msgspec import Struct

from conformance.checks.rule import ERROR, INFO, WARNING, Rule, RuleTexts, Verdict, lay_out_page
from conformance.compare.difference import (
    Area,
    Difference,
    ListDifference,
    MemberDifference,
    SideStatement,
)
from conformance.compare.wording import NEARNESS, format_name
from conformance.model.finding import Severity

_LISTS: Final = "{having} lists {text}, {lacking} not"
_LIMITS: Final = "{having} limits it ({text}), {lacking} not"
_COUNTED: Final = ("values", "constant", "mentions")
"""Areas where a side that has nothing of what the others have may still have stated something."""


class _Worth(Struct, frozen=True):
    """What a difference of one area is worth."""

    severity: Severity
    message: str
    """Where sides contradict each other."""
    one_sided: Severity | None = None
    """Where some sides only state less than others; None when that is worth as much."""
    one_sided_message: str = ""
    """Empty when it reads the same."""


def judge(found: Difference) -> Verdict:
    """What a difference between twins is worth, and in which words."""
    worth = _WORTH[found.area]
    stating = [s for s in found.statements if not s.silent and s.text]
    silent = [s for s in found.statements if s.silent or not s.text]
    one_sided = len(stating) < 2 if found.area in _COUNTED else found.one_sided
    severity, message = worth.severity, worth.message
    if one_sided and worth.one_sided is not None:
        severity, message = worth.one_sided, worth.one_sided_message or message
    first, other = find_opposed(found)
    near = found.nearness if isinstance(found, MemberDifference) else None
    # ``"1" in en, "2" in ko and zh``
    groups: dict[str, list[SideStatement]] = {}
    for statement in found.statements:
        groups.setdefault(statement.key, []).append(statement)
    message = message.format(
        each=", ".join(
            f"{same[0].text or 'nothing'} in {_join_labels(same)}" for same in groups.values()
        ),
        having=_join_labels(stating),
        lacking=f"{_join_labels(silent)} {'does' if len(silent) == 1 else 'do'}",
        text=stating[0].text if stating else "",
        name=format_name(found.name) if isinstance(found, MemberDifference) else "",
        nearness=f"; {NEARNESS[near]}" if near else "",
    )
    return Verdict(min(severity, _judge_doubt(found, one_sided)), message, first.text, other.text)


def _judge_doubt(found: Difference, one_sided: bool) -> Severity:
    """The most that a difference is worth which may be none."""
    if found.area == "name" and found.confidence == "medium":
        return WARNING
    if found.area == "type" and any(s.key.startswith("?") for s in found.statements):
        return WARNING
    if found.area == "mark" and any(s.key == "conditional" for s in found.statements):
        return WARNING
    if isinstance(found, ListDifference) and one_sided and not found.counted:
        return INFO
    return ERROR


def find_opposed(found: Difference) -> tuple[SideStatement, SideStatement]:
    """What the finding points to, and the first that states otherwise."""
    first = min(found.statements, key=lambda statement: statement.span != found.span)
    other = min(found.statements, key=lambda statement: statement.key == first.key)
    return first, other


def _join_labels(statements: Sequence[SideStatement]) -> str:
    labels = [s.label for s in statements]
    return " and ".join(filter(None, (", ".join(labels[:-1]), labels[-1]))) if labels else "none"


def _make_rule(
    name: str,
    severity: Severity,
    summary: str,
    worth: Mapping[Area, _Worth],
    doc: str,
    **texts: Unpack[RuleTexts],
) -> tuple[Rule, Mapping[Area, _Worth]]:
    page = name, lay_out_page(doc) + "\n", __name__
    return Rule(*page, ("parity",), severity, (), summary, judge, **texts), worth


_RULES: Final = (
    _make_rule(
        "parity-operation",
        ERROR,
        "Twins document another operation, server, status or media type",
        {
            "operation": _Worth(WARNING, "{having} documents the operation, {lacking} not"),
            "endpoint": _Worth(ERROR, "the endpoint differs: {each}"),
            "servers": _Worth(ERROR, "the server differs: {each}"),
            "status": _Worth(WARNING, "{having} documents the status, {lacking} not"),
            "media type": _Worth(ERROR, "the media type differs: {each}"),
        },
        """An operation, its servers, its statuses or its media types are not the same in twins.

        An operation that only one side documents is reported once, whatever it takes and gives.

        Bad: one page and its twin
            GET /v1/orders        | GET /v1/order
        Good: placeholders of a path may be called differently
            GET /v1/orders/{id}   | GET /v1/orders/{orderId}
        """,
        title="{operation}: not the same operation in all languages",
        why="Readers of one language call what readers of the other do not have.",
        asks=("Which of the pages is right?",),
    ),
    _make_rule(
        "parity-field",
        WARNING,
        "A parameter or field is not in all twins, or not under one name and place",
        {
            "member": _Worth(WARNING, "{having} documents {name}, {lacking} not"),
            "name": _Worth(ERROR, "the name differs: {each}{nearness}"),
            "location": _Worth(ERROR, "{name}: the location differs: {each}"),
            "place": _Worth(ERROR, "{name}: the place differs: {each}"),
        },
        """A parameter or field is documented in one twin only, or under another name or place.

        Names that are nearly the same, or stand in the same row of both, are one finding.  What
        such a member holds, and its place in the examples, is reported with it.

        Bad: the row is missing in the twin
            | `price` | Limit price | Double |
        Good: rows in another order
        """,
        title="{names}: not the same in all languages",
        why="Readers of one language do not know of it, or know it by another name.",
        facet="names",
    ),
    _make_rule(
        "parity-type",
        ERROR,
        "Twins give a value another type, format or unit",
        {
            "type": _Worth(ERROR, "the type differs: {each}", WARNING),
            "format": _Worth(WARNING, "the format differs: {each}", INFO),
            "unit": _Worth(
                ERROR,
                "the unit differs: {each}",
                INFO,
                "{having} gives {text}, {lacking} not name a unit",
            ),
        },
        """A value has another type, format or unit in one twin.

        Words for one type in several languages are one type, and an array without the type of its
        items is any array.  `Long` where the twin says `Integer`, and a unit that only one twin
        names, are worth a remark.

        Bad:
            | `price` | Double |    | `price` | String |
        Good:
            | `price` | Double |    | `price` | 실수 |
        """,
        title="{names}: {expected} in one language, {actual} in another",
        why="Clients differ by the language their authors read; one of them fails.",
        facet="type",
    ),
    _make_rule(
        "parity-required",
        ERROR,
        "Required in one twin, not required in the other",
        {
            "mark": _Worth(ERROR, "marks differ: {each}"),
            "group": _Worth(ERROR, "the inputs are bound together differently: {each}"),
        },
        """A parameter or field is required in one twin and not in the other.

        Marks are compared by what they mean: `O`, `√` and `Yes` are one, and so are an empty cell
        and `No`.  Conditions stated in prose are not compared.

        Bad:
            | `price` | O |    | `price` |   |
        Good:
            | `price` | O |    | `price` | √ |
        """,
        title="{names}: required in one language and not in another",
        why="Readers of one language send too little, or too much.",
        facet="marks",
    ),
    _make_rule(
        "parity-enum",
        ERROR,
        "Twins list different values",
        {
            "values": _Worth(ERROR, "the values differ: {each}", WARNING, _LISTS),
            "constant": _Worth(ERROR, "the constant differs: {each}", WARNING, _LISTS),
        },
        """A value is listed in one twin and not in the other.

        Order does not matter, and a value that the other page names anywhere in the same row is not
        missing.  A constant is a list of one.

        Bad:
            One of `BUY`, `SELL`.    `BUY`, `SALE` 중 하나입니다.
        Good:
            One of `BUY`, `SELL`.    `SELL`(팔기)이나 `BUY`(사기)
        """,
        title="{names}: other values in one language",
        why="Readers of one language do not know all values, or know some that are none.",
        facet="values",
    ),
    _make_rule(
        "parity-limit",
        ERROR,
        "Twins set different limits",
        {
            "lower limit": _Worth(ERROR, "the lower limit differs: {each}", INFO, _LIMITS),
            "upper limit": _Worth(ERROR, "the upper limit differs: {each}", INFO, _LIMITS),
            "rate limit": _Worth(ERROR, "the rate limit differs: {each}"),
        },
        """A limit is another one in one twin: of a value, a length, a size, or a rate of requests.

        A limit that only one twin states is worth a remark, unless the other prints its number
        anywhere in the same row.

        Bad:
            The maximum is 1,000.    최댓값은 500입니다.
        Good:
            The maximum is 1,000.    최댓값은 1000입니다.
        """,
        title="{names}: other limits in one language",
        why="Readers of one language are refused, or ask for less than they may.",
        facet="limits",
    ),
    _make_rule(
        "parity-default",
        ERROR,
        "Twins give different defaults",
        {
            "default": _Worth(
                ERROR,
                "the default differs: {each}",
                INFO,
                "{having} gives the default {text}, {lacking} not",
            )
        },
        """The default is another one in one twin.

        A default that only one twin states is worth a remark, unless the other prints the value
        anywhere in the same row.

        Bad:
            The default is 20.    기본값은 30입니다.
        Good:
            The default is 20.    20이 기본값입니다.
        """,
        title="{names}: another default in one language",
        why="Readers of one language leave the value out and get something else than they expect.",
        facet="words",
    ),
    _make_rule(
        "parity-example",
        WARNING,
        "Twins print different examples",
        {
            "example value": _Worth(WARNING, "the value in the example differs: {each}"),
            "example type": _Worth(WARNING, "the type in the example differs: {each}"),
            "example name": _Worth(WARNING, "the name in the example differs: {each}"),
            "example member": _Worth(WARNING, "the examples do not have the same members: {each}"),
            "example items": _Worth(
                WARNING, "the examples do not have the same number of items: {each}"
            ),
            "example": _Worth(INFO, "the examples are not the same: {each}"),
        },
        """A printed example shows another value in one twin.

        Values are compared, not layout or comments; texts for people may be in the page's language.
        Two examples that have little in common are of different things, which is worth a remark.

        Bad:
            {"size": 100}    {"size": 10}
        Good:
            {"rate": 3.0, "message": "done"}    {"message": "완료", "rate": 3}
        """,
        title="{names}: another example in one language",
        why="One of the two was left behind by a change; readers of it work with what is past.",
        facet="examples",
    ),
    _make_rule(
        "parity-prose",
        ERROR,
        "The words of twins contradict each other",
        {
            "claim": _Worth(ERROR, "the pages say the contrary: {each}"),
            "bound": _Worth(WARNING, "the bound differs: {each}"),
            "numbers": _Worth(WARNING, "the description has other numbers: {each}"),
            "missing numbers": _Worth(INFO, "{having} says {text}, {lacking} not"),
            "mentions": _Worth(
                INFO,
                "the pages mention different things: {each}",
                INFO,
                "{having} mentions {text}, {lacking} not",
            ),
        },
        """The words of one twin deny what the other's say, or give another number.

        Looked for are statements that hold or do not (case, order, time zone), numbers in the
        description of one field, and pieces of code or sections that only one page names: the last
        is worth a remark.  Dates, times and version numbers are left out.

        Bad:
            This parameter is not case sensitive.    대소문자를 구분합니다.
        Good:
            A case-sensitive string.    대소문자를 구분하는 문자열입니다.
        """,
        title="{names}: the languages do not say the same",
        why="What a reader takes for granted depends on the language of the page.",
        facet="words",
    ),
)
RULE_OF: Final[Mapping[Area, Rule]] = {area: rule for rule, worth in _RULES for area in worth}
"""The rule that judges each area."""
RULES: Final = tuple(rule for rule, _ in _RULES)
"""In the order in which reports show them."""
_WORTH: Final = {area: known for _, worth in _RULES for area, known in worth.items()}
