"""Evidence held against the documentation, by one process or several, in parts of any size."""

from __future__ import annotations

import gzip
import json
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from conformance.evidence import loading, octets
from conformance.evidence.loading import find_units
from conformance.model.interaction import Interaction
from conformance.pipeline.evidence import (
    EvidenceChecker,
    EvidenceResult,
    OriginParts,
    check_units,
)
from conformance.pipeline.pages import start_workers
from tests.builders import YES, field, obj, operation, parameter, response

ORDER = obj(field("id", "integer", required=YES), field("side", "string", enum=("BUY", "SELL")))
SIDE = parameter("side", "string", location="query", enum=("BUY", "SELL"))
OPERATION = operation(response(ORDER), path="/orders/{id}", parameters=(SIDE,))
CHECKER = EvidenceChecker.of([OPERATION], files=[])


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


def test_progress_says_how_far_a_large_file_was_read(archive: Path) -> None:
    said: list[tuple[int, int, str]] = []
    check_units(CHECKER, find_units(archive), progress=lambda *words: said.append(words))
    of_first = [name for done, _, name in said if done == 0]
    assert {total for _, total, _ in said} == {3}
    assert len(of_first) > 10
    assert of_first[-1] == "a.ndjson: 311 interactions"
    assert [name for _, _, name in said if ":" not in name] == ["a.ndjson", "b.ndjson.gz", "c.txt"]


def test_what_could_not_be_read_is_named_up_to_a_number(tmp_path: Path) -> None:
    (tmp_path / "a.ndjson").write_text("{}\n" * 2 + "{broken\n" * 1500)
    found = as_one(tmp_path)
    assert (len(found.failures), found.failed) == (1000, 1500)
    both = EvidenceResult().merge(found).merge(found)
    assert (len(both.failures), both.failed) == (1000, 3000)


GOOD: dict[str, Any] = {
    "method": "GET",
    "url": "https://h/orders/1",
    "asked": {"Accept": "*/*"},
    "sent": None,
    "status": 200,
    "answered": {"Content-Type": "application/json"},
    "body": '{"id": 1, "side": "BUY"}',
    "date": "2026-11-01",
    "more": {},
}
QUERIES = (
    *(
        "side=BUY",
        "side=HOLD",
        "sort=1",
        "nonce=1",
        "nonce=2",
        "nonce=3&side=HOLD",
        "nonce=4&sort=",
    ),
    *("nonce=4&sort=", "sign=1&side=BUY", "sign=2&side=SELL", "side=", "side=BUY#side=HOLD"),
)
OTHERWISE: dict[str, tuple[Any, ...]] = {
    "method": ("get", "PUT", "no method"),
    "url": (
        *(f"https://h/orders/2?{query}" for query in QUERIES),
        *("https://h/else", "https://i/orders/1", "wss://h/a", ""),
    ),
    "asked": ({}, {"X-Key": " b\nc", ":path": "/"}),
    "sent": ("side=BUY", '{"side": 1}'),
    "status": (200.0, 201, 404, 0, 99, True),
    "answered": (
        {},
        {"content-type": "text/html"},
        {"content-type": "application/json; charset=utf-16"},
        {"content-type": "text/html\napplication/json"},
        {"Content-Encoding": "gzip"},
        {"content-encoding": "unknown"},
        {"Date": " Mon, 02 Nov 2026 01:00:00 GMT"},
    ),
    "body": ('{"id": "1"}', '{"id": 1, "id": 2}', "{", "", "[]", "\ud800", None, "1" * 30),
    "date": ("2026-11-02", "", "2026-13-01", "once", None),
    "more": ({"origin": "live"}, {"comment": "origin: sandbox"}, {"_origin": 1}, {"note": "a"}),
}
EXCHANGES = st.lists(
    st.sampled_from([(name, value) for name, values in OTHERWISE.items() for value in values]),
    max_size=2,
).map(lambda changes: GOOD | dict(changes))
"""Interactions that are in order, and such as are not in one or two respects."""


def as_line(one: dict[str, Any]) -> dict[str, Any]:
    return {
        "request": {"method": one["method"], "url": one["url"], "headers": one["asked"]}
        | ({"body": one["sent"]} if one["sent"] else {}),
        "response": {"status": one["status"], "headers": one["answered"], "body": one["body"]},
        "date": one["date"],
        **one["more"],
    }


def as_entry(one: dict[str, Any]) -> dict[str, Any]:
    asked, answered = (
        [{"name": name, "value": value} for name, value in one[side].items()]
        for side in ("asked", "answered")
    )
    posted = {"postData": {"text": one["sent"]}} if one["sent"] else {}
    return {
        "startedDateTime": one["date"],
        "request": {"method": one["method"], "url": one["url"], "headers": asked, **posted},
        "response": {
            "status": one["status"],
            "headers": answered,
            "content": {"text": one["body"]},
        },
        **one["more"],
    }


@example([GOOD | {"url": f"https://h/orders/2?{query}"} for query in QUERIES])
@given(st.lists(EXCHANGES, max_size=20))
def test_what_is_accepted_at_sight_is_what_would_be_accepted(found: list[dict[str, Any]]) -> None:
    found = [GOOD, *found, GOOD, GOOD, GOOD]  # the first makes the host known
    log = {"version": "1.2", "entries": [as_entry(one) for one in found]}
    texts = {
        "a.har": json.dumps({"log": log}),
        "a.ndjson": "".join(json.dumps(as_line(one)) + "\n" for one in found),
    }
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(loading, "_SMALL", 500)
        patch.setattr(octets, "SEGMENT", 900)
        for name, text in texts.items():
            file = Path(folder) / name
            file.write_text(text)
            # each with a checker of its own, which remembers nothing of the other's requests
            at_sight = check_units(EvidenceChecker.of([OPERATION], files=[]), find_units(file))
            with pytest.MonkeyPatch.context() as closer:
                closer.setattr(EvidenceChecker, "accepts", lambda *_: False)
                closely = check_units(EvidenceChecker.of([OPERATION], files=[]), find_units(file))
            assert CHECKER.result(at_sight.parts) == CHECKER.result(closely.parts)
            assert (at_sight.failures, at_sight.asides) == (closely.failures, closely.asides)


@pytest.mark.parametrize("write", [as_line, as_entry])
def test_no_interaction_is_made_of_what_is_in_order(
    write: Callable[[dict[str, Any]], dict[str, Any]],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = [write(GOOD)] * 100
    text = json.dumps({"log": {"creator": {}, "entries": values}})
    if write is as_line:
        text = "".join(json.dumps(value) + "\n" for value in values)
    (tmp_path / "a").write_text(text)
    taken: list[Interaction] = []
    take = EvidenceChecker.take

    def counted(checker: EvidenceChecker, parts: OriginParts, interaction: Interaction) -> None:
        taken.append(interaction)
        take(checker, parts, interaction)

    monkeypatch.setattr(EvidenceChecker, "take", counted)
    result = CHECKER.result(as_one(tmp_path / "a").parts)
    assert (result.checked_interactions, result.judged_interactions) == (100, 100)
    assert len(taken) < 20  # the first, and what follows the last cut


def test_an_interrupt_ends_the_workers_in_the_middle_of_their_work() -> None:
    pending: list[Future[None]] = []
    with suppress(KeyboardInterrupt), start_workers(2) as pool:
        assert pool.submit(signal.getsignal, signal.SIGINT).result() is signal.SIG_IGN
        pending += [pool.submit(time.sleep, 20) for _ in range(6)]
        raise KeyboardInterrupt
    assert all(isinstance(each.exception(), BrokenProcessPool) for each in pending)
