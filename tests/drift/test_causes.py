"""Findings with one cause are in one packet, those with two are in two."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from conformance.drift.causes import group_findings_by_cause
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.span import Span


def finding(
    rule: str,
    subject: str,
    line: int = 0,
    *,
    page: str = "en/a.md",
    end: int = 0,
    expected: str = "",
    actual: str = "",
    severity: Severity = Severity.WARNING,
    operation: str = "GET /orders",
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        operation=operation,
        subject=subject,
        message=f"{rule} at {subject}",
        expected=expected,
        actual=actual,
        documented=Span(page, line, end or line) if line else None,
    )


def sizes(*findings: Finding) -> list[int]:
    found = (len(cause.findings) for cause in group_findings_by_cause(findings))
    return sorted(found, reverse=True)


def reasons(*findings: Finding) -> list[tuple[str, ...]]:
    return [cause.reasons for cause in group_findings_by_cause(findings)]


def test_one_fact_in_two_languages_is_one() -> None:
    told = [finding("type-missing", "responses.200.id", 5, page=p) for p in ("en/a.md", "ko/a.md")]
    assert sizes(*told) == [2]
    assert reasons(*told) == [("the same fact on several pages or in several places",)]


def test_a_page_wide_subject_is_one_in_twins() -> None:
    told = [
        finding("capture-artefact", f"{page} page footer", 5, page=page)
        for page in ("en/a.md", "ko/a.md")
    ]
    assert sizes(*told) == [2]


def test_one_member_by_several_rules_is_one() -> None:
    subject = "responses.200.size"
    told = (
        finding("type-mismatch", subject, 6, expected="string", actual="number 1.5"),
        finding("example-type-mismatch", subject, 6, expected="string", actual="integer 1"),
        finding("parity-type", subject, 6),
    )
    assert sizes(*told) == [3]


def test_one_line_with_two_causes_is_two() -> None:
    """A row may have both a wrong type and a wrong mark."""
    told = (
        finding("type-conflict", "parameters.id", 5, expected="string", actual="array"),
        finding("exclusive-yet-required", "parameters.id", 5),
    )
    assert sizes(*told) == [1, 1]


def test_members_that_differ_in_one_way_are_one_and_others_are_not() -> None:
    price, size = "responses.200.size", "responses.200.left"
    alike = (
        finding("type-mismatch", price, 6, expected="string", actual="integer 148"),
        finding("type-mismatch", size, 7, expected="string", actual="integer 3"),
    )
    other = finding("type-mismatch", "responses.200.id", 5, expected="string", actual="array []")
    assert sizes(*alike, other) == [2, 1]


def test_all_moments_of_an_example_in_seconds_are_one() -> None:
    told = [
        finding(
            "example-unit-mismatch",
            f"responses.200.{name}",
            line,
            expected="milliseconds since 1970",
            actual=f"15250807{line}, seconds since 1970",
        )
        for name, line in (("id", 5), ("size", 6))
    ]
    assert sizes(*told) == [2]


def test_what_stands_in_a_garbled_table_follows_from_it() -> None:
    told = (
        finding("location-conflict", "parameters.id", 5, severity=Severity.ERROR),
        finding("table-garbled", "table 'Query'", 3, end=7),
        finding("capture-artefact", "page footer", 7),
    )
    causes = group_findings_by_cause(told)
    assert [[f.rule for f in cause.findings] for cause in causes] == [
        ["table-garbled", "location-conflict"],
        ["capture-artefact"],
    ]


def test_statuses_that_a_translation_leaves_out_are_one() -> None:
    """Of one operation, and of all that share the table; what another lacks is apart."""

    def left_out(subject: str, line: int, path: str = "a", by: str = "ko") -> Finding:
        found = finding("parity-operation", subject, line, operation=f"GET /{path}")
        return replace(found, message=f"the status is documented, but not in {by}")

    lines = list(enumerate(("400", "404", "4XX"), 15))
    told = [left_out(f"responses.{s}", line, path) for path in ("a", "b") for line, s in lines]
    others = (left_out("responses.500", 9, by="en"), left_out("responses.200.id", 8))
    assert sizes(*told) == [6]
    assert sizes(*told[:3], *others) == [3, 1, 1]


def test_debris_of_one_page_is_one() -> None:
    told = (
        finding("capture-artefact", "page footer", 3),
        finding("capture-artefact", "loading sign", 5),
        finding("capture-artefact", "loading sign of another", 5, page="ko/a.md"),
    )
    assert sizes(*told) == [2, 1]


def enveloped(path: str, place: str, *members: str) -> Finding:
    return Finding(
        rule="undocumented-envelope",
        severity=Severity.WARNING,
        operation=f"GET /{path}",
        subject="responses.200",
        message=f"the documented record was observed under `{place}`, not at the top level",
        related=(f"the body's own members are {', '.join(members)}",),
        observed=Observed(origin="recorded", where="x#0", pointer=place),
    )


def test_the_same_envelope_of_several_operations_is_one() -> None:
    """However deep the record stands in it, and whatever else it carries."""
    alike = (
        enveloped("a", "/data", "`code`", "`data`"),
        enveloped("b", "/data/orders/*", "`code`", "`time`", "`data`"),
    )
    assert sizes(*alike, enveloped("c", "/result", "`result`")) == [2, 1]
    assert reasons(*alike) == [("the same members around the record of several operations",)]


@pytest.mark.parametrize(
    ("rule", "expected", "actual"),
    [
        ("undocumented-field", "only documented members", "`fee`, an object"),
        ("near-miss-name", "`fees`", "`fee`"),
        ("missing-field", "`fee`, string", "no such member"),
        ("undocumented-null", "string", "null"),
        ("type-mismatch", "string", "boolean true"),
        ("unknown-enum-value", "one of `a`", "`b`"),
        ("field-added", "", "`fee`"),
    ],
)
def test_the_same_difference_in_several_operations_is_one(
    rule: str, expected: str, actual: str
) -> None:
    def one(path: str, line: int, name: str = "fee", actual: str = actual) -> Finding:
        subject = f"responses.200.{path}.{name}"
        return finding(rule, subject, line, operation=path, expected=expected, actual=actual)

    other = one("GET /d", 9, "other", "another")
    alike = [one(f"GET /{path}", line) for line, path in enumerate("abc", 5)]
    assert sizes(*alike, other) == [3, 1]
    assert reasons(*alike) == [("the same difference in several operations",)]


def test_operations_that_no_page_documents_are_one() -> None:
    """A path that is documented for another method has a page of its own."""
    rule = "undocumented-operation"
    told = [finding(rule, "operation", operation=f"GET /{path}") for path in "abc"]
    other = finding(rule, "operation", 5, operation="PUT /orders", expected="GET", actual="PUT")
    assert sizes(*told, other) == [3, 1]
    assert reasons(*told) == [("operations that no page documents",)]


def extra(operation: str, name: str, kind: str) -> Finding:
    actual = f"`{name}`, {kind}"
    subject = f"responses.200.{name}"
    return finding("undocumented-field", subject, operation=operation, actual=actual)


def absent(operation: str, name: str) -> Finding:
    return finding(
        "missing-field",
        f"responses.200.{name}",
        operation=operation,
        expected=f"`{name}`, string",
        actual="no such member",
        severity=Severity.ERROR,
    )


def test_a_wrong_parent_leads_what_is_missed_beside_it() -> None:
    """The table is flat, the body nests: one cause, in all operations that nest alike."""
    nested = [
        [
            extra(f"GET /{path}", "data", "an object"),
            absent(f"GET /{path}", f"{path}1"),
            absent(f"GET /{path}", f"{path}2"),
        ]
        for path in "ab"
    ]
    (cause,) = group_findings_by_cause([f for one in nested for f in one])
    assert (cause.head.rule, cause.head.subject) == ("undocumented-field", "responses.200.data")
    assert len(cause.findings) == 6
    assert cause.severity is Severity.ERROR
    assert cause.reasons == (
        "members nested otherwise than documented",
        "the same difference in several operations",
    )


def test_a_member_more_and_one_less_are_no_nesting() -> None:
    one_less = (extra("GET /a", "data", "an object"), absent("GET /a", "id"))
    scalar = (extra("GET /b", "fee", "a string"), absent("GET /b", "x"), absent("GET /b", "y"))
    assert sizes(*one_less) == [1, 1]
    assert sizes(*scalar) == [2, 1]  # x and y differ in the same way


def test_a_parent_of_another_type_leads_what_is_found_below_it() -> None:
    told = (
        finding("type-mismatch", "responses.200.a", 5, expected="object", actual='string "x"'),
        finding("missing-field", "responses.200.a.b", 6, severity=Severity.ERROR),
        finding("missing-field", "responses.200.ab", 7, severity=Severity.ERROR),
    )
    causes = group_findings_by_cause(told)
    assert [[f.subject for f in cause.findings] for cause in causes] == [
        ["responses.200.ab"],
        ["responses.200.a", "responses.200.a.b"],
    ]


def test_one_common_member_does_not_chain_operations() -> None:
    """``ts`` is missed in three of them; what each misses besides stays its own."""
    told = [absent(f"GET /{path}", "ts") for path in "abc"]
    told += [absent(f"GET /{path}", name) for path in "abc" for name in (f"{path}1", f"{path}2")]
    assert sizes(*told) == [3, 2, 2, 2]


@given(
    st.lists(
        st.builds(
            finding,
            st.sampled_from(["type-missing", "type-mismatch", "capture-artefact", "no-such-rule"]),
            st.sampled_from(["", ".", "responses.200.id", "parameters.size", "x" * 300]),
            st.integers(0, 9),
            page=st.sampled_from(["en/a.md", "ko/a.md", "gone.md"]),
        ),
        max_size=12,
    )
)
def test_every_finding_is_in_exactly_one_group(findings: list[Finding]) -> None:
    causes = group_findings_by_cause(findings)
    assert sorted(map(repr, findings)) == sorted(repr(f) for c in causes for f in c.findings)
    owners: dict[str, int] = {}
    for number, cause in enumerate(causes):
        assert bool(cause.reasons) == (len(cause.findings) > 1)
        assert cause.severity == max(f.severity for f in cause.findings)
        for one in cause.findings:
            assert owners.setdefault(one.fingerprint, number) == number
