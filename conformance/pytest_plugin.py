"""Options of the conformance suite; loaded by every pytest run, so it imports next to nothing.

What the suite itself needs is in :mod:`conformance.suite`, loaded only when it is collected.
"""

from __future__ import annotations

from pathlib import Path

import pytest

_PACKAGE = Path(__file__).parent
_SUITE = _PACKAGE / "suite"


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
    group.addoption(
        "--drift-report",
        type=Path,
        metavar="DIR",
        help="write each exchange's findings to DIR as <exchange>.json and <exchange>.md",
    )


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Point ``pytest conformance/`` at the installed suite, wherever it is run."""
    config.args[:] = [_suite_for(arg, config.invocation_params.dir) for arg in config.args]
    if any(Path(arg.partition("::")[0]).is_relative_to(_SUITE) for arg in config.args):
        _refuse_unreadable(config.getoption("--exchange"), config.getoption("--docs-root"))


def _suite_for(arg: str, folder: Path) -> str:
    """The suite's folder for an argument that means this package, else the argument."""
    path, separator, rest = arg.partition("::")
    given = folder / path
    means_package = Path(path) == Path(_PACKAGE.name) and not (given / "suite").is_dir()
    if means_package or (given.is_dir() and given.resolve() == _PACKAGE):
        return f"{_SUITE}{separator}{rest}"
    return arg


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
