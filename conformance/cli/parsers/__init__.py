"""The words of the command line: one table of commands, one module for each family of them.

A new command is a function beside those of its family, a line in :data:`COMMANDS`, and a module
of its name in ``conformance/cli/`` whose ``run(args)`` does the work and gives the exit status.

Nothing here imports what the commands need: ``--help`` is answered at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from conformance.cli.parsers import evidence, pages, project, reports, servers
from conformance.cli.parsers.common import EPILOG, Commands

__all__ = ["COMMANDS", "EPILOG", "Commands"]

COMMANDS: Final[tuple[Callable[[Commands], None], ...]] = (
    pages.extract,
    pages.explain,
    pages.lint,
    evidence.check,
    pages.parity,
    pages.diff,
    servers.sandbox,
    servers.record,
    evidence.coverage,
    reports.report,
    reports.history,
    reports.track,
    project.rules,
    project.init,
    project.snapshot,
)
"""Every command, in the order in which ``--help`` lists them."""
