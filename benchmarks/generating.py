"""Generating bodies: compiled from a contract, beside a strategy written by hand for that body."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from benchmarks.contracts import cancellation
from benchmarks.measure import Ratio, compare, main
from conformance.model.operation import Json
from conformance.strategies.invariants import settle
from conformance.strategies.values import TEXT, draw_values

ORDERS = 20
_RUN = settings(
    max_examples=100,
    deadline=None,
    database=None,
    derandomize=True,
    phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)


def measure() -> Iterator[Ratio]:
    """100 bodies with 20 orders in each of two lists."""
    operation = cancellation(ORDERS)
    documented = operation.responses[0].value
    assert documented is not None
    drawn = draw_values(documented)
    ordered = drawn.map(lambda body: settle(body, documented, operation.invariants, {}))
    theirs = _drawing(by_hand())
    yield compare(
        "generate 100 bodies that hold their invariants",
        _drawing(ordered),
        "written by hand",
        theirs,
        goal=1.5,
        rounds=9,
    )
    yield compare("generate 100 bodies", _drawing(drawn), "written by hand", theirs, rounds=9)


def by_hand() -> SearchStrategy[Json]:
    """What one would write who knows this body and nothing of contracts."""
    text = st.text(TEXT, max_size=16)
    order: SearchStrategy[Json] = st.fixed_dictionaries(
        {
            "uuid": st.uuids().map(str),
            "identifier": text,
            "market": text,
            "side": st.sampled_from(["bid", "ask"]),
            "created": st.integers(1_262_304_000_000, 2_051_222_400_000),
        }
    )
    orders: SearchStrategy[Json] = st.lists(order, min_size=ORDERS, max_size=ORDERS)
    side: SearchStrategy[Json] = st.fixed_dictionaries({"count": st.just(ORDERS), "orders": orders})
    return st.fixed_dictionaries({"success": side, "failed": side})


def _drawing(strategy: SearchStrategy[Json]) -> Callable[[], None]:
    drawn = 0

    @_RUN
    @given(strategy)
    def draw(_: Json) -> None:
        nonlocal drawn
        drawn += 1

    def job() -> None:
        nonlocal drawn
        drawn = 0
        draw()
        assert drawn == 100, drawn

    return job


if __name__ == "__main__":
    main(measure)
