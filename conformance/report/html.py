"""Findings as one page to read, filter, print and send: no network, no server.

Pages and servers are not trusted.  Everything they say is escaped, and a content security
policy lets nothing run or load but the style and the script written here, by their hashes.
A page's address becomes a link only where it is one of the web; nothing follows it by itself.
"""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.resources import files
from typing import Any, Final
from urllib.parse import quote, urlencode

from markupsafe import Markup
from msgspec import Struct

from conformance import __version__
from conformance.compare.wording import plural
from conformance.drift.history.record import Memory, State
from conformance.model.finding import Finding, Severity
from conformance.report.plain import make_printable
from conformance.report.report import Report
from conformance.report.sections import COUNTED, Item, ReportSection, build_sections, select_counted
from conformance.report.templating import languages, macros, render_template
from conformance.report.words import format_day, format_moment, join_counts, summarize_findings

_ORDER: Final = tuple(sorted(Severity, reverse=True))
_BARS: Final = 12
"""Operations or rules that a chart shows."""
_COLUMNS: Final = 60
"""Days, or spans of several, that a timeline shows."""
_SPAN: Final = 400
"""Units of length of a bar."""


class BarPart(Struct, frozen=True):
    """A piece of a bar or a column."""

    label: str
    """Of its severity."""
    start: int
    length: int


def link_to(chosen: Mapping[str, str]) -> str:
    """A link within the page that chooses these values of the filter."""
    shown = {key: make_printable(value) for key, value in chosen.items()}
    return f"#{urlencode(shown, errors='backslashreplace')}"


def build_chart(findings: Sequence[Finding], key: str) -> dict[str, Any]:
    """Findings by ``rule`` or ``operation``, the gravest first: ``bars`` with links that show
    these alone, and how many are left out."""
    numbers: dict[str, Counter[Severity]] = defaultdict(Counter)
    for finding in findings:
        numbers[getattr(finding, key)][finding.severity] += 1
    ranked = sorted(numbers.items(), key=lambda one: ([-one[1][s] for s in _ORDER], one[0]))
    most = max((tally.total() for _, tally in ranked[:_BARS]), default=1)
    bars = [
        {
            "name": name,
            "total": tally.total(),
            "parts": list(_draw_parts(tally, most, _SPAN)),
            "link": link_to({key: name}),
        }
        for name, tally in ranked[:_BARS]
    ]
    return {"key": key, "bars": bars, "more": max(len(ranked) - _BARS, 0)}


def _draw_parts(tally: Mapping[Severity, int], most: int, room: int) -> Iterator[BarPart]:
    start = done = 0
    for severity in _ORDER:
        done += tally.get(severity, 0)
        end = round(room * done / most)
        if end > start:
            yield BarPart(severity.label, start, end - start)
        start = end


class Axis(Struct, frozen=True):
    """The time that every line of time of a report shows: from what was first seen to the run."""

    first: dt.datetime
    last: dt.datetime

    @classmethod
    def of(cls, reports: Sequence[Report]) -> Axis | None:
        """None where nothing is remembered."""
        runs = [report.history.run for report in reports if report.history]
        seen = [m.first_seen for report in reports for m in _index_memories(report).values()]
        if not runs or not seen or min(seen) == max((*runs, *seen)):
            return None  # one run is no line
        return cls(min(seen), max((*runs, *seen)))

    @property
    def ends(self) -> tuple[str, str]:
        """Its dates; with the time of day where it is all on one."""
        days = format_day(self.first), format_day(self.last)
        return days if days[0] != days[1] else (format_moment(self.first), format_moment(self.last))

    def parts(self, memory: Memory) -> Iterator[BarPart]:
        """The times at which a finding was there."""
        for period in memory.periods:
            start = self._place_time(period.first)
            length = max(self._place_time(period.last) - start, 4)
            yield BarPart("", min(start, _SPAN - length), length)

    def _place_time(self, time: dt.datetime) -> int:
        whole = (self.last - self.first).total_seconds()
        share = (time - self.first).total_seconds() / whole if whole > 0 else 0
        return round(_SPAN * min(max(share, 0.0), 1.0))


class Column(Struct, frozen=True):
    """The findings of a day, or of several."""

    title: str
    x: int
    parts: tuple[BarPart, ...]


class Timeline(Struct, frozen=True):
    """How many findings there were, day by day."""

    columns: tuple[Column, ...]
    ends: tuple[str, str]
    most: int
    summary: str
    """The same in words."""


