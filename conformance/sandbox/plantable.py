"""Where a fault has a place in what pages document, and what is to be found when it is there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from http import HTTPStatus
from typing import Final

from conformance.checks.answers import AUTH
from conformance.checks.match import response_for
from conformance.errors import UsageError
from conformance.model.operation import Operation, Value
from conformance.sandbox.faults import Fault, fits, is_at, is_named, is_success
from conformance.sandbox.replies import Replies
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import item_of
from conformance.schema.pointers import ITEMS, member
from conformance.strategies.damages import damages, undocumented_statuses
from conformance.strategies.faults import faults as ways_to_be_invalid

_SHOWN: Final = 12


@dataclass(frozen=True, slots=True)
class Place:
    """One place for a fault."""

    subject: str
    """Dotted name, as the finding has it."""
    rule: str
    """The rule that is to find it there."""
    has_to_be_named: bool = False
    """Whether only a fault goes there that names it: it is no part of a success."""


@dataclass(frozen=True, slots=True)
class Ground:
    """What a server answers, before anything is wrong with it."""

    operations: Sequence[Operation]
    replies: Replies
    scheme: str | None = None
    """How requests are signed, where the page is not to say."""


def places(fault: Fault, ground: Ground) -> tuple[Place, ...]:
    """Every place for ``fault``, once, in the order of the pages.

    One without a subject goes into one of them that has not to be named.  There are none where
    nothing is documented that it would break.
    """
    return tuple(dict.fromkeys(_PLACES.get(fault.kind.name, _in_answers)(fault, ground)))


def check_plantable(faults: Iterable[Fault], ground: Ground) -> None:
    """Make sure that every fault can be planted somewhere.

    A status may be asked for that is no fault: it is documented.

    Raises:
        UsageError: one cannot; the message says whether its subject or its kind is to blame.
    """
    for fault in faults:
        found = places(fault, ground)
        if fault.kind.takes != "status" and not any(_takes(place, fault) for place in found):
            anywhere = places(replace(fault, subject=""), ground)
            hint = _listed(sorted({place.subject for place in anywhere}))
            raise UsageError(_unplantable(fault, ground.operations), hint=hint)


def _takes(place: Place, fault: Fault) -> bool:
    return bool(fault.subject) or not place.has_to_be_named


def _in_answers(fault: Fault, ground: Ground) -> Iterator[Place]:
    for operation in ground.operations:
        for response in operation.responses:
            named = not is_success(response)
            if response.value is None or (named and fault.kind.takes != "subject"):
                continue
            specimen = ground.replies.specimen(operation, response)
            for edit in damages(operation, response, specimen):
                if fits(fault.kind, edit) and is_at(edit, fault.subject):
                    yield Place(edit.subject, edit.rule, named)


def _in_invalid_requests(fault: Fault, ground: Ground) -> Iterator[Place]:
    """Inputs that can be wrong, and who asks.  Those that nobody documented count for nothing."""
    for operation in ground.operations:
        for way in ways_to_be_invalid(operation):
            if way.kind != "unknown":
                yield Place(way.subject, fault.kind.rule)
        schemes = {ground.scheme} if ground.scheme else {auth.scheme for auth in operation.auth}
        if schemes and "none" not in schemes:
            yield Place(AUTH, fault.kind.rule)


def _in_refusals(fault: Fault, ground: Ground) -> Iterator[Place]:
    for operation in ground.operations:
        status = ground.replies.refusal(operation, HTTPStatus.BAD_REQUEST, "").status
        known = response_for(operation, status)
        rule = fault.kind.rule if known else _found_as(operation, status)
        yield Place(f"responses.{status}", rule)


def _in_status(fault: Fault, ground: Ground) -> Iterator[Place]:
    """The status that is asked for, or what the kind stands for; none that is documented."""
    for operation in ground.operations:
        for status in _statuses(fault, operation):
            if not response_for(operation, status):
                yield Place(f"responses.{status}", _found_as(operation, status))


def _statuses(fault: Fault, operation: Operation) -> tuple[int, ...]:
    if fault.kind.takes != "status":
        return (HTTPStatus.TOO_MANY_REQUESTS.value,)
    return (int(fault.number),) if fault.number else undocumented_statuses(operation)[:1]


def _found_as(operation: Operation, status: int) -> str:
    """What names the cause: a page without any status has nothing to say against one."""
    named = any(response.stated for response in operation.responses)
    rules = ("undocumented-status", "undocumented-status" if named else "valid-request-rejected")
    return "server-error" if status >= 500 else rules[status >= 400]


def _on_the_way(fault: Fault, _: Ground) -> Iterator[Place]:
    yield Place("responses", fault.kind.rule)


_PLACES: Final[dict[str, Callable[[Fault, Ground], Iterator[Place]]]] = {
    "accept-invalid": _in_invalid_requests,
    "reject-valid": _in_refusals,
    "status": _in_status,
    "server-error": _in_status,
    "rate-limit": _in_status,
    "slow": _on_the_way,
    "drop": _on_the_way,
    "cut-off": _on_the_way,
}
"""Where faults go by name of their kind; all others go into documented answers."""


def _unplantable(fault: Fault, operations: Sequence[Operation]) -> str:
    known = {
        subject
        for operation in operations
        for response in operation.responses
        if response.value
        for subject in _subjects(response.value, f"responses.{response.status}", 0)
    }
    if fault.subject and not any(is_named(subject, fault.subject) for subject in known):
        return f"fault {fault.text!r}: no documented answer has {fault.subject!r}"
    return f"fault {fault.text!r}: nothing is documented there that it would break"


def _listed(subjects: list[str]) -> str:
    if not subjects:
        return "this kind of fault has no place in what is documented"
    more = f" and {len(subjects) - _SHOWN} more" if len(subjects) > _SHOWN else ""
    return "it can be planted at " + ", ".join(subjects[:_SHOWN]) + more


def _subjects(value: Value, root: str, depth: int) -> Iterator[str]:
    yield root
    if depth >= MAX_DEPTH:
        return
    item = item_of(value)
    if item is not None:
        yield from _subjects(item, root + ITEMS, depth + 1)
    for name, found in by_name(value.fields).items():
        yield from _subjects(found.value, member(root, name), depth + 1)
