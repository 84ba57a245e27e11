"""What a history holds, as tables for a terminal."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, Final

from conformance.compare.wording import plural
from conformance.drift.history.record import FindingTimeline, Memory, RunSighting, RunSummary, State
from conformance.model.finding import Severity
from conformance.report.json_v1 import encode_finding, encode_memory, pick_members, render_document
from conformance.report.plain import align_columns, make_printable
from conformance.report.words import describe_evidence, describe_memory

if TYPE_CHECKING:
    from conformance.drift.history.rows import Pruned, Pruning


def render_trails(trails: Sequence[FindingTimeline], room: int | None) -> str:
    """Findings, those that want attention first; ``room`` is the width of the terminal."""
    header = ("STATE", "FINGERPRINT", "FIRST SEEN", "LAST SEEN", "RUNS", "SEVERITY")
    rows = [
        (*header, "RULE, EXCHANGE, OPERATION, SUBJECT"),
        *map(_render_finding, sort_trails(trails)),
    ]
    return _join_lines(align_columns(rows, room)) if trails else "No findings.\n"


def render_runs(runs: Sequence[RunSummary], room: int | None) -> str:
    """Runs as they come."""
    header = ("RUN", "BEGAN", "TOOK", "FINDINGS", "KNOWN", "NEW", "RETURNED", "FIXED", "EXCHANGE")
    rows = [(*header, "INTERACTIONS"), *map(_render_run, runs)]
    return _join_lines(align_columns(rows, room)) if runs else "No runs.\n"


def render_timelines(trails: Sequence[FindingTimeline], room: int | None) -> str:
    """Findings one by one, with what every run saw of them."""
    return "\n".join(_join_lines(_render_timeline(t, room)) for t in trails)


def render_pruning(pruning: Pruning, where: str, *, dry: bool) -> str:
    """What of a history went, or would go."""
    lines = [_describe_pruned(each, dry=dry) for each in pruning.exchanges] or ["No runs."]
    lines.append(f"{where}: {_render_room(pruning, dry=dry)}")
    return _join_lines(map(make_printable, lines))


def _join_lines(lines: Iterable[str]) -> str:
    return "".join(f"{line}\n" for line in lines)


def _describe_pruned(each: Pruned, *, dry: bool) -> str:
    verb = "would go" if dry else "went"
    if not each.sightings and not each.gone:
        return f"{each.exchange}: nothing {verb} of {plural(each.runs, 'run')}"
    left = f"; of {each.thinned} what findings rest on stays" if each.thinned else ""
    what = f"{each.gone} of {plural(each.runs, 'run')} {verb}, {plural(each.sightings, 'sighting')}"
    return f"{each.exchange}: {what}{left}"


def _render_room(pruning: Pruning, *, dry: bool) -> str:
    documents = f"{_format_size(pruning.documents)} of documents"
    if dry:
        return f"{documents} would go; nothing was written"
    if pruning.size is None:
        return f"{documents} went; the server uses their room again"
    before, after = pruning.size
    sizes = f"{_format_size(before)} before, {_format_size(after)} now"
    return f"{sizes}: {_format_size(before - after)} given back"


def _format_size(octets: int) -> str:
    return f"{octets / 1e6:.1f} MB" if octets >= 1e6 else f"{octets / 1e3:.0f} kB"


def sort_trails(trails: Iterable[FindingTimeline]) -> list[FindingTimeline]:
    """By state, then by what changed last."""
    states = list(State)

    def rank(trail: FindingTimeline) -> tuple[object, ...]:
        memory, found = trail.memory, trail.finding
        newest = states.index(memory.state), -memory.last_seen.timestamp()
        return (*newest, trail.exchange, found.operation, found.subject, found.rule)

    return sorted(trails, key=rank)


def _render_finding(trail: FindingTimeline) -> tuple[str, ...]:
    memory, finding = trail.memory, trail.finding
    return (
        format_state(memory),
        finding.fingerprint,
        f"{memory.first_seen:%Y-%m-%d}",
        f"{memory.last_seen:%Y-%m-%d}",
        f"{memory.times_seen}/{memory.runs}",
        finding.severity.label,
        " ".join(filter(None, (finding.rule, *_name_subject(trail)))),
    )


def format_state(memory: Memory) -> str:
    """Its state; in brackets where the latest run could not have seen it."""
    return memory.state.value if memory.checked else f"({memory.state.value})"


def _render_run(run: RunSummary) -> tuple[str, ...]:
    seconds = (run.finished - run.started).total_seconds()
    origins = ", ".join(f"{count} {origin}" for origin, count in run.evidence)
    counts = (run.findings, run.known, run.new, run.returned, run.fixed)
    return (
        str(run.number),
        _format_moment(run.started),
        f"{seconds:.0f} s" if seconds < 600 else f"{seconds / 60:.0f} min",
        *map(str, counts),
        run.exchange,
        f"{origins or 'none'}{'' if run.complete else '; incomplete'}",
    )


def _render_timeline(trail: FindingTimeline, room: int | None) -> Iterator[str]:
    finding = trail.finding
    yield make_printable(f"{finding.fingerprint} {finding.severity.label}[{finding.rule}]")
    yield make_printable(" ".join(filter(None, _name_subject(trail))))
    yield make_printable(f"{finding.documented or finding.operation or '-'}: {finding.message}")
    yield make_printable(f"{format_state(trail.memory)}: {describe_memory(trail.memory)}")
    yield ""
    rows = [("SINCE", "UNTIL", "RUNS", "WHAT", "EVIDENCE")]
    rows += [
        _render_group(list(group)) for _, group in groupby(trail.sightings, key=_make_likeness_key)
    ]
    yield from align_columns(rows, room)


def _make_likeness_key(sighting: RunSighting) -> tuple[str, bool, Severity | None]:
    severity = sighting.finding.severity if sighting.finding else None
    return sighting.kind, sighting.known, severity


def _render_group(sightings: list[RunSighting]) -> tuple[str, str, str, str, str]:
    last = sightings[-1]
    what = "seen, accepted" if last.known else last.kind
    severity = f", {last.finding.severity.label}" if last.finding else ""
    return (
        _format_moment(sightings[0].started),
        _format_moment(last.started),
        plural(len(sightings), "run"),
        f"{what}{severity}",
        describe_evidence(last.finding) if last.finding else "",
    )


def _name_subject(trail: FindingTimeline) -> tuple[str, str, str]:
    return trail.exchange, trail.finding.operation, trail.finding.subject


def _format_moment(time: dt.datetime) -> str:
    return f"{time.astimezone(dt.UTC):%Y-%m-%d %H:%M}"


VERSION: Final = 1


def render_trails_json(trails: Iterable[FindingTimeline]) -> str:
    """Findings, those that want attention first, as one JSON document."""
    return render_document(
        {"version": VERSION, "findings": [_render_trail(t) for t in sort_trails(trails)]}
    )


def render_runs_json(runs: Sequence[RunSummary]) -> str:
    names = "exchange started finished complete version findings known new returned fixed"
    wires = [
        {"run": run.number, **pick_members(run, names), "interactions": dict(run.evidence)}
        for run in runs
    ]
    return render_document({"version": VERSION, "runs": wires})


def _render_trail(trail: FindingTimeline) -> dict[str, Any]:
    sightings = [_render_sighting(each) for each in trail.sightings]
    return {
        "exchange": trail.exchange,
        **pick_members(trail.memory, "state checked"),
        **encode_memory(trail.memory),
        "evidence": describe_evidence(trail.finding),
        "finding": encode_finding(trail.finding),
        **({"sightings": sightings} if sightings else {}),
    }


def _render_sighting(sighting: RunSighting) -> dict[str, Any]:
    wire = {**pick_members(sighting, "run started"), "saw": sighting.kind.replace(" ", "_")}
    if found := sighting.finding:
        wire |= {**pick_members(found, "severity"), "known": sighting.known}
        wire["evidence"] = describe_evidence(found)
    return wire
