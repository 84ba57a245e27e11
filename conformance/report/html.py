"""Findings as one page to read, filter, print and send: no network, no server.

Pages and servers are not trusted.  Everything they say is escaped, and a content security
policy lets nothing run or load but the style and the script written here, by their hashes.
A page's address becomes a link only where it is one of the web; nothing follows it by itself.
"""

from __future__ import annotations

import base64
import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from importlib.resources import files
from typing import Final

from conformance.model.finding import Severity
from conformance.report.html_card import Axis, card, escape, languages
from conformance.report.report import Report, Style
from conformance.report.sections import COUNTED, Item, Section, counted, sections
from conformance.report.words import checked, compared, verdict

_ASSETS: Final = files("conformance.report") / "assets"
STYLE: Final = (_ASSETS / "report.css").read_text("utf-8")
SCRIPT: Final = (_ASSETS / "report.js").read_text("utf-8")
_ORDER: Final = tuple(sorted(Severity, reverse=True))
_OPEN: Final = 30
"""Findings that are shown unfolded; among thousands one looks for those one wants."""

_MANY: Final = 100
"""From so many on, those off the screen are laid out only when they are scrolled to."""

_HINT: Final = (
    '<p class="hint" id="hint" hidden>In the list, <kbd>j</kbd> and <kbd>k</kbd> go to the next '
    "finding and back, <kbd>Enter</kbd> unfolds one. The address of this page keeps what is "
    "chosen.</p>"
)


def render_html(reports: Sequence[Report], style: Style) -> str:
    """The reports as one HTML page (WHATWG HTML); ends with a newline."""
    del style  # the reader's browser decides: light or dark, screen or paper
    found = sections(reports, by_cause=True)
    items = [item for section in found for item in section.items]
    there = counted(found)
    said = verdict([f for item in there for f in item.findings], len(there))
    parts = [_head(_title(reports, said)), _header(reports, found, said)]
    parts += _tools(items, found) if items else ()
    size = " many" if len(items) > _MANY else ""
    parts.append(f'<main class="wrap{size}" id="findings" tabindex="-1" aria-label="Findings">')
    parts += [_HINT] if items else ()
    parts += _nothing(reports, found)
    parts += _sections(found, reports)
    for report in reports:
        parts += _stale(report)
    parts.append("</main>")
    parts.append(f"<script>{SCRIPT}</script>\n</body>\n</html>")
    return "\n".join(parts) + "\n"


def _head(title: str) -> str:
    policy = (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(title)}</title>\n<style>{STYLE}</style>\n</head>\n<body>\n"
        '<a class="skip" href="#findings">Skip to the findings</a>'
    )


