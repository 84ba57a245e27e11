"""Small pages, each with one way of writing documentation, and exactly what is read from them.

``pages/<name>.<suffix>`` is the page, ``pages/<name>.expected`` the contract as text and the
gaps; ``engines/<engine>/`` has those with the markup of one documentation engine.  After a
deliberate change of the reader, write them anew with ``python tests/reading/test_pages.py`` and
read the difference.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.parse import parse_page
from conformance.reading import combine, read_document
from conformance.report.contract_text import render_contract

_FOLDER = Path(__file__).parent
_CASES = sorted(
    path
    for pattern in ("pages/*.*", "engines/*/*.*")
    for path in _FOLDER.glob(pattern)
    if path.suffix != ".expected"
)


def read(path: Path) -> str:
    """The contract of one page as text, then its gaps and how much of it was read."""
    contract = combine([read_document(parse_page(path.read_bytes(), path.name))])
    gaps = [f"gap {g.kind} [{g.span}] {g.subject}: {g.detail}" for g in contract.gaps]
    told = contract.coverage
    counted = f"rows {told.rows}, unread {told.rows_unread}"
    return "\n".join([render_contract(contract), *gaps, counted, ""])


@pytest.mark.parametrize("page", _CASES, ids=lambda path: path.stem)
def test_page(page: Path) -> None:
    assert read(page) == page.with_suffix(".expected").read_text("utf-8")


if __name__ == "__main__":
    for case in _CASES:
        case.with_suffix(".expected").write_text(read(case), "utf-8")
