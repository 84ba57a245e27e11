"""Consent to ask an exchange, taken from the command line that a person typed and nowhere else.

pytest joins what a configuration file (``addopts``) and ``PYTEST_ADDOPTS`` say to what was typed;
a file that came with a project could consent in its place.  So the typed words are read again.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from conformance.live.safety import Policy

PREFIX: Final = "--conformance-"
"""Of the long names; a short one is expanded before, if it does not mean something else."""
_FLAGS: Final = ("live", "allow-state-change")
_LISTS: Final = ("exchange", "live-host", "live-variable", "docs-root")
NAMES: Final = (*_FLAGS, *_LISTS)
"""What consents to ask an exchange, or says which one; the names of the options without dashes."""


def typed_policy(arguments: Sequence[str]) -> Policy:
    """What ``arguments``, as they were typed after ``pytest``, with long names, consent to."""
    typed = _typed(arguments)
    return Policy(
        live="live" in typed,
        allow_state_change="allow-state-change" in typed,
        named=typed.get("exchange", ()),
        hosts=typed.get("live-host", ()),
        variables=typed.get("live-variable", ()),
    )


def untyped_consents(
    arguments: Sequence[str], options: Mapping[str, Sequence[str]]
) -> Iterator[str]:
    """The options that were set, and not by what was typed.

    Args:
        arguments: as they were typed after ``pytest``.
        options: the values of each of :data:`NAMES` that was set; of a flag its own name.
    """
    typed = _typed(arguments)
    for name, values in options.items():
        for value in values:
            if value not in typed.get(name, ()):
                yield f"--{name}" if name in _FLAGS else f"--{name} {value}"


def _typed(arguments: Sequence[str]) -> dict[str, tuple[str, ...]]:
    """The options among ``arguments`` and their values; of a flag its own name."""
    parser = argparse.ArgumentParser(add_help=False, allow_abbrev=False, exit_on_error=False)
    for name in _FLAGS:
        parser.add_argument(PREFIX + name, action="append_const", const=name, dest=name)
    for name in _LISTS:
        parser.add_argument(PREFIX + name, action="append", dest=name)
    try:
        found = vars(parser.parse_known_args(list(arguments))[0])
    except argparse.ArgumentError:
        return {}
    return {name: tuple(values) for name, values in found.items() if values}
