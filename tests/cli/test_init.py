"""``conformance init``, as a user calls it."""

from __future__ import annotations

import datetime as dt
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.drift.known import load_known
from conformance.live.safety import Guard, Policy, Refused
from conformance.pages.access import LiveAccess
from conformance.pages.exchange import load_exchange, read_page

ORDERS = """\
# Get an order

`GET https://api.example.com/v1/orders/{id}`

Authentication: HMAC signature. Rate limit: 10 requests per 1 second per IP.

## Path Parameters

| Name | Type | Required | Description |
| --- | --- | --- | --- |
| id | string | Yes | Which order |

## Response

| Name | Type | Description |
| --- | --- | --- |
| id | string | Its id |
| price | string | At what price |
"""
EXAMPLE = '\n```json\n{"id": "1", "price": 5}\n```\n'
BROKEN = '\n```json\n{"id": "1", ...}\n```\n'
KOREAN = """\
# 서버 시각 조회

`GET https://api.example.com/v1/time`

서버의 현재 시각을 알려 줍니다. 이 요청에는 매개변수가 없으며 누구나 부를 수 있습니다.

## 응답

| 필드 | 타입 | 설명 |
| --- | --- | --- |
| time | string | 서버의 시각 |
"""


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """An empty folder to work in, pages beside it."""
    (tmp_path / "docs").mkdir()
    (tmp_path / "docs/orders.md").write_text(ORDERS, "utf-8")
    (tmp_path / "here").mkdir()
    monkeypatch.chdir(tmp_path / "here")
    return tmp_path / "here"


def files(folder: Path) -> list[str]:
    return sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())


def test_an_exchange_from_a_folder(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "venue", "../docs"]) == 0
    assert (
        capsys.readouterr().out
        == """\
operations  rows  unread  gaps  examples  not JSON  names  doubtful  page
         1     3       0     0         0         0      3         0  en/orders.md

docs_snapshot/venue: 1 page, 1 operation, 3 table rows (0 unread), 0 gaps.
No findings in the pages themselves.
No recorded interactions yet, so no answer of the API will be checked, only the pages: put some into
cassettes/venue/<operation>/.

Next:
    pytest conformance/ --exchange venue
"""
    )
    assert files(here) == [
        "docs_snapshot/venue/en/orders.md",
        "docs_snapshot/venue/exchange.toml",
        "docs_snapshot/venue/known_drift.toml",
        "schemas/venue/en/get-v1-orders-id.request.json",
        "schemas/venue/en/get-v1-orders-id.response.200.json",
        "schemas/venue/en/openapi.json",
    ]


def test_the_manifest_says_what_the_page_says_and_where() -> None:
    main(["init", "venue", "../docs", "--title", 'The "Venue"'])
    manifest = Path("docs_snapshot/venue/exchange.toml").read_text("utf-8")
    assert (
        manifest.partition("\n[[page]]")[0]
        == """\
# What is known of this exchange.  Entries with a line beside them were read there;
# what the pages do not say is left out.
title = "The \\"Venue\\""
# As the pages name them; nothing is sent there before a person confirms a host:
#     [live]
#     hosts = ["..."]
servers = [
    "https://api.example.com",  # en/orders.md:3
]
auth = "hmac"  # en/orders.md:5

[[rate_limit]]  # en/orders.md:5
count = 10
seconds = 1
scope = "IP"
"""
    )


def test_no_page_confirms_a_host() -> None:
    main(["init", "venue", "../docs"])
    exchange = load_exchange(Path("docs_snapshot/venue"))
    assert exchange.servers == ("https://api.example.com",)
    assert exchange.live == LiveAccess()
    policy = Policy(live=True, allow_state_change=True, named=("venue",))
    with pytest.raises(Refused, match="no person has confirmed"):
        Guard(exchange, exchange.servers[0], policy)


