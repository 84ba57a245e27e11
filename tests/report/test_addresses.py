"""Only addresses of the web become links, and nothing in one can end it."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.report.plain import address

HOSTILE = (
    "javascript:alert(1)", "JaVaScRiPt:alert(1)", " javascript:alert(1)", "java\nscript:alert(1)",
    "data:text/html,<script>alert(1)</script>", "vbscript:x", "//evil.example", "file:///x",
    "https://", "https:///x", "https://user:pass@host/", "https://evil@host", "http://[::1", "",
    "https://host:99999/", "https://host/\u202ex", "https://host/\nx", "ftp://host/", "/x", "x",
)  # fmt: skip


@pytest.mark.parametrize("url", HOSTILE)
def test_no_link(url: str) -> None:
    assert not address(url)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://docs.example/a?b=c#d", "https://docs.example/a?b=c#d"),
        ("http://host:8080/x%20y", "http://host:8080/x%20y"),
        ("https://host/주문", "https://host/%EC%A3%BC%EB%AC%B8"),
        ("https://host/a b", "https://host/a%20b"),
        ("https://host/\"><script>'", "https://host/%22%3E%3Cscript%3E%27"),
    ],
)
def test_a_link(url: str, target: str) -> None:
    assert address(url) == target


@given(st.text(max_size=40).map("https://host/".__add__) | st.text(max_size=60))
def test_nothing_ends_a_link(url: str) -> None:
    target = address(url)
    assert not target or re.match(r"https?://[^\s<>\"'`\\]+\Z", target, re.IGNORECASE)
