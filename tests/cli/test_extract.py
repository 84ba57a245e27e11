"""``conformance extract``, as a user calls it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
import yaml
from openapi_spec_validator import OpenAPIV31SpecValidator

from conformance.cli import main

PAGE = "# GET /v1/a\n\n## Response\n\n| Name | Type |\n|--|--|\n| id | string |\n| size | |\n"


def nodes(schema: dict[str, Any]) -> list[dict[str, Any]]:
    """The schema and everything in it."""
    inner = [*schema.get("properties", {}).values()]
    inner += [schema["items"]] if "items" in schema else []
    return [schema, *(node for child in inner for node in nodes(child))]


@pytest.mark.parametrize("form", ["openapi", "json-schema"])
def test_an_ending_of_yaml_writes_the_same_as_yaml(project: Path, form: str) -> None:
    page = Path("page.md")
    page.write_text(PAGE.replace("string", "one of `on`, `1e3`, `2026-01-31`, `답`"), "utf-8")
    for name in ("made.json", "made.yaml", "made.yml"):
        assert main(["extract", str(page), "--format", form, "-o", name]) == 0
    made = Path("made.yaml").read_text("utf-8")
    assert not made.startswith("{")
    assert "답" in made
    assert yaml.safe_load(made) == json.loads(Path("made.json").read_text("utf-8"))
    assert Path("made.yml").read_text("utf-8") == made


@pytest.mark.parametrize("exchange", ["bingx", "upbit"])
def test_openapi_is_valid_and_every_node_has_its_line(
    project: Path, capsys: pytest.CaptureFixture[str], exchange: str
) -> None:
    assert main(["extract", "--exchange", exchange]) == 0
    document = json.loads(capsys.readouterr().out)
    assert document["openapi"].startswith("3.1")
    OpenAPIV31SpecValidator(document).validate()
    operations = [op for item in document["paths"].values() for op in item.values()]
    assert operations
    for operation in operations:
        contents = [r.get("content", {}) for r in operation["responses"].values()]
        contents.append(operation.get("requestBody", {}).get("content", {}))
        schemas = [entry["schema"] for c in contents for entry in c.values() if "schema" in entry]
        told = [n for schema in schemas for n in nodes(schema)] + operation.get("parameters", [])
        assert told
        assert all(":" in node["x-documented-at"] for node in told)


def test_json_schemas_by_name(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["extract", "--exchange", "upbit", "--format", "json-schema"]) == 0
    schemas = json.loads(capsys.readouterr().out)
    assert all("$schema" in schema for schema in schemas.values())
    assert any("response.200" in name for name in schemas)


def test_text_names_lines(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("page.md").write_text(PAGE)
    assert main(["extract", "page.md", "--format", "text"]) == 0
    captured = capsys.readouterr()
    assert captured.out == (
        "GET /v1/a  [page.md:1]\n"
        "  200 (status not stated) application/json object  [page.md:5]\n"
        "    id: string  [page.md:7]\n"
        "    size: type not stated  [page.md:8]\n"
    )
    assert "page.md:8: type-missing: responses.200.size" in captured.err
    assert (
        "1 page, 1 operation, 2 table rows (0 unread), 0 other blocks (0 unread), 1 gap"
        in captured.err
    )


def test_output_goes_to_a_file_whole(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("page.md").write_text(PAGE)
    assert main(["extract", "page.md", "-o", "out.json"]) == 0
    assert json.loads(Path("out.json").read_text())["paths"]
    assert capsys.readouterr().out == ""


def test_an_unreadable_page_does_not_stop_the_others(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("pages").mkdir()
    Path("pages/good.md").write_text(PAGE)
    Path("pages/gone.md").symlink_to("nowhere.md")
    assert main(["extract", "pages"]) == 2
    captured = capsys.readouterr()
    assert "gone.md" in captured.err
    assert "/v1/a" in captured.out


def test_pages_without_operations_are_a_failure(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Path("prose.md").write_text("# Welcome\n\nNothing to call here.\n")
    assert main(["extract", "prose.md"]) == 2
    assert "no operation was found" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["extract", "missing.md"], "missing.md"),
        (["extract", "--exchange", "nowhere"], "known in"),
        (["extract", "docs_snapshot/upbit", "--exchange", "upbit"], "not both"),
        (["extract", "docs_snapshot/upbit", "--check"], "leave PATH out"),
    ],
)
def test_what_cannot_be_done_is_said(
    project: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], said: str
) -> None:
    assert main(arguments) == 2
    assert said in capsys.readouterr().err


def test_the_output_cannot_be_an_input(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    Path("page.md").write_text(PAGE)
    for command in ("extract", "lint"):
        assert main([command, "page.md", "-o", "page.md"]) == 2
        assert "one of the inputs" in capsys.readouterr().err
    assert Path("page.md").read_text() == PAGE


def test_a_pipe_is_written_into(project: Path) -> None:
    Path("page.md").write_text(PAGE)
    os.mkfifo("pipe")
    reader = os.open("pipe", os.O_RDONLY | os.O_NONBLOCK)
    try:
        assert main(["extract", "page.md", "-o", "pipe"]) == 0
        assert os.read(reader, 20).startswith(b"{")
    finally:
        os.close(reader)
    assert Path("pipe").is_fifo()


@pytest.mark.parametrize("jobs", ["0", "-3", "99999", "many"])
def test_processes_are_a_sensible_number(project: Path, jobs: str) -> None:
    with pytest.raises(SystemExit) as stopped:
        main(["extract", "docs_snapshot", "-j", jobs])
    assert stopped.value.code == 2


def test_check_finds_stale_schemas_and_write_mends_them(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["extract", "--check"]) == 0
    schema = next(Path("schemas/upbit").rglob("*.response.200.json"))
    schema.write_text(schema.read_text().replace('"string"', '"integer"', 1))
    assert main(["extract", "--check", "--exchange", "upbit"]) == 1
    captured = capsys.readouterr()
    assert '"integer"' in captured.out
    assert "stale" in captured.err
    assert main(["extract", "--write"]) == 0
    assert main(["extract", "--check"]) == 0


def test_processes_read_the_same(project: Path) -> None:
    for jobs in ("1", "2"):
        assert main(["extract", "docs_snapshot", "-j", jobs, "-o", f"{jobs}.json"]) == 0
    assert Path("1.json").read_bytes() == Path("2.json").read_bytes()
