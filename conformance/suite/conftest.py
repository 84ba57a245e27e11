"""Cases for every test of the suite, and the drift summary at its end."""

from __future__ import annotations

import datetime as dt
import os
import sys
from collections.abc import Callable, Generator, Iterator
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec.structs import replace

from conformance.errors import ConformanceError
from conformance.pages.exchange import find_root
from conformance.pages.files import write_atomic
from conformance.pipeline import reports
from conformance.pipeline.history import open_history
from conformance.pipeline.project import files_of_exchange, load_exchanges
from conformance.pytest_plugin import option_value
from conformance.report import render
from conformance.suite.session import (
    HOME,
    ExchangeRun,
    interaction_cases,
    operation_cases,
    page_cases,
    response_cases,
    twin_cases,
)
from conformance.suite.verdict import Judge, fit_line, remember, style_of, summarize_run

_RUNS: Final = pytest.StashKey[tuple[ExchangeRun, ...]]()
_CASES: Final[dict[str, Callable[[ExchangeRun], Iterator[Any]]]] = {
    "page_case": page_cases,
    "operation_case": operation_cases,
    "response_case": response_cases,
    "interaction_case": interaction_cases,
    "twin_case": twin_cases,
    "live_case": operation_cases,
}
_PROFILE: Final = pytest.StashKey[bool]()
"""Whether a profile of Hypothesis is chosen."""
_LIVE: Final = pytest.StashKey[Any]()
"""The live run, where one was requested."""
VARIABLE: Final = "HYPOTHESIS_PROFILE"
_PROFILES: Final[dict[str, dict[str, Any]]] = {
    "ci": {"max_examples": 25, "derandomize": True},
    "nightly": {"max_examples": 500, "derandomize": False, "print_blob": True},
}
"""``ci`` is quick, always the same, and the one where none is named; ``nightly`` looks for more."""
_NO_CASE: Final = "no case"
_SUFFIXES: Final = (
    ("json", "json"),
    ("markdown", "md"),
    ("html", "html"),
    ("sarif", "sarif"),
    ("drift", "drift.json"),
)
"""Format of a drift report -> the end of its file's name."""
_ENDED: Final = (pytest.ExitCode.OK, pytest.ExitCode.TESTS_FAILED)
_RAN: Final = (*_ENDED, pytest.ExitCode.INTERRUPTED, pytest.ExitCode.INTERNAL_ERROR)
"""How a session ends in which something was checked, or could have been."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """One test for each page, operation or interaction of the chosen exchanges, by its name."""
    runs = _load_runs(metafunc.config)
    # Hypothesis is loaded where something is generated, and nowhere else
    if _PROFILE not in metafunc.config.stash and (
        _is_live(metafunc.config) or _tests_itself(metafunc.config)
    ):
        metafunc.config.stash[_PROFILE] = True
        load_profile()
    if "run" in metafunc.fixturenames:
        metafunc.parametrize("run", runs, ids=[run.exchange.name for run in runs])
    for name, cases in _CASES.items():
        if name in metafunc.fixturenames:
            found = [case for run in runs for case in cases(run)]
            ids = [case.id for case in found]
            metafunc.parametrize(name, found or [None], ids=ids or [_NO_CASE])


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """A test of which there is no case is none: pytest would call it skipped, or count it."""
    report = yield
    kept = [item for item in report.result or () if not item.name.endswith(f"[{_NO_CASE}]")]
    report.result = kept if report.result else report.result
    return report


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Nothing live, and nothing of this software itself, unless it is meant: no skipped test."""
    ignored = {
        "test_live.py": not _is_live(config),
        "test_properties.py": not _tests_itself(config),
    }
    return True if ignored.get(collection_path.name) else None


@pytest.fixture
def judge(request: pytest.FixtureRequest) -> Judge:
    """What findings make of a test; ``--junitxml`` tells which they were, in either family.
    ``record_property`` would do the same and complain about the family that is the default."""
    properties = request.node.user_properties
    style = style_of(request.config)
    return Judge(lambda name, value: properties.append((name, value)), style)


@pytest.fixture(scope="session")
def vcr_config() -> dict[str, Any]:
    """For pytest-recording: ``--block-network`` leaves this machine reachable."""
    return {"allowed_hosts": [r"127\.0\.0\.1", "::1", "localhost"]}


@pytest.fixture(scope="session")
def live_session(pytestconfig: pytest.Config) -> Any:
    """The clients of a live run."""
    from conformance.suite.live import LiveSession, options_of

    if _LIVE not in pytestconfig.stash:
        pytestconfig.stash[_LIVE] = LiveSession(options_of(pytestconfig))
    return pytestconfig.stash[_LIVE]


def pytest_terminal_summary(
    terminalreporter: pytest.TerminalReporter, config: pytest.Config
) -> None:
    """Per exchange: what was checked, what drifts, what of it is known and until when."""
    style = style_of(config)
    for run in config.stash.get(_RUNS, ()):
        try:
            lines = list(summarize_run(run.report, run.today))
        except ConformanceError as error:
            lines = [f"no drift summary: {error}"]
        terminalreporter.write_sep("-", f"drift: {run.exchange.name}")
        for line in lines:
            for piece in fit_line(line, style):
                terminalreporter.write_line(piece)
        if run.history and option_value(config, "sandbox"):
            terminalreporter.write_line("not remembered: a sandbox says nothing of an exchange")


