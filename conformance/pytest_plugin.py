"""Options of the conformance suite; loaded by every pytest run, so it imports next to nothing.

What the suite itself needs is in :mod:`conformance.suite`, loaded only when it is collected.
"""

from __future__ import annotations

import copy
import os
from collections.abc import Collection, Generator, Iterable, Iterator
from dataclasses import dataclass
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

import pytest

_PACKAGE = Path(__file__).resolve().parent
_SUITE = _PACKAGE / "suite"
_FREE: Final = pytest.StashKey[frozenset[str]]()
"""Short names that mean an option of the suite here."""


def pytest_addoption(parser: pytest.Parser) -> None:
    # Register the long name of every option
    group = parser.getgroup(
        "conformance",
        "conformance of an API with its documentation (each option is --NAME for short, "
        "where no other plugin and no conftest has an option of that name)",
    )
    for option in OPTIONS:
        group.addoption(_PREFIX + option.name, **option.attributes)


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(
    early_config: pytest.Config, parser: pytest.Parser, args: list[str]
) -> Generator[None, Any, Any]:
    """Let every plugin and conftest register its options before short names are given a meaning."""
    known = early_config.known_args_namespace
    if _find_suite(early_config, known.file_or_dir):
        # The value of a short name is no folder to look for a conftest in.
        expanded = list(expand_short_names(args, find_free_names(early_config)))
        namespace = parser.parse_known_args(expanded, copy.copy(early_config.option))
        known.file_or_dir = namespace.file_or_dir
    result = yield
    early_config.stash[_FREE] = free = find_free_names(early_config)
    args[:] = expand_short_names(args, free)
    return result


@pytest.hookimpl(wrapper=True)
def pytest_cmdline_main(config: pytest.Config) -> Generator[None, Any, Any]:
    """The suite judges a whole run, so pytest-xdist does not share it out."""
    if _find_suite(config, config.args) and hasattr(config.option, "numprocesses"):
        config.option.numprocesses, config.option.dist = 0, "no"
    return (yield)


def pytest_report_header(config: pytest.Config) -> list[str]:
    """What was perhaps meant for the suite, and is another option."""
    if not _find_suite(config, config.args):
        return []
    free = config.stash[_FREE]
    return [
        f"conformance: {name} is an option of another plugin or conftest here; "
        f"the suite's is --conformance-{name[2:]}"
        for name in find_taken_names(config.invocation_params.args, free)
    ]


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point ``pytest conformance/`` at the installed suite, wherever it is run."""
    if option_value(config, "docs-root") is None:
        config.option.conformance_docs_root = _find_project(config)
    config.args[:] = [_find_suite_for(arg, config) for arg in config.args]
    names = option_value(config, "exchange")
    _refuse_contradictions(config, names)
    _refuse_untyped_consent(config)
    if _find_suite(config, config.args):
        # A project that cannot be checked is reported once, before anything is collected
        docs_root = option_value(config, "docs-root")
        from conformance.errors import ConformanceError
        from conformance.pages.exchange import find_root
        from conformance.pipeline.project import load_exchanges
        from conformance.pipeline.weights import load_known_drift

        try:
            for exchange in load_exchanges(find_root(docs_root), names):
                load_known_drift(exchange)
        except ConformanceError as error:
            raise pytest.UsageError(str(error)) from None
        _refuse_history(option_value(config, "history"))
        if option_value(config, "live") or option_value(config, "sandbox"):
            _refuse_missing_extras()


def _find_suite(config: pytest.Config, args: list[str]) -> bool:
    """Whether an argument means the suite or a part of it."""
    paths = (_find_suite_for(arg, config).partition("::")[0] for arg in args)
    folder = config.invocation_params.dir
    return any((folder / path).resolve().is_relative_to(_SUITE) for path in paths)


def _find_suite_for(arg: str, config: pytest.Config) -> str:
    """The suite's folder for an argument that means this package, else the argument."""
    path, separator, rest = arg.partition("::")
    given = config.invocation_params.dir / path
    means_suite = path == f"{_PACKAGE.name}.{_SUITE.name}" and config.known_args_namespace.pyargs
    is_named_so = given.name == _PACKAGE.name and (Path(path).parent == Path() or _holds(given))
    means_package = is_named_so and not _has_tests(given, config)
    if means_suite or means_package or (given.is_dir() and given.resolve() == _PACKAGE):
        return f"{_SUITE}{separator}{rest}"
    return arg


def _holds(package: Path) -> bool:
    """Whether a folder of that name would stand in a project."""
    return (package.parent / "docs_snapshot").is_dir()


def _find_project(config: pytest.Config) -> Path | None:
    """The project that ``pytest elsewhere/conformance`` points into; None where it names none, or
    the one that pytest is run in, which is found without."""
    here = config.invocation_params.dir
    for arg in config.args:
        given = here / arg.partition("::")[0]
        if (
            given.parent != here
            and given.name == _PACKAGE.name
            and _find_suite_for(arg, config) != arg
            and _holds(given)
        ):
            return given.parent
    return None


def _has_tests(folder: Path, config: pytest.Config) -> bool:
    """Whether pytest finds tests in a folder, as far as names of files say it."""
    patterns = ["conftest.py", *config.getini("python_files")]
    return any(
        fnmatch(name, pattern)
        for _, _, names in os.walk(folder)
        for name in names
        for pattern in patterns
    )


