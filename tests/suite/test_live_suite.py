"""The live part of the suite: silent unless asked for, and able to find what is wrong."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path

import pytest

# A run inside this process drops every module that it was the first to load; these would come
# back as strangers in the next one.
import conformance.pipeline.live
import conformance.suite.conftest
import conformance.suite.live  # noqa: F401

pytest_plugins = ["pytester"]

_REPOSITORY = Path(__file__).parents[2]
OPERATION = "DELETE /v1/orders/uuids"
_FOLDER = "cassettes/upbit/delete-v1-orders-uuids-sandbox"


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A project with one exchange, in a folder with nothing else in it."""
    for room in ("docs_snapshot", "cassettes", "schemas"):
        shutil.copytree(_REPOSITORY / room / "upbit", pytester.path / room / "upbit")
    return pytester.path


def run(pytester: pytest.Pytester, *arguments: str, only: str = "test_live") -> pytest.RunResult:
    quick = ("-p", "no:cacheprovider", "-p", "no:randomly", "-k", only)
    return pytester.runpytest_inprocess("conformance/", *quick, *arguments)


def test_nothing_live_unless_it_is_asked_for(project: Path, pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("conformance/", "--collect-only", "-q")
    assert "test_recorded" in result.stdout.str()
    assert "test_live" not in result.stdout.str()


def test_the_sandbox_keeps_to_the_pages(project: Path, pytester: pytest.Pytester) -> None:
    result = run(pytester, "--exchange", "upbit", "--sandbox")
    result.assert_outcomes(passed=3)
    result.stdout.fnmatch_lines(["*interactions: none*; set apart: 5 constructed, * sandbox"])
    assert not (project / _FOLDER).exists()


@pytest.mark.parametrize(
    ("fault", "rule", "subject", "only"),
    [
        ("wrong-count", "invariant-broken", "responses.200.success.count", "test_valid_requests"),
        ("accept-invalid", "invalid-request-accepted", "parameters.uuids", "test_invalid_requests"),
        ("accept-invalid", "invalid-request-accepted", "auth", "test_unsigned"),
        ("reject-valid", "valid-request-rejected", "responses.400", "test_valid_requests"),
        ("server-error", "server-error", "responses.500", "test_invalid_requests"),
        ("drop", "server-error", "responses", "test_unsigned"),
    ],
)
def test_what_is_planted_is_found(
    project: Path, pytester: pytest.Pytester, fault: str, rule: str, subject: str, only: str
) -> None:
    result = run(pytester, "--exchange", "upbit", "--sandbox", "--fault", fault, only=only)
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        [f"*{rule}*", f"sandbox *{rule} DELETE /v1/orders/uuids {subject}:*"]
    )
    told = result.stdout.str()
    assert 'curl -X DELETE "${UPBIT_OPEN_API_SERVER_URL}/v1/orders/uuids' in told
    assert hashlib.sha256(b"secret_key").hexdigest()[:12] not in told
    assert "eyJ" not in told


def test_patience_has_an_end(project: Path, pytester: pytest.Pytester) -> None:
    slow = ("--sandbox", "--fault", "slow:60", "--live-timeout", "0.2")  # whatever else runs here
    result = run(pytester, *slow, only="test_unsigned")
    assert result.ret == 1
    result.stdout.fnmatch_lines(
        ["sandbox *server-error DELETE /v1/orders/uuids responses:*no whole answer*"]
    )


def test_findings_are_in_the_drift_report(project: Path, pytester: pytest.Pytester) -> None:
    faulty = ("--sandbox", "--fault", "server-error")
    run(pytester, *faulty, "--drift-report", "out", only="test_unsigned")
    report = json.loads((project / "out" / "upbit.json").read_text("utf-8"))
    assert "server-error" not in {finding["rule"] for finding in report["findings"]}
    (finding,) = [f for f in report["set_apart"]["sandbox"] if f["rule"] == "server-error"]
    assert finding["observed"]["origin"] == "sandbox"


def test_recording_follows_record_mode(project: Path, pytester: pytest.Pytester) -> None:
    pytest.importorskip("pytest_recording")
    run(pytester, "--sandbox", "--record-mode", "once", only="test_unsigned")
    manifest = project / _FOLDER / "manifest.toml"
    first = manifest.read_bytes()
    assert b'origin = "sandbox"' in first
    run(pytester, "--sandbox", "--record-mode", "once", only="test_unsigned")
    assert manifest.read_bytes() == first
    run(pytester, "--sandbox", "--record-mode", "rewrite", only="test_unsigned")
    assert manifest.read_bytes() != first, "the sandbox has another port"


