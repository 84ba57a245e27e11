"""The orders a sandbox knows, and what operations do to them, by invariants and names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from threading import RLock
from typing import Final, Literal, TypeAlias

from msgspec import Struct

from conformance.compare.wording import as_text
from conformance.errors import InputError
from conformance.evidence.body import load_json
from conformance.model.operation import Json, Operation, Response, Scalar, Value
from conformance.sandbox.replies import generate, is_identity, speaks_of, stem, success_of, suits
from conformance.sandbox.requests import SentInputs
from conformance.schema.json_schema import MAX_DEPTH, index_by_name
from conformance.schema.kinds import ITEMS, item_of, list_allowed, steps
from conformance.strategies.requests import inputs_of

CANCELLING: Final = ("cancel", "revoke")
FAILING: Final = ("fail", "reject", "error", "invalid", "refus", "unprocess", "not")
PENDING: Final = ("open", "new", "pending", "live", "active", "wait", "unfilled")
ORDERS: Final = ("order",)
"""Beginnings of words; ``cancel`` stands for ``cancelled`` and ``cancellation``, too."""
Order: TypeAlias = Mapping[str, Scalar]
"""What is known of one order, by the stems of the names its members have anywhere."""
_HINT: Final = 'write {"open": [{"id": "..."}], "finished": [...]}, or a list of open orders'
_LARGEST: Final = 16 * 2**20


@dataclass(slots=True)
class Book:
    """Open and finished orders.  Hold ``lock`` from looking an order up to finishing it."""

    open: list[Order] = field(default_factory=list)
    finished: list[Order] = field(default_factory=list)
    lock: RLock = field(default_factory=RLock, repr=False)

    def find(self, name: str, text: str) -> tuple[Order | None, bool]:
        """The order with ``text`` as its member ``name``, and whether it is open."""
        for orders, is_open in ((self.open, True), (self.finished, False)):
            for order in orders:
                if name in order and as_text(order[name]) == text:
                    return order, is_open
        return None, False

    def matching(self, wanted: Mapping[str, tuple[str, ...]]) -> list[Order]:
        """Open orders that have no member other than ``wanted``; one they lack is no objection."""
        return [
            order
            for order in self.open
            if all(as_text(order[n]) in texts for n, texts in wanted.items() if n in order)
        ]

    def finish(self, orders: Iterable[Order]) -> None:
        gone = {id(order): order for order in orders}
        self.open = [order for order in self.open if id(order) not in gone]
        self.finished += gone.values()


def read_orders(path: Path) -> Book:
    """The orders in a JSON file: ``{"open": [{...}], "finished": [{...}]}`` or a list of open ones.
    Raises InputError: the file cannot be read, or holds something else."""
    try:
        with path.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise InputError(f"larger than {_LARGEST} bytes", hint="seed fewer orders")
        return book_of(load_json(data))
    except OSError as error:
        raise InputError(f"{path}: cannot be read: {error.strerror}") from error
    except InputError as error:
        raise InputError(f"{path}: {error}") from error


def book_of(seeds: Json) -> Book:
    """The book that ``seeds``, in the form of :func:`read_orders`, describes.  Raises InputError:
    it is something else."""
    parts = {"open": seeds} if isinstance(seeds, list) else seeds
    if not isinstance(parts, dict) or not set(parts) <= {"open", "finished"}:
        raise InputError("no orders", hint=_HINT)
    return Book(
        open=list(_find_orders(parts.get("open", []), "open")),
        finished=list(_find_orders(parts.get("finished", []), "finished")),
    )


def _find_orders(listed: Json, where: str) -> Iterator[Order]:
    if not isinstance(listed, list):
        raise InputError(f"{where!r} is no list", hint=_HINT)
    for number, order in enumerate(listed):
        members = order.items() if isinstance(order, dict) else ()
        known = {name: v for name, v in members if isinstance(v, str | int | float)}
        if not any(map(is_identity, known)):
            hint = "give each order an id, a text or a number"
            raise InputError(f"{where}[{number}] has no identity", hint=hint)
        yield {stem(name): value for name, value in known.items()}


Deed: TypeAlias = Literal["cancel-listed", "find-listed", "cancel-all", "list-open"]
_MOST_LISTS: Final = 64
_OPEN: Final = 8
_FINISHED: Final = 3
"""Orders in a book nobody seeded."""
_MOST: Final = 500
"""Orders in one answer where the page allows any number."""


class OrderListing(Struct, frozen=True):
    """A place in an answer where orders are listed, or one order is shown."""

    path: tuple[str, ...]
    """Members on the way from the body to the list or the object; none is an item of a list."""
    item: Value
    """One order: an object with its members, or its identity alone."""
    single: bool = False
    most: int | None = None

    @property
    def failed(self) -> bool:
        """Whether it is of orders with which nothing could be done."""
        return any(speaks_of(step, FAILING) for step in self.path)

    def name_of(self) -> str:
        """The stem of a bare identity: that of the list which holds it."""
        return stem(self.path[-1]) if self.path else ""


class OrderRole(Struct, frozen=True):
    """What one operation does, where its answer shows it, and by which inputs it chooses."""

    deed: Deed
    listings: tuple[OrderListing, ...]
    names: tuple[str, ...]
    """Inputs that list orders by identity; for all other deeds those that restrict which."""


def role_of(operation: Operation, response: Response | None) -> OrderRole | None:
    """The role of ``operation``, whose success is ``response``; None where orders have none."""
    value = response.value if response else None
    listings = tuple(_find_listings(value, (), 0)) if value else ()
    within = [i for i in operation.invariants if i.kind == "within-request" and i.request_name]
    wording = f"{operation.path} {operation.summary}"
    cancelling = operation.method == "DELETE" or speaks_of(wording, CANCELLING)
    if within:
        paths = {_list_path(path) for invariant in within for path in invariant.paths}
        shown = tuple(listing for listing in listings if listing.path in paths)
        found = dict.fromkeys(i.request_name for i in within)
        for group in operation.groups:
            if found.keys() & set(group.names):
                found |= dict.fromkeys(group.names)
        deed: Deed = "cancel-listed" if cancelling else "find-listed"
        return OrderRole(deed, shown, tuple(found)) if shown else None
    if not speaks_of(wording, ORDERS):
        return None
    restricting = tuple(i.key[1] for i in inputs_of(operation) if not is_identity(i.key[1]))
    if cancelling and not any(is_identity(i.key[1]) for i in inputs_of(operation)):
        return OrderRole("cancel-all", listings, restricting)
    if operation.method == "GET" and listings and speaks_of(wording, PENDING):
        several = tuple(listing for listing in listings if not listing.single)
        return OrderRole("list-open", several, restricting)
    return None


def _list_path(path: str) -> tuple[str, ...]:
    """``done.orders[].id`` as the way to the list: ``done``, ``orders``."""
    way = steps(path)
    return way[: way.index(ITEMS)] if ITEMS in way else way[:-1]


def _find_listings(value: Value, path: tuple[str, ...], depth: int) -> Iterator[OrderListing]:
    """Every list of orders that is no part of another list, and every single order."""
    if depth >= MAX_DEPTH:
        return
    item = item_of(value) if value.kind == "array" else None
    if item is not None:
        named = bool(path) and not item.fields and is_identity(path[-1])
        if named or _is_order(item):
            yield OrderListing(path, item, most=value.limits.max_items)
        return
    if _is_order(value):
        yield OrderListing(path, value, single=True)
        return
    for name, member in list(index_by_name(value.fields).items())[:_MOST_LISTS]:
        yield from _find_listings(member.value, (*path, name), depth + 1)


def _is_order(value: Value) -> bool:
    members = index_by_name(value.fields).items()
    return any(is_identity(n) and m.value.kind not in ("array", "object") for n, m in members)


@dataclass(slots=True)
class OrderLedger:
    """The book of orders as the operations of one contract see it."""

    operations: Sequence[Operation]
    seed: int = 0
    book: Book = field(default_factory=Book)
    _roles: dict[int, OrderRole | None] = field(default_factory=dict, repr=False)

    def __post_init__(self) -> None:
        for operation in self.operations:
            self._roles[id(operation)] = role_of(operation, success_of(operation))

    def role(self, operation: Operation) -> OrderRole | None:
        """What ``operation`` does to orders; None when it has nothing to do with them."""
        return self._roles.get(id(operation))

    def open_default_orders(self) -> None:
        """Fill the book with orders that are as every page wants them."""
        shape = self._shape()
        if not any(is_identity(name) for name in shape):
            return
        orders: list[Order] = []
        for n in range(_OPEN + _FINISHED):
            found = {name: generate(v, f"{self.seed}/book/{n}/{name}") for name, v in shape.items()}
            orders.append({n: v for n, v in found.items() if isinstance(v, str | int | float)})
        self.book.open, self.book.finished = orders[:_OPEN], orders[_OPEN:]

    def enter(self, operation: Operation, response: Response, body: Json, sent: SentInputs) -> Json:
        """``body`` with the orders in it that the request is about; cancels what it cancels."""
        body = _echo_request(response, body, sent)
        role = self.role(operation)
        if role is None:
            return body
        with self.book.lock:
            chosen = {stem(name): sent[name] for name in role.names if name in sent}
            done, failed = self._find_affected(role, sent, chosen)
            for listing in role.listings:
                orders = failed if listing.failed else done
                rendering = _Rendering(role, listing, f"{self.seed}/{operation.key}", chosen)
                items = rendering.items(orders)
                holder: Json = body
                way = listing.path if listing.single else listing.path[:-1]
                for step in way:
                    holder = holder.get(step) if isinstance(holder, dict) else None
                if listing.single:
                    if isinstance(holder, dict) and items and isinstance(items[0], dict):
                        holder.update(items[0])
                elif isinstance(holder, dict) and listing.path:
                    holder[listing.path[-1]] = items
                elif isinstance(body, list) and not listing.path:
                    body[:] = items
            if role.deed in ("cancel-listed", "cancel-all"):
                self.book.finish(done)
        return body

    def _find_affected(
        self, role: OrderRole, sent: SentInputs, chosen: SentInputs
    ) -> tuple[list[Order], list[Order]]:
        """Orders with which the request succeeds, and those with which it does not."""
        if role.deed in ("cancel-all", "list-open"):
            return self.book.matching(chosen), []
        done: dict[int, Order] = {}
        failed: dict[int, Order] = {}
        for name in role.names:
            for text in sent.get(name, ()):
                order, is_open = self.book.find(stem(name), text)
                order = order or {stem(name): text}
                (done if is_open else failed)[id(order)] = order
        return list(done.values()), list(failed.values())

    def _shape(self) -> dict[str, Value]:
        """Everything the operations say of an order, by stem; what only selects is no part."""
        shape: dict[str, Value] = {}
        selecting: set[str] = set()
        for operation in self.operations:
            role = self.role(operation)
            if role is None:
                continue
            if role.deed in ("cancel-all", "list-open"):
                selecting |= {stem(name) for name in role.names}
            inputs = [(i.key[1], item_of(i.value) or i.value) for i in inputs_of(operation)]
            listed = ((stem(n), v) for n, v in inputs if n in role.names and is_identity(n))
            for name, value in (*_list_members(role), *listed):
                if _render_standing(value, (*PENDING, *CANCELLING)) is None:
                    shape.setdefault(name, value)
        return {name: value for name, value in shape.items() if name not in selecting}


def _list_members(role: OrderRole) -> Iterable[tuple[str, Value]]:
    for listing in role.listings:
        if not listing.item.fields:
            yield listing.name_of(), listing.item
        for name, member in index_by_name(listing.item.fields).items():
            yield stem(name), member.value


class _Rendering(Struct, frozen=True):
    """How orders are written in one place of one operation's answers."""

    role: OrderRole
    listing: OrderListing
    key: str
    chosen: SentInputs
    """What the orders were chosen by: true of each that is not known to be otherwise."""

    def items(self, orders: Sequence[Order]) -> list[Json]:
        """Each order as the page has it; one that cannot be written so is left out."""
        most = _MOST if self.listing.most is None else self.listing.most
        found = [self._render_item(order) for order in orders[:most]]
        return [item for item in found if item is not None]

    def _render_item(self, order: Order) -> Json:
        item, deed = self.listing.item, self.role.deed
        if not item.fields:
            return in_documented_type(item, order.get(self.listing.name_of()))
        identity = "/".join(str(order[name]) for name in sorted(order) if is_identity(name))
        whole = generate(item, f"{self.key}/{identity}")
        if not isinstance(whole, dict):
            return None
        for name, member in index_by_name(item.fields).items():
            texts = () if is_identity(name) else self.chosen.get(stem(name), ())
            chosen = texts[0] if len(texts) == 1 else None
            known = in_documented_type(member.value, order.get(stem(name), chosen))
            if known is None and stem(name) in order and is_identity(name):
                return None
            if not (self.listing.failed or deed == "find-listed"):
                # The listed word for what has become of the order, if there is one.
                became = PENDING if deed == "list-open" else CANCELLING
                word = _render_standing(member.value, became)
                known = known if word is None else word
            whole[name] = whole[name] if known is None else known
        return whole


def _render_standing(value: Value, words: Iterable[str]) -> Json:
    listed = (member for member in list_allowed(value) if isinstance(member, str))
    return next((member for member in listed if speaks_of(member, words)), None)


def in_documented_type(value: Value, given: Scalar) -> Json:
    """``given`` in the type the page has; None where it cannot be what the page says."""
    forms: list[Json] = [] if given is None else [given]
    if isinstance(given, str):
        digits = given.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) < 19:
            forms.append(int(given))
    elif given is not None:
        forms.append(str(given))
    return next((form for form in forms if suits(value, form)), None)


def _echo_request(response: Response, body: Json, sent: SentInputs) -> Json:
    """A member of the answer that is called as an input is what was sent for it."""
    if response.value is None or not isinstance(body, dict):
        return body
    texts_sent = {stem(name): texts[0] for name, texts in sent.items() if len(texts) == 1}
    for name, member in index_by_name(response.value.fields).items():
        given = in_documented_type(member.value, texts_sent.get(stem(name)))
        if given is not None and not list_allowed(member.value):
            body[name] = given
    return body
