"""What was ever observed: counted by the weightiest evidence, listed, and drawn."""

from __future__ import annotations

import json
import re

import pytest

from conformance.checks.evidence_counts import observe_operations
from conformance.model.interaction import Origin
from conformance.report.coverage import (
    ExchangeCoverage,
    count_totals,
    find_weightiest,
    render_coverage_html,
    render_coverage_json,
    render_coverage_text,
)
from tests.builders import field, obj, operation, response, seen
from tests.report.test_html import XSS, Reader

DOCUMENTED = operation(
    response(obj(field("id", "string"), field("side", "string", enum=("bid", "ask"))))
)
SEEN = (
    seen({"id": "1", "side": "bid"}, origin=Origin.RECORDED),
    seen({"id": "1"}, origin=Origin.LIVE),
    seen({"side": "ask"}, origin=Origin.SANDBOX),
)
COVERED = [ExchangeCoverage("venue", observe_operations([DOCUMENTED], SEEN))]


@pytest.mark.parametrize(
    ("counts", "expected"),
    [
        ((("live", 1), ("recorded", 9)), "live"),
        ((("recorded", 1), ("sandbox", 3)), "recorded"),
        ((("sandbox", 3),), "never"),
        ((("constructed", 3), ("documented", 1)), "never"),
        ((), "never"),
    ],
)
def test_the_weightiest_evidence_of_an_api_counts(
    counts: tuple[tuple[str, int], ...], expected: str
) -> None:
    assert find_weightiest(counts) == expected


def test_totals() -> None:
    counts = [(t.kind, t.documented, t.live, t.recorded, t.never) for t in count_totals(COVERED)]
    assert counts == [
        ("operations", 1, 1, 0, 0),
        ("statuses", 1, 1, 0, 0),
        ("fields", 2, 1, 1, 0),
        ("enum values", 2, 0, 1, 1),
    ]
    assert render_coverage_text(COVERED).endswith(
        "\n\nTotal:\n"
        "  operations: 1 documented, 1 seen live, 0 seen recorded, 0 never seen\n"
        "  statuses: 1 documented, 1 seen live, 0 seen recorded, 0 never seen\n"
        "  fields: 2 documented, 1 seen live, 1 seen recorded, 0 never seen\n"
        "  enum values: 2 documented, 0 seen live, 1 seen recorded, 1 never seen\n"
    )
    (exchange,) = json.loads(render_coverage_json(COVERED))["exchanges"]
    assert exchange["totals"]["enum values"] == {
        "documented": 2, "live": 0, "recorded": 1, "never": 1,
    }  # fmt: skip


def test_the_map_has_a_square_for_each_thing() -> None:
    page = render_coverage_html(COVERED)
    squares = re.findall(r'<rect class="(\w+)"[^>]*><title>([^<]*)</title>', page)
    assert [(kind, title.partition(":")[0]) for kind, title in squares] == [
        ("live", "responses.200"),
        ("live", "responses.200.id"),
        ("recorded", "responses.200.side"),
        ("recorded", "responses.200.side bid"),
        ("never", "responses.200.side ask"),
    ]
    assert "enum values 1/2" in page
    assert "script-src 'none'" in page


@pytest.mark.parametrize("text", XSS)
def test_nothing_breaks_out_of_the_map(text: str) -> None:
    told = operation(response(obj(field("x", "string", enum=(text,)))), path=f"/{text}")
    reader = Reader()
    reader.feed(render_coverage_html([ExchangeCoverage(text, observe_operations([told], []))]))
    reader.close()
    assert not reader.open
    assert not reader.scripts
