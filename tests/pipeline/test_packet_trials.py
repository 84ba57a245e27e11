"""What is proposed was tried: what does not do what it is for is asked instead."""

from __future__ import annotations

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from conformance.checks.evidence_counts import merge_repeated
from conformance.drift.packets.making import CORRECTIONS
from conformance.drift.packets.packet import Advice, Docs, Edit, Packet, Proposal
from conformance.model.finding import Finding
from conformance.model.interaction import Interaction, Origin
from conformance.pages.exchange import Exchange, Page
from conformance.pipeline.comparison import lint_paths
from conformance.pipeline.evidence import check_all, read_all_evidence
from conformance.pipeline.packets import packets_of_exchange
from conformance.report.packet import packet_files, render_packet, render_patch
from tests.pipeline.packets import packets_of_files

PAGE = """\
# Orders

```
GET https://api.example.com/v1/orders
```

## Response

| Name | Type | Description |
|---|---|---|
| done | Object | |
| done.note | | |
| failed | Object | |
| failed.note | String | |
"""
NDJSON = (
    '{"request":{"method":"%s","url":"https://api.example.com%s"},'
    '"response":{"status":200,"headers":{"Content-Type":"application/json"},"body":%s},'
    '"origin":"%s","date":"2026-11-0%d"}\n'
)


def packets_of(folder: Path, page: str, evidence: str = "") -> tuple[Packet, ...]:
    """Of one page, named after its language's folder."""
    (folder / "en").mkdir(exist_ok=True)
    (folder / "en/orders.md").write_text(page, "utf-8")
    interactions: tuple[Interaction, ...] = ()
    if evidence:
        (folder / "evidence.ndjson").write_text(evidence, "utf-8")
        interactions = read_all_evidence([folder / "evidence.ndjson"], folder).interactions
    linted = lint_paths([folder / "en"])
    findings = [
        *linted.findings,
        *check_all(linted.pages.contract.operations, interactions).findings,
    ]
    return packets_of_files(linted.pages.files, findings, root=folder, interactions=interactions)


def wrong(word: str) -> Callable[[Finding, Docs], Advice]:
    def corrector(finding: Finding, docs: Docs) -> Advice:
        assert finding.documented is not None
        page, line = finding.documented.page, finding.documented.line
        return Proposal(text=f"It is {word}.", edits=(Edit(page, line, line, (word,)),))

    return corrector


