"""Evidence held against the documentation, by one process or several, in parts of any size."""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from conformance.evidence import loading, octets
from conformance.evidence.loading import find_units
from conformance.pipeline.evidence import EvidenceChecker, EvidenceResult, check_units
from tests.builders import YES, field, obj, operation, response

ORDER = obj(field("id", "integer", required=YES), field("side", "string", enum=("BUY", "SELL")))
CHECKER = EvidenceChecker.of([operation(response(ORDER), path="/orders/{id}")], files=[])


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of some ten interactions."""
    monkeypatch.setattr(loading, "_SMALL", 2000)
    monkeypatch.setattr(octets, "SEGMENT", 2000)


def lines(first: int, last: int) -> Iterator[str]:
    for n in range(first, last):
        body = {"id": n if n % 5 else str(n), "side": "BUY" if n % 3 else f"S{n % 4}"}
        path = "orders" if n % 7 else "others"
        request = {"method": "GET", "url": f"https://h/{path}/{n}"}
        response = {"status": 200 if n % 11 else 599, "body": body}
        yield json.dumps({"request": request, "response": response, "date": "2026-11-01"}) + "\n"
        if n % 50 == 0:
            yield "{broken\n"
            yield json.dumps({"request": {"method": "GET", "url": "ws://h"}, "response": {}}) + "\n"


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    (tmp_path / "a.ndjson").write_text("".join(lines(0, 300)))
    (tmp_path / "b.ndjson.gz").write_bytes(gzip.compress("".join(lines(300, 500)).encode()))
    (tmp_path / "c.txt").write_text("neither")
    return tmp_path


def as_one(archive: Path) -> EvidenceResult:
    return check_units(CHECKER, find_units(archive))


def test_several_processes_come_to_the_same(archive: Path) -> None:
    one, two = as_one(archive), check_units(CHECKER, find_units(archive), jobs=2)
    result = CHECKER.result(one.parts)
    assert CHECKER.result(two.parts) == result
    assert (two.failures, two.failed, two.asides) == (one.failures, one.failed, one.asides)
    assert (result.checked_interactions, result.unchecked.unmatched) == (428, 72)
    assert sorted({f.rule for f in result.findings}) == [
        "type-mismatch",
        "undocumented-operation",
        "undocumented-status",
        "unknown-enum-value",
    ]
    assert one.failed == 11
    assert one.failures[-1].startswith("c.txt: ")


def test_what_could_not_be_read_is_named_up_to_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text("{}\n" * 2 + "{broken\n" * 1500)
    found = as_one(tmp_path)
    assert (len(found.failures), found.failed) == (1000, 1500)
    both = EvidenceResult().merge(found).merge(found)
    assert (len(both.failures), both.failed) == (1000, 3000)
