"""Pages in several languages: twins say the same, or are known not to."""

from __future__ import annotations

from conformance.suite.session import TwinCase
from conformance.suite.verdict import Judge


def test_twins_say_the_same(twin_case: TwinCase, judge: Judge) -> None:
    """Every operation has its twin, and what the pages do not agree about is known."""
    run = twin_case.run
    result = run.twins
    assert result.compared or result.findings, "no operation is documented"
    judge(run, run.weighed(result.findings))
