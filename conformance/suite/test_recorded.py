"""Recorded interactions against the documentation, replayed without any network."""

from __future__ import annotations

import pytest

from conformance.evidence.replay import replay
from conformance.pipeline import check_all
from conformance.suite.session import CassetteCase, ExchangeRun
from conformance.suite.verdict import Judge


def test_evidence_is_whole(run: ExchangeRun) -> None:
    """Every cassette is listed, unchanged and readable, and there is at least one.

    An exchange that has no folder for cassettes is one nobody has recorded anything of yet:
    said in every run, and not counted as checked.
    """
    if not run.cassette_folder.is_dir():
        pytest.skip(
            f"no answer of {run.exchange.name} was checked, only its pages: put interactions "
            f"into {run.cassette_folder}/<operation>/ beside a manifest.toml"
        )
    assert not run.evidence.failures, "\n".join(map(str, run.evidence.failures))
    assert run.evidence.interactions, f"{run.cassette_folder}: no interactions"


def test_recorded(cassette_case: CassetteCase, judge: Judge) -> None:
    """Replay one cassette through requests and hold every answer against its operation."""
    run = cassette_case.run
    interactions = tuple(replay(cassette_case.path, root=run.root))
    result = check_all(run.contract.operations, interactions)
    assert result.checked_interactions == len(interactions), str(result.unmatched)
    assert interactions, f"{cassette_case.path} holds no interaction"
    judge(run, result.findings)


def test_all_evidence(run: ExchangeRun, judge: Judge) -> None:
    """All interactions together, with those that no manifest lists: nothing new disagrees."""
    if not run.evidence.interactions:
        pytest.skip(f"no answer of {run.exchange.name} is stored")
    judge(run, run.check(*run.evidence.interactions))


def test_known_drift_is_current(run: ExchangeRun, judge: Judge) -> None:
    """Every accepted finding is still found and has not expired."""
    parts = run.partition
    judge.note((*parts.stale, *(match.finding for match in parts.expired)))
    stale = [f"{e.fingerprint} {e.rule} {e.subject}: no longer found" for e in parts.stale]
    expired = [
        f"{m.entry.fingerprint} {m.entry.rule} {m.entry.subject}: expired {m.entry.expires}"
        for m in parts.expired
    ]
    assert not stale + expired, "known_drift.toml: " + "; ".join(stale + expired)
