"""``conformance init --follow`` and ``--refresh``, and an OpenAPI document as documentation."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.evidence.loading import read_evidence
from conformance.pages.drafts import links
from conformance.pages.exchange import load_exchange
from conformance.pages.fetch import FetchBounds, Fetcher
from conformance.pipeline import setup
from tests.pages.site import Answer, Site, serving

PAGE = """\
# {0}

`GET https://api.example.com/v1/{0}`

## Response

| Name | Type |
| --- | --- |
| id | string |
"""
OPENAPI = {
    "openapi": "3.1.0",
    "info": {"title": "Venue", "version": "1"},
    "servers": [{"url": "https://api.example.com"}],
    "paths": {"/v1/orders": {"get": {"responses": {"200": {"description": "Orders"}}}}},
}


@pytest.fixture(autouse=True)
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    _bound(monkeypatch, FetchBounds(interval=0.0))
    return tmp_path


def _bound(monkeypatch: pytest.MonkeyPatch, bounds: FetchBounds) -> None:
    monkeypatch.setattr(setup, "Fetcher", partial(Fetcher, bounds=bounds))


@pytest.fixture
def site() -> Iterator[Site]:
    with serving() as served:
        for name in ("orders", "trades"):
            served.pages[f"/docs/{name}"] = Answer(body=PAGE.format(name).encode())
        yield served


def pages() -> list[str]:
    return sorted(page.path for page in load_exchange(Path("docs_snapshot/venue")).pages)


INDEX = """\
<html><body><h1>Reference</h1><p>All pages of this reference in the English language.</p>
<a class="x" href="orders#top">Orders</a> <a href='/docs/trades?a=1&amp;b=2'>Trades</a>
<a href="/blog/news">News</a> <a href="https://elsewhere.example/docs/x">Other</a>
<a href="style.css">Style</a> <a href="secret">No</a> <a href="gone">Gone</a>
</body></html>
"""


def test_an_index_page_is_followed_within_its_host_and_folder(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    html = {"Content-Type": "text/html"}
    site.pages["/robots.txt"] = Answer(body=b"User-agent: *\nDisallow: /docs/secret\n")
    site.pages["/docs/"] = Answer(body=INDEX.encode(), headers=html)
    site.pages["/docs/trades?a=1&b=2"] = site.pages.pop("/docs/trades")
    assert main(["init", "venue", f"{site.url}/docs/", "--follow", "10"]) == 0
    told = capsys.readouterr()
    assert site.paths() == ["/docs/", "/docs/orders", "/docs/trades?a=1&b=2", "/docs/gone"]
    assert pages() == ["en/orders.md", "en/trades-a=1&b=2.md"]
    assert f"{site.url}/docs/: documents nothing; not kept" in told.out
    assert f"not fetched: {site.url}/docs/secret: the host's robots.txt asks" in told.err
    assert f"not fetched: {site.url}/docs/gone: answered 404" in told.err


def test_an_address_that_does_not_answer_is_said_and_the_others_are_followed(
    site: Site, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _bound(monkeypatch, FetchBounds(interval=0.0, seconds=1.0))
    site.pages["/docs/trades"] = Answer(length=10_000)
    places = [f"{site.url}/docs/{name}" for name in ("trades", "gone", "orders")]
    assert main(["init", "venue", *places, "--follow", "3"]) == 0
    told = capsys.readouterr()
    assert pages() == ["en/orders.md"]
    for place in places[:2]:
        assert f"not fetched: {place}: " in told.err
        assert f"{place}: " in told.out
    assert main(["init", "other", *places[:2], "--follow", "3"]) == 2
    assert f"no page could be read: {places[0]}: " in capsys.readouterr().err
    assert not Path("docs_snapshot/other").exists()


def test_a_sitemap_is_followed_and_no_page(site: Site) -> None:
    places = "".join(f"<url><loc>{site.url}/docs/{n}</loc></url>" for n in ("orders", "trades"))
    inner = f"<sitemapindex><sitemap><loc>{site.url}/docs/a.xml</loc></sitemap></sitemapindex>"
    xml = {"Content-Type": "application/xml"}
    site.pages["/sitemap.xml"] = Answer(body=inner.encode(), headers=xml)
    site.pages["/docs/a.xml"] = Answer(body=f"<urlset>{places}</urlset>".encode(), headers=xml)
    assert main(["init", "venue", f"{site.url}/sitemap.xml", "--follow", "10"]) == 0
    assert pages() == ["en/orders.md", "en/trades.md"]


def test_no_more_are_followed_than_asked_for(
    site: Site, capsys: pytest.CaptureFixture[str]
) -> None:
    site.pages["/docs/orders"] = Answer(
        body=(PAGE.format("orders") + "\n[a](trades) [b](b) [c](c)\n").encode()
    )
    assert main(["init", "venue", f"{site.url}/docs/orders", "--follow", "1"]) == 0
    assert site.paths() == ["/docs/orders", "/docs/trades"]
    assert "not followed: 2 more links" in capsys.readouterr().err
    assert main(["init", "venue", f"{site.url}/docs/orders", "--force"]) == 0
    assert site.paths()[2:] == ["/docs/orders"]


@pytest.mark.parametrize(
    ("written", "found"),
    [
        ("[a](https://h.example/d/b)", ["https://h.example/d/b"]),
        ("[a](//evil.example/d/b)", []),
        ("[a](http://h.example/d/b)", []),
        ("[a](../e/b) [a](mailto:a@b) [a](http://[/) [a](x.png) [a](v1.2)", ["https://h.example/d/v1.2"]),
    ],
)  # fmt: skip
def test_which_links_lead_to_pages(written: str, found: list[str]) -> None:
    assert (
        list(links(written.encode(), "https://h.example/d/a", within="https://h.example/d/a"))
        == found
    )


def test_an_openapi_document_is_documentation(capsys: pytest.CaptureFixture[str]) -> None:
    Path("openapi.json").write_text(json.dumps(OPENAPI))
    assert main(["lint", "openapi.json", "--fail-on", "never"]) == 0
    assert "Checked 1 page, 1 operation" in capsys.readouterr().out
    assert main(["init", "venue", "openapi.json"]) == 0
    assert "1 page, 1 operation" in capsys.readouterr().out
    assert Path("schemas/venue/und/openapi.json").exists()


def test_hashes_schemas_and_a_first_manifest(capsys: pytest.CaptureFixture[str]) -> None:
    Path("docs").mkdir()
    Path("docs/orders.md").write_text(PAGE.format("orders"))
    assert main(["init", "venue", "docs"]) == 0
    (page,) = Path("docs_snapshot/venue").rglob("*.md")
    page.write_text(PAGE.format("orders") + "| side | string |\n")
    folder = Path("cassettes/venue/orders")
    folder.mkdir(parents=True)
    line = {"request": {"url": "https://api.example.com/v1/orders"}, "response": {"status": 200}}
    dated = {**line, "date": "2026-01-31"}
    (folder / "a.ndjson").write_text(f"{json.dumps(dated)}\n{json.dumps(dated)}\n")
    (folder / "b.json").write_text(json.dumps({**line, "origin": "sandbox"}))
    capsys.readouterr()

    assert main(["init", "venue", "--refresh"]) == 0
    told = capsys.readouterr().err
    assert "orders.md: hash refreshed\n" in told
    assert "openapi.json: written\n" in told
    assert "manifest.toml: written; say there what each file is worth\n" in told
    manifest = tomllib.loads((folder / "manifest.toml").read_text())
    first, second = manifest["cassette"]
    assert (first["file"], first["origin"], str(first["date"])) == (
        "a.ndjson",
        "recorded",
        "2026-01-31",
    )
    assert (second["file"], second["origin"]) == ("b.json", "sandbox")
    found = read_evidence(folder)
    assert (len(found.interactions), found.problems) == (3, ())
    assert main(["extract", "--check"]) == 0

    assert main(["init", "venue", "--refresh"]) == 0
    (folder / "b.json").write_text(json.dumps({**line, "origin": "live"}))
    capsys.readouterr()
    assert main(["init", "venue", "--refresh"]) == 0
    assert capsys.readouterr().err.endswith("b.json: hash refreshed\n")


@pytest.mark.parametrize("asked", [[], ["docs", "--refresh"]])
def test_pages_or_refresh(asked: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["init", "venue", *asked]) == 2
    assert "give either PATH|URL or --refresh" in capsys.readouterr().err
