"""Strategies for response bodies."""

from __future__ import annotations

from collections.abc import Iterable

from conformance.model.operation import Invariant, Response, Value
from conformance.strategies.relations import settle
from conformance.strategies.scalars import Made
from conformance.strategies.values import Taste, anything, values


def bodies(
    documented: Response | Value, invariants: Iterable[Invariant] = (), *, full: bool = False
) -> Made:
    """Strategy for bodies that conform to the documentation and hold its ``invariants``.

    ``full`` ones have every documented member, and some items in every list.

    Any small JSON for a response of whose body the page says nothing; empty where the page
    contradicts itself so that no body conforms.
    """
    value = documented.value if isinstance(documented, Response) else documented
    if value is None:
        return anything()
    every = tuple(invariants)
    made = values(value, Taste(full=full))
    return made.map(lambda body: settle(body, value, every, {})) if every else made
