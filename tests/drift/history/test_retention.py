"""What is left of a history after old runs were removed says the same of every finding."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

import pytest
import sqlalchemy as sa

from conformance.drift.history import rows
from conformance.drift.history.database import payload
from conformance.drift.history.record import RunRecord, RunScope
from conformance.drift.history.store import HistoryStore, open_history
from conformance.errors import InputError, UsageError
from tests.drift.history.nights import ALL, NOTHING, finding, night, run

NOW = night(100)


def standing(store: HistoryStore, since: dt.datetime | None = None) -> set[tuple[object, ...]]:
    """Each finding with what pruning has to leave as it is."""
    return {
        (
            trail.exchange,
            trail.finding,
            trail.memory.state,
            trail.memory.first_seen,
            trail.memory.last_seen,
            trail.memory.checked,
        )
        for trail in store.findings(since=since)
    }


def nights(seed: int, count: int) -> list[RunRecord]:
    """Runs that found and looked at what the dice say."""
    dice = random.Random(seed)  # noqa: S311
    found = set("abc")
    made = []
    for number in range(count):
        found ^= {name for name in "abcdefgh" if dice.random() < 0.1}
        scope = dice.choice([ALL, ALL, ALL, NOTHING, RunScope(rules=ALL.rules, pages=ALL.pages)])
        seen = [finding(name, seen=dice.randint(1, 3)) for name in sorted(found)]
        whole = dice.random() < 0.8
        made.append(run(number, findings=seen, scope=scope, complete=whole, accepted="ab"))
    return made


def add(store: HistoryStore, records: list[RunRecord]) -> None:
    """Keep them in one transaction."""
    with store._database.writing() as connection:
        for record in records:
            rows.add_run(connection, record, {each.fingerprint: each for each in record.findings})


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("kept", [1, 7, 29])
def test_states_stay(tmp_path: Path, seed: int, kept: int) -> None:
    pruned, other = (open_history(str(tmp_path / name)) for name in ("pruned", "other"))
    *past, tomorrow, later = nights(seed, 32)
    for store in (pruned, other):
        add(store, past)
    pruned.prune(kept, NOW)
    oldest = past[-kept].started
    assert standing(pruned) == standing(other)
    assert standing(pruned, oldest) == standing(other, oldest)
    for record in (tomorrow, later):
        pruned.remember(record)
        other.remember(record)
        assert standing(pruned) == standing(other)
        pruned.prune(kept, NOW)
        assert standing(pruned) == standing(other)


def test_old_runs_go_and_what_findings_rest_on_stays(url: str) -> None:
    store = open_history(url)
    for number, found in enumerate(["ab", "a", "a", "a", "ac", "ac"]):
        store.remember(run(number, found))
    store.remember(run(0, "f", exchange="other"))
    before = standing(store)
    (other, venue) = store.prune(2, NOW).exchanges
    assert (other.runs, other.gone, other.sightings) == (1, 0, 0)
    assert (venue.runs, venue.gone, venue.thinned, venue.sightings) == (6, 2, 1, 2)
    assert [(each.number, each.findings) for each in store.runs("venue")] == [
        (6, 2), (5, 2), (4, 1), (1, 2),
    ]  # fmt: skip
    assert standing(store) == before


def test_a_time_counts_from_now_and_the_latest_run_stays(url: str) -> None:
    store = open_history(url)
    for number in range(5):
        store.remember(run(number))
    store.prune(dt.timedelta(days=2), night(4))
    assert [each.started for each in store.runs()][:3] == [night(4), night(3), night(2)]
    store.prune(dt.timedelta(days=2), NOW)
    assert store.runs()[0].started == night(4)
    assert store.recall("venue").record == run(4)


def test_documents_that_nothing_refers_to_go(url: str) -> None:
    store = open_history(url)
    for number in range(8):
        store.remember(run(number, findings=[finding(seen=number + 1)]))
    planned = store.prune(2, NOW, dry=True)
    assert planned.documents
    assert len(store.runs()) == 8
    done = store.prune(2, NOW)
    assert (done.exchanges, done.documents) == (planned.exchanges, planned.documents)
    with store._database.reading() as connection:
        left = connection.scalar(sa.select(sa.func.count()).select_from(payload))
        assert not [
            index["name"]
            for table in ("conformance_run", "conformance_sighting")
            for index in sa.inspect(connection).get_indexes(table)
            if "pruning" in str(index["name"])
        ]
    # the findings of two whole runs, of the first and the last before them; scopes and accounts
    assert left == 4 + 2 + 2


def test_the_file_gives_back_its_room(tmp_path: Path) -> None:
    file = tmp_path / "history.sqlite"
    store = open_history(str(file))
    for number in range(60):
        store.remember(run(number, findings=[finding(name * 40, seen=number) for name in "abcdef"]))
    size = store.prune(1, NOW).size
    assert size is not None
    assert size[1] == file.stat().st_size < size[0] / 2


def test_only_the_exchanges_that_are_meant(url: str) -> None:
    store = open_history(url)
    for exchange in ("venue", "other"):
        for number in range(5):
            store.remember(run(number, exchange=exchange))
    (pruned,) = store.prune(1, NOW, ["venue"]).exchanges
    assert (pruned.exchange, len(store.runs("other"))) == ("venue", 5)
    with pytest.raises(UsageError, match="no run of 'third'"):
        store.prune(1, NOW, ["third"])


def test_nothing_is_begun(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no such history"):
        open_history(str(tmp_path / "none")).prune(1, NOW)
    assert not list(tmp_path.iterdir())