def test_the_suite_runs_on_it_at_once() -> None:
    main(["init", "venue", "../docs"])
    command = [sys.executable, "-m", "pytest", "conformance/", "--exchange", "venue", "-q", "-ra"]
    run = subprocess.run(  # noqa: S603
        [*command, "-p", "no:cacheprovider"], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout
    assert "no answer of venue was checked" in run.stdout
    assert "interactions: none" in run.stdout
    assert main(["extract", "--check"]) == 0


def test_pages_lie_under_their_language_unchanged() -> None:
    Path("../docs/ko").mkdir()
    Path("../docs/ko/time.md").write_bytes(KOREAN.encode("euc-kr"))
    Path("../docs/short.md").write_bytes(b"\xef\xbb\xbf# \r\n")
    main(["init", "venue", "../docs", "--language", "zh-TW"])
    exchange = load_exchange(Path("docs_snapshot/venue"))
    assert [(p.path, p.language) for p in exchange.pages] == [
        ("ko/time.md", "ko"),
        ("en/orders.md", "en"),
        ("zh-TW/short.md", "zh-TW"),
    ]
    assert read_page(exchange, exchange.pages[0]) == KOREAN.encode("euc-kr")
    assert read_page(exchange, exchange.pages[2]) == b"\xef\xbb\xbf# \r\n"


def test_a_folder_says_the_language_of_a_page_that_is_half_translated() -> None:
    page = Path("../docs/orders.md").read_bytes()
    for folder in ("ko", "it"):
        Path("../docs", folder).mkdir()
        Path("../docs", folder, "half.md").write_bytes(page)
    main(["init", "venue", "../docs"])
    exchange = load_exchange(Path("docs_snapshot/venue"))
    assert {p.path: p.language for p in exchange.pages} == {
        "ko/half.md": "ko",
        "en/it/half.md": "en",  # a word as well
        "en/orders.md": "en",
    }


def test_what_is_no_page_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    Path("../docs/logo.png").write_bytes(b"\x89PNG")
    Path("../docs/data.txt").write_bytes(b"\0\xff" * 100)
    assert main(["init", "venue", "../docs"]) == 0
    out = capsys.readouterr().out
    assert "Not read:" in out
    assert "docs/logo.png: neither Markdown nor HTML nor text by its name" in out
    assert "docs/data.txt: binary, not text" in out


REFUSED = {
    "no such path": (["venue", "../nowhere"], "no such file or folder"),
    "no page at all": (["venue", "../empty"], "no page could be read"),
    "no path at all": (["venue", ""], "an empty path"),
    "no operation": (["venue", "../prose.md"], "no operation was found on en/prose.md"),
    **{
        f"no name: {name!r}": ([name, "../docs", "--force"], "no name for an exchange")
        for name in ("", ".", "..", "a/b", "a b", "é", "x" * 65, "x\n", ".x")
    },
    "no language": (["venue", "../docs", "--language", "English!"], "no language tag"),
    "no root": (["venue", "../docs", "--docs-root", "nowhere"], "no such folder"),
    "no address": (["venue", "ftp://x.invalid/y"], "no web address"),
    "plain http": (["venue", "http://x.invalid/y"], "--allow-http"),
    "a page too many": (["venue", "../docs", "https://x.invalid/y"], "DNS"),
}


@pytest.mark.parametrize(("arguments", "words"), REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_leaves_nothing_behind(
    here: Path, arguments: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("../empty").mkdir()
    Path("../prose.md").write_text("# Welcome\n\nOur interface is fast and its prose is long.\n")
    assert main(["init", *arguments]) == 2
    told = capsys.readouterr()
    assert words in told.err
    assert told.out == ""
    assert list(here.iterdir()) == []


def test_an_exchange_is_not_overwritten(capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "venue", "../docs"])
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert main(["init", "venue", "../docs"]) == 2
    assert "an exchange of that name already" in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_the_pages_of_other_exchanges_are_not_taken_along(
    capsys: pytest.CaptureFixture[str],
) -> None:
    main(["init", "venue", "../docs"])
    assert main(["init", "other", "."]) == 2
    assert "the pages of every exchange" in capsys.readouterr().err
    assert main(["init", "other", "docs_snapshot/venue"]) == 0
    assert [p.path for p in load_exchange(Path("docs_snapshot/other")).pages] == ["en/orders.md"]


def test_findings_are_told_and_not_accepted_unasked(capsys: pytest.CaptureFixture[str]) -> None:
    Path("../docs/orders.md").write_text(ORDERS + BROKEN, "utf-8")
    assert main(["init", "venue", "../docs"]) == 0
    out = capsys.readouterr().out
    assert "en/orders.md:21: example-not-json: responses.200: " in out
    assert "1 finding in the pages themselves: 1 example-not-json." in out
    assert "The suite fails on it" in out
    assert load_known(Path("docs_snapshot/venue/known_drift.toml")).entries == ()


def test_accepted_findings_are_listed_for_ninety_days(capsys: pytest.CaptureFixture[str]) -> None:
    Path("../docs/orders.md").write_text(ORDERS + BROKEN, "utf-8")
    assert main(["init", "venue", "../docs", "--accept"]) == 0
    assert "1 accepted for 90 days" in capsys.readouterr().out
    (entry,) = load_known(Path("docs_snapshot/venue/known_drift.toml")).entries
    assert (entry.rule, entry.reason) == (
        "example-not-json",
        "accepted at init; not yet judged",
    )
    assert entry.days_left(dt.date.today()) in (89, 90)


def test_examples_that_contradict_their_tables_are_findings(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("../docs/orders.md").write_text(ORDERS + EXAMPLE, "utf-8")
    main(["init", "venue", "../docs", "--accept"])
    assert "1 example-type-mismatch" in capsys.readouterr().out
    (entry,) = load_known(Path("docs_snapshot/venue/known_drift.toml")).entries
    assert entry.subject == "responses.200.price"


def test_force_keeps_what_was_written_by_hand() -> None:
    main(["init", "venue", "../docs"])
    folder = Path("docs_snapshot/venue")
    known = "# A remark.\n"
    (folder / "README.md").write_text("Ours.")
    (folder / "known_drift.toml").write_text(known)
    (folder / ".gitattributes").write_text("* -text\n")
    Path("schemas/venue/notes.txt").write_text("Ours, too.")
    manifest = (folder / "exchange.toml").read_text().replace('title = "venue"', 'title = "Ours"')
    (folder / "exchange.toml").write_text(
        f"{manifest}[severity]\nrow-unread = 'info' # ours\n"
        '[[probe]]\noperation = "GET /v1/time"\nreason = "Reads."\n'
        '[environment]\naccess_key = "VENUE_KEY"\n[redact]\nnames = ["account"]\n'
        '[live]\nhosts = ["api.example.com"]\nreads = ["GET /v1/time"]\n'
    )
    Path("../docs/time.md").write_text(KOREAN, "utf-8")
    assert main(["init", "venue", "../docs", "--force"]) == 0
    exchange = load_exchange(folder)
    assert exchange.title == "Ours"
    assert exchange.environment.access_key == "VENUE_KEY"
    assert exchange.redact.names == ("account",)
    assert (folder / ".gitattributes").read_text() == "* -text\n"
    assert Path("schemas/venue/notes.txt").read_text() == "Ours, too."
    assert [p.path for p in exchange.pages] == ["en/orders.md", "ko/time.md"]
    assert [p.operation for p in exchange.probes] == ["GET /v1/time"]
    assert [rule for rule, _ in exchange.severity] == ["row-unread"]
    assert exchange.live == LiveAccess(hosts=("api.example.com",), reads=("GET /v1/time",))
    assert "# ours" in (folder / "exchange.toml").read_text("utf-8")
    assert (folder / "known_drift.toml").read_text() == known
    assert (folder / "README.md").read_text() == "Ours."


def test_pages_that_are_no_longer_there_are_named(capsys: pytest.CaptureFixture[str]) -> None:
    Path("../docs/old.md").write_text(ORDERS.replace("orders", "old"), "utf-8")
    main(["init", "venue", "../docs"])
    Path("../docs/old.md").unlink()
    capsys.readouterr()
    assert main(["init", "venue", "../docs", "--force"]) == 0
    gone = "docs_snapshot/venue/en/old.md: no longer among the pages; removed\n"
    assert capsys.readouterr().err == gone
    assert [p.path for p in load_exchange(Path("docs_snapshot/venue")).pages] == ["en/orders.md"]
    assert not list(Path("schemas").rglob("*old*"))


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("title = ", "not valid TOML"),
        ('title = "x"\n[[page]]\npath = 1\n', "'path' is an integer"),
        ('title = "x"\npage = [{path = "en/orders.md"}]\n', "its pages cannot be merged"),
    ],
)
def test_force_leaves_alone_what_it_cannot_merge(
    broken: str, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    main(["init", "venue", "../docs"])
    manifest = Path("docs_snapshot/venue/exchange.toml")
    manifest.write_text(broken)
    before = {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()}
    assert main(["init", "venue", "../docs", "--force"]) == 2
    assert words in capsys.readouterr().err
    assert {path: path.read_bytes() for path in Path().rglob("*") if path.is_file()} == before


def test_what_a_killed_run_left_behind_is_reported(capsys: pytest.CaptureFixture[str]) -> None:
    main(["init", "venue", "../docs"])
    Path("docs_snapshot/.conformance-abcd1234/docs_snapshot").mkdir(parents=True)
    left = Path("docs_snapshot/.conformance-abcd1234/docs_snapshot/venue.spare")
    Path("docs_snapshot/venue").rename(left)
    Path("docs_snapshot/.venue.1a2b3c4d").mkdir()
    capsys.readouterr()
    assert main(["init", "venue", "../docs"]) == 2
    told = capsys.readouterr().err
    assert "docs_snapshot/venue: put back as it was" in told
    assert ".conformance-abcd1234: left behind by a run that was killed; removed" in told
    assert ".venue.1a2b3c4d: left behind by a run that was killed; see whether it holds" in told
    assert "there is an exchange of that name already" in told
    assert [p.path for p in load_exchange(Path("docs_snapshot/venue")).pages] == ["en/orders.md"]


def test_an_empty_folder_is_no_obstacle_and_anything_else_is(
    capsys: pytest.CaptureFixture[str],
) -> None:
    Path("docs_snapshot/venue").mkdir(parents=True)
    Path("schemas/venue").mkdir(parents=True)
    Path("schemas/venue/mine").touch()
    assert main(["init", "venue", "../docs"]) == 2
    assert "schemas/venue: there is something else of that name" in capsys.readouterr().err
    Path("schemas/venue/mine").unlink()
    assert main(["init", "venue", "../docs"]) == 0


def test_somewhere_else(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("../other place").mkdir()
    assert main(["init", "venue", "../docs", "--docs-root", "../other place"]) == 0
    assert "--exchange venue --docs-root '../other place'" in capsys.readouterr().out
    assert list(here.iterdir()) == []


@pytest.fixture
def site(here: Path) -> Iterator[str]:
    """The folder with the pages, served."""
    handler = partial(_Quiet, directory=str(here.parent / "docs"))
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


class _Quiet(SimpleHTTPRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        return


def test_an_exchange_from_an_address(site: str) -> None:
    assert main(["init", "venue", f"{site}/orders.md#response"]) == 0
    (page,) = load_exchange(Path("docs_snapshot/venue")).pages
    assert (page.path, page.url) == ("en/orders.md", f"{site}/orders.md")
    assert page.retrieved == dt.date.today()
    assert page.last_modified.endswith("GMT")
    assert Path("docs_snapshot/venue/en/orders.md").read_text("utf-8") == ORDERS


def test_a_page_that_cannot_be_had(
    here: Path, site: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["init", "venue", f"{site}/orders.md", f"{site}/gone.md"]) == 2
    assert "gone.md: answered 404" in capsys.readouterr().err
    assert list(here.iterdir()) == []


def test_gaps_of_one_kind_are_summed_up(capsys: pytest.CaptureFixture[str]) -> None:
    operations = "".join(f"## Get {n}\n\n`GET /v1/items{n}/{{id}}`\n\n" for n in range(9))
    Path("../docs/items.md").write_text(operations, "utf-8")
    assert main(["init", "venue", "../docs"]) == 0
    out = capsys.readouterr().out
    assert out.count("placeholder-undocumented") == 3
    assert "    placeholder-undocumented: 9 on 1 page; the first: en/items.md:3: " in out
    infos = (
        "18 infos that fail nothing: 9 placeholder-undocumented, 9 response-missing; conformance"
    )
    assert infos in out


def test_init_and_lint_and_report_find_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    Path("../docs/orders.md").write_text(ORDERS + EXAMPLE, "utf-8")
    Path("../docs/limits.md").write_text("# Limits\n\nTen a second.\n", "utf-8")
    Path("../docs/cancel.md").write_text("# Cancel\n\n`DELETE /v1/orders`\n", "utf-8")
    main(["init", "venue", "../docs"])
    said = capsys.readouterr().out
    found = {}
    for command in ("lint", "report"):
        main([command, "--exchange", "venue", "--format", "json", "--fail-on", "never"])
        findings = json.loads(capsys.readouterr().out)["findings"]
        found[command] = {(finding["rule"], finding["fingerprint"]) for finding in findings}
    assert found["lint"] == found["report"]
    rules = {rule for rule, _ in found["lint"]}
    assert rules == {"example-type-mismatch", "page-without-operation", "response-missing"}
    assert all(f"1 {rule}" in said for rule in rules)
