"""What an operation does to orders, by its invariants and its names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from conformance.model.operation import Operation, Response, Value
from conformance.sandbox.book import (
    CANCELLING,
    FAILING,
    ORDERS,
    PENDING,
    is_identity,
    speaks_of,
    stem,
)
from conformance.schema.json_schema import MAX_DEPTH, by_name
from conformance.schema.kinds import item_of
from conformance.schema.pointers import ITEMS, steps
from conformance.strategies.requests import inputs_of

Deed: TypeAlias = Literal["cancel-listed", "find-listed", "cancel-all", "list-open"]

_MOST_LISTS: Final = 64


@dataclass(frozen=True, slots=True)
class Listing:
    """A place in an answer where orders are listed, or one order is shown."""

    path: tuple[str, ...]
    """Members on the way from the body to the list or the object; none is an item of a list."""
    item: Value
    """One order: an object with its members, or its identity alone."""
    single: bool = False
    """Whether it is one order and no list of them."""
    most: int | None = None
    """How many items the page allows."""

    @property
    def failed(self) -> bool:
        """Whether it is of orders with which nothing could be done."""
        return any(speaks_of(step, FAILING) for step in self.path)

    def name_of(self) -> str:
        """The stem of a bare identity: that of the list which holds it."""
        return stem(self.path[-1]) if self.path else ""


@dataclass(frozen=True, slots=True)
class OrderRole:
    """What one operation does, where its answer shows it, and by which inputs it chooses."""

    deed: Deed
    listings: tuple[Listing, ...]
    names: tuple[str, ...]
    """Inputs that list orders by identity; for all other deeds those that restrict which."""


def role_of(operation: Operation, response: Response | None) -> OrderRole | None:
    """The role of ``operation``, whose success is ``response``; None where orders have none."""
    value = response.value if response else None
    listings = tuple(_listings(value, (), 0)) if value else ()
    within = [i for i in operation.invariants if i.kind == "within-request" and i.request_name]
    cancelling = _cancels(operation)
    if within:
        paths = {_list_path(path) for invariant in within for path in invariant.paths}
        shown = tuple(listing for listing in listings if listing.path in paths)
        inputs = _with_partners(operation, dict.fromkeys(i.request_name for i in within))
        deed: Deed = "cancel-listed" if cancelling else "find-listed"
        return OrderRole(deed, shown, inputs) if shown else None
    if not _is_about_orders(operation):
        return None
    restricting = tuple(i.key[1] for i in inputs_of(operation) if not is_identity(i.key[1]))
    if cancelling and not any(is_identity(i.key[1]) for i in inputs_of(operation)):
        return OrderRole("cancel-all", listings, restricting)
    if operation.method == "GET" and listings and speaks_of(_wording(operation), PENDING):
        several = tuple(listing for listing in listings if not listing.single)
        return OrderRole("list-open", several, restricting)
    return None


def _wording(operation: Operation) -> str:
    return f"{operation.path} {operation.summary}"


def _cancels(operation: Operation) -> bool:
    return operation.method == "DELETE" or speaks_of(_wording(operation), CANCELLING)


def _is_about_orders(operation: Operation) -> bool:
    return speaks_of(_wording(operation), ORDERS)


def _with_partners(operation: Operation, names: Iterable[str]) -> tuple[str, ...]:
    """``names`` and the inputs that may be sent in their place."""
    found = dict.fromkeys(names)
    for group in operation.groups:
        if found.keys() & set(group.names):
            found |= dict.fromkeys(group.names)
    return tuple(found)


def _list_path(path: str) -> tuple[str, ...]:
    """``done.orders[].id`` as the way to the list: ``done``, ``orders``."""
    way = steps(path)
    return way[: way.index(ITEMS)] if ITEMS in way else way[:-1]


def _listings(value: Value, path: tuple[str, ...], depth: int) -> Iterator[Listing]:
    """Every list of orders that is no part of another list, and every single order."""
    if depth >= MAX_DEPTH:
        return
    item = item_of(value) if value.kind == "array" else None
    if item is not None:
        named = bool(path) and not item.fields and is_identity(path[-1])
        if named or _is_order(item):
            yield Listing(path, item, most=value.limits.max_items)
        return
    if _is_order(value):
        yield Listing(path, value, single=True)
        return
    for name, field in list(by_name(value.fields).items())[:_MOST_LISTS]:
        yield from _listings(field.value, (*path, name), depth + 1)


def _is_order(value: Value) -> bool:
    members = by_name(value.fields).items()
    return any(is_identity(n) and m.value.kind not in ("array", "object") for n, m in members)
