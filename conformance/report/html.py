"""Findings as one page to read, filter, print and send: no network, no server.

Pages and servers are not trusted.  Everything they say is escaped, and a content security
policy lets nothing run or load but the style and the script written here, by their hashes.
A page's address becomes a link only where it is one of the web; nothing follows it by itself.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Final

from markupsafe import Markup

from conformance import __version__
from conformance.model.finding import Finding, Severity
from conformance.report.html_chart import Axis, build_chart, build_timeline, link_to
from conformance.report.html_text import languages
from conformance.report.report import Report, Style
from conformance.report.sections import COUNTED, Item, ReportSection, counted, sections
from conformance.report.templating import macros, render_template
from conformance.report.words import day, plural, verdict

_ASSETS: Final = files("conformance.report") / "assets"
STYLE: Final = (_ASSETS / "report.css").read_text("utf-8")
SCRIPT: Final = (_ASSETS / "report.js").read_text("utf-8")
_ORDER: Final = tuple(sorted(Severity, reverse=True))
_OPEN: Final = 30
"""Findings that are shown unfolded; among thousands one looks for those one wants."""
_ROOM: Final = 7_000_000
"""Bytes for the findings of a page; a browser takes more, and readers do not."""


def render_html(reports: Sequence[Report], style: Style) -> str:
    """The reports as one HTML page (WHATWG HTML); ends with a newline."""
    del style  # the reader's browser decides: light or dark, screen or paper
    found = [_gravest_first(section) for section in sections(reports, by_cause=True)]
    there = counted(found)
    findings = [finding for item in there for finding in item.findings]
    wording = verdict(findings, len(there))
    lists = list(_lists(found, reports))
    shown = [item for section, cards in lists for item in section.items[: len(cards)]]
    names = ", ".join(report.title for report in reports if report.title)
    return render_page(
        "report.html.j2",
        title=f"{names}: {wording}" if names else "Conformance report",
        script=SCRIPT,
        heading=(reports[0].title if len(reports) == 1 else "") or "Conformance report",
        wording=wording,
        reports=reports,
        verdict=verdict,
        provenance=list(_provenance(reports)),
        tiles=list(_tiles(findings, found)),
        charts=[build_chart(findings, key) for key in ("operation", "rule")] if findings else [],
        time=build_timeline(reports),
        found=found,
        lists=lists,
        cards=[card for _, cards in lists for card in cards],
        left_out=_left_out([item for section in found for item in section.items], shown),
        boxes=_boxes(found),
        selects=list(_selects(shown)),
    )


def render_page(template: str, *, script: str = "", **values: object) -> str:
    """A page with the style of all reports, and with no script but ``script``."""
    trusted = {"style": Markup(STYLE), "script": Markup(script)}  # noqa: S704
    return render_template(template, **trusted, **values)


def _gravest_first(section: ReportSection) -> ReportSection:
    """Errors lead, and of one severity the cause with the most findings."""
    items = sorted(section.items, key=lambda item: (-item.severity, -len(item.findings)))
    return ReportSection(section.kind, section.title, tuple(items))


def _provenance(reports: Sequence[Report]) -> Iterator[str]:
    """When, by what and from which state of the docs."""
    days = (r.history.run.date() if r.history else r.today for r in reports)
    yield from (f"Report of {day(date)}" for date in sorted(filter(None, days))[-1:])
    yield f"conformance {__version__}"
    yield from (f"docs at commit {c}" for c in dict.fromkeys(r.commit for r in reports) if c)
    read = [s.retrieved for r in reports for s in r.sources.values() if s.retrieved]
    if read:
        last = max(read)
        yield f"pages retrieved {day(min(read))}{f' to {day(last)}' if last > min(read) else ''}"


@dataclass(frozen=True, slots=True)
class Tile:
    """How many findings there are of a severity."""

    label: str
    count: int
    words: str
    link: str


def _tiles(findings: Sequence[Finding], found: Sequence[ReportSection]) -> Iterator[Tile]:
    counts = Counter(finding.severity for finding in findings)
    states = {s.kind.value for s in found if s.kind in COUNTED}
    several = {"state": ",".join(s.kind.value for s in found if s.kind in COUNTED)}
    chosen = several if len(states) < len(found) else {}
    for severity in _ORDER if findings else ():
        _, _, word = plural(counts[severity], severity.label).partition(" ")
        words = severity.label if severity is Severity.INFO else word
        link = link_to({"severity": severity.label, **chosen})
        yield Tile(severity.label, counts[severity], words, link)


def _lists(
    found: Sequence[ReportSection], reports: Sequence[Report]
) -> Iterator[tuple[ReportSection, list[Markup]]]:
    """Each section with the findings there is room for, as HTML."""
    card = macros("card.html.j2").card
    axis = Axis.of(reports)
    few = len(counted(found)) <= _OPEN
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


def _left_out(items: Sequence[Item], shown: Sequence[Item]) -> str:
    """What is said where not everything is shown."""
    if len(shown) == len(items):
        return ""
    rest = sum(len(i.findings) for i in items) - sum(len(i.findings) for i in shown)
    return (
        f"Shown are the first {len(shown):,} of {len(items):,}, the gravest of each section first; "
        f"{rest:,} findings are counted above and not shown: --format json has each."
    )


def _boxes(found: Sequence[ReportSection]) -> list[tuple[str, str, list[str]]]:
    """What can be ticked: name, label, values."""
    severities = {item.severity for section in found for item in section.items}
    return [
        ("severity", "Severity", [s.label for s in _ORDER if s in severities]),
        ("state", "State", [section.kind.value for section in found]),
    ]


def _selects(shown: Sequence[Item]) -> Iterator[tuple[str, str, list[tuple[str, int]]]]:
    """Choices among the values there are, counted: name, label, values."""
    for name in ("rule", "operation"):
        each = (dict.fromkeys(getattr(f, name) for f in item.findings) for item in shown)
        yield name, name.capitalize(), _numbered(value for values in each for value in values)
    yield "language", "Language", _numbered(tag for item in shown for tag in languages(item))
    yield "exchange", "Exchange", _numbered(item.report.exchange for item in shown)


def _numbered(values: Iterable[str]) -> list[tuple[str, int]]:
    return sorted(Counter(value for value in values if value).items())
