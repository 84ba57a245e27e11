"""``conformance snapshot``, as a user calls it, against a server on this machine."""

from __future__ import annotations

import datetime as dt
import gzip
import hashlib
import json
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from conformance import pipeline
from conformance.cli import main
from conformance.schema.files import stale, write_files
from conformance.snapshot import load_exchange, read_page
from conformance.snapshot.fetch import Bounds, Fetcher
from conformance.snapshot.locking import held
from tests.snapshot.site import Answer, Site, redirect, serving

TODAY = dt.date.today()


def markdown(field: str = "id", more: str = "") -> str:
    return f"""\
# Get an order

`GET https://api.example.com/v1/orders/{{id}}`

## Response

| Name | Type | Description |
| --- | --- | --- |
| {field} | string | Which order this is |
{more}"""


def html(field: str = "id", head: str = "", note: str = "") -> str:
    return f"""\
<!DOCTYPE html>
<html><head>{head}<title>Orders</title></head><body>
<h1>Get an order</h1>
<p><code>GET https://api.example.com/v1/orders/{{id}}</code></p>
<h2>Response</h2>
<table><tr><th>Name</th><th>Type</th><th>Description</th></tr>
<tr><td>{field}</td><td>string</td><td>Which order this is {note}</td></tr></table>
</body></html>
"""


MANIFEST = """\
# What we know of it.
title   = "Venue" # by hand

[[page]]
path = "{path}"
url = "{url}"   # where it is
language = "{language}"
sha256 = "{sha256}" # of its bytes
{more}
[[probe]]   # kept as it is
operation = "DELETE /v1/orders"
reason = "Nothing is cancelled."
inputs.id = "random-uuid"
"""


class Project:
    """One exchange with one page, in the current folder."""

    folder = Path("docs_snapshot/venue")

    def __init__(self, site: Site) -> None:
        self.site = site

    def store(
        self, page: str | bytes, path: str = "en/orders.md", more: str = "", language: str = "en"
    ) -> None:
        content = page.encode() if isinstance(page, str) else page
        self.page = self.folder / path
        self.page.parent.mkdir(parents=True, exist_ok=True)
        self.page.write_bytes(content)
        facts = {"path": path, "language": language, "more": more}
        facts |= {"url": f"{self.site.url}/orders", "sha256": hashlib.sha256(content).hexdigest()}
        self.manifest.write_text(MANIFEST.format(**facts))
        exchange = load_exchange(self.folder)
        write_files(Path("schemas/venue"), pipeline.schema_files(exchange))

    @property
    def manifest(self) -> Path:
        return self.folder / "exchange.toml"

    @property
    def entry(self) -> dict[str, Any]:
        entry: dict[str, Any] = tomllib.loads(self.manifest.read_text())["page"][0]
        return entry

    def state(self) -> dict[str, bytes]:
        """Every file there is, hidden ones included."""
        return {str(p): p.read_bytes() for p in Path().rglob("*") if p.is_file()}

    def answers(self, body: str | bytes, **headers: str) -> None:
        content = body.encode() if isinstance(body, str) else body
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.site.pages["/orders"] = Answer(body=content, headers=named)

    def is_true(self) -> bool:
        """Whether manifest, pages and schemas agree, and nothing is left over."""
        exchange = load_exchange(self.folder)
        for page in exchange.pages:
            read_page(exchange, page)
        fresh = not stale(Path("schemas/venue"), pipeline.schema_files(exchange))
        return fresh and not list(Path("docs_snapshot").glob(".*"))


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Project]:
    monkeypatch.chdir(tmp_path)
    bounds = Bounds(interval=0, seconds=3, size=100_000)
    patient = partial(Fetcher, bounds=bounds, sleep=lambda _: None)
    monkeypatch.setattr("conformance.cli.snapshot.Fetcher", patient)
    with serving() as site:
        yield Project(site)


def taken(capsys: pytest.CaptureFixture[str], *options: str) -> tuple[int, dict[str, Any]]:
    """Exit status, and the first exchange of the result as JSON."""
    status = main(["snapshot", "--format", "json", *options])
    (exchange,) = json.loads(capsys.readouterr().out)["exchanges"]
    return status, exchange


