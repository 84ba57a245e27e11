"""Bodies nobody means: no exception, few findings, no time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from conformance.checks.body import find_body_facts
from conformance.checks.plan import plan
from conformance.checks.runner import check
from conformance.compare.wording import LONGEST_VALUE, LONGEST_WORDS, cut, format_value
from conformance.model.operation import Value
from tests.builders import YES, array, field, obj, operation, response, seen, value

RECORD = obj(
    field("id", "integer", required=YES),
    field("price", "string"),
    field("orders", "array", items=obj(field("uuid", "string", format="uuid"))),
)
"""What the bodies below are held against."""
RECORDS = {"object": RECORD, "array": array(RECORD), "string": value("string"), "any": value()}


def deep(levels: int, close: str = "]") -> Any:
    nested: Any = 0
    for _ in range(levels):
        nested = [nested] if close == "]" else {"a": nested}
    return nested


HOSTILE = {
    "deep arrays": b"[" * 5000 + b"]" * 5000,
    "deep objects": b'{"a":' * 5000 + b"0" + b"}" * 5000,
    "deep under a member": b'{"id":' + b"[" * 900 + b"]" * 900 + b"}",
    "deep, not closed": b"[" * 100_000,
    "a scalar": b"5",
    "a huge string": json.dumps({"price": "x" * 2_000_000, "y" * 300_000: 1}).encode(),
    "a huge integer": b'{"id": ' + b"9" * 300 + b"}",
    "many members": json.dumps({f"member{n}": n for n in range(100_000)}).encode(),
    "many members of many kinds": json.dumps([{f"k{n}": n} for n in range(20_000)]).encode(),
    "numbers as names": json.dumps({str(n): {"id": n} for n in range(20_000)}).encode(),
    "names no one prints": json.dumps({"\u0000\u202e\n": 1, "": 2, "~/": 3}).encode(),
    "NUL": b"\0" * 1000,
    "not UTF-8": b'{"id": "\xff\xfe"}',
    "nothing": b"",
    "blanks": b" \n" * 1000,
    "no number": b'{"id": NaN, "price": Infinity}',
}


@pytest.mark.parametrize("body", HOSTILE.values(), ids=HOSTILE.keys())
@pytest.mark.parametrize("record", RECORDS.values(), ids=RECORDS.keys())
def test_no_exception_and_few_findings(body: bytes, record: Value) -> None:
    result = check([operation(response(record))], [seen(body)])
    assert result.checked_interactions == 1
    assert len(result.findings) < 50
    for finding in result.findings:
        json.dumps([finding.message, finding.subject, finding.actual]).encode()
        assert len(finding.fingerprint) == 12
        assert len(finding.message) < 1000
        assert finding.observed is None or len(finding.observed.value) <= 2 * LONGEST_VALUE


def test_very_many_items() -> None:
    items: list[Any] = [{"uuid": "9f2c1c0e-6a0b-4c0e-9f0e-0b7a1c1d2e3f"}] * 60_000
    items[-1] = {"uuid": 7}
    facts = list(find_body_facts(plan(RECORD), {"id": 1, "orders": items}, "responses.200"))
    assert [fact.pointer for fact in facts] == ["/orders/59999/uuid"]


def test_deep_values_are_walked_no_deeper_than_the_page() -> None:
    facts = list(find_body_facts(plan(RECORD), deep(50_000, "}"), "responses.200"))
    assert len(facts) == 2


def test_a_record_documented_deeper_than_sense_is_cut() -> None:
    nested = value("string")
    for _ in range(500):
        nested = obj(field("a", "object", fields=(field("b", "string"),)), field("n", items=nested))
    assert list(find_body_facts(plan(nested), {"a": {"b": 1}}, "responses.200"))


@pytest.mark.parametrize(
    "body", [deep(100_000), deep(100_000, "}"), "x" * 10**6, list(range(10**6))]
)
@pytest.mark.timeout(30)
def test_a_value_is_shown_in_no_time(body: Any) -> None:
    assert len(format_value(body)) <= LONGEST_VALUE


def test_a_text_is_cut_only_where_it_is_too_long() -> None:
    words, value = "x" * LONGEST_WORDS, "x" * (LONGEST_VALUE - 2)
    assert cut(words) == words
    assert cut(words + "x") == words[:-1] + "…"
    assert format_value(value) == f'"{value}"'
    assert format_value(value + "x") == f'"{value}x'[: LONGEST_VALUE - 1] + "…"
