"""Which of the oldest runs can go, so that every finding stands where it stood.

A finding's state needs when it was first seen, when it was last seen, and a run that found it
gone.  A run that such a fact rests on stays: whole where it found something gone, and otherwise
with nothing but those sightings, as a run that looked at nothing, which fixes nothing.
"""

from __future__ import annotations

import bisect
import datetime as dt
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import Connection, Index, delete, func, or_, select, update

from conformance.drift.history.database import finding, payload, run, sighting
from conformance.drift.history.record import RunDetails, RunScope
from conformance.drift.history.rows import RunRow, add_rows, keep, split_batches
from conformance.drift.history.states import RunTimeline

Keep: TypeAlias = int | dt.timedelta
"""What of an exchange stays: the latest runs, so many, or those that began so long ago at most."""


class Retention(Struct, frozen=True):
    """What becomes of the runs of one exchange; runs are named by their places."""

    cut: int
    """The first run that stays because it is young enough; the latest always is."""
    whole: frozenset[int]
    """Older runs that stay as they are."""
    sightings: frozenset[tuple[str, int]]
    """Fingerprint and run: what is left of the other older ones."""

    @property
    def thinned(self) -> frozenset[int]:
        """Older runs of which only those sightings stay; the last of them is what runs are
        compared with."""
        last = {self.cut - 1} if self.cut else set()
        return frozenset(last | {place for _, place in self.sightings}) - self.whole

    @property
    def gone(self) -> frozenset[int]:
        """Runs of which nothing stays."""
        return frozenset(range(self.cut)) - self.whole - self.thinned


class Pruned(Struct, frozen=True, kw_only=True):
    """What became of the runs of one exchange."""

    exchange: str
    runs: int
    gone: int
    thinned: int
    """Those of which only what findings rest on is left, newly so or from before."""
    sightings: int
    """How many went."""


class Pruning(Struct, frozen=True):
    """What became of a history."""

    exchanges: tuple[Pruned, ...]
    documents: int
    """Octets of the documents that nothing refers to any more."""
    size: tuple[int, int] | None = None
    """Octets of the file before and after; None where there is none, or nothing was done."""


def plan_retention(timeline: RunTimeline, kept: Keep, now: dt.datetime) -> Retention:
    """What has to stay so that ``timeline`` says the same of every finding."""
    if isinstance(kept, int):
        cut = max(0, len(timeline.runs) - kept)
    else:
        started = [each.started for each in timeline.runs]
        cut = min(timeline.last, bisect.bisect_left(started, now - kept))
    needed: set[tuple[str, int]] = set()
    whole: set[int] = set()
    for fingerprint, seen in timeline.seen.items():
        past = [each for each in seen if each.run < cut]
        if past:
            needed |= {(fingerprint, past[0].run), (fingerprint, past[-1].run)}
            later = range(cut - 1, past[-1].run, -1)
            whole.update([each for each in later if timeline.sees(past[-1], each)][:1])
    needed.update(_find_earlier_sightings(timeline, whole))
    return Retention(cut, frozenset(whole), frozenset(n for n in needed if n[1] not in whole))


def _find_earlier_sightings(timeline: RunTimeline, whole: set[int]) -> Iterator[tuple[str, int]]:
    """The sightings by which runs that stay whole decide what they found gone."""
    for fingerprint, seen in timeline.seen.items():
        places = [each.run for each in seen]
        for place in whole:
            before = bisect.bisect_left(places, place)
            if before and place not in places[before : before + 1]:
                yield fingerprint, places[before - 1]


def remove_runs(
    connection: Connection, rows: Sequence[RunRow], retention: Retention, title: str
) -> Pruned:
    """Take from ``rows``, the runs of one exchange, all that does not stay."""
    numbers = {row.number: place for place, row in enumerate(rows)}
    gone = [rows[place].number for place in sorted(retention.gone)]
    thinned = [rows[place].number for place in sorted(retention.thinned)]
    query = select(sighting, finding.c.fingerprint).join_from(sighting, finding)
    left = [
        {name: value for name, value in row._mapping.items() if name != "fingerprint"}
        for part in split_batches(thinned)
        for row in connection.execute(query.where(sighting.c.run_id.in_(part)))
        if (row.fingerprint, numbers[row.run_id]) in retention.sightings
    ]
    removed = 0
    for part in split_batches([*gone, *thinned]):
        removed += connection.execute(delete(sighting).where(sighting.c.run_id.in_(part))).rowcount
    add_rows(connection, sighting, left)
    for part in split_batches(gone):
        connection.execute(delete(run).where(run.c.id.in_(part)))
    # The others say that they looked at nothing.
    scope, account = keep(connection, [RunScope(), RunDetails(title=title)])
    change = update(run).values(complete=False, scope_id=scope, account_id=account)
    for part in split_batches(thinned):
        connection.execute(change.where(run.c.id.in_(part)))
    exchange = rows[0].exchange
    sightings = removed - len(left)
    return Pruned(
        exchange=exchange, runs=len(rows), gone=len(gone), thinned=len(thinned), sightings=sightings
    )


def remove_documents(connection: Connection) -> int:
    """Take away the documents that nothing refers to; their octets."""
    unused = ~or_(
        payload.c.id.in_(select(sighting.c.payload_id)),
        payload.c.id.in_(select(run.c.scope_id)),
        payload.c.id.in_(select(run.c.account_id)),
    )
    weight = connection.scalar(select(func.sum(func.length(payload.c.content))).where(unused))
    connection.execute(delete(payload).where(unused))
    return int(weight or 0)


def build_indexes() -> tuple[Index, ...]:
    """Indexes without which the database looks through whole tables for every row that goes.  They
    are made for the time of the removal, and belong to no table of ours."""
    columns = (sighting.c.run_id, sighting.c.payload_id, run.c.scope_id, run.c.account_id)
    indexes = tuple(Index(f"conformance_pruning_{column.name}", column) for column in columns)
    for index in indexes:
        assert index.table is not None  # noqa: S101 - its column has one
        index.table.indexes.discard(index)
    return indexes
