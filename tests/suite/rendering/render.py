"""A contract rendered to a page the way documentation is written, so that it can be read back."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

from conformance.model.operation import Operation
from tests.suite.rendering.cells import members, rows_of, section_title
from tests.suite.rendering.html import to_html
from tests.suite.rendering.markdown import to_markdown
from tests.suite.rendering.page import page_of
from tests.suite.rendering.style import Style


def render_page(operation: Operation, style: Style) -> str:
    """The documentation page of ``operation``, as Markdown or HTML."""
    style = _telling_apart(operation, style)
    blocks = page_of(operation, style)
    return to_html(blocks, style) if style.markup == "html" else to_markdown(blocks, style)


def _telling_apart(operation: Operation, style: Style) -> Style:
    """``style``, without sections where two of one title would tell the members of two objects."""
    bodies = (operation.body, *operation.responses)
    titles = Counter(
        section_title(row.path)
        for body in bodies
        if body is not None and body.value is not None
        for row in rows_of(members(body.value), Style())
        if members(row.field.value)
    )
    return style if max(titles.values(), default=0) < 2 else replace(style, nesting="dots")
