"""What a history holds, for programs: version 1 of a format of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Any, Final

from conformance.drift.history.record import RunSummary, Sighting, Trail
from conformance.drift.memory import Memory
from conformance.report.history_text import in_order
from conformance.report.json_v1 import as_text, finding_wire
from conformance.report.words import weighed

VERSION: Final = 1


def findings_json(trails: Iterable[Trail]) -> str:
    """Findings, those that want attention first, as one JSON document."""
    return as_text({"version": VERSION, "findings": [_trail(t) for t in in_order(trails)]})


def runs_json(runs: Sequence[RunSummary]) -> str:
    """Runs as they come, as one JSON document."""
    return as_text({"version": VERSION, "runs": [_run(run) for run in runs]})


def _trail(trail: Trail) -> dict[str, Any]:
    told = {
        "exchange": trail.exchange,
        **_memory(trail.memory),
        "evidence": weighed(trail.finding),
        "finding": finding_wire(trail.finding),
    }
    if trail.sightings:
        told["sightings"] = [_sighting(each) for each in trail.sightings]
    return told


def _memory(memory: Memory) -> dict[str, Any]:
    return {
        "state": memory.state.value,
        "checked": memory.checked,
        "first_seen": _time(memory.first_seen),
        "last_seen": _time(memory.last_seen),
        "times_seen": memory.times_seen,
        "runs": memory.runs,
        "periods": [[_time(period.first), _time(period.last)] for period in memory.periods],
    }


def _sighting(sighting: Sighting) -> dict[str, Any]:
    told: dict[str, Any] = {
        "run": sighting.run,
        "started": _time(sighting.started),
        "saw": sighting.kind.replace(" ", "_"),
    }
    if sighting.finding:
        told |= {
            "severity": sighting.finding.severity.label,
            "known": sighting.known,
            "evidence": weighed(sighting.finding),
        }
    return told


def _run(run: RunSummary) -> dict[str, Any]:
    return {
        "run": run.number,
        "exchange": run.exchange,
        "started": _time(run.started),
        "finished": _time(run.finished),
        "complete": run.complete,
        "version": run.version,
        "findings": run.findings,
        "known": run.known,
        "new": run.new,
        "returned": run.returned,
        "fixed": run.fixed,
        "interactions": dict(run.evidence),
    }


def _time(time: dt.datetime) -> str:
    """RFC 3339, in UTC."""
    return time.astimezone(dt.UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
