"""Whatever a page is, linting it ends, says where, and takes no more time than its size."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conformance.checks.lint import LintedPage, lint_page
from conformance.checks.registry import RULES
from conformance.parse import parse_page
from conformance.reading import read_document
from conformance.report import render
from conformance.report.report import Report
from tests.checks.test_lint_fixtures import CASES

PAGES = [case.page for case in CASES]
LINES = sorted({line for page in PAGES for line in page.splitlines(keepends=True)})
IDS = {rule.id for rule in RULES if "lint" in rule.families}


def lint(page: bytes) -> LintedPage:
    document = parse_page(page, "page.md")
    linted = lint_page(document, read_document(document))
    for finding in linted.findings:
        assert finding.rule in IDS
        assert finding.documented is not None
        assert finding.documented.page == "page.md"
        assert 1 <= finding.documented.line <= max(1, len(document.lines))
        if finding.observed is not None:
            page_name, _, line = finding.observed.where.rpartition(":")
            assert page_name == "page.md"
            assert 1 <= int(line) <= max(1, len(document.lines))
    return linted


@given(st.lists(st.sampled_from(LINES), max_size=60).map(b"".join))
def test_lines_of_pages_in_any_order(page: bytes) -> None:
    findings = lint(page).findings
    assert render(Report(findings=findings), "json")


@given(st.sampled_from(PAGES), st.randoms(use_true_random=False))
def test_damaged_pages(page: bytes, chance: random.Random) -> None:
    for _ in range(5):
        at = chance.randrange(len(page) + 1)
        page = page[:at] + chance.choice([b"|", b"{", b"`", b"\xff", b"\n", b""]) + page[at + 3 :]
    lint(page)


@given(st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode()))
def test_anything(page: bytes) -> None:
    lint(page)


@pytest.mark.parametrize(
    "page",
    [
        b"# GET /a\n\n| Name | Type |\n| - | - |\n" + b"| x | string |\n| x | integer |\n" * 3000,
        b"# GET /a\n\n" + b"[a](#b%d) " * 3000,
        b"# GET /a\n\n" + "".join(f"[a](#b{n})\n\n" for n in range(3000)).encode(),
        b"".join(b"# GET /a%d\n\n- curl -X POST https://h/a\n\n" % n for n in range(1000)),
        b"# GET /a\n\n```json\n{" + b'"a": {' * 5000 + b"\n```\n",
        b"# GET /a\n\n```json\n[" + b'{"a": "string"},' * 20_000 + b"]\n```\n",
        b"# GET /a\n\n" + "Ã©".encode() * 20_000 + b"\n",
        b"# GET /a\n\n" + b"parameters sent in " * 5000,
        b"# GET /a\n\n" + b"1\n\n" * 5000,
        b"# GET /a\n\napplication/" + b"a." * 50_000,
    ],
    ids=lambda page: page[:40].decode(errors="replace") + f" {len(page)}",
)
@pytest.mark.timeout(60)
def test_large_pages(page: bytes) -> None:
    lint(page)
