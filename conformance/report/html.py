"""Findings as one page to read, filter, print and send: no network, no server.

Pages and servers are not trusted.  Everything they say is escaped, and a content security
policy lets nothing run or load but the style and the script written here, by their hashes.
"""

from __future__ import annotations

import base64
import hashlib
import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final

from conformance.model.finding import Finding, Observed, Severity
from conformance.report.html_assets import SCRIPT, STYLE
from conformance.report.plain import printable
from conformance.report.report import Report, Style, in_order
from conformance.report.text import locate
from conformance.report.words import checked, evidence, verdict

_LANGUAGE: Final = re.compile(
    r"(?:ar|de|en|es|fr|hi|id|it|ja|ko|nl|pl|pt|ru|th|tr|uk|vi|zh)(?:[-_][A-Za-z]{2,4})?"
)
"""A folder named like this is taken for a language."""
_CODE: Final = re.compile("`([^`]+)`")
_ORDER: Final = tuple(sorted(Severity, reverse=True))


def render_html(report: Report, style: Style) -> str:
    """The report as an HTML page (WHATWG HTML); ends with a newline."""
    del style  # the reader's browser decides: light or dark, screen or paper
    findings = in_order(report.findings)
    parts = [_head(report), _header(report, findings), "<main>"]
    parts += _filter(findings) if findings else ()
    parts.append('<section id="findings" aria-label="Findings">')
    parts += map(_card, findings) if findings else [_nothing(report)]
    parts.append("</section>")
    parts += _known(report)
    parts += _stale(report)
    parts.append("</main>")
    parts.append(f"<script>{SCRIPT}</script>\n</body>\n</html>")
    return "\n".join(parts) + "\n"


def escape(text: str) -> str:
    """Foreign text, safe between tags and in a quoted attribute, on one line."""
    return html.escape(printable(text), quote=True)


def _head(report: Report) -> str:
    policy = (
        f"default-src 'none'; style-src {_hash(STYLE)}; script-src {_hash(SCRIPT)}; "
        "base-uri 'none'; form-action 'none'"
    )
    return (
        '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n'
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">\n'
        '<meta name="viewport" content="width=device-width, initial-scale=1">\n'
        '<meta name="referrer" content="no-referrer">\n'
        f"<title>{escape(_title(report))}</title>\n<style>{STYLE}</style>\n</head>\n<body>"
    )


