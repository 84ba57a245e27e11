from __future__ import annotations

import pytest

from conformance.checks.interactions import find_requested_values
from conformance.model.interaction import Request


def asked(name: str, query: str = "", body: bytes = b"") -> set[str] | None:
    found = find_requested_values(
        Request(method="POST", url=f"https://h/x?{query}", body=body), name
    )
    return None if found is None else set(found)


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("ids[]=1&ids[]=2", b""),
        ("ids=1&ids=2", b""),
        ("ids[0]=1&ids[1]=2", b""),
        ("ids%5B%5D=1&ids%5B%5D=2", b""),
        ("", b'{"ids": [1, 2]}'),
        ("", b'{"ids": ["1", "2", null, {}]}'),
        ("", b"ids[]=1&ids[]=2"),
        ("ids=1", b'{"ids": 2}'),
    ],
)
@pytest.mark.parametrize("name", ["ids", "ids[]"])
def test_wherever_it_was_put(query: str, body: bytes, name: str) -> None:
    assert asked(name, query, body) == {"1", "2"}


def test_a_list_with_commas_counts_whole_and_in_parts_in_any_case() -> None:
    assert asked("ids", "ids=A,%20b") == {"A, b", "a, b", "A", "a", "b"}


@pytest.mark.parametrize(
    ("query", "body"), [("", b""), ("id=1", b""), ("", b"[1]"), ("", b"\xff\xfe"), ("", b"{")]
)
def test_not_asked_for(query: str, body: bytes) -> None:
    assert asked("ids", query, body) is None