@pytest.mark.parametrize(
    "line",
    [
        "| done.note | | changed, and still empty |",
        "",
        "gone, and the rows below it with it",
        "| done.other | | the finding is gone, and another one there |",
    ],
)
def test_a_correction_that_does_not_do_is_asked_instead(
    line: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(CORRECTIONS, "type-missing", wrong(line))
    (packet,) = [p for p in packets_of(tmp_path, PAGE) if p.head.rule == "type-missing"]
    assert packet.correction is None
    assert packet.questions
    assert not line or line not in render_packet(packet)


ERRORS = """
## Response

### Error codes

| Code | Meaning |
|---|---|
| 10 | No such order |

### 400

| Name | Type |
|---|---|
| reason | String |
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("| 10 | No such order |", None),
        ("| reason | String |", None),
        ("| reason | String |", "| reason | Integer |"),
        ("| reason | String |", "| cause | String |"),
        ("| failed.note | String | |", "| failed.note | Integer | |"),
        ("| failed | Object | |", "| failed | Array | |"),
        ("GET https://api.example.com/v1/orders", "GET https://api.example.com/v1/order"),
    ],
)
def test_a_correction_that_changes_anything_else_is_asked_instead(
    old: str, new: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It does what it is for, and takes or turns something that was right."""

    def corrector(finding: Finding, docs: Docs) -> Advice:
        assert finding.documented is not None
        page, line = finding.documented.page, finding.documented.line
        other = docs.by_page[page].document.lines.index(old) + 1
        mended = Edit(page, line, line, ("| done.note | String | |",))
        besides = Edit(page, other, other, () if new is None else (new,))
        return Proposal(text="Both.", edits=(mended, besides))

    monkeypatch.setitem(CORRECTIONS, "type-missing", corrector)
    (packet,) = [p for p in packets_of(tmp_path, PAGE + ERRORS) if p.head.rule == "type-missing"]
    assert packet.correction is None
    assert packet.questions


def test_a_correction_beside_other_tables_is_proposed(tmp_path: Path) -> None:
    (packet,) = [p for p in packets_of(tmp_path, PAGE + ERRORS) if p.head.rule == "type-missing"]
    assert packet.correction is not None


def test_a_correction_that_does_is_proposed(tmp_path: Path) -> None:
    (packet,) = packets_of(tmp_path, PAGE)
    assert packet.correction is not None
    assert packet.correction.fingerprints == packet.fingerprints


def evidence(bodies: list[str], origin: str) -> str:
    return "".join(
        NDJSON % ("GET", "/v1/orders", body, origin, n % 9 + 1) for n, body in enumerate(bodies)
    )


EXTRA = '{"done":{"note":"a"},"failed":{"note":"b"},"fee":1}'


@pytest.mark.parametrize(
    ("origin", "number", "corrected"),
    [
        ("live", 3, True),
        ("recorded", 3, True),
        ("recorded", 2, False),
    ],
)
def test_only_responses_enough_of_the_api_correct_a_page(
    origin: str, number: int, corrected: bool, tmp_path: Path
) -> None:
    packets = packets_of(tmp_path, PAGE, evidence([EXTRA] * number, origin))
    (packet,) = [p for p in packets if p.head.rule == "undocumented-field"]
    assert bool(packet.correction) == corrected
    text = render_packet(packet)
    assert "Responses of the API show it" in text


@pytest.mark.parametrize("origin", [o.value for o in Origin if not o.is_of_api])
def test_what_no_api_answered_is_no_packet(origin: str, tmp_path: Path) -> None:
    packets = packets_of(tmp_path, PAGE, evidence([EXTRA] * 9, origin))
    assert "undocumented-field" not in {f.rule for p in packets for f in p.findings}


def test_a_type_that_is_not_always_seen_is_asked(tmp_path: Path) -> None:
    page = PAGE.replace("| done.note | | |", "| done.note | String | |")
    bodies = ['{"done":{"note":1}}'] * 3 + ['{"done":{"note":"1"}}'] * 3
    (packet,) = packets_of(tmp_path, page, evidence(bodies, "recorded"))
    assert packet.head.rule == "type-mismatch"
    assert packet.correction is None
    assert "seen in 3 of 6 recorded responses" in render_packet(packet)


def test_findings_told_once_give_the_packets_of_all_their_places(tmp_path: Path) -> None:
    """A report tells a finding once, whatever the number of languages it is in."""
    for language in ("en", "ko"):
        (tmp_path / language).mkdir()
        (tmp_path / language / "orders.md").write_text(PAGE, "utf-8")
    linted = lint_paths([tmp_path])
    whole = packets_of_files(linted.pages.files, linted.findings, root=tmp_path)
    once = packets_of_files(linted.pages.files, merge_repeated(linted.findings), root=tmp_path)
    assert len(merge_repeated(linted.findings)) < len(linted.findings)
    assert packet_files(once) == packet_files(whole)


def operation(method: str, path: str) -> str:
    page = PAGE.replace(
        "GET https://api.example.com/v1/orders", f"{method} https://a.example{path}"
    )
    inputs = "## Request parameters\n\n| Name | Type |\n|---|---|\n| id | String |\n\n"
    return page.replace("## Response", f"{inputs}## Response") if "{id}" in path else page


@pytest.mark.parametrize(
    ("method", "path", "harmless"),
    [
        ("GET", "/v1/orders/{id}", True),
        ("DELETE", "/v1/orders", False),
        ("POST", "/v1/orders", False),
        ("GET", "/v1/orders/cancel", False),
    ],
)
def test_what_may_change_an_account_is_a_comment_with_a_warning(
    method: str, path: str, harmless: bool, tmp_path: Path
) -> None:
    (packet,) = packets_of(tmp_path, operation(method, path))
    shown = packet.reproduction
    assert shown is not None
    assert all(line.startswith("# ") for line in shown.command.split("\n")) != harmless
    assert shown.note.startswith("Warning: ") != harmless
    assert ("${id}" in shown.command) == ("{id}" in path)


def test_what_was_sent_is_shown_without_its_secrets(tmp_path: Path) -> None:
    sent = NDJSON % ("GET", "/v1/orders?market=ABC&apiKey=S3CR3TS3CR3T", EXTRA, "recorded", 1)
    packets = packets_of(tmp_path, PAGE, sent)
    text = "".join(render_packet(packet) for packet in packets)
    assert "market=ABC" in text
    assert "S3CR3T" not in text


def test_a_page_of_many_rows_is_done_in_time(tmp_path: Path) -> None:
    rows = "".join(f"| name{n} | String | word {n} |\n" for n in range(3_000))
    page = PAGE.rstrip("\n") + "\n" + rows
    (packet,) = packets_of(tmp_path, page)
    assert packet.correction is not None


KEYED = """\
# Orders

GET https://api.example.com/base/v1/orders

## Request

| Name | In | Type | Required | Description |
|---|---|---|---|---|
| X-VENUE-API-KEY | header | String | Yes | Your key |
| X-Trace | header | String | Yes | Any |

## Response

| Name | Type | Description |
|---|---|---|
| done | Object | |
| done.note | | |
| failed | Object | |
| failed.note | String | |
"""


def test_the_request_has_the_server_and_the_key_header_of_the_page(tmp_path: Path) -> None:
    (packet,) = [p for p in packets_of(tmp_path, KEYED) if p.head.rule == "type-missing"]
    assert packet.reproduction is not None
    command = packet.reproduction.command
    assert command == (
        'curl -X GET "https://api.example.com/base/v1/orders" '
        """-H 'X-Trace: '"${X_Trace}"'' -H "X-VENUE-API-KEY: ${ACCESS_KEY}\""""
    )
    trace = ["-H", "X-Trace: ${X_Trace}", "-H", "X-VENUE-API-KEY: ${ACCESS_KEY}"]
    assert shlex.split(command)[4:] == trace


def test_a_remark_on_a_request_that_is_commented_out_is_one_comment(tmp_path: Path) -> None:
    folder = tmp_path / "docs_snapshot" / "venue"
    (folder / "en").mkdir(parents=True)
    (folder / "en/orders.md").write_text(KEYED.replace("GET https", "POST https"), "utf-8")
    pages = (Page(path="en/orders.md", language="en", sha256=""),)
    exchange = Exchange(name="venue", title="Venue", root=folder, pages=pages, auth="hmac")
    packets = packets_of_exchange(exchange, lint_paths([folder]).findings, root=tmp_path)
    (packet,) = [p for p in packets if p.head.rule == "type-missing"]
    assert packet.reproduction is not None
    lines = packet.reproduction.command.split("\n")
    assert len(lines) > 1
    assert all(re.match(r"# [^#]", line) for line in lines)


@pytest.mark.parametrize(
    ("prefix", "languages", "paths"),
    [
        ("", ("en",), ["docs_snapshot/venue/en/orders.md"]),
        ("docs/api/", ("en",), ["docs/api/orders.md"]),
        (".", ("en",), ["orders.md"]),
        ("docs", ("en", "ko"), ["docs/en/orders.md", "docs/ko/orders.md"]),
        (
            "i18n/{language}/docs",
            ("en", "ko"),
            ["i18n/en/docs/orders.md", "i18n/ko/docs/orders.md"],
        ),
    ],
)
def test_patches_apply_where_the_pages_are_kept(
    prefix: str, languages: tuple[str, ...], paths: list[str], tmp_path: Path
) -> None:
    folder = tmp_path / "docs_snapshot" / "venue"
    pages = [Page(path=f"{tag}/orders.md", language=tag, sha256="") for tag in languages]
    for page in pages:
        (folder / page.language).mkdir(parents=True)
        (folder / page.path).write_text(PAGE, "utf-8")
    exchange = Exchange(name="venue", title="Venue", root=folder, pages=tuple(pages))
    findings = lint_paths([folder]).findings
    packets = packets_of_exchange(exchange, findings, root=tmp_path, prefix=prefix)
    (packet,) = [p for p in packets if p.head.rule == "type-missing"]
    assert packet.correction is not None
    assert [patch.path for patch in packet.correction.patches] == paths
    patch = render_patch(packet) or b""
    assert all(f"+++ b/{path}\n".encode() in patch for path in paths)


def test_a_media_type_within_a_registered_one_is_corrected_alone(tmp_path: Path) -> None:
    page = PAGE.replace("| done.note | |", "| done.note | String |")
    page += "\nIt is sent as pplication/json and answered as application/json, both lower case.\n"
    (packet,) = [p for p in packets_of(tmp_path, page) if p.head.rule == "media-type-unknown"]
    patch = (render_patch(packet) or b"").decode()
    assert "\n+It is sent as application/json and answered as application/json, both" in patch
