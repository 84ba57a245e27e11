"""``conformance snapshot``."""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path

from conformance import pipeline
from conformance.cli.console import Progress, deliver, say
from conformance.cli.main import DONE, FAILED
from conformance.errors import ConformanceError, UsageError
from conformance.pages.exchange import Exchange
from conformance.pages.fetch import Fetcher
from conformance.pages.page_fetches import SnapshotResult
from conformance.pages.roots import find_root, known_exchanges
from conformance.pipeline.snapshots import SnapshotOptions, alone_at, take_snapshot
from conformance.report.snapshots import render_snapshots


def run(args: argparse.Namespace) -> int:
    """Take a snapshot of each exchange; 2 where a page, or an exchange, could not be had."""
    root = find_root(args.docs_root)
    with alone_at(root, dry_run=args.dry_run) as left_behind:
        for line in left_behind:
            say(line)
        exchanges = list(_loaded(tuple(dict.fromkeys(args.exchange)), root))
        _refuse_unknown(args.replace, exchanges)
        options = _options(args)  # one for all: exchanges may share a host
        taken = [_taken(found, root, options) for found in exchanges]
    deliver(render_snapshots(taken, args.format, dry_run=args.dry_run), args.output)
    return DONE if all(_told(one) for one in taken) else FAILED


def _options(args: argparse.Namespace) -> SnapshotOptions:
    return SnapshotOptions(
        fetcher=Fetcher(args.allow_http), replaced=frozenset(args.replace), dry_run=args.dry_run
    )


def _loaded(names: Sequence[str], root: Path) -> Iterator[Exchange | SnapshotResult]:
    """Each exchange, or why it is none: the others go on.

    Raises:
        UsageError: there is no exchange, or none of such a name.
    """
    known = known_exchanges(root)
    if not known:
        raise UsageError(f"{root}: holds no exchange", hint="set one up with conformance init")
    unknown = [name for name in names if name not in known]
    for name in unknown or names or known:
        try:
            (exchange,) = pipeline.load_exchanges(root, [name])
            yield exchange
        except UsageError:
            raise
        except ConformanceError as error:
            yield SnapshotResult(exchange=name, failure=str(error))


def _refuse_unknown(
    replaced: Sequence[str], exchanges: Sequence[Exchange | SnapshotResult]
) -> None:
    """A slip in a page's name would go unnoticed."""
    found = [e for e in exchanges if isinstance(e, Exchange)]
    pages = {page.path for exchange in found for page in exchange.pages if page.url}
    for path in replaced:
        if path not in pages:
            known = ", ".join(sorted(pages)[:5]) or "none"
            raise UsageError(f"--replace {path}: no page with an address", hint=f"known: {known}")


def _taken(
    found: Exchange | SnapshotResult, root: Path, options: SnapshotOptions
) -> SnapshotResult:
    if isinstance(found, SnapshotResult):
        return found
    return take_snapshot(found, root, options, Progress(f"fetching {found.name}"))


def _told(taken: SnapshotResult) -> bool:
    """Whether all is well; on stderr what is not, whatever the result's format."""
    for problem in taken.problems:
        say(f"{taken.exchange}: {problem}")
    if taken.failure:
        say(f"conformance snapshot: {taken.exchange}: {taken.failure}")
    return taken.is_whole
