"""Faults to plant: what the server does wrong on purpose, one table for all of it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from http import HTTPStatus
from typing import Final, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

from conformance.checks.answers import AUTH
from conformance.checks.match import response_for
from conformance.checks.reply import Examiner, without_examples
from conformance.compare.wording import format_list
from conformance.errors import UsageError
from conformance.evidence.body import JsonError
from conformance.model.interaction import Interaction
from conformance.model.operation import Operation, Response
from conformance.sandbox.replies import Replies
from conformance.schema.json_schema import walk_values
from conformance.strategies.damages import list_damages, list_undocumented_statuses
from conformance.strategies.edits import BodyEdit
from conformance.strategies.requests import list_faults as ways_to_be_invalid

Takes: TypeAlias = Literal["subject", "status", "seconds", "nothing"]
"""What may follow the colon."""
_SHOWN: Final = 12


class FaultKind(Struct, frozen=True):
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
    FaultKind("wrong-type", "sends a value of another JSON type", "type-mismatch", ("type-",)),
    FaultKind("missing-member", "leaves out a member that is always there",
              "missing-field", ("drop-required",)),
    FaultKind("extra-member", "sends a member nobody documented",
              "undocumented-field", ("add-undocumented",)),
    FaultKind("renamed-member", "misspells a member", "near-miss-name", ("rename-",)),
    FaultKind("enum-value", "sends a value that is not listed",
              "unknown-enum-value", ("unlisted-",)),
    FaultKind("null", "sends null", "undocumented-null", ("null",)),
    FaultKind("wrong-format", "writes a value in no documented way",
              "format-mismatch", ("not-a-",)),
    FaultKind("wrong-unit", "sends a moment in another unit, as seconds for milliseconds",
              "unit-mismatch", ("unit-not-",)),
    FaultKind("over-limit", "sends more, less, longer or shorter than allowed",
              "limit-exceeded", ("too-",)),
    FaultKind("envelope", "wraps the whole answer", "undocumented-envelope", ("wrap",), "nothing"),
    FaultKind("wrong-count", "counts one more than there is", "invariant-broken", ("miscount",)),
    FaultKind("in-both", "lists one thing under both outcomes", "invariant-broken", ("shared",)),
    FaultKind("unasked", "answers about what was not asked for", "invariant-broken", ("unasked",)),
    FaultKind("html", "sends HTML in place of JSON", "not-json", ("html",), "nothing"),
    FaultKind("truncated", "sends half of the body as if it were whole",
              "not-json", ("cut-short",), "nothing"),
    FaultKind("empty", "sends no body", "not-json", ("empty",), "nothing"),
    FaultKind("status", "sends another status; of those documented none, if none is given",
              "undocumented-status", ("status-",), "status"),
    FaultKind("accept-invalid", "takes every request for valid",
              "invalid-request-accepted", (), "nothing"),
    FaultKind("reject-valid", "refuses every request", "valid-request-rejected", (), "nothing"),
    FaultKind("server-error", "fails with a status of the server's",
              "server-error", (), "status", 500),
    FaultKind("rate-limit", "answers 429 with Retry-After until that many seconds are over",
              "undocumented-status", (), "seconds", 1),
    FaultKind("slow", "waits before it answers", "server-error", (), "seconds", 2),
    FaultKind("drop", "closes the connection in place of an answer", "server-error", (), "nothing"),
    FaultKind("cut-off", "closes the connection in the middle of the answer",
              "server-error", (), "nothing"),
)  # fmt: skip
"""Every kind, in the order in which they are planted into one answer."""
_BY_NAME: Final = {kind.name: kind for kind in KINDS}
_LONGEST: Final = 3600.0


class PlantedFault(Struct, frozen=True):
    """One fault to plant."""

    kind: FaultKind
    subject: str = ""
    """Dotted name of what is to be wrong, from the body on or with its response; empty for any."""
    number: float = 0
    """Seconds or a status, where the kind takes one; 0 when there is none."""

    @property
    def text(self) -> str:
        """As it is written on the command line."""
        argument = self.subject or (f"{self.number:g}" if self.number else "")
        return f"{self.kind.name}:{argument}" if argument else self.kind.name

    def is_within(self, subject: str) -> bool:
        """Whether its own is ``subject`` or a part of that."""
        return self.subject == subject or self.subject.startswith((f"{subject}.", f"{subject}["))


def read_fault(text: str) -> PlantedFault:
    """The fault written as ``KIND`` or ``KIND:SUBJECT``.  Raises UsageError: there is no such kind,
    or what follows the colon is not what it takes."""
    name, _, argument = text.partition(":")
    kind = _BY_NAME.get(name)
    if kind is None:
        raise UsageError(f"no fault {name!r}", hint="there are " + ", ".join(_BY_NAME))
    if kind.takes == "subject":
        return PlantedFault(kind, argument)
    if kind.takes == "nothing" and argument:
        raise UsageError(f"fault {name!r} takes no subject, not {argument!r}")
    return PlantedFault(kind, number=_read_number(kind, argument))


def _read_number(kind: FaultKind, argument: str) -> float:
    if not argument:
        return kind.default
    try:
        number = float(argument)
    except ValueError:
        number = -1
    if kind.takes == "status" and argument.isdigit() and 200 <= number <= 599:
        return number
    if kind.takes == "seconds" and 0 <= number <= _LONGEST:
        return number
    wanted = "a status" if kind.takes == "status" else f"seconds up to {_LONGEST:g}"
    raise UsageError(f"fault {kind.name!r} takes {wanted}, not {argument!r}")


def fits(kind: FaultKind, edit: BodyEdit) -> bool:
    """Whether an edit is one of the things that faults of ``kind`` do."""
    return edit.kind.startswith(kind.edits)


def is_success(response: Response) -> bool:
    """Whether a fault that names no subject may go into it."""
    return response.status.startswith(("2", "d"))


def is_at(edit: BodyEdit, subject: str) -> bool:
    """Whether an edit is at ``subject``, or adds to it what nobody has a name for."""
    added = edit.subject.rpartition(".")[0] if edit.kind == "add-undocumented" else ""
    return not subject or is_named(edit.subject, subject) or is_named(added, subject)


def is_named(full: str, subject: str) -> bool:
    """Whether ``subject`` is the dotted name ``full``, or that without its response."""
    return subject in (full, full.split(".", 2)[-1])


def plant(
    faults: Iterable[PlantedFault],
    operation: Operation,
    response: Response,
    interaction: Interaction,
) -> tuple[Interaction, list[str]]:
    """``interaction`` with the faults in it that its answer has a place for, in order of kind; and
    kind and subject of each.  A fault without a subject goes into successful answers only."""
    planted: list[str] = []
    for fault in sorted(faults, key=lambda fault: KINDS.index(fault.kind)):
        edit = _choose_edit(fault, operation, response, interaction)
        if edit is not None:
            interaction = edit.apply_to(interaction)
            planted.append(f"{fault.kind.name}:{edit.subject}")
    return interaction, planted


def _choose_edit(
    fault: PlantedFault, operation: Operation, response: Response, interaction: Interaction
) -> BodyEdit | None:
    if not fault.kind.edits or not (fault.subject or is_success(response)):
        return None
    if fault.kind.takes == "status" and fault.number:
        status = int(fault.number)
        edit = partial(BodyEdit, kind="status", rule=fault.kind.rule, pointer="", status=status)
        return edit(subject=f"responses.{status}", content=interaction.reply.body)
    try:
        return next(_list_edits(fault, operation, response, interaction), None)
    except JsonError:  # an earlier fault left no JSON to be edited
        return None


def _list_edits(
    fault: PlantedFault, operation: Operation, response: Response, interaction: Interaction
) -> Iterator[BodyEdit]:
    """What ``fault`` may do to an answer; nothing that an example of the page does as well."""
    by_tables, by_page = Examiner(without_examples(operation)), Examiner(operation)
    for edit in list_damages(operation, response, interaction):
        if fits(fault.kind, edit) and is_at(edit, fault.subject):
            edited = edit.apply_to(interaction)
            if not _has_fact(by_tables, edited, edit) or _has_fact(by_page, edited, edit):
                yield edit


def _has_fact(examiner: Examiner, edited: Interaction, edit: BodyEdit) -> bool:
    return any(fact.subject == edit.subject for fact in examiner.examine(edited))


class FaultSite(Struct, frozen=True):
    """One place for a fault."""

    subject: str
    """Dotted name, as the finding has it."""
    rule: str
    has_to_be_named: bool = False
    """Whether only a fault goes there that names it: it is no part of a success."""


class SandboxContext(Struct, frozen=True):
    """What a server answers, before anything is wrong with it."""

    operations: Sequence[Operation]
    replies: Replies
    scheme: str | None = None
    """How requests are signed, where the page is not to say."""


def fault_sites(fault: PlantedFault, context: SandboxContext) -> tuple[FaultSite, ...]:
    """Every place for ``fault``, once, in the order of the pages.  One without a subject goes into
    one of them that has not to be named. There are none where nothing is documented that it would
    break."""
    return tuple(dict.fromkeys(_SITES.get(fault.kind.name, _in_answers)(fault, context)))


def require_sites(faults: Iterable[PlantedFault], context: SandboxContext) -> None:
    """Make sure that every fault can be planted somewhere.  A status may be requested that is no
    fault: it is documented.  Raises UsageError: one cannot; the message says whether its subject or
    its kind is to blame."""
    for fault in faults:
        found = fault_sites(fault, context)
        subject = fault.subject
        if fault.kind.takes == "status" or any(
            subject or not site.has_to_be_named for site in found
        ):
            continue
        anywhere = fault_sites(replace(fault, subject=""), context)
        hint = "this kind of fault has no place in what is documented"
        if anywhere:
            places = format_list(sorted({site.subject for site in anywhere}), _SHOWN)
            hint = f"it can be planted at {places}"
        what = "nothing is documented there that it would break"
        if subject and not any(is_named(known, subject) for known in _list_subjects(context)):
            what = f"no documented answer has {subject!r}"
        raise UsageError(f"fault {fault.text!r}: {what}", hint=hint)


def _list_subjects(context: SandboxContext) -> Iterator[str]:
    for operation in context.operations:
        for response in operation.responses:
            if response.value:
                below = walk_values(response.value, f"responses.{response.status}")
                yield from (subject for subject, _ in below)


def _in_answers(fault: PlantedFault, context: SandboxContext) -> Iterator[FaultSite]:
    for operation in context.operations:
        for response in operation.responses:
            named = not is_success(response)
            if response.value is None or (named and fault.kind.takes != "subject"):
                continue
            specimen = context.replies.specimen(operation, response)
            for edit in _list_edits(fault, operation, response, specimen):
                yield FaultSite(edit.subject, edit.rule, named)


def _in_invalid_requests(fault: PlantedFault, context: SandboxContext) -> Iterator[FaultSite]:
    """Inputs that can be wrong, and who asks.  Those that nobody documented count for nothing."""
    for operation in context.operations:
        for way in ways_to_be_invalid(operation):
            if way.kind != "unknown":
                yield FaultSite(way.subject, fault.kind.rule)
        schemes = {context.scheme} if context.scheme else {auth.scheme for auth in operation.auth}
        if schemes and "none" not in schemes:
            yield FaultSite(AUTH, fault.kind.rule)


def _in_refusals(fault: PlantedFault, context: SandboxContext) -> Iterator[FaultSite]:
    for operation in context.operations:
        status = context.replies.refusal(operation, HTTPStatus.BAD_REQUEST, "").status
        known = response_for(operation, status)
        rule = fault.kind.rule if known else _name_cause(operation, status)
        yield FaultSite(f"responses.{status}", rule)


def _in_status(fault: PlantedFault, context: SandboxContext) -> Iterator[FaultSite]:
    """The status that is requested, or what the kind stands for; none that is documented."""
    for operation in context.operations:
        statuses = (int(fault.number),) if fault.number else list_undocumented_statuses(operation)
        if fault.kind.takes != "status":
            statuses = (HTTPStatus.TOO_MANY_REQUESTS.value,)
        for status in statuses[:1]:
            if not response_for(operation, status):
                yield FaultSite(f"responses.{status}", _name_cause(operation, status))


def _name_cause(operation: Operation, status: int) -> str:
    """What names the cause: a page without any status has nothing to say against one."""
    named = any(response.stated for response in operation.responses)
    rules = ("undocumented-status", "undocumented-status" if named else "valid-request-rejected")
    return "server-error" if status >= 500 else rules[status >= 400]


def _make_transport_site(fault: PlantedFault, _: SandboxContext) -> Iterator[FaultSite]:
    yield FaultSite("responses", fault.kind.rule)


_SITES: Final[dict[str, Callable[[PlantedFault, SandboxContext], Iterator[FaultSite]]]] = {
    "accept-invalid": _in_invalid_requests,
    "reject-valid": _in_refusals,
    "status": _in_status,
    "server-error": _in_status,
    "rate-limit": _in_status,
    "slow": _make_transport_site,
    "drop": _make_transport_site,
    "cut-off": _make_transport_site,
}
"""Where faults go by name of their kind; all others go into documented answers."""
