"""``conformance history``, and what becomes of it on terminals of any width."""

from __future__ import annotations

import json
import shlex
from pathlib import Path
from typing import Any

import pytest

from conformance.cli import main
from conformance.drift.history.record import RunScope
from conformance.drift.history.store import open_history
from tests.drift.history.nights import finding, mark, run


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A history with a finding of each state, and one of another exchange."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("CONFORMANCE_HISTORY", raising=False)
    store = open_history("history.sqlite")
    for record in (
        run(0, "abcd"),
        run(1, "ad", accepted="d"),
        run(2, "bd", accepted="d", complete=False),
        run(3, "abde", accepted="d"),
        run(0, "f", exchange="other"),
        run(1, exchange="other", scope=RunScope()),
    ):
        store.remember(record)
    return tmp_path / "history.sqlite"


def told(capsys: pytest.CaptureFixture[str], command: str) -> str:
    assert main(["history", "--history", "history.sqlite", *shlex.split(command)]) == 0
    return capsys.readouterr().out


@pytest.mark.usefixtures("file")
def test_every_finding_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    about = "missing-field venue GET /v1/orders responses.200"
    assert told(capsys, "").splitlines() == [
        "STATE   FINGERPRINT   FIRST SEEN  LAST SEEN   RUNS  SEVERITY  "
        "RULE, EXCHANGE, OPERATION, SUBJECT",
        f"new     {mark('e')}  2026-11-04  2026-11-04  1/1   error     {about}.e",
        f"open    {mark('a')}  2026-11-01  2026-11-04  3/3   error     {about}.a",
        f"open    {mark('b')}  2026-11-01  2026-11-04  3/4   error     {about}.b",
        f"(open)  {mark('f')}  2026-11-01  2026-11-01  1/1   error     "
        "missing-field other GET /v1/orders responses.200.f",
        f"known   {mark('d')}  2026-11-01  2026-11-04  4/4   error     {about}.d",
        f"fixed   {mark('c')}  2026-11-01  2026-11-01  1/3   error     {about}.c",
    ]


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("command", "names"),
    [
        ("--state new", "e"),
        ("--state fixed --state known", "dc"),
        ("--state returned", ""),
        ("--exchange other", "f"),
        ("--exchange other --exchange venue --state open", "abf"),
        ("--since 2026-11-02", "abcdef"),
        ("--since 2026-11-03T12:00Z", "eabfd"),
        ("--exchange venue --since 2026-11-03T12:00Z --state fixed", ""),
    ],
)
def test_some_of_them(capsys: pytest.CaptureFixture[str], command: str, names: str) -> None:
    found = json.loads(told(capsys, f"--format json {command}"))["findings"]
    marks = {mark(name): name for name in "abcdef"}
    assert sorted(marks[each["finding"]["fingerprint"]] for each in found) == sorted(names)
    if not names:
        assert told(capsys, command) == "No findings.\n"


@pytest.mark.usefixtures("file")
def test_one_finding_with_all_its_nights(capsys: pytest.CaptureFixture[str]) -> None:
    evidence = "seen in the one recorded response"
    assert told(capsys, f"--fingerprint {mark('b')}").splitlines() == [
        f"{mark('b')} error[missing-field]",
        "venue GET /v1/orders responses.200.b",
        "en/orders.md:12: b is documented and not there (in 1 of 1 interactions)",
        "open: first seen 1 November 2026, last seen 4 November 2026, in 3 of 4 runs; "
        "gone between 1 November 2026 and 3 November 2026",
        "",
        "SINCE             UNTIL             RUNS    WHAT         EVIDENCE",
        f"2026-11-01 02:30  2026-11-01 02:30  1 run   seen, error  {evidence}",
        "2026-11-02 02:30  2026-11-02 02:30  1 run   gone",
        f"2026-11-03 02:30  2026-11-04 02:30  2 runs  seen, error  {evidence}",
    ]
    assert "seen, accepted, error" in told(capsys, f"--fingerprint {mark('d')}")
    assert "not checked" in told(capsys, f"--fingerprint {mark('f')}")


@pytest.mark.usefixtures("file")
def test_every_run_on_a_line(capsys: pytest.CaptureFixture[str]) -> None:
    assert told(capsys, "--runs --exchange venue").splitlines() == [
        "RUN  BEGAN             TOOK  FINDINGS  KNOWN  NEW  RETURNED  FIXED  EXCHANGE  "
        "INTERACTIONS",
        "4    2026-11-04 02:30  60 s  4         1      1    0         0      venue     3 recorded",
        "3    2026-11-03 02:30  60 s  2         1      0    1         0      venue     "
        "3 recorded; incomplete",
        "2    2026-11-02 02:30  60 s  2         1      0    0         2      venue     3 recorded",
        "1    2026-11-01 02:30  60 s  4         0      4    0         0      venue     3 recorded",
    ]
    assert len(told(capsys, "--runs --since 2026-11-02").splitlines()) == 5
    assert told(capsys, "--runs --since 2026-11-20") == "No runs.\n"


@pytest.mark.usefixtures("file")
def test_runs_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    document = json.loads(told(capsys, "--runs --format json --exchange other"))
    assert document["version"] == 1
    assert document["runs"][0] == {
        "run": 6,
        "exchange": "other",
        "started": "2026-11-02T02:30:00Z",
        "finished": "2026-11-02T02:31:00Z",
        "complete": True,
        "version": "1.0",
        "findings": 0,
        "known": 0,
        "new": 0,
        "returned": 0,
        "fixed": 0,
        "interactions": {"recorded": 3},
    }


