"""``conformance ...``: parse the command line, run one command, say what went wrong."""

from conformance.cli.main import main

__all__ = ["main"]
