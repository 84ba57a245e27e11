from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from conformance.errors import InputError
from conformance.model.contract import Contract
from conformance.model.operation import Body, Group
from conformance.schema.files import DIALECT, find_stale, render_files, write_files
from tests.builders import CONDITIONAL, YES, field, obj, operation, parameter, response, span

CONTRACT = Contract(
    operations=(
        operation(
            response(obj(field("id", "integer", required=YES))),
            response(obj(field("title", "string")), "4XX"),
            response(None, "204"),
            method="DELETE",
            path="/orders/{id}",
            parameters=(
                parameter("id", location="path"),
                parameter("a", required=CONDITIONAL),
                parameter("b", required=CONDITIONAL),
            ),
            groups=(Group(kind="exactly-one", names=("a", "b"), span=span(5)),),
        ),
        operation(response(obj()), path="/time"),
        operation(
            method="POST",
            path="/orders",
            body=Body(
                media_type="application/json", value=obj(field("n", "integer")), required=YES
            ),
        ),
    )
)
FILES = render_files(CONTRACT)


def test_names() -> None:
    assert list(FILES) == [
        "openapi.json",
        "delete-orders-id.request.json",
        "delete-orders-id.response.200.json",
        "delete-orders-id.response.4XX.json",
        "get-time.response.200.json",
        "post-orders.request.json",
    ]


def test_rendering_is_stable_and_ends_in_one_newline() -> None:
    assert render_files(CONTRACT) == FILES
    assert all(text.endswith("}\n") and not text.endswith("\n\n") for text in FILES.values())


@pytest.mark.parametrize("name", [name for name in FILES if name != "openapi.json"])
def test_each_schema_names_itself_and_is_valid(name: str) -> None:
    schema = json.loads(FILES[name])
    assert list(schema)[:3] == ["$schema", "$id", "title"]
    assert (schema["$schema"], schema["$id"]) == (DIALECT, name)
    jsonschema.Draft202012Validator.check_schema(schema)


@pytest.mark.parametrize(
    ("request_", "valid"),
    [
        ({"path": {"id": "7"}, "query": {"a": "1"}}, True),
        ({"path": {"id": "7"}, "query": {"b": "1"}}, True),
        ({"path": {"id": "7"}, "query": {"a": "1", "b": "1"}}, False),
        ({"path": {"id": "7"}, "query": {}}, False),
        ({"path": {"id": "7"}}, False),
        ({"query": {"a": "1"}}, False),
    ],
)
def test_requests_keep_to_their_groups(request_: Any, valid: bool) -> None:
    schema = json.loads(FILES["delete-orders-id.request.json"])
    assert jsonschema.Draft202012Validator(schema).is_valid(request_) is valid


def test_a_body_that_is_required() -> None:
    validator = jsonschema.Draft202012Validator(json.loads(FILES["post-orders.request.json"]))
    assert validator.is_valid({"body": {"n": 1}})
    assert not validator.is_valid({})
    assert not validator.is_valid({"body": {"n": "1"}})


def test_write_then_fresh(tmp_path: Path) -> None:
    root = tmp_path / "schemas" / "one" / "en"
    assert set(write_files(root, FILES)) == set(FILES)
    assert find_stale(root, FILES) == []
    assert write_files(root, FILES) == ()


def test_stale_says_how(tmp_path: Path) -> None:
    write_files(tmp_path, FILES)
    (tmp_path / "openapi.json").write_text(FILES["openapi.json"].replace("3.1.0", "3.0.0"), "utf-8")
    (tmp_path / "get-time.response.200.json").unlink()
    (tmp_path / "get-old.response.200.json").write_text("{}", "utf-8")
    (tmp_path / "notes.json").write_text("{}", "utf-8")
    found = {d.path: d for d in find_stale(tmp_path, FILES)}
    assert {path: d.kind for path, d in found.items()} == {
        "openapi.json": "changed",
        "get-time.response.200.json": "missing",
        "get-old.response.200.json": "extra",
    }
    assert '-  "openapi": "3.0.0",\n+  "openapi": "3.1.0",\n' in found["openapi.json"].diff
    assert found["get-old.response.200.json"].diff.endswith("-{}\n")


def test_only_pruning_removes_and_only_our_own(tmp_path: Path) -> None:
    for name in ("get-old.request.json", "notes.json"):
        (tmp_path / name).write_text("{}", "utf-8")
    write_files(tmp_path, FILES)
    assert (tmp_path / "get-old.request.json").exists()
    assert write_files(tmp_path, FILES, prune=True) == ("get-old.request.json",)
    assert (tmp_path / "notes.json").exists()


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="cannot be"):
        write_files(tmp_path / "file" / "en", FILES)


def test_what_a_killed_run_left_is_removed_and_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "en").mkdir()
    long = "get-" + "a" * 200 + ".request.json"
    left = (
        ".openapi.json.abcd_123",
        "en/.get-x.response.200.json.12345678",
        f".{long[:100]}.abcdefgh",
    )
    kept = (
        ".hidden",
        ".notes.txt.abcdefgh",
        ".openapi.json",
        "openapi.json.abcdefgh",
        ".x.ABCDEFGH",
    )
    for name in (*left, *kept):
        (tmp_path / name).write_text("x")
    write_files(tmp_path, {"openapi.json": "{}\n"})
    found = {path.relative_to(tmp_path).as_posix() for path in tmp_path.rglob("*")}
    assert found == {*kept, "en", "openapi.json"}


KILLED = """
import os, signal, sys
from pathlib import Path
from conformance.schema.files import write_files
os.fsync = lambda _: os.kill(os.getpid(), signal.SIGKILL)
write_files(Path(sys.argv[1]), {name: "{}" for name in sys.argv[2:]})
"""


def test_a_run_that_is_killed_while_it_writes(tmp_path: Path) -> None:
    long = "get-" + "a" * 200 + ".request.json"
    for name in ("openapi.json", long):
        run = subprocess.run([sys.executable, "-c", KILLED, tmp_path, name], check=False)  # noqa: S603
        assert run.returncode == -9
    assert len(list(tmp_path.iterdir())) == 1  # the second run has removed what the first one left
    assert write_files(tmp_path, {"openapi.json": "{}\n"}) == ("openapi.json",)
    assert [path.name for path in tmp_path.iterdir()] == ["openapi.json"]
