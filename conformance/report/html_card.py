"""One finding as HTML: what the page says beside what was seen."""

from __future__ import annotations

import datetime as dt
import html
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import PurePosixPath
from typing import Final

from conformance.drift.memory import Memory
from conformance.model.finding import Excerpt, Finding, Observed
from conformance.model.span import Span
from conformance.pages.sources import language_among
from conformance.report.excerpts import (
    LinesExcerpt,
    PageExcerpt,
    ShownRow,
    TableExcerpt,
    locate,
    locate_cell,
)
from conformance.report.plain import address, printable, window
from conformance.report.report import Source
from conformance.report.sections import Item, Kind
from conformance.report.words import accepted, day, folded, more_of, remembered, weighed

_WIDE: Final = 240
"""Columns shown of a cell in the row in dispute."""
_NARROW: Final = 90
"""Columns shown of any other cell."""
_LINE: Final = 400
"""Columns shown of a line."""
_ALSO: Final = 20
"""Consequences that are listed."""
_ROWS: Final = 500
"""Findings of one cause that are listed."""
_SPAN: Final = 400
"""Units of length of a timeline."""


@dataclass(frozen=True, slots=True)
class Axis:
    """The time that every timeline of a report shows."""

    first: dt.datetime
    last: dt.datetime

    def place(self, time: dt.datetime) -> int:
        """Where ``time`` is on it, from 0 to the whole length."""
        whole = (self.last - self.first).total_seconds()
        share = (time - self.first).total_seconds() / whole if whole > 0 else 0
        return round(_SPAN * min(max(share, 0.0), 1.0))


def card(item: Item, anchor: str, *, is_open: bool, axis: Axis | None) -> str:
    """The finding, folded unless ``is_open``; ``anchor`` is what links to it name."""
    finding = item.finding
    label = item.severity.label
    word = f"fixed {label}" if item.kind is Kind.FIXED else label
    lines = (
        f'<article id="{anchor}" data-severity="{label}" data-state="{item.kind.value}" '
        f'data-rule="{_all(f.rule for f in item.findings)}" '
        f'data-operation="{_all(f.operation for f in item.findings)}" '
        f'data-languages="{escape(" ".join(languages(item)))}" '
        f'data-exchange="{escape(item.report.exchange)}">',
        f"<details{' open' if is_open else ''}><summary>"
        f'<span class="what">{word}</span>'
        f"<h3>{worded(finding.message or finding.rule)}</h3>"
        f'<span class="place">{_name(finding.subject)}{escape(item.place)}'
        f"{escape(more_of(item))}</span></summary>",
        '<div class="body">',
        _about(finding),
        *_why(item),
        *_sides(item),
        "<dl>",
        *_facts(item, anchor, axis),
        "</dl>",
        *_cause(item),
        "</div></details></article>",
    )
    return "\n".join(lines)


def _all(values: Iterable[str]) -> str:
    """Several values of one attribute, a line each: none has a line break of its own."""
    return "&#10;".join(map(escape, dict.fromkeys(values)))


def _cause(item: Item) -> Iterator[str]:
    """All findings of a cause in a table."""
    if not item.others:
        return
    yield f"<p>One cause: {escape(folded(item))}</p>"
    yield '<div class="scroll"><table class="places"><thead><tr><th scope="col">place</th>'
    yield '<th scope="col">finding</th><th scope="col">operation</th>'
    yield '<th scope="col">subject</th><th scope="col">fingerprint</th></tr></thead><tbody>'
    for finding in item.findings[:_ROWS]:
        rule = f"{finding.severity.label}[{finding.rule}]"
        cells = (item.place_of(finding), rule, finding.operation, finding.subject)
        shown = "".join(f"<td>{escape(cell)}</td>" for cell in cells)
        yield f"<tr>{shown}<td><code>{finding.fingerprint}</code></td></tr>"
    yield "</tbody></table></div>"
    if len(item.findings) > _ROWS:
        yield f"<p>And {len(item.findings) - _ROWS} more.</p>"


def languages(item: Item) -> tuple[str, ...]:
    """Languages of the pages a finding is about: as a manifest says, or by their folders."""
    finding, sources = item.finding, item.report.sources
    pages = [finding.documented.page] if finding.documented else []
    pages += [item.other.page] if item.other else []
    told = (
        sources.get(page, Source()).language or language_among(PurePosixPath(page).parent.parts)
        for page in pages
    )
    return tuple(dict.fromkeys(filter(None, told)))


