"""Where an input goes, by the words of its own cell."""

from __future__ import annotations

from typing import Literal

from conformance.model.operation import Location
from conformance.reading.rows.row import FieldRow
from conformance.vocabulary import locations, normal


def read_location(raw: FieldRow, path: str) -> Location | Literal["body"] | None:
    """Where the row's own cell puts an input of an operation with ``path``; None when it has none.

    "URL" is the path for a part of it, else the query.
    """
    word = normal(raw.location)
    stated = locations().get(word) if word else None
    within = "{" + raw.name.name + "}" in path
    return "query" if stated == "path" and word in ("url", "uri") and not within else stated
