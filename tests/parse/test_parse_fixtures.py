"""Pages with every construct, each with the exact blocks it has to give."""

from __future__ import annotations

from pathlib import Path

import pytest

from conformance.parse import parse_page
from tests.parse.dumping import dump_document

_FOLDER = Path(__file__).parent / "fixtures"
_PAGES = sorted(path for path in _FOLDER.iterdir() if path.suffix != ".blocks")


@pytest.mark.parametrize("path", _PAGES, ids=lambda path: path.name)
def test_blocks_are_exactly_these(path: Path) -> None:
    expected = path.with_name(path.name + ".blocks").read_text(encoding="utf-8")
    assert dump_document(parse_page(path.read_bytes(), "page")) == expected


def test_every_dump_belongs_to_a_page() -> None:
    dumps = {path.name.removesuffix(".blocks") for path in _FOLDER.glob("*.blocks")}
    assert dumps == {path.name for path in _PAGES}
