from __future__ import annotations

import hashlib
import os
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.evidence import manifest
from conformance.evidence.manifest import Cassette, ManifestError, read_manifest, refresh_manifest
from conformance.model.interaction import Origin

WRITTEN = """\
# Kept to the letter.
[[cassette]]
file = 'a.yaml'   # and this
origin = "live"
date = 2024-02-29
note = '''
Two
lines.'''

[[cassette]]
file = "ä b.json"
case = "second"
origin = "sandbox"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "manifest.toml").write_text(WRITTEN, encoding="utf-8")
    (tmp_path / "a.yaml").write_bytes(b"a")
    (tmp_path / "ä b.json").write_bytes(b"b")
    (tmp_path / "README.md").write_bytes(b"not evidence")
    return tmp_path


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def test_refresh_adds_the_hashes_and_changes_nothing_else(folder: Path) -> None:
    assert refresh_manifest(folder) == ("a.yaml", "ä b.json")
    written = (folder / "manifest.toml").read_text(encoding="utf-8")
    hashes = f'\n[sha256]\n"a.yaml" = "{_hash(b"a")}"\n"ä b.json" = "{_hash(b"b")}"\n'
    assert written == WRITTEN + hashes
    assert read_manifest(folder).cassettes == (
        Cassette(
            file="a.yaml",
            case="a",
            origin=Origin.LIVE,
            date="2024-02-29",
            note="Two lines.",
            sha256=_hash(b"a"),
        ),
        Cassette(
            file="ä b.json",
            case="second",
            origin=Origin.SANDBOX,
            date="",
            note="",
            sha256=_hash(b"b"),
        ),
    )


def test_refresh_tells_what_changed(folder: Path) -> None:
    refresh_manifest(folder)
    before = (folder / "manifest.toml").stat()
    assert refresh_manifest(folder) == ()
    assert (folder / "manifest.toml").stat().st_ino == before.st_ino
    (folder / "a.yaml").write_bytes(b"changed")
    assert refresh_manifest(folder) == ("a.yaml",)
    read_manifest(folder).verify_file("a.yaml", b"changed")


def test_refresh_keeps_the_mode(folder: Path) -> None:
    (folder / "manifest.toml").chmod(0o640)
    refresh_manifest(folder)
    assert (folder / "manifest.toml").stat().st_mode & 0o777 == 0o640


def _refused(folder: Path, said: str) -> None:
    before = (folder / "manifest.toml").read_bytes()
    names = sorted(path.name for path in folder.iterdir())
    with pytest.raises(InputError) as caught:
        refresh_manifest(folder)
    assert said in str(caught.value)
    assert (folder / "manifest.toml").read_bytes() == before
    assert sorted(path.name for path in folder.iterdir()) == names


def test_refresh_refuses_a_missing_file(folder: Path) -> None:
    (folder / "a.yaml").unlink()
    _refused(folder, "a.yaml is listed and not there")


def test_refresh_refuses_an_unlisted_file(folder: Path) -> None:
    (folder / "c.yaml").write_bytes(b"c")
    _refused(folder, "c.yaml is not listed")


def test_refresh_refuses_to_lose_what_stands_after_the_hashes(folder: Path) -> None:
    refresh_manifest(folder)
    with (folder / "manifest.toml").open("a", encoding="utf-8") as file:
        file.write("\n[[cassette]]\nfile = 'c.yaml'\norigin = 'live'\n")
    (folder / "c.yaml").write_bytes(b"c")
    _refused(folder, "has to come last")


def test_refresh_that_fails_half_way_leaves_the_old_manifest(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    _refused(folder, "No space left on device")


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("[[cassette]", "not TOML"),
        ("a = " + "[" * 10_000, "not TOML"),
        ("a = '\udcff'", "not TOML"),
        ("", "has no `cassette`"),
        ("cassette = 1", "cassette is a number, not a list"),
        ("[[cassette]]", "cassette[0].file is missing"),
        ("[[cassette]]\nfile = '../x'", "cassette[0].file is '../x', not the name of a file"),
        ("[[cassette]]\nfile = 'x'", "x has no origin"),
        ("[[cassette]]\nfile = 'x'\norigin = 'real'", "origin 'real' is not known"),
        ("[[cassette]]\nfile = 'x'\norigin = 'live'\n" * 2, "x is listed twice"),
        ("sha256 = 1\n[[cassette]]\nfile = 'x'\norigin = 'live'", "sha256 is a number"),
    ],
)
def test_broken_manifest(written: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "manifest.toml").write_bytes(written.encode(errors="surrogateescape"))
    with pytest.raises(ManifestError) as caught:
        read_manifest(tmp_path)
    assert caught.value.reason.startswith(said)
    assert str(tmp_path / "manifest.toml") in str(caught.value)


def test_absent_manifest(tmp_path: Path) -> None:
    with pytest.raises(ManifestError, match="cannot be read: No such file"):
        read_manifest(tmp_path)


def test_what_is_evidence() -> None:
    names = ["a.yaml", "manifest.toml", "README", "readme.md", ".hidden.yaml", "b"]
    assert [name for name in names if manifest.is_evidence(name)] == ["a.yaml", "b"]
