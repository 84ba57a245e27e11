"""Whether a change breaks a client that follows the old page: one table for each kind of fact.

Requests and responses are contravariant.  An exchange that accepts less breaks those who send;
one that answers with more breaks those who read.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal, TypeAlias, get_args

from msgspec import Struct

from conformance.checks.rule import ERROR, INFO, WARNING
from conformance.compare.difference import Action, Direction
from conformance.model.finding import Severity
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
    ("response", "widened"): Weight(
        WARNING, "a client that knows the old values only meets others"
    ),
    ("response", "replaced"): Weight(
        ERROR, "a client that knows the old values meets none of them"
    ),
    ("response", "stated"): Weight(INFO, "the old page listed none"),
    ("response", "unstated"): Weight(WARNING, "the new page lists none"),
}
"""Values allowed, constants, servers; ``replaced``: none of the old ones is left."""
LIMITS: Final[Effects] = {
    ("request", "narrowed"): Weight(ERROR, _REFUSED),
    ("request", "widened"): Weight(INFO, _ACCEPTED),
    ("request", "replaced"): Weight(ERROR, _REFUSED),
    ("request", "stated"): Weight(WARNING, "the old page set none"),
    ("request", "unstated"): Weight(INFO, "the new page sets none"),
    ("response", "narrowed"): Weight(INFO, "what comes could come before"),
    ("response", "widened"): Weight(
        WARNING, "a client with room for the old limit only meets more"
    ),
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
