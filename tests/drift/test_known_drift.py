"""Accepted findings: what an entry must say, and what a run makes of it."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from conformance.drift.known import KnownDrift, KnownEntry, Match, Partition, load_known, split
from conformance.errors import InputError
from conformance.model.finding import Finding, Severity, fingerprint

ROOT = Path(__file__).parents[2]
TODAY = dt.date(2026, 6, 15)
RULE, OPERATION, SUBJECT = "missing-field", "GET /v1/orders", "responses.200.orders[].id"
PRINT = fingerprint(RULE, OPERATION, SUBJECT)
ENTRY = f"""
[[known]]
fingerprint = "{PRINT}"
rule = "{RULE}"
operation = "{OPERATION}"
subject = "{SUBJECT}"
reason = "The vendor was told."
expires = 2026-12-31
"""


def finding(subject: str = SUBJECT, message: str = "") -> Finding:
    return Finding(
        rule=RULE, severity=Severity.ERROR, operation=OPERATION, subject=subject, message=message
    )


def entry(subject: str = SUBJECT, expires: dt.date = TODAY) -> KnownEntry:
    return KnownEntry(
        fingerprint=fingerprint(RULE, OPERATION, subject),
        rule=RULE,
        operation=OPERATION,
        subject=subject,
        reason="told",
        expires=expires,
    )


def known(*entries: KnownEntry) -> KnownDrift:
    return KnownDrift(path=Path("known_drift.toml"), entries=entries)


def load(folder: Path, text: str) -> KnownDrift:
    path = folder / "known_drift.toml"
    path.write_text(text, "utf-8")
    return load_known(path)


def test_an_entry(tmp_path: Path) -> None:
    (read,) = load(tmp_path, ENTRY).entries
    assert read == KnownEntry(
        fingerprint=PRINT,
        rule=RULE,
        operation=OPERATION,
        subject=SUBJECT,
        reason="The vendor was told.",
        expires=dt.date(2026, 12, 31),
    )
    assert read.fingerprint == finding().fingerprint


@pytest.mark.parametrize("line", ['operation = ""', ""])
def test_a_finding_about_a_page_has_no_operation(tmp_path: Path, line: str) -> None:
    text = ENTRY.replace(f'operation = "{OPERATION}"', line)
    (read,) = load(tmp_path, text.replace(PRINT, fingerprint(RULE, "", SUBJECT))).entries
    assert read.operation == ""


WRONG = {
    "not toml": ("[[known]", "not valid TOML"),
    "unknown table": ("[[accepted]]", "unknown key 'accepted'"),
    "unknown key": (f"{ENTRY}owner = 'me'", r"number 1: unknown key 'owner'"),
    "no fingerprint": (ENTRY.replace("fingerprint", "#"), "'fingerprint' is missing"),
    "no rule": (ENTRY.replace("rule =", "# ="), "'rule' is missing"),
    "no subject": (ENTRY.replace("subject =", "# ="), "'subject' is missing"),
    "no reason": (ENTRY.replace("reason =", "# ="), "'reason' is missing"),
    "no date": (ENTRY.replace("expires =", "# ="), "'expires' is missing"),
    "empty reason": (ENTRY.replace("The vendor was told.", " \\t"), "'reason' is empty"),
    "date in quotes": (ENTRY.replace("2026-12-31", '"2026-12-31"'), "write a date"),
    "no such day": (ENTRY.replace("2026-12-31", "2026-02-30"), "not valid TOML"),
    "malformed": (ENTRY.replace(PRINT, PRINT.upper() + "0"), "malformed"),
    "twice": (ENTRY + ENTRY, f"number 2: {PRINT} is listed twice"),
    "another subject": (ENTRY.replace("orders[].id", "orders[].uuid"), "not that of rule"),
    "another rule": (ENTRY.replace(RULE, "extra-field"), "copy all four"),
    "another operation": (ENTRY.replace("GET", "PUT"), "copy all four"),
}


@pytest.mark.parametrize(("text", "words"), WRONG.values(), ids=WRONG)
def test_a_wrong_file_is_one_clear_error(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(InputError, match=words) as caught:
        load(tmp_path, text)
    assert str(caught.value).startswith(str(tmp_path / "known_drift.toml"))


def test_a_file_that_is_not_there_knows_nothing(tmp_path: Path) -> None:
    assert load_known(tmp_path / "missing.toml").entries == ()


@pytest.mark.parametrize("target", ["nowhere", "folder"])
def test_a_file_that_cannot_be_read_is_not_taken_for_a_missing_one(
    tmp_path: Path, target: str
) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "known_drift.toml").symlink_to(target)
    with pytest.raises(InputError, match=r"no such file|no regular file"):
        load_known(tmp_path / "known_drift.toml")


def test_an_unlisted_finding_is_new_and_an_unmet_entry_stale() -> None:
    other = entry("responses.200.gone")
    assert split([finding()], known(other), TODAY) == Partition(new=(finding(),), stale=(other,))


DAYS = {"the day before": (1, True), "the last day": (0, True), "the day after": (-1, False)}


@pytest.mark.parametrize(("days", "accepted"), DAYS.values(), ids=DAYS)
def test_an_entry_holds_through_its_last_day(days: int, accepted: bool) -> None:
    waiver = entry(expires=TODAY + dt.timedelta(days=days))
    match = Match(finding(), waiver)
    expected = Partition(known=(match,)) if accepted else Partition(expired=(match,))
    assert split([finding()], known(waiver), TODAY) == expected
    assert waiver.days_left(TODAY) == days


def test_an_entry_covers_every_finding_with_its_fingerprint() -> None:
    seen = (finding(message="in one place"), finding(message="in another"))
    result = split(seen, known(entry()), TODAY)
    assert [match.finding for match in result.known] == list(seen)
    assert (result.new, result.stale) == ((), ())


def test_no_finding_is_lost_and_order_is_kept() -> None:
    findings = [finding(f"responses.200.f{n}") for n in range(9)]
    entries = [
        entry(f"responses.200.f{n}", TODAY - dt.timedelta(days=n % 2)) for n in range(0, 12, 3)
    ]
    result = split(findings, known(*entries), TODAY)
    assert [f.subject[-1] for f in result.new] == list("124578")
    assert [match.finding.subject[-1] for match in result.known] == list("06")
    assert [match.finding.subject[-1] for match in result.expired] == list("3")
    assert [left.subject[-1] for left in result.stale] == list("9")


@pytest.mark.parametrize("path", sorted(ROOT.glob("docs_snapshot/*/known_drift.toml")), ids=str)
def test_our_own_files_can_be_read(path: Path) -> None:
    load_known(path)
