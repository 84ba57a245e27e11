"""Evidence that is small on disk and large in memory: what is read of it is bounded."""

from __future__ import annotations

import base64
import gzip
import json
import resource
import subprocess
import sys
from collections.abc import Callable
from contextlib import nullcontext
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.evidence import coding
from conformance.evidence.body import require_few_values
from conformance.evidence.coding import BodyTooLargeError, BudgetError, DecodingBudget
from conformance.evidence.loading import Evidence, read_evidence
from conformance.evidence.parts import parse
from conformance.evidence.yaml_source import MAX_NODES, YamlError, load_yaml
from conformance.pipeline.evidence import read_all_evidence

MIB = 1024 * 1024


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits that a test reaches at once: a body 600 octets, a file 1,000, a run 1,500."""
    monkeypatch.setattr(coding, "MAX_BODY", 600)
    monkeypatch.setattr(coding, "MAX_DECODED_FILE", 1000)
    monkeypatch.setattr(coding, "MAX_DECODED_RUN", 1500)


def answer(size: int, coding: str = "gzip") -> dict[str, object]:
    """An interaction whose body has ``size`` octets once it is decoded."""
    body = b'"' + b"a" * (size - 2) + b'"'
    packed = gzip.compress(body) if coding else body
    return {
        "request": {"method": "GET", "url": "https://api.example/"},
        "response": {
            "status": 200,
            "headers": {"Content-Encoding": coding} if coding else {},
            "body_base64": base64.b64encode(packed).decode(),
        },
    }


def write(path: Path, *answers: dict[str, object]) -> Path:
    path.write_text("".join(json.dumps(item) + "\n" for item in answers))
    return path


def sizes(found: Evidence) -> list[tuple[str, int]]:
    return [(item.where, len(item.reply.body)) for item in found.interactions]


@pytest.mark.usefixtures("small")
def test_the_bodies_of_a_file_are_limited_together(tmp_path: Path) -> None:
    answers = [answer(n) for n in (500, 400, 300, 100, 200)] + [answer(5000, coding="")]
    found = read_evidence(write(tmp_path / "a.ndjson", *answers))
    assert sizes(found) == [
        ("a.ndjson#0", 500),
        ("a.ndjson#1", 400),
        ("a.ndjson#3", 100),
        ("a.ndjson#5", 5000),
    ]
    (problem,) = found.problems
    assert problem.where == "a.ndjson#2"
    assert problem.message == (
        "the coded bodies of this file come to more than 1,000 octets when decoded (split it into "
        "several files); 2 from here on are not checked, the others are"
    )


@pytest.mark.usefixtures("small")
def test_the_files_of_a_run_are_limited_together(tmp_path: Path) -> None:
    for name in "abc":
        (tmp_path / name).mkdir()
        write(tmp_path / name / "x.ndjson", answer(400), answer(400), answer(90, coding=""))
    found = read_all_evidence([tmp_path / name for name in "abc"], tmp_path)
    assert sizes(found) == [
        ("a/x.ndjson#0", 400),
        ("a/x.ndjson#1", 400),
        ("a/x.ndjson#2", 90),
        ("b/x.ndjson#0", 400),
        ("b/x.ndjson#2", 90),
        ("c/x.ndjson#2", 90),
    ]
    assert [item.where for item in found.problems] == ["b/x.ndjson#1", "c/x.ndjson#0"]
    assert "this run come to more than 1,500 octets" in found.problems[0].message
    assert "check fewer files at once); this one is not checked" in found.problems[0].message
    assert "2 from here on are not checked" in found.problems[1].message


@pytest.mark.usefixtures("small")
def test_a_large_body_does_not_hide_the_small_ones(tmp_path: Path) -> None:
    bombs = [answer(100_000) for _ in range(3)]
    found = read_evidence(write(tmp_path / "a.ndjson", *bombs, answer(300)))
    assert sizes(found) == [("a.ndjson#3", 300)]
    assert [item.where for item in found.problems] == [f"a.ndjson#{n}" for n in range(3)]
    assert all("the body has more than 600 octets" in item.message for item in found.problems)


@pytest.mark.usefixtures("small")
def test_what_is_decoded_in_vain_is_limited_too() -> None:
    budget = DecodingBudget.of_file()
    bomb = gzip.compress(b"a" * 100_000)
    for _ in range(7):  # 4,000 octets in vain, 600 at a time
        with pytest.raises(BodyTooLargeError, match="the body has more than"):
            budget.decode(bomb, "gzip")
    with pytest.raises(BudgetError):
        budget.decode(gzip.compress(b"a"), "gzip")
    assert budget.decode(b"plain", "gzip") == b"plain"


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("codings", ["", "identity", "gzip"])
def test_bodies_that_are_plain_already_cost_nothing(codings: str) -> None:
    budget = DecodingBudget.of_file()
    for _ in range(5):
        assert budget.decode(b'{"a": 1}' * 100, codings) == b'{"a": 1}' * 100
    assert budget.decode(gzip.compress(b"a" * 600), "gzip") == b"a" * 600


def test_codings_are_counted() -> None:
    body = b"a"
    for _ in range(coding.MAX_CODINGS):
        body = gzip.compress(body)
    assert coding.undo_codings(body, ",".join(["gzip"] * coding.MAX_CODINGS)) == b"a"
    with pytest.raises(coding.CodingError, match="1,000,000 content codings for one body"):
        coding.undo_codings(body, ",".join(["gzip"] * 1_000_000))


READ = """
import sys
from pathlib import Path
from conformance.pipeline.evidence import read_all_evidence
found = read_all_evidence([Path(name) for name in sys.argv[1:]])
print(len(found.interactions), len(found.problems), max(len(str(p)) for p in found.problems))
"""


def read_within(memory: int, *paths: Path) -> list[int]:
    """How many interactions and problems ``paths`` hold, read with ``memory`` octets in all."""

    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (memory, memory))

    run = subprocess.run(  # noqa: S603
        [sys.executable, "-c", READ, *map(str, paths)],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    return [int(word) for word in run.stdout.split()]


def test_memory_that_bombs_in_one_file_take(tmp_path: Path) -> None:
    """A megabyte and a half that decodes to a gigabyte and a half."""
    bomb = answer(60 * MIB)
    path = write(tmp_path / "a.ndjson", *([bomb] * 22), answer(100))
    assert path.stat().st_size < 2 * MIB
    assert read_within(768 * MIB, path)[:2] == [2, 1]


def test_memory_that_bombs_in_many_files_take(tmp_path: Path) -> None:
    bomb = answer(60 * MIB)
    paths = [write(tmp_path / f"{n}.ndjson", bomb, answer(100)) for n in range(20)]
    interactions, problems, longest = read_within(1024 * MIB, *paths)
    assert (interactions, problems) == (4 + 20, 16)
    assert longest < 300


def test_memory_that_many_values_take(tmp_path: Path) -> None:
    """Sixty megabytes of empty lists, coded and not: three gigabytes once they are parsed."""
    body = b'{"id":[' + b"[]," * (20 * MIB) + b"[]]}"
    asked = {"method": "GET", "url": "https://api.example/"}
    texts = {
        "coded.ndjson": {
            "request": asked,
            "response": {
                "status": 200,
                "headers": {"Content-Encoding": "gzip"},
                "body_base64": base64.b64encode(gzip.compress(body, 1)).decode(),
            },
        },
        "sent.ndjson": {
            "request": {**asked, "body_base64": base64.b64encode(body[: 8 * MIB]).decode()},
            "response": {"status": 200},
        },
    }
    paths = [write(tmp_path / name, item, answer(100)) for name, item in texts.items()]
    plain = tmp_path / "plain.json"
    plain.write_bytes(body)
    interactions, problems, longest = read_within(768 * MIB, *paths, plain)
    assert (interactions, problems) == (2, 3)
    assert longest < 100


@pytest.mark.parametrize(
    ("body", "is_refused"),
    [
        (b"[0,0,0]", False),
        (b"[0,0,0,0]", True),
        (b' {"a": [0, 0], "b": 0}', True),
        (b'{"a": [0], "b": 0}', False),
        (b"a,b,c,d,e,f", False),
        (b'"a,b,c,d,e,f"', False),
        (b"", False),
    ],
)
def test_values_of_a_body_are_counted(body: bytes, is_refused: bool) -> None:
    words = "^more than 3 JSON values, too many to judge$"
    with pytest.raises(InputError, match=words) if is_refused else nullcontext():
        require_few_values(body, 3)


@pytest.mark.parametrize("opening", ["[", '{"a":'])
def test_what_is_nested_too_deep_is_not_called_broken(opening: str) -> None:
    deep = opening * 1200 + "0" + ("]" if opening == "[" else "}") * 1200
    with pytest.raises(InputError, match=r"^JSON nested too deep to judge$"):
        require_few_values(deep.encode())
    require_few_values((opening * 900 + "0").encode())
    require_few_values(b"[" + b"[]," * 2000 + b"0]")


NODES: dict[str, Callable[[int], str]] = {
    "a flow mapping": lambda n: "{" + ",".join(f"k{i}: 1" for i in range(n)) + "}",
    "names alone": lambda n: "{" + ",".join(f"k{i}" for i in range(n)) + "}",
    "a flow list": lambda n: "[" + "0," * 2 * n + "]",
    "pairs in a list": lambda n: "[" + ",".join(f"k: {i}" for i in range(n)) + "]",
    "a block mapping": lambda n: "".join(f"k{i}: 1\n" for i in range(n)),
    "a block list": lambda n: "- 0\n" * 2 * n,
}


@pytest.mark.parametrize("shape", NODES)
def test_values_of_a_yaml_file_are_counted_before_any_is_built(
    shape: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("yaml.load", None)
    with pytest.raises(YamlError, match="more than 400,000 values; split it into several files"):
        load_yaml(NODES[shape](1_000_000).encode())


def test_as_many_values_as_a_yaml_file_may_have(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("conformance.evidence.yaml_source.MAX_NODES", 41)
    assert load_yaml(NODES["a flow mapping"](20).encode()) == {f"k{i}": 1 for i in range(20)}
    with pytest.raises(YamlError, match="more than 41 values"):
        load_yaml(NODES["a flow mapping"](21).encode())
    assert MAX_NODES == 400_000


@pytest.mark.parametrize("data", [b"[0,0,0,0]", b'{"a": [0, 0], "b": 0}', b"[]\n[]\n[]\n[]\n"])
def test_values_of_a_file_are_counted_before_any_is_built(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("conformance.evidence.parts.MAX_FILE_VALUES", 3)
    with pytest.raises(InputError, match="more than 3 JSON values, too many to judge"):
        parse(data)