def test_a_changed_page_is_stored_with_all_that_follows(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    manifest = project.manifest.read_text()
    project.answers(markdown("uuid"), ETag='"2"', Last_Modified="Sat, 31 Jan 2026 00:00:00 GMT")
    assert main(["snapshot"]) == 0
    assert (
        capsys.readouterr().out
        == """\
venue: 1 page: 1 changed
  changed      en/orders.md: 1 operation
  for a client: 1 finding (1 error)
    en/orders.md:9: error[field-removed] the name changed from `id` to `uuid` (they are described \
alike); breaking: a client that relies on it finds nothing
  stored: 1 page, 2 schema files
"""
    )
    assert project.page.read_text() == markdown("uuid")
    assert project.entry == {
        "path": "en/orders.md",
        "url": f"{project.site.url}/orders",
        "language": "en",
        "sha256": hashlib.sha256(markdown("uuid").encode()).hexdigest(),
        "retrieved": TODAY,
        "etag": '"2"',
        "last_modified": "Sat, 31 Jan 2026 00:00:00 GMT",
    }
    kept = [line for line in manifest.splitlines() if not line.startswith("sha256")]
    told = project.manifest.read_text().splitlines()
    assert [line for line in told if line in kept] == kept
    assert " # of its bytes" in project.manifest.read_text()
    assert project.is_true()


VALIDATORS = {
    "a strong tag": ({"ETag": '"1"'}, {"If-None-Match": '"1"'}),
    "a weak tag": ({"ETag": 'W/"1"'}, {"If-None-Match": 'W/"1"'}),
    "a date": ({"Last-Modified": "then"}, {"If-Modified-Since": "then"}),
    "both": (
        {"ETag": '"1"', "Last-Modified": "then"},
        {"If-None-Match": '"1"', "If-Modified-Since": "then"},
    ),
}


@pytest.mark.parametrize(("said", "asked"), VALIDATORS.values(), ids=VALIDATORS)
def test_what_a_server_says_of_a_page_is_asked_next_time(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    said: dict[str, str],
    asked: dict[str, str],
) -> None:
    project.store(markdown())
    project.answers(markdown())
    project.site.pages["/orders"] = Answer(body=markdown().encode(), headers=said)
    status, first = taken(capsys)
    assert (status, first["stored"]) == (0, True)
    assert first["pages"][0]["reason"] == "the same bytes"
    before = project.state()
    status, second = taken(capsys)
    assert (status, second["stored"]) == (0, False)
    assert second["pages"][0]["reason"] == "not modified, says the server"
    headers = project.site.asked[-1][1]
    conditions = {"If-None-Match", "If-Modified-Since"}
    assert {name: headers[name] for name in conditions & headers.keys()} == asked
    assert project.state() == before
    project.site.pages["/orders"] = Answer(body=markdown("uuid").encode())
    status, third = taken(capsys)
    assert third["pages"][0]["outcome"] == "changed"
    assert not {"etag", "last_modified"} & project.entry.keys()
    assert project.is_true()


def test_what_is_preferred_is_asked_for(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown())
    taken(capsys)
    headers = project.site.asked[-1][1]
    assert headers["Accept"].startswith("text/markdown")
    assert headers["Accept-Language"] == "en"


SCRIPTED = "<!doctype html><html><body><div id=app></div><script src=a.js></script></body></html>"
LOGIN = (
    '<!doctype html><html><body><h1>Hello</h1><form><input name=p type="password"></form></html>'
)
KOREAN = (
    "이 요청은 주문을 하나 조회합니다. 주문 번호를 경로에 넣어 보내면 서버가 그 주문을 알려 줍니다."
)
ROWS = "".join(f"| field{n} | string | Number {n} |\n" for n in range(60))
OTHER = "".join(f"* point {n}\n" for n in range(60))

NOT_THE_PAGE: dict[str, tuple[str | bytes, str | bytes, dict[str, str], str]] = {
    "a login": (html(), LOGIN, {}, "asks for a password"),
    "a page a script fills": (html(), SCRIPTED, {}, "no operation on what was answered"),
    "consent": (markdown(), "# Cookies\n\nDo you agree?\n", {}, "no operation"),
    "HTML for Markdown": (markdown(), html("uuid"), {"Content-Type": "text/html"}, "as HTML, and"),
    "Markdown for HTML": (html(), markdown("uuid"), {}, "the stored page is HTML"),
    "nearly nothing": (markdown("id", ROWS), markdown("uuid"), {}, "on the stored page"),
    "cut off": (html(), html("uuid").replace("</body></html>", ""), {}, "breaks off"),
    "another language": (
        markdown("id", f"\n{'This call gives you one order, by the id that it has. ' * 5}\n"),
        markdown("id", f"\n{KOREAN * 3}\n"),
        {},
        "another language: ko, not en",
    ),
    "no text": (
        markdown(),
        markdown("uuid").encode() + bytes(range(128, 256)) * 9,
        {},
        "any charset",
    ),
    "only the server knows the charset": (
        html("id", note="주문"),
        html("uuid", note="Größe").encode("latin-1"),
        {"Content-Type": "text/html; charset=windows-1250"},
        "only as windows-1250",
    ),
    "binary": (markdown(), b"\x89PNG\0\0\0\xff\0\0\0\0", {}, "binary, not a page of text"),
    "an image": (markdown(), b"GIF89a", {"Content-Type": "image/gif"}, "image/gif"),
    "empty": (markdown(), b" \n", {}, "the page is empty"),
    "huge": (markdown(), b"x" * 100_001, {}, "larger than 100000 bytes"),
    "a bomb": (
        markdown(),
        gzip.compress(b"x" * 50_000_000),
        {"Content-Encoding": "gzip"},
        "larger than 100000 bytes",
    ),
    "damaged": (markdown(), markdown("uuid"), {"Content-Encoding": "gzip"}, "damaged"),
}


@pytest.mark.parametrize(
    ("stored", "body", "headers", "words"), NOT_THE_PAGE.values(), ids=NOT_THE_PAGE
)
def test_what_is_not_the_page_does_not_take_its_place(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    stored: str | bytes,
    body: str | bytes,
    headers: dict[str, str],
    words: str,
) -> None:
    project.store(stored, "en/orders.html" if b"<" in str(stored).encode()[:1] else "en/orders.md")
    content = body.encode() if isinstance(body, str) else body
    project.site.pages["/orders"] = Answer(body=content, headers={**headers, "ETag": '"2"'})
    before = project.state()
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"]) == (2, "kept"), page
    assert words in page["reason"]
    assert page["hint"]
    assert project.state() == before


STATUSES = {
    "gone": (Answer(410), "answered 410", "look for its new address"),
    "not found": (Answer(404), "answered 404", "correct the address"),
    "a login": (Answer(401), "answered 401", "save it from a browser"),
    "broken": (Answer(500), "answered 500", "try again later"),
    "busy": (Answer(503, headers={"Retry-After": "3600"}), "asks to come back", "try again then"),
    "cut short": (Answer(length=10**5), "broke off", "try again"),
    "elsewhere": (redirect("https://login.example.com/"), "another host", "if it is meant"),
    "in a circle": (redirect("/orders"), "in a circle", "final address"),
}


@pytest.mark.parametrize(("answer", "words", "hint"), STATUSES.values(), ids=STATUSES)
def test_what_cannot_be_had_leaves_the_page(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    answer: Answer,
    words: str,
    hint: str,
) -> None:
    project.store(markdown(), more='etag = "1"\n')
    project.site.pages["/orders"] = answer
    before = project.state()
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"]) == (2, "kept")
    assert words in page["reason"]
    assert project.site.url in page["reason"]
    assert hint in page["hint"]
    assert project.state() == before


def test_a_login_on_the_same_host(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(html(), "en/orders.html")
    project.site.pages |= {"/orders": redirect("/login"), "/login": Answer(body=LOGIN.encode())}
    status, exchange = taken(capsys)
    assert status == 2
    assert exchange["pages"][0]["notes"] == [
        f"answered by {project.site.url}/login: if the page has moved, correct its url in the "
        "manifest"
    ]


def test_a_page_that_has_moved(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.site.pages |= {"/orders": redirect("/new"), "/new": Answer(body=markdown("x").encode())}
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["answered_by"]) == (0, f"{project.site.url}/new")
    assert "correct its url" in exchange["pages"][0]["notes"][0]
    assert project.entry["url"] == f"{project.site.url}/orders"


def test_a_host_that_no_longer_wants_to_be_read(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown())
    assert taken(capsys)[0] == 0
    project.site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /orders\n")
    project.site.asked.clear()
    status, exchange = taken(capsys)
    assert (status, project.site.paths()) == (2, [])
    assert "robots.txt asks programs not to" in exchange["pages"][0]["reason"]


def test_a_busy_host_is_waited_for(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    busy = Answer(429, headers={"Retry-After": "20"})
    project.site.pages["/orders"] = [busy, Answer(body=markdown("uuid").encode())]
    assert taken(capsys)[1]["pages"][0]["outcome"] == "changed"


CHARSETS = {
    "named by the page, EUC-KR": (
        html("uuid", '<meta charset="euc-kr">', note="주문").encode("euc-kr"),
        "text/html",
        [],
    ),
    "named by both": (
        html("uuid", '<meta charset="latin-1">', note="Größe").encode("latin-1"),
        "text/html; charset=iso-8859-1",
        [],
    ),
    "named by the server alone, and found": (
        html("uuid", note="주문 번호로 주문을 조회합니다").encode("euc-kr"),
        "text/html; charset=euc-kr",
        [],
    ),
    "the server is wrong": (
        html("uuid", note="Größe").encode(),
        "text/html; charset=iso-8859-1",
        ["the server calls it iso-8859-1, which its bytes are not; they were believed"],
    ),
    "the server knows none": (
        html("uuid", note="Größe").encode(),
        "text/html; charset=none-such",
        ["the server calls it none-such, which its bytes are not; they were believed"],
    ),
}


@pytest.mark.parametrize(("body", "said", "notes"), CHARSETS.values(), ids=CHARSETS)
def test_letters_are_read_from_the_bytes(
    project: Project,
    capsys: pytest.CaptureFixture[str],
    body: bytes,
    said: str,
    notes: list[str],
) -> None:
    project.store(html(), "en/orders.html")
    project.answers(body, Content_Type=said)
    status, exchange = taken(capsys)
    (page,) = exchange["pages"]
    assert (status, page["outcome"], page["notes"]) == (0, "changed", notes)
    assert project.page.read_bytes() == body
    assert project.is_true()


def test_another_form_is_taken_when_it_is_meant(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown(), more='etag = "1"\nfetch = false\n')
    project.site.pages["/orders"] = Answer(body=html("uuid").encode(), headers={"ETag": '"1"'})
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["outcome"]) == (0, "not-asked")
    assert project.site.asked == []
    status, exchange = taken(capsys, "--replace", "en/orders.md")
    assert (status, exchange["pages"][0]["outcome"]) == (0, "changed")
    assert "answered as HTML" in exchange["pages"][0]["notes"][0]
    assert project.page.read_text() == html("uuid")
    assert project.is_true()


def test_a_page_to_replace_that_is_none(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    assert main(["snapshot", "--replace", "en/order.md"]) == 2
    assert "no page with an address (known: en/orders.md)" in capsys.readouterr().err


def untouched() -> dict[str, tuple[int, int]]:
    """What would tell that a file or folder was written, linked or renamed, even if put back."""
    return {str(p): (p.stat().st_ino, p.stat().st_ctime_ns) for p in Path().rglob("*")}


def test_a_dry_run_writes_nothing(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    before, touched = project.state(), untouched()
    assert main(["snapshot", "--dry-run"]) == 0
    told = capsys.readouterr().out
    assert "would be stored: 1 page, 2 schema files (dry run)" in told
    assert "error[field-removed]" in told
    assert project.state() == before
    assert untouched() == touched


def test_markdown_for_a_summary(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    assert main(["snapshot", "--format", "markdown", "-o", "summary.md"]) == 0
    told = Path("summary.md").read_text()
    assert told.startswith("## venue\n\n1 page: 1 changed; stored: 1 page, 2 schema files.\n")
    assert "* `en/orders.md` changed: 1 operation\n" in told
    assert "For a client: 1 finding (1 error)." in told


def two_pages(project: Project) -> None:
    """A second page of the same exchange, at an address of its own."""
    project.store(markdown())
    content = markdown("other").replace("orders", "trades").encode()
    (project.folder / "en/trades.md").write_bytes(content)
    with project.manifest.open("a") as file:
        file.write(
            f'\n[[page]]\npath = "en/trades.md"\nlanguage = "en"\nurl = "{project.site.url}/trades"'
            f'\nsha256 = "{hashlib.sha256(content).hexdigest()}"\n'
        )
    exchange = load_exchange(project.folder)
    write_files(Path("schemas/venue"), pipeline.schema_files(exchange))


def test_one_page_that_cannot_be_had_does_not_keep_the_others(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    two_pages(project)
    project.answers(markdown("uuid"))
    status, exchange = taken(capsys)
    assert status == 2
    assert [page["outcome"] for page in exchange["pages"]] == ["changed", "kept"]
    assert exchange["stored"]
    assert project.is_true()


def test_pages_that_were_different_do_not_become_one(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    two_pages(project)
    same = Answer(body=markdown("uuid").encode())
    project.site.pages |= {"/orders": same, "/trades": same}
    status, exchange = taken(capsys)
    assert status == 2
    assert [page["reason"] for page in exchange["pages"]] == [
        "not the page any more: the same was answered as en/trades.md has",
        "not the page any more: the same was answered as en/orders.md has",
    ]
    assert not exchange["stored"]


def test_schemas_of_what_is_gone_go(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown() + markdown().replace("Get", "Cancel").replace("GET", "DELETE"))
    assert list(Path("schemas").rglob("delete*"))
    project.answers(markdown())
    status, exchange = taken(capsys)
    assert status == 0
    assert "operation-removed" in [finding["rule"] for finding in exchange["findings"]]
    assert not list(Path("schemas").rglob("delete*"))
    assert project.is_true()


def test_two_at_once(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    with held(Path("docs_snapshot")):
        assert main(["snapshot"]) == 2
        assert "another snapshot is being taken (wait until" in capsys.readouterr().err
        assert project.site.asked == []
        assert main(["snapshot", "--dry-run"]) == 0
    assert main(["snapshot"]) == 0


def test_an_exchange_that_is_broken_does_not_keep_the_others(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.answers(markdown("uuid"))
    broken = Path("docs_snapshot/another")
    broken.mkdir()
    (broken / "exchange.toml").write_text("title = 1\n")
    assert main(["snapshot"]) == 2
    told = capsys.readouterr()
    assert "another: no page was asked for\n  nothing was stored: " in told.out
    assert "stored: 1 page" in told.out
    assert "conformance snapshot: another: " in told.err


def test_a_page_changed_by_hand_is_told_and_not_overwritten(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    project.page.write_text("mine\n")
    assert main(["snapshot"]) == 2
    assert "sha256 is" in capsys.readouterr().err
    assert project.site.asked == []
    assert project.page.read_text() == "mine\n"


@pytest.mark.parametrize("name", ["nobody", "../venue", ""])
def test_an_unknown_exchange(
    project: Project, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    project.store(markdown())
    assert main(["snapshot", "--exchange", name]) == 2
    assert "unknown exchange" in capsys.readouterr().err


def test_a_project_without_exchanges(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    Path("docs_snapshot").mkdir()
    assert main(["snapshot"]) == 2
    assert "holds no exchange" in capsys.readouterr().err
    assert project.site.asked == []


def test_pages_without_an_address_are_no_failure(
    project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    project.store(markdown())
    text = project.manifest.read_text()
    project.manifest.write_text(
        "".join(line for line in text.splitlines(True) if "url =" not in line)
    )
    status, exchange = taken(capsys)
    assert (status, exchange["pages"][0]["reason"]) == (0, "no address")


def test_a_fragment_is_told_to_be_one(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    text = project.manifest.read_text().replace('/orders"', '/orders#/en/spot"')
    project.manifest.write_text(text)
    project.answers(SCRIPTED)
    _, exchange = taken(capsys)
    assert exchange["pages"][0]["hint"].startswith("what follows # is not sent to servers")


def test_line_ends_of_a_manifest_stay(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    project.store(markdown())
    project.manifest.write_bytes(project.manifest.read_bytes().replace(b"\n", b"\r\n"))
    project.answers(markdown("uuid"))
    assert taken(capsys)[0] == 0
    assert b"by hand\r\n\r\n[[page]]\r\n" in project.manifest.read_bytes()
    assert project.is_true()


def test_no_page_of_ours_is_touched_by_asking(
    project: Project, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Captured by hand as Markdown and text: an address that answers HTML must not replace them."""
    root = Path(__file__).parents[2] / "docs_snapshot"
    project.answers(SCRIPTED)
    for name in ("upbit", "bingx", "coinapi"):
        text = (root / name / "exchange.toml").read_text()
        url = next(line for line in text.splitlines() if line.startswith("url ="))
        for page in sorted((root / name).rglob("*")):
            if page.is_file():
                target = Path("docs_snapshot") / page.relative_to(root)
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(page.read_bytes())
        manifest = Path("docs_snapshot") / name / "exchange.toml"
        manifest.write_text(text.replace(url, f'url = "{project.site.url}/orders"'))
    before = project.state()
    assert main(["snapshot"]) == 2
    told = capsys.readouterr().out
    assert told.count("not the page any more: no operation on what was answered, as HTML") == 3
    assert project.state() == before
