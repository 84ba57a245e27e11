from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from conformance.evidence.urls import path_matches, query_pairs


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
