"""Recorded interactions against the documentation; no network is used."""

from __future__ import annotations

import pytest

from conformance.report.words import name_finding
from conformance.suite.session import ExchangeRun, InteractionCase
from conformance.suite.verdict import Judge


def test_evidence_is_whole(run: ExchangeRun) -> None:
    """Every cassette is listed, unchanged and readable, and something in them was checked.  An
    exchange that has no folder for cassettes is one nobody has recorded anything of yet: reported
    in every run, and not counted as checked."""
    if not run.cassette_folder.is_dir():
        pytest.skip(
            f"no answer of {run.exchange.name} was checked, only its pages: put interactions "
            f"into {run.cassette_folder}/<operation>/"
        )
    problems = list(map(str, run.evidence.failures))
    if not run.evidence.interactions:
        problems.append(f"{run.cassette_folder}: no interactions")
    elif not run.checked.checked_interactions:
        problems += [f"{u.where}: {u.reason}" for u in run.checked.unmatched]
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def test_recorded(interaction_case: InteractionCase, judge: Judge) -> None:
    """One interaction is as documented, or its drift is known."""
    judge(interaction_case.run, interaction_case.findings)
    if interaction_case.unmatched and interaction_case.is_listed:
        pytest.fail(interaction_case.unmatched, pytrace=False)
    if interaction_case.unmatched:
        pytest.skip(f"not checked: {interaction_case.unmatched}")


def test_all_evidence(run: ExchangeRun, judge: Judge) -> None:
    """What only all interactions together show is known, too."""
    if not run.evidence.interactions:
        pytest.skip(f"no answer of {run.exchange.name} is stored")
    judge(run, run.findings_of_all)


def test_known_drift_is_current(run: ExchangeRun, judge: Judge) -> None:
    """Every accepted finding is still found and has not expired."""
    parts = run.partition
    judge.note((*parts.stale, *(match.finding for match in parts.expired)))
    stale = [f"{e.fingerprint} {name_finding(e)}: no longer found" for e in parts.stale]
    expired = [
        f"{m.entry.fingerprint} {name_finding(m.entry)}: expired {m.entry.expires}"
        for m in parts.expired
    ]
    if stale or expired:
        pytest.fail("known_drift.toml: " + "; ".join(stale + expired), pytrace=False)
