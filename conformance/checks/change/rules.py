"""The rules of states: what became of what, and one table for each kind of fact of its worth.

Requests and responses are contravariant.  An exchange that accepts less breaks those who send;
one that answers with more breaks those who read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from conformance.checks.rule import ERROR, INFO, WARNING, Verdict, change
from conformance.compare.difference import (
    Action,
    Area,
    Difference,
    Direction,
    ListDifference,
    MemberDifference,
)
from conformance.compare.wording import NEARNESS, ORIGINS, format_list, format_name
from conformance.model.finding import Observed, Severity, Tally
from conformance.model.operation import Stated

YES, NO, UNSAID, UNDER = Stated.YES, Stated.NO, Stated.NOT_STATED, Stated.CONDITIONAL


class Weight(Struct, frozen=True):
    """What a change is worth, and why."""

    severity: Severity
    why: str


Effects: TypeAlias = Mapping[tuple[Direction, Action], Weight]
Marks: TypeAlias = Mapping[tuple[Direction, Stated, Stated], Weight]
_REFUSED: Final = "what was sent before may be refused"
_ACCEPTED: Final = "what was sent before is still accepted"
_MISREAD: Final = "a client that reads it as before fails"
_KNOWN: Final = "a client knows all it may meet"
_OTHERS: Final = "a client that knows the old values only meets others"
_MORE: Final = "a client with room for the old limit only meets more"
TYPES: Final[Effects] = {
    ("request", "narrowed"): Weight(ERROR, _REFUSED),
    ("request", "widened"): Weight(INFO, _ACCEPTED),
    ("request", "replaced"): Weight(ERROR, _REFUSED),
    ("request", "stated"): Weight(WARNING, "the old page left it open"),
    ("request", "unstated"): Weight(INFO, "the new page leaves it open"),
    ("response", "narrowed"): Weight(INFO, "what comes could come before"),
    ("response", "widened"): Weight(ERROR, _MISREAD),
    ("response", "replaced"): Weight(ERROR, _MISREAD),
    ("response", "stated"): Weight(INFO, "the old page left it open"),
    ("response", "unstated"): Weight(WARNING, "the new page leaves it open"),
}
"""Type, item type, format, unit."""
VALUES: Final[Effects] = {
    ("request", "narrowed"): Weight(ERROR, "a value sent before may be refused"),
    ("request", "widened"): Weight(INFO, _ACCEPTED),
    ("request", "replaced"): Weight(ERROR, "a value sent before may be refused"),
    ("request", "stated"): Weight(WARNING, "other values may have been sent before"),
    ("request", "unstated"): Weight(INFO, "the new page lists none"),
    ("response", "narrowed"): Weight(INFO, _KNOWN),
    ("response", "widened"): Weight(WARNING, _OTHERS),
    ("response", "replaced"): Weight(
        ERROR, "a client that knows the old values meets none of them"
    ),
    ("response", "stated"): Weight(INFO, "the old page listed none"),
    ("response", "unstated"): Weight(WARNING, "the new page lists none"),
}
"""Values allowed, constants, servers; ``replaced``: none of the old ones is left."""
LIMITS: Final[Effects] = {
    **TYPES,
    ("request", "stated"): Weight(WARNING, "the old page set none"),
    ("request", "unstated"): Weight(INFO, "the new page sets none"),
    ("response", "widened"): Weight(WARNING, _MORE),
    ("response", "replaced"): Weight(WARNING, "a client may meet what it has no room for"),
    ("response", "stated"): Weight(INFO, "the old page set none"),
    ("response", "unstated"): Weight(WARNING, "the new page sets none"),
}
"""Bounds of values, lengths and sizes, and the rate of requests."""
DEFAULTS: Final[Effects] = {
    ("request", "replaced"): Weight(WARNING, "a request without it means something else"),
    ("request", "stated"): Weight(INFO, "the old page named none"),
    ("request", "unstated"): Weight(WARNING, "what a request without it means is open"),
    ("response", "replaced"): Weight(INFO, "it only says what comes when there is nothing"),
    ("response", "stated"): Weight(INFO, "the old page named none"),
    ("response", "unstated"): Weight(INFO, "the new page names none"),
}
MEDIA: Final[Effects] = {
    ("request", "replaced"): Weight(ERROR, "a body sent as before may be refused"),
    ("response", "replaced"): Weight(WARNING, "a client that asks for the old one may get none"),
}
AUTH: Final[Effects] = {
    ("request", "replaced"): Weight(ERROR, "a request signed as before may be refused"),
    ("request", "stated"): Weight(WARNING, "a request that was not signed may be refused"),
    ("request", "narrowed"): Weight(ERROR, "a request that is not signed is refused"),
    ("request", "widened"): Weight(INFO, _ACCEPTED),
    ("request", "unstated"): Weight(INFO, "the new page does not say"),
}
GROUPS: Final[Effects] = {
    ("request", "narrowed"): Weight(ERROR, "inputs sent together, or left out, may be refused"),
    ("request", "widened"): Weight(INFO, _ACCEPTED),
    ("request", "replaced"): Weight(ERROR, "inputs sent together, or left out, may be refused"),
    ("request", "stated"): Weight(WARNING, "inputs sent together, or left out, may be refused"),
    ("request", "unstated"): Weight(INFO, "the new page binds them no longer"),
}
_ASKED: Final = "a request without it may be refused"
_ABSENT: Final = "a client that relies on it finds nothing"
_UNSAID_BEFORE: Final = "the old page did not say that it may be absent"


def _make_marks(
    direction: Direction, severity: Severity, why: str, *changes: tuple[Stated, Stated]
) -> Marks:
    """The same for several marks before and after."""
    return {(direction, *change): Weight(severity, why) for change in changes}


MARKS: Final[Marks] = {
    **_make_marks("request", ERROR, _ASKED, (NO, YES), (UNSAID, YES), (UNDER, YES)),
    **_make_marks("request", WARNING, _ASKED, (NO, UNDER), (UNSAID, UNDER)),
    **_make_marks("request", INFO, _ACCEPTED, (YES, NO), (YES, UNSAID), (YES, UNDER)),
    **_make_marks("request", INFO, _ACCEPTED, (UNDER, NO), (UNDER, UNSAID), (UNSAID, NO)),
    **_make_marks("request", INFO, "the new page does not say", (NO, UNSAID)),
    **_make_marks("response", ERROR, _ABSENT, (YES, NO), (YES, UNDER)),
    **_make_marks("response", WARNING, "the new page no longer promises it", (YES, UNSAID)),
    **_make_marks("response", INFO, "it was allowed to come before", (NO, YES), (UNDER, YES)),
    **_make_marks("response", INFO, "the old page did not say", (UNSAID, YES)),
    **_make_marks("response", WARNING, _UNSAID_BEFORE, (UNSAID, NO), (UNSAID, UNDER)),
    **_make_marks("response", INFO, "it could be absent before", (NO, UNSAID), (UNDER, UNSAID)),
    **_make_marks("response", INFO, "it could be absent before", (NO, UNDER), (UNDER, NO)),
}
"""Whether it has to be sent, whether it is always there: before, after."""
_NULLS: Final = "a client that expects a value may meet null"
NULLS: Final[Marks] = {
    **_make_marks("response", ERROR, _NULLS, (NO, YES)),
    **_make_marks("response", WARNING, _NULLS, (UNSAID, YES)),
    **_make_marks("response", INFO, "it is never null now", (YES, NO), (UNSAID, NO)),
    **_make_marks("response", INFO, "the new page does not speak of null", (YES, UNSAID)),
    **_make_marks("response", WARNING, "the new page no longer excludes null", (NO, UNSAID)),
    **_make_marks("request", ERROR, "null may be refused", (YES, NO)),
    **_make_marks("request", WARNING, "the new page no longer allows null", (YES, UNSAID)),
    **_make_marks("request", INFO, _ACCEPTED, (NO, YES), (UNSAID, YES), (NO, UNSAID)),
    **_make_marks("request", WARNING, "null may be refused", (UNSAID, NO)),
}
"""Whether it may be null: before, after."""
Added: TypeAlias = Literal["required", "conditional", "unmarked", "optional"]
_PASSED_OVER: Final = Weight(INFO, "a client that does not know it may pass over it")
ADDED: Final[Mapping[tuple[Direction, Added], Weight]] = {
    ("request", "required"): Weight(ERROR, "a request without it is refused"),
    ("request", "conditional"): Weight(WARNING, _ASKED),
    ("request", "unmarked"): Weight(WARNING, "the page does not say that it may be left out"),
    ("request", "optional"): Weight(INFO, "it may be left out"),
    **{("response", added): _PASSED_OVER for added in get_args(Added)},
}
_NEVER_NOW: Final = Weight(WARNING, "it could be absent before, and never comes now")
REMOVED: Final[Mapping[tuple[Direction, Stated], Weight]] = {
    **{("request", mark): Weight(ERROR, "a request that has it may be refused") for mark in Stated},
    **{("response", mark): Weight(ERROR, _ABSENT) for mark in (YES, UNSAID)},
    **{("response", mark): _NEVER_NOW for mark in (NO, UNDER)},
}
COMPATIBLE: Final[Mapping[Severity, str]] = {
    ERROR: "breaking",
    WARNING: "may break",
    INFO: "compatible",
}
"""How a message says what a severity means for a client."""


_ADDED: Final[dict[Stated, Added]] = {
    Stated.YES: "required",
    Stated.NO: "optional",
    Stated.CONDITIONAL: "conditional",
}
_MARK: Final = {
    ("request", Stated.YES): "required",
    ("request", Stated.NO): "optional",
    ("request", Stated.CONDITIONAL): "required in some cases",
    ("response", Stated.YES): "always there",
    ("response", Stated.NO): "not always there",
    ("response", Stated.CONDITIONAL): "there in some cases",
}
_NULL: Final = {Stated.YES: "may be null", Stated.NO: "is never null"}
_EFFECTS: Final[dict[Area, Effects]] = {
    "type": TYPES,
    "format": TYPES,
    "unit": TYPES,
    "media type": MEDIA,
    "authentication scheme": AUTH,
    "authentication": AUTH,
    "group": GROUPS,
    "values": VALUES,
    "constant": VALUES,
    "servers": VALUES,
    "default": DEFAULTS,
    "lower limit": LIMITS,
    "upper limit": LIMITS,
    "rate limit": LIMITS,
}


class DocsCorrection(Struct, frozen=True, kw_only=True):
    """A change by which the page agrees with evidence that the old page disagreed with."""

    change: Difference
    message: str
    observed: Observed | None
    tallies: tuple[Tally, ...]
    """How much evidence it is, the weightiest first."""


def _make_verdict(change: Difference, what: str, weight: Weight | None = None) -> Verdict:
    """``what`` with what it means for a client; what is read with doubt breaks nobody for sure."""
    weight = weight or _EFFECTS[change.area][change.direction, change.action]
    severity = min(weight.severity, WARNING) if change.confidence == "low" else weight.severity
    message = f"{what}; {COMPATIBLE[severity]}: {weight.why}"
    return Verdict(severity, message, change.old.text, change.new.text)


def _from_to(change: Difference, nothing: str = "nothing") -> str:
    """``from string to integer``."""
    return f"from {change.old.text or nothing} to {change.new.text or nothing}"


@change(ERROR, "An operation is gone, or has another method or path")
def operation_removed(change: Difference) -> Verdict:
    """An operation is no longer documented, or has another method or path.

    A page that can no longer be read removes nothing: that is reported as what it is.

    Bad:
        POST /v1/orders    ->    POST /v2/orders
    Good: the page has another name
        orders.md    ->    trading/orders.md
    """
    endpoint = f"method or path changed {_from_to(change)}"
    what = endpoint if change.area == "endpoint" else "the operation is no longer documented"
    return _make_verdict(change, what, Weight(ERROR, "a request as before may find nothing"))


@change(INFO, "An operation is new")
def operation_added(change: Difference) -> Verdict:
    """The new pages document an operation that the old ones do not.

    A translation, or a second page about an operation that was documented before, is none.

    Bad: a page is new
        POST /v1/orders/test
    Good: a page has another name, and documents what another one did
    """
    return _make_verdict(change, "the operation is new", Weight(INFO, "no client depends on it"))


@change(ERROR, "An input, a member or an answer is gone, renamed or moved")
def field_removed(change: MemberDifference) -> Verdict:
    """An input, a member of an answer, or an answer is gone, or has another name or place.

    A name that is nearly the old one, or has its description or its place between the same
    neighbours, is the old one changed: one finding, not two.

    Bad:
        | executedQty |    ->    | filledQty |
    Good: rows in another order
    """
    weight = REMOVED[change.direction, change.required]
    name = format_name(change.name)
    if change.positional:
        weight = Weight(INFO, "the name stands for a part of the path and is never sent")
    if change.area == "name":
        near = f" ({NEARNESS[change.nearness]})" if change.nearness else ""
        return _make_verdict(change, f"the name changed {_from_to(change)}{near}", weight)
    if change.area in ("location", "place"):
        return _make_verdict(change, f"{name} moved {_from_to(change)}", weight)
    where = "among the answers" if change.area == "status" else "documented"
    return _make_verdict(change, f"{name} is no longer {where}", weight)


@change(INFO, "An input, a member or an answer is new")
def field_added(change: MemberDifference) -> Verdict:
    """An input, a member of an answer, or a whole answer is new.

    A new input that has to be sent breaks those who do not know it.  What an answer has besides
    is for clients to pass over.

    Bad: the row is new, and the input is required
        | recvWindow | Integer | Yes |
    Good: rows in another order
    """
    blank: Added = "optional" if change.marked else "unmarked"
    weight = ADDED[change.direction, _ADDED.get(change.required, blank)]
    what = "is new among the answers" if change.area == "status" else "is new"
    if change.direction == "request" and change.required is Stated.YES:
        what = "is new and has to be sent"
    return _make_verdict(change, f"{format_name(change.name)} {what}", weight)


@change(ERROR, "A type, format, unit or media type changed")
def type_changed(change: Difference) -> Verdict:
    """The type changed: of a value, its items, format or unit, of a body, of authentication.

    Words that mean the same type are the same.  Where one of the pages gives no type, the
    finding says so and is milder: nothing need have changed but the page.

    Bad:
        | price | String |    ->    | price | Number |
    Good:
        | price | String |    ->    | price | string |
    """
    what = "authentication" if change.area == "authentication scheme" else change.area
    return _make_verdict(change, f"the {what} changed {_from_to(change, 'not stated')}")


@change(ERROR, "What has to be sent, is always there or may be null changed")
def required_changed(change: Difference) -> Verdict:
    """What has to be sent, is always there or may be null changed.

    ``Not stated`` is no ``no``: a page that begins to say so changed, and as gravely.
    Inputs that are bound together, and authentication that is needed, are reported here, too.

    Bad: an input
        | symbol | String | No |    ->    | symbol | String | Yes |
    Good:
        | symbol | String | No |    ->    | symbol | String | Optional |
    """
    if change.area not in ("mark", "null"):
        what = "what inputs are bound together" if change.area == "group" else "authentication"
        return _make_verdict(change, f"{what} changed {_from_to(change, 'not stated')}")
    marks, direction = (Stated(change.old.key), Stated(change.new.key)), change.direction
    if change.area == "null":
        was, now = (_NULL.get(mark, "null not spoken of") for mark in marks)
        return _make_verdict(change, f"was: {was}; now: {now}", NULLS[direction, *marks])
    was, now = (_MARK.get((direction, mark), "not marked") for mark in marks)
    return _make_verdict(change, f"was {was}, is {now}", MARKS[direction, *marks])


@change(WARNING, "Other values are allowed")
def enum_changed(change: ListDifference) -> Verdict:
    """Other values are allowed: in a list, as a constant, as servers.

    A request loses by a value that is gone, a client that reads loses by one that is new.

    Bad: an answer
        One of WAIT, DONE    ->    One of WAIT, DONE, FAILED
    Good:
        One of WAIT, DONE    ->    Either DONE or WAIT
    """
    noun = "server" if change.area == "servers" else "value"
    if change.action in ("stated", "unstated") or change.area == "constant":
        return _make_verdict(change, f"the {noun}s changed {_from_to(change, 'not stated')}")
    what = [
        f"{noun}{'' if len(values) == 1 else 's'} {format_list([f'`{v}`' for v in values], 12)} "
        f"{'is' if len(values) == 1 else 'are'} {word}"
        for word, values in (("new", change.added), ("gone", change.removed))
        if values
    ]
    return _make_verdict(change, ", ".join(what))


@change(ERROR, "A limit or a default changed")
def limit_changed(change: Difference) -> Verdict:
    """A limit or a default changed: of a value, a length, a size, or the rate of requests.

    Bad: an input
        Max. 100    ->    Max. 20
    Good:
        Max. 1,000    ->    The maximum is 1000.
    """
    return _make_verdict(change, f"the {change.area} changed {_from_to(change, 'none')}")


@change(INFO, "The new page agrees with evidence that the old one did not")
def docs_corrected(correction: DocsCorrection) -> Verdict:
    """The new page agrees with evidence that the old one did not: the page was corrected.

    Evidence is what was recorded or is printed as an example, and is weighed: where a weightier
    one speaks against the new page, the change is reported as a change.

    Bad: every recorded answer has a number
        | price | String |    ->    | price | Number |
    Good: every recorded answer has a string, and the change is reported as ``type-changed``
        | price | String |    ->    | price | Number |
    """
    tally = correction.tallies[0]
    have = "has" if tally.seen == tally.examined == 1 else "have"
    shown = f"as {describe_evidence(tally)} {have} it"
    message = f"the page was corrected: {correction.message}, {shown}"
    return Verdict(INFO, message, correction.change.old.text, correction.change.new.text)


def describe_evidence(tally: Tally) -> str:
    """``2 of 2 recorded responses``; a single constructed one is called that."""
    words = ORIGINS[tally.origin]
    if tally.seen == tally.examined == 1:
        return f"the one {words.bare}"
    since = f" since {tally.first}" if tally.first else ""
    what = words.bare if tally.examined == 1 else words.several
    return f"{tally.seen:,} of {tally.examined:,} {what}{since}"
