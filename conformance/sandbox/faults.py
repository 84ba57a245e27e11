"""Faults to plant: what the server does wrong on purpose, one table for all of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal, TypeAlias

from conformance.errors import UsageError
from conformance.evidence.body import JsonError
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response
from conformance.strategies.damages import damages
from conformance.strategies.edits import Edit

Takes: TypeAlias = Literal["subject", "status", "seconds", "nothing"]
"""What may follow the colon."""


@dataclass(frozen=True, slots=True)
class FaultKind:
    """One way to be wrong."""

    name: str
    does: str
    """What the server does, as the end of a sentence about it."""
    rule: str
    """The rule that finds it in an answer; of the family ``request`` where it takes a run."""
    edits: tuple[str, ...] = ()
    """How the kinds of the damages that do it begin; none for what is not done to an answer."""
    takes: Takes = "subject"
    default: float = 0
    """The seconds or the status when none is given."""


KINDS: Final[tuple[FaultKind, ...]] = (
    FaultKind("wrong-type", "sends a value of another JSON type",
              "type-mismatch", ("type-",)),
    FaultKind("missing-member", "leaves out a member that is always there",
              "missing-field", ("drop-required",)),
    FaultKind("extra-member", "sends a member nobody documented",
              "undocumented-field", ("add-undocumented",)),
    FaultKind("renamed-member", "misspells a member",
              "near-miss-name", ("rename-",)),
    FaultKind("enum-value", "sends a value that is not listed",
              "unknown-enum-value", ("unlisted-",)),
    FaultKind("null", "sends null",
              "undocumented-null", ("null",)),
    FaultKind("wrong-format", "writes a value in no documented way",
              "format-mismatch", ("not-a-",)),
    FaultKind("wrong-unit", "sends a moment in another unit, as seconds for milliseconds",
              "unit-mismatch", ("unit-not-",)),
    FaultKind("over-limit", "sends more, less, longer or shorter than allowed",
              "limit-exceeded", ("too-",)),
    FaultKind("envelope", "wraps the whole answer",
              "undocumented-envelope", ("wrap",), "nothing"),
    FaultKind("wrong-count", "counts one more than there is",
              "invariant-broken", ("miscount",)),
    FaultKind("in-both", "lists one thing under both outcomes",
              "invariant-broken", ("shared",)),
    FaultKind("unasked", "answers about what was not asked for",
              "invariant-broken", ("unasked",)),
    FaultKind("html", "sends HTML in place of JSON",
              "not-json", ("html",), "nothing"),
    FaultKind("truncated", "sends half of the body as if it were whole",
              "not-json", ("cut-short",), "nothing"),
    FaultKind("empty", "sends no body",
              "not-json", ("empty",), "nothing"),
    FaultKind("status", "sends another status; of those documented none, if none is given",
              "undocumented-status", ("status-",), "status"),
    FaultKind("accept-invalid", "takes every request for valid",
              "invalid-request-accepted", (), "nothing"),
    FaultKind("reject-valid", "refuses every request",
              "valid-request-rejected", (), "nothing"),
    FaultKind("server-error", "fails with a status of the server's",
              "server-error", (), "status", 500),
    FaultKind("rate-limit", "answers 429 with Retry-After until that many seconds are over",
              "undocumented-status", (), "seconds", 1),
    FaultKind("slow", "waits before it answers",
              "server-error", (), "seconds", 2),
    FaultKind("drop", "closes the connection in place of an answer",
              "server-error", (), "nothing"),
    FaultKind("cut-off", "closes the connection in the middle of the answer",
              "server-error", (), "nothing"),
)  # fmt: skip
"""Every kind, in the order in which they are planted into one answer."""

_BY_NAME: Final = {kind.name: kind for kind in KINDS}
_LONGEST: Final = 3600.0


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault to plant."""

    kind: FaultKind
    subject: str = ""
    """Dotted name of what is to be wrong, from the body on or with its response; empty for any."""
    number: float = 0
    """Seconds or a status, where the kind takes one; 0 when there is none."""

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        told = self.subject or (f"{self.number:g}" if self.number else "")
        return f"{self.kind.name}:{told}" if told else self.kind.name

    def is_within(self, subject: str) -> bool:
        """Whether its own is ``subject`` or a part of that."""
        return self.subject == subject or self.subject.startswith((f"{subject}.", f"{subject}["))


