"""``conformance report``: now, remembered, compared; every format; packets; exit status."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import re
import shutil
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.cli.main import main
from conformance.pipeline.history import build_record, build_scope, open_history
from conformance.pipeline.project import load_exchanges
from conformance.pipeline.reports import CheckedExchange
from conformance.report import FORMATS
from tests.builders import copy_project
from tests.report.test_drift_report import SCHEMA

PAGE = Path("docs_snapshot/bingx/en/cancel-open-orders.md")
CASSETTE = Path("cassettes/bingx/cancel-open-orders/numbers.yaml")
KNOWN = Path("docs_snapshot/bingx/known_drift.toml")
MANIFEST = Path("docs_snapshot/bingx/exchange.toml")
LAST_ROW = f"| stopPrice           | string | {'trigger price':<74} |\n"
NEW_ROW = "| transactTime        | long   | Time of the cancellation |\n"
NIGHT = dt.datetime(2026, 11, 20, 2, 30, tzinfo=dt.UTC)


def edit(path: Path, old: str, new: str) -> None:
    """A page of an exchange keeps its hash in the manifest."""
    before = path.read_bytes()
    after = before.replace(old.encode(), new.encode())
    assert after != before
    path.write_bytes(after)
    for manifest in (MANIFEST, CASSETTE.parent / "manifest.toml"):
        text = manifest.read_text("utf-8")
        told = text.replace(hashlib.sha256(before).hexdigest(), hashlib.sha256(after).hexdigest())
        manifest.write_text(told, "utf-8")


def remember(root: Path, started: dt.datetime) -> None:
    """A night over the exchange, as the suite would keep it."""
    (exchange,) = load_exchanges(root, ["bingx"])
    checked = CheckedExchange(exchange, root, started.date())
    pages = [page.path for page in exchange.pages]
    scope = build_scope(checked.contracts, checked.evidence.interactions, pages)
    record = build_record(exchange, checked.report, scope, checked.known, started=started)
    store = open_history("history.db")
    assert store is not None
    store.remember(record)


def html(name: str) -> str:
    """What is remembered, as a page."""
    main(
        ["report", "--exchange", "bingx", "--history", "history.db", "--format", "html", "-o", name]
    )
    return Path(name).read_text("utf-8")


def drift(*arguments: str) -> dict[str, Any]:
    main(["report", "--exchange", "bingx", "--format", "drift", "-o", "drift.json", *arguments])
    told = json.loads(Path("drift.json").read_text("utf-8"))
    jsonschema.validate(told, SCHEMA)
    return dict(told)


def states(told: dict[str, Any]) -> dict[str, str]:
    """Rule and last part of the subject -> where it stands."""
    findings = [
        *told["findings"], *told["fixed"], *told["not_checked"],
        *(known["finding"] for known in told["known"]),
    ]  # fmt: skip
    return {
        f"{f['rule']} {f['subject'].rpartition('.')[2]}": told["states"][f["fingerprint"]]["state"]
        for f in findings
    }


@pytest.fixture
def project(project: Path) -> Path:
    """As if the answers in cassettes had been recorded: what is constructed counts for nothing."""
    for room in ("docs_snapshot", "cassettes", "schemas"):
        shutil.rmtree(project / room)
    copy_project(project, "bingx", "upbit")
    return project


@pytest.fixture
def unaccepted(project: Path) -> Path:
    KNOWN.write_text("", "utf-8")
    return project


def test_now_without_a_history(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report"]) == 0
    told = capsys.readouterr()
    assert "bingx/en/cancel-open-orders.md:34: known[type-mismatch]" in told.out
    assert re.search(r"BingX: No findings\. Checked 1 page", told.out)
    assert "Upbit: 1 finding" in told.out
    assert told.err == ""


def test_findings_are_an_exit_status(unaccepted: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["report", "--exchange", "bingx"]) == 1
    assert main(["report", "--exchange", "bingx", "--fail-on", "never"]) == 0
    assert "seen in 1 of 3 recorded responses on " in capsys.readouterr().out


@pytest.mark.parametrize("form", FORMATS)
def test_every_format(unaccepted: Path, form: str) -> None:
    assert main(["report", "--exchange", "bingx", "--format", form, "-o", "out"]) == 1
    assert "type-mismatch" in Path("out").read_text("utf-8")


def test_json_is_version_1_to_the_letter(unaccepted: Path) -> None:
    main(["report", "--exchange", "bingx", "--format", "json", "-o", "out"])
    told = json.loads(Path("out").read_text("utf-8"))
    assert list(told) == ["version", "checked", "findings"]
    assert "evidence" not in told["findings"][0]


def test_pages_are_shown_with_where_they_are_published(unaccepted: Path) -> None:
    main(["report", "--exchange", "bingx", "--format", "html", "-o", "out.html"])
    html = Path("out.html").read_text("utf-8")
    assert '<td class="at"><mark>string</mark></td>' in html
    assert re.search(r'<a href="https://[^"]+" rel="noreferrer">en/cancel-open-orders.md:34<', html)


def test_a_drift_report_is_about_one_exchange(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--format", "drift"]) == 2
    assert "name it with --exchange" in capsys.readouterr().err


def test_new_fixed_and_returned_from_night_to_night(unaccepted: Path) -> None:
    """A page is corrected, and the correction taken back; then an answer changes."""
    remember(unaccepted, NIGHT - dt.timedelta(days=3))
    edit(PAGE, LAST_ROW, LAST_ROW + NEW_ROW)
    remember(unaccepted, NIGHT - dt.timedelta(days=2))
    told = states(drift("--history", "history.db"))
    assert told["undocumented-field transactTime"] == "fixed"
    assert told["type-mismatch origQty"] == "open"
    edit(PAGE, NEW_ROW, "")
    remember(unaccepted, NIGHT - dt.timedelta(days=1))
    told = states(drift("--history", "history.db"))
    assert told["undocumented-field transactTime"] == "returned"
    assert told["type-mismatch price"] == "open"
    edit(CASSETTE, '"price"', '"newcomer"')
    told = states(drift("--history", "history.db", "--now"))
    assert told["undocumented-field newcomer"] == "new"
    assert told["type-mismatch price"] == "fixed"
    assert told["undocumented-field transactTime"] == "open"


def test_since_compares_with_how_things_stood_then(unaccepted: Path) -> None:
    for days in (9, 8):
        remember(unaccepted, NIGHT - dt.timedelta(days=days))
    edit(PAGE, LAST_ROW, LAST_ROW + NEW_ROW)
    for days in (3, 2):
        remember(unaccepted, NIGHT - dt.timedelta(days=days))
    assert "undocumented-field transactTime" not in states(drift("--history", "history.db"))
    since = (NIGHT - dt.timedelta(days=5)).date().isoformat()
    told = drift("--history", "history.db", "--since", since)
    assert states(told)["undocumented-field transactTime"] == "fixed"
    assert str(told["since"]).startswith(since[:7])


def test_a_page_that_has_changed_since_is_not_shown(unaccepted: Path) -> None:
    remember(unaccepted, NIGHT)
    assert "<table>" in html("before")
    edit(PAGE, "| string | Price ", "| string | Changed price ")
    after = html("after")
    assert "<table>" not in after
    assert "| Price |" in after
    assert "Changed price" not in after


def test_an_exchange_without_a_run_is_left_out_with_a_note(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    remember(project, NIGHT)
    assert main(["report", "--history", "history.db"]) == 0
    shown = capsys.readouterr()
    assert "left out, no run remembered: upbit" in shown.err
    assert "Run of 20 November 2026" in shown.out
    assert main(["report", "--history", "history.db", "--exchange", "upbit"]) == 2
    assert "no run of 'upbit'" in capsys.readouterr().err


def test_the_history_can_be_named_by_the_environment(
    unaccepted: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    remember(unaccepted, NIGHT)
    monkeypatch.setenv("CONFORMANCE_HISTORY", "history.db")
    assert drift()["run"] == "2026-11-20T02:30:00Z"


def test_now_with_a_history_that_is_not_there_yet(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", "--exchange", "bingx", "--now", "--history", "none.db"]) == 0
    assert not Path("none.db").exists()
    assert main(["report", "--exchange", "bingx", "--history", "none.db"]) == 2
    assert "no such history" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--since", "7d"], "nothing to compare with"),
        (["--history", "x.db", "--since", "yesterday"], "is no day"),
        (["--history", "x.db", "--since", "2999-01-01"], "yet to come"),
        (["--exchange", "nowhere"], "unknown exchange"),
    ],
)
def test_usage(
    project: Path, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["report", *arguments]) == 2
    assert said in capsys.readouterr().err


def test_nothing_to_check_is_no_success(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    edit(PAGE, PAGE.read_text("utf-8"), "# Nothing\n")
    assert main(["report", "--exchange", "bingx"]) == 2
    CASSETTE.write_text("{", "utf-8")
    assert main(["report", "--exchange", "bingx"]) == 2
    assert "numbers.yaml" in capsys.readouterr().err


def test_packets_are_kept_up_to_date(unaccepted: Path) -> None:
    folder = Path("packets/bingx")
    assert main(["report", "--exchange", "bingx", "--packets", "packets", "-o", "out"]) == 1
    first = {path.name for path in folder.iterdir()}
    assert "README.md" in first
    (folder / "notes.md").write_text("mine", "utf-8")
    changed = next(
        path for path in sorted(folder.glob("*.md")) if "undocumented-field" in path.name
    )
    changed.write_text("edited by hand", "utf-8")
    edit(CASSETTE, "transactTime", "price")
    for cassette in CASSETTE.parent.glob("*.yaml"):
        if b"transactTime" in cassette.read_bytes():
            edit(cassette, "transactTime", "price")
    main(["report", "--exchange", "bingx", "--packets", "packets", "-o", "out"])
    assert (folder / "notes.md").read_text("utf-8") == "mine"
    assert changed.read_text("utf-8") == "edited by hand"
    gone = {name for name in first if "transacttime" in name and name != changed.name}
    assert not gone & {path.name for path in folder.iterdir()}


def test_other_commands_show_tables_of_the_pages_they_are_given(project: Path) -> None:
    given = ["check", "cassettes/bingx", "--docs", str(PAGE.parent)]
    assert main([*given, "--format", "html", "-o", "out"]) == 1
    assert '<td class="at"><mark>string</mark></td>' in Path("out").read_text("utf-8")
    assert main([*given, "--format", "markdown", "-o", "out"]) == 1
    assert "| price | **string** | Price |" in Path("out").read_text("utf-8")


def test_a_summary_has_room_in_github(unaccepted: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from conformance.cli import console

    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "summary.md")
    monkeypatch.setattr(console, "SUMMARY_BYTES", 3_000)
    main(["report", "--exchange", "bingx", "--format", "github", "-o", "out"])
    text = Path("summary.md").read_text("utf-8")
    assert len(text) < 3_100
    assert text.startswith("# BingX: 7 findings")
    assert text.endswith("The rest did not fit into a summary.\n\n")


@pytest.mark.parametrize("prefix", ["../x", "docs/../../x", "/etc", "..\\x"])
def test_patches_stay_in_their_repository(prefix: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["report", "--packets", "out", "--patch-prefix", prefix])
    assert ended.value.code == 2
    assert "leads out of the repository" in capsys.readouterr().err


def test_an_interaction_of_no_documented_operation_is_counted_as_not_checked_alone(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def counted() -> list[str]:
        main(["report", "--exchange", "bingx"])
        return re.findall(r"\d+ interactions?: \d+ \w+|Not checked: .*", capsys.readouterr().out)

    before = counted()
    foreign = {
        "request": {"method": "GET", "url": "https://open-api.bingx.com/no/such/thing"},
        "response": {"status": 200, "body": "{}"},
    }
    (project / CASSETTE).parent.with_name("foreign.ndjson").write_text(json.dumps(foreign))
    after = counted()
    assert before == ["3 interactions: 3 recorded"]
    assert after == [*before, "Not checked: 1 interaction of no documented operation."]
