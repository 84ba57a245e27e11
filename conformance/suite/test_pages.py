"""The pages: unchanged, in agreement with themselves, with each other and with their schemas."""

from __future__ import annotations

import pytest

from conformance.pages.exchange import read_page
from conformance.pipeline.project import SCHEMAS
from conformance.schema.files import find_stale
from conformance.suite.session import ExchangeRun, OperationCase, PageCase, TwinCase
from conformance.suite.verdict import Judge


def test_pages_document_operations(run: ExchangeRun) -> None:
    """An exchange may have pages that introduce or explain, and not only those."""
    if not run.contract.operations:
        pytest.fail(f"no operation was found on the pages of {run.exchange.name}", pytrace=False)


def test_manifest_is_true(run: ExchangeRun) -> None:
    """Every page is there, byte for byte as the manifest says, and no other page is."""
    assert run.exchange.pages, f"{run.exchange.root}: the manifest lists no page"
    for page in run.exchange.pages:
        assert read_page(run.exchange, page), f"{page.path} is empty"


def test_schemas_are_fresh(run: ExchangeRun) -> None:
    """The files under schemas/ are what the pages give now."""
    differences = find_stale(run.root / SCHEMAS / run.exchange.name, run.schema_files)
    if differences:
        shown = "".join(difference.diff for difference in differences)
        pytest.fail(f"stale: run conformance extract --write\n{shown}", pytrace=False)


def test_page(page_case: PageCase, judge: Judge) -> None:
    """What a page says besides its operations is in order, or is known not to be."""
    judge(page_case.run, page_case.findings)
    if not page_case.page.reading.operations:
        pytest.skip("no operation is documented on this page: nothing of it was checked")


def test_operation(operation_case: OperationCase, judge: Judge) -> None:
    """Tables, examples and sentences about an operation agree, or are known not to."""
    judge(operation_case.run, operation_case.findings)
    if not any(r.value or r.examples for r in operation_case.operation.responses):
        pytest.skip("no response of it is described: none can be checked")


def test_twins(twin_case: TwinCase, judge: Judge) -> None:
    """Pages in several languages say the same of an operation, or are known not to."""
    judge(twin_case.run, twin_case.findings)


def test_pages_agree(run: ExchangeRun, judge: Judge) -> None:
    """What was found in no single page and about no operation is known."""
    judge(run, run.findings_elsewhere)
