"""Findings and runs as JSON, and back."""

from __future__ import annotations

import json
from typing import Any, TypeVar, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.drift.history.record import RunDetails, RunScope
from conformance.drift.history.rows import decode, encode
from conformance.drift.known import KnownEntry
from conformance.model.contract import Coverage
from conformance.model.finding import Excerpt, Finding, Observed, Severity, Tally
from conformance.model.span import Span

T = TypeVar("T")

words = st.text(st.characters(codec=None, exclude_categories=()), max_size=8)
"""Any text at all: control characters, NUL and lone surrogates, too."""
numbers = st.integers(0, 2**70)

MEMBERS: dict[type, dict[str, st.SearchStrategy[Any]]] = {
    Excerpt: {"text": words, "first": numbers, "last": numbers},
    Tally: {"origin": words, "seen": numbers, "examined": numbers, "first": words, "last": words},
    Span: {"page": words, "line": numbers, "end_line": numbers, "quote": words},
}


def made(kind: type[T]) -> st.SearchStrategy[T]:
    return st.builds(kind, **MEMBERS[kind])


def several(items: st.SearchStrategy[T]) -> st.SearchStrategy[tuple[T, ...]]:
    return st.lists(items, max_size=3).map(tuple)


MEMBERS[Observed] = {
    **dict.fromkeys(("origin", "where", "pointer", "value"), words),
    "excerpt": st.none() | made(Excerpt),
}
MEMBERS[Finding] = {
    **dict.fromkeys(("rule", "operation", "subject", "message", "expected", "actual"), words),
    "severity": st.sampled_from(Severity),
    "confidence": st.sampled_from(["high", "medium", "low"]),
    "documented": st.none() | made(Span),
    "observed": st.none() | made(Observed),
    "evidence": several(made(Tally)),
    "related": several(words),
}
MEMBERS[KnownEntry] = {
    **dict.fromkeys(("fingerprint", "rule", "operation", "subject", "reason"), words),
    "expires": st.dates(),
}
MEMBERS[Coverage] = dict.fromkeys(
    ("pages", "rows", "rows_unread", "blocks", "blocks_unread"), numbers
)
MEMBERS[RunDetails] = {
    "title": words,
    "coverage": made(Coverage),
    "operations": numbers,
    "evidence": several(st.tuples(words, numbers)),
    **dict.fromkeys(("known", "expired", "stale"), several(made(KnownEntry))),
    "pages": several(st.tuples(words, words)),
}
MEMBERS[RunScope] = {
    **dict.fromkeys(("rules", "pages", "documenting", "operations", "asked"), st.frozensets(words)),
    "examined": st.frozensets(st.tuples(words, words)),
}


@given(made(Finding) | made(RunDetails) | made(RunScope))
def test_nothing_is_lost(noun: object) -> None:
    data = encode(noun)
    assert decode(type(noun), data) == noun
    assert encode(decode(type(noun), data)) == data


@pytest.mark.parametrize("kind", MEMBERS, ids=lambda kind: kind.__name__)
def test_every_member_is_made_up_here(kind: type) -> None:
    """A member that is added to a noun has to be kept as well: it belongs into the test above."""
    assert set(get_type_hints(kind)) == set(MEMBERS[kind])


def test_a_document_from_before_a_member_was_added_is_read() -> None:
    finding = Finding(rule="a", severity=Severity.INFO, operation="", subject="", message="")
    document = json.loads(encode(finding))
    assert set(document) == {"rule", "severity", "operation", "subject", "message"}
    assert decode(Finding, json.dumps(document).encode()) == finding


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"null",
        b"[]",
        b"7",
        b'"rule"',
        b"\xff",
        b"{}",
        b'{"rule":"a"}',
        b'{"rule":"a","severity":"grave","operation":"","subject":"","message":""}',
        b'{"rule":7,"severity":"info","operation":"","subject":"","message":""}',
        b'{"rule":"a","severity":"info","operation":"","subject":"","message":"","more":1}',
        b'{"rule":"a","severity":"info","operation":"","subject":"","message":"","related":7}',
        b'{"rule":"a","severity":"info","operation":"","subject":"","message":"","documented":7}',
        b'{"rule":"a","severity":"info","operation":"","subject":"","message":"","confidence":""}',
        b"[" * 100_000,
    ],
)
def test_what_is_no_finding_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"."):
        decode(Finding, data)
