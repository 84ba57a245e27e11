"""Where the reader and the renderer disagree: a failure here, told and no failure elsewhere."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from conformance.model.operation import Operation
from conformance.pages.exchange import Exchange
from conformance.suite import test_properties as properties
from conformance.suite.rendering import render_page
from conformance.suite.rendering.style import Style
from conformance.suite.session import ExchangeRun, OperationCase
from tests.builders import YES, operation, parameter

_REPOSITORY = Path(__file__).parents[2]


@pytest.fixture
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """A renderer that leaves out the inputs."""

    def render(told: Operation, style: Style) -> str:
        return render_page(replace(told, parameters=()), style)

    monkeypatch.setattr(properties, "render_page", render)


def case(root: Path) -> OperationCase:
    exchange = Exchange(
        name="venue", root=root / "docs_snapshot" / "venue", title="Venue", pages=()
    )
    told = operation(parameters=(parameter("side", required=YES),))
    return OperationCase(ExchangeRun(exchange, root, dt.date(2026, 1, 1)), told, "venue-x")


def read_back(root: Path) -> None:
    properties.test_rendered_page_reads_back(case(root))


@pytest.mark.usefixtures("forgetful")
def test_fails_beside_the_code() -> None:
    with pytest.raises(AssertionError, match="side: only in the first"):
        read_back(_REPOSITORY)


@pytest.mark.usefixtures("forgetful")
def test_is_told_elsewhere(tmp_path: Path) -> None:
    with pytest.raises(pytest.xfail.Exception, match=r"no fault of the pages.*side: only in the"):
        read_back(tmp_path)


def test_holds_wherever_it_is(tmp_path: Path) -> None:
    read_back(tmp_path)
    read_back(_REPOSITORY)
