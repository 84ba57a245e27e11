from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence.urls import PLAIN_URL, path_matches, query_pairs
from tests.examples import many


@pytest.mark.parametrize(
    ("template", "path", "values"),
    [
        ("/v1/orders", "/v1/orders", {}),
        ("/v1/orders", "/v1/orders/", {}),
        ("/v1/orders/", "/v1/orders", {}),
        ("/", "/", {}),
        ("/v1/orders", "/v1/Orders", None),
        ("/v1/orders", "/v1/orders/1", None),
        ("/v1/orders/{id}", "/v1/orders/A.B", {"id": "A.B"}),
        ("/v1/orders/{id}", "/v1/orders/", None),
        ("/v1/orders/{id}", "/v1/orders/a%2Fb%20c", {"id": "a/b c"}),
        ("/v1/{a}/x/{b}", "/v1/1/x/2", {"a": "1", "b": "2"}),
        ("/v1/{a}/x/{b}", "/v1/1/y/2", None),
        ("/{base}-{quote}", "/BTC-USD-T", {"base": "BTC", "quote": "USD-T"}),
        ("/{base}-{quote}", "/BTC-", None),
        ("/{base}-{quote}", "/-USD", None),
        ("/pre{x}post", "/prepost", None),
        ("/pre{x}post", "/before", None),
        ("/pre{x}post", "/pre1post", {"x": "1"}),
        ("/file.{kind}", "/file.json", {"kind": "json"}),
        ("/a%20b", "/a b", {}),
        ("/{open", "/{open", {}),
    ],
)
def test_path_matches(template: str, path: str, values: dict[str, str] | None) -> None:
    assert path_matches(template, path) == values


@settings(deadline=None)
@given(st.text("{}ab/-", max_size=30), st.text("ab/-%{}", max_size=30))
def test_any_template_and_path(template: str, path: str) -> None:
    values = path_matches(template, path)
    assert values is None or all(values.values())


def test_query_pairs() -> None:
    url = "https://api.example/a?ids[]=1&ids%5B%5D=2&note=a+b%26c&empty=&flag"
    assert query_pairs(url) == (
        ("ids[]", "1"),
        ("ids[]", "2"),
        ("note", "a b&c"),
        ("empty", ""),
        ("flag", ""),
    )


_PARTS = st.sampled_from(
    (
        *("http", "https", "HTTP", "ftp", "://", ":", "/", "//", "?", "#", "@", "%41", "[", "]"),
        *("api.Example.com", "host", "8080", "99999", "a b", "é", "\n", "_", "-", ".", "{id}", "="),
    )
)


@given(
    st.lists(_PARTS, max_size=9).map("".join)
    | st.lists(_PARTS, max_size=7).map(lambda parts: "https://host" + "".join(parts))
)
@settings(max_examples=many(3))
def test_a_plain_url_is_what_the_standard_library_says(url: str) -> None:
    plain = PLAIN_URL.fullmatch(url)
    if plain is None:
        return
    parts = urlsplit(url)
    assert parts.scheme in ("http", "https")
    assert parts.hostname
    assert (plain["host"], plain["path"] or "") == (parts.netloc, parts.path)
    assert parts.port is None or parts.port >= 0


@pytest.mark.parametrize(
    "url",
    ["https://api.example/v1/orders/7?a=b&c=[1]#d", "http://127.0.0.1:8080", "https://h/{id}/%20"],
)
def test_a_usual_url_is_plain(url: str) -> None:
    assert PLAIN_URL.fullmatch(url)
