"""Options of the conformance suite; loaded by every pytest run, so it imports next to nothing.

What the suite itself needs is in :mod:`conformance.suite`, loaded only when it is collected.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_PACKAGE = Path(__file__).parent
_SUITE = _PACKAGE / "suite"
_MOST = 100_000
"""Requests or seconds of a live run."""


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("conformance", "conformance of an API with its documentation")
    group.addoption(
        "--exchange",
        action="append",
        default=[],
        metavar="NAME",
        help="exchange of docs_snapshot/ to check (repeatable; default: all)",
    )
    group.addoption(
        "--docs-root",
        type=Path,
        metavar="DIR",
        help="folder that holds docs_snapshot/, schemas/ and cassettes/ "
        "(default: the current folder or the nearest parent)",
    )
    _add_live_options(group)
    group.addoption(
        "--history",
        metavar="URL|FILE",
        help="remember what is found, and say what is new, returned and fixed: an SQLite file, or "
        "the URL of a PostgreSQL database (default: $CONFORMANCE_HISTORY)",
    )
    group.addoption(
        "--drift-report",
        type=Path,
        metavar="DIR",
        help="write each exchange's drift report to DIR: <exchange>.html, .md, .json, .sarif, and "
        ".drift.json for programs that follow findings from run to run",
    )


def _add_live_options(group: pytest.OptionGroup) -> None:
    where = "send requests that cannot harm an account, as exchange.toml declares them, to "
    group.addoption(
        "--live",
        action="store_true",
        help=f"{where}the exchange itself; it has to be named with --exchange",
    )
    group.addoption(
        "--sandbox", action="store_true", help=f"{where}a sandbox made from the documentation"
    )
    group.addoption(
        "--allow-state-change",
        action="store_true",
        help="with --live: also send declared probes of operations that change state",
    )
    group.addoption(
        "--fault",
        action="append",
        default=[],
        metavar="KIND[:SUBJECT]",
        help="with --sandbox: what it is to do wrong (repeatable)",
    )
    group.addoption(
        "--live-requests", type=amount, default=300, metavar="N", help="of a run (default: 300)"
    )
    group.addoption(
        "--live-seconds", type=seconds, default=180, metavar="S", help="of a run (default: 180)"
    )
    group.addoption(
        "--live-timeout", type=seconds, default=20, metavar="S", help="for one answer (default: 20)"
    )


def amount(text: str) -> int:
    """A number of requests, for the command line."""
    return int(seconds(str(int(text))))


def seconds(text: str) -> float:
    """A time that ends, for the command line."""
    number = float(text)
    if not 0 < number <= _MOST:
        raise ValueError(text)
    return number


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point ``pytest conformance/`` at the installed suite, wherever it is run."""
    config.args[:] = [_suite_for(arg, config.invocation_params.dir) for arg in config.args]
    names = config.getoption("--exchange")
    _refuse_contradictions(config, names)
    if any(Path(arg.partition("::")[0]).is_relative_to(_SUITE) for arg in config.args):
        _refuse_unreadable(names, config.getoption("--docs-root"))
        _refuse_history(config.getoption("--history"))


def _suite_for(arg: str, folder: Path) -> str:
    """The suite's folder for an argument that means this package, else the argument."""
    path, separator, rest = arg.partition("::")
    given = folder / path
    means_package = Path(path) == Path(_PACKAGE.name) and not (given / "suite").is_dir()
    if means_package or (given.is_dir() and given.resolve() == _PACKAGE):
        return f"{_SUITE}{separator}{rest}"
    return arg


def _refuse_contradictions(config: pytest.Config, names: list[str]) -> None:
    live, sandbox = config.getoption("--live"), config.getoption("--sandbox")
    if live and sandbox:
        raise pytest.UsageError("give either --live or --sandbox")
    if live and not names:
        raise pytest.UsageError("--live: name the exchange that is meant with --exchange")
    if live and config.getoption("--block-network", False):
        raise pytest.UsageError("--live and --block-network: there is nothing left to ask")
    if config.getoption("--fault") and not sandbox:
        raise pytest.UsageError("--fault: faults are planted into a sandbox only: add --sandbox")
    if config.getoption("--allow-state-change") and not live:
        raise pytest.UsageError("--allow-state-change is for --live only")


def _refuse_unreadable(names: list[str], docs_root: Path | None) -> None:
    """A project that cannot be checked is said once, before anything is collected."""
    from conformance import pipeline
    from conformance.errors import ConformanceError
    from conformance.snapshot.roots import find_root

    try:
        for exchange in pipeline.load_exchanges(find_root(docs_root), names):
            pipeline.known_drift(exchange)
    except ConformanceError as error:
        raise pytest.UsageError(str(error)) from None


def _refuse_history(given: str | None) -> None:
    """One that can never be is not found out after all the requests of a night."""
    from conformance.errors import ConformanceError
    from conformance.pipeline.history import open_history

    try:
        open_history(given)
    except ConformanceError as error:
        raise pytest.UsageError(f"--history: {error}") from None
