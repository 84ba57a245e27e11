"""Findings with one cause are in one packet, those with two are in two."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from conformance.drift.packets import Docs, PageSource, group
from conformance.model.finding import Finding, Observed, Severity
from conformance.model.span import Span
from conformance.parse import parse_page
from conformance.reading import read_document

PAGE = b"""# GET /orders

| Name | Type |
|---|---|
| id | string |
| size | string |
| left | string |
"""


def source(page: str, data: bytes = PAGE) -> PageSource:
    document = parse_page(data, page)
    return PageSource(
        path=f"docs/{page}",
        data=data,
        document=document,
        reading=read_document(document),
        place=page.partition("/")[2],
        language=page[:2],
    )


DOCS = Docs((source("en/a.md"), source("ko/a.md")))


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
) -> Finding:
    return Finding(
        rule=rule,
        severity=severity,
        operation="GET /orders",
        subject=subject,
        message=f"{rule} at {subject}",
        expected=expected,
        actual=actual,
        documented=Span(page, line, end or line) if line else None,
    )


def sizes(*findings: Finding) -> list[int]:
    return sorted((len(members) for members, _ in group(findings, DOCS)), reverse=True)


def reasons(*findings: Finding) -> list[tuple[str, ...]]:
    return [why for _, why in group(findings, DOCS)]


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
    groups = group(told, DOCS)
    assert [[f.rule for f in members] for members, _ in groups] == [
        ["table-garbled", "location-conflict"],
        ["capture-artefact"],
    ]


def test_debris_of_one_page_is_one() -> None:
    told = (
        finding("capture-artefact", "page footer", 3),
        finding("capture-artefact", "loading sign", 5),
        finding("capture-artefact", "loading sign of another", 5, page="ko/a.md"),
    )
    assert sizes(*told) == [2, 1]


def test_the_same_envelope_of_several_operations_is_one() -> None:
    def enveloped(path: str) -> Finding:
        return Finding(
            rule="undocumented-envelope",
            severity=Severity.ERROR,
            operation=f"GET /{path}",
            subject="responses.200",
            message="wrapped",
            related=("the body's own members are `code`, `data`",),
            observed=Observed(origin="recorded", where="x#0"),
        )

    assert sizes(enveloped("a"), enveloped("b")) == [2]


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
    groups = group(findings, DOCS)
    assert sorted(map(repr, findings)) == sorted(repr(f) for members, _ in groups for f in members)
    owners: dict[str, int] = {}
    for number, (members, why) in enumerate(groups):
        assert bool(why) == (len(members) > 1)
        for one in members:
            assert owners.setdefault(one.fingerprint, number) == number