def _name(subject: str) -> str:
    """The last part of a dotted subject: what a reader looks for in a list."""
    name = subject.rpartition(".")[2]
    return f'<span class="name">{escape(name)}</span>' if name else ""


def _about(finding: Finding) -> str:
    parts = " ".join(
        f"<code>{escape(part)}</code>" for part in (finding.operation, finding.subject) if part
    )
    return f'<p class="about"><span class="rule">{escape(finding.rule)}</span>{parts}</p>'


def _why(item: Item) -> Iterator[str]:
    if item.entry:
        until = accepted(item.entry, item.report.today)
        yield f'<p class="why">Known: {worded(item.entry.reason)} ({escape(until)})</p>'


def _sides(item: Item) -> Iterator[str]:
    sides = (*_documented(item), *_observed(item))
    if sides:
        yield '<div class="sides">'
        yield from sides
        yield "</div>"


def _documented(item: Item) -> Iterator[str]:
    if item.finding.documented:
        said = _page(item, item.finding.documented, item.finding)
        yield f"<figure><figcaption>The page says, at {said}</figure>"


def _page(item: Item, span: Span, finding: Finding) -> str:
    """The end of a caption with a page's place, and what stands there."""
    source = item.report.sources.get(span.page, Source())
    place = link(f"{item.prefix}{span}", source.url)
    when = f", retrieved {day(source.retrieved)}" if source.retrieved else ""
    tongue = f' lang="{escape(source.language)}"' if source.language else ""
    shown = _shown(item.excerpt_at(span), span, finding)
    return f"<strong>{place}</strong>{when}</figcaption><div{tongue}>{shown}</div>"


def _shown(excerpt: PageExcerpt | None, span: Span, finding: Finding) -> str:
    if isinstance(excerpt, TableExcerpt):
        return "".join(_table(excerpt, span, finding))
    if isinstance(excerpt, LinesExcerpt):
        return f"<pre>{''.join(_lines(excerpt, finding))}</pre>"
    quote = marked(span.quote, finding, _LINE) or "<i>(an empty line)</i>"
    return f'<pre><span class="number">{span.line}</span>{quote}</pre>'


def _table(excerpt: TableExcerpt, span: Span, finding: Finding) -> Iterator[str]:
    yield '<div class="scroll"><table><caption class="unseen">'
    yield f"Line {span.line} of {escape(span.page)} in its table</caption>"
    if excerpt.header:
        mark = ' class="at"' if excerpt.at < 0 else ""
        cells = "".join(f'<th scope="col">{_cell(cell)}</th>' for cell in excerpt.header)
        yield f'<thead><tr{mark}><th scope="col" class="line">line</th>{cells}</tr></thead>'
    yield "<tbody>"
    columns = max(len(excerpt.header), *(len(row.cells) for row in excerpt.rows), 0)
    for number, row in enumerate(excerpt.rows):
        yield _row(row, columns, finding if number == excerpt.at else None)
    yield "</tbody></table></div>"


def _row(row: ShownRow, columns: int, finding: Finding | None) -> str:
    """A row; that of ``finding`` has its disputed cell marked."""
    found = locate_cell(row.cells, finding) if finding else None
    cells = []
    for number, cell in enumerate(row.cells):
        if found and number == found[0]:
            cells.append(f'<td class="at">{marked_at(cell, found[1:], _WIDE)}</td>')
        else:
            cells.append(f"<td>{marked_at(cell, None, _WIDE if finding else _NARROW)}</td>")
    cells += ["<td></td>"] * (columns - len(row.cells))
    mark = ' class="at"' if finding else ""
    return f'<tr{mark}><th scope="row" class="line">{row.line}</th>{"".join(cells)}</tr>'


def _cell(text: str) -> str:
    return marked_at(text, None, _NARROW)


def _lines(excerpt: LinesExcerpt, finding: Finding) -> Iterator[str]:
    first, last = excerpt.at
    for number, line in enumerate(excerpt.lines):
        count = f'<span class="number">{excerpt.first + number}</span>'
        if first <= number <= last:
            yield f'<span class="at">{count}{marked(line, finding, _LINE)}</span>'
        else:
            after = "" if number + 1 == first else "\n"
            yield f"{count}{marked_at(line, None, _LINE)}{after}"