def _hash(text: str) -> str:
    """The source expression that allows ``text`` and nothing else (CSP 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _title(reports: Sequence[Report], said: str) -> str:
    names = ", ".join(report.title for report in reports if report.title)
    return f"{names}: {said}" if names else "Conformance report"


def _header(reports: Sequence[Report], found: Sequence[Section], said: str) -> str:
    one = reports[0] if len(reports) == 1 else None
    title = (one.title if one else "") or "Conformance report"
    parts = [f'<header class="wrap">\n<h1>{escape(title)}</h1>']
    for report in reports:
        words = [checked(report), *([compared(report.history)] if report.history else [])]
        if one:
            parts.append(f'<p class="verdict">{escape(said)}</p>')
            parts += (f"<p>{escape(sentence)}</p>" for sentence in words)
        else:
            name = f"{report.title}: {verdict(report.findings)}."
            parts.append(f"<p><strong>{escape(name)}</strong> {escape(' '.join(words))}</p>")
    if found:
        links = "".join(
            f'<li><a href="#{_id(section)}"><b>{section.count}</b>'
            f"<span>{section.title}</span></a></li>"
            for section in found
        )
        parts.append(f'<nav aria-label="Sections"><ul class="states">{links}</ul></nav>')
    return "\n".join((*parts, "</header>"))


def _id(section: Section) -> str:
    return section.kind.value.replace(" ", "-")


def _tools(items: Sequence[Item], found: Sequence[Section]) -> Iterator[str]:
    yield '<div class="tools" id="tools" hidden><div class="wrap">'
    yield '<form id="filter" role="search" aria-label="Filter findings"><div class="row">'
    yield '<label><span class="unseen">Words</span><input type="search" name="words" '
    yield 'placeholder="Words" autocomplete="off"></label>'
    severities = [s.label for s in _ORDER if any(i.severity is s for i in items)]
    yield from _boxes("severity", "Severity", severities)
    yield from _boxes("state", "State", [section.kind.value for section in found])
    yield '</div><div class="row">'
    yield f'<output id="shown" aria-live="polite">{len(items)} shown</output>'
    yield from _select("rule", "Rule", _each(items, "rule"))
    yield from _select("operation", "Operation", _each(items, "operation"))
    yield from _select("language", "Language", (t for item in items for t in languages(item)))
    yield from _select("exchange", "Exchange", (item.report.exchange for item in items))
    yield '<button type="reset">Clear</button>'
    yield '<button type="button" value="open">Unfold all</button>'
    yield '<button type="button" value="close">Fold all</button></div></form></div></div>'


def _each(items: Iterable[Item], name: str) -> Iterator[str]:
    """Of every item the rules or operations of its findings, each once."""
    for item in items:
        yield from dict.fromkeys(getattr(finding, name) for finding in item.findings)


def _boxes(name: str, label: str, values: Sequence[str]) -> Iterator[str]:
    hidden = "" if len(values) > 1 else " hidden"
    yield f"<fieldset{hidden}><legend>{label}</legend>"
    for value in values:
        box = f'<input type="checkbox" name="{name}" value="{value}" checked>'
        yield f"<label>{box}{value}</label>"
    yield "</fieldset>"


def _select(name: str, label: str, values: Iterable[str]) -> Iterator[str]:
    """A choice among the values there are, the frequent ones counted; none where there is one."""
    numbers = Counter(value for value in values if value)
    if len(numbers) < 2:
        yield f'<input type="hidden" name="{name}" value="">'
        return
    yield f'<label><span class="unseen">{label}</span><select name="{name}">'
    yield f'<option value="">{label}: all</option>'
    for value, number in sorted(numbers.items()):
        told = escape(value)
        yield f'<option value="{told}">{told} ({number})</option>'
    yield "</select></label>"


def _nothing(reports: Sequence[Report], found: Sequence[Section]) -> Iterator[str]:
    """A word where there is nothing to show; nothing checked is no good news."""
    for report in reports:
        if report.is_empty:
            name = f"{report.title}: " if len(reports) > 1 else ""
            yield f'<p class="none bad">{escape(name)}Nothing was checked.</p>'
    if not found and not all(report.is_empty for report in reports):
        yield '<p class="none">Nothing to report.</p>'


def _sections(found: Sequence[Section], reports: Sequence[Report]) -> Iterator[str]:
    axis = _axis(found, reports)
    few = len(counted(found)) <= _OPEN
    anchors: Counter[str] = Counter()
    unfolded = 0
    for section in found:
        yield f'<section id="{_id(section)}" aria-labelledby="{_id(section)}-title">'
        yield f'<h2 id="{_id(section)}-title">{section.title}<span class="count">'
        yield f"{len(section.items)}</span></h2>"
        leads = section.kind in COUNTED and (few or section is found[0])
        for item in section.items:
            anchor = f"f-{item.finding.fingerprint}"
            anchors[anchor] += 1
            again = f"-{anchors[anchor]}" if anchors[anchor] > 1 else ""
            is_open = leads and unfolded < _OPEN
            unfolded += is_open
            yield card(item, anchor + again, is_open=is_open, axis=axis)
        yield "</section>"


def _axis(found: Sequence[Section], reports: Sequence[Report]) -> Axis | None:
    """From the first that was ever seen to the last run."""
    runs = [report.history.run for report in reports if report.history]
    seen = [item.memory.first_seen for section in found for item in section.items if item.memory]
    return Axis(min(seen), max((*runs, *seen))) if runs and seen else None


def _stale(report: Report) -> Iterator[str]:
    if not report.stale:
        return
    yield "<h2>Known drift that was not found again</h2>"
    yield '<div class="stale"><p>Remove these entries:</p><ul>'
    for entry in report.stale:
        told = f"{entry.fingerprint} {entry.rule} {entry.operation} {entry.subject}"
        yield f"<li><code>{escape(told)}</code></li>"
    yield "</ul></div>"
