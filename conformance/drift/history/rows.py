"""Runs and findings, to rows and back; JSON documents are kept once, by their hash.

Which of the oldest runs can go so that every finding stands where it stood: a finding's state needs
when it was first seen, when it was last seen, and a run that found it gone.  A run that such a fact
rests on stays: whole where it found something gone, and otherwise with nothing but those sightings,
as a run that looked at nothing, which fixes nothing.
"""

from __future__ import annotations

import bisect
import datetime as dt
import hashlib
import json
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, Final, TypeAlias, TypeVar

import msgspec
from msgspec import Struct
from sqlalchemy import (
    Connection,
    Index,
    Table,
    delete,
    func,
    insert,
    or_,
    select,
    update,
)

from conformance.drift.history.database import finding, payload, run, sighting
from conformance.drift.history.location import HistoryLocation, damage_error
from conformance.drift.history.record import RunDetails, RunRecord, RunScope
from conformance.drift.history.states import RunTimeline
from conformance.model.finding import Finding, Severity

T = TypeVar("T")
AT_ONCE: Final = 500
"""Rows or values of one statement; databases limit them."""
_LONGEST: Final = 64 * 1024 * 1024
"""Octets of a document when it is inflated; none that was ever kept is longer."""


def keep(connection: Connection, nouns: Iterable[object]) -> list[int]:
    """The numbers of the documents for ``nouns``, in their order; those that are new are added.
    Nobody else may write at the same time."""
    contents = [encode(noun) for noun in nouns]
    digests = [hashlib.sha256(content).digest() for content in contents]
    missing = dict(zip(digests, contents, strict=True))
    for digest in _number_documents(connection, digests):
        del missing[digest]
    rows = [{"digest": d, "content": zlib.compress(c, 9)} for d, c in missing.items()]
    add_rows(connection, payload, rows)
    numbers = _number_documents(connection, digests)
    return [numbers[digest] for digest in digests]


def add_rows(connection: Connection, table: Table, rows: Sequence[Mapping[str, object]]) -> None:
    """Add ``rows`` to a table, as many at once as one statement takes."""
    for part in split_batches(rows):
        connection.execute(insert(table), part)


class Documents:
    """Documents that are there, read when they are needed."""

    def __init__(self, connection: Connection, location: HistoryLocation) -> None:
        self._connection = connection
        self._location = location
        self._contents: dict[int, bytes] = {}
        self._nouns: dict[tuple[type, int], object] = {}

    def fetch(self, numbers: Iterable[int]) -> None:
        """Read several at once, before they are needed."""
        wanted = sorted(set(numbers) - self._contents.keys())
        for part in split_batches(wanted):
            query = select(payload).where(payload.c.id.in_(part))
            for number, digest, deflated in self._connection.execute(query):
                inflating = zlib.decompressobj()
                try:
                    content = inflating.decompress(deflated, _LONGEST)
                except zlib.error as error:
                    raise damage_error(self._location, error) from error
                if hashlib.sha256(content).digest() != digest:
                    raise damage_error(self._location, "a document is not the one that was kept")
                self._contents[number] = content

    def read(self, kind: type[T], number: int) -> T:
        """The noun of this ``kind`` that is kept under ``number``.  Raises InputError: there is
        none, or not what was kept."""
        noun = self._nouns.get((kind, number))
        if noun is None:
            self.fetch([number])
            try:
                noun = self._nouns[kind, number] = decode(kind, self._contents[number])
            except (ValueError, KeyError) as error:
                raise damage_error(self._location, f"document {number}: {error}") from error
        assert isinstance(noun, kind)  # noqa: S101 - the key says so
        return noun


def split_batches(rows: Sequence[T]) -> Iterator[Sequence[T]]:
    """``rows`` in parts that one statement can hold."""
    return (rows[start : start + AT_ONCE] for start in range(0, len(rows), AT_ONCE))


def _number_documents(connection: Connection, digests: Iterable[bytes]) -> dict[bytes, int]:
    found: dict[bytes, int] = {}
    for part in split_batches(sorted(set(digests))):
        query = select(payload.c.digest, payload.c.id).where(payload.c.digest.in_(part))
        found |= {bytes(digest): number for digest, number in connection.execute(query)}
    return found


def encode(noun: object) -> bytes:
    """``noun`` as compact JSON (RFC 8259) in ASCII; equal nouns, equal bytes."""
    return json.dumps(_plain(noun), sort_keys=True, separators=(",", ":")).encode("ascii")


