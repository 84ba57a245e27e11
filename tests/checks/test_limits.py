"""Limits that exclude everything."""

from __future__ import annotations

from typing import Any

import pytest

from conformance.model.operation import Limits, Scalar
from conformance.schema.kinds import find_excluding_bounds
from tests.builders import value


@pytest.mark.parametrize(
    ("limits", "listed", "excluding"),
    [
        ({}, (), []),
        ({"minimum": 1, "maximum": 1}, (), []),
        ({"minimum": 2, "maximum": 1}, (), ["minimum", "maximum"]),
        ({"minimum": 1, "exclusive_maximum": 1}, (), ["minimum", "exclusive_maximum"]),
        ({"exclusive_minimum": 1, "maximum": 1}, (), ["exclusive_minimum", "maximum"]),
        ({"exclusive_minimum": 1, "exclusive_maximum": 2}, (), []),
        ({"min_length": 9, "max_length": 8}, (), ["min_length", "max_length"]),
        ({"min_items": 3, "max_items": 2}, (), ["min_items", "max_items"]),
        ({"maximum": 3}, (5, 10), ["maximum"]),
        ({"maximum": 3}, (1, 10), []),
        ({"maximum": 3}, ("5", "10"), []),
        ({"max_length": 2}, ("buy", "sell"), ["max_length"]),
    ],
)
def test_bounds_that_exclude_everything(
    limits: dict[str, Any], listed: tuple[Scalar, ...], excluding: list[str]
) -> None:
    documented = value("integer", limits=Limits(**limits), enum=listed)
    assert [name for name, _ in find_excluding_bounds(documented)] == excluding