def test_block_network_leaves_the_sandbox_reachable(
    project: Path, pytester: pytest.Pytester
) -> None:
    pytest.importorskip("pytest_recording")
    result = run(pytester, "--sandbox", "--block-network", only="test_valid_requests")
    result.assert_outcomes(passed=1)


def test_a_spent_budget_is_no_success(project: Path, pytester: pytest.Pytester) -> None:
    result = run(pytester, "--sandbox", "--live-requests", "2")
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*nothing was requested*"])


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--live"], "name the exchange"),
        (["--live", "--sandbox", "--exchange", "upbit"], "either --live or --sandbox"),
        (["--fault", "null"], "sandbox only"),
        (["--allow-state-change"], "for --live only"),
        (["--sandbox", "--live-requests", "0"], "--conformance-live-requests"),
        (["--sandbox", "--live-timeout", "-1"], "--conformance-live-timeout"),
    ],
)
def test_contradictions_are_usage_errors(
    project: Path, pytester: pytest.Pytester, arguments: list[str], words: str
) -> None:
    result = run(pytester, *arguments)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([f"*{words}*"])


def test_an_exchange_is_refused_in_words(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", "https://api.venue.invalid")
    monkeypatch.setenv("UPBIT_OPEN_API_ACCESS_KEY", "access-key-4f1d20c7")
    monkeypatch.setenv("UPBIT_OPEN_API_SECRET_KEY", "secret-key-91b0aa63")
    result = run(pytester, "--live", "--exchange", "upbit")
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*no person has confirmed https://api.venue.invalid:443*"])
    host = ("--live-host", "api.venue.invalid")
    result = run(pytester, "--live", "--exchange", "upbit", *host)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(
        [
            "upbit: requests go to https://api.venue.invalid:443; those that are signed, with "
            "UPBIT_OPEN_API_ACCESS_KEY, UPBIT_OPEN_API_SECRET_KEY",
            "*add --allow-state-change*",
        ]
    )
    assert "access-key-4f1d20c7" not in result.stdout.str()


def test_a_way_that_is_closed_is_no_finding(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("UPBIT_OPEN_API_ACCESS_KEY", "access-key-4f1d20c7")
    monkeypatch.setenv("UPBIT_OPEN_API_SECRET_KEY", "secret-key-91b0aa63")
    consents = ("--allow-state-change", "--live-host", "127.0.0.1:1")
    result = run(pytester, "--live", "--exchange", "upbit", *consents)
    result.assert_outcomes(failed=3)
    result.stdout.fnmatch_lines(["*nothing was sent*"])
    result.stdout.no_fnmatch_line("*server-error*")


def test_no_local_variable_of_a_failing_library_is_shown(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise RuntimeError

    monkeypatch.setattr("requests.adapters.HTTPAdapter.send", fail)
    monkeypatch.setenv("UPBIT_OPEN_API_SERVER_URL", "http://127.0.0.1:1")
    monkeypatch.setenv("UPBIT_OPEN_API_ACCESS_KEY", "access-key-4f1d20c7")
    monkeypatch.setenv("UPBIT_OPEN_API_SECRET_KEY", "secret-key-91b0aa63")
    consents = ("--allow-state-change", "--live-host", "127.0.0.1:1", "--showlocals", "--tb=long")
    only = "test_live and valid_r and not inv"
    result = run(pytester, "--live", "--exchange", "upbit", *consents, only=only)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*the HTTP library failed (RuntimeError)*"])
    shown = result.stdout.str() + result.stderr.str()
    assert not [word for word in ("access-key-4f", "secret-key-91", "Bearer eyJ") if word in shown]


def test_a_finding_only_a_request_can_give_is_not_stale_without_one(
    project: Path, pytester: pytest.Pytester
) -> None:
    from conformance.model.finding import fingerprint

    operation, subject = "DELETE /v1/orders/uuids", "parameters.uuids"
    print_ = fingerprint("invalid-request-accepted", operation, subject)
    with (project / "docs_snapshot/upbit/known_drift.toml").open("a", encoding="utf-8") as file:
        file.write(
            f'\n[[known]]\nfingerprint = "{print_}"\nrule = "invalid-request-accepted"\n'
            f'operation = "{operation}"\nsubject = "{subject}"\n'
            'reason = "Limits are not enforced."\nexpires = 2999-01-01\n'
        )
    arguments = ("conformance/", "-p", "no:cacheprovider", "-k", "known_drift")
    pytester.runpytest_inprocess(*arguments).assert_outcomes(passed=1)