def _observed(item: Item) -> Iterator[str]:
    observed, finding = item.finding.observed, item.finding
    if observed is None:
        return
    if item.other and not observed.excerpt and not observed.pointer:
        said = _page(item, item.other, replace(finding, expected=finding.actual))
        yield f"<figure><figcaption>Elsewhere the docs say, at {said}</figure>"
        return
    pointer = f" at <code>{escape(observed.pointer)}</code>" if observed.pointer else ""
    caption = f"Observed in <strong>{escape(observed.where)}</strong>{pointer}"
    seen = _seen(finding, observed)
    yield f"<figure><figcaption>{caption}</figcaption><pre>{seen}</pre></figure>"


def _seen(finding: Finding, observed: Observed) -> str:
    """The part of the body with the lines in question marked; failing that, the value."""
    if observed.excerpt:
        return _body(observed.excerpt)
    value = observed.value or finding.actual
    return f"<mark>{marked_at(value, None, _LINE)}</mark>" if value else "<i>(nothing)</i>"


def _body(excerpt: Excerpt) -> str:
    lines = [escape(line) for line in excerpt.text.split("\n")]
    before, after = lines[: excerpt.first], lines[excerpt.last + 1 :]
    meant = "\n".join(lines[excerpt.first : excerpt.last + 1])
    head = "\n".join(before) + "\n" if before else ""
    return f'{head}<mark class="at">{meant}</mark>' + "\n".join(after)


def _facts(item: Item, anchor: str, axis: Axis | None) -> Iterator[str]:
    finding = item.finding
    for name, value in (("Expected", finding.expected), ("Actual", finding.actual)):
        if value:
            yield f"<dt>{name}</dt><dd><code>{escape(value)}</code></dd>"
    if finding.observed:
        words = weighed(finding)
        yield f"<dt>Evidence</dt><dd>{escape(words[:1].upper() + words[1:])}</dd>"
    if item.memory:
        yield f"<dt>Seen</dt><dd>{_seen_when(item.memory, axis)}</dd>"
    if finding.related:
        also = "".join(f"<li>{worded(said)}</li>" for said in finding.related[:_ALSO])
        more = len(finding.related) - _ALSO
        also += f"<li>and {more} more</li>" if more > 0 else ""
        yield f"<dt>Also</dt><dd><ul>{also}</ul></dd>"
    if finding.confidence != "high":
        yield f"<dt>Confidence</dt><dd>{escape(finding.confidence)}</dd>"
    yield (
        f'<dt>Fingerprint</dt><dd><a href="#{anchor}"><code>{finding.fingerprint}</code></a></dd>'
    )


def _seen_when(memory: Memory, axis: Axis | None) -> str:
    """In words, and as a line of time that shows the same."""
    words = remembered(memory)
    told = escape(words[:1].upper() + words[1:])
    if axis is None:
        return told
    bars = []
    for period in memory.periods:
        start = axis.place(period.first)
        length = max(axis.place(period.last) - start, 4)
        bars.append(
            f'<rect class="seen" x="{min(start, _SPAN - length)}" y="0" width="{length}" '
            'height="10" rx="1"/>'
        )
    return (
        f'{told}<div class="line-of-time" aria-hidden="true">'
        f'<svg viewBox="0 0 {_SPAN} 10" preserveAspectRatio="none">'
        f'<rect class="axis" x="0" y="4" width="{_SPAN}" height="2"/>{"".join(bars)}</svg>'
        f'<p class="ends"><span>{day(axis.first)}</span><span>{day(axis.last)}</span></p></div>'
    )


_CODE: Final = re.compile("`([^`]+)`")


def escape(text: str) -> str:
    """Foreign text, safe between tags and in a quoted attribute, on one line."""
    return html.escape(printable(text), quote=True)


def worded(message: str) -> str:
    """A message, what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(message))


def marked(line: str, finding: Finding, columns: int) -> str:
    """A page's line without a table's padding, the disputed part marked."""
    quote = " ".join(printable(line).split())
    return marked_at(quote, locate(quote, finding), columns)


def marked_at(text: str, found: tuple[int, int] | None, columns: int) -> str:
    """At most ``columns`` of ``text``, around what was found in it, that marked."""
    shown, start, end = window(text, *(found or (0, 0)), columns)
    if not found:
        return escape(shown)
    return f"{escape(shown[:start])}<mark>{escape(shown[start:end])}</mark>{escape(shown[end:])}"


def link(text: str, url: str) -> str:
    """``text`` as a link to ``url``, where that is an address of the web; else as text."""
    target = address(url)
    if not target:
        return escape(text)
    return f'<a href="{escape(target)}" rel="noreferrer">{escape(text)}</a>'