def _refuse_contradictions(config: pytest.Config, names: list[str]) -> None:
    live, sandbox = option_value(config, "live"), option_value(config, "sandbox")
    if live and sandbox:
        raise pytest.UsageError("give either --live or --sandbox")
    if live and not names:
        raise pytest.UsageError("--live: name the exchange that is meant with --exchange")
    if live and config.getoption("--block-network", False):
        raise pytest.UsageError("--live and --block-network: there is nothing left to ask")
    if option_value(config, "fault") and not sandbox:
        raise pytest.UsageError("--fault: faults are planted into a sandbox only: add --sandbox")
    if option_value(config, "allow-state-change") and not live:
        raise pytest.UsageError("--allow-state-change is for --live only")


def _refuse_untyped_consent(config: pytest.Config) -> None:
    """Files and variables do not consent to ask an exchange: a person does, by typing it."""
    if not option_value(config, "live"):
        return
    from conformance.live.safety import NAMES, find_untyped_consents

    options = {name: _list_values(name, option_value(config, name)) for name in NAMES}
    for option in find_untyped_consents(read_typed_arguments(config), options):
        raise pytest.UsageError(
            f"{option}: only what is typed on the command line consents to ask an exchange; this "
            "comes from addopts, PYTEST_ADDOPTS or a file"
        )


def _list_values(name: str, value: object) -> list[str]:
    """An option's values as text; of a flag that is set its own name."""
    values = value if isinstance(value, list) else [value]
    return [name if one is True else str(one) for one in values if one not in (None, False)]


def _refuse_history(given: str | None) -> None:
    """One that can never be is not found out after all the requests of a night."""
    from conformance.errors import ConformanceError, naming_extras
    from conformance.pipeline.history import open_history

    try:
        with naming_extras():
            open_history(given)
    except ConformanceError as error:
        raise pytest.UsageError(f"--history: {error}") from None


def _refuse_missing_extras() -> None:
    """What a live run needs besides is named before anything is collected."""
    from conformance.errors import MissingExtraError, naming_extras

    try:
        with naming_extras():
            import conformance.pipeline.live  # noqa: F401
    except MissingExtraError as error:
        raise pytest.UsageError(f"--live and --sandbox: {error}") from None


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


def _make_flag(name: str, text: str) -> SuiteOption:
    return SuiteOption(name, {"action": "store_true", "help": text})


def _make_value(name: str, metavar: str, text: str, **attributes: Any) -> SuiteOption:
    return SuiteOption(name, {"metavar": metavar, "help": text, **attributes})


_REPEATABLE: Final[dict[str, Any]] = {"action": "append", "default": []}
OPTIONS: Final = (
    _make_value("exchange", "NAME",
        "exchange of docs_snapshot/ to check (repeatable; default: all)", **_REPEATABLE),
    _make_value("docs-root", "DIR",
        "folder that holds docs_snapshot/, schemas/ and cassettes/ (default: the current folder "
        "or the nearest parent)", type=Path),
    _make_flag("self-test",
        "also test this software on the exchange: responses and requests made from its pages are "
        "found to be valid, and each damage to one is found"),
    _make_flag("live",
        "ask the exchange itself: GETs of operations that its pages call public, unsigned, and of "
        "those that exchange.toml lists; it has to be named with --exchange"),
    _make_flag("sandbox",
        "ask a sandbox made from the documentation, with every kind of request; nothing leaves "
        "this machine"),
    _make_flag("allow-state-change",
        "with --live: also send the probes that exchange.toml declares, of operations that may "
        "change state"),
    _make_value("live-host", "HOST[:PORT]",
        "with --live and one --exchange: this is its host, besides those that exchange.toml "
        "confirms", **_REPEATABLE),
    _make_value("live-variable", "NAME",
        "with --live: read this variable although it is not named like the exchange",
        **_REPEATABLE),
    _make_value("fault", "KIND[:SUBJECT]",
        "with --sandbox: what it is to do wrong (repeatable)", **_REPEATABLE),
    _make_value("live-requests", "N",
        "most requests to send in a run (default: 300)", type=amount, default=300),
    _make_value("live-seconds", "S",
        "longest time for all of them (default: 180)", type=seconds, default=180),
    _make_value("live-timeout", "S",
        "longest wait for one answer (default: 20)", type=seconds, default=20),
    _make_value("history", "URL|FILE",
        "remember what is found, and say what is new, returned and fixed: an SQLite file, or the "
        "URL of a PostgreSQL database (default: $CONFORMANCE_HISTORY)"),
    _make_value("drift-report", "DIR",
        "write each exchange's drift report to DIR: <exchange>.html, .md, .json, .sarif, and "
        ".drift.json for programs that follow findings from run to run", type=Path),
)  # fmt: skip


def option_value(config: pytest.Config, name: str) -> Any:
    """What the command line says for the option of that name, ``docs-root`` for example."""
    return config.getoption(_PREFIX + name)


def find_free_names(config: pytest.Config) -> frozenset[str]:
    """The short names that nobody has registered so far, with their dashes."""
    shorts = (f"--{option.name}" for option in OPTIONS)
    return frozenset(s for s in shorts if config.getoption(s, _UNDEFINED) is _UNDEFINED)


def read_typed_arguments(config: pytest.Config) -> tuple[str, ...]:
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
