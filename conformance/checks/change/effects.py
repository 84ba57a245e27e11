"""Whether a change breaks a client that follows the old page: one table for each kind of fact.

Requests and responses are contravariant.  An exchange that accepts less breaks those who send;
one that answers with more breaks those who read.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from conformance.compare.difference import Action, Direction
from conformance.model.finding import Severity
from conformance.model.operation import Stated

ERROR, WARNING, INFO = Severity.ERROR, Severity.WARNING, Severity.INFO
YES, NO, UNSAID, UNDER = Stated.YES, Stated.NO, Stated.NOT_STATED, Stated.CONDITIONAL


@dataclass(frozen=True, slots=True)
class Weight:
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

MARKS: Final[Marks] = {
    ("request", NO, YES): Weight(ERROR, _ASKED),
    ("request", UNSAID, YES): Weight(ERROR, _ASKED),
    ("request", UNDER, YES): Weight(ERROR, _ASKED),
    ("request", NO, UNDER): Weight(WARNING, _ASKED),
    ("request", UNSAID, UNDER): Weight(WARNING, _ASKED),
    ("request", YES, NO): Weight(INFO, _ACCEPTED),
    ("request", YES, UNSAID): Weight(INFO, _ACCEPTED),
    ("request", YES, UNDER): Weight(INFO, _ACCEPTED),
    ("request", UNDER, NO): Weight(INFO, _ACCEPTED),
    ("request", UNDER, UNSAID): Weight(INFO, _ACCEPTED),
    ("request", NO, UNSAID): Weight(INFO, "the new page does not say"),
    ("request", UNSAID, NO): Weight(INFO, _ACCEPTED),
    ("response", YES, NO): Weight(ERROR, _ABSENT),
    ("response", YES, UNDER): Weight(ERROR, _ABSENT),
    ("response", YES, UNSAID): Weight(WARNING, "the new page no longer promises it"),
    ("response", NO, YES): Weight(INFO, "it was allowed to come before"),
    ("response", UNSAID, YES): Weight(INFO, "the old page did not say"),
    ("response", UNDER, YES): Weight(INFO, "it was allowed to come before"),
    ("response", UNSAID, NO): Weight(WARNING, "the old page did not say that it may be absent"),
    ("response", UNSAID, UNDER): Weight(WARNING, "the old page did not say that it may be absent"),
    ("response", NO, UNSAID): Weight(INFO, "it could be absent before"),
    ("response", UNDER, UNSAID): Weight(INFO, "it could be absent before"),
    ("response", NO, UNDER): Weight(INFO, "it could be absent before"),
    ("response", UNDER, NO): Weight(INFO, "it could be absent before"),
}
"""Whether it has to be sent, whether it is always there: before, after."""

_NULLS: Final = "a client that expects a value may meet null"

NULLS: Final[Marks] = {
    ("response", NO, YES): Weight(ERROR, _NULLS),
    ("response", UNSAID, YES): Weight(WARNING, _NULLS),
    ("response", YES, NO): Weight(INFO, "it is never null now"),
    ("response", YES, UNSAID): Weight(INFO, "the new page does not speak of null"),
    ("response", NO, UNSAID): Weight(WARNING, "the new page no longer excludes null"),
    ("response", UNSAID, NO): Weight(INFO, "it is never null now"),
    ("request", YES, NO): Weight(ERROR, "null may be refused"),
    ("request", YES, UNSAID): Weight(WARNING, "the new page no longer allows null"),
    ("request", NO, YES): Weight(INFO, _ACCEPTED),
    ("request", UNSAID, YES): Weight(INFO, _ACCEPTED),
    ("request", UNSAID, NO): Weight(WARNING, "null may be refused"),
    ("request", NO, UNSAID): Weight(INFO, _ACCEPTED),
}
"""Whether it may be null: before, after."""

Added: TypeAlias = Literal["required", "conditional", "unmarked", "optional"]

ADDED: Final[Mapping[tuple[Direction, Added], Weight]] = {
    ("request", "required"): Weight(ERROR, "a request without it is refused"),
    ("request", "conditional"): Weight(WARNING, _ASKED),
    ("request", "unmarked"): Weight(WARNING, "the page does not say that it may be left out"),
    ("request", "optional"): Weight(INFO, "it may be left out"),
    ("response", "required"): Weight(INFO, "a client that does not know it may pass over it"),
    ("response", "conditional"): Weight(INFO, "a client that does not know it may pass over it"),
    ("response", "unmarked"): Weight(INFO, "a client that does not know it may pass over it"),
    ("response", "optional"): Weight(INFO, "a client that does not know it may pass over it"),
}

REMOVED: Final[Mapping[tuple[Direction, Stated], Weight]] = {
    ("request", YES): Weight(ERROR, "a request that has it may be refused"),
    ("request", NO): Weight(ERROR, "a request that has it may be refused"),
    ("request", UNSAID): Weight(ERROR, "a request that has it may be refused"),
    ("request", UNDER): Weight(ERROR, "a request that has it may be refused"),
    ("response", YES): Weight(ERROR, _ABSENT),
    ("response", UNSAID): Weight(ERROR, _ABSENT),
    ("response", NO): Weight(WARNING, "it could be absent before, and never comes now"),
    ("response", UNDER): Weight(WARNING, "it could be absent before, and never comes now"),
}

COMPATIBLE: Final[Mapping[Severity, str]] = {
    ERROR: "breaking",
    WARNING: "may break",
    INFO: "compatible",
}
"""How a message says what a severity means for a client."""