def pytest_sessionfinish(session: pytest.Session, exitstatus: int) -> None:
    """Reports are written however the run ended; a run of nothing is never green."""
    folder = option_value(session.config, "drift-report")
    runs = session.config.stash.get(_RUNS, ())
    whole = _finish_live(session.config, runs)
    if exitstatus in _RAN and not session.config.option.collectonly:
        whole = _remember(session.config, runs, ended=exitstatus in _ENDED) and whole
    if folder and runs:
        whole = _write_reports(session.config, folder, runs) and whole
    if not whole:
        session.exitstatus = pytest.ExitCode.INTERNAL_ERROR
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    kinds = ("passed", "failed", "xfailed", "error")
    done = reporter is None or any(reporter.stats.get(kind) for kind in kinds)
    idle = exitstatus == pytest.ExitCode.OK and not done
    if (
        idle
        or (exitstatus in _ENDED and bool(runs) and not any(r.contract.operations for r in runs))
    ) and not session.config.option.collectonly:
        session.exitstatus = pytest.ExitCode.NO_TESTS_COLLECTED


def load_profile() -> None:
    """Load the profile of Hypothesis that the environment names.  Raises pytest.UsageError: there
    is none of that name."""
    from hypothesis import HealthCheck, settings

    # Contracts are whatever pages say: a large or hardly satisfiable one is no fault of the suite.
    any_size = HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.large_base_example
    for name, own in _PROFILES.items():
        settings.register_profile(name, deadline=None, suppress_health_check=any_size, **own)
    chosen = os.environ.get(VARIABLE) or "ci"
    if chosen not in _PROFILES:
        known = ", ".join(_PROFILES)
        raise pytest.UsageError(f"{VARIABLE}={chosen} is no profile (there are {known})")
    settings.load_profile(chosen)


def _is_live(config: pytest.Config) -> bool:
    return bool(option_value(config, "live") or option_value(config, "sandbox"))


def _tests_itself(config: pytest.Config) -> bool:
    """Whether asked to, or run on the exchanges that are kept beside the code."""
    try:
        is_own = find_root(option_value(config, "docs-root")).resolve() == HOME
    except ConformanceError:
        is_own = False
    return is_own or bool(option_value(config, "self-test"))


def _finish_live(config: pytest.Config, runs: tuple[ExchangeRun, ...]) -> bool:
    """Record what was answered, as ``--record-mode`` says; False when that cannot be done."""
    if _LIVE not in config.stash:
        return True
    live, mode = config.stash[_LIVE], config.getoption("--record-mode", None) or "none"
    try:
        for run in runs if mode != "none" else ():
            live.record(run, only_missing=mode == "once")
    except ConformanceError as error:
        sys.stderr.write(f"\n--record-mode: {error}\n")
        return False
    finally:
        live.close()
    return True


def _remember(config: pytest.Config, runs: tuple[ExchangeRun, ...], *, ended: bool) -> bool:
    """Each run is kept in the history, where there is one; False when that cannot be done."""
    sandbox = option_value(config, "sandbox")
    try:
        store = open_history(option_value(config, "history"))
        if store:
            for run in runs:
                remember(store, run, ended=ended, sandbox=sandbox)
    except ConformanceError as error:
        sys.stderr.write(f"\n--history: not remembered: {error}\n")
        return False
    return True


def _write_reports(config: pytest.Config, folder: Path, runs: tuple[ExchangeRun, ...]) -> bool:
    """Each exchange's findings in each format; False, and a word on it, when they cannot be."""
    target = config.invocation_params.dir / folder
    try:
        target.mkdir(parents=True, exist_ok=True)
        for run in runs:
            report = replace(run.report, files=files_of_exchange(run.exchange))
            report = reports.add_excerpts(report, run.exchange)
            for form, suffix in _SUFFIXES:
                content = render(report, form)
                write_atomic(target / f"{run.exchange.name}.{suffix}", content.encode())
        if (target / "index.drift.json").exists():
            sys.stderr.write("\n--drift-report: no page over all: an exchange is named index\n")
        else:
            write_atomic(target / "index.html", reports.render_drift_index(target).encode())
    except (ConformanceError, OSError) as error:
        sys.stderr.write(f"\n--drift-report: {error}\n")
        return False
    return True


def _load_runs(config: pytest.Config) -> tuple[ExchangeRun, ...]:
    """The chosen exchanges; a project that cannot be read ends the run in one line."""
    if _RUNS not in config.stash:
        today = dt.date.today()
        try:
            root = find_root(option_value(config, "docs-root"))
            exchanges = load_exchanges(root, option_value(config, "exchange"))
            runs = tuple(ExchangeRun(exchange, root, today) for exchange in exchanges)
            for run in runs:
                run.prepare()
        except ConformanceError as error:
            pytest.exit(str(error), returncode=pytest.ExitCode.USAGE_ERROR)
        config.stash[_RUNS] = runs
    return config.stash[_RUNS]
