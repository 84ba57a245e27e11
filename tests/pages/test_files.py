"""A folder that is kept up to date, and nothing in it touched that others made."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from conformance.errors import InputError
from conformance.pages.files import INDEX, keep_folder


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir()} - {INDEX}


def test_what_is_no_longer_made_goes(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    keep_folder(folder, {"one.md": "1", "two.patch": b"2"})
    assert names(folder) == {"one.md", "two.patch"}
    keep_folder(folder, {"one.md": "new", "three.md": "3"})
    assert names(folder) == {"one.md", "three.md"}
    assert (folder / "one.md").read_text("utf-8") == "new"
    assert set(json.loads((folder / INDEX).read_text("utf-8"))) == {"one.md", "three.md"}


def test_what_others_made_or_changed_stays(tmp_path: Path) -> None:
    keep_folder(tmp_path, {"one.md": "1", "two.md": "2"})
    (tmp_path / "own.md").write_text("own", "utf-8")
    (tmp_path / "two.md").write_text("changed", "utf-8")
    (note,) = keep_folder(tmp_path, {})
    assert names(tmp_path) == {"own.md", "two.md"}
    assert note.endswith("two.md: no longer needed, and kept: it was changed by hand")
    keep_folder(tmp_path, {})
    assert names(tmp_path) == {"own.md", "two.md"}


@pytest.mark.parametrize(
    "index",
    ["", "[", "[]", "null", '{"../outside": "x"}', '{"sub/own": "x", ".hidden": "y", "own": 1}'],
)
def test_a_list_that_lies_removes_nothing(tmp_path: Path, index: str) -> None:
    folder = tmp_path / "folder"
    (folder / "sub").mkdir(parents=True)
    for path in (tmp_path / "outside", folder / "sub/own", folder / ".hidden", folder / "own"):
        path.write_text("x", "utf-8")
    (folder / INDEX).write_text(index, "utf-8")
    keep_folder(folder, {"new.md": "n"})
    for path in (tmp_path / "outside", folder / "sub/own", folder / ".hidden", folder / "own"):
        assert path.read_text("utf-8") == "x"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(InputError, match="cannot be made"):
        keep_folder(tmp_path / "file" / "folder", {})
