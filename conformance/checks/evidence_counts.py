"""What is counted of evidence: how often something was observed, and what no page says."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Final, Literal, TypeAlias, TypeVar

from msgspec import Struct, field
from msgspec.structs import replace

from conformance.checks.body import find_roots
from conformance.checks.interactions import find_requested_values
from conformance.checks.match import Unmatched, matcher, response_for
from conformance.checks.plan import (
    Plan,
    has_free_object,
    make_scalar_key,
    plan,
    walk_documented_values,
)
from conformance.checks.reply import Examiner, Ready
from conformance.checks.walk import BodyNode
from conformance.compare.wording import as_text, format_list
from conformance.evidence.body import JsonError, load_json
from conformance.model.finding import Finding, Tally
from conformance.model.interaction import Interaction, Origin, Unchecked
from conformance.model.operation import Json, Operation, Stated
from conformance.model.span import Span
from conformance.schema.kinds import ITEMS, fits, list_allowed, member, parameter

_PLACES: Final = 12
"""Lines named in one finding."""
_WEIGHT: Final = {origin.value: place for place, origin in enumerate(Origin)}
OrderT = TypeVar("OrderT", bound="tuple[object, ...]")
EvidencePlace: TypeAlias = tuple[str, int]
"""A file of evidence, and the number of an interaction in it."""
_VALUES = 10_000
"""Values of one body that are looked at."""
ItemKind: TypeAlias = Literal["status", "field", "enum", "condition"]
KINDS: Final[tuple[ItemKind, ...]] = ("status", "field", "enum", "condition")


def weigh_origin(origin: str) -> int:
    """What evidence of ``origin`` is worth: more is weightier."""
    return -_WEIGHT[origin]


def place_of(where: str) -> EvidencePlace:
    """``file#10`` as a pair that follows ``file#9``."""
    file, mark, number = where.rpartition("#")
    return (file, int(number)) if mark and number.isdecimal() else (where, 0)


def keep_earliest(known: dict[str, OrderT], name: str, order: OrderT, limit: int) -> bool:
    """Remember where ``name`` was first; whether one of more than ``limit`` had to give way."""
    if name in known:
        known[name] = min(known[name], order)
        return False
    known[name] = order
    if len(known) <= limit:
        return False
    del known[max(known, key=known.__getitem__)]
    return True


class _Count(Struct):
    number: int = 0
    first: str = ""
    last: str = ""

    def add(self, number: int, first: str, last: str) -> None:
        self.number += number
        if first and (not self.first or first < self.first):
            self.first = first
        if last > self.last:
            self.last = last


class EvidenceCount(Struct):
    """Interactions by origin, each counted once however often it comes in a row."""

    _counts: defaultdict[str, _Count] = field(default_factory=lambda: defaultdict(_Count))
    _latest: str = ""

    @property
    def count(self) -> int:
        return sum(count.number for count in self._counts.values())

    @property
    def by_origin(self) -> dict[str, int]:
        return {origin: count.number for origin, count in self._counts.items()}

    def add_one(self, origin: Origin, day: str) -> None:
        """Count one that was not counted before."""
        self._counts[origin.value].add(1, day, day)

    def add(self, interaction: Interaction) -> None:
        """Count ``interaction``, unless it is the one that was counted last."""
        if interaction.where != self._latest:
            self._latest = interaction.where
            self.add_one(interaction.origin, interaction.date)

    def merge(self, other: EvidenceCount) -> EvidenceCount:
        """This, with those of ``other`` counted as well: none may be in both."""
        for origin, count in other._counts.items():
            self._counts[origin].add(count.number, count.first, count.last)
        return self

    def of(self, examined: EvidenceCount) -> tuple[Tally, ...]:
        """These, out of those ``examined``."""
        of = examined.by_origin
        tallies = (
            Tally(
                origin=origin,
                seen=count.number,
                examined=max(count.number, of.get(origin, 0)),
                first=count.first,
                last=count.last,
            )
            for origin, count in self._counts.items()
        )
        return tuple(sorted(tallies, key=lambda tally: _WEIGHT[tally.origin]))


