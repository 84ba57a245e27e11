"""What runs saw, as streaks: the database counts what every night repeats, and reads the rest."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Select, case, func, select

from conformance.drift.history.database import finding, run, sighting
from conformance.drift.history.rows import RunRow, split_batches
from conformance.drift.history.states import Streak


def load_streaks(connection: Connection, rows: Sequence[RunRow]) -> dict[str, list[Streak]]:
    """What ``rows``, the oldest runs of one exchange, saw: by fingerprint, each oldest first.

    Rows are read of those findings alone that some run between their first and their last did not
    see.  Of the others the database counts them, as long as runs were added in their order.
    """
    places = {row.number: place for place, row in enumerate(rows)}
    in_order = list(places) == sorted(places)
    streaks: dict[str, list[Streak]] = {}
    broken: dict[int, str] = {}
    for row in connection.execute(_select_ends(rows)) if rows else ():
        streaks[row.fingerprint] = []
        streak = Streak(places[row.first], places[row.last], row.payload_id)
        if in_order and streak.last - streak.first + 1 == row.runs:
            streaks[row.fingerprint].append(streak)
        else:
            broken[row.finding_id] = row.fingerprint
    for number, seen in _load_occurrences(connection, places, broken).items():
        streaks[broken[number]].extend(_join_streaks(sorted(seen)))
    return streaks


def _select_ends(rows: Sequence[RunRow]) -> Select[Any]:
    """Each finding with how many of ``rows`` saw it, the numbers of the first and the last of them,
    and the document of the last."""
    exchange, s = rows[0].exchange, sighting.c
    later = select(run.c.id).where(run.c.exchange == exchange, run.c.started > rows[-1].started)
    of_exchange = select(finding.c.id).where(finding.c.exchange == exchange)
    first, last = func.min(s.run_id).label("first"), func.max(s.run_id).label("last")
    ends = (
        select(s.finding_id, first, last, func.count().label("runs"))
        .where(s.finding_id.in_(of_exchange), s.run_id.not_in(later))
        .group_by(s.finding_id)
        .subquery()
    )
    return (
        select(ends, s.payload_id, finding.c.fingerprint)
        .join_from(ends, sighting, (s.finding_id == ends.c.finding_id) & (s.run_id == ends.c.last))
        .join(finding, finding.c.id == ends.c.finding_id)
        .order_by(ends.c.finding_id)
    )


def _load_occurrences(
    connection: Connection, places: Mapping[int, int], findings: Mapping[int, str]
) -> dict[int, list[tuple[int, int]]]:
    """The runs (their places) that saw each of ``findings``, and as which document."""
    seen: dict[int, list[tuple[int, int]]] = {}
    s = sighting.c
    for part in split_batches(list(findings)):
        query = select(s.finding_id, s.run_id, s.payload_id).where(s.finding_id.in_(part))
        for number, run_id, document in connection.execute(query):
            if run_id in places:
                seen.setdefault(number, []).append((places[run_id], document))
    return seen


def _join_streaks(seen: Sequence[tuple[int, int]]) -> Iterator[Streak]:
    first = seen[0][0]
    for (place, document), following in zip(seen, (*seen[1:], None), strict=True):
        if following is None or following[0] != place + 1:
            yield Streak(first, place, document)
            first = following[0] if following else 0


def load_sightings(
    connection: Connection, rows: Sequence[RunRow], fingerprint: str
) -> dict[int, tuple[int, bool]]:
    """The document of a finding by each run of ``rows`` (its place) that saw it, and whether it was
    accepted on that day."""
    places = {row.number: place for place, row in enumerate(rows)}
    s, f = sighting.c, finding.c
    query = (
        select(s.run_id, s.payload_id, s.known)
        .join_from(sighting, finding)
        .where(f.exchange == rows[0].exchange, f.fingerprint == fingerprint)
    )
    return {
        places[number]: (payload, known) for number, payload, known in connection.execute(query)
    }


def count_sightings(connection: Connection, exchange: str) -> dict[int, tuple[int, int]]:
    """How many findings each run (its number) of ``exchange`` saw, and how many of them were
    accepted on that day."""
    known = func.sum(case((sighting.c.known, 1), else_=0))
    query = (
        select(sighting.c.run_id, func.count(), known)
        .join_from(sighting, run)
        .where(run.c.exchange == exchange)
        .group_by(sighting.c.run_id)
    )
    return {number: (findings, known) for number, findings, known in connection.execute(query)}
