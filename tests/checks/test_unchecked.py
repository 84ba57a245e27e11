"""What no page lets one judge is counted, and is no judged interaction."""

from __future__ import annotations

import pytest

from conformance.checks.runner import check
from conformance.model.interaction import Interaction, Unchecked
from tests.builders import field, obj, operation, response, seen

FULL = operation(response(obj(field("id", "string"), field("more", "object"))), path="/full")
SILENT = operation(path="/silent")
BARE = operation(response(obj()), path="/bare")


def at(path: str, body: object = None, status: int = 200) -> Interaction:
    return seen({"id": "a"} if body is None else body, url=f"https://h{path}", status=status)


@pytest.mark.parametrize(
    ("interaction", "judged", "unchecked"),
    [
        (at("/full"), 1, Unchecked()),
        (at("/full", {"more": {"x": 1}}), 1, Unchecked(free_form_objects=1)),
        (at("/full", {"more": {}}), 1, Unchecked()),
        (at("/full", status=418), 0, Unchecked(undocumented_status=1)),
        (at("/silent"), 0, Unchecked(operations_without_contract=1, without_contract=1)),
        (at("/bare"), 0, Unchecked(operations_without_contract=1, without_contract=1)),
        (at("/bare", b""), 1, Unchecked()),
        (at("/other"), 0, Unchecked(unmatched=1)),
    ],
)
def test_counts(interaction: Interaction, judged: int, unchecked: Unchecked) -> None:
    result = check([FULL, SILENT, BARE], [interaction])
    assert (result.judged_interactions, result.unchecked) == (judged, unchecked)
