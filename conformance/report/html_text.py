"""Foreign text as HTML: escaped, on one line, what is disputed in it marked."""

from __future__ import annotations

import html
import re
from typing import Final

from conformance.model.finding import Finding
from conformance.report.addresses import address
from conformance.report.locate import locate
from conformance.report.plain import printable, window

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
