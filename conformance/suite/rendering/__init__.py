"""A contract rendered to a page the way documentation is written, so that it can be read back."""

from __future__ import annotations

from conformance.model.operation import Operation
from conformance.suite.rendering.html import to_html
from conformance.suite.rendering.markdown import to_markdown
from conformance.suite.rendering.page import page_of
from conformance.suite.rendering.style import Style


def render_page(operation: Operation, style: Style) -> str:
    """The documentation page of ``operation``, as Markdown or HTML."""
    blocks = page_of(operation, style)
    return to_html(blocks, style) if style.markup == "html" else to_markdown(blocks, style)
