"""The rules of states: what became of what, in whose direction, and what that is worth.

What a change is worth stands in the tables of :mod:`conformance.checks.change.effects`.
"""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from conformance.checks.change import effects
from conformance.checks.rule import ERROR, INFO, WARNING, Verdict, change
from conformance.compare.difference import Area, Difference, ListDifference, MemberDifference
from conformance.compare.wording import NEARNESS, ORIGINS, format_list, format_name
from conformance.model.finding import Observed, Tally
from conformance.model.operation import Stated

_ADDED: Final[dict[Stated, effects.Added]] = {
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
_EFFECTS: Final[dict[Area, effects.Effects]] = {
    "type": effects.TYPES,
    "format": effects.TYPES,
    "unit": effects.TYPES,
    "media type": effects.MEDIA,
    "authentication scheme": effects.AUTH,
    "authentication": effects.AUTH,
    "group": effects.GROUPS,
    "values": effects.VALUES,
    "constant": effects.VALUES,
    "servers": effects.VALUES,
    "default": effects.DEFAULTS,
    "lower limit": effects.LIMITS,
    "upper limit": effects.LIMITS,
    "rate limit": effects.LIMITS,
}
_UNSAID: Final = "not stated"


class DocsCorrection(Struct, frozen=True, kw_only=True):
    """A change by which the page agrees with evidence that the old page disagreed with."""

    change: Difference
    message: str
    observed: Observed | None
    tallies: tuple[Tally, ...]
    """How much evidence it is, the weightiest first."""


def _make_verdict(change: Difference, what: str, weight: effects.Weight | None = None) -> Verdict:
    """``what`` with what it means for a client; what is read with doubt breaks nobody for sure."""
    weight = weight or _EFFECTS[change.area][change.direction, change.action]
    severity = min(weight.severity, WARNING) if change.confidence == "low" else weight.severity
    message = f"{what}; {effects.COMPATIBLE[severity]}: {weight.why}"
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
    return _make_verdict(
        change, what, effects.Weight(ERROR, "a request as before may find nothing")
    )


@change(INFO, "An operation is new")
def operation_added(change: Difference) -> Verdict:
    """The new pages document an operation that the old ones do not.

    A translation, or a second page about an operation that was documented before, is none.

    Bad: a page is new
        POST /v1/orders/test
    Good: a page has another name, and documents what another one did
    """
    return _make_verdict(
        change, "the operation is new", effects.Weight(INFO, "no client depends on it")
    )


@change(ERROR, "An input, a member or an answer is gone, renamed or moved")
def field_removed(change: MemberDifference) -> Verdict:
    """An input, a member of an answer, or an answer is gone, or has another name or place.

    A name that is nearly the old one, or has its description or its place between the same
    neighbours, is the old one changed: one finding, not two.

    Bad:
        | executedQty |    ->    | filledQty |
    Good: rows in another order
    """
    weight = effects.REMOVED[change.direction, change.required]
    name = format_name(change.name)
    if change.positional:
        weight = effects.Weight(INFO, "the name stands for a part of the path and is never sent")
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
    blank: effects.Added = "optional" if change.marked else "unmarked"
    weight = effects.ADDED[change.direction, _ADDED.get(change.required, blank)]
    what = "is new"
    if change.area == "status":
        what = "is new among the answers"
    elif change.direction == "request" and change.required is Stated.YES:
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
    return _make_verdict(change, f"the {what} changed {_from_to(change, _UNSAID)}")


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
        return _make_verdict(change, f"{what} changed {_from_to(change, _UNSAID)}")
    marks, direction = (Stated(change.old.key), Stated(change.new.key)), change.direction
    if change.area == "null":
        was, now = (_NULL.get(mark, "null not spoken of") for mark in marks)
        return _make_verdict(change, f"was: {was}; now: {now}", effects.NULLS[direction, *marks])
    was, now = (_MARK.get((direction, mark), "not marked") for mark in marks)
    return _make_verdict(change, f"was {was}, is {now}", effects.MARKS[direction, *marks])


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
        return _make_verdict(change, f"the {noun}s changed {_from_to(change, _UNSAID)}")
    pairs = (("new", change.added), ("gone", change.removed))
    what = [
        f"{noun}{'' if len(values) == 1 else 's'} {format_list([f'`{v}`' for v in values], 12)} "
        f"{'is' if len(values) == 1 else 'are'} {word}"
        for word, values in pairs
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
    what = f"the {change.area} changed {_from_to(change, 'none')}"
    return _make_verdict(change, what)


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
    message = (
        f"the page was corrected: {correction.message}, as {describe_evidence(tally)} {have} it"
    )
    return Verdict(INFO, message, correction.change.old.text, correction.change.new.text)


def describe_evidence(tally: Tally) -> str:
    """``2 of 2 recorded responses``; a single constructed one is called that."""
    words = ORIGINS[tally.origin]
    if tally.seen == tally.examined == 1:
        return f"the one {words.bare}"
    since = f" since {tally.first}" if tally.first else ""
    what = words.bare if tally.examined == 1 else words.several
    return f"{tally.seen:,} of {tally.examined:,} {what}{since}"
