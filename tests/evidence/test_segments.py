"""Evidence of any size: read in parts, from wherever it is, it is what it is when read whole."""

from __future__ import annotations

import gzip
import io
import json
import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import fsspec
import pytest
from backports import zstd

from conformance.evidence import loading, octets
from conformance.evidence.loading import Evidence, find_units, read_evidence
from conformance.evidence.octets import Segment

NUMBER = 40


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Parts of a few entries: a file is large from 500 octets on."""
    monkeypatch.setattr(loading, "_SMALL", 500)
    monkeypatch.setattr(octets, "SEGMENT", 900)
    monkeypatch.setattr(octets, "MAX_ENTRY", 5000)


def entry(n: int, **more: Any) -> dict[str, Any]:
    return {
        "startedDateTime": f"2026-11-0{n % 9 + 1}T00:00:00Z",
        "request": {"method": "GET", "url": f"https://h/a/{n}", "headers": []},
        "response": {
            "status": 200,
            "headers": [{"name": "Content-Type", "value": "application/json"}],
            "content": {"text": json.dumps({"n": n, "text": '},{"startedDateTime":"} , {'})},
        },
        **more,
    }


def har(*entries: dict[str, Any], **log: Any) -> dict[str, Any]:
    return {"log": {"version": "1.2", "comment": "origin: sandbox", "entries": entries, **log}}


ENTRIES = [entry(n) for n in range(NUMBER)]
MIXED = [{"_initiator": {"a": 1}, **e} if n % 7 == 2 else e for n, e in enumerate(ENTRIES)]
ALL_OTHERS = [{f"_{n}": n, **e} for n, e in enumerate(ENTRIES)]
NESTED = [{**e, "_redirects": [{"startedDateTime": 1}, {"startedDateTime": 2}]} for e in ENTRIES]
BEFORE = {"log": {"_pages": {"entries": [{}, {}]}, "creator": {}, "entries": ENTRIES}}
FILES: dict[str, str] = {
    "lines": "".join(json.dumps(e) + "\n\n" for e in ENTRIES),
    "lines with a broken first and last one": '{"a": \n'
    + "".join(json.dumps(e) + "\r\n" for e in ENTRIES)
    + '{"b"',
    "compact": json.dumps(har(*ENTRIES), separators=(",", ":")),
    "as Python writes it": json.dumps(har(*ENTRIES)),
    "indented": json.dumps(har(*ENTRIES), indent=2),
    "some begin otherwise": json.dumps(har(*MIXED), indent=2),
    "all begin otherwise": json.dumps(har(*ALL_OTHERS)),
    "their own names within": json.dumps(har(*NESTED)),
    "other entries before": json.dumps(BEFORE),
    "more after the entries": json.dumps(har(*ENTRIES, pages=[{"id": n} for n in range(99)])),
    "integers beyond 64 bits": json.dumps(har(*(entry(n, _big=10**30) for n in range(NUMBER)))),
    "with a byte order mark": "\ufeff" + json.dumps(har(*ENTRIES)),
}


def in_parts(path: Path) -> Evidence:
    found = [one for unit in find_units(path) for part in unit.parts() for one in part.read()]
    return Evidence(
        tuple(one for one in found if not isinstance(one, loading.Problem)),
        tuple(one for one in found if isinstance(one, loading.Problem)),
    )


@pytest.mark.parametrize("content", FILES.values(), ids=FILES.keys())
def test_in_parts_it_is_the_same(
    content: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path = tmp_path / "some.evidence"
    path.write_bytes(content.encode())
    whole = read_evidence(path)
    request.getfixturevalue("small")
    (unit,) = find_units(path)
    parts = list(unit.parts())
    assert len(parts) > 5
    assert all(isinstance(part.content, Segment) for part in parts)
    assert in_parts(path) == whole
    assert len(whole.interactions) == NUMBER
    sent = pickle.loads(pickle.dumps(parts))  # noqa: S301
    assert [one for part in sent for one in part.read()] == [
        one for part in parts for one in part.read()
    ]


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (json.dumps(har(*ENTRIES))[:-200], "entry 38 or one after it: unexpected end"),
        (json.dumps(har(*ENTRIES)).replace("h/a/9", 'h/a/9"', 1), "octets, or no JSON"),
        (
            json.dumps(har(*ENTRIES, entry(1, _a=["x" * 20_000]), *ENTRIES)),
            "entry 40 is larger than",
        ),
        (json.dumps(ENTRIES[0]) + "\n" + "x" * 6000, "entry 1 is larger than 5,000 octets"),
        (json.dumps({"log": {"entries": ENTRIES, "comment": "origin: live"}}), "has to stand bef"),
        ("[" + ",".join(map(json.dumps, ENTRIES)), "not JSON"),
    ],
    ids=["cut short", "broken within text", "large entry", "large line", "origin after", "array"],
)
def test_what_breaks_off_is_one_problem(content: str, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "a.har"
    path.write_text(content)
    found = in_parts(path)
    (only,) = found.problems
    assert problem in only.message
    assert only.where == "a.har"


def as_gzip(data: bytes) -> bytes:
    return gzip.compress(data[:3000]) + gzip.compress(data[3000:])


def as_zstd(data: bytes) -> bytes:
    return zstd.compress(data[:3000]) + zstd.compress(data[3000:])


@pytest.mark.usefixtures("small")
@pytest.mark.parametrize("pack", [as_gzip, as_zstd], ids=["gzip", "zstd"])
@pytest.mark.parametrize("name", ["lines", "indented"])
def test_compressed(pack: Callable[[bytes], bytes], name: str, tmp_path: Path) -> None:
    plain, packed = tmp_path / "plain", tmp_path / "packed"
    plain.write_text(FILES[name])
    packed.write_bytes(pack(FILES[name].encode()))
    shown = [(i.request, i.reply, i.origin, i.date) for i in in_parts(packed).interactions]
    assert shown == [(i.request, i.reply, i.origin, i.date) for i in in_parts(plain).interactions]
    assert len(shown) == NUMBER
    packed.write_bytes(pack(FILES[name].encode())[:-40])
    assert "cannot be read: " in in_parts(packed).problems[-1].message


def test_from_a_url(tmp_path: Path) -> None:
    with fsspec.open("memory://archive/a.ndjson", "wb") as file:
        file.write(FILES["lines"].encode())
    found = in_parts(Path("memory://archive/a.ndjson"))
    assert [i.where for i in found.interactions][:1] == ["a.ndjson#0"]
    assert len(found.interactions) == NUMBER
    (missing,) = in_parts(Path("memory://archive/none")).problems
    assert "cannot be read" in missing.message
    (unknown,) = in_parts(Path("nosuch://archive/none")).problems
    assert "cannot be read" in unknown.message


READ = """
from pathlib import Path
from conformance.evidence.loading import read_evidence
found = read_evidence(Path("-"))
print(len(found.interactions), found.interactions[-1].where, found.problems)
"""


def test_from_standard_input() -> None:
    done = subprocess.run(  # noqa: S603 - ours
        [sys.executable, "-c", READ],
        input=as_gzip(FILES["compact"].encode()),
        capture_output=True,
        check=True,
    )
    assert done.stdout.decode().split() == [str(NUMBER), f"stdin#{NUMBER - 1}", "()"]


def test_what_fails_while_it_is_read_is_said(tmp_path: Path) -> None:
    path = tmp_path / "a.gz"
    path.write_bytes(gzip.compress(b"a" * 1000)[:-9] + b"wrong" * 9)
    (problem,) = in_parts(path).problems
    assert problem.message.startswith("cannot be read: ")


def test_reading_gives_what_is_asked_for(tmp_path: Path) -> None:
    class Slow(io.BytesIO):
        def read(self, size: int | None = -1) -> bytes:
            return super().read(min(3, size or 0))

    assert octets.Octets(Slow(b"abcdefgh"), (OSError,)).read(7) == b"abcdefg"
