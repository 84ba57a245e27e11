"""What of a contract was ever observed, how often and in evidence of which origin."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import Final, Literal, TypeAlias

from msgspec import Struct, field

from conformance.checks.body import roots
from conformance.checks.interactions import find_requested_values
from conformance.checks.match import Unmatched, matcher, response_for
from conformance.checks.plan import Plan, make_scalar_key, plan, walk_documented_values
from conformance.checks.walk import BodyNode
from conformance.compare.wording import as_text
from conformance.evidence.body import JsonError, load_json
from conformance.model.interaction import Interaction
from conformance.model.operation import Json, Operation, Stated
from conformance.model.span import Span
from conformance.schema.kinds import fits, list_allowed
from conformance.schema.pointers import ITEMS, member, parameter

ItemKind: TypeAlias = Literal["status", "field", "enum", "condition"]
KINDS: Final[tuple[ItemKind, ...]] = ("status", "field", "enum", "condition")


class ContractItem(Struct, frozen=True):
    """One documented thing that can be seen in an interaction."""

    kind: ItemKind
    subject: str
    state: str = ""
    """The value of an enum; ``present`` or ``absent`` of what is there under a condition;
    ``sent`` of an input that is one of a choice."""


class Sighting(Struct, frozen=True, kw_only=True):
    """An item, and in how many interactions of which origin it was seen."""

    item: ContractItem
    span: Span
    seen: tuple[tuple[str, int], ...] = ()
    """Origin and number, the most first; empty when it never was."""

    @property
    def total(self) -> int:
        return sum(number for _, number in self.seen)


class ObservedOperation(Struct, frozen=True, kw_only=True):
    """One operation, and everything documented about it."""

    operation: str
    interactions: tuple[tuple[str, int], ...]
    """Origin and number."""
    sightings: tuple[Sighting, ...]


def observe_operations(
    operations: Iterable[Operation], interactions: Iterable[Interaction]
) -> tuple[ObservedOperation, ...]:
    """Every documented item of every operation, with what ``interactions`` show of it.

    An interaction counts once for an item, however often it has it.  Of an operation that is
    documented more than once the first page counts.
    """
    known = matcher(operations)
    tallies: dict[str, _ItemCounter] = {}
    for operation in known.operations:
        tallies.setdefault(operation.key, _ItemCounter(operation))
    for interaction in interactions:
        matched = known.match(interaction)
        if not isinstance(matched, Unmatched) and matched:
            tallies[matched[0].key].take(interaction)
    return tuple(tally.result() for tally in tallies.values())


class _ItemCounter(Struct):
    operation: Operation
    items: dict[ContractItem, Span] = field(default_factory=dict)
    seen: defaultdict[ContractItem, Counter[str]] = field(
        default_factory=lambda: defaultdict(Counter)
    )
    origins: Counter[str] = field(default_factory=Counter)
    plans: dict[str, Plan] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for group in self.operation.groups:
            for name in group.names:
                self.items.setdefault(_make_sent_item(name), group.span)
        for response in self.operation.responses:
            subject = f"responses.{response.status}"
            self.items.setdefault(ContractItem("status", subject), response.span)
            if response.value is not None and subject not in self.plans:
                self.plans[subject] = plan(response.value)
                self.items |= dict(_list_documented(self.plans[subject], subject))

    def take(self, interaction: Interaction) -> None:
        """Count what is in one interaction."""
        origin = interaction.origin.value
        self.origins[origin] += 1
        for item in dict.fromkeys(
            chain(self._list_requested(interaction), self._list_observed(interaction))
        ):
            if item in self.items:
                self.seen[item][origin] += 1

    def result(self) -> ObservedOperation:
        sightings = tuple(
            Sighting(item=item, span=span, seen=tuple(self.seen[item].most_common()))
            for item, span in self.items.items()
        )
        return ObservedOperation(
            operation=self.operation.key,
            interactions=tuple(self.origins.most_common()),
            sightings=sightings,
        )

    def _list_requested(self, interaction: Interaction) -> Iterator[ContractItem]:
        request = interaction.request
        names = [name for group in self.operation.groups for name in group.names]
        for name in names if request else ():
            if request and find_requested_values(request, name) is not None:
                yield _make_sent_item(name)

    def _list_observed(self, interaction: Interaction) -> Iterator[ContractItem]:
        responses = response_for(self.operation, interaction.reply.status)
        if not responses:
            return
        subject = f"responses.{responses[0].status}"
        yield ContractItem("status", subject)
        try:
            body = load_json(interaction.reply.body)
        except JsonError:
            return
        if subject in self.plans:
            for root in roots(self.plans[subject], body, subject):
                if isinstance(root, BodyNode):
                    yield from _in_body(root.plan, root.observed, root.subject)


def _make_sent_item(name: str) -> ContractItem:
    return ContractItem("condition", parameter(name), "sent")


def _list_documented(root: Plan, subject: str) -> Iterator[tuple[ContractItem, Span]]:
    """Everything below a documented value, in the order of the page."""
    for scalar in list_allowed(root.value):
        yield ContractItem("enum", subject, as_text(scalar)), root.value.span
    for name, (documented, inner) in root.members.items():
        inside = member(subject, name)
        yield ContractItem("field", inside), documented.span
        if documented.required is Stated.CONDITIONAL:
            yield ContractItem("condition", inside, "present"), documented.span
            yield ContractItem("condition", inside, "absent"), documented.span
        yield from _list_documented(inner, inside)
    if root.item is not None:
        yield from _list_documented(root.item, subject + ITEMS)


def _in_body(root: Plan, body: Json, subject: str) -> Iterator[ContractItem]:
    """What of the documented a body has."""
    for known, observed, place in walk_documented_values(root, body, subject):
        if isinstance(observed, dict):
            for name, (documented, _) in known.members.items():
                inside = member(place, name)
                if documented.required is Stated.CONDITIONAL:
                    state = "present" if name in observed else "absent"
                    yield ContractItem("condition", inside, state)
                if name in observed:
                    yield ContractItem("field", inside)
        elif known.listed and not isinstance(observed, list) and fits(known.value.kind, observed):
            for scalar in list_allowed(known.value):
                if make_scalar_key(scalar) == make_scalar_key(observed):
                    yield ContractItem("enum", place, as_text(scalar))
