"""Names that moved to :mod:`conformance.vocabulary`."""

from __future__ import annotations

from conformance.vocabulary import (
    Column,
    Topic,
    columns,
    kinds,
    locations,
    normal,
    required_marks,
    topics,
)

COLUMNS = columns()
REQUIRED = required_marks()
KINDS = kinds()
LOCATIONS = locations()
TOPICS = topics()

__all__ = ["COLUMNS", "KINDS", "LOCATIONS", "REQUIRED", "TOPICS", "Column", "Topic", "normal"]
