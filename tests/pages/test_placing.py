"""Wherever a page comes from, it gets a place of its own that any manifest can name."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.pages.drafts import FreePaths, name_from_url
from conformance.pages.exchange import Page, load_exchange, read_page
from conformance.pages.manifest_text import ExchangeFacts, manifest_text

PLACES = {
    "a file": ("orders.md", "en", "en/orders.md"),
    "a folder": ("spot/orders.md", "en", "en/spot/orders.md"),
    "a folder that says the language": ("docs/ko/orders.md", "ko", "ko/docs/orders.md"),
    "in another spelling": ("zh_tw/orders.md", "zh-TW", "zh-TW/orders.md"),
    "a folder of another language": ("ko/orders.md", "en", "en/ko/orders.md"),
    "a file that says the language": ("en", "en", "en/en"),
    "a way up": ("../../etc/passwd", "en", "en/etc/passwd"),
    "an absolute path": ("/srv/docs/orders.md", "en", "en/srv/docs/orders.md"),
    "a drive": ("C:/docs/orders.md", "en", "en/C/docs/orders.md"),
    "backslashes": ("a\\b.md", "en", "en/a-b.md"),
    "blanks and control characters": ("my  orders\x1b[1m.md", "en", "en/my-orders-[1m.md"),
    "hidden": (".orders.md", "en", "en/orders.md"),
    "nothing": ("...", "en", "en/page"),
    "another script": ("주문.md", "ko", "ko/주문.md"),
    "too long": (f"{'x' * 300}.md", "en", f"en/{'x' * 177}.md"),
}


@pytest.mark.parametrize(("name", "language", "path"), PLACES.values(), ids=PLACES)
def test_a_page_is_placed_by_its_name(name: str, language: str, path: str) -> None:
    assert FreePaths().take(name, language) == path


def test_a_place_is_taken_once() -> None:
    places = FreePaths()
    names = ["a.md", "A.md", "./a.md", "b", "b/c.md", "d/e.md", "d"]
    assert [places.take(name, "en") for name in names] == [
        "en/a.md",
        "en/A-2.md",
        "en/a-3.md",
        "en/b",
        "en/b-c.md",
        "en/d/e.md",
        "en/d-2",
    ]


URLS = {
    "https://x.com/reference/order-list": ("text/html", b"", "order-list.html"),
    "https://x.com/reference/order-list/": ("", b" <html>", "order-list.html"),
    "https://x.com/docs/orders.md": ("text/plain", b"", "orders.md"),
    "https://x.com/docs/orders.HTM": ("text/html", b"", "orders.htm"),
    "https://x.com/docs/orders.php?id=1&b=2": ("text/html", b"", "orders.php-id=1&b=2.html"),
    "https://x.com/docs/v1.2": ("text/plain", b"GET /", "v1.2.txt"),
    "https://x.com/orders/index.html": ("text/html", b"", "orders.html"),
    "https://x.com/": ("text/markdown", b"", "x.com.md"),
    "https://x.com/%EC%A3%BC%EB%AC%B8": ("text/html", b"", "주문.html"),
}


@pytest.mark.parametrize("url", URLS)
def test_an_address_gives_a_name(url: str) -> None:
    media_type, content, name = URLS[url]
    assert name_from_url(url, media_type, content) == name


@given(st.lists(st.text(), max_size=8), st.sampled_from(["en", "zh-TW", "und"]))
def test_any_names_make_an_exchange(names: list[str], language: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        places, pages = FreePaths(), list[Page]()
        for number, name in enumerate(["first.md", *names]):
            path = places.take(name, language)
            target = Path(folder, path)
            target.parent.mkdir(parents=True, exist_ok=True)
            assert not target.exists()
            target.write_bytes(content := f"{number}".encode())
            digest = hashlib.sha256(content).hexdigest()
            pages.append(Page(path=path, language=language, sha256=digest))
        Path(folder, "exchange.toml").write_text(
            manifest_text("x", pages, ExchangeFacts()), "utf-8"
        )
        exchange = load_exchange(Path(folder))
        assert exchange.pages == tuple(pages)
        assert [read_page(exchange, page) for page in pages] == [
            f"{number}".encode() for number in range(len(pages))
        ]
