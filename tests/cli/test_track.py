"""``conformance track``: the plan carried out through a ``gh`` that keeps its issues in a file."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from tests.forks import run_forked, run_pytest

_GH = """\
#!{python}
import json, os, sys
from pathlib import Path

store = Path(os.environ["GH_STORE"])
state = json.loads(store.read_text()) if store.exists() else {{"calls": [], "issues": []}}
args = sys.argv[1:]
state["calls"].append(args)
if os.environ.get("GH_FAILS") == args[1]:
    sys.exit("HTTP 403: Resource not accessible\\n(token ghp_)")
option = lambda name: args[args.index(name) + 1]
find = lambda: next(i for i in state["issues"] if str(i["number"]) == args[2])
if args[:2] == ["issue", "list"]:
    print(os.environ.get("GH_SAYS") or json.dumps(state["issues"]))
elif args[:2] == ["issue", "create"]:
    number = len(state["issues"]) + 1
    state["issues"].append(
        {{"number": number, "title": option("--title"), "body": sys.stdin.read(), "state": "OPEN"}}
    )
    print(f"https://github.com/{{option('--repo')}}/issues/{{number}}")
elif args[:2] == ["issue", "edit"]:
    find().update(title=option("--title"), body=sys.stdin.read())
elif args[:2] == ["issue", "close"]:
    find()["state"] = "CLOSED"
elif args[:2] == ["issue", "reopen"]:
    find()["state"] = "OPEN"
store.write_text(json.dumps(state))
"""


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the ``gh`` that is found first keeps its issues."""
    programs = tmp_path / "programs"
    programs.mkdir()
    program = programs / "gh"
    program.write_text(_GH.format(python=sys.executable))
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(programs))
    monkeypatch.setenv("GH_STORE", str(tmp_path / "issues.json"))
    return tmp_path / "issues.json"


def track(*more: str) -> int:
    return main(
        ["track", "--now", "--exchange", "upbit", "--least", "info", "--repo", "a/b", *more]
    )


def kept(store: Path) -> Any:
    return json.loads(store.read_text())


def test_an_issue_is_opened_once(
    project: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert track() == 0
    (issue,) = kept(store)["issues"]
    assert issue["title"].startswith("upbit: endpoint-missing: ")
    assert issue["body"].startswith("<!-- conformance-finding: upbit 16a989e92d16 -->\n")
    assert capfd.readouterr().out.endswith("\n1 opened\n")
    assert track() == 0
    assert capfd.readouterr().out == "nothing to do\n"
    assert [call[:2] for call in kept(store)["calls"]] == [
        ["issue", "list"],
        ["label", "create"],
        ["issue", "create"],
        ["issue", "list"],
    ]


def test_a_dry_run_only_looks(
    project: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    assert track("--dry-run", "--format", "json") == 0
    (action,) = json.loads(capfd.readouterr().out)
    assert (action["step"], action["number"], action["fingerprint"]) == (
        "open",
        None,
        "16a989e92d16",
    )
    assert [call[:2] for call in kept(store)["calls"]] == [["issue", "list"]]


def test_a_dry_run_needs_no_gh(
    project: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", "")
    (project / "issues.json").write_text("[]")
    assert track("--dry-run", "--issues", "issues.json") == 0
    assert capfd.readouterr().out.endswith("would be: 1 opened\n")
    assert track() == 2
    assert "the program gh is not there" in capfd.readouterr().err


@pytest.mark.parametrize(
    ("args", "words"),
    [
        (["--repo", "nonsense"], "OWNER/NAME"),
        (["--issues", "x.json"], "add --dry-run"),
        (
            ["--dry-run", "--issues", "missing.json"],
            "missing.json: cannot be read: No such file or directory",
        ),
        (["--dry-run", "--issues", "docs_snapshot/upbit/exchange.toml"], "no list of issues"),
    ],
)
def test_what_cannot_be_is_refused(
    project: Path, store: Path, args: list[str], words: str, capfd: pytest.CaptureFixture[str]
) -> None:
    assert track(*args) == 2
    assert words in capfd.readouterr().err


@pytest.mark.parametrize("said", ["nonsense", "{}", '[{"number": "x"}]', "null", "[1]"])
def test_an_answer_that_is_no_list_of_issues_is_told(
    project: Path,
    store: Path,
    said: str,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GH_SAYS", said)
    assert track() == 2
    assert "gh issue list: is no list of issues" in capfd.readouterr().err


@pytest.mark.parametrize(
    "text", ["[" * 100_000, '[{"number": 1e400, "title": "t", "body": "b", "state": "OPEN"}]']
)
def test_a_hostile_list_is_no_list(
    project: Path, text: str, capfd: pytest.CaptureFixture[str]
) -> None:
    (project / "issues.json").write_text(text)
    assert track("--dry-run", "--issues", "issues.json") == 2
    assert "issues.json: is no list of issues" in capfd.readouterr().err


def test_a_failure_is_told_with_what_was_not_done(
    project: Path,
    store: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("GH_FAILS", "create")
    assert track() == 2
    err = capfd.readouterr().err
    assert "HTTP 403: Resource not accessible" in err
    assert "1 of 1 not done: run it again" in err


def test_a_run_that_could_not_check_everything_touches_no_issue(
    project: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    cassette = next((project / "cassettes" / "upbit").glob("*/*.yaml"))
    cassette.write_text("{broken")
    assert track() == 2
    assert "no issue is touched" in capfd.readouterr().err
    assert not store.exists()


def night(project: Path) -> None:
    """A night's run, remembered."""
    chosen = ["-q", "-p", "no:cacheprovider", "-k", "test_pages", "--exchange", "upbit"]
    command = partial(run_pytest, *chosen, "conformance/", "--history", "history.db")
    done = run_forked(command, project, os.environ)
    assert done.status in (0, 1), done.out + done.err


def test_an_issue_of_something_fixed_long_ago_is_still_closed(
    project: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    page = project / "docs_snapshot" / "upbit" / "en" / "order-list-cancel.md"
    manifest = project / "docs_snapshot" / "upbit" / "exchange.toml"
    night(project)
    assert track("--history", "history.db") == 0
    text = page.read_text("utf-8")
    before = hashlib.sha256(page.read_bytes()).hexdigest()
    page.write_text(f"DELETE /v1/orders/uuids\n\n{text}", "utf-8")
    after = hashlib.sha256(page.read_bytes()).hexdigest()
    manifest.write_text(manifest.read_text().replace(before, after))
    night(project)
    night(project)
    capfd.readouterr()
    assert main(["track", "--exchange", "upbit", "--repo", "a/b", "--history", "history.db"]) == 0
    assert [issue["state"] for issue in kept(store)["issues"]] == ["CLOSED"], capfd.readouterr()


def test_an_exchange_without_a_run_is_left_alone(
    project: Path, store: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    night(project)  # over one of the two
    words = ["track", "--repo", "a/b", "--history", "history.db", "--least", "info"]
    assert main(words) == 0, capfd.readouterr()
    assert [issue["title"].partition(":")[0] for issue in kept(store)["issues"]] == ["upbit"]
    assert main([*words, "--exchange", "bingx"]) == 2
    assert "bingx" in capfd.readouterr().err
