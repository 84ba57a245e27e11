"""How many examples a property is tried on: more than usual, or fewer, in every profile alike."""

from __future__ import annotations

from hypothesis import settings


def many(times: float) -> int:
    """So many times the examples of the profile that is loaded (``tests/conftest.py``)."""
    return max(1, round(times * settings().max_examples))
