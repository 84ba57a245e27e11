"""How wide what the suite says may be."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import pytest

from conformance.report.plain import width, wrapped
from conformance.report.report import Style

_INDENT: Final = " " * 9
"""The second line of a finding begins below what is said of it, not below where it stands."""


def style_of(config: pytest.Config) -> Style:
    """As wide as the terminal; where there is none, lines stay whole for ``grep``."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or not reporter.isatty:
        return Style()
    return Style(width=config.get_terminal_writer().fullwidth, wrap=True)


def fitted(line: str, style: Style) -> Iterator[str]:
    """``line``, of the drift summary, broken between words where it is wider than the terminal."""
    if not style.wrap or width(line) <= style.width:
        yield line
        return
    for number, piece in enumerate(wrapped(line, max(style.width - len(_INDENT), 1))):
        yield (_INDENT if number else "") + piece
