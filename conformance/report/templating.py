"""Templates that escape what they are given: HTML as Jinja2 does, Markdown by rules of its own.

Foreign text of a finding becomes HTML here, with what is in dispute marked.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from pathlib import PurePosixPath
from typing import Any, Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup, escape
from msgspec.structs import replace

from conformance.model.finding import Finding
from conformance.pages.sources import language_among
from conformance.patterns import regex
from conformance.report import plain, words
from conformance.report.plain import make_printable, window
from conformance.report.report import LinesExcerpt, PageOrigin, TableExcerpt, locate, locate_cell
from conformance.report.sections import Item

_WIDE: Final = 240
"""Columns shown of a cell in the row in dispute."""
_NARROW: Final = 90
"""Columns shown of any other cell."""
_LINE: Final = 400
"""Columns shown of a line."""
_CODE: Final = regex("`([^`]+)`")


def escape_html(text: str) -> Markup:
    """Foreign text, safe between tags and in a quoted attribute, on one line."""
    return escape(make_printable(text))


def escape_lines(values: Iterable[str]) -> Markup:
    """Several values of one attribute, each once on a line: none has a line break of its own."""
    return Markup("&#10;").join(map(escape_html, dict.fromkeys(values)))


def languages(item: Item) -> tuple[str, ...]:
    """Languages of the pages a finding is about: as a manifest says, or by their folders."""
    documented = item.finding.documented
    pages = [span.page for span in (documented, item.other) if span]
    stated = (
        item.report.sources.get(page, PageOrigin()).language
        or language_among(PurePosixPath(page).parent.parts)
        for page in pages
    )
    return tuple(dict.fromkeys(filter(None, stated)))


def _render_words(message: str) -> Markup:
    return Markup(_CODE.sub(r"<code>\1</code>", str(escape_html(message))))  # noqa: S704


def _mark_line(line: str, finding: Finding) -> Markup:
    quote = " ".join(make_printable(line).split())
    return _mark_columns(quote, locate(quote, finding), _LINE)


def _mark_columns(text: str, found: tuple[int, int] | None, columns: int) -> Markup:
    shown, start, end = window(text, *(found or (0, 0)), columns)
    if not found:
        return escape_html(shown)
    marked = Markup("<mark>{}</mark>").format(escape_html(shown[start:end]))
    return escape_html(shown[:start]) + marked + escape_html(shown[end:])


def _mark_lines(excerpt: LinesExcerpt, finding: Finding) -> Markup:
    first, last = excerpt.at
    rendered = Markup()
    for number, line in enumerate(excerpt.lines):
        count = Markup('<span class="number">{}</span>').format(excerpt.first + number)
        if first <= number <= last:
            shown = count + _mark_line(line, finding)
            rendered += Markup('<span class="at">{}</span>').format(shown)
        else:
            after = "" if number + 1 == first else "\n"
            rendered += count + _mark_columns(line, None, _LINE) + after
    return rendered


def _render_observed_body(finding: Finding) -> Markup:
    observed = finding.observed
    if observed is None or not observed.excerpt:
        value = (observed.value if observed else "") or finding.actual
        shown = Markup("<mark>{}</mark>").format(_mark_columns(value, None, _LINE))
        return shown if value else Markup("<i>(nothing)</i>")
    excerpt = observed.excerpt
    lines = [escape_html(line) for line in excerpt.text.split("\n")]
    before, after = lines[: excerpt.first], lines[excerpt.last + 1 :]
    meant = Markup("\n").join(lines[excerpt.first : excerpt.last + 1])
    head = Markup("\n").join(before) + "\n" if before else Markup()
    return head + Markup('<mark class="at">{}</mark>').format(meant) + Markup("\n").join(after)


def _count_columns(excerpt: TableExcerpt) -> int:
    return max(len(excerpt.header), *(len(row.cells) for row in excerpt.rows), 0)


FUNCTIONS: Final[Mapping[str, Callable[..., object] | Markup]] = {
    "languages": languages,
    "worded": _render_words,
    "marked": _mark_line,
    "marked_lines": _mark_lines,
    "marked_cell": lambda cell, found: _mark_columns(cell, found, _WIDE),
    "shortened": lambda cell, is_at=False: _mark_columns(cell, None, _WIDE if is_at else _NARROW),
    "cell_at": locate_cell,
    "columns_of": _count_columns,
    "source_of": lambda item, span: item.report.sources.get(span.page, PageOrigin()),
    "seen": _render_observed_body,
    "other_side": lambda finding: replace(finding, expected=finding.actual),
    "empty_line": Markup("<i>(an empty line)</i>"),
}
"""What the template of a finding calls."""


def render_template(name: str, /, **values: object) -> str:
    """The template ``name``, whose ending says what is escaped: ``.html.j2`` or ``.md.j2``."""
    return environment(name).get_template(name).render(values)


def macros(name: str) -> Any:
    return environment(name).get_template(name).module


def environment(name: str) -> Environment:
    """The one that template ``name`` belongs to."""
    return _make_environment(name.endswith(".html.j2"))


def _hash(text: str) -> Markup:
    """The source expression that allows ``text`` and nothing else (CSP 3, section 2.3.1)."""
    digest = base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()
    return Markup(f"'sha256-{digest}'")  # noqa: S704


def _capitalize_first(text: str) -> str:
    return text[:1].upper() + text[1:]


def _make_value_printable(value: object) -> object:
    return plain.make_printable(value) if type(value) is str else value


def _render_markdown(value: object) -> Markup:
    return value if isinstance(value, Markup) else _trust_markup(plain.inline)(str(value))


def _trust_markup(write: Callable[..., str]) -> Callable[..., Markup]:
    return lambda text, *more: Markup(write(text, *more))  # noqa: S704


_WORDS: Final = (
    "advise",
    "count_others",
    "describe_acceptance",
    "describe_cause",
    "describe_comparison",
    "describe_coverage",
    "describe_evidence",
    "describe_memory",
    "explain_why",
    "format_day",
    "format_moment",
    "plural",
    "summarize_outcome",
)


@cache
def _make_environment(is_html: bool) -> Environment:
    result = Environment(
        loader=PackageLoader("conformance.report"),
        autoescape=True,
        finalize=_make_value_printable if is_html else _render_markdown,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    result.globals |= {name: getattr(words, name) for name in _WORDS}
    if is_html:
        result.globals |= FUNCTIONS
    result.filters |= {"address": plain.address, "hash": _hash, "first_upper": _capitalize_first}
    result.filters |= {"lines": escape_lines, "visible": plain.make_visible}
    result.filters["weight"] = lambda found: _capitalize_first(words.describe_evidence(found))
    markdown = {"block": plain.block, "code": plain.code, "fenced": plain.fence_text}
    for name, write in (markdown | {"prose": plain.prose}).items():
        result.filters[name] = _trust_markup(write)
    return result
