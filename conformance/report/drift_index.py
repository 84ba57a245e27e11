"""One page over the drift reports of several exchanges, their nights side by side.

It is made of what the reports for programs say (format ``drift``), so that exchanges of
other runs, whose files lie in the same folder, are on it too.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from conformance.drift.history.record import State
from conformance.report.html import render_page
from conformance.report.words import format_day, format_moment, join_counts

_NIGHTS: Final = 14
"""Days that are shown."""
_SEVERITIES: Final = ("error", "warning", "info")
_STATES: Final = (*(state.value for state in State), "not checked")


def render_index(wires: Mapping[str, Mapping[str, Any]]) -> str:
    """The page over drift reports as JSON values, by file name.  Raises KeyError, TypeError,
    ValueError: one is no drift report."""
    runs = [_time(wire["run"]).date() for wire in wires.values() if wire["run"]]
    last = max(runs, default=None)
    days = [last - dt.timedelta(days=n) for n in reversed(range(_NIGHTS))] if last else []
    rows = [_row(name, wire, days) for name, wire in sorted(wires.items())]
    rows.sort(key=lambda row: [-row["findings"][severity] for severity in _SEVERITIES])
    return render_page(
        "index.html.j2",
        title="Drift of all exchanges",
        rows=rows,
        days=[" ".join(word[:3] for word in format_day(date).split()[:2]) for date in days],
        severities=_SEVERITIES,
    )


def _row(name: str, wire: Mapping[str, Any], days: Sequence[dt.date]) -> dict[str, Any]:
    """One exchange: its run and states in words, its findings by severity, its nights."""
    tally = Counter(finding["severity"] for finding in wire["findings"])
    states = Counter(memory["state"].replace("_", " ") for memory in wire["states"].values())
    return {
        "title": wire["title"] or wire["exchange"] or name,
        "link": f"{quote(name)}.html",
        "run": format_moment(_time(wire["run"])) if wire["run"] else "",
        "states": join_counts([(word, states[word]) for word in _STATES]) if wire["run"] else "",
        "findings": {severity: tally[severity] for severity in _SEVERITIES},
        "nights": list(_nights(wire, days)),
    }


def _nights(wire: Mapping[str, Any], days: Iterable[dt.date]) -> Iterator[dict[str, Any]]:
    """For each day its findings in words, the gravest severity (empty: nothing is remembered)."""
    findings = (*wire["findings"], *wire["fixed"], *wire["not_checked"])
    severities = {finding["fingerprint"]: finding["severity"] for finding in findings}
    periods = [
        (severities.get(fingerprint, ""), _time(first).date(), _time(last).date())
        for fingerprint, memory in wire["states"].items()
        for first, last in memory.get("periods", ())
    ]
    begin = min((first for _, first, _ in periods), default=None)
    end = _time(wire["run"]).date() if wire["run"] else None
    for date in days:
        if begin is None or end is None or not begin <= date <= end:
            yield {"title": f"{format_day(date)}: nothing is remembered", "worst": "", "total": 0}
            continue
        tally = Counter(s for s, first, last in periods if s and first <= date <= last)
        wording = (
            join_counts([(severity, tally[severity]) for severity in _SEVERITIES]) or "no findings"
        )
        worst = next((severity for severity in _SEVERITIES if tally[severity]), "none")
        yield {"title": f"{format_day(date)}: {wording}", "worst": worst, "total": tally.total()}


def _time(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
