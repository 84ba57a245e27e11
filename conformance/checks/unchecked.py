"""Counts what of the matched interactions no page lets one judge."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from conformance.checks.plan import Plan
from conformance.checks.reply import Examiner, Ready
from conformance.evidence.body import JsonError, load_json
from conformance.model.interaction import Interaction, Unchecked
from conformance.model.operation import Json
from conformance.schema.pointers import ITEMS, member

_VALUES = 10_000
"""Values of one body that are looked at."""


@dataclass(slots=True)
class UncheckedCount:
    """Takes matched interactions one by one, in memory bounded by what is documented."""

    judged: int = 0
    """Interactions of which something was held against a page."""
    _without_contract: int = 0
    _statuses: int = 0
    _operations: set[str] = field(default_factory=set)
    _free: set[tuple[str, str]] = field(default_factory=set)

    def take(self, examiners: Sequence[Examiner], interaction: Interaction) -> None:
        """Count ``interaction``, which is of the operations that ``examiners`` are for."""
        status = interaction.reply.status
        documented = [e for e in examiners if e.contracts(status)]
        contracts = [(e, r) for e in documented for r in e.contracts(status) if _says_much(r)]
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
        """Add what ``other`` counted of other interactions."""
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
            if ready.plan is None or not _holds_free(ready.plan):
                continue
            try:
                body = load_json(interaction.reply.body)
            except JsonError:
                return
            for subject in _free_objects(ready.plan, body, ready.subject):
                self._free.add((examiner.operation.key, subject))


def _says_much(ready: Ready) -> bool:
    """Whether the page says more of the body than that it is an object, or shows one."""
    plan = ready.plan
    if ready.response.examples:
        return True
    if plan is None:
        return False
    shaped = plan.names_members or plan.item is not None or bool(plan.positions)
    return shaped or plan.value.kind not in (None, "object", "array")


def _is_free(plan: Plan) -> bool:
    return plan.value.kind == "object" and not plan.names_members


@lru_cache(maxsize=10_000)  # plans are compared by identity
def _holds_free(plan: Plan) -> bool:
    waiting = [plan]
    while waiting:
        here = waiting.pop()
        if _is_free(here):
            return True
        waiting += [inner for _, inner in here.members.values()]
        waiting += [here.item] if here.item is not None else []
    return False


def _free_objects(plan: Plan, body: Json, subject: str) -> set[str]:
    """Subjects of free-form objects that have members in ``body``."""
    found: set[str] = set()
    waiting: list[tuple[Plan, Json, str]] = [(plan, body, subject)]
    looked_at = 0
    while waiting and looked_at < _VALUES:
        here, seen, place = waiting.pop()
        looked_at += 1
        if isinstance(seen, dict):
            if _is_free(here) and seen:
                found.add(place)
            waiting += [
                (inner, seen[name], member(place, name))
                for name, (_, inner) in here.members.items()
                if name in seen
            ]
        elif isinstance(seen, list) and here.item is not None:
            waiting += [(here.item, item, place + ITEMS) for item in seen]
    return found
