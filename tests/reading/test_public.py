"""Where a page puts an operation: what may be asked without a signature depends on it."""

from __future__ import annotations

import pytest

from conformance.model.operation import Stated
from conformance.parse import parse_page
from conformance.reading import read_document

YES, NO, UNKNOWN = Stated.YES, Stated.NO, Stated.NOT_STATED
PAGES = {
    "under public": ("# API\n\n## Public\n\n### Depth\n\n`GET /a`\n", YES),
    "under market data": ("# API\n\n## Market Data Endpoints\n\n### Depth\n\n`GET /a`\n", YES),
    "under private": ("# API\n\n## Private\n\n### Orders\n\n`GET /a`\n", NO),
    "under account": ("# API\n\n## Account endpoints\n\n`GET /a`\n", NO),
    "under nothing of the kind": ("# API\n\n## Orders\n\n`GET /a`\n", UNKNOWN),
    "the nearest counts": ("# Public API\n\n## Account\n\n### Orders\n\n`GET /a`\n", NO),
    "the nearest counts, the other way": ("# Account\n\n## Public\n\n`GET /a`\n", YES),
    "both say nothing": ("# Public and private endpoints\n\n## Orders\n\n`GET /a`\n", UNKNOWN),
    "not public": ("# API\n\n## Non-public endpoints\n\n`GET /a`\n", NO),
    "publication": ("# API\n\n## Publication of orders\n\n`GET /a`\n", UNKNOWN),
    "market orders": ("# API\n\n## Market orders\n\n`GET /a`\n", UNKNOWN),
    "prose is no place": ("# API\n\n## Orders\n\nThis is public.\n\n`GET /a`\n", UNKNOWN),
    "a section before": ("# API\n\n## Public\n\nText.\n\n## Orders\n\n`GET /a`\n", UNKNOWN),
    "Korean": ("# API\n\n## 시세 조회\n\n`GET /a`\n", YES),
    "Korean, not public": ("# API\n\n## 비공개\n\n`GET /a`\n", NO),
    "Chinese": ("# API\n\n## 行情接口\n\n`GET /a`\n", YES),
    "Chinese, not public": ("# API\n\n## 非公开接口\n\n`GET /a`\n", NO),
}


@pytest.mark.parametrize(("text", "public"), PAGES.values(), ids=PAGES)
def test_headings_put_an_operation_among_the_public_ones(text: str, public: Stated) -> None:
    (only,) = read_document(parse_page(text.encode(), "en/page.md")).operations
    assert only.public is public


def test_two_sections_that_do_not_agree_make_it_none() -> None:
    one, between, other = "`GET /a`\n\n", "### B\n\n`GET /b`\n\n", "### Other\n\n`GET /a`\n"
    text = f"# A\n\n## Public\n\n{one}{between}## Private\n\n{other}"
    first, _ = read_document(parse_page(text.encode(), "en/page.md")).operations
    assert (first.path, first.public) == ("/a", NO)
