"""Options of the suite: each is ``--conformance-NAME``, and ``--NAME`` where that name is free.

Only the long names are registered.  A short one is expanded on the command line after all
plugins and first conftests have registered theirs, so that none of them ever collides with it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import pytest

_PREFIX: Final = "--conformance-"
_MOST: Final = 100_000
"""Requests or seconds of a live run."""
_UNDEFINED: Final = object()


@dataclass(frozen=True, slots=True)
class SuiteOption:
    """One option of the suite."""

    name: str
    """Without dashes in front: ``docs-root``."""
    attributes: dict[str, Any]
    """For :meth:`pytest.OptionGroup.addoption`."""


def amount(text: str) -> int:
    """A number of requests, for the command line."""
    return int(seconds(str(int(text))))


def seconds(text: str) -> float:
    """A time that ends, for the command line."""
    number = float(text)
    if not 0 < number <= _MOST:
        raise ValueError(text)
    return number


def _flag(name: str, text: str) -> SuiteOption:
    return SuiteOption(name, {"action": "store_true", "help": text})


def _value(name: str, metavar: str, text: str, **attributes: Any) -> SuiteOption:
    return SuiteOption(name, {"metavar": metavar, "help": text, **attributes})


_REPEATABLE: Final[dict[str, Any]] = {"action": "append", "default": []}
OPTIONS: Final = (
    _value("exchange", "NAME",
        "exchange of docs_snapshot/ to check (repeatable; default: all)", **_REPEATABLE),
    _value("docs-root", "DIR",
        "folder that holds docs_snapshot/, schemas/ and cassettes/ (default: the current folder "
        "or the nearest parent)", type=Path),
    _flag("self-test",
        "also test this software on the exchange: responses and requests made from its pages are "
        "found to be valid, and each damage to one is found"),
    _flag("live",
        "ask the exchange itself: GETs of operations that its pages call public, unsigned, and of "
        "those that exchange.toml lists; it has to be named with --exchange"),
    _flag("sandbox",
        "ask a sandbox made from the documentation, with every kind of request; nothing leaves "
        "this machine"),
    _flag("allow-state-change",
        "with --live: also send the probes that exchange.toml declares, of operations that may "
        "change state"),
    _value("live-host", "HOST[:PORT]",
        "with --live and one --exchange: this is its host, besides those that exchange.toml "
        "confirms", **_REPEATABLE),
    _value("live-variable", "NAME",
        "with --live: read this variable although it is not named like the exchange",
        **_REPEATABLE),
    _value("fault", "KIND[:SUBJECT]",
        "with --sandbox: what it is to do wrong (repeatable)", **_REPEATABLE),
    _value("live-requests", "N",
        "most requests to send in a run (default: 300)", type=amount, default=300),
    _value("live-seconds", "S",
        "longest time for all of them (default: 180)", type=seconds, default=180),
    _value("live-timeout", "S",
        "longest wait for one answer (default: 20)", type=seconds, default=20),
    _value("history", "URL|FILE",
        "remember what is found, and say what is new, returned and fixed: an SQLite file, or the "
        "URL of a PostgreSQL database (default: $CONFORMANCE_HISTORY)"),
    _value("drift-report", "DIR",
        "write each exchange's drift report to DIR: <exchange>.html, .md, .json, .sarif, and "
        ".drift.json for programs that follow findings from run to run", type=Path),
)  # fmt: skip


def add_options(parser: pytest.Parser) -> None:
    """Register the long name of every option."""
    group = parser.getgroup(
        "conformance",
        "conformance of an API with its documentation (each option is --NAME for short, "
        "where no other plugin and no conftest has an option of that name)",
    )
    for option in OPTIONS:
        group.addoption(_PREFIX + option.name, **option.attributes)


def option_value(config: pytest.Config, name: str) -> Any:
    """What the command line says for the option of that name, ``docs-root`` for example."""
    return config.getoption(_PREFIX + name)


def find_free_names(config: pytest.Config) -> frozenset[str]:
    """The short names that nobody has registered so far, with their dashes."""
    shorts = (f"--{option.name}" for option in OPTIONS)
    return frozenset(s for s in shorts if config.getoption(s, _UNDEFINED) is _UNDEFINED)


def typed_arguments(config: pytest.Config) -> tuple[str, ...]:
    """What was typed after ``pytest``, with long names; neither a file's words nor a variable's."""
    typed = [arg for arg in config.invocation_params.args if not arg.startswith("@")]
    return tuple(expand_short_names(typed, find_free_names(config)))


def find_taken_names(args: Iterable[str], free: Collection[str]) -> tuple[str, ...]:
    """The short names on the command line that mean another plugin's or conftest's option."""
    shorts = [f"--{option.name}" for option in OPTIONS]
    given = {arg.partition("=")[0] for arg in args}
    return tuple(short for short in shorts if short in given and short not in free)


def expand_short_names(args: Iterable[str], free: Collection[str]) -> Iterator[str]:
    """The command line with the long name of an option in the place of each free short one."""
    rest = _read_argument_files(args)
    for arg in rest:
        if arg == "--":
            yield arg
            break
        name = arg.partition("=")[0]
        yield _PREFIX + arg.removeprefix("--") if name in free else arg
    yield from rest


def _read_argument_files(args: Iterable[str]) -> Iterator[str]:
    """The lines of a file in the place of ``@file``, as argparse has it; it reports bad files."""
    for arg in args:
        try:
            lines = Path(arg[1:]).read_text("utf-8").splitlines() if arg[:1] == "@" else None
        except (OSError, ValueError):
            lines = None
        yield from [arg] if lines is None else _read_argument_files(lines)