def build_timeline(reports: Sequence[Report]) -> Timeline | None:
    """None where less than two days are remembered."""
    axis = Axis.of(reports)
    days = (axis.last.date() - axis.first.date()).days + 1 if axis else 0
    if axis is None or days < 2:
        return None
    each = -(-days // _COLUMNS)
    tallies: list[Counter[Severity]] = [Counter() for _ in range(-(-days // each))]
    for report in reports:
        gone = (one.finding for one in report.history.gone) if report.history else ()
        severities = {f.fingerprint: f.severity for f in (*gone, *report.findings)}
        for fingerprint, memory in _index_memories(report).items():
            if fingerprint in severities:
                for number in _number_days(memory, axis.first.date(), each):
                    tallies[number][severities[fingerprint]] += 1
    most = max(tally.total() for tally in tallies)
    columns = []
    for number, tally in enumerate(tallies):
        date = axis.first.date() + dt.timedelta(days=number * each)
        wording = join_counts([(s.label, tally[s]) for s in _ORDER]) or "none"
        parts = _draw_parts(tally, max(most, 1), 100)  # from the ground up
        bars = tuple(BarPart(p.label, 100 - p.start - p.length, p.length) for p in parts)
        columns.append(Column(f"{format_day(date)}: {wording}", number * 10, bars))
    ends, (first, *_, last) = axis.ends, (tally.total() for tally in tallies)
    numbers = f"{first} at first, {last} at last, at most {most}."
    summary = f"Findings from {ends[0]} to {ends[1]}: {numbers}"
    return Timeline(tuple(columns), ends, most, summary)


def _index_memories(report: Report) -> dict[str, Memory]:
    if report.history is None:
        return {}
    gone = {one.finding.fingerprint: one.memory for one in report.history.gone}
    return {**report.history.memories, **gone}


def _number_days(memory: Memory, first: dt.date, each: int) -> set[int]:
    return {
        number
        for period in memory.periods
        for number in range(
            max((period.first.date() - first).days, 0) // each,
            (period.last.date() - first).days // each + 1,
        )
    }


_ASSETS: Final = files("conformance.report") / "assets"
STYLE: Final = (_ASSETS / "report.css").read_text("utf-8")
SCRIPT: Final = (_ASSETS / "report.js").read_text("utf-8")
_OPEN: Final = 30
"""Findings that are shown unfolded; among thousands one looks for those one wants."""
_ROOM: Final = 7_000_000
"""Bytes for the findings of a page; a browser takes more, and readers do not."""


def render_html(reports: Sequence[Report]) -> str:
    """The reports as one HTML page (WHATWG HTML); ends with a newline."""
    found = [_sort_gravest_first(section) for section in build_sections(reports, by_cause=True)]
    there = select_counted(found)
    findings = [finding for item in there for finding in item.findings]
    wording = summarize_findings(findings, len(there))
    lists = list(_list_sections(found, reports))
    shown = [item for section, cards in lists for item in section.items[: len(cards)]]
    names = ", ".join(report.title for report in reports if report.title)
    severities = {item.severity for section in found for item in section.items}
    boxes = [
        ("severity", "Severity", [s.label for s in _ORDER if s in severities]),
        ("state", "State", [section.kind.value for section in found]),
    ]
    return render_page(
        "report.html.j2",
        title=f"{names}: {wording}" if names else "Conformance report",
        script=SCRIPT,
        heading=(reports[0].title if len(reports) == 1 else "") or "Conformance report",
        wording=wording,
        reports=reports,
        summarize_findings=summarize_findings,
        provenance=list(_render_provenance(reports)),
        tiles=list(_render_tiles(findings, found)),
        charts=[build_chart(findings, key) for key in ("operation", "rule")] if findings else [],
        time=build_timeline(reports),
        found=found,
        lists=lists,
        cards=[card for _, cards in lists for card in cards],
        left_out=_describe_left_out([item for section in found for item in section.items], shown),
        boxes=boxes,
        selects=list(_list_selects(shown)),
    )


def render_page(template: str, *, script: str = "", **values: object) -> str:
    """A page with the style of all reports, and with no script but ``script``."""
    trusted = {"style": Markup(STYLE), "script": Markup(script)}  # noqa: S704
    return render_template(template, **trusted, **values)


def _sort_gravest_first(section: ReportSection) -> ReportSection:
    items = sorted(section.items, key=lambda item: (-item.severity, -len(item.findings)))
    return ReportSection(section.kind, section.title, tuple(items))


def _render_provenance(reports: Sequence[Report]) -> Iterator[str]:
    days = (r.history.run.date() if r.history else r.today for r in reports)
    yield from (f"Report of {format_day(date)}" for date in sorted(filter(None, days))[-1:])
    yield f"conformance {__version__}"
    yield from (f"docs at commit {c}" for c in dict.fromkeys(r.commit for r in reports) if c)
    read = [s.retrieved for r in reports for s in r.sources.values() if s.retrieved]
    if read:
        last = max(read)
        until = f" to {format_day(last)}" if last > min(read) else ""
        yield f"pages retrieved {format_day(min(read))}{until}"


def _render_tiles(
    findings: Sequence[Finding], found: Sequence[ReportSection]
) -> Iterator[dict[str, Any]]:
    """How many findings there are of each severity."""
    tally = Counter(finding.severity for finding in findings)
    states = {s.kind.value for s in found if s.kind in COUNTED}
    several = {"state": ",".join(s.kind.value for s in found if s.kind in COUNTED)}
    chosen = several if len(states) < len(found) else {}
    for severity in _ORDER if findings else ():
        _, _, word = plural(tally[severity], severity.label).partition(" ")
        words = severity.label if severity is Severity.INFO else word
        link = link_to({"severity": severity.label, **chosen})
        yield {"label": severity.label, "count": tally[severity], "words": words, "link": link}


def _list_sections(
    found: Sequence[ReportSection], reports: Sequence[Report]
) -> Iterator[tuple[ReportSection, list[Markup]]]:
    card = macros("card.html.j2").card
    axis = Axis.of(reports)
    few = len(select_counted(found)) <= _OPEN
    anchors: Counter[str] = Counter()
    room, unfolded = _ROOM, 0
    for section in found:
        leads = section.kind in COUNTED and (few or section is found[0])
        cards: list[Markup] = []
        for item in section.items:
            anchor = f"f-{item.finding.fingerprint}"
            anchors[anchor] += 1
            again = f"-{anchors[anchor]}" if anchors[anchor] > 1 else ""
            is_open = leads and unfolded < _OPEN
            rendered = card(item, anchor + again, is_open, axis)
            room -= len(rendered.encode())
            if room < 0:
                break
            unfolded += is_open
            cards.append(rendered)
        yield section, cards


def _describe_left_out(items: Sequence[Item], shown: Sequence[Item]) -> str:
    if len(shown) == len(items):
        return ""
    rest = sum(len(i.findings) for i in items) - sum(len(i.findings) for i in shown)
    return (
        f"Shown are the first {len(shown):,} of {len(items):,}, the gravest of each section first; "
        f"{rest:,} findings are counted above and not shown: --format json has each."
    )


def _list_selects(shown: Sequence[Item]) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    for name in ("rule", "operation"):
        each = (dict.fromkeys(getattr(f, name) for f in item.findings) for item in shown)
        yield name, name.capitalize(), _count_values(value for own in each for value in own)
    tags = (tag for item in shown for tag in languages(item))
    yield "language", "Language", _count_values(tags)
    yield "exchange", "Exchange", _count_values(item.report.exchange for item in shown)


def _count_values(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(value for value in values if value).items())


_NIGHTS: Final = 14
"""Days that are shown."""
_SEVERITIES: Final = ("error", "warning", "info")
_STATES: Final = (*(state.value for state in State), "not checked")


def render_index(wires: Mapping[str, Mapping[str, Any]]) -> str:
    """The page over drift reports as JSON values, by file name.  Raises KeyError, TypeError,
    ValueError: one is no drift report."""
    runs = [dt.datetime.fromisoformat(wire["run"]).date() for wire in wires.values() if wire["run"]]
    last = max(runs, default=None)
    days = [last - dt.timedelta(days=n) for n in reversed(range(_NIGHTS))] if last else []
    rows = [_render_row(name, wire, days) for name, wire in sorted(wires.items())]
    rows.sort(key=lambda row: [-row["findings"][severity] for severity in _SEVERITIES])
    return render_page(
        "index.html.j2",
        title="Drift of all exchanges",
        rows=rows,
        days=[" ".join(word[:3] for word in format_day(date).split()[:2]) for date in days],
        severities=_SEVERITIES,
    )


def _render_row(name: str, wire: Mapping[str, Any], days: Sequence[dt.date]) -> dict[str, Any]:
    """One exchange: its run and states in words, its findings by severity, its nights."""
    tally = Counter(finding["severity"] for finding in wire["findings"])
    states = Counter(memory["state"].replace("_", " ") for memory in wire["states"].values())
    return {
        "title": wire["title"] or wire["exchange"] or name,
        "link": f"{quote(name)}.html",
        "run": format_moment(dt.datetime.fromisoformat(wire["run"])) if wire["run"] else "",
        "states": join_counts([(word, states[word]) for word in _STATES]) if wire["run"] else "",
        "findings": {severity: tally[severity] for severity in _SEVERITIES},
        "nights": list(_render_nights(wire, days)),
    }


def _render_nights(wire: Mapping[str, Any], days: Iterable[dt.date]) -> Iterator[dict[str, Any]]:
    """For each day its findings in words, the gravest severity (empty: nothing is remembered)."""
    findings = (*wire["findings"], *wire["fixed"], *wire["not_checked"])
    severities = {finding["fingerprint"]: finding["severity"] for finding in findings}
    read = dt.datetime.fromisoformat
    periods = [
        (severities.get(fingerprint, ""), read(first).date(), read(last).date())
        for fingerprint, memory in wire["states"].items()
        for first, last in memory.get("periods", ())
    ]
    begin = min((first for _, first, _ in periods), default=None)
    end = read(wire["run"]).date() if wire["run"] else None
    for date in days:
        if begin is None or end is None or not begin <= date <= end:
            yield {"title": f"{format_day(date)}: nothing is remembered", "worst": "", "total": 0}
            continue
        tally = Counter(s for s, first, last in periods if s and first <= date <= last)
        counts = [(severity, tally[severity]) for severity in _SEVERITIES]
        wording = join_counts(counts) or "no findings"
        worst = next((severity for severity, count in counts if count), "none")
        yield {"title": f"{format_day(date)}: {wording}", "worst": worst, "total": tally.total()}
