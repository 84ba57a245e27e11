"""Folders of small files, each with its exact expectations in a TOML file beside it."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from conformance.evidence import loading
from conformance.evidence.loading import Problem, read_evidence
from conformance.evidence.manifest import MAX_MANIFEST
from conformance.model.interaction import Interaction

EXAMPLES = Path(__file__).parent / "examples"
FOLDERS = sorted(path.stem for path in EXAMPLES.glob("*.toml"))


def _as_expected(interaction: Interaction) -> dict[str, Any]:
    """An interaction in the words of the expectations, what is empty or usual left out."""
    told: dict[str, Any] = {"where": interaction.where, "status": interaction.reply.status}
    asked = interaction.request
    optional = {
        "request": f"{asked.method} {asked.url}" if asked else "",
        "request_headers": [list(pair) for pair in asked.headers] if asked else [],
        "request_body": asked.body.decode("latin-1") if asked else "",
        "headers": [list(pair) for pair in interaction.reply.headers],
        "body": interaction.reply.body.decode("latin-1"),
        "origin": interaction.origin.value.removeprefix("recorded"),
        "date": interaction.date,
        "note": interaction.note,
    }
    return told | {key: value for key, value in optional.items() if value}


@pytest.mark.parametrize("folder", FOLDERS)
def test_folder(folder: str) -> None:
    expected = tomllib.loads((EXAMPLES / f"{folder}.toml").read_text(encoding="utf-8"))
    found = read_evidence(EXAMPLES / folder)
    assert [_as_expected(item) for item in found.interactions] == expected.get("interaction", [])
    problems = expected.get("problem", [])
    assert [item.where for item in found.problems] == [item["where"] for item in problems]
    for item, wanted in zip(found.problems, problems, strict=True):
        assert item.message.startswith(wanted["says"])


def test_every_example_is_expected() -> None:
    assert sorted(path.name for path in EXAMPLES.iterdir() if path.is_dir()) == FOLDERS


def test_one_file_is_read_like_the_same_file_in_its_folder() -> None:
    in_folder = read_evidence(EXAMPLES / "listed" / "sound").interactions
    alone = read_evidence(EXAMPLES / "listed" / "sound" / "a.yaml")
    assert alone.interactions == in_folder[:1]
    assert alone.problems == ()


def test_where_is_relative_to_the_root() -> None:
    found = read_evidence(EXAMPLES / "ruby_vcr" / "one.yml", root=EXAMPLES)
    assert found.interactions[0].where == "ruby_vcr/one.yml#0"


def test_formats_that_are_known_are_named() -> None:
    problem = read_evidence(EXAMPLES / "hostile" / "prose.txt").problems[0]
    assert problem.message == (
        "no format that is known (understood: HAR 1.2, mitmproxy flows, Charles session (.chlsj), "
        "Postman collection or run, WireMock stubs, nock recording, HTTP messages, "
        "Ruby VCR cassette, vcrpy cassette, NDJSON, bare JSON body)"
    )


@pytest.mark.parametrize("name", ["session.mitm", "session.har"])
def test_one_session_saved_in_two_ways_is_the_same(name: str) -> None:
    found = read_evidence(EXAMPLES / "mitmproxy" / name).interactions
    other = read_evidence(EXAMPLES / "mitmproxy" / "session.har").interactions
    assert [replace(item, where="") for item in found] == [replace(i, where="") for i in other]


def test_flows_that_break_off_or_nest_without_end_are_problems(tmp_path: Path) -> None:
    whole = (EXAMPLES / "mitmproxy/session.mitm").read_bytes()
    nested = b"0:~"
    for _ in range(500):
        nested = b"%d:%s]" % (len(nested), nested)
    for content in (*(whole[:end] for end in range(40, len(whole), 97)), b"3:1:a;,%s" % nested):
        (tmp_path / "cut.mitm").write_bytes(content)
        found = read_evidence(tmp_path / "cut.mitm")
        assert len(found.interactions) + len(found.problems) > 0
        assert (content == whole) or found.problems


def _one_problem(path: Path) -> str:
    found = read_evidence(path)
    assert found.interactions == ()
    assert len(found.problems) == 1
    return str(found.problems[0])


def test_missing_file(tmp_path: Path) -> None:
    said = _one_problem(tmp_path / "absent.yaml")
    assert said == "absent.yaml: cannot be read: No such file or directory"


def test_empty_folder(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("nothing here")
    (tmp_path / ".hidden").mkdir()
    (tmp_path / ".hidden" / "a.json").write_text("{}")
    assert _one_problem(tmp_path) == ".: no evidence in this folder"


def test_pipe_is_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.json")
    assert _one_problem(tmp_path) == "pipe.json: no regular file"


def test_dangling_link_and_link_to_a_folder_above(tmp_path: Path) -> None:
    (tmp_path / "above").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "gone.json").symlink_to(tmp_path / "nowhere")
    assert "gone.json: cannot be read" in _one_problem(tmp_path)


def test_a_link_out_of_the_folder_is_a_problem_and_one_within_is_not(tmp_path: Path) -> None:
    (tmp_path / "given/real").mkdir(parents=True)
    (tmp_path / "other/deep").mkdir(parents=True)
    for folder in ("given/real", "other/deep"):
        (tmp_path / folder / "a.json").write_text("{}")
    (tmp_path / "given/within").symlink_to("real")
    (tmp_path / "given/real/out").symlink_to(tmp_path / "other")
    (tmp_path / "given/.hidden").symlink_to(tmp_path / "other")
    (tmp_path / "link").symlink_to("given")
    for top in ("given", "link"):
        found = read_evidence(tmp_path / top)
        assert [item.where for item in found.interactions] == ["real/a.json#0"]
        (problem,) = found.problems
        assert str(problem) == (
            "real/out: a link to another folder, which is not followed: name that folder itself"
        )


IN_PLACE_OF_A_MANIFEST: dict[str, tuple[Callable[[Path], object], str]] = {
    "pipe": (os.mkfifo, "no regular file"),
    "folder": (Path.mkdir, "no regular file"),
    "device": (lambda path: path.symlink_to("/dev/zero"), "a symbolic link"),
    "link to nowhere": (lambda path: path.symlink_to("nowhere"), "a symbolic link"),
    "link to a manifest": (lambda path: path.symlink_to("real.toml"), "a symbolic link"),
    "too large": (
        lambda path: path.write_bytes(b"#" * (MAX_MANIFEST + 1)),
        "larger than 4,194,304 octets",
    ),
}


@pytest.mark.parametrize("what", IN_PLACE_OF_A_MANIFEST)
def test_what_stands_in_the_place_of_a_manifest_is_a_problem(what: str, tmp_path: Path) -> None:
    """Without the manifest nobody would know what the files beside it are worth."""
    put, reason = IN_PLACE_OF_A_MANIFEST[what]
    (tmp_path / "a.json").write_text("{}")
    (tmp_path / "real.toml").write_text("")
    put(tmp_path / "manifest.toml")
    for given in (tmp_path, tmp_path / "a.json"):
        words = _one_problem(given)
        assert words.startswith(f"manifest.toml: {reason}")
        assert words.endswith("the cassettes beside it are not read")


def test_an_impossible_date_is_a_problem_of_its_entry_alone(tmp_path: Path) -> None:
    days = ("2026-01-31", "2026-99-99", "2026-02-30")
    lines = [f'{{{_ASKED}, "response": {{"status": 200}}, "date": "{day}"}}\n' for day in days]
    (tmp_path / "a.ndjson").write_text("".join(lines))
    found = read_evidence(tmp_path)
    assert [(i.where, i.date) for i in found.interactions] == [("a.ndjson#0", "2026-01-31")]
    assert [str(p) for p in found.problems] == [
        f"a.ndjson#{n}: date is '{days[n]}', which is no date (write it as 2024-12-31)"
        for n in (1, 2)
    ]


def test_file_larger_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(loading, "MAX_WHOLE", 1000)
    (tmp_path / "a.json").write_bytes(b"[" + b" " * 998 + b"]")
    (tmp_path / "b.json").write_bytes(b"[" + b" " * 999 + b"]")
    found = read_evidence(tmp_path)
    assert [item.where for item in found.interactions] == ["a.json#0"]
    hint = "larger than 1,000 octets (split it into several files)"
    assert found.problems == (Problem("b.json", hint),)


def test_closed_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def walk(folder: Path, onerror: Callable[[OSError], None]) -> Iterator[None]:
        onerror(PermissionError(13, "Permission denied", str(folder / "closed")))
        return iter(())

    monkeypatch.setattr(os, "walk", walk)
    assert _one_problem(tmp_path) == "closed: cannot be read: Permission denied"


def test_file_name_that_is_no_text(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff.json"))
    path.write_text("12")
    assert _one_problem(tmp_path).startswith("\ufffd.json: ")


_ASKED = '"request": {"method": "GET", "url": "http://a.example/"}'
_NESTED = (
    f'{{{_ASKED}, "response": {{"status": 200, "body": @}}}}',
    f'{{{_ASKED}, "response": {{"status": 200}}, "origin": @}}',
    f'{{{_ASKED}, "response": {{"status": 0, "_error": @, "content": {{}}}}}}',
    '{"request": {"postData": {"params": [{"name": @}]}}, "response": {"content": {}}}',
    '{"request": @, "response": {"status": {"code": @}}}',
    '{"log": {"entries": @}}',
    '{"version": @, "interactions": [@]}',
    '{"http_interactions": [{"request": {"method": @}, "response": {"body": @}}]}',
)


@pytest.mark.parametrize("entry", _NESTED)
def test_deep_value_in_any_place(entry: str, tmp_path: Path) -> None:
    (tmp_path / "a.json").write_text(entry.replace("@", "[" * 1000 + "]" * 1000))
    assert _one_problem(tmp_path).startswith("a.json#0: ")


HOSTILE = {
    "flow.yaml": "version: 1\ninteractions: " + "[" * 100_000,
    "block.yaml": "version: 1\ninteractions:\n" + "- " * 100_000 + "x",
    "map.yaml": "".join(" " * n + "a:\n" for n in range(2_000)),
    "deep.json": "[" * 100_000,
    "deep-object.json": '{"a":' * 100_000,
    "sexagesimal.yaml": "version: " + "1:" * 200_000 + "1",
    "number.yaml": "version: " + "9" * 200_000,
    "directives.yaml": "".join(f"%TAG !a{n}! tag:x\n" for n in range(50_000)) + "---\na: b",
    "commas.json": "[" + "," * 500_000,
    "blank.json": " " * 1_000_000 + "{",
}


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.timeout(20)
def test_large_hostile_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(HOSTILE[name])
    assert _one_problem(tmp_path).startswith(name)


def test_tags_are_never_run(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    (tmp_path / "a.yaml").write_text(
        f"version: 1\ninteractions: !!python/object/apply:os.mkdir ['{trace}']\n"
    )
    assert "tag" in _one_problem(tmp_path)
    assert not trace.exists()
