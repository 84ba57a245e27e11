"""What is remembered is recalled, and stands where it should, on either database."""

from __future__ import annotations

import datetime as dt
import itertools
import tempfile
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.drift.history import rows
from conformance.drift.history.database import Database, sighting
from conformance.drift.history.location import parse_location
from conformance.drift.history.record import History, Memory, Period, RunRecord, State
from conformance.drift.history.rows import runs_of
from conformance.drift.history.sightings import load_streaks
from conformance.drift.history.states import Streak
from conformance.drift.history.store import HistoryStore, open_history
from conformance.errors import InputError, UsageError
from tests.drift.history.nights import ALL, NOTHING, finding, mark, night, run

NAMES = {mark(name): name for name in "abcdefgh"}


@pytest.fixture
def store(url: str) -> HistoryStore:
    return open_history(url)


def told(history: History) -> dict[str, str]:
    """Where each finding stands, by its name; in brackets what the run could not have seen."""
    stands = {NAMES[name]: memory.state.value for name, memory in history.memories.items()}
    for gone in history.gone:
        word = gone.memory.state.value
        stands[NAMES[gone.finding.fingerprint]] = word if gone.memory.checked else f"({word})"
    return stands


def remember(store: HistoryStore, *runs: RunRecord) -> list[dict[str, str]]:
    return [told(store.remember(each)) for each in runs]


def test_a_run_is_recalled_as_it_was(store: HistoryStore) -> None:
    record = run(0, "ab", accepted="b")
    history = store.remember(record)
    stored = store.recall("venue")
    assert stored.record == record
    assert stored.history == history


def test_new_open_fixed_returned(store: HistoryStore) -> None:
    assert remember(
        store, run(0, "ab"), run(1, "a"), run(2, "a"), run(3, "abc"), run(4, "abc")
    ) == [
        {"a": "new", "b": "new"},
        {"a": "open", "b": "fixed"},
        {"a": "open"},
        {"a": "open", "b": "returned", "c": "new"},
        {"a": "open", "b": "open", "c": "open"},
    ]


def test_the_memory_of_a_finding_is_complete(store: HistoryStore) -> None:
    remember(store, run(0, "a"), run(1), run(2, "a"), run(3, "a"), run(4, scope=NOTHING))
    history = store.recall("venue").history
    assert history == History(
        run=night(4),
        previous=night(3),
        runs=5,
        gone=history.gone,
    )
    (gone,) = history.gone
    assert gone.finding == finding("a")
    assert gone.memory == Memory(
        state=State.OPEN,
        first_seen=night(0),
        last_seen=night(3),
        times_seen=3,
        runs=4,
        periods=(Period(night(0), night(0)), Period(night(2), night(3))),
        checked=False,
    )


def test_what_a_run_could_not_see_is_not_fixed(store: HistoryStore) -> None:
    runs = [run(0, "a"), run(1, scope=NOTHING), run(2, complete=False), run(3, "a"), run(4)]
    assert remember(store, *runs) == [
        {"a": "new"},
        {"a": "(open)"},
        {"a": "(open)"},
        {"a": "open"},
        {"a": "fixed"},
    ]


def test_what_is_gone_stays_gone_where_nobody_looks(store: HistoryStore) -> None:
    remember(store, run(0, "a"), run(1), run(2, scope=NOTHING))
    history = store.recall("venue", since=night(0)).history
    assert told(history) == {"a": "(fixed)"}


def test_what_is_accepted_is_known_until_it_is_gone(store: HistoryStore) -> None:
    runs = [run(0, "a"), run(1, "a", accepted="a"), run(2, accepted="a"), run(3, "a")]
    assert remember(store, *runs) == [
        {"a": "new"},
        {"a": "known"},
        {"a": "fixed"},
        {"a": "returned"},
    ]
    assert remember(store, run(4, scope=NOTHING, accepted="a")) == [{"a": "(known)"}]


def test_states_since_a_time(store: HistoryStore) -> None:
    remember(store, run(0, "ab"), run(1, "abc"), run(2, "cd"), run(3, "acd"), run(4, "ac"))
    assert told(store.recall("venue").history) == {"a": "open", "c": "open", "d": "fixed"}
    since = {
        -1: {"a": "new", "b": "fixed", "c": "new", "d": "fixed"},
        0: {"a": "returned", "b": "fixed", "c": "new", "d": "fixed"},
        1: {"a": "returned", "b": "fixed", "c": "open", "d": "fixed"},
        2: {"a": "returned", "c": "open", "d": "fixed"},
        3: {"a": "open", "c": "open", "d": "fixed"},
        4: {"a": "open", "c": "open"},
    }
    for number, expected in since.items():
        for time in (night(number), night(number) + dt.timedelta(hours=12)):
            history = store.recall("venue", since=time).history
            assert told(history) == expected, number
            assert history.since == time


