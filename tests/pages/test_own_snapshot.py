"""The pages this repository keeps are the ones that were given to it."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.pages.exchange import (
    exchange_folder,
    find_known_exchanges,
    load_exchange,
    read_page,
)
from conformance.pages.sources import exchange_pages, find_sources

ROOT = Path(__file__).parents[2]


def test_the_exchanges() -> None:
    assert find_known_exchanges(ROOT) == ("bingx", "bitfront", "coinapi", "upbit")


@pytest.mark.parametrize("name", find_known_exchanges(ROOT))
def test_every_page_is_unchanged(name: str) -> None:
    exchange = load_exchange(exchange_folder(ROOT, name))
    assert all(read_page(exchange, page) for page in exchange.pages)


@pytest.mark.parametrize("name", find_known_exchanges(ROOT))
def test_the_manifest_and_the_folder_give_the_same_pages(name: str) -> None:
    folder = exchange_folder(ROOT, name)
    assert exchange_pages(load_exchange(folder)) == find_sources([folder]).pages