def read_fault(text: str) -> Fault:
    """The fault written as ``KIND`` or ``KIND:SUBJECT``.

    Raises:
        UsageError: there is no such kind, or what follows the colon is not what it takes.
    """
    name, _, told = text.partition(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise UsageError(f"no fault {name!r}", hint="there are " + ", ".join(_BY_NAME))
    if kind.takes == "subject":
        return Fault(kind, told)
    if kind.takes == "nothing" and told:
        raise UsageError(f"fault {name!r} takes no subject, not {told!r}")
    return Fault(kind, number=_number(kind, told))


def _number(kind: FaultKind, told: str) -> float:
    """The seconds or the status after the colon."""
    if not told:
        return kind.default
    try:
        number = float(told)
    except ValueError:
        number = -1
    if kind.takes == "status" and told.isdigit() and 200 <= number <= 599:
        return number
    if kind.takes == "seconds" and 0 <= number <= _LONGEST:
        return number
    wanted = "a status" if kind.takes == "status" else f"seconds up to {_LONGEST:g}"
    raise UsageError(f"fault {kind.name!r} takes {wanted}, not {told!r}")


def fits(kind: FaultKind, edit: Edit) -> bool:
    """Whether an edit is one of the things that faults of ``kind`` do."""
    return edit.kind.startswith(kind.edits)


def is_success(response: Response) -> bool:
    """Whether a fault that names no subject may go into it."""
    return response.status.startswith(("2", "d"))


def is_at(edit: Edit, subject: str) -> bool:
    """Whether an edit is at ``subject``, or adds to it what nobody has a name for."""
    added = edit.subject.rpartition(".")[0] if edit.kind == "add-undocumented" else ""
    return not subject or is_named(edit.subject, subject) or is_named(added, subject)


def is_named(full: str, subject: str) -> bool:
    """Whether ``subject`` is the dotted name ``full``, or that without its response."""
    return subject in (full, full.split(".", 2)[-1])


@dataclass(slots=True)
class Planted:
    """An answer after the faults were planted into it."""

    interaction: Interaction
    faults: list[str] = field(default_factory=list)
    """Kind and subject of each that was."""


def plant(
    faults: Iterable[Fault], operation: Operation, response: Response, interaction: Interaction
) -> Planted:
    """``interaction`` with the faults in it that its answer has a place for, in order of kind.

    A fault without a subject goes into successful answers only.
    """
    planted = Planted(interaction)
    for fault in sorted(faults, key=lambda fault: KINDS.index(fault.kind)):
        edit = _chosen(fault, operation, response, planted.interaction)
        if edit is not None:
            planted.interaction = edit.done_to(planted.interaction)
            planted.faults.append(f"{fault.kind.name}:{edit.subject}")
    return planted


def _chosen(
    fault: Fault, operation: Operation, response: Response, interaction: Interaction
) -> Edit | None:
    if not fault.kind.edits or not (fault.subject or is_success(response)):
        return None
    if fault.kind.takes == "status" and fault.number:
        status = int(fault.number)
        return Edit(
            kind="status", rule=fault.kind.rule, pointer="", subject=f"responses.{status}",
            content=interaction.reply.body, status=status,
        )  # fmt: skip
    try:
        edits = damages(operation, response, interaction)
    except JsonError:  # an earlier fault left no JSON to be edited
        return None
    ours = (edit for edit in edits if fits(fault.kind, edit))
    return next((edit for edit in ours if is_at(edit, fault.subject)), None)