def _plain(value: Any) -> Any:
    """``value`` as JSON has it; what is a member's default is not written down."""
    if isinstance(value, Struct):
        members = ((name, getattr(value, name), usual) for name, usual in _defaults(type(value)))
        return {name: _plain(member) for name, member, usual in members if member != usual}
    if isinstance(value, Severity):
        return value.label
    if isinstance(value, dt.date):
        return value.isoformat()
    if isinstance(value, frozenset):
        value = tuple(sorted(value))
    return [_plain(each) for each in value] if isinstance(value, tuple) else value


@cache
def _defaults(kind: type[Struct]) -> tuple[tuple[str, object], ...]:
    return tuple((field.name, field.default) for field in msgspec.structs.fields(kind))


def decode(kind: type[T], data: bytes) -> T:
    """The noun of this ``kind`` that was encoded.  Raises ValueError: ``data`` is no encoding of
    one."""
    try:
        plain = json.loads(data)
        if kind is Finding:
            plain["severity"] = Severity[plain["severity"].upper()].value
        return msgspec.convert(plain, kind)
    except (TypeError, KeyError, AttributeError, RecursionError, ValueError) as error:
        raise ValueError(f"no {kind.__name__}: {error}") from error


class RunRow(Struct, frozen=True):
    """A run as its row has it."""

    number: int
    exchange: str
    started: dt.datetime
    finished: dt.datetime
    complete: bool
    version: str
    scope: int
    """Number of the document."""
    account: int
    """Number of the document."""


def add_run(connection: Connection, record: RunRecord, findings: Mapping[str, Finding]) -> None:
    """Keep ``record`` with its ``findings``, by fingerprint."""
    exchange = record.exchange
    scope, account = keep(connection, [record.scope, record.account])
    copied = ("exchange", "started", "finished", "complete", "version")
    row = {name: getattr(record, name) for name in copied}
    row |= {"scope_id": scope, "account_id": account}
    key = connection.execute(insert(run), row).inserted_primary_key
    assert key is not None  # noqa: S101 - it is one row
    known = _load_keys(connection, exchange, findings)
    own = ("fingerprint", "rule", "operation", "subject")
    fresh = [each for fingerprint, each in findings.items() if fingerprint not in known]
    named = [{name: getattr(each, name) for name in own} for each in fresh]
    add_rows(connection, finding, [{"exchange": exchange, **members} for members in named])
    keys = _load_keys(connection, exchange, findings)
    documents = keep(connection, findings.values())
    sightings = [
        {
            "finding_id": keys[fingerprint],
            "run_id": key[0],
            "severity": int(each.severity),
            "known": fingerprint in record.accepted,
            "payload_id": document,
        }
        for (fingerprint, each), document in zip(findings.items(), documents, strict=True)
    ]
    add_rows(connection, sighting, sightings)


def list_exchanges(connection: Connection) -> tuple[str, ...]:
    """Those of which at least one run is kept, in order."""
    return tuple(connection.scalars(select(run.c.exchange).distinct().order_by(run.c.exchange)))


def runs_of(connection: Connection, exchange: str) -> list[RunRow]:
    """Its runs, oldest first."""
    query = select(run).where(run.c.exchange == exchange).order_by(run.c.started, run.c.id)
    return [RunRow(*row) for row in connection.execute(query)]


def _load_keys(
    connection: Connection, exchange: str, fingerprints: Mapping[str, object]
) -> dict[str, int]:
    """Fingerprint to the number of its row, where it has one."""
    keys: dict[str, int] = {}
    for part in split_batches(sorted(fingerprints)):
        f = finding.c
        query = select(f.fingerprint, f.id).where(f.exchange == exchange, f.fingerprint.in_(part))
        keys |= {row.fingerprint: row.id for row in connection.execute(query)}
    return keys


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
    for fingerprint, streaks in timeline.streaks.items():
        past = [streak for streak in streaks if streak.first < cut]
        if past:
            last = min(past[-1].last, cut - 1)
            needed |= {(fingerprint, past[0].first), (fingerprint, last)}
            later = range(cut - 1, last, -1)
            whole.update([each for each in later if timeline.could_see(past[-1], each)][:1])
    needed.update(_find_earlier_sightings(timeline, whole))
    return Retention(cut, frozenset(whole), frozenset(n for n in needed if n[1] not in whole))


def _find_earlier_sightings(timeline: RunTimeline, whole: set[int]) -> Iterator[tuple[str, int]]:
    """The sightings by which runs that stay whole decide what they found gone."""
    for fingerprint, streaks in timeline.streaks.items():
        first = [streak.first for streak in streaks]
        for place in whole:
            before = bisect.bisect_right(first, place)
            if before and streaks[before - 1].last < place:
                yield fingerprint, streaks[before - 1].last


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
