"""Which bodies break a relation, and which have nothing that could."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.checks.invariants import RecordScope, find_broken
from conformance.model.operation import Invariant
from tests.builders import span

COUNT = Invariant(kind="count", paths=("a.n", "a.items"), span=span())
APART = Invariant(kind="disjoint", paths=("a.items[].id", "b.items[].id"), span=span())


@pytest.mark.parametrize(
    ("invariant", "body", "holds"),
    [
        (COUNT, {"a": {"n": 1, "items": [7]}}, True),
        (COUNT, {"a": {"n": 2, "items": [7]}}, False),
        (COUNT, {"a": {"items": [7]}}, True),
        (COUNT, {"a": {"n": True, "items": [7]}}, True),
        (APART, {"a": {"items": [{"id": "x"}]}, "b": {"items": [{"id": "y"}]}}, True),
        (APART, {"a": {"items": [{"id": "x"}]}, "b": {"items": [{"id": "x"}]}}, False),
        (APART, {"a": {"items": [{"id": []}]}, "b": {"items": [{"id": 1}]}}, True),
    ],
)
def test_what_breaks(invariant: Invariant, body: Any, holds: bool) -> None:
    broken = list(find_broken(invariant, RecordScope(body, "", "responses.200")))
    assert (not broken) is holds
