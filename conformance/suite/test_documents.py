"""The pages themselves: unchanged, read to the last row, operations complete."""

from __future__ import annotations

import re

import pytest

from conformance.model.operation import Operation
from conformance.pages.exchange import read_page
from conformance.reading import PageReading
from conformance.suite.session import ExchangeRun, OperationCase, PageCase
from conformance.suite.verdict import Judge


def test_pages_document_operations(run: ExchangeRun) -> None:
    """An exchange may have pages that introduce or explain, and not only those."""
    assert run.contract.operations, f"no operation was found on the pages of {run.exchange.name}"


def test_manifest_is_true(run: ExchangeRun) -> None:
    """Every page is there, byte for byte as the manifest says, and no other page is."""
    assert run.exchange.pages, f"{run.exchange.root}: the manifest lists no page"
    for page in run.exchange.pages:
        assert read_page(run.exchange, page), f"{page.path} is empty"


def test_page_is_read(page_case: PageCase) -> None:
    """Every table row is extracted or reported."""
    reading = page_case.reading
    assert _reported(reading) >= reading.coverage.rows_unread
    if not reading.operations:
        pytest.skip(f"no operation is documented on {reading.page}: nothing of it was checked")


def test_page_agrees_with_itself(page_case: PageCase, judge: Judge) -> None:
    """Examples, tables and statements of the page say the same, or are known not to."""
    judge(page_case.run, page_case.findings)


def test_pages_agree(run: ExchangeRun, judge: Judge) -> None:
    """No two pages of one language tell an operation differently, or are known to."""
    judge(run, run.weighed(run.linted.across))


def _reported(reading: PageReading) -> int:
    """Lines that gaps point at."""
    return sum(gap.span.end_line - gap.span.line + 1 for gap in reading.gaps)


def test_operation_is_complete(operation_case: OperationCase) -> None:
    """Method, path with its placeholders documented, at least one answer that says something."""
    operation = operation_case.operation
    assert operation.method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"}
    assert _placeholders(operation) == {
        p.name for p in operation.parameters if p.location == "path"
    }
    if not any(r.value or r.examples for r in operation.responses):
        pytest.skip(f"no answer of {operation.key} is described: none of it can be checked")


def _placeholders(operation: Operation) -> set[str]:
    return set(re.findall(r"\{([^{}]+)\}", operation.path))
