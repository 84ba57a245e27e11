"""What plainly holds is never broken: the short way and the search say the same."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks import invariants
from conformance.checks.invariants import RecordScope, plainly_holds
from conformance.model.operation import Invariant
from tests.builders import span

COUNT = Invariant(kind="count", paths=("a.n", "a.items"), span=span())
APART = Invariant(kind="disjoint", paths=("a.items[].id", "b.items[].id"), span=span())
NESTED = Invariant(kind="count", paths=("rows[].n", "rows[].items"), span=span())
_IDS: st.SearchStrategy[Any] = st.sampled_from([0, 1, 1.0, True, "1", "", "x", None, [], {}])
_ITEMS = st.lists(st.fixed_dictionaries({}, optional={"id": _IDS}) | _IDS, max_size=3)
_SIDE = st.fixed_dictionaries({}, optional={"n": _IDS, "items": _ITEMS | _IDS})
_BODIES = st.fixed_dictionaries(
    {}, optional={"a": _SIDE | _IDS, "b": _SIDE, "rows": st.lists(_SIDE, max_size=2)}
)


@given(_BODIES | _IDS)
def test_what_plainly_holds_is_not_broken(body: Any) -> None:
    for invariant in (COUNT, APART, NESTED):
        if plainly_holds(invariant, body):
            search = invariants._CHECKS[invariant.kind]
            assert list(search(invariant, RecordScope(body, "", "responses.200"))) == []


@pytest.mark.parametrize(
    ("invariant", "body", "holds"),
    [
        (COUNT, {"a": {"n": 1, "items": [7]}}, True),
        (COUNT, {"a": {"n": 2, "items": [7]}}, False),
        (COUNT, {"a": {"items": [7]}}, True),
        (COUNT, {"a": {"n": True, "items": [7]}}, False),
        (APART, {"a": {"items": [{"id": "x"}]}, "b": {"items": [{"id": "y"}]}}, True),
        (APART, {"a": {"items": [{"id": "x"}]}, "b": {"items": [{"id": "x"}]}}, False),
        (APART, {"a": {"items": [{"id": []}]}, "b": {"items": [{"id": 1}]}}, False),
    ],
)
def test_plain_cases(invariant: Invariant, body: Any, holds: bool) -> None:
    assert plainly_holds(invariant, body) is holds