def merge_repeated(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """One of each fingerprint, the first, with the other lines of its page it was found on."""
    found: dict[str, list[Finding]] = {}
    for finding in findings:
        found.setdefault(finding.fingerprint, []).append(finding)
    merged = []
    for first, *others in found.values():
        own = first.documented or Span("", 0, 0)
        spans = [other.documented for other in others if other.documented]
        lines = sorted({s.line for s in spans if s.page == own.page} - {own.line})
        if lines and first.documented:
            shown = format_list(map(str, lines), _PLACES)
            place = f"the same on line{'s' if len(lines) > 1 else ''} {shown}"
            first = replace(first, related=(*first.related, place))
        merged.append(first)
    return tuple(merged)


class UncheckedCount(Struct):
    """Takes matched interactions one by one, in memory bounded by what is documented."""

    judged: int = 0
    """Interactions of which something was checked against a page."""
    _without_contract: int = 0
    _statuses: int = 0
    _operations: set[str] = field(default_factory=set)
    _free: set[tuple[str, str]] = field(default_factory=set)

    def take(self, examiners: Sequence[Examiner], interaction: Interaction) -> None:
        """Count ``interaction``, which is of the operations that ``examiners`` are for."""
        status = interaction.reply.status
        documented = [e for e in examiners if e.contracts(status)]
        contracts = [(e, r) for e in documented for r in e.contracts(status) if r.says_much]
        if contracts:
            self.judged += 1
            self._count_free(contracts, interaction)
        elif documented and not interaction.reply.body:
            self.judged += 1
        elif documented or not any(e.operation.responses for e in examiners):
            self._without_contract += 1
            self._operations.update(e.operation.key for e in examiners)
        else:
            self._statuses += 1

    def merge(self, other: UncheckedCount) -> None:
        self.judged += other.judged
        self._without_contract += other._without_contract
        self._statuses += other._statuses
        self._operations |= other._operations
        self._free |= other._free

    def result(self, unmatched: int) -> Unchecked:
        """The counts, beside ``unmatched`` interactions."""
        return Unchecked(
            unmatched=unmatched,
            operations_without_contract=len(self._operations),
            without_contract=self._without_contract,
            undocumented_status=self._statuses,
            free_form_objects=len(self._free),
        )

    def _count_free(
        self, contracts: Sequence[tuple[Examiner, Ready]], interaction: Interaction
    ) -> None:
        for examiner, ready in contracts:
            if ready.plan is None or not has_free_object(ready.plan):
                continue
            try:
                body = load_json(interaction.reply.body)
            except JsonError:
                return
            found = walk_documented_values(ready.plan, body, ready.subject)
            for known, observed, subject in islice(found, _VALUES):
                if observed and isinstance(observed, dict) and known.is_free:
                    self._free.add((examiner.operation.key, subject))


class ContractItem(Struct, frozen=True):
    """One documented thing that can be observed in an interaction."""

    kind: ItemKind
    subject: str
    state: str = ""
    """The value of an enum; ``present`` or ``absent`` of what is there under a condition;
    ``sent`` of an input that is one of a choice."""


class Sighting(Struct, frozen=True, kw_only=True):
    """An item, and in how many interactions of which origin it was observed."""

    item: ContractItem
    span: Span
    observed: tuple[tuple[str, int], ...] = ()
    """Origin and number, the most first; empty when it never was."""

    @property
    def total(self) -> int:
        return sum(number for _, number in self.observed)


class ObservedOperation(Struct, frozen=True, kw_only=True):
    """One operation, and everything documented about it."""

    operation: str
    interactions: tuple[tuple[str, int], ...]
    """Origin and number."""
    sightings: tuple[Sighting, ...]


def observe_operations(
    operations: Iterable[Operation], interactions: Iterable[Interaction]
) -> tuple[ObservedOperation, ...]:
    """Every documented item of every operation, with what ``interactions`` show of it.  An
    interaction counts once for an item, however often it has it.  Of an operation that is
    documented more than once the first page counts."""
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
    observed: defaultdict[ContractItem, Counter[str]] = field(
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
        request = interaction.request
        sent = [
            _make_sent_item(name)
            for group in self.operation.groups
            for name in group.names
            if request and find_requested_values(request, name) is not None
        ]
        for item in dict.fromkeys((*sent, *self._list_observed(interaction))):
            if item in self.items:
                self.observed[item][origin] += 1

    def result(self) -> ObservedOperation:
        return ObservedOperation(
            operation=self.operation.key,
            interactions=tuple(self.origins.most_common()),
            sightings=tuple(
                Sighting(item=item, span=span, observed=tuple(self.observed[item].most_common()))
                for item, span in self.items.items()
            ),
        )

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
            for root in find_roots(self.plans[subject], body, subject):
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
