"""What an explanation says of one small page, to the letter, and that nothing is left out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.cli import main
from conformance.model.document import CodeBlock, ListBlock, Table, walk
from conformance.parse import parse_page
from conformance.reading.explanation import Explanation, explain
from conformance.reading.tracing import trace_page
from conformance.report.contract_text import render_explanation

_FOLDER = Path(__file__).parent / "explanations"
_PAGE = _FOLDER / "mixed.md"
_SOURCES = sorted(Path("docs_snapshot").glob("*/*/*.*"))


def explained(page: Path) -> Explanation:
    return explain(trace_page(parse_page(page.read_bytes(), page.name)))


def test_the_text_of_one_page() -> None:
    assert render_explanation(explained(_PAGE)) == _PAGE.with_suffix(".expected").read_text("utf-8")


def test_a_line_shows_only_what_touches_it() -> None:
    near = explained(_PAGE).select_near(9)
    assert [block.span.line for block in near.blocks] == [7]
    assert [key for key, _, _ in near.operations] == ["POST /v1/parcels"]


def test_what_a_sentence_states_is_said_at_its_line(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text(
        "# Orders\n\n`GET /v1/orders`\n\nAuthentication: HMAC signature. "
        "Rate limit: 10 requests per 1 second per IP.\n",
        "utf-8",
    )
    whole = render_explanation(explained(page)).splitlines()
    assert whole[2:4] == ["  5: authentication: hmac", "  5: rate limit: 10 in 1 s per IP"]
    assert render_explanation(explained(page).select_near(5)).splitlines()[1:3] == whole[2:4]
    assert explained(page).select_near(3).prose == ()


def test_a_line_of_a_sample_and_of_a_specification_belongs_to_an_operation(tmp_path: Path) -> None:
    sample = render_explanation(explained(_PAGE).select_near(19)).splitlines()
    assert sample[1:] == [
        "  3: operation POST /v1/parcels (high confidence)",
        "",
        "19: code: read: sample of a response",
        "  under Response < POST /v1/parcels < Parcels",
        "  of POST /v1/parcels",
    ]
    page = tmp_path / "openapi.yaml"
    page.write_text(
        "openapi: 3.1.0\ninfo: {title: T, version: '1'}\npaths:\n  /v1/parcels:\n    get:\n"
        "      parameters:\n        - {name: size, in: query, schema: {type: integer}}\n"
        "        - {name: city, in: query, schema: {type: string}}\n      responses: {}\n",
        "utf-8",
    )
    assert render_explanation(explained(page).select_near(8)).splitlines()[1:] == [
        "  5: operation GET /v1/parcels (high confidence)",
        "",
        "1-10: specification: read: 1 operation",
        "  8: GET /v1/parcels -> parameters.city (kind: string; type cell: string; nullable: no)",
    ]


@pytest.mark.parametrize("page", _SOURCES, ids=lambda path: path.stem)
def test_every_row_item_and_code_block_has_an_entry(page: Path) -> None:
    trace = trace_page(parse_page(page.read_bytes(), page.name))
    counted = {"table row": 0, "list item": 0, "code block": 0}
    for block in walk(trace.prepared.document.blocks):
        if isinstance(block, Table):
            counted["table row"] += len(block.rows)
        elif isinstance(block, ListBlock):
            counted["list item"] += len(block.items)
        elif isinstance(block, CodeBlock):
            counted["code block"] += 1
    assert {kind: trace.ledger.count(kind=kind) for kind in counted} == counted  # type: ignore[arg-type]


def test_the_command_prints_text_and_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"{_PAGE}:9", "--docs", str(_FOLDER)]) == 0
    assert "weight -> requestBody.weight" in capsys.readouterr().out
    assert main(["explain", str(_PAGE), "--format", "json", "--docs", str(_FOLDER)]) == 0
    assert json.loads(capsys.readouterr().out)["operations"][0][0] == "POST /v1/parcels"


def test_a_line_that_states_nothing_is_named_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["explain", f"{_PAGE}:2", "--docs", str(_FOLDER)]) == 0
    assert "no row, item or sample stands here" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("nothing.md", "no such file"),
        (f"{_PAGE}:x", "is no line number"),
        (f"{_PAGE}:0", "is no line number"),
        (f"{_PAGE}:9999", "there is no line 9999"),
    ],
)
def test_what_cannot_be_explained_is_an_error(
    argument: str, said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["explain", argument]) == 2
    assert said in capsys.readouterr().err


if __name__ == "__main__":
    _PAGE.with_suffix(".expected").write_text(render_explanation(explained(_PAGE)), "utf-8")


def test_what_is_no_page_is_said_to_be_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "data.md").write_bytes(b"\0\xff" * 100)
    (tmp_path / "data.csv").write_text("words", "utf-8")
    assert main(["explain", str(tmp_path / "data.md")]) == 2
    assert "binary, not text" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "data.csv")]) == 2
    assert "neither Markdown nor HTML nor text" in capsys.readouterr().err


def test_a_specification_is_called_one(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = tmp_path / "api.json"
    page.write_text(
        '{"openapi": "3.1.0",\n"paths": {"/orders": {"get": {}}},\n"info": {"ti', "utf-8"
    )
    assert main(["explain", str(page)]) == 0
    out = capsys.readouterr().out
    assert out.startswith("api.json: OpenAPI document in JSON")
    assert "specification-invalid: not valid JSON at line 3" in out


def test_a_specification_of_which_nothing_is_read_is_no_page(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    page = tmp_path / "api.yaml"
    page.write_bytes(b"openapi: 3.1.0\npaths:\n\t/orders:\n")
    for command in ("extract", "lint"):
        assert main([command, str(page)]) == 2
        said = "".join(capsys.readouterr())
        assert "not valid YAML at line 3: a tab in the indentation" in said
        assert "no page could be read" in said