def test_a_run_is_recalled_as_things_stood_then(store: HistoryStore) -> None:
    for each in (run(0, "ab"), run(1, "a"), run(2, "abc")):
        history = store.remember(each)
        assert store.recall("venue").history == history


def test_runs_are_ordered_by_the_time_they_began(store: HistoryStore) -> None:
    """A run that takes long is remembered after one that began later."""
    remember(store, run(0, "a"), run(4, "ac"))
    history = store.remember(run(2, "bc"))
    assert told(history) == {"b": "new", "c": "new", "a": "fixed"}
    assert (history.runs, history.previous) == (2, night(0))
    assert remember(store, run(1)) == [{"a": "fixed"}]
    assert told(store.recall("venue").history) == {"a": "returned", "b": "fixed", "c": "open"}
    assert [each.started for each in store.runs()] == [night(n) for n in (4, 2, 1, 0)]
    (trail,) = store.findings(fingerprint=mark("c"))
    assert trail.memory.periods == (Period(night(2), night(4)),)
    assert [each.started for each in trail.sightings] == [night(2), night(4)]


def test_runs_that_began_at_once_are_both_kept(store: HistoryStore) -> None:
    assert remember(store, run(0, "a"), run(0, "ab")) == [{"a": "new"}, {"a": "open", "b": "new"}]
    assert store.recall("venue").history.runs == 2


def test_exchanges_are_kept_apart(store: HistoryStore) -> None:
    assert remember(store, run(0, "a"), run(1, "b", exchange="other")) == [
        {"a": "new"},
        {"b": "new"},
    ]
    assert store.exchanges() == ("other", "venue")
    assert [each.exchange for each in store.runs()] == ["other", "venue"]
    assert [each.finding.fingerprint for each in store.findings("other")] == [mark("b")]
    assert len(store.findings()) == 2


def test_a_comparison_is_not_kept(store: HistoryStore) -> None:
    remember(store, run(0, "ab"))
    assert told(store.compare(run(1, "bc"))) == {"a": "fixed", "b": "open", "c": "new"}
    assert told(store.compare(run(1, "bc"), since=night(-1))) == {
        "a": "fixed",
        "b": "new",
        "c": "new",
    }
    assert len(store.runs()) == 1
    assert told(store.compare(run(1, "a", exchange="other"))) == {"a": "new"}
    assert store.exchanges() == ("venue",)


def test_every_run_in_one_line(store: HistoryStore) -> None:
    remember(store, run(0, "ab"), run(1, "a", accepted="a"), run(2, complete=False), run(3, "bc"))
    counts = [
        (each.findings, each.known, each.new, each.returned, each.fixed, each.complete)
        for each in store.runs("venue")
    ]
    assert counts == [
        (2, 0, 1, 1, 1, True),
        (0, 0, 0, 0, 0, False),
        (1, 1, 0, 0, 1, True),
        (2, 0, 2, 0, 0, True),
    ]
    latest = store.runs()[0]
    assert latest.evidence == (("recorded", 3),)
    assert latest.version == "1.0"
    assert latest.finished - latest.started == dt.timedelta(minutes=1)


def test_a_finding_through_all_runs(store: HistoryStore) -> None:
    remember(store, run(0, "b"), run(1, "ab", accepted="a"), run(2), run(3, scope=NOTHING))
    store.remember(run(4, findings=(finding("a", seen=7),)))
    (trail,) = store.findings(fingerprint=mark("a"))
    assert [(each.started, each.kind, each.known) for each in trail.sightings] == [
        (night(1), "seen", True),
        (night(2), "gone", False),
        (night(3), "not checked", False),
        (night(4), "seen", False),
    ]
    assert trail.finding == finding("a", seen=7)
    assert trail.sightings[0].finding == finding("a")
    assert trail.memory.state is State.RETURNED
    assert all(not each.sightings for each in store.findings())


def test_one_of_each_fingerprint_is_kept(store: HistoryStore) -> None:
    first, second = finding("a"), finding("a", seen=2)
    store.remember(run(0, findings=(first, second)))
    assert store.recall("venue").record.findings == (first,)