def _hash(text: str) -> str:
    """The source expression that allows ``text`` and nothing else (CSP 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return f"'sha256-{digest}'"


def _title(report: Report) -> str:
    return f"{report.title}: {verdict(report.findings)}" if report.title else "Conformance report"


def _header(report: Report, findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    pills = "".join(
        f'<li class="pill {s.label}">{counts[s]} {s.label}</li>' for s in _ORDER if counts[s]
    )
    pills = pills or '<li class="pill good">no findings</li>'
    known = f'<li class="pill">{len(report.known)} known</li>' if report.known else ""
    return (
        f"<header><div>\n<h1>{escape(report.title or 'Conformance report')}</h1>\n"
        f'<p class="checked">{escape(checked(report))}</p>\n'
        f'<ul class="counts" aria-label="Findings by severity">{pills}{known}</ul>\n</div></header>'
    )


def _filter(findings: Sequence[Finding]) -> Iterator[str]:
    yield '<form id="filter" aria-label="Filter findings" hidden>'
    present = [s.label for s in _ORDER if any(f.severity is s for f in findings)]
    yield "<fieldset><legend>Severity</legend>"
    for label in present:
        box = f'<input type="checkbox" name="severity" value="{label}" checked>'
        yield f"<label>{box} {label}</label>"
    yield "</fieldset>"
    yield from _select("rule", "Rule", (f.rule for f in findings))
    yield from _select("operation", "Operation", (f.operation for f in findings))
    yield from _select("language", "Language", (tag for f in findings for tag in _languages(f)))
    yield '<label>Words<input type="search" name="words" autocomplete="off"></label>'
    yield f'<output id="shown" aria-live="polite">{len(findings)} shown</output>\n</form>'


def _select(name: str, label: str, values: Iterable[str]) -> Iterator[str]:
    """A choice among the values there are; none where there is nothing to choose."""
    options = sorted({value for value in values if value})
    if len(options) < 2:
        yield f'<input type="hidden" name="{name}" value="">'
        return
    yield f'<label>{label}<select name="{name}"><option value="">all</option>'
    yield from (f"<option>{escape(option)}</option>" for option in options)
    yield "</select></label>"


def _nothing(report: Report) -> str:
    said = "Nothing was checked." if report.is_empty else "Nothing to report."
    return f'<p class="none">{said}</p>'


def _card(finding: Finding) -> str:
    label = finding.severity.label
    about = " ".join(
        f"<code>{escape(part)}</code>" for part in (finding.operation, finding.subject) if part
    )
    lines = [
        f'<article data-severity="{label}" data-rule="{escape(finding.rule)}" '
        f'data-operation="{escape(finding.operation)}" '
        f'data-languages="{escape(" ".join(_languages(finding)))}">',
        f'<div class="head"><span class="pill {label}">{label}</span>'
        f"<h3>{_worded(finding.message)}</h3>"
        f'<span class="rule">{escape(finding.rule)}</span></div>',
        f'<p class="about">{about}</p>',
        '<div class="sides">',
        *_documented(finding),
        *_observed(finding),
        "</div>",
        "<dl>",
        *_facts(finding),
        "</dl>\n</article>",
    ]
    return "\n".join(lines)


def _worded(message: str) -> str:
    """A message, what stands in backticks as code."""
    return _CODE.sub(r"<code>\1</code>", escape(message))


def _documented(finding: Finding) -> Iterator[str]:
    span = finding.documented
    if span is None:
        return
    quote = _marked(span.quote, finding) or "<i>(an empty line)</i>"
    yield (
        f"<figure><figcaption>Documented at <b>{escape(str(span))}</b></figcaption>"
        f'<pre><span class="number">{span.line}</span>{quote}</pre></figure>'
    )


def _marked(line: str, finding: Finding) -> str:
    """A page's line without a table's padding, the disputed part marked."""
    quote = " ".join(printable(line).split())
    found = locate(quote, finding)
    if not found:
        return escape(quote)
    start, end = found
    marked = f"<mark>{escape(quote[start:end])}</mark>"
    return f"{escape(quote[:start])}{marked}{escape(quote[end:])}"


def _observed(finding: Finding) -> Iterator[str]:
    observed = finding.observed
    if observed is None:
        return
    pointer = f" at <code>{escape(observed.pointer)}</code>" if observed.pointer else ""
    words = evidence(observed)
    caption = f"{escape(words[0].upper() + words[1:])}: <b>{escape(observed.where)}</b>{pointer}"
    shown = _seen(finding, observed) or "<i>(nothing)</i>"
    yield f"<figure><figcaption>{caption}</figcaption><pre>{shown}</pre></figure>"


def _seen(finding: Finding, observed: Observed) -> str:
    """The value, marked as a whole; of a line of another page only the disputed part."""
    if not (observed.value or finding.actual):
        return ""
    if observed.pointer or not observed.value or "#" in observed.where:
        return f"<mark>{escape(observed.value or finding.actual)}</mark>"
    return _marked(observed.value, replace(finding, expected=finding.actual))


def _facts(finding: Finding) -> Iterator[str]:
    for name, value in (("Expected", finding.expected), ("Actual", finding.actual)):
        if value:
            yield f"<dt>{name}</dt><dd><code>{escape(value)}</code></dd>"
    if finding.related:
        also = "".join(f"<li>{escape(consequence)}</li>" for consequence in finding.related)
        yield f"<dt>Also</dt><dd><ul>{also}</ul></dd>"
    if finding.confidence != "high":
        yield f"<dt>Confidence</dt><dd>{escape(finding.confidence)}</dd>"
    yield f"<dt>Fingerprint</dt><dd><code>{finding.fingerprint}</code></dd>"


def _languages(finding: Finding) -> list[str]:
    """Languages of the pages a finding is about, by the folders they are in."""
    pages = [finding.documented.page] if finding.documented else []
    pages += [finding.observed.where] if finding.observed else []
    folders = (part for page in pages for part in PurePosixPath(page).parent.parts)
    return list(dict.fromkeys(part for part in folders if _LANGUAGE.fullmatch(part)))


def _known(report: Report) -> Iterator[str]:
    if not report.known:
        return
    yield '<h2>Known drift, accepted for now</h2>\n<section class="known">'
    for match in report.known:
        entry = match.entry
        why = f"Until {entry.expires}: {entry.reason}"
        yield _card(match.finding).replace(
            '<div class="sides">', f'<p class="about">{escape(why)}</p>\n<div class="sides">', 1
        )
    yield "</section>"


def _stale(report: Report) -> Iterator[str]:
    if not report.stale:
        return
    yield "<h2>Known drift that was not found again</h2>\n<p>Remove these entries:</p>\n<ul>"
    for entry in report.stale:
        told = f"{entry.fingerprint} {entry.rule} {entry.operation} {entry.subject}"
        yield f"<li><code>{escape(told)}</code></li>"
    yield "</ul>"
