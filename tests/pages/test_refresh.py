"""Hashes brought up to date, and nothing else touched."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.pages.exchange import load_exchange, read_page
from conformance.pages.files import write_atomic
from conformance.pages.manifest_text import refresh_manifest

MANIFEST = """\
# What we know.
title   = "Example" # by hand

[[page]]
path = "a.md"
language = "en"   # really

[[page]]
sha256 = "0000000000000000000000000000000000000000000000000000000000000000" # old
path = "b.md"
language = "ko"
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a.md").write_bytes(b"a")
    (tmp_path / "b.md").write_bytes(b"b")
    (tmp_path / "exchange.toml").write_text(MANIFEST)
    return tmp_path


def test_hashes_are_written_and_all_else_kept(folder: Path) -> None:
    assert refresh_manifest(folder) == ("a.md", "b.md")
    text = (folder / "exchange.toml").read_text()
    for page in (b"a", b"b"):
        line = f'sha256 = "{hashlib.sha256(page).hexdigest()}"'
        assert line in text
        text = text.replace(line, "")
    kept = [line for line in MANIFEST.splitlines() if line and "sha256" not in line]
    assert [line for line in text.splitlines() if line and line != " # old"] == kept


def test_the_result_holds(folder: Path) -> None:
    refresh_manifest(folder)
    exchange = load_exchange(folder)
    assert [read_page(exchange, page) for page in exchange.pages] == [b"a", b"b"]


def test_a_true_manifest_is_not_touched(folder: Path) -> None:
    refresh_manifest(folder)
    before = (folder / "exchange.toml").stat()
    assert refresh_manifest(folder) == ()
    after = (folder / "exchange.toml").stat()
    assert (before.st_ino, before.st_mtime_ns) == (after.st_ino, after.st_mtime_ns)


def test_what_a_server_said_of_other_bytes_goes_with_them(folder: Path) -> None:
    said = 'etag = "1"  # said\nlast_modified = "then"\n'
    text = MANIFEST.replace('path = "a.md"\n', f'path = "a.md"\n{said}')
    (folder / "exchange.toml").write_text(text)
    refresh_manifest(folder)
    assert [page.etag for page in load_exchange(folder).pages] == ["", ""]
    text = (folder / "exchange.toml").read_text().replace('path = "b.md"', f'path = "b.md"\n{said}')
    (folder / "exchange.toml").write_text(text)
    (folder / "a.md").write_bytes(b"new")
    refresh_manifest(folder)
    (_, page) = load_exchange(folder).pages
    assert (page.etag, page.last_modified) == ("1", "then")


def test_a_missing_page_leaves_the_manifest_alone(folder: Path) -> None:
    (folder / "b.md").unlink()
    with pytest.raises(InputError, match=r"'b\.md' is missing"):
        refresh_manifest(folder)
    assert (folder / "exchange.toml").read_text() == MANIFEST


def test_atomic_write_keeps_permissions_and_leaves_nothing_behind(tmp_path: Path) -> None:
    target = tmp_path / "file"
    target.write_bytes(b"old")
    target.chmod(0o640)
    write_atomic(target, b"new")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"new", 0o640)
    assert list(tmp_path.iterdir()) == [target]


def test_atomic_write_of_a_new_file_has_the_usual_permissions(tmp_path: Path) -> None:
    (tmp_path / "usual").touch()
    write_atomic(tmp_path / "new", b"new")
    modes = {path.stat().st_mode for path in tmp_path.iterdir()}
    assert len(modes) == 1


def test_atomic_write_through_a_link_replaces_what_it_points_to(tmp_path: Path) -> None:
    (tmp_path / "real").write_bytes(b"old")
    (tmp_path / "link").symlink_to("real")
    write_atomic(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "real").read_bytes() == b"new"


def test_atomic_write_that_fails_leaves_nothing_behind(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(InputError, match="cannot be written"):
        write_atomic(tmp_path / "folder", b"x")
    with pytest.raises(InputError, match="cannot be written"):
        write_atomic(tmp_path / "missing/file", b"x")
    assert [path.name for path in tmp_path.rglob("*")] == ["folder"]