def test_text_that_no_database_takes(store: HistoryStore) -> None:
    odd = replace(finding("a"), operation="GET /\0", subject="\ud800'; DROP TABLE x; --\x1b[31m")
    scope = replace(ALL, examined=frozenset({("GET /\0", "recorded")}))
    record = run(0, exchange="ve\ud800nue", findings=(odd,), scope=scope)
    store.remember(record)
    assert store.recall("ve\ud800nue").record.findings == (odd,)
    fixed = store.remember(replace(record, started=night(1), findings=()))
    assert [each.memory.state for each in fixed.gone] == [State.FIXED]


def test_times_are_told_in_utc(store: HistoryStore) -> None:
    seoul = dt.timezone(dt.timedelta(hours=9))
    local = dt.datetime(2026, 11, 2, 8, 0, 0, 123456, tzinfo=seoul)
    store.remember(replace(run(0, "a"), started=local))
    found = store.recall("venue").record.started
    assert found == local
    assert found.utcoffset() == dt.timedelta(0)


def test_many_findings(store: HistoryStore) -> None:
    many = tuple(finding(f"member{number}") for number in range(2000))
    store.remember(run(0, findings=many))
    history = store.remember(run(1, findings=many[:500]))
    assert len(history.memories) == 500
    assert len(history.gone) == 1500
    assert set(store.recall("venue").record.findings) == set(many[:500])


def test_nights_without_a_change_take_no_room(store: HistoryStore) -> None:
    from sqlalchemy import func, select

    from conformance.drift.history.database import payload

    for number in range(5):
        store.remember(run(number, "ab"))
    with store._database.reading() as connection:
        assert connection.scalar(select(func.count()).select_from(payload)) == 4


def test_what_is_not_remembered_is_said(store: HistoryStore) -> None:
    remember(store, run(0, "a"))
    with pytest.raises(UsageError, match=r"no run of 'other'.*remembered: venue"):
        store.recall("other")
    with pytest.raises(UsageError, match="no run of 'other'"):
        store.runs("other")
    with pytest.raises(UsageError, match="no run of 'other'"):
        store.findings("other")
    with pytest.raises(UsageError, match="nothing is remembered of '000000000000'"):
        store.findings(fingerprint="000000000000")


def test_before_anything_is_remembered(store: HistoryStore, url: str) -> None:
    if "://" in url:
        assert store.exists()
        assert store.exchanges() == ()
        with pytest.raises(UsageError, match="nothing yet"):
            store.recall("venue")
        return
    assert not store.exists()
    for ask in (store.exchanges, store.runs, store.findings, lambda: store.compare(run(0))):
        with pytest.raises(InputError, match=r"no such history.*--history FILE"):
            ask()


@pytest.mark.parametrize("failure", [KeyboardInterrupt, MemoryError])
def test_a_failure_in_the_middle_keeps_nothing(
    store: HistoryStore, monkeypatch: pytest.MonkeyPatch, failure: type[BaseException]
) -> None:
    add_rows = rows.add_rows

    def fail(connection: Any, table: Any, found: Any) -> None:
        if table is sighting:
            raise failure
        add_rows(connection, table, found)

    remember(store, run(0, "a"))
    with monkeypatch.context() as patch:
        patch.setattr(rows, "add_rows", fail)
        with pytest.raises(failure):
            store.remember(run(1, "ab"))
    assert told(store.recall("venue").history) == {"a": "new"}
    assert [NAMES[each.finding.fingerprint] for each in store.findings()] == ["a"]
    assert len(store.runs()) == 1


@settings(max_examples=10)
@given(st.permutations(range(5)), st.lists(st.sets(st.sampled_from("abc")), min_size=5))
def test_streaks_are_those_of_the_sightings(order: list[int], found: list[set[str]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = Database(parse_location(str(Path(folder) / "history.sqlite")))
        remember(HistoryStore(database), *(run(night, sorted(found[night])) for night in order))
        with database.reading() as connection:
            runs = runs_of(connection, "venue")
            for until in range(len(runs) + 1):
                streaks = load_streaks(connection, runs[:until])
                places = {
                    name: [n for each in streaks.get(mark(name), ()) for n in _places(each)]
                    for name in "abc"
                }
                seen = {n: [p for p in range(until) if n in found[p]] for n in "abc"}
                assert places == seen
                for each in streaks.values():
                    assert all(b.first > a.last + 1 for a, b in itertools.pairwise(each))


def _places(streak: Streak) -> range:
    return range(streak.first, streak.last + 1)