@pytest.mark.usefixtures("file")
def test_a_finding_for_programs(capsys: pytest.CaptureFixture[str]) -> None:
    (told_,) = _found(capsys, f"--fingerprint {mark('b')}")
    assert told_.pop("finding")["subject"] == "responses.200.b"
    assert [each["saw"] for each in told_.pop("sightings")] == ["seen", "gone", "seen", "seen"]
    assert told_ == {
        "exchange": "venue",
        "state": "open",
        "checked": True,
        "first_seen": "2026-11-01T02:30:00Z",
        "last_seen": "2026-11-04T02:30:00Z",
        "times_seen": 3,
        "runs": 4,
        "periods": [
            ["2026-11-01T02:30:00Z", "2026-11-01T02:30:00Z"],
            ["2026-11-03T02:30:00Z", "2026-11-04T02:30:00Z"],
        ],
        "evidence": "seen in the one recorded response",
    }
    assert "sightings" not in _found(capsys, "")[0]


def _found(capsys: pytest.CaptureFixture[str], command: str) -> list[dict[str, Any]]:
    return json.loads(told(capsys, f"--format json {command}"))["findings"]  # type: ignore[no-any-return]


@pytest.mark.usefixtures("file")
def test_the_result_may_go_to_a_file(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert told(capsys, "-o out.txt") == ""
    assert (tmp_path / "out.txt").read_text("utf-8").startswith("STATE")


@pytest.mark.usefixtures("file")
def test_the_environment_names_the_history(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CONFORMANCE_HISTORY", "history.sqlite")
    assert main(["history", "--state", "new"]) == 0
    assert mark("e") in capsys.readouterr().out


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize(
    ("command", "why"),
    [
        ("", "no history is named (give --history FILE, or set CONFORMANCE_HISTORY)"),
        ("--history nowhere.sqlite", "nowhere.sqlite: no such history"),
        ("--history .", "is a folder"),
        ("--history history.sqlite --exchange nowhere", "remembered: other, venue"),
        ("--history history.sqlite --fingerprint 000000000000", "nothing is remembered of"),
        ("--history history.sqlite --since yesterday", "'yesterday' is no day"),
        ("--history history.sqlite --runs --state new", "leave out --runs"),
        ("--history mysql://u:s3cret@h/d", "mysql: no history is kept in such a database"),
        ("--history postgresql://u:s3cret@127.0.0.1:1/d", "cannot be reached"),
    ],
)
def test_what_cannot_be_shown(capsys: pytest.CaptureFixture[str], command: str, why: str) -> None:
    assert main(["history", *shlex.split(command)]) == 2
    output = capsys.readouterr()
    assert output.out == ""
    assert output.err.startswith("conformance history: ")
    assert why in output.err
    assert output.err.count("\n") == 1
    assert "s3cret" not in output.err


@pytest.mark.parametrize("width", [40, 80, 100, 160])
def test_lines_fit_the_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, file: Path, width: int
) -> None:
    open_history(str(file)).remember(run(5, findings=(finding("x" * 300), finding("한" * 60))))
    monkeypatch.setattr("sys.stdout.isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", str(width))
    out = told(capsys, "")
    lines = out.splitlines()
    fixed = len("returned  000000000000  2026-11-01  2026-11-01  1/1   warning")
    assert max(map(_columns, lines)) <= max(width, fixed)
    assert "…" in out
    assert width < 80 or "responses.200.a" in out, "who it is about is not what is cut"


def _columns(line: str) -> int:
    return sum(2 if char == "한" else 1 for char in line)


@pytest.mark.usefixtures("file")
def test_a_hostile_page_does_not_reach_the_terminal(
    capsys: pytest.CaptureFixture[str], file: Path
) -> None:
    hostile = finding("a\x1b[2J\r\n\u202e\ud800")
    open_history(str(file)).remember(run(6, findings=(hostile,), exchange="evil\x1b]0;\x07"))
    for command in ("", f"--fingerprint {hostile.fingerprint}", "--runs", "--format json"):
        out = told(capsys, command)
        assert not {"\x1b", "\r", "\u202e", "\x07"} & set(out)


@pytest.mark.parametrize(
    "form", ["--history history.sqlite prune", "prune --history history.sqlite"]
)
def test_prune_says_what_goes(file: Path, capsys: pytest.CaptureFixture[str], form: str) -> None:
    store = open_history(str(file))
    for number in (4, 5, 6, 7):
        store.remember(run(number, "abde", accepted="d"))
    assert main(["history", *form.split(), "--keep", "1", "--dry-run"]) == 0
    *lines, last = capsys.readouterr().out.splitlines()
    assert lines == [
        "other: nothing would go of 2 runs",
        "venue: 4 of 8 runs would go, 15 sightings; of 2 what findings rest on stays",
    ]
    assert last.endswith("kB of documents would go; nothing was written")
    assert len(store.runs()) == 10
    assert main(["history", *form.split(), "--keep", "90d"]) == 0
    assert "would" not in (said := capsys.readouterr().out)
    assert said.endswith("kB given back\n")


@pytest.mark.usefixtures("file")
@pytest.mark.parametrize("keep", ["0", "0d", "-1", "90y", "", "1.5"])
def test_prune_wants_a_number_of_nights(capsys: pytest.CaptureFixture[str], keep: str) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["history", "prune", "--history", "history.sqlite", "--keep", keep])
    assert ended.value.code == 2
    assert "(90d, 12w, 400)" in capsys.readouterr().err
