"""The suite itself, run on a small project: it passes when it should, and it can fail."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

import conformance.suite.session
from tests.builders import copy_project

pytest_plugins = ["pytester"]

# Loaded before any run: pytester forgets the modules that a run imports, and what is left of
# them (C code, attributes of packages) does not go with modules imported anew.
assert conformance.suite.session

_REPOSITORY = Path(__file__).parents[2]
_QUICK = ("-p", "no:cacheprovider", "-p", "no:randomly")
_PAGE = "docs_snapshot/upbit/en/order-list-cancel.md"
_KNOWN = "docs_snapshot/upbit/known_drift.toml"
_CASSETTE = "cassettes/upbit/order-list-cancel/partial-failure.yaml"


@pytest.fixture
def project(pytester: pytest.Pytester) -> Path:
    """A project with one exchange, in a folder with nothing else in it."""
    return copy_project(pytester.path, "upbit")


def run(pytester: pytest.Pytester, *arguments: str) -> pytest.RunResult:
    return pytester.runpytest_inprocess("conformance/", *_QUICK, *arguments)


def test_passes_from_any_folder(project: Path, pytester: pytest.Pytester) -> None:
    result = run(pytester, "--exchange", "upbit", "-v")
    assert result.ret == 0
    result.stdout.fnmatch_lines(
        [
            "*test_recorded[[]upbit-DELETE-/v1/orders/uuids-*/partial-failure.yaml#0[]] PASSED*",
            "*drift: upbit*",
            "known *type-missing*days left*",
        ]
    )


def test_the_root_can_be_named(
    project: Path, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)
    result = run(pytester, "--docs-root", str(project), "-k", "manifest")
    result.assert_outcomes(passed=1)


def test_an_unknown_exchange_is_a_usage_error(project: Path, pytester: pytest.Pytester) -> None:
    result = run(pytester, "--exchange", "nowhere")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*unknown exchange 'nowhere'*upbit*"])


def test_no_test_is_never_green(project: Path, pytester: pytest.Pytester) -> None:
    result = pytester.runpytest_inprocess("conformance/", "-k", "nothing_has_this_name")
    assert result.ret == pytest.ExitCode.NO_TESTS_COLLECTED


@pytest.mark.parametrize("exchanges", [[], ["--exchange", "upbit"]])
def test_a_changed_page_fails(
    project: Path, pytester: pytest.Pytester, exchanges: list[str]
) -> None:
    page = project / _PAGE
    page.write_text(page.read_text("utf-8").replace("Max. 20", "Max. 30"), "utf-8")
    result = run(pytester, *exchanges)
    assert result.ret != 0
    assert "sha256" in result.stdout.str() + result.stderr.str()


def test_a_stale_schema_fails_with_the_difference(project: Path, pytester: pytest.Pytester) -> None:
    schema = next((project / "schemas").rglob("*.response.200.json"))
    schema.write_text(schema.read_text("utf-8").replace('"number"', '"string"', 1), "utf-8")
    result = run(pytester, "-k", "test_schemas_are_fresh")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*stale: run conformance extract --write*"])


def test_new_drift_fails_with_both_sides(project: Path, pytester: pytest.Pytester) -> None:
    from conformance.evidence.manifest import refresh_manifest

    cassette = project / _CASSETTE
    body = cassette.read_text("utf-8")
    cassette.write_text(body.replace('"market"', '"markets"', 1), "utf-8")
    assert cassette.read_text("utf-8") != body
    refresh_manifest(cassette.parent)
    result = run(pytester, "-k", "test_recorded and partial")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*near-miss-name*", "NEW *near-miss-name*"])


def test_a_cassette_changed_behind_the_manifest_fails(
    project: Path, pytester: pytest.Pytester
) -> None:
    cassette = project / _CASSETTE
    cassette.write_text(cassette.read_text("utf-8") + "\n", "utf-8")
    result = run(pytester, "-k", "test_evidence_is_whole")
    result.assert_outcomes(failed=1)


def test_known_drift_that_is_gone_fails(project: Path, pytester: pytest.Pytester) -> None:
    from conformance.model.finding import fingerprint

    operation, subject = "DELETE /v1/orders/uuids", "responses.200.nothing"
    entry = (
        f'\n[[known]]\nfingerprint = "{fingerprint("missing-field", operation, subject)}"\n'
        f'rule = "missing-field"\noperation = "{operation}"\nsubject = "{subject}"\n'
        'reason = "Never seen."\nexpires = 2999-01-01\n'
    )
    with (project / _KNOWN).open("a", encoding="utf-8") as file:
        file.write(entry)
    result = run(pytester, "-k", "test_known_drift_is_current")
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*no longer found*", "STALE *"])


def test_known_drift_that_has_expired_fails(project: Path, pytester: pytest.Pytester) -> None:
    known = project / _KNOWN
    known.write_text(known.read_text("utf-8").replace("2027-05-21", "2020-01-01"), "utf-8")
    result = run(pytester)
    assert result.ret == 1
    result.stdout.fnmatch_lines(["*expired 2020-01-01*", "EXPIRED *"])


def test_evidence_without_a_manifest_counts(project: Path, pytester: pytest.Pytester) -> None:
    folder = project / "cassettes" / "upbit" / "other"
    folder.mkdir()
    (folder / "body.json").write_text('{"success": {"count": "1"}}', "utf-8")
    result = run(pytester, "-k", "test_all_evidence or body")
    result.assert_outcomes(failed=1, passed=1)


@pytest.mark.parametrize("broken", ["docs_snapshot/upbit/exchange.toml", _KNOWN])
def test_a_project_that_cannot_be_read_is_said_once(
    project: Path, pytester: pytest.Pytester, broken: str
) -> None:
    (project / broken).write_text("title = [", "utf-8")
    result = run(pytester)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    shown = result.stdout.str() + result.stderr.str()
    assert Path(broken).name in shown
    assert "Traceback" not in shown


def test_reports_are_written(project: Path, pytester: pytest.Pytester) -> None:
    (project / _KNOWN).write_text("", "utf-8")
    result = run(pytester, "--drift-report", "out")
    assert result.ret == 1
    report = json.loads((project / "out" / "upbit.json").read_text("utf-8"))
    assert {finding["rule"] for finding in report["findings"]} >= {"type-missing", "table-garbled"}
    assert "table-garbled" in (project / "out" / "upbit.md").read_text("utf-8")
    assert '<a href="upbit.html">' in (project / "out" / "index.html").read_text("utf-8")


def test_a_page_over_all_leaves_the_report_of_an_exchange_of_its_name(
    project: Path, pytester: pytest.Pytester, capsys: pytest.CaptureFixture[str]
) -> None:
    (project / "out").mkdir()
    (project / "out" / "index.drift.json").write_text("{}", "utf-8")
    (project / "out" / "index.html").write_text("its report", "utf-8")
    run(pytester, "--drift-report", "out")
    assert (project / "out" / "index.html").read_text("utf-8") == "its report"
    assert "an exchange is named index" in capsys.readouterr().err


def test_other_suites_are_left_alone(pytester: pytest.Pytester) -> None:
    """The plugin is loaded everywhere and does nothing where its suite is not run."""
    pytester.makepyfile("def test_mine():\n    assert True\n")
    result = pytester.runpytest_inprocess("-p", "no:cacheprovider")
    result.assert_outcomes(passed=1)
    assert "drift" not in result.stdout.str()
