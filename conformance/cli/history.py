"""``conformance history``."""

from __future__ import annotations

import argparse
import datetime as dt
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from conformance.cli.ago import moment_of
from conformance.cli.console import deliver, style
from conformance.cli.main import DONE
from conformance.errors import UsageError
from conformance.pipeline.history import VARIABLE, open_history
from conformance.report.history_text import (
    findings_json,
    findings_text,
    runs_json,
    runs_text,
    timeline_text,
)

if TYPE_CHECKING:
    from conformance.drift.history.store import HistoryStore


def run(args: argparse.Namespace) -> int:
    """Show what is remembered; 2 where that is nothing, or not what was asked for."""
    store = open_history(args.history)
    if store is None:
        raise UsageError("no history is named", hint=f"give --history FILE, or set {VARIABLE}")
    since = moment_of(args.since, dt.datetime.now(dt.UTC)) if args.since else None
    told = _runs(store, args, since) if args.runs else _findings(store, args, since)
    deliver(told, args.output)
    return DONE


def _runs(store: HistoryStore, args: argparse.Namespace, since: dt.datetime | None) -> str:
    if args.state or args.fingerprint:
        raise UsageError("--state and --fingerprint are about findings", hint="leave out --runs")
    runs = [
        summary
        for name in args.exchange or [None]
        for summary in store.runs(name)
        if since is None or summary.started >= since
    ]
    return runs_json(runs) if args.format == "json" else runs_text(runs, _room(args.output))


def _findings(store: HistoryStore, args: argparse.Namespace, since: dt.datetime | None) -> str:
    trails = [
        trail
        for name in args.exchange or [None]
        for trail in store.findings(name, args.fingerprint, since)
        if not args.state or trail.memory.state.value in args.state
    ]
    if args.format == "json":
        return findings_json(trails)
    if args.fingerprint:
        return timeline_text(trails, _room(args.output))
    return findings_text(trails, _room(args.output))


def _room(output: Path | None) -> int | None:
    """The terminal's width; None where the result goes elsewhere and is not to be cut."""
    shown = output is None and sys.stdout is not None and sys.stdout.isatty()
    return style(output).width if shown else None
