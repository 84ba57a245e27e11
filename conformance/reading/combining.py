"""Many pages -> one contract, each operation once."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Protocol

from msgspec.structs import replace

from conformance.model.contract import Contract, Coverage, Gap
from conformance.model.operation import Operation
from conformance.reading.endpoints.paths import KnownPaths
from conformance.reading.merging import Disagreements, merge_all
from conformance.reading.same_as import SameAsLinks, resolve_same_as
from conformance.reading.servers import group_by_folder, hosts_of, servers_near, without_path


class ReadPage(Protocol):
    """What a contract over many pages needs of each."""

    @property
    def page(self) -> str: ...
    @property
    def language(self) -> str: ...
    @property
    def operations(self) -> tuple[Operation, ...]: ...
    @property
    def gaps(self) -> tuple[Gap, ...]: ...
    @property
    def coverage(self) -> Coverage: ...
    @property
    def servers(self) -> tuple[str, ...]: ...
    @property
    def same_as(self) -> SameAsLinks: ...
    @property
    def sampled(self) -> frozenset[str]: ...


def combine(readings: Iterable[ReadPage]) -> Contract:
    """One contract over all pages; an operation documented on several pages is one.

    Where pages of one language disagree about it, a gap says so; whether twins in several
    languages agree is for parity to say.
    """
    kept = tuple(readings)
    language = {r.page: r.language for r in kept}
    shared = _find_shared_addresses(kept)
    documented = resolve_same_as(_select_documented(kept), kept)
    unnamed = {o.key for r in kept for o in r.operations} - {o.key for o in documented}
    for address, called in shared:
        unnamed.update(o.key for o in called)
        documented = [
            _call_at(address, o) if o in called else o for o in documented if o != address
        ]
    operations, conflicts = merge_by_key(_with_servers(documented, kept), language)
    gaps = (gap for r in kept for gap in r.gaps)
    missing = ("endpoint-missing", "operation-conflict")
    return Contract(
        operations=operations,
        gaps=(
            *(g for g in gaps if g.kind not in missing or g.operation not in unnamed),
            *conflicts,
        ),
        coverage=sum((r.coverage for r in kept), Coverage()),
    )


def _find_shared_addresses(
    readings: Iterable[ReadPage],
) -> list[tuple[Operation, list[Operation]]]:
    """What is only the address of others: in its folder it alone names a method, it says no more
    than that, and the others name a path and no server."""
    below: dict[PurePosixPath, tuple[list[Operation], list[Operation]]] = {}
    for reading in readings:
        for folder in PurePosixPath(reading.page).parents:
            named, others = below.setdefault(folder, ([], []))
            for operation in reading.operations:
                (others if _is_weak(operation, reading) else named).append(operation)
    return [
        (named[0], others)
        for folder, (named, others) in below.items()
        if len(named) == 1 and others and _is_address(named[0], folder)
        if not any(o.servers or o.path.startswith(named[0].path) for o in others)
    ]


def _is_address(operation: Operation, folder: PurePosixPath) -> bool:
    """Whether an operation of a page of ``folder`` is a method and a full address and no more."""
    sides = operation.parameters or operation.body or operation.responses
    return bool(operation.servers) and not sides and PurePosixPath(operation.page).parent == folder


def _call_at(address: Operation, operation: Operation) -> Operation:
    server = f"{address.servers[0]}{address.path}"
    return replace(operation, method=address.method, servers=(server,), confidence="medium")


def _select_documented(readings: tuple[ReadPage, ...]) -> list[Operation]:
    """The operations of all pages that are no echo of what another page documents.

    Left out are samples of operations documented elsewhere, and beside pages that name their
    operations the page of an object, which documents one side and no method and path.
    """
    named = [o for r in readings for o in r.operations if not _is_weak(o, r)]
    known = KnownPaths(o.path for o in named)
    found = []
    for reading in readings:
        for operation in reading.operations:
            if operation.key.rstrip("/") in reading.sampled:
                if known.match(operation.path):
                    continue
            elif named and _is_weak(operation, reading) and not _has_both_sides(operation):
                continue
            found.append(operation)
    return found


def _is_weak(operation: Operation, reading: ReadPage) -> bool:
    """Whether no place of the page names the operation."""
    return operation.confidence == "low" or operation.key.rstrip("/") in reading.sampled


def _has_both_sides(operation: Operation) -> bool:
    return bool(operation.parameters or operation.body) and bool(operation.responses)


def _with_servers(
    operations: Iterable[Operation], readings: Iterable[ReadPage]
) -> Iterator[Operation]:
    """Operations of pages that name no server, with the one that the pages beside them name."""
    named = group_by_folder((r.page, r.servers) for r in readings)
    for operation in operations:
        if operation.servers or not named:
            yield operation
        else:
            near = without_path(servers_near(operation.page, named), operation.path)
            yield replace(operation, servers=near)


def merge_by_key(
    operations: Iterable[Operation], language: Mapping[str, str] | None = None
) -> tuple[tuple[Operation, ...], tuple[Gap, ...]]:
    """Each operation once, and a gap for every two tellings in one language that disagree.

    One path of two hosts on two pages of a language is two operations.
    """
    tellings: dict[str, list[list[Operation]]] = {}
    for operation in operations:
        groups = tellings.setdefault(operation.key.rstrip("/"), [])
        for group in groups:
            if language is None or not _are_apart(group[0], operation, language):
                group.append(operation)
                break
        else:
            groups.append([operation])
    merged: list[Operation] = []
    gaps: list[Gap] = []
    for first, *others in (group for groups in tellings.values() for group in groups):
        stated = Disagreements(first) if others else None
        for other in others:
            alike = language is None or language.get(first.page) == language.get(other.page)
            if stated and alike:
                gaps.extend(_report_conflict(first, other, list(stated.of(other))))
        merged.append(merge_all([first, *others]))
    return tuple(merged), tuple(gaps)


def _are_apart(one: Operation, other: Operation, language: Mapping[str, str]) -> bool:
    """Whether two pages of a language give one path to different hosts."""
    if one.page == other.page or language.get(one.page) != language.get(other.page):
        return False
    first, second = hosts_of(one.servers), hosts_of(other.servers)
    return bool(first and second) and first.isdisjoint(second)


def _report_conflict(first: Operation, second: Operation, found: Sequence[str]) -> Iterator[Gap]:
    if found:
        more = f" and {len(found) - 3} more" if len(found) > 3 else ""
        yield Gap(
            kind="operation-conflict",
            span=first.span,
            operation=first.key,
            subject="operation",
            detail=f"documented again at {second.span}, differently: {'; '.join(found[:3])}{more}",
        )
